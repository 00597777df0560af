"""Train RT-DETR by a spec of TAO's."""

from __future__ import annotations

from pathlib import Path


def train(spec: Path, results: Path) -> Path:
    """Train by the rtdetr YAML ``spec`` into the folder ``results``; return the final checkpoint.

    Raises ``TrainingError`` for a spec, source or file of weights that cannot be used.
    """
    from palletjack_dr.tao.loop import run

    from palletjack_dr.tao.detr.recipe import RtDetrRecipe
    from palletjack_dr.tao.detr.spec import load_spec

    _, text = load_spec(spec)
    return run(RtDetrRecipe(text, str(spec)), results)
