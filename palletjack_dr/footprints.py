"""Footprints: the ground that objects cover, as rectangles turned on the floor.

Placing a hall's worth of goods compares some ten thousand pairs a frame. Plain numbers are faster there than arrays.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from palletjack_dr.geometry import Array, Pose

NO_POSE: Pose = (0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0)
Point = tuple[float, float]


@dataclass(frozen=True)
class Footprint:
    """A rectangle on the floor: its four ``points`` [m] in order round it, ``pose`` of the object that covers it."""

    points: tuple[Point, Point, Point, Point]
    pose: Pose = NO_POSE

    @cached_property
    def corners(self) -> Array:
        """The points as an array (4, 2) [m]."""
        return np.array(self.points)

    @cached_property
    def extent(self) -> tuple[float, float, float, float]:
        """The rectangle's x_min, y_min, x_max, y_max [m]."""
        (a, b), (c, d), (e, f), (g, h) = self.points
        return min(a, c, e, g), min(b, d, f, h), max(a, c, e, g), max(b, d, f, h)

    def within(self, area: Array) -> bool:
        """Return whether it lies in an upright rectangle [[x_min, y_min], [x_max, y_max]] [m]."""
        x1, y1, x2, y2 = self.extent
        return bool(x1 >= area[0, 0] and y1 >= area[0, 1] and x2 <= area[1, 0] and y2 <= area[1, 1])


def footprint(world_from_object: Array, bounds: Array, *, margin: float = 0.0, pose: Pose = NO_POSE) -> Footprint:
    """Return the ground under a box [[min], [max]] in an upright object's frame, ``margin`` [m] wider all round."""
    (a, b, c, x), (d, e, f, y) = world_from_object[:2].tolist()
    (x1, y1, z), (x2, y2, _) = bounds.tolist()
    return _turned(x + c * z, y + f * z, (a, b, d, e), (x1 - margin, y1 - margin, x2 + margin, y2 + margin), pose)


def standing(bounds: Array, pose: Pose, yaw: float, margin: float = 0.0) -> Footprint:
    """Return the ground under a box [[min], [max]], its scale applied, at a ``pose`` turned by ``yaw`` [rad] alone."""
    (x1, y1, _), (x2, y2, _) = bounds.tolist()
    c, s = math.cos(yaw), math.sin(yaw)
    return _turned(pose[0], pose[1], (c, -s, s, c), (x1 - margin, y1 - margin, x2 + margin, y2 + margin), pose)


def overlaps(a: Footprint, b: Footprint) -> bool:
    """Return whether two footprints share ground: no edge of either keeps the other on its far side."""
    (ax1, ay1, ax2, ay2), (bx1, by1, bx2, by2) = a.extent, b.extent
    if ax2 <= bx1 or bx2 <= ax1 or ay2 <= by1 or by2 <= ay1:
        return False  # by far the most pairs, told apart cheaply
    return not any(
        _apart(a.points, b.points, q[0] - p[0], q[1] - p[1])
        for one in (a.points, b.points)
        for p, q in ((one[0], one[1]), (one[1], one[2]))  # a rectangle's edges are the normals of their neighbours
    )


def _turned(
    x: float, y: float, turn: tuple[float, float, float, float], box: tuple[float, float, float, float], pose: Pose
) -> Footprint:
    a, b, c, d = turn
    x1, y1, x2, y2 = box
    return Footprint(
        (
            (x + a * x1 + b * y1, y + c * x1 + d * y1),
            (x + a * x2 + b * y1, y + c * x2 + d * y1),
            (x + a * x2 + b * y2, y + c * x2 + d * y2),
            (x + a * x1 + b * y2, y + c * x1 + d * y2),
        ),
        pose,
    )


def _apart(a: Iterable[Point], b: Iterable[Point], x: float, y: float) -> bool:
    """Return whether two shapes keep apart along a direction."""
    first, second = [x * u + y * v for u, v in a], [x * u + y * v for u, v in b]
    return max(first) <= min(second) or max(second) <= min(first)
