"""From USD geometry to the vertex buffers that Filament draws."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from palletjack_dr.errors import SceneError
from palletjack_dr.geometry import Array, transform

if TYPE_CHECKING:
    from pxr import Usd, UsdGeom

Indices = npt.NDArray[np.intp]


@dataclass(frozen=True, kw_only=True)
class Polygons:
    """Faces: ``counts`` corners each, ``corners`` naming ``points``; normals and UVs are per corner."""

    points: Array
    counts: Indices
    corners: Indices
    normals: Array
    uvs: Array


@dataclass(frozen=True, kw_only=True)
class VertexBuffer:
    """Triangles ready to upload: float32 rows of position, tangent-frame quaternion xyzw, uv; uint32 triples."""

    vertices: npt.NDArray[np.float32]
    triangles: npt.NDArray[np.uint32]


def read_mesh(prim: Usd.Prim) -> Polygons:
    """Return the faces of a UsdGeomMesh in its own frame [m]. Raises ``SceneError`` where the arrays disagree."""
    from pxr import UsdGeom

    mesh = UsdGeom.Mesh(prim)
    points = np.array(mesh.GetPointsAttr().Get() or [], dtype=float).reshape(-1, 3)
    counts = np.array(mesh.GetFaceVertexCountsAttr().Get() or [], dtype=np.intp)
    corners = np.array(mesh.GetFaceVertexIndicesAttr().Get() or [], dtype=np.intp)
    if counts.sum() != len(corners) or (len(corners) and not 0 <= corners.min() <= corners.max() < len(points)):
        raise SceneError(f"mesh {prim.GetPath()}: face indices do not fit its {len(points)} points; repair the asset")
    if mesh.GetOrientationAttr().Get() == UsdGeom.Tokens.leftHanded:
        corners = _reversed(counts, corners)
    normals = _normals(mesh, points, counts, corners)
    uvs = _primvar(UsdGeom.PrimvarsAPI(prim).GetPrimvar("st"), counts, corners, 2)
    return Polygons(
        points=points,
        counts=counts,
        corners=corners,
        normals=normals,
        uvs=np.zeros((len(corners), 2)) if uvs is None else uvs,
    )


def subset(shape: Polygons, faces: Indices) -> Polygons:
    """Return only the given faces, as a GeomSubset names them."""
    starts = np.concatenate([[0], np.cumsum(shape.counts)])
    keep = np.concatenate([np.arange(starts[f], starts[f + 1]) for f in faces]) if len(faces) else np.zeros(0, np.intp)
    return Polygons(
        points=shape.points,
        counts=shape.counts[faces],
        corners=shape.corners[keep],
        normals=shape.normals[keep],
        uvs=shape.uvs[keep],
    )


def vertex_buffer(shape: Polygons, placed: Array) -> VertexBuffer:
    """Triangulate faces and move them by the (4, 4) matrix ``placed``; equal vertices are shared.

    UVs are handed on with v pointing down, as images are stored.
    """
    triangles = np.concatenate([np.zeros((0, 3), np.intp), *_fans(shape.counts)])
    normals = shape.normals @ np.linalg.inv(placed[:3, :3])
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)
    if np.linalg.det(placed[:3, :3]) < 0:
        triangles = triangles[:, ::-1]
    rows = np.hstack([transform(placed, shape.points)[shape.corners], normals, shape.uvs * [1, -1]]).astype(np.float32)
    unique, inverse = np.unique(rows, axis=0, return_inverse=True)
    triangles = inverse.reshape(-1)[triangles]
    frames = _tangent_frames(unique, triangles)
    vertices = np.hstack([unique[:, :3], frames, unique[:, 6:]]).astype(np.float32)
    return VertexBuffer(
        vertices=np.ascontiguousarray(vertices), triangles=np.ascontiguousarray(triangles, dtype=np.uint32)
    )


def _fans(counts: Indices) -> Iterator[Indices]:
    starts = np.cumsum(counts) - counts
    for size in np.unique(counts[counts >= 3]):
        first = starts[counts == size]
        for k in range(1, size - 1):
            yield np.stack([first, first + k, first + k + 1], axis=1)


def _reversed(counts: Indices, corners: Indices) -> Indices:
    starts = np.cumsum(counts) - counts
    position = np.arange(len(corners)) - np.repeat(starts, counts)
    return corners[np.repeat(starts + counts, counts) - 1 - position]


def _normals(mesh: UsdGeom.Mesh, points: Array, counts: Indices, corners: Indices) -> Array:
    from pxr import UsdGeom

    primvar = UsdGeom.PrimvarsAPI(mesh.GetPrim()).GetPrimvar("normals")
    authored = _primvar(primvar, counts, corners, 3)
    if authored is None and mesh.GetNormalsAttr().HasAuthoredValue():
        values = np.array(mesh.GetNormalsAttr().Get(), dtype=float).reshape(-1, 3)
        authored = _per_corner(values, str(mesh.GetNormalsInterpolation()), counts, corners)
    if authored is not None:
        return authored
    face = _face_normals(points, counts, corners)
    if mesh.GetSubdivisionSchemeAttr().Get() == UsdGeom.Tokens.none:
        return np.repeat(face, counts, axis=0)
    smooth = np.zeros_like(points)  # a subdivision cage is drawn as it is, with the smooth normals it stands for
    np.add.at(smooth, corners, np.repeat(face, counts, axis=0))
    return smooth[corners]


def _face_normals(points: Array, counts: Indices, corners: Indices) -> Array:
    starts = np.cumsum(counts) - counts
    ahead = np.arange(len(corners)) + 1
    last = starts + counts - 1
    ahead[last[counts > 0]] = starts[counts > 0]
    here, there = points[corners], points[corners[ahead]]
    newell = np.cross(here, there)  # summed round the face: twice its area along its normal
    return np.add.reduceat(newell, starts, axis=0) if len(counts) else np.zeros((0, 3))


def _primvar(primvar: Any, counts: Indices, corners: Indices, width: int) -> Array | None:
    if not primvar or not primvar.HasValue():
        return None
    values = np.array(primvar.ComputeFlattened(), dtype=float).reshape(-1, width)
    return _per_corner(values, str(primvar.GetInterpolation()), counts, corners)


def _per_corner(values: Array, interpolation: str, counts: Indices, corners: Indices) -> Array | None:
    wanted = {"faceVarying": len(corners), "uniform": len(counts), "constant": 1}
    if len(values) < wanted.get(interpolation, int(corners.max(initial=-1)) + 1):
        return None
    if interpolation == "uniform":
        return np.repeat(values, counts, axis=0)
    if interpolation == "constant":
        return np.repeat(values[:1], len(corners), axis=0)
    return values if interpolation == "faceVarying" else values[corners]


def _tangent_frames(rows: npt.NDArray[np.float32], triangles: Indices) -> Array:
    """Return quaternions xyzw of (tangent, bitangent, normal); a negative w stands for a mirrored UV map."""
    points, normal, uv = rows[:, :3].astype(float), rows[:, 3:6].astype(float), rows[:, 6:].astype(float)
    edge1, edge2 = (points[triangles[:, k]] - points[triangles[:, 0]] for k in (1, 2))
    uv1, uv2 = (uv[triangles[:, k]] - uv[triangles[:, 0]] for k in (1, 2))
    area = uv1[:, 0] * uv2[:, 1] - uv2[:, 0] * uv1[:, 1]
    safe = np.where(np.abs(area) > 1e-12, area, np.inf)[:, None]
    along_u = (edge1 * uv2[:, 1:] - edge2 * uv1[:, 1:]) / safe
    along_v = (edge2 * uv1[:, :1] - edge1 * uv2[:, :1]) / safe
    tangent, bitangent = np.zeros_like(points), np.zeros_like(points)
    for corner in range(3):
        np.add.at(tangent, triangles[:, corner], along_u)
        np.add.at(bitangent, triangles[:, corner], along_v)
    tangent -= normal * np.sum(tangent * normal, axis=1, keepdims=True)
    lost = np.linalg.norm(tangent, axis=1) < 1e-9
    helper = np.where(np.abs(normal[:, 2:]) < 0.9, [[0.0, 0.0, 1.0]], [[1.0, 0.0, 0.0]])
    tangent[lost] = np.cross(helper, normal)[lost]
    tangent /= np.maximum(np.linalg.norm(tangent, axis=1, keepdims=True), 1e-12)
    right_handed = np.cross(normal, tangent)
    mirrored = np.sum(right_handed * bitangent, axis=1) < 0
    quaternions = _quaternions(np.stack([tangent, right_handed, normal], axis=2))
    quaternions[quaternions[:, 3] < 0] *= -1
    quaternions[:, 3] = np.maximum(quaternions[:, 3], 1e-7)  # the sign of w carries the mirror flag
    quaternions[mirrored] *= -1
    return quaternions


def _quaternions(m: Array) -> Array:
    """Return quaternions xyzw of rotations (n, 3, 3), from the largest of the four candidate terms."""
    d = m[:, [0, 1, 2], [0, 1, 2]]
    trace = d.sum(axis=1)
    squares = np.column_stack([1 + 2 * d - trace[:, None], 1 + trace])  # 4 x², 4 y², 4 z², 4 w²
    xy, xz, yz = m[:, 1, 0] + m[:, 0, 1], m[:, 2, 0] + m[:, 0, 2], m[:, 2, 1] + m[:, 1, 2]
    wx, wy, wz = m[:, 2, 1] - m[:, 1, 2], m[:, 0, 2] - m[:, 2, 0], m[:, 1, 0] - m[:, 0, 1]
    table = np.stack(
        [
            np.column_stack([squares[:, 0], xy, xz, wx]),
            np.column_stack([xy, squares[:, 1], yz, wy]),
            np.column_stack([xz, yz, squares[:, 2], wz]),
            np.column_stack([wx, wy, wz, squares[:, 3]]),
        ],
        axis=1,
    )
    best: Array = table[np.arange(len(m)), np.argmax(squares, axis=1)]
    best /= np.maximum(np.linalg.norm(best, axis=1, keepdims=True), 1e-12)
    return best
