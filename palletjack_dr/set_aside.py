"""Frames that were set aside: a folder each that makes the frame again, alone, in one process."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

from omegaconf import OmegaConf

from palletjack_dr.config import Plan
from palletjack_dr.dataset_config import CONFIG
from palletjack_dr.journal import Journal
from palletjack_dr.runtime import SetAside
from palletjack_dr.storage import below, remove, remove_empty_folders
from palletjack_dr.url import Place

FAILED = "failed"
"""Folder of a dataset; below it, each frame that was set aside has one of its own."""


def write_bundle(plan: Plan, journal: Journal, frame: SetAside) -> None:
    """Write what is needed to reproduce a frame that was set aside into ``failed/<frame>/``.

    ``run.yaml`` makes that frame alone; ``frame.json`` says which it is, how its processes ended and by which
    command it is tried again; ``log.txt`` is what the last process printed before it ended.
    """
    folder = f"{FAILED}/{frame.frame:06d}"
    about = {
        "frame": frame.frame,
        "seed": plan.seed,
        "ends": list(frame.ends),
        "command": _command(plan.output_dir / folder),
    }
    journal.write(f"{folder}/{CONFIG}", OmegaConf.to_yaml(OmegaConf.create(_alone(plan, frame.frame))).encode())
    journal.write(f"{folder}/frame.json", json.dumps(about, indent=1).encode())
    journal.write(f"{folder}/log.txt", frame.log.encode())


def clear_bundles(plan: Plan, journal: Journal) -> None:
    """Remove the folders of frames that have been made since."""
    folders = {name: name.split("/")[1] for name in below(plan.output_dir, FAILED)}
    made = [name for name, folder in folders.items() if folder.isdecimal() and int(folder) in journal.records]
    remove(plan.output_dir, made)
    remove_empty_folders(plan.output_dir, made)


def _command(folder: Place) -> str:
    if isinstance(folder, Path):
        return f"palletjack-dr generate --config-dir {folder} --config-name run"
    return f"copy {folder} here, then palletjack-dr generate --config-dir {folder.name} --config-name run"


def _alone(plan: Plan, index: int) -> dict[str, Any]:
    """Return the config of the shard that is this frame; its count stays, since coverage goals depend on it."""
    config = copy.deepcopy(plan.config)
    frames = config["frames"]
    frames["shard"] = f"{index - frames['start'] + 1}/{frames['count']}"
    return {**config, "runtime": None, "output_dir": f"frame_{index:06d}"}
