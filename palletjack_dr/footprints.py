"""Footprints: the ground that objects cover, as rectangles turned on the floor."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from palletjack_dr.geometry import Array, Pose, transform

NO_POSE: Pose = (0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True)
class Footprint:
    """A rectangle on the floor: ``corners`` (4, 2) [m] in order round it, ``pose`` of the object that covers it."""

    corners: Array
    pose: Pose = NO_POSE


def footprint(world_from_object: Array, bounds: Array, *, margin: float = 0.0, pose: Pose = NO_POSE) -> Footprint:
    """Return the ground under a box [[min], [max]] in an upright object's frame, ``margin`` [m] wider all round."""
    low, high = bounds[0] - margin, bounds[1] + margin
    corners = np.array([[low[0], low[1]], [high[0], low[1]], [high[0], high[1]], [low[0], high[1]]])
    return Footprint(transform(world_from_object, np.column_stack([corners, np.full(4, low[2])]))[:, :2], pose)


def overlaps(a: Footprint, b: Footprint) -> bool:
    """Return whether two footprints share ground: no edge of either keeps the other on its far side."""
    for one in (a.corners, b.corners):
        for edge in one - np.roll(one, 1, axis=0):
            normal = np.array([-edge[1], edge[0]])
            first, second = a.corners @ normal, b.corners @ normal
            if first.max() <= second.min() or second.max() <= first.min():
                return False
    return True
