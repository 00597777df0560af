"""Footprints: the ground that objects cover, as rectangles turned on the floor."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from palletjack_dr.geometry import Array, Pose, transform

NO_POSE: Pose = (0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True)
class Footprint:
    """A rectangle on the floor: ``corners`` (4, 2) [m] in order round it, ``pose`` of the object that covers it."""

    corners: Array
    pose: Pose = NO_POSE

    @cached_property
    def extent(self) -> tuple[float, float, float, float]:
        """The rectangle's x_min, y_min, x_max, y_max [m]."""
        x, y = self.corners.T.tolist()
        return min(x), min(y), max(x), max(y)


def footprint(world_from_object: Array, bounds: Array, *, margin: float = 0.0, pose: Pose = NO_POSE) -> Footprint:
    """Return the ground under a box [[min], [max]] in an upright object's frame, ``margin`` [m] wider all round."""
    low, high = bounds[0] - margin, bounds[1] + margin
    corners = np.array([[low[0], low[1]], [high[0], low[1]], [high[0], high[1]], [low[0], high[1]]])
    return Footprint(transform(world_from_object, np.column_stack([corners, np.full(4, low[2])]))[:, :2], pose)


def overlaps(a: Footprint, b: Footprint) -> bool:
    """Return whether two footprints share ground: no edge of either keeps the other on its far side."""
    (ax1, ay1, ax2, ay2), (bx1, by1, bx2, by2) = a.extent, b.extent
    if ax2 <= bx1 or bx2 <= ax1 or ay2 <= by1 or by2 <= ay1:
        return False  # by far the most pairs, told apart cheaply
    for one in (a.corners, b.corners):
        for normal in (one[1] - one[0], one[2] - one[1]):  # a rectangle's edges are the normals of their neighbours
            first, second = a.corners @ normal, b.corners @ normal
            if first.max() <= second.min() or second.max() <= first.min():
                return False
    return True
