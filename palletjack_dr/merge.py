"""Make one dataset of the folders of its shards: the same that a single run would have made."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from omegaconf import OmegaConf
from rich.progress import track

from palletjack_dr.config import build, frame_indices
from palletjack_dr.dataset import Dataset
from palletjack_dr.dataset_config import OWN_KEYS, differences
from palletjack_dr.discovery import Plugins
from palletjack_dr.errors import DatasetError
from palletjack_dr.frame_files import FrameFiles
from palletjack_dr.journal import LINES, MANIFEST
from palletjack_dr.packed import packed_files, unpacked
from palletjack_dr.progress import console
from palletjack_dr.run import finish, packing_of
from palletjack_dr.storage import check, write
from palletjack_dr.url import Place
from palletjack_dr.url_journal import open_journal
from palletjack_dr.whole_files import link

SAME = ("palletjack_dr", "api", "engine", "plugins", "assets", "instances", "legends")
"""What manifests must agree on, for the frames to be those of one run."""
AT_ONCE = 100
"""Frames that are committed together."""


def merge(folders: Sequence[Place], out: Place, plugins: Plugins) -> None:
    """Bring the frames of all folders into ``out`` and write its tables; repeat it after any interruption.

    Files get second names where that can be, else they are copied; frames come out of shards and go into new ones.
    Raises ``DatasetError`` where the folders do not belong together, or where a frame is missing or there twice.
    """
    shards = [Dataset.anywhere(folder) for folder in folders]
    check_belong(shards)
    home = homes(shards)
    first = shards[0]
    config = {**first.config, "frames": {**first.config["frames"], "shard": "1/1"}, "output_dir": str(out)}
    plan = build(OmegaConf.create(config), plugins.registry)
    with ExitStack() as opened:
        journal = opened.enter_context(open_journal(out, plan.config))
        packing = opened.enter_context(packing_of(plan, journal))
        sources = [opened.enter_context(FrameFiles(shard.place)) for shard in shards]
        journal.write(MANIFEST, json.dumps(first.manifest, indent=1).encode())
        todo = [index for index in sorted(home) if index not in journal.records]
        brought: list[int] = []
        for index in track(todo, "frames", console=console):
            brought.append(index)
            if len(brought) == AT_ONCE or index == todo[-1]:
                for shard, source in zip(shards, sources, strict=True):
                    _bring(shard, [home[i][1] for i in brought if home[i][0] is shard], source, out)
                journal.append([unpacked(home[i][1]) for i in brought])
                brought = []
        finish(plan, journal, packing)


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
                f"{other.place} and {first.place} are not of one run: in their {what}, {', '.join(different[:3])} "
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
                    f"frame {index} is in both {home[index][0].place} and {shard.place}; "
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
            f"{home[beyond[0]][0].place} holds frame {beyond[0]}, which is not among the {len(wanted)} frames from "
            f"{wanted[0]} on that the config asks for; make all shards with the same frames.count and frames.start"
        )
    return home


def _whose(index: int, shards: Sequence[Dataset]) -> str:
    """Return what to do for a frame that is missing."""
    for shard in shards:
        if index in frame_indices(**shard.config["frames"]):
            return f"which {shard.place} should hold: repeat its command, which makes what it lacks"
    frames = shards[0].config["frames"]
    _, _, count = frames["shard"].partition("/")
    number = (index - frames["start"]) % int(count) + 1
    return f"of shard {number}/{count}, which none of the folders is: name its folder too"


def _identity(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return what all shards of one command have in common."""
    frames = {key: value for key, value in config["frames"].items() if key != "shard"}
    return {**{key: value for key, value in config.items() if key not in OWN_KEYS}, "frames": frames}


def _bring(shard: Dataset, records: Sequence[Mapping[str, Any]], source: FrameFiles, out: Place) -> None:
    """Give files second names where both places are folders; else read and write them, with their digests checked."""
    single = not any(packed_files(record) for record in records)
    if isinstance(shard.place, Path) and isinstance(out, Path) and single:
        for name in (name for record in records for name in record["files"]):
            _link(shard.place / name, out / name)
        return
    for frames in source.read(records):
        for record, contents in frames:
            check(shard.place, record, contents)
        write(out, frames)


def _link(source: Path, goal: Path) -> None:
    """Give a file a second name, or copy it where the file system cannot."""
    if not source.is_file():
        raise DatasetError(f"{source} is in {LINES} but not there; repeat the command of its shard, which makes it")
    if not link(source, goal):
        try:
            shutil.copyfile(source, goal)
        except OSError as error:
            raise DatasetError(f"{goal} cannot be written: {error.strerror}; the same command goes on") from error
