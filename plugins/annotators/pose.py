"""6D pose with projected cuboid keypoints, as pose networks are trained on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np

from palletjack_dr import Annotation, Annotator, Registry, hookimpl, setting
from palletjack_dr.engine import Capture
from palletjack_dr.frame import Frame
from palletjack_dr.geometry import Array, quaternion, transform
from palletjack_dr.labels.cuboid import cuboid_corners

OUTSIDE, HIDDEN, VISIBLE = 0, 1, 2
"""COCO's keypoint flags: not in the picture, in it behind something, in it."""


@dataclass(frozen=True, kw_only=True)
class Pose(Annotator):
    """One row per visible object of ``roles``.

    ``rotation`` (3, 3) and ``translation`` [m] take points of the object's frame, scaled by ``scale``, to OpenCV
    camera axes; ``quaternion_xyzw`` is the same rotation. ``size`` is the 3D box [m]. ``keypoints`` are
    [x, y, flag] [px] of its eight corners, front (+X) then rear, of each top right, top left, bottom left, bottom
    right, and of its centre; the flag is 0 outside the picture, 1 hidden, 2 visible. A corner counts as hidden
    where something else is nearer than it by more than ``tolerance`` [m].
    """

    needs: ClassVar[tuple[str, ...]] = ("depth",)
    roles: list[str] = field(default_factory=lambda: ["target"])
    tolerance: float = setting(0.05, low=0.0, high=10.0)

    def annotate(self, frame: Frame) -> Annotation:
        """Return the rows in instance order."""
        return [
            self._row(frame, seen.path) | {"id": seen.id, "label": seen.label, "asset": seen.asset}
            for seen in frame.objects
            if seen.role in self.roles and seen.visible_px
        ]

    def _row(self, frame: Frame, path: str) -> dict[str, Any]:
        thing = frame.scene.thing(path)
        place = frame.scene.world_from(thing)
        scale = np.asarray(frame.scene.scale(thing))
        rotation = frame.capture.view[:3, :3] @ (place[:3, :3] / scale)
        w, x, y, z = quaternion(rotation)
        corners = transform(place, cuboid_corners(thing.bounds))
        points = np.concatenate([corners, corners.mean(axis=0, keepdims=True)])
        return {
            "rotation": rotation.tolist(),
            "translation": transform(frame.capture.view, place[None, :3, 3])[0].tolist(),
            "quaternion_xyzw": [x, y, z, w],
            "scale": scale.tolist(),
            "size": (scale * (thing.bounds[1] - thing.bounds[0])).tolist(),
            "keypoints": self._keypoints(points, frame.capture, thing.id),
        }

    def _keypoints(self, points: Array, capture: Capture, owner: int) -> list[list[float]]:
        assert capture.depth is not None
        assert capture.instance_id is not None
        height, width = capture.depth.shape
        found = []
        for (x, y), distance in zip(capture.project(points), transform(capture.view, points)[:, 2], strict=True):
            if not np.isfinite(x):
                found.append([-1.0, -1.0, OUTSIDE])
            elif not (0 <= x < width and 0 <= y < height):
                found.append([float(x), float(y), OUTSIDE])
            else:
                row, column = int(y), int(x)
                clear = capture.depth[row, column] > distance - self.tolerance
                own = capture.instance_id[row, column] == owner
                found.append([float(x), float(y), VISIBLE if clear or own else HIDDEN])
        return found


@hookimpl
def dr_register(registry: Registry) -> None:
    """Offer ``annotator=pose``."""
    registry.annotator(Pose)
