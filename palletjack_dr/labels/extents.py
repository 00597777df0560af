"""Pixel counts and tight boxes of all instances of an id image, in one pass."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import numpy.typing as npt

Indices = npt.NDArray[np.intp]
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
    found = flat[drawn]
    count = np.bincount(found)
    present = np.flatnonzero(count)
    place = np.zeros(len(count), dtype=np.intp)
    place[present] = np.arange(len(present))
    owner = place[found]
    rows, columns = np.divmod(drawn, ids.shape[1])
    x1, x2 = _ends(owner, columns, len(present), ids.shape[1])
    y1, y2 = _ends(owner, rows, len(present), ids.shape[0])
    boxes = zip(*(ends.tolist() for ends in (x1, y1, x2, y2)), strict=True)
    return dict(zip(present.tolist(), zip(count[present].tolist(), boxes, strict=True), strict=True))


def _ends(owner: Indices, places: Indices, size: int, length: int) -> tuple[Indices, Indices]:
    """Return the first place of each owner along an axis, and the one after its last."""
    taken = np.bincount(owner * length + places, minlength=size * length).reshape(size, length) > 0
    return taken.argmax(axis=1), length - taken[:, ::-1].argmax(axis=1)
