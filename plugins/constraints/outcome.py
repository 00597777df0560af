"""What a frame must show: objects within intervals of occlusion, truncation, distance, size, place."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from palletjack_dr import Constraint, Registry, hookimpl, setting
from palletjack_dr.errors import ConfigError
from palletjack_dr.frame import Frame
from palletjack_dr.labels.truth import ObjectTruth


@dataclass(frozen=True, kw_only=True)
class Outcome(Constraint):
    """Refuses frames in which fewer than ``at_least`` or more than ``at_most`` objects fit.

    An object fits if it has the ``role``, one of the classes ``labels`` (any, if empty) and lies within each
    interval [low, high]: ``occlusion`` and ``truncation`` as shares, ``distance`` [m], ``size`` as the root of its
    visible box's area [px], and the middle of that box within ``position`` [x1, y1, x2, y2], shares of the picture.
    """

    role: str = "target"
    labels: list[str] = field(default_factory=list)
    at_least: int = setting(1, low=0)
    at_most: int = setting(1000, low=0)
    occlusion: list[float] = field(default_factory=lambda: [0.0, 1.0])
    truncation: list[float] = field(default_factory=lambda: [0.0, 1.0])
    distance: list[float] = field(default_factory=lambda: [0.0, 1000.0])
    size: list[float] = field(default_factory=lambda: [1.0, 100_000.0])
    position: list[float] = field(default_factory=lambda: [0.0, 0.0, 1.0, 1.0])

    def __post_init__(self) -> None:
        """Refuse intervals that are none."""
        super().__post_init__()
        for name in ("occlusion", "truncation", "distance", "size"):
            interval = getattr(self, name)
            if len(interval) != 2 or not 0 <= interval[0] <= interval[1]:
                raise ConfigError(f"{name}: got {list(interval)}, wanted [low, high] with 0 <= low <= high")
        if len(self.position) != 4:
            raise ConfigError(f"position: got {list(self.position)}, wanted [x1, y1, x2, y2] as shares of the picture")

    def reject(self, frame: Frame) -> str | None:
        """Count the objects that fit."""
        assert frame.capture.instance_id is not None
        height, width = frame.capture.instance_id.shape
        count = sum(self._fits(row, width, height) for row in frame.objects)
        if count < self.at_least:
            return f"fewer than {self.at_least} fitting {self.role}"
        return f"more than {self.at_most} fitting {self.role}" if count > self.at_most else None

    def _fits(self, row: ObjectTruth, width: int, height: int) -> bool:
        if row.role != self.role or (self.labels and row.label not in self.labels) or row.box is None:
            return False
        x1, y1, x2, y2 = row.box
        left, top, right, bottom = self.position
        x, y = (x1 + x2) / 2 / width, (y1 + y2) / 2 / height
        measures = (
            (row.occlusion or 0.0, self.occlusion),
            (row.truncation or 0.0, self.truncation),
            (row.distance, self.distance),
            (math.sqrt((x2 - x1) * (y2 - y1)), self.size),
        )
        return left <= x <= right and top <= y <= bottom and all(low <= v <= high for v, (low, high) in measures)


@hookimpl
def dr_register(registry: Registry) -> None:
    """Offer ``constraint=outcome``."""
    registry.constraint(Outcome)
