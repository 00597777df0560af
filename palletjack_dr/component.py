"""Components: the pieces that a config chooses. Each is one frozen dataclass, which is also its config schema."""

from __future__ import annotations

import dataclasses
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import numpy.typing as npt

from palletjack_dr.assets_root import EngineAsset
from palletjack_dr.distributions import distribution, setting
from palletjack_dr.edits import Edits
from palletjack_dr.errors import ConfigError
from palletjack_dr.randomness import Rng

if TYPE_CHECKING:
    from palletjack_dr.builder import SceneBuilder
    from palletjack_dr.dataset import Dataset, Record
    from palletjack_dr.frame import Frame
    from palletjack_dr.scene import Scene

Annotation = npt.NDArray[Any] | list[dict[str, Any]]
"""What an annotator returns: an array over the pixels, or a table with one row per object."""


@dataclass(frozen=True, kw_only=True)
class Component:
    """Base of all components: turns drawn fields into distributions and checks declared ranges."""

    def __post_init__(self) -> None:
        """Refuse values that could fail later, in the middle of a run."""
        for f in dataclasses.fields(self):
            value = getattr(self, f.name)
            low, high = f.metadata.get("low", -np.inf), f.metadata.get("high", np.inf)
            if f.metadata.get("drawn"):
                parsed = distribution(value, name=f.name, low=low, high=high, whole=f.metadata["whole"])
                object.__setattr__(self, f.name, parsed)
            elif "low" in f.metadata and not (_is_number(value) and low <= value <= high):
                raise ConfigError(f"{f.name}: got {value!r}, wanted a number in [{low:g}, {high:g}]")
            elif isinstance(value, list):
                object.__setattr__(self, f.name, tuple(value))

    def engine_assets(self) -> Sequence[EngineAsset]:
        """Return the files below the engine's assets root that this component needs; they are looked for at start."""
        return ()


@dataclass(frozen=True, kw_only=True)
class Environment(Component, ABC):
    """The surroundings: floor, walls, lights. One per run."""

    @abstractmethod
    def build(self, builder: SceneBuilder) -> None:
        """Add the surroundings to the scene."""


@dataclass(frozen=True, kw_only=True)
class Asset(Component, ABC):
    """A source of objects, each with a role and a semantic class."""

    @abstractmethod
    def populate(self, builder: SceneBuilder) -> None:
        """Add the objects to the scene; randomizers place or hide them frame by frame."""


@dataclass(frozen=True, kw_only=True)
class Randomizer(Component, ABC):
    """Draws edits. ``probability`` and ``every`` are the core's to draw: a subclass needs not look at them.

    With ``every: n`` the draws hold for n frames in a row; with ``probability: p`` the randomizer is silent in
    a share 1 - p of them.
    """

    probability: float = setting(1.0, low=0.0, high=1.0)
    every: int = setting(1, low=1)

    @abstractmethod
    def sample(self, rng: Rng, scene: Scene) -> Edits:
        """Return the edits of one frame. ``scene`` shows what the randomizers before this one decided.

        Draw from ``rng`` only, and touch nothing: the same generator and scene must give the same edits.
        """


@dataclass(frozen=True, kw_only=True)
class Constraint(Component, ABC):
    """Refuses frames by their outcome: before rgb is rendered, or with ``after_rgb`` after it, which costs a render."""

    after_rgb: ClassVar[bool] = False
    needs: ClassVar[tuple[str, ...]] = ()
    """Outputs of the engine that this constraint reads besides ``instance_id``, e.g. ("depth",)."""

    @abstractmethod
    def reject(self, frame: Frame) -> str | None:
        """Return why ``frame`` is refused, in the same words each time so that reasons can be counted, or None."""


@dataclass(frozen=True, kw_only=True)
class Annotator(Component, ABC):
    """Computes one kind of ground truth from a frame's capture and object table."""

    needs: ClassVar[tuple[str, ...]] = ()
    """Outputs of the engine that this annotator reads besides ``instance_id``, e.g. ("depth",)."""

    @abstractmethod
    def annotate(self, frame: Frame) -> Annotation:
        """Return the ground truth: an array (H, W, ...) or a table."""

    def legend(self, scene: Scene) -> Mapping[str, int]:
        """Return what the numbers of an array stand for, for the manifest; empty where they speak for themselves."""
        return {}


@dataclass(frozen=True, kw_only=True)
class Writer(Component, ABC):
    """Turns a frame into files. The core puts them on disk, whole or not at all.

    Files with the same content in one frame are stored once and linked. The picture itself is the core's:
    ``frame.picture`` is what it writes to ``pictures.folder``.
    """

    reads: ClassVar[tuple[str, ...]] = ()
    """Annotations that must be there, by their key in ``annotators``."""

    def files(self, frame: Frame) -> Iterable[tuple[str, bytes]]:
        """Return (path below the dataset folder, content) of each file of a frame; the path holds ``frame.name``."""
        return ()

    def summary(self, dataset: Dataset) -> Iterable[tuple[str, bytes]]:
        """Return dataset-level files when the run ends, from the records of all frames and what is on disk."""
        return ()


@dataclass(frozen=True, kw_only=True)
class ShardWriter(Writer, ABC):
    """Packs the files of many frames, and their records, into tar files: ``folder``/train-000000.tar and so on.

    A shard holds the next ``frames_per_shard`` frames of a split, the last one what is left. Each is written as soon as
    its frames are there; the core does that. With ``keep_files: false`` the files in it are not kept beside it.
    """

    folder: str = "shards"
    frames_per_shard: int = setting(200, low=1)
    keep_files: bool = True

    @abstractmethod
    def members(self, record: Record) -> Mapping[str, str]:
        """Return those of a frame's files that go into its shard, by the name that each has there after the frame's.

        The record itself is always there as "json".
        """


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
