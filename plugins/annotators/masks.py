"""Visible and amodal masks, object by object."""

from __future__ import annotations

from dataclasses import dataclass, field

from palletjack_dr import Annotation, Annotator, Registry, hookimpl
from palletjack_dr.frame import Frame
from palletjack_dr.labels.rle import rle


@dataclass(frozen=True, kw_only=True)
class Masks(Annotator):
    """One row per visible object of ``roles``, with run-length encoded masks of the picture in COCO's form.

    ``visible`` holds the pixels that show the object, ``amodal`` all that it would cover alone, within the
    picture; the latter is null for objects that are no targets.
    """

    roles: list[str] = field(default_factory=lambda: ["target"])

    def annotate(self, frame: Frame) -> Annotation:
        """Return the rows in instance order."""
        ids = frame.capture.instance_id
        assert ids is not None
        rows = []
        for seen in frame.objects:
            if seen.role in self.roles and seen.visible_px:
                whole = frame.amodal.get(seen.id)
                amodal = rle(whole.inside(ids.shape)) if whole else None
                rows.append({"id": seen.id, "label": seen.label, "visible": rle(ids == seen.id), "amodal": amodal})
        return rows


@hookimpl
def dr_register(registry: Registry) -> None:
    """Offer ``annotator=masks``."""
    registry.annotator(Masks)
