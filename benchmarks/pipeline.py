"""What labels, encoding and bookkeeping cost: the whole pipeline against the bare renderer, in one run.

    python benchmarks/pipeline.py [frames] [hydra overrides]

The same frames are made once to fill every cache; then, in turns, by the pipeline (everything on disk) and by the
bare renderer (edits applied, rgb captured, nothing else). Prints medians, their ratio and the stages of the last turn.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

from palletjack_dr.cli.hydra_app import compose
from palletjack_dr.config import Plan, build
from palletjack_dr.discovery import Plugins, load_plugins
from palletjack_dr.edits import Edit
from palletjack_dr.hookspecs import hookimpl
from palletjack_dr.report.facts import stage_seconds
from palletjack_dr.run import execute, populate
from palletjack_dr.url_journal import read_records

ROUNDS = 3


def main() -> None:
    """Measure and print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 24
    wholes, bares = [], []
    with tempfile.TemporaryDirectory() as folder:
        plugins = load_plugins()

        def plan(name: str) -> Plan:
            overrides = [*sys.argv[2:], f"frames.count={count}", f"output_dir={folder}/{name}"]
            return build(compose("benchmark", overrides, plugins)[0], plugins.registry)

        execute(plan("warm"), plugins)
        for turn in range(ROUNDS):
            timed = plan(f"timed_{turn}")
            wholes.append(timed_run(timed, plugins))
            records = read_records(timed.output_dir)
            bares.append(bare_run(timed, [[Edit.from_json(row) for row in r["edits"]] for r in records]))
        size = sum(p.stat().st_size for p in Path(timed.config["output_dir"]).rglob("*") if p.is_file())
    whole, bare = median(wholes), median(bares)
    table = Table("what", "s per frame", "frames/s", title=f"{count} frames, {timed.resolution}, {timed.quality}")
    table.add_row("bare renderer, rgb", f"{bare / count:.3f}", f"{count / bare:.2f}")
    table.add_row("pipeline, on disk", f"{whole / count:.3f}", f"{count / whole:.2f}")
    for stage, seconds in stage_seconds(records):
        table.add_row(f"  {stage}", f"{seconds:.3f}", "")
    console = Console()
    console.print(table)
    ratios = sorted(b / w for b, w in zip(bares, wholes, strict=True))
    console.print(
        f"pipeline / bare renderer: {bare / whole:.2f} (rounds {ratios[0]:.2f} to {ratios[-1]:.2f}); "
        f"{size / count / 1e6:.2f} MB a frame"
    )


def timed_run(plan: Plan, plugins: Plugins) -> float:
    """Return the seconds that a run takes from its first frame on, start-up left out."""
    clock = _FirstFrame()
    plugins.hooks.manager.register(clock)
    execute(plan, plugins)
    plugins.hooks.manager.unregister(clock)
    return time.perf_counter() - clock.start


class _FirstFrame:
    """Notes when the first frame begins."""

    start = 0.0

    @hookimpl
    def dr_edits(self) -> None:
        """Take the time once."""
        self.start = self.start or time.perf_counter()


def bare_run(plan: Plan, frames: list[list[Edit]]) -> float:
    """Return the seconds that the renderer alone takes for the same frames."""
    scene = populate(plan).scene()
    plan.engine.open(scene, plan.resolution, plan.quality)
    plan.engine.apply(frames[0])
    plan.engine.capture(["rgb"])
    start = time.perf_counter()
    for edits in frames:
        plan.engine.apply(edits)
        plan.engine.capture(["rgb"])
    seconds = time.perf_counter() - start
    plan.engine.close()
    return seconds


if __name__ == "__main__":
    main()
