"""Train DetectNet_v2 here, by TAO's experiment spec."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from palletjack_dr.tao.detectnet_v2.recipe import DetectNetRecipe
from palletjack_dr.tao.loop import run
from palletjack_dr.tao.options import Options


def train(spec: Path, results: Path, options: Options | None = None) -> Path:
    """Train what the spec file says and return the final checkpoint, ``results``/model.pt."""
    return run(partial(DetectNetRecipe, spec.read_text(encoding="utf-8")), results, options)
