"""Triangle meshes as plain arrays, and the few shapes from which all assets are made. Metres, Z up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
AXES = np.eye(3)


@dataclass(frozen=True, kw_only=True)
class Mesh:
    """``points`` and ``normals`` of shape (triangles, 3, 3), ``uvs`` (triangles, 3, 2), all in metres."""

    points: Array
    normals: Array
    uvs: Array

    def moved(self, offset: Sequence[float] = (0, 0, 0), *, turn: Array | None = None) -> Mesh:
        """Return the mesh rotated by a (3, 3) matrix, then shifted; UVs stay with the surface."""
        r = AXES if turn is None else turn
        return Mesh(points=self.points @ r.T + np.asarray(offset, float), normals=self.normals @ r.T, uvs=self.uvs)


def join(meshes: Iterable[Mesh]) -> Mesh:
    """Return all meshes as one."""
    every = list(meshes)
    return Mesh(
        points=np.concatenate([m.points for m in every]),
        normals=np.concatenate([m.normals for m in every]),
        uvs=np.concatenate([m.uvs for m in every]),
    )


def turned(axis: str, degrees: float) -> Array:
    """Return the (3, 3) rotation about a coordinate axis, counter-clockwise as seen from its tip."""
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return {
        "x": np.array([[1, 0, 0], [0, c, -s], [0, s, c]]),
        "y": np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]]),
        "z": np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]]),
    }[axis]


def box(size: Sequence[float], at: Sequence[float] = (0, 0, 0), *, bevel: float = 0.0) -> Mesh:
    """Return a box around ``at`` with edges cut by ``bevel``; normals run over the cut, so that it looks round."""
    half = np.asarray(size, float) / 2
    b = min(bevel, 0.45 * float(np.asarray(size).min()))
    signs = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)], float)

    def corner(sign: Array, axis: int) -> Array:
        place: Array = sign * (half - b * (1 - AXES[axis]))
        return place

    polygons: list[tuple[list[Array], list[Array]]] = []
    for axis in range(3):
        u, v = (axis + 1) % 3, (axis + 2) % 3
        for s in (-1.0, 1.0):
            ring = [s * AXES[axis] + a * AXES[u] + c * AXES[v] for a, c in ((-1, -1), (1, -1), (1, 1), (-1, 1))]
            polygons.append(([corner(r, axis) for r in ring], [s * AXES[axis]] * 4))
    if b > 0:
        for axis in range(3):  # the four edges along each axis
            u, v = (axis + 1) % 3, (axis + 2) % 3
            for su in (-1.0, 1.0):
                for sv in (-1.0, 1.0):
                    ends = [e * AXES[axis] + su * AXES[u] + sv * AXES[v] for e in (-1, 1)]
                    ring = [corner(ends[0], u), corner(ends[1], u), corner(ends[1], v), corner(ends[0], v)]
                    polygons.append((ring, [su * AXES[u]] * 2 + [sv * AXES[v]] * 2))
        for sign in signs:
            polygons.append(([corner(sign, a) for a in range(3)], [sign[a] * AXES[a] for a in range(3)]))
    return _from_polygons(polygons).moved(at)


def lathe(profile: Sequence[Sequence[float] | None], segments: int = 24) -> Mesh:
    """Turn a profile of (radius, z) points about Z, from the bottom up; None breaks it and keeps that edge hard."""
    angles = np.linspace(0, 2 * np.pi, segments + 1)
    ring = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    pieces: list[list[Sequence[float]]] = [[]]
    for point in profile:
        if point is None:
            pieces.append([])
        else:
            pieces[-1].append(point)
    polygons = []
    for piece in pieces:
        p = np.asarray(piece, float)
        slope = np.gradient(p, axis=0)
        normal = np.stack([slope[:, 1], -slope[:, 0]], axis=1)
        normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-9)
        surface = np.concatenate([p[:, None, :1] * ring, np.repeat(p[:, None, 1:], segments + 1, axis=1)], axis=2)
        shading = np.concatenate([normal[:, None, :1] * ring, np.repeat(normal[:, None, 1:], segments + 1, axis=1)], 2)
        polygons += _grid(surface, shading)
    return _from_polygons(polygons)


def cylinder(
    radius: float,
    height: float,
    at: Sequence[float] = (0, 0, 0),
    *,
    axis: str = "z",
    bevel: float = 0.0,
    segments: int = 24,
) -> Mesh:
    """Return a cylinder around ``at`` along an axis, its rims cut by ``bevel``."""
    h, b = height / 2, bevel
    rim = [(radius - b, -h), (radius, -h + b), (radius, h - b), (radius - b, h)] if b else [(radius, -h), (radius, h)]
    shape = lathe([(0, -h), rim[0], None, *rim, None, rim[-1], (0, h)], segments)
    turn = {"z": AXES, "x": turned("y", 90), "y": turned("x", -90)}[axis]
    return shape.moved(at, turn=turn)


def tube(path: Sequence[Sequence[float]], radius: float, *, closed: bool = False, segments: int = 12) -> Mesh:
    """Sweep a circle along a path of points; a closed path joins its ends, an open one gets caps."""
    p = np.asarray(path, float)
    ahead = np.roll(p, -1, axis=0) - p
    behind = p - np.roll(p, 1, axis=0)
    if not closed:
        ahead[-1], behind[0] = behind[-1], ahead[0]
    along = _unit(_unit(ahead) + _unit(behind))
    side = np.empty_like(p)
    side[0] = _unit(np.cross(along[0], AXES[np.argmin(np.abs(along[0]))]))
    for i in range(1, len(p)):
        side[i] = _unit(side[i - 1] - along[i] * (side[i - 1] @ along[i]))
    other = np.cross(along, side)
    if closed:
        p, side, other = (np.concatenate([a, a[:1]]) for a in (p, side, other))
    angles = np.linspace(0, 2 * np.pi, segments + 1)
    normals = np.cos(angles)[None, :, None] * side[:, None] + np.sin(angles)[None, :, None] * other[:, None]
    polygons = _grid(p[:, None] + radius * normals, normals)
    if not closed:
        for end, flip in ((0, -1), (-1, 1)):
            ring = list(p[end] + radius * normals[end, :-1])
            polygons.append((ring, [flip * along[end]] * segments))
    return _from_polygons(polygons)


def extrude(outline: Sequence[Sequence[float]], depth: float, *, plane: str = "xy", at: float = 0.0) -> Mesh:
    """Give a convex outline (points in a plane, any direction round) a thickness, centred at ``at`` across it."""
    p = np.asarray(outline, float)
    if np.sum(p[:, 0] * np.roll(p[:, 1], -1) - np.roll(p[:, 0], -1) * p[:, 1]) < 0:
        p = p[::-1]
    a, c, n = {"xy": (0, 1, 2), "yz": (1, 2, 0), "xz": (0, 2, 1)}[plane]
    low, high = (np.zeros((len(p), 3)) for _ in range(2))
    for layer, z in ((low, at - depth / 2), (high, at + depth / 2)):
        layer[:, a], layer[:, c], layer[:, n] = p[:, 0], p[:, 1], z
    polygons: list[tuple[list[Array], list[Array]]] = [
        (list(high), [AXES[n]] * len(p)),
        (list(low), [-AXES[n]] * len(p)),
    ]
    edge = np.roll(p, -1, axis=0) - p
    for i in range(len(p)):
        j = (i + 1) % len(p)
        normal = _unit(edge[i, 1] * AXES[a] - edge[i, 0] * AXES[c])
        polygons.append(([low[i], low[j], high[j], high[i]], [normal] * 4))
    return _from_polygons(polygons)


def plate(outline: Sequence[Sequence[float]], depth: float, *, edge: float, plane: str = "xy", at: float = 0.0) -> Mesh:
    """Extrude a convex outline with edges cut by ``edge``; arcs and cuts are shaded round, as on folded steel."""
    p = np.asarray(outline, float)
    if np.sum(p[:, 0] * np.roll(p[:, 1], -1) - np.roll(p[:, 0], -1) * p[:, 1]) < 0:
        p = p[::-1]
    a, c, n = {"xy": (0, 1, 2), "yz": (1, 2, 0), "xz": (0, 2, 1)}[plane]
    cut = min(edge, 0.45 * depth)
    ahead = _unit(np.roll(p, -1, axis=0) - p)
    out = np.stack([ahead[:, 1], -ahead[:, 0]], axis=1)
    mitre = out + np.roll(out, 1, axis=0)
    inner = p - cut * mitre / np.maximum(0.5 * np.sum(mitre * mitre, axis=1, keepdims=True), 0.4)
    side = ahead[:, 1:] * AXES[a] - ahead[:, :1] * AXES[c]  # outward normal of the edge that starts at each point
    round_ = np.einsum("ij,ij->i", side, np.roll(side, 1, axis=0)) > 0.6
    corner = _unit(side + np.roll(side, 1, axis=0))

    def layer(ring: Array, height: float) -> Array:
        placed = np.zeros((len(ring), 3))
        placed[:, a], placed[:, c], placed[:, n] = ring[:, 0], ring[:, 1], height
        return placed

    bottom, low, high, top = (
        layer(ring, at + h)
        for ring, h in ((inner, -depth / 2), (p, cut - depth / 2), (p, depth / 2 - cut), (inner, depth / 2))
    )
    polygons = [(list(top), [AXES[n]] * len(p)), (list(bottom), [-AXES[n]] * len(p))]
    for i in range(len(p)):
        j = (i + 1) % len(p)
        first, second = (corner[k] if round_[k] else side[i] for k in (i, j))
        polygons.append(([low[i], low[j], high[j], high[i]], [first, second, second, first]))
        polygons.append(([high[i], high[j], top[j], top[i]], [first, second, AXES[n], AXES[n]]))
        polygons.append(([low[i], low[j], bottom[j], bottom[i]], [first, second, -AXES[n], -AXES[n]]))
    return _from_polygons(polygons)


def loft(rings: Sequence[Sequence[Sequence[float]]], *, smooth: bool = False) -> Mesh:
    """Join convex rings of equally many (x, y, z) points one after the other and close both ends."""
    r = np.asarray(rings, float)
    along = np.diff(r, axis=0)
    across = np.roll(r, -1, axis=1) - r
    face = np.cross(across[:-1] + across[1:], along + np.roll(along, -1, axis=1))
    centres = r.mean(axis=1)
    middle = (r[:-1] + np.roll(r[:-1], -1, axis=1) + r[1:] + np.roll(r[1:], -1, axis=1)) / 4
    outward = middle - ((centres[:-1] + centres[1:]) / 2)[:, None]
    face = _unit(face * np.sign(np.einsum("ijk,ijk->ij", face, outward))[..., None])
    at_edge = face + np.roll(face, 1, axis=1)
    corner = _unit(np.concatenate([at_edge[:1], at_edge[:-1] + at_edge[1:], at_edge[-1:]]))
    polygons = []
    for i in range(len(r) - 1):
        for j in range(r.shape[1]):
            k = (j + 1) % r.shape[1]
            shading = [corner[i, j], corner[i, k], corner[i + 1, k], corner[i + 1, j]] if smooth else [face[i, j]] * 4
            polygons.append(([r[i, j], r[i, k], r[i + 1, k], r[i + 1, j]], shading))
    for end, inward in ((0, centres[1] - centres[0]), (-1, centres[-2] - centres[-1])):
        normal = _unit(np.cross(r[end, 1] - r[end, 0], r[end, 2] - r[end, 0]))
        polygons.append((list(r[end]), [normal * -np.sign(normal @ inward)] * r.shape[1]))
    return _from_polygons(polygons)


def arc(centre: Sequence[float], radius: float, start: float, end: float, steps: int = 8) -> list[tuple[float, float]]:
    """Return points on an arc in a plane, angles in degrees."""
    angles = np.radians(np.linspace(start, end, steps))
    return [(centre[0] + radius * float(np.cos(t)), centre[1] + radius * float(np.sin(t))) for t in angles]


def _grid(points: Array, normals: Array) -> list[tuple[list[Array], list[Array]]]:
    rows, columns = points.shape[0] - 1, points.shape[1] - 1
    quads = []
    for i in range(rows):
        for j in range(columns):
            corners = ((i, j), (i, j + 1), (i + 1, j + 1), (i + 1, j))
            quads.append(([points[c] for c in corners], [normals[c] for c in corners]))
    return quads


def _from_polygons(polygons: Iterable[tuple[list[Array], list[Array]]]) -> Mesh:
    points, normals = [], []
    for ring, shading in polygons:
        for k in range(1, len(ring) - 1):
            points.append([ring[0], ring[k], ring[k + 1]])
            normals.append([shading[0], shading[k], shading[k + 1]])
    p, n = np.asarray(points, float), np.asarray(normals, float)
    face = np.cross(p[:, 1] - p[:, 0], p[:, 2] - p[:, 0])
    kept = np.linalg.norm(face, axis=1) > 1e-12
    p, n, face = p[kept], n[kept], face[kept]
    backward = np.einsum("ti,ti->t", face, n.sum(axis=1)) < 0
    p[backward], n[backward] = p[backward][:, ::-1], n[backward][:, ::-1]
    n /= np.maximum(np.linalg.norm(n, axis=2, keepdims=True), 1e-12)
    return Mesh(points=p, normals=n, uvs=_box_uvs(p, face))


def _box_uvs(points: Array, face: Array) -> Array:
    """Project every triangle along the axis it faces most, so that UVs are metres on the surface."""
    axis = np.argmax(np.abs(face), axis=1)
    u = np.where(axis == 0, 1, 0)
    v = np.where(axis == 2, 1, 2)
    rows = np.arange(len(points))[:, None]
    corners = np.arange(3)[None]
    return np.stack([points[rows, corners, u[:, None]], points[rows, corners, v[:, None]]], axis=2)


def _unit(v: Array) -> Array:
    unit: Array = v / np.maximum(np.linalg.norm(v, axis=-1, keepdims=True), 1e-12)
    return unit
