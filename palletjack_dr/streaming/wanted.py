"""What is wanted of a stream, as plain data that travels to any process, and each process's share of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from palletjack_dr.config import Plan, frame_indices
from palletjack_dr.dataset_config import CONFIG, check_belongs
from palletjack_dr.discovery import Plugins
from palletjack_dr.errors import ConfigError, DatasetError, did_you_mean
from palletjack_dr.run import Run, listeners, set_stage


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A stream's resolved config and options; ``ranks`` are (rank, world size), None: as torch.distributed tells."""

    config: Mapping[str, Any]
    classes: tuple[str, ...]
    annotations: tuple[str, ...]
    endless: bool
    keep: Path | None
    ranks: tuple[int, int] | None


@dataclass(frozen=True, kw_only=True)
class Share:
    """The frames of one of several processes: every ``parts``-th, from number ``part`` (0-based) on."""

    part: int
    parts: int

    def of(self, plan: Plan, folder: Path) -> Plan:
        """Return the plan of this share, whose dataset folder is ``folder``: a shard of the plan's own shard."""
        number, of = _shard(plan)
        frames = {**plan.config["frames"], "shard": f"{number + of * self.part}/{of * self.parts}"}
        config = {**plan.config, "frames": frames, "output_dir": str(folder)}
        return replace(plan, config=config, frames=frame_indices(**frames), output_dir=folder)

    def folder(self, keep: Path) -> Path:
        """Return where this share is kept: each of several has a folder of its own, which can be merged.

        Raises ``DatasetError`` where another number of processes has kept frames there.
        """
        ending = f"-of-{self.parts}"
        others = [path.name for path in keep.glob("part-*-of-*") if not path.name.endswith(ending)]
        if others or (self.parts > 1 and (keep / CONFIG).is_file()):
            raise DatasetError(
                f"{keep} was kept by another number of processes, found {min(others, default=CONFIG)}; take as many as "
                f"then (workers of all ranks), or another folder; 'palletjack-dr merge' joins the parts of a whole"
            )
        return keep if self.parts == 1 else keep / f"part-{self.part + 1}{ending}"


def indices(plan: Plan, endless: bool) -> Iterable[int]:
    """Return the frames of a plan, or of one that has no end."""
    number, of = _shard(plan)
    return count(plan.config["frames"]["start"] + number - 1, of) if endless else plan.frames


def check(wanted: Wanted, plan: Plan, plugins: Plugins) -> Wanted:
    """Return what is wanted, its classes named. Raises ``ConfigError`` and its like for what would fail later.

    The scene is built for that and let go, for the hooks as a worker number 0 that makes no frames.
    """
    for name in wanted.annotations:
        if name not in plan.annotators:
            raise ConfigError(
                f"stream: annotations has {name!r}, which no annotator of this config makes"
                f"{did_you_mean(name, plan.annotators)}; add it by +annotator={name}"
            )
    if wanted.endless and plan.coverage is not None:
        raise ConfigError("stream: coverage deals its goals out over frames.count frames; leave out endless")
    if wanted.keep is not None:
        _check_folder(wanted, plan)
    with TemporaryDirectory() as folder:
        run = Run(plan=replace(plan, output_dir=Path(folder)), plugins=plugins, worker=0)
        with listeners(run):
            set_stage(run)
    assert run.scene is not None
    offered = sorted({thing.label for thing in run.scene.objects if thing.role == "target"})
    for name in wanted.classes:
        if name not in offered:
            raise ConfigError(f"stream: classes has {name!r}, which no target is{did_you_mean(name, offered)}")
    return replace(wanted, classes=wanted.classes or tuple(offered))


def _check_folder(wanted: Wanted, plan: Plan) -> None:
    assert wanted.keep is not None
    if wanted.endless:
        raise ConfigError("stream: what is kept has an end; give a large frames.count instead of endless")
    parts = sorted(wanted.keep.glob("part-*-of-*"))
    for folder in parts or [wanted.keep]:
        check_belongs(folder, plan.config)


def _shard(plan: Plan) -> tuple[int, int]:
    number, _, of = str(plan.config["frames"]["shard"]).partition("/")
    return int(number), int(of)
