"""The visible surface: normals and points, from depth and the camera's rays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from palletjack_dr import Annotation, Annotator, Registry, hookimpl
from palletjack_dr.engine import Capture
from palletjack_dr.errors import ConfigError
from palletjack_dr.frame import Frame

FRAMES = ("camera", "world")
Planes = npt.NDArray[np.float32]
"""Vectors by component, (3, H, W): numpy is fast with whole planes."""


@dataclass(frozen=True, kw_only=True)
class Normals(Annotator):
    """Unit normals of the visible surface towards the camera, float32 (H, W, 3); NaN where there is nothing.

    In OpenCV camera axes, or in the world's for ``frame="world"``. Taken from depth: on either side of an edge
    from the neighbours on the same surface, and so without the smoothing that shading normals have.
    """

    needs: ClassVar[tuple[str, ...]] = ("depth",)
    frame: str = "camera"

    def __post_init__(self) -> None:
        """Refuse a frame that is none."""
        super().__post_init__()
        _check(self.frame)

    def annotate(self, frame: Frame) -> Annotation:
        """Return the normals."""
        points = _points(frame.capture)
        normals = np.cross(_step(points, 1), _step(points, 2), axis=0)
        away, squares = (np.einsum("chw,chw->hw", normals, other) for other in (points, normals))
        with np.errstate(invalid="ignore", divide="ignore"):
            normals /= -np.copysign(np.sqrt(squares), away)
        return _vectors(_in_world(normals, frame.capture) if self.frame == "world" else normals)


@dataclass(frozen=True, kw_only=True)
class PointCloud(Annotator):
    """The point that every pixel shows [m], float32 (H, W, 3), NaN where there is nothing.

    In OpenCV camera axes, or in the world for ``frame="world"``. The id and class images tell whose points
    they are.
    """

    needs: ClassVar[tuple[str, ...]] = ("depth",)
    frame: str = "camera"

    def __post_init__(self) -> None:
        """Refuse a frame that is none."""
        super().__post_init__()
        _check(self.frame)

    def annotate(self, frame: Frame) -> Annotation:
        """Return the points."""
        points = _points(frame.capture)
        if self.frame == "world":
            points = _in_world(points - frame.capture.view[:3, 3, None, None].astype(np.float32), frame.capture)
        return _vectors(points)


def _points(capture: Capture) -> Planes:
    """Return the visible points in camera axes."""
    assert capture.depth is not None
    depth = np.where(np.isfinite(capture.depth), capture.depth, np.float32(np.nan))
    rays = capture.rays()
    return np.stack([(rays[..., 0] * depth).astype(np.float32), (rays[..., 1] * depth).astype(np.float32), depth])


def _in_world(planes: Planes, capture: Capture) -> Planes:
    """Turn vectors in camera axes into the world's; the view's rotation undoes itself transposed."""
    return (capture.view[:3, :3].T.astype(np.float32) @ planes.reshape(3, -1)).reshape(planes.shape)


def _vectors(planes: Planes) -> Planes:
    """Return (3, H, W) as (H, W, 3)."""
    return np.ascontiguousarray(np.moveaxis(planes, 0, -1))


def _step(points: Planes, axis: int) -> Planes:
    """Return the step to a neighbour along an axis: to the one of the two that is nearer in depth."""
    forth = np.diff(points, axis=axis)
    nothing = np.full_like(np.take(points, [0], axis=axis), np.nan)
    ahead, behind = np.concatenate([forth, nothing], axis=axis), np.concatenate([nothing, forth], axis=axis)
    jump_ahead, jump_behind = (np.nan_to_num(np.abs(side[2]), nan=np.inf) for side in (ahead, behind))
    return np.where(jump_ahead <= jump_behind, ahead, behind)


def _check(frame: str) -> None:
    if frame not in FRAMES:
        raise ConfigError(f"frame: got {frame!r}, wanted camera or world")


@hookimpl
def dr_register(registry: Registry) -> None:
    """Offer ``annotator=normals`` and ``annotator=point_cloud``."""
    registry.annotator(Normals)
    registry.annotator(PointCloud)
