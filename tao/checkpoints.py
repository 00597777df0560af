"""Checkpoints that are whole or not there, and that carry a training on exactly where it was."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import torch

from palletjack_dr.tao.detector import TrainingError, read_checkpoint
from palletjack_dr.tao.recipe import Recipe

LAST = "checkpoints/last.pt"


def save(content: dict[str, Any], path: Path) -> None:
    """Write a checkpoint beside its name and rename it. Raises ``TrainingError`` where the disk refuses."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".part")
    try:
        torch.save(content, beside)
        os.replace(beside, path)
    except (OSError, RuntimeError) as error:
        beside.unlink(missing_ok=True)
        what = str(error).splitlines()[0]
        raise TrainingError(
            f"{path}: cannot be written ({what}); make room, then give the same command: it goes on from the last one"
        ) from error


def trained(recipe: Recipe, model: torch.nn.Module) -> dict[str, Any]:
    """Return what ``load_detector`` needs of a model, on the CPU."""
    weights = {name: value.detach().cpu() for name, value in model.state_dict().items()}
    return {
        "network": recipe.network,
        "spec": recipe.spec,
        "classes": list(recipe.classes),
        "size": list(recipe.size),
        "model": weights,
    }


def resumable(folder: Path, recipe: Recipe) -> dict[str, Any] | None:
    """Return the last checkpoint of a results folder, None if there is none.

    Raises ``TrainingError`` if it belongs to another spec: going on would mix two trainings.
    """
    path = folder / LAST
    if not path.is_file():
        return None
    content = read_checkpoint(path)
    if content["spec"] != recipe.spec or content["classes"] != list(recipe.classes):
        raise TrainingError(
            f"{folder} holds a training by another spec; name another results_dir, or remove {path} to begin anew"
        )
    return content
