"""The box around an object in 3D: its corners, its outline in the picture, its place in the camera's frame."""

from __future__ import annotations

import numpy as np

from palletjack_dr.engine import Capture
from palletjack_dr.geometry import Array, transform

SIGNS = np.array(
    [[x, y, z] for x in (1, -1) for y, z in ((-1, 1), (1, 1), (1, -1), (-1, -1))],
    dtype=float,
)
"""Front then rear (+X then -X of the object); of each: top right, top left, bottom left, bottom right (right is -Y)."""

EDGES = np.array([(0, 1), (1, 2), (2, 3), (3, 0), (4, 5), (5, 6), (6, 7), (7, 4), (0, 4), (1, 5), (2, 6), (3, 7)])
NEAR = 0.05
"""Edges are cut off at this depth [m], which is also where the engines' pictures begin."""
STEPS = 17
"""Points along an edge, which a lens bends."""


def cuboid_corners(bounds: Array) -> Array:
    """Return the corners (8, 3) of an axis-aligned box [[min], [max]] in the order of ``SIGNS``."""
    low, high = bounds
    corners: Array = np.where(SIGNS > 0, high, low)
    return corners


def cuboid_outline(corners: Array, capture: Capture) -> Array:
    """Return points (n, 2) [px] along the edges of a box, given by its world corners (8, 3).

    Edges are cut at the camera's near plane; none is left of a box behind it. NaN where an edge leaves the
    field of the lens.
    """
    local = transform(capture.view, corners)
    edges = EDGES[(local[EDGES, 2] >= NEAR).any(axis=1)]
    start, end = local[edges[:, 0]], local[edges[:, 1]]
    run = end - start
    cut = np.divide(NEAR - start[:, 2], run[:, 2], out=np.zeros(len(edges)), where=run[:, 2] != 0)
    first, last = np.where(start[:, 2] < NEAR, cut, 0.0), np.where(end[:, 2] < NEAR, cut, 1.0)
    along = first[:, None] + (last - first)[:, None] * np.linspace(0, 1, STEPS)
    points = start[:, None] + along[..., None] * run[:, None]
    rays = points[..., :2] / np.maximum(points[..., 2:], 1e-9)
    pixels: Array = capture.lens.distort(rays.reshape(-1, 2)) * [capture.k[0, 0], capture.k[1, 1]] + capture.k[:2, 2]
    return pixels


def loose_box(corners: Array, capture: Capture) -> tuple[float, float, float, float] | None:
    """Return the extent (x1, y1, x2, y2) [px] of a box's outline within the picture, or None if it misses it."""
    assert capture.instance_id is not None
    height, width = capture.instance_id.shape
    outline = cuboid_outline(corners, capture)
    outline = outline[np.isfinite(outline).all(axis=1)]
    if not len(outline):
        return None
    x1, y1 = np.maximum(outline.min(axis=0), 0.0).tolist()
    x2, y2 = np.minimum(outline.max(axis=0), [width, height]).tolist()
    return (x1, y1, x2, y2) if x1 < x2 and y1 < y2 else None


def upright_box(world_from_object: Array, bounds: Array, view: Array) -> dict[str, float]:
    """Return KITTI's 3D box of an object: h w l [m], x y z [m], rotation_y and alpha [rad].

    x y z is the middle of the box's underside in OpenCV camera axes; l runs along the object's X axis, w along
    its Y. ``rotation_y`` turns that X axis about the camera's y axis, 0 pointing right; ``alpha`` is the same
    as seen along the ray to the object. KITTI has no place for pitch and roll: they are left out, also those of
    the camera.
    """
    low, high = bounds
    size = np.linalg.norm(world_from_object[:3, :3], axis=0) * (high - low)
    foot = np.array([[(low[0] + high[0]) / 2, (low[1] + high[1]) / 2, low[2]]])
    x, y, z = transform(view, transform(world_from_object, foot))[0]
    ahead = view[:3, :3] @ world_from_object[:3, 0]
    turn = float(np.arctan2(-ahead[2], ahead[0]))
    alpha = (turn - float(np.arctan2(x, z)) + np.pi) % (2 * np.pi) - np.pi
    numbers = {"h": size[2], "w": size[1], "l": size[0], "x": x, "y": y, "z": z, "rotation_y": turn, "alpha": alpha}
    return {name: float(value) for name, value in numbers.items()}
