"""Triangle meshes of USD's analytic shapes (UsdGeomCube, Sphere, Cylinder, Cone, Capsule, Plane)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from palletjack_dr.engines.embedded.meshes import Polygons
from palletjack_dr.geometry import Array

if TYPE_CHECKING:
    from pxr import Usd

SEGMENTS = 32
_AXES = {"X": [1, 2, 0], "Y": [2, 0, 1], "Z": [0, 1, 2]}


def polygons(prim: Usd.Prim) -> Polygons | None:
    """Return the faces of an analytic shape in its own frame [m], or None where ``prim`` is something else."""
    from pxr import UsdGeom

    def read(name: str) -> float:
        return float(prim.GetAttribute(name).Get())

    kind = prim.GetTypeName()
    if kind == "Cube":
        return _box(read("size") / 2)
    if kind == "Plane":
        return _turn(_plane(read("width") / 2, read("length") / 2), UsdGeom.Plane(prim).GetAxisAttr().Get())
    if kind == "Sphere":
        return _lathe(_arc(read("radius"), 0.0, -90, 90))
    axis = prim.GetAttribute("axis").Get() if prim.HasAttribute("axis") else "Z"
    if kind in ("Cylinder", "Cone"):
        r, h = read("radius"), read("height") / 2
        top = r if kind == "Cylinder" else 0.0
        side = np.array([[0, -h], [r, -h], [np.nan, np.nan], [r, -h], [top, h]])
        lid = np.array([[np.nan, np.nan], [r, h], [0, h]])
        return _turn(_lathe(np.vstack([side, lid]) if top else side), axis)
    if kind == "Capsule":
        r, h = read("radius"), read("height") / 2
        return _turn(_lathe(np.vstack([_arc(r, -h, -90, 0), _arc(r, h, 0, 90)])), axis)
    return None


def _arc(radius: float, z: float, start: float, end: float) -> Array:
    angle = np.radians(np.linspace(start, end, SEGMENTS // 2 + 1))
    return np.stack([radius * np.cos(angle), z + radius * np.sin(angle)], axis=1)


def _lathe(profile: Array) -> Polygons:
    """Turn a profile of (radius, z) rows about Z; a row of NaN breaks it, which keeps the edge there hard."""
    turn = np.linspace(0, 2 * np.pi, SEGMENTS + 1)
    pieces = np.split(profile, np.flatnonzero(np.isnan(profile[:, 0])))
    quads, normals, uvs = [], [], []
    for piece in (p[~np.isnan(p[:, 0])] for p in pieces):
        step = np.gradient(piece, axis=0)
        slope = np.stack([step[:, 1], -step[:, 0]], axis=1)
        slope /= np.maximum(np.linalg.norm(slope, axis=1, keepdims=True), 1e-12)
        length = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(piece, axis=0), axis=1))])
        i, j = (a.ravel() for a in np.meshgrid(np.arange(len(piece) - 1), np.arange(SEGMENTS), indexing="ij"))
        for rows, columns in ((i, j), (i, j + 1), (i + 1, j + 1), (i + 1, j)):
            cos, sin = np.cos(turn[columns]), np.sin(turn[columns])
            quads.append(np.stack([piece[rows, 0] * cos, piece[rows, 0] * sin, piece[rows, 1]], axis=1))
            normals.append(np.stack([slope[rows, 0] * cos, slope[rows, 0] * sin, slope[rows, 1]], axis=1))
            uvs.append(np.stack([turn[columns] * profile[~np.isnan(profile[:, 0]), 0].max(), length[rows]], axis=1))
    corners = [
        np.concatenate([np.stack(p[n : n + 4], axis=1) for n in range(0, len(p), 4)]) for p in (quads, normals, uvs)
    ]
    return _faces(corners[0], corners[1], corners[2])


def _box(half: float) -> Polygons:
    side = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * half
    quads, normals, uvs = [], [], []
    for axis in range(3):
        for sign in (-1.0, 1.0):
            face = np.zeros((4, 3))
            face[:, axis] = sign * half
            face[:, [(axis + 1) % 3, (axis + 2) % 3]] = side if sign > 0 else side[:, ::-1]
            quads.append(face)
            normals.append(np.tile(np.eye(3)[axis] * sign, (4, 1)))
            uvs.append(side + half)
    return _faces(np.array(quads), np.array(normals), np.array(uvs))


def _plane(half_width: float, half_length: float) -> Polygons:
    side = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * [half_width, half_length]
    face = np.column_stack([side, np.zeros(4)])
    return _faces(face[None], np.tile([0.0, 0.0, 1.0], (1, 4, 1)), side[None])


def _turn(shape: Polygons, axis: str) -> Polygons:
    order = np.argsort(_AXES[axis])
    return Polygons(
        points=shape.points[:, order],
        counts=shape.counts,
        corners=shape.corners,
        normals=shape.normals[:, order],
        uvs=shape.uvs,
    )


def _faces(quads: Array, normals: Array, uvs: Array) -> Polygons:
    count = len(quads)
    return Polygons(
        points=quads.reshape(-1, 3),
        counts=np.full(count, 4),
        corners=np.arange(4 * count),
        normals=normals.reshape(-1, 3),
        uvs=uvs.reshape(-1, 2),
    )
