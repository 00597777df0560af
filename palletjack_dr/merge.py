"""Make one dataset of the folders of its shards: the same that a single run would have made."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from omegaconf import OmegaConf
from rich.progress import track

from palletjack_dr.config import build, frame_indices
from palletjack_dr.dataset import Dataset
from palletjack_dr.dataset_config import OWN_KEYS, differences
from palletjack_dr.discovery import Plugins
from palletjack_dr.errors import DatasetError
from palletjack_dr.journal import LINES, MANIFEST, Journal
from palletjack_dr.progress import console
from palletjack_dr.run import finish
from palletjack_dr.whole_files import link

SAME = ("palletjack_dr", "api", "engine", "plugins", "assets", "instances", "legends")
"""What manifests must agree on, for the frames to be those of one run."""
AT_ONCE = 100
"""Frames that are committed together."""


def merge(folders: Sequence[Path], out: Path, plugins: Plugins) -> None:
    """Link the frames of all folders into ``out`` and write its tables; repeat it after any interruption.

    Raises ``DatasetError`` where the folders do not belong together, or where a frame is missing or there twice.
    """
    shards = [Dataset.open(folder) for folder in folders]
    check_belong(shards)
    home = homes(shards)
    first = shards[0]
    config = {**first.config, "frames": {**first.config["frames"], "shard": "1/1"}, "output_dir": str(out)}
    plan = build(OmegaConf.create(config), plugins.registry)
    with Journal(out, plan.config) as journal:
        journal.write(MANIFEST, json.dumps(first.manifest, indent=1).encode())
        linked: list[dict[str, Any]] = []
        todo = [index for index in sorted(home) if index not in journal.records]
        for index in track(todo, "frames", console=console):
            shard, record = home[index]
            for name in record["files"]:
                _bring(shard.folder / name, out / name)
            linked.append(dict(record))
            if len(linked) == AT_ONCE or index == todo[-1]:
                journal.append(linked)
                linked = []
        finish(plan, journal)


def check_belong(shards: Sequence[Dataset]) -> None:
    """Raise ``DatasetError`` unless all folders were made by one config, version, engine and set of assets."""
    first = shards[0]
    for other in shards[1:]:
        different = differences(_identity(first.config), _identity(other.config))
        what = "config"
        if not different:
            manifests = [{key: shard.manifest.get(key) for key in SAME} for shard in (first, other)]
            different, what = differences(*manifests), "manifest"
        if different:
            raise DatasetError(
                f"{other.folder} and {first.folder} are not of one run: in their {what}, {', '.join(different[:3])} "
                f"{'differs' if len(different) == 1 else 'differ'}; merge the shards of one command only"
            )


def homes(shards: Sequence[Dataset]) -> dict[int, tuple[Dataset, Mapping[str, Any]]]:
    """Return the folder and the record of every frame. Raises ``DatasetError`` if one is missing or there twice."""
    home: dict[int, tuple[Dataset, Mapping[str, Any]]] = {}
    for shard in shards:
        for record in shard.records:
            index = record["frame"]
            if index in home:
                raise DatasetError(
                    f"frame {index} is in both {home[index][0].folder} and {shard.folder}; "
                    f"name each shard once, and give each its own frames.shard"
                )
            home[index] = shard, record
    frames = shards[0].config["frames"]
    wanted = frame_indices(frames["count"], frames["start"], "1/1")
    missing = [index for index in wanted if index not in home]
    if missing:
        raise DatasetError(
            f"{len(missing)} of {len(wanted)} frames are missing, the first is {missing[0]}, "
            f"{_whose(missing[0], shards)}"
        )
    beyond = sorted(home.keys() - set(wanted))
    if beyond:
        raise DatasetError(
            f"{home[beyond[0]][0].folder} holds frame {beyond[0]}, which is not among the {len(wanted)} frames from "
            f"{wanted[0]} on that the config asks for; make all shards with the same frames.count and frames.start"
        )
    return home


def _whose(index: int, shards: Sequence[Dataset]) -> str:
    """Return what to do for a frame that is missing."""
    for shard in shards:
        if index in frame_indices(**shard.config["frames"]):
            return f"which {shard.folder} should hold: repeat its command, which makes what it lacks"
    frames = shards[0].config["frames"]
    _, _, count = frames["shard"].partition("/")
    number = (index - frames["start"]) % int(count) + 1
    return f"of shard {number}/{count}, which none of the folders is: name its folder too"


def _identity(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return what all shards of one command have in common."""
    frames = {key: value for key, value in config["frames"].items() if key != "shard"}
    return {**{key: value for key, value in config.items() if key not in OWN_KEYS}, "frames": frames}


def _bring(source: Path, goal: Path) -> None:
    """Give a file a second name, or copy it where the file system cannot."""
    if not source.is_file():
        raise DatasetError(f"{source} is in {LINES} but not there; repeat the command of its shard, which makes it")
    if not link(source, goal):
        try:
            shutil.copyfile(source, goal)
        except OSError as error:
            raise DatasetError(f"{goal} cannot be written: {error.strerror}; the same command goes on") from error
