"""How bright the objects of a frame must be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from palletjack_dr import Constraint, Registry, hookimpl, setting
from palletjack_dr.frame import Frame
from palletjack_dr.labels.light import light_level


@dataclass(frozen=True, kw_only=True)
class LightLevel(Constraint):
    """Refuses frames without an object of ``role`` whose mean luma lies in [``low``, ``high``], of 0 to 1.

    It looks at the picture, so each refusal costs a render: steer with lighting and exposure first.
    """

    after_rgb: ClassVar[bool] = True
    role: str = "target"
    low: float = setting(0.0, low=0.0, high=1.0)
    high: float = setting(1.0, low=0.0, high=1.0)

    def reject(self, frame: Frame) -> str | None:
        """Measure the visible pixels of each object."""
        for row in frame.objects:
            if row.role == self.role:
                light = light_level(frame.capture, row.id)
                if light is not None and self.low <= light <= self.high:
                    return None
        return f"no {self.role} with a light level of {self.low:g} to {self.high:g}"


@hookimpl
def dr_register(registry: Registry) -> None:
    """Offer ``constraint=light_level``."""
    registry.constraint(LightLevel, name="light_level")
