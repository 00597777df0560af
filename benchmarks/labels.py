"""What every annotator and writer costs per frame, and all of them together against the bare renderer.

    python benchmarks/labels.py [frames] [hydra overrides]

All annotators and writers are on. Each is timed alone on the frames of one run; then the whole pipeline, files on disk,
is timed against the bare renderer (edits applied, rgb captured) on the same frames.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import defaultdict
from statistics import median

from pipeline import bare_run, timed_run
from rich.console import Console
from rich.table import Table

from palletjack_dr.cli.hydra_app import compose
from palletjack_dr.config import Plan, build
from palletjack_dr.discovery import Plugins, load_plugins
from palletjack_dr.edits import Edit
from palletjack_dr.frame import Picture
from palletjack_dr.images import png
from palletjack_dr.run import execute, open_studio
from palletjack_dr.url_journal import read_records

ROUNDS = 3


def main() -> None:
    """Measure and print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 16
    plugins = load_plugins()
    annotators, writers = ([n for n in plugins.registry.of(g) if n != "basic"] for g in ("annotator", "writer"))
    everything = [f"annotator=[{','.join(annotators)}]", f"writer=[{','.join([*writers, 'ground_truth'])}]"]
    with tempfile.TemporaryDirectory() as folder:

        def plan(name: str) -> Plan:
            own = ["quality=draft", *sys.argv[2:], *everything, f"frames.count={count}", f"output_dir={folder}/{name}"]
            return build(compose("benchmark", own, plugins)[0], plugins.registry)

        execute(plan("warm"), plugins)
        table = Table("part", "s per frame", title=f"{count} frames, {plan('x').resolution}, {plan('x').quality}")
        for part, seconds in alone(plan("alone"), plugins).items():
            table.add_row(part, f"{seconds:.4f}")
        wholes, bares = [], []
        for turn in range(ROUNDS):
            timed = plan(f"timed_{turn}")
            wholes.append(timed_run(timed, plugins))
            records = read_records(timed.output_dir)
            bares.append(bare_run(timed, [[Edit.from_json(row) for row in r["edits"]] for r in records]))
    whole, bare = median(wholes) / count, median(bares) / count
    table.add_section()
    table.add_row("bare renderer, rgb", f"{bare:.4f}")
    table.add_row("all annotators and writers, on disk", f"{whole:.4f}")
    console = Console()
    console.print(table)
    console.print(f"all of them / bare renderer: {whole / bare:.2f}")


def alone(plan: Plan, plugins: Plugins) -> dict[str, float]:
    """Return the median seconds of each annotator and writer, one after the other on the same frames."""
    with open_studio(plan, plugins) as studio:
        spent: defaultdict[str, list[float]] = defaultdict(list)

        def timed(name: str, start: float) -> None:
            spent[name].append(time.perf_counter() - start)

        for index in plan.frames:
            frame, _ = studio.make(index)
            for key, annotator in plan.annotators.items():
                start = time.perf_counter()
                annotator.annotate(frame)
                timed(f"annotator {key}", start)
            assert frame.capture.rgb is not None
            start = time.perf_counter()
            frame.picture = Picture(path=f"{frame.name}.png", suffix=".png", content=png(frame.capture.rgb))
            timed("picture as PNG", start)
            for key, writer in plan.writers.items():
                start = time.perf_counter()
                list(writer.files(frame))
                timed(f"writer {key}", start)
    return {name: median(values) for name, values in spent.items()}


if __name__ == "__main__":
    main()
