"""What an object would cover in a picture, without a renderer: points on its surface, on a coarse grid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from palletjack_dr.geometry import Array, inverse, transform

if TYPE_CHECKING:
    from pxr import Usd

POINTS = 2500
"""Points on each object; enough to close a silhouette of CELLS cells across."""
CELLS = 48
DIRECTIONS = 400
"""Directions in which a convex hull's corners are looked for."""


@dataclass(frozen=True, kw_only=True)
class Grid:
    """A part of the image plane cut into cells: its corner (x, y) [px] and the edge of a cell [px]."""

    x: float
    y: float
    cell: float
    shape: tuple[int, int]

    def mask(self, pixels: Array) -> npt.NDArray[np.bool_]:
        """Return which cells points (n, 2) [px] fall into, gaps between neighbours closed."""
        import cv2

        at = np.floor((pixels - [self.x, self.y]) / self.cell)
        at = at[np.isfinite(at).all(axis=1)]
        inside = (at >= 0).all(axis=1) & (at[:, 0] < self.shape[1]) & (at[:, 1] < self.shape[0])
        columns, rows = at[inside].astype(int).T
        hit = np.zeros(self.shape, np.uint8)
        hit[rows, columns] = 1
        return cv2.morphologyEx(hit, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8)) > 0

    def inside(self, width: int, height: int) -> npt.NDArray[np.bool_]:
        """Return which cells have their middle in the picture."""
        x = self.x + (np.arange(self.shape[1]) + 0.5) * self.cell
        y = self.y + (np.arange(self.shape[0]) + 0.5) * self.cell
        return ((y >= 0) & (y < height))[:, None] & ((x >= 0) & (x < width))[None]


def grid_over(pixels: Array) -> Grid | None:
    """Return a grid that holds points (n, 2) [px], CELLS cells along its longer side; None of no points."""
    known = pixels[np.isfinite(pixels).all(axis=1)]
    if not len(known):
        return None
    low, high = known.min(axis=0), known.max(axis=0)
    cell = max(float((high - low).max()) / CELLS, 0.25)
    width, height = (int(np.ceil(n / cell)) + 2 for n in high - low)
    return Grid(x=float(low[0]) - cell, y=float(low[1]) - cell, cell=cell, shape=(height, width))


def surface_points(root: Usd.Prim, bounds: Array) -> Array:
    """Return points (n, 3), in its own frame, spread over the meshes below a prim by area.

    Where it has none they fill its ``bounds``.
    """
    rng = np.random.default_rng(1)
    triangles = triangles_of(root)
    if not len(triangles):
        low, high = bounds
        filled: Array = low + rng.random((POINTS, 3)) * (high - low)
        return filled
    area = np.linalg.norm(np.cross(triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0]), axis=1)
    chosen = triangles[rng.choice(len(triangles), POINTS, p=area / area.sum())]
    a, b = np.sqrt(rng.random((POINTS, 1))), rng.random((POINTS, 1))
    sampled: Array = (1 - a) * chosen[:, 0] + a * (1 - b) * chosen[:, 1] + a * b * chosen[:, 2]
    return sampled


def hull_corners(root: Usd.Prim) -> Array:
    """Return the corners (n, 3) of the meshes below a prim that stick out farthest, in its own frame without its scale.

    They are those of its convex hull that a few hundred directions find; none where it has no meshes.
    """
    points = triangles_of(root).reshape(-1, 3)
    if not len(points):
        return points
    directions = np.random.default_rng(3).standard_normal((DIRECTIONS, 3))
    extreme: Array = points[np.unique(np.argmax(points @ directions.T, axis=0))]
    return extreme


def triangles_of(root: Usd.Prim) -> Array:
    """Return the triangles (n, 3, 3) of all meshes below a prim, in its own frame without its scale."""
    from pxr import Usd, UsdGeom

    cache = UsdGeom.XformCache()
    object_from_world = inverse(np.array(cache.GetLocalToWorldTransform(root), dtype=float).T)
    corners = [np.zeros((0, 3, 3))]
    for prim in Usd.PrimRange(root, Usd.TraverseInstanceProxies()):
        if prim.IsA(UsdGeom.Mesh):
            mesh = UsdGeom.Mesh(prim)
            points, index = np.array(mesh.GetPointsAttr().Get(), float), np.array(mesh.GetFaceVertexIndicesAttr().Get())
            counts = np.array(mesh.GetFaceVertexCountsAttr().Get())
            place = object_from_world @ np.array(cache.GetLocalToWorldTransform(prim), dtype=float).T
            corners.append(transform(place, points)[_fans(index, counts)])
    return np.concatenate(corners)


def _fans(index: npt.NDArray[np.int64], counts: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return polygons, given as index runs of ``counts`` corners, as triangles (n, 3)."""
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    fans = [index[[s, s + k, s + k + 1]] for s, n in zip(starts, counts, strict=True) for k in range(1, n - 1)]
    return np.array(fans).reshape(-1, 3)
