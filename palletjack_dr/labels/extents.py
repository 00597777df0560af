"""Pixel counts and tight boxes of all instances of an id image, in one pass."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import numpy.typing as npt

Box = tuple[int, int, int, int]
"""[x1, x2) x [y1, y2) in pixels, as (x1, y1, x2, y2)."""


def extents(ids: npt.NDArray[np.int32], only: Collection[int] | None = None) -> dict[int, tuple[int, Box]]:
    """Return (pixel count, tight box) of every instance id > 0, or of those in ``only``, in an id image (H, W)."""
    flat = ids.ravel()
    if only is None:
        drawn = np.flatnonzero(flat)
    else:
        wanted = np.zeros(max([int(flat.max()), *only]) + 1, dtype=bool)
        wanted[list(only)] = True
        drawn = np.flatnonzero(wanted[flat])
    if not len(drawn):
        return {}
    owner = flat[drawn]
    rows, columns = np.divmod(drawn, ids.shape[1])
    size = int(owner.max()) + 1
    count = np.bincount(owner, minlength=size)
    low_x, low_y = np.full(size, ids.shape[1]), np.full(size, ids.shape[0])
    high_x, high_y = np.zeros(size, dtype=np.intp), np.zeros(size, dtype=np.intp)
    np.minimum.at(low_x, owner, columns)
    np.maximum.at(high_x, owner, columns)
    np.minimum.at(low_y, owner, rows)
    np.maximum.at(high_y, owner, rows)
    return {
        int(i): (int(count[i]), (int(low_x[i]), int(low_y[i]), int(high_x[i]) + 1, int(high_y[i]) + 1))
        for i in np.flatnonzero(count)
    }
