"""How the frame time grows with the number of distractors that a frame shows.

    python benchmarks/objects.py [frames] [hydra overrides]

The same scene, with all warehouse and additional distractors in it, shows 10, 30, 50 and 70 of them; whole pipeline
(files on disk) and bare renderer (edits applied, rgb captured), in one run at quality=draft.
"""

from __future__ import annotations

import sys
import tempfile
from statistics import median

from pipeline import bare_run, timed_run
from rich.console import Console
from rich.table import Table

from palletjack_dr.cli.hydra_app import compose
from palletjack_dr.config import Plan, build
from palletjack_dr.discovery import load_plugins
from palletjack_dr.edits import Edit
from palletjack_dr.run import execute
from palletjack_dr.url_journal import read_records

COUNTS = (10, 30, 50, 70)
ROUNDS = 3


def main() -> None:
    """Measure and print."""
    frames = int(sys.argv[1]) if len(sys.argv) > 1 else 12
    plugins = load_plugins()
    table = Table("distractors", "shown", "pipeline [s]", "bare [s]", "pipeline / that of 10", title=f"{frames} frames")
    with tempfile.TemporaryDirectory() as folder:

        def plan(count: int, name: str) -> Plan:
            own = [
                "quality=draft",
                "asset=[palletjack,warehouse_distractors,additional_distractors]",
                f"randomizers.distractor_placement.count={count}",
                "randomizers.distractor_placement.tries=400",
                f"frames.count={frames}",
                f"output_dir={folder}/{name}",
            ]
            return build(compose("benchmark", [*own, *sys.argv[2:]], plugins)[0], plugins.registry)

        execute(plan(max(COUNTS), "warm"), plugins)
        first = 0.0
        for count in COUNTS:
            wholes, bares = [], []
            for turn in range(ROUNDS):
                timed = plan(count, f"{count}_{turn}")
                wholes.append(timed_run(timed, plugins) / frames)
                records = read_records(timed.output_dir)
                edits = [[Edit.from_json(row) for row in r["edits"]] for r in records]
                bares.append(bare_run(timed, edits) / frames)
            shown = median(sum(e.attribute == "visible" and e.value is True for e in frame) for frame in edits)
            whole = median(wholes)
            first = first or whole
            table.add_row(str(count), f"{shown:g}", f"{whole:.3f}", f"{median(bares):.3f}", f"{whole / first:.2f}")
    Console().print(table)


if __name__ == "__main__":
    main()
