"""Runs of ten tiny frames on a bare floor, which start fast, and what two of them must have in common."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from palletjack_dr.cli import main

COUNT = 10
BARE_FLOOR = str(Path(__file__).with_name("bare_floor.py"))
"""The plugin that ``environment=bare_floor`` is from."""
SMALL = [
    "resolution=[96,64]",
    "quality=draft",
    "seed=5",
    f"frames.count={COUNT}",
    "environment=bare_floor",
    "asset=[palletjack]",
    "assets.palletjack.models=[standard,worn]",
    "randomizer=[exposure,target_placement,robot_camera]",
    "constraint=[]",
]
LOCAL = ["runtime=local", "runtime.workers=2"]
HEAD = "import os, signal, time\nfrom pathlib import Path\nfrom palletjack_dr import hookimpl\n@hookimpl\n"


def generate(folder: str, *overrides: str) -> Path:
    main(["generate", *SMALL, f"output_dir={folder}", *overrides])
    return Path(folder)


def truths(folder: Path) -> list[dict[str, Any]]:
    """Return all records in their order, without seconds and what is told of the pictures, which are dithered."""
    found = []
    for line in (folder / "frames.jsonl").read_text().splitlines():
        record = json.loads(line)
        files = {name: about for name, about in record["files"].items() if name != record["picture"]}
        found.append({**record, "seconds": None, "bytes": None, "files": files})
    return found
