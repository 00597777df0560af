"""2D boxes with occlusion and truncation."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from palletjack_dr import Annotation, Annotator, Registry, hookimpl, setting
from palletjack_dr.frame import Frame


@dataclass(frozen=True, kw_only=True)
class Boxes2d(Annotator):
    """One row per visible object of ``roles`` with at least ``min_px`` visible pixels.

    ``box`` is tight around the visible pixels and ``amodal_box`` around the whole object, both
    [x1, x2) x [y1, y2) [px]; ``occlusion`` and ``truncation`` are shares in [0, 1].
    """

    roles: list[str] = field(default_factory=lambda: ["target"])
    min_px: int = setting(1, low=1)

    def annotate(self, frame: Frame) -> Annotation:
        """Return the rows in instance order."""
        return [self._row(o) for o in frame.objects if o.role in self.roles and o.visible_px >= self.min_px]

    def _row(self, thing: Any) -> dict[str, Any]:
        wanted = ("id", "label", "role", "box", "amodal_box", "occlusion", "truncation", "visible_px", "distance")
        return {name: getattr(thing, name) for name in wanted}


@hookimpl
def dr_register(registry: Registry) -> None:
    """Offer ``annotator=boxes_2d``."""
    registry.annotator(Boxes2d, name="boxes_2d")
