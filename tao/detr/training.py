"""Train RT-DETR here, by TAO's YAML spec."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from palletjack_dr.tao.options import Options


def train(spec: Path, results: Path, options: Options | None = None) -> Path:
    """Train by the rtdetr YAML ``spec`` into the folder ``results``; return the final checkpoint.

    Raises ``TrainingError`` for a spec, source or file of weights that cannot be used.
    """
    from palletjack_dr.tao.detr.recipe import RtDetrRecipe
    from palletjack_dr.tao.detr.spec import load_spec
    from palletjack_dr.tao.loop import run

    _, text = load_spec(spec)
    return run(partial(RtDetrRecipe, text, str(spec)), results, options)
