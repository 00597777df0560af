"""Rigid-body and camera geometry. Axes, handedness and quaternion order: ``docs/conventions.md``."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Pose = tuple[float, float, float, float, float, float, float]
"""World position x y z [m] and unit quaternion w x y z."""


def rotation_matrix(quaternion: Iterable[float]) -> Array:
    """Return the (3, 3) rotation of a quaternion w x y z, which need not be normalized."""
    w, x, y, z = (float(number) for number in quaternion)
    size = math.hypot(w, x, y, z)
    w, x, y, z = w / size, x / size, y / size, z / size
    return np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
            [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
            [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
        ]
    )


def quaternion(rotation: Array) -> tuple[float, float, float, float]:
    """Return the unit quaternion w x y z, w >= 0, of a (3, 3) rotation."""
    m = np.asarray(rotation, dtype=float)
    # The eigenvector of the largest eigenvalue is stable for every rotation, half turns included.
    k = np.array(
        [
            [m[0, 0] + m[1, 1] + m[2, 2], 0, 0, 0],
            [m[2, 1] - m[1, 2], m[0, 0] - m[1, 1] - m[2, 2], 0, 0],
            [m[0, 2] - m[2, 0], m[0, 1] + m[1, 0], m[1, 1] - m[0, 0] - m[2, 2], 0],
            [m[1, 0] - m[0, 1], m[0, 2] + m[2, 0], m[1, 2] + m[2, 1], m[2, 2] - m[0, 0] - m[1, 1]],
        ]
    )
    q = np.linalg.eigh(k)[1][:, -1]
    w, x, y, z = (q if q[0] >= 0 else -q).tolist()
    return w, x, y, z


def pose(position: npt.ArrayLike, rotation: Array | None = None, *, yaw: float = 0.0) -> Pose:
    """Return the pose of a frame at ``position`` [m], rotated by ``rotation`` or about +Z by ``yaw`` [rad]."""
    x, y, z = np.asarray(position, dtype=float).tolist()
    if rotation is None:
        return x, y, z, math.cos(yaw / 2), 0.0, 0.0, math.sin(yaw / 2)
    return x, y, z, *quaternion(rotation)


def look_at(eye: npt.ArrayLike, target: npt.ArrayLike, *, roll: float = 0.0) -> Pose:
    """Return the pose of a camera at ``eye`` that looks at ``target``, both [m] in the world.

    A USD camera looks along its -Z with +Y up; world +Z is up in the image but for ``roll`` [rad], positive
    turning the camera clockwise as seen from behind it.
    """
    back = np.subtract(eye, target).astype(float)
    distance = float(np.linalg.norm(back))
    if distance < 1e-9:
        raise ValueError(f"camera at {eye!r} cannot look at its own position")
    back /= distance
    right = np.cross([0.0, 0.0, 1.0], back)
    if np.linalg.norm(right) < 1e-9:  # looking straight down or up: any heading will do
        right = np.array([1.0, 0.0, 0.0])
    right /= np.linalg.norm(right)
    up = np.cross(back, right)
    c, s = math.cos(roll), math.sin(roll)
    return pose(eye, np.stack([c * right - s * up, s * right + c * up, back], axis=1))


def matrix(frame: Sequence[float] | Array, scale: Sequence[float] | Array = (1.0, 1.0, 1.0)) -> Array:
    """Return the (4, 4) matrix (column vectors) that takes points of ``frame``, scaled first, to the world."""
    m = np.zeros((4, 4))
    m[:3, :3] = rotation_matrix(frame[3:])
    m[:3, :3] *= scale
    m[:3, 3] = frame[:3]
    m[3, 3] = 1.0
    return m


def decompose(m: Array) -> tuple[Pose, tuple[float, float, float]]:
    """Split a (4, 4) matrix without shear into a pose and a scale; a mirror image gives a negative x scale."""
    linear = np.asarray(m, dtype=float)[:3, :3]
    scale = np.linalg.norm(linear, axis=0)
    if np.linalg.det(linear) < 0:
        scale[0] = -scale[0]
    sx, sy, sz = scale.tolist()
    return pose(np.asarray(m)[:3, 3], linear / scale), (sx, sy, sz)


def inverse(m: Array) -> Array:
    """Return the inverse of a (4, 4) matrix."""
    return np.asarray(np.linalg.inv(m), dtype=np.float64)


def transform(m: Array, points: Array) -> Array:
    """Apply a (4, 4) matrix to points of shape (n, 3)."""
    moved: Array = points @ m[:3, :3].T + m[:3, 3]
    return moved


def box_corners(bounds: Array) -> Array:
    """Return the 8 corners, shape (8, 3), of an axis-aligned box [[min], [max]]; x varies slowest."""
    low, high = np.asarray(bounds, dtype=float)
    return np.array([[x, y, z] for x in (low[0], high[0]) for y in (low[1], high[1]) for z in (low[2], high[2])])


def camera_from_world(camera: Sequence[float] | Array) -> Array:
    """Return the (4, 4) matrix from the world to OpenCV camera axes (x right, y down, z forward).

    ``camera`` is the pose of a USD camera (looking along -Z, +Y up).
    """
    world_from_usd = matrix(camera)
    usd_from_world = inverse(world_from_usd)
    flipped: Array = np.diag([1.0, -1.0, -1.0, 1.0]) @ usd_from_world
    return flipped


def project(points: Array, k: Array, view: Array, distort: Callable[[Array], Array] = lambda rays: rays) -> Array:
    """Project world points (n, 3) [m] to pixels (n, 2), x right and y down.

    The top left corner of the image is (0, 0), the centre of its first pixel (0.5, 0.5). ``k`` is the (3, 3)
    intrinsic matrix, ``view`` the camera-from-world matrix, ``distort`` that of a lens. Points at or behind the
    camera give NaN.
    """
    local = transform(view, points)
    depth = local[:, 2:3]
    with np.errstate(divide="ignore", invalid="ignore"):
        rays: Array = np.where(depth > 1e-9, local[:, :2] / depth, np.nan)
        pixels: Array = distort(rays) * [k[0, 0], k[1, 1]] + k[:2, 2]
    return pixels
