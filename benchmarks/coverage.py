"""How many renders a coverage contract takes: steered by the planner, and by drawing frames until the bins are full.

    python benchmarks/coverage.py [frames] [most plain renders] [light]

The contract has five bins each of occlusion, truncation and distance, equally full. A render is one pass of ids. The
plain run keeps a frame when one of its targets falls into bins that all have room, and stops when every bin is full,
or after the given number of renders, and then says how full they are. With ``light`` the contract has five bins of the
light level alone, and a render is one of colours, of 160x96 pixels.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import count as counting
from typing import Any

from rich.console import Console
from rich.table import Table

from palletjack_dr.cli.hydra_app import compose
from palletjack_dr.config import Plan, build
from palletjack_dr.coverage.contract import measured, within
from palletjack_dr.discovery import Plugins, load_plugins
from palletjack_dr.labels.light import light_level
from palletjack_dr.run import execute, open_studio
from palletjack_dr.url_journal import read_records

BINS = {
    "occlusion": [0.0, 0.1, 0.25, 0.4, 0.6, 0.8],
    "truncation": [0.0, 0.05, 0.2, 0.35, 0.5, 0.7],
    "distance": [1.5, 3.0, 5.0, 7.0, 9.0, 12.0],
}
Bins = dict[str, list[float]]
LIGHT = {"light": [0.05, 0.2, 0.35, 0.5, 0.65, 0.8]}
BASE = ["quality=draft", "resolution=[480,272]", "check_share=0", "annotator=[boxes_2d]", "writer=[kitti]"]
VISIBLE = ["constraints.target_visible.min_px=40"]


def main() -> None:
    """Measure and print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 600
    most = int(sys.argv[2]) if len(sys.argv) > 2 else 10 * count
    bins_of = LIGHT if "light" in sys.argv else BINS
    base = [*BASE, *VISIBLE, *(["resolution=[160,96]"] if bins_of is LIGHT else [])]
    plugins = load_plugins()
    bins = ", ".join(f"{name}: {values}" for name, values in bins_of.items())
    with tempfile.TemporaryDirectory() as folder:
        own = [
            *base,
            f"frames.count={count}",
            f"output_dir={folder}/steered",
            f"coverage={{bins: {{{bins}}}}}",
        ]
        steered_plan = build(compose("benchmark", own, plugins)[0], plugins.registry)
        execute(steered_plan, plugins)
        records = read_records(steered_plan.output_dir)
        steered = sum(renders_of(r, bins_of) for r in records)
        unmet = sum(len({attempt for attempt, _ in r["refused"]}) >= steered_plan.max_attempts for r in records)
        own = [*base, f"frames.count={most}", f"output_dir={folder}/plain"]
        renders, kept, fill = plain(
            build(compose("benchmark", own, plugins)[0], plugins.registry), plugins, count, most, bins_of
        )
    got = Counter(
        (name, bin_of(bins_of[name], name, value))
        for r in records
        for row in r["objects"]
        if row["id"] == r["subject"]
        for name, value in measured(row, r.get("light")).items()
        if name in bins_of
    )
    table = Table("", "planner", "plain", title=f"{count} frames, five bins each of {', '.join(bins_of)}")
    table.add_row("renders", str(steered), str(renders))
    table.add_row("frames kept", str(count - unmet), str(kept))
    table.add_row("renders per frame kept", f"{steered / max(count - unmet, 1):.1f}", f"{renders / max(kept, 1):.1f}")
    for name, edges in bins_of.items():
        for i in range(len(edges) - 1):
            where = f"{name} {edges[i]:g} to {edges[i + 1]:g}"
            quota = count / (len(edges) - 1)
            table.add_row(f"{where}, of quota", f"{got[name, i] / quota:.0%}", f"{fill[name, i] / quota:.0%}")
    Console().print(table)
    missing = "" if kept >= count else f" at least (the plain run has {kept} of {count} frames)"
    Console().print(f"plain / planner: {renders / steered:.1f}{missing}")


def renders_of(record: dict[str, Any], bins: Bins) -> int:
    """Return the renders that a frame took: of ids, or of colours, which attempts refused before them never see."""
    if "light" not in bins:
        return len({attempt for attempt, _ in record["refused"]}) + 1
    return len({attempt for attempt, reason in record["refused"] if reason == "coverage: light"}) + 1


def plain(plan: Plan, plugins: Plugins, count: int, most: int, bins: Bins) -> tuple[int, int, Counter[tuple[str, int]]]:
    """Return the renders, the frames kept and the filling of the bins of a run without a planner."""
    with open_studio(plan, plugins) as studio:
        room = {(name, i): count / (len(edges) - 1) for name, edges in bins.items() for i in range(len(edges) - 1)}
        fill: Counter[tuple[str, int]] = Counter()
        kept = renders = 0
        for index in counting():
            frame = studio.propose(index)
            rows = [row for row in frame.objects if row.role == "target" and row.visible_px >= 40]
            if "light" in bins:
                if not rows:
                    continue
                frame.capture = replace(frame.capture, rgb=studio.camera.capture(["rgb"]).rgb)
            renders += 1
            for row in rows:
                values = measured(row, light_level(frame.capture, row.id))
                cells = [(name, bin_of(bins[name], name, values[name])) for name in bins if name in values]
                if len(cells) == len(bins) and all(i >= 0 and fill[name, i] < room[name, i] for name, i in cells):
                    fill.update(cells)
                    kept += 1
                    break
            if kept >= count or renders >= most:
                break
    return renders, kept, fill


def bin_of(edges: Sequence[float], name: str, value: float) -> int:
    """Return the number of a value's bin, -1 outside all."""
    return next((i for i in range(len(edges) - 1) if within(value, (edges[i], edges[i + 1]), name)), -1)


if __name__ == "__main__":
    main()
