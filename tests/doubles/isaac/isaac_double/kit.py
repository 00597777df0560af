"""The state of the double: version, call log, settings, stage; and the rules."""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


class RuleBroken(AssertionError):  # noqa: N818  # it reads as what happened
    """The engine did what the real Isaac Sim punishes, mostly in silence."""


@dataclass
class Kit:
    version: str = field(default_factory=lambda: os.environ.get("ISAAC_DOUBLE", "5.1.0"))
    running: bool = False
    stage: Any = None
    settings: dict[str, Any] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    drained: bool = True
    loading: int = 0

    @property
    def six(self) -> bool:
        return self.version.startswith("6.")

    def record(self, call: str, **details: Any) -> None:
        self.calls.append(call)
        if file := os.environ.get("ISAAC_DOUBLE_LOG"):
            with Path(file).open("a") as log:
                log.write(json.dumps({"call": call, **details}, default=str) + "\n")

    def demand(self, holds: bool, rule: str) -> None:
        if not holds:
            self.record("rule broken", rule=rule)
            raise RuleBroken(rule)


kit = Kit()


def describe_installation() -> None:
    """Do what importing the package does first: say where it is installed, with a file that tells its version."""
    log = os.environ.get("ISAAC_DOUBLE_LOG")
    folder = Path(log).with_name("isaac_sim") if log else Path(tempfile.mkdtemp(prefix="isaac_double_"))
    folder.mkdir(exist_ok=True)
    (folder / "VERSION").write_text(kit.version + "-rc.7\n")
    os.environ["ISAAC_PATH"] = str(folder)
