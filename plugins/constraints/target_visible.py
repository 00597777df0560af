"""Frames must show the target."""

from __future__ import annotations

from dataclasses import dataclass

from palletjack_dr import Constraint, Registry, hookimpl, setting
from palletjack_dr.frame import Frame


@dataclass(frozen=True, kw_only=True)
class TargetVisible(Constraint):
    """Refuses frames with fewer than ``count`` objects of ``role`` that show at least ``min_px`` pixels."""

    role: str = "target"
    count: int = setting(1, low=0)
    min_px: int = setting(300, low=1)

    def reject(self, frame: Frame) -> str | None:
        """Count the objects that show enough."""
        shown = sum(o.role == self.role and o.visible_px >= self.min_px for o in frame.objects)
        return None if shown >= self.count else f"fewer than {self.count} visible {self.role}"


@hookimpl
def dr_register(registry: Registry) -> None:
    """Offer ``constraint=target_visible``."""
    registry.constraint(TargetVisible)
