"""Put frames aside that failed, so that nothing trains on them, and make those again that can be."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from omegaconf import OmegaConf

from palletjack_dr.dataset import Dataset
from palletjack_dr.dataset_config import read_config
from palletjack_dr.journal import LINES
from palletjack_dr.validate.findings import LabelledImage
from palletjack_dr.whole_files import write

REJECTED = "rejected"


def quarantine(folder: Path, names: Iterable[str | Path]) -> list[Path]:
    """Move files, named relative to ``folder``, to the same places below ``rejected/``; return where they are now."""
    moved = []
    for name in names:
        path = folder / name
        if path.is_file():
            goal = folder / REJECTED / name
            goal.parent.mkdir(parents=True, exist_ok=True)
            path.replace(goal)
            moved.append(goal)
    return moved


def reject_frames(dataset: Dataset, frames: Iterable[int]) -> list[Path]:
    """Take frames out of one of our datasets: out of the journal first, then their files into ``rejected/``."""
    wrong = set(frames)
    lines = dataset.folder / LINES
    kept = [r for r in dataset.records if r["frame"] not in wrong]
    write(lines, b"".join(json.dumps(r, separators=(",", ":")).encode() + b"\n" for r in kept))
    names = [name for r in dataset.records if r["frame"] in wrong for name in r["files"]]
    return quarantine(dataset.folder, names)


def reject_images(folder: Path, images: Iterable[LabelledImage]) -> list[Path]:
    """Move the files of pictures of any dataset into ``rejected/``; tables that list them are left as they are."""
    inside = [path for image in images for path in image.files if path.is_relative_to(folder)]
    return quarantine(folder, [path.relative_to(folder) for path in inside])


def make_again(folder: Path) -> None:
    """Make the frames that a dataset of ours lacks, with the config that it was made with."""
    from palletjack_dr.config import build
    from palletjack_dr.discovery import load_plugins
    from palletjack_dr.run import execute

    plugins = load_plugins()
    config = OmegaConf.create({**read_config(folder), "output_dir": str(folder)})
    execute(build(config, plugins.registry), plugins)
