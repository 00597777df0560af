"""Runs of palletjack-dr in a process of their own, with the double of Isaac Sim where the real one would be."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
DOUBLE = ROOT / "tests/doubles/isaac"
SMALL = (
    "resolution=[240,144]",
    "quality=draft",
    "seed=5",
    "asset=[palletjack]",
    "assets.palletjack.models=[standard,worn]",
)
RANDOMIZERS = "randomizer=[lighting,exposure,floor_texture,wall_texture,object_colors,target_placement,robot_camera]"


@dataclass(frozen=True)
class Ended:
    """How a run ended: exit code, what it said, the double's log, and the folder that it ran in."""

    code: int
    said: str
    log: list[dict[str, Any]]
    folder: Path

    def calls(self, name: str) -> list[dict[str, Any]]:
        return [line for line in self.log if line["call"] == name]

    def order(self) -> list[str]:
        return [line["call"] for line in self.log]


def palletjack_dr(*arguments: str, double: str = "", **variables: str) -> Ended:
    """Run the command line; ``double`` is the version of Isaac Sim to double, '' = none is there."""
    log = Path("double.jsonl").absolute()
    log.unlink(missing_ok=True)
    path = [str(ROOT), *([str(DOUBLE)] if double else [])]
    own = {"PYTHONPATH": os.pathsep.join(path), "ISAAC_DOUBLE": double, "ISAAC_DOUBLE_LOG": str(log)}
    command = [sys.executable, "-m", "palletjack_dr", *arguments]
    ended = subprocess.run(
        command, env={**os.environ, **own, **variables}, capture_output=True, text=True, stdin=subprocess.DEVNULL
    )
    lines = [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []
    return Ended(ended.returncode, " ".join((ended.stdout + ended.stderr).split()), lines, Path.cwd())


def generate(folder: str, *overrides: str, double: str = "", **variables: str) -> Ended:
    """Make a small dataset, on the embedded engine or, with ``double``, on the replicator engine."""
    engine = ["engine=replicator"] if double else []
    return palletjack_dr(
        "generate", *SMALL, RANDOMIZERS, f"output_dir={folder}", *engine, *overrides, double=double, **variables
    )


def assets_stand_in(folder: Path) -> Path:
    """Build the stand-in for Isaac Sim's assets root, with the double out of reach again afterwards."""
    sys.path.insert(0, str(DOUBLE))
    try:
        from isaac_double.assets import build_assets
    finally:
        sys.path.remove(str(DOUBLE))
    return build_assets(folder)
