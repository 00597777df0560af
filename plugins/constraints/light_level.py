"""How bright the objects of a frame must be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from palletjack_dr import Constraint, Registry, hookimpl, setting
from palletjack_dr.frame import Frame
from palletjack_dr.plugins.annotators.light_level import LUMA


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
        ids, rgb = frame.capture.instance_id, frame.capture.rgb
        assert ids is not None
        assert rgb is not None
        for row in frame.objects:
            if row.role == self.role and row.visible_px:
                luma = float((rgb[ids == row.id] @ LUMA).mean() / 255)
                if self.low <= luma <= self.high and np.isfinite(luma):
                    return None
        return f"no {self.role} with a light level of {self.low:g} to {self.high:g}"


@hookimpl
def dr_register(registry: Registry) -> None:
    """Offer ``constraint=light_level``."""
    registry.constraint(LightLevel, name="light_level")
