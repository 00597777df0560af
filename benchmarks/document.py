"""Put all results into ``docs/performance.md``: tables between marks in the page, plots beside it.

    python benchmarks/document.py

A mark names a file of ``benchmarks/results`` and what is shown of it::

    <!-- result cpu.json quality -->
    ... is replaced ...
    <!-- end -->

Where the file is not there yet, the page says so and gives the command that makes it.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import plots
from tables import TABLES

HERE = Path(__file__).parent
RESULTS, PAGE = HERE / "results", HERE.parent / "docs/performance.md"
MARK = re.compile(r"(<!-- result (\S+) (\S+) -->\n).*?(<!-- end -->)", re.DOTALL)
COMMANDS = {
    "cpu.json": "speed.py",
    "labels.json": "labels.py",
    "peer.json": "peer.py",
    "gpu.json": "gpu.py --gpus 1 --per-gpu 1,4,8 --frames 200 --whole 5000",
    "gpu_two.json": "gpu.py --gpus 2,1 --per-gpu 8 --frames 100",
    "gpu_quality.json": "speed.py --questions quality,labels --frames 100",
}
"""What makes each file; ``--json`` goes after it."""


def main() -> None:
    """Draw the plots and rewrite the page."""
    found = {path.name: json.loads(path.read_text()) for path in sorted(RESULTS.glob("*.json"))}
    PAGE.write_text(written(PAGE.read_text(), found, PAGE.parent / "images"))


def written(page: str, found: dict[str, Any], images: Path) -> str:
    """Return the page with what is between its marks replaced; plots go to ``images``."""

    def block(match: re.Match[str]) -> str:
        head, file, what, tail = match.groups()
        return f"{head}{shown(file, what, found.get(file), images)}\n{tail}"

    return MARK.sub(block, page)


def lacks(result: dict[str, Any], what: str) -> bool:
    """Return whether a run of ``speed.py`` was not asked what is to be shown; the plot wants all of it."""
    if result["kind"] != "speed":
        return False
    wanted = {"pixels", "objects", "lights", "workers"} if what == "plot" else {what} - {"stages"}
    return not wanted <= {case["question"] for case in result["cases"]}


def shown(file: str, what: str, result: dict[str, Any] | None, images: Path) -> str:
    """Return a table, or the picture of a plot that has been drawn, or that there is no result."""
    if result is None or lacks(result, what):
        return f"*Not measured yet:* `python benchmarks/{COMMANDS[file]} --json benchmarks/results/{file}`"
    if what != "plot":
        return TABLES[what](result)
    path = images / f"speed_{Path(file).stem}.svg"
    draw = plots.processes if result["kind"] == "gpu" else plots.growth
    draw(result, path)
    return f"![how the cost of a frame grows](images/{path.name})"


if __name__ == "__main__":
    main()
