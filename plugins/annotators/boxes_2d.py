"""2D boxes: tight, amodal and loose, with occlusion and truncation."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from palletjack_dr import Annotation, Annotator, Registry, hookimpl, setting
from palletjack_dr.frame import Frame
from palletjack_dr.geometry import transform
from palletjack_dr.labels.cuboid import cuboid_corners, loose_box
from palletjack_dr.labels.truth import ObjectTruth


@dataclass(frozen=True, kw_only=True)
class Boxes2d(Annotator):
    """One row per visible object of ``roles`` with at least ``min_px`` visible pixels.

    Those that are hidden by more than ``max_occlusion`` have none, as a person who labels photos would leave them out.

    ``box`` is tight around the visible pixels, ``amodal_box`` around the whole object, also where it is hidden
    or reaches out of the picture, and ``loose_box`` around its projected 3D box, within the picture; all
    [x1, x2) x [y1, y2) [px]. ``occlusion`` and ``truncation`` are shares in [0, 1], ``distance`` is in metres.
    """

    roles: list[str] = field(default_factory=lambda: ["target"])
    min_px: int = setting(1, low=1)
    max_occlusion: float = setting(1.0, low=0.0, high=1.0)

    def annotate(self, frame: Frame) -> Annotation:
        """Return the rows in instance order."""
        return [self._row(frame, thing) for thing in frame.objects if self._is_labelled(thing)]

    def _is_labelled(self, thing: ObjectTruth) -> bool:
        shown = thing.visible_px >= self.min_px and (thing.occlusion or 0.0) <= self.max_occlusion
        return thing.role in self.roles and shown

    def _row(self, frame: Frame, thing: ObjectTruth) -> dict[str, Any]:
        wanted = ("id", "label", "role", "box", "amodal_box", "occlusion", "truncation", "visible_px", "distance")
        whole = frame.scene.thing(thing.path)
        corners = transform(frame.scene.world_from(whole), cuboid_corners(whole.bounds))
        return {name: getattr(thing, name) for name in wanted} | {"loose_box": loose_box(corners, frame.capture)}


@hookimpl
def dr_register(registry: Registry) -> None:
    """Offer ``annotator=boxes_2d``."""
    registry.annotator(Boxes2d, name="boxes_2d")
