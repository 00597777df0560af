"""Score thresholds by class: from the command line, or stored with a model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from palletjack_dr.errors import ConfigError, did_you_mean
from palletjack_dr.tao.detector import read_checkpoint


def given_thresholds(value: Any, classes: Sequence[str]) -> dict[str, float]:
    """Return the threshold of each class from one number for all, or from a number by class name.

    Raises ``ConfigError`` for anything else, and for a class that is not there or is missing.
    """
    rows = value if isinstance(value, Mapping) else dict.fromkeys(classes, value)
    for name, number in rows.items():
        if name not in classes:
            raise ConfigError(f"threshold: no class {name!r}{did_you_mean(str(name), classes)}")
        if isinstance(number, bool) or not isinstance(number, (int, float)):
            raise ConfigError(f"threshold: got {number!r}, wanted a number, e.g. threshold=0.5")
    if missing := [name for name in classes if name not in rows]:
        raise ConfigError(f"threshold: none for {', '.join(missing)}; give one number for all, or one for each class")
    return {name: float(rows[name]) for name in classes}


def stored_thresholds(model: Path, classes: Sequence[str]) -> dict[str, float] | None:
    """Return what the checkpoint stores under "threshold", one number or one by class; None where it has none."""
    stored = read_checkpoint(model).get("threshold")
    if isinstance(stored, Mapping):
        stored = {name: stored[name] for name in classes if name in stored}
    return None if not stored and stored != 0 else given_thresholds(stored, classes)
