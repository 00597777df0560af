"""Depth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from palletjack_dr import Annotation, Annotator, Registry, hookimpl
from palletjack_dr.frame import Frame


@dataclass(frozen=True, kw_only=True)
class Depth(Annotator):
    """Distance along the optical axis [m], float32 (H, W); inf where there is nothing."""

    needs: ClassVar[tuple[str, ...]] = ("depth",)

    def annotate(self, frame: Frame) -> Annotation:
        """Return the depth image."""
        assert frame.capture.depth is not None
        return frame.capture.depth


@hookimpl
def dr_register(registry: Registry) -> None:
    """Offer ``annotator=depth``."""
    registry.annotator(Depth)
