"""What every annotator and writer costs a frame, each alone on the frames of one run.

    python benchmarks/labels.py [--frames 12] [--json FILE] [hydra overrides]

``speed.py --questions labels`` says what few, the default and all of them cost together.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from statistics import median

from machine import code, machine
from rich.console import Console
from rich.table import Table

from palletjack_dr.cli.hydra_app import compose
from palletjack_dr.config import Plan, build
from palletjack_dr.discovery import Plugins, load_plugins
from palletjack_dr.frame import Picture
from palletjack_dr.images import png
from palletjack_dr.run import open_studio


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--frames", type=int, default=12)
    parser.add_argument("--json", type=Path)
    parser.add_argument("overrides", nargs="*")
    options = parser.parse_args()
    plugins = load_plugins()
    annotators, writers = ([n for n in plugins.registry.of(g) if n != "basic"] for g in ("annotator", "writer"))
    everything = [f"annotator=[{','.join(annotators)}]", f"writer=[{','.join([*writers, 'ground_truth'])}]"]
    with tempfile.TemporaryDirectory() as folder:
        words = ["quality=draft", *options.overrides, *everything, f"frames.count={options.frames}"]
        plan = build(compose("benchmark", [*words, f"output_dir={folder}"], plugins)[0], plugins.registry)
        parts = alone(plan, plugins)
    table = Table("part", "ms per frame", title=f"{options.frames} frames, {plan.resolution}")
    for part, seconds in parts.items():
        table.add_row(part, f"{1000 * seconds:.1f}")
    Console().print(table)
    if options.json:
        result = {**code(), "machine": machine(), "kind": "labels", "resolution": plan.resolution, "parts": parts}
        options.json.write_text(json.dumps(result, indent=1) + "\n")


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
