"""A frame on its way from edits to files."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from palletjack_dr.component import Annotation
from palletjack_dr.edits import Edit

if TYPE_CHECKING:
    from palletjack_dr.engine import Capture
    from palletjack_dr.labels.amodal import AmodalMask
    from palletjack_dr.labels.truth import ObjectTruth
    from palletjack_dr.scene import Scene


@dataclass(frozen=True, kw_only=True)
class Picture:
    """The encoded picture of a frame: ``content`` of a file with ``suffix`` (".png", ".jpg"), at ``path``."""

    path: str
    suffix: str
    content: bytes


@dataclass(kw_only=True)
class Frame:
    """One attempt at one frame; the fields fill up in the order in which they stand here.

    ``scene`` is the scene with ``edits`` applied. ``capture`` holds what the engine has rendered so far,
    ``objects`` the truth about every object in the picture, ``amodal`` the whole silhouettes of the targets by id,
    ``annotations`` what the annotators returned, by their key in the config. ``subject`` is the id of the
    object that a coverage contract steered the frame for and ``light`` its light level, if the contract bins it;
    ``picture`` is there for writers.
    """

    index: int
    attempt: int
    split: str = "train"
    scene: Scene
    edits: list[Edit] = field(default_factory=list)
    capture: Capture
    objects: tuple[ObjectTruth, ...] = ()
    amodal: dict[int, AmodalMask] = field(default_factory=dict)
    annotations: dict[str, Annotation] = field(default_factory=dict)
    subject: int | None = None
    light: float | None = None
    picture: Picture | None = None

    @property
    def name(self) -> str:
        """The stem of the frame's file names: its index in six digits."""
        return f"{self.index:06d}"
