"""Areas and overlaps of boxes, x1 y1 x2 y2 [px], as [x1, x2) x [y1, y2)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def areas(boxes: Floats) -> Floats:
    """Return the area (N,) [px2] of boxes (N, 4)."""
    size: Floats = np.prod(np.maximum(boxes[:, 2:] - boxes[:, :2], 0), axis=1)
    return size


def intersections(first: Floats, second: Floats) -> Floats:
    """Return the shared area (N, M) [px2] of two lists of boxes, (N, 4) and (M, 4)."""
    width = np.minimum(first[:, None, 2], second[None, :, 2]) - np.maximum(first[:, None, 0], second[None, :, 0])
    height = np.minimum(first[:, None, 3], second[None, :, 3]) - np.maximum(first[:, None, 1], second[None, :, 1])
    shared: Floats = np.maximum(width, 0) * np.maximum(height, 0)
    return shared


def overlaps(first: Floats, second: Floats) -> Floats:
    """Return the intersection over union (N, M) of two lists of boxes, (N, 4) and (M, 4); 0 without area."""
    shared = intersections(first, second)
    union = areas(first)[:, None] + areas(second)[None] - shared
    ratio: Floats = np.divide(shared, union, out=np.zeros_like(shared), where=union > 0)
    return ratio
