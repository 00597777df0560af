"""A custom annotator in one file: where a robot should stand to fetch each target."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from palletjack_dr import Annotation, Annotator, Registry, hookimpl, setting
from palletjack_dr.frame import Frame
from palletjack_dr.geometry import transform


@dataclass(frozen=True, kw_only=True)
class DockingPose(Annotator):
    """One row per visible target: the point ``gap`` [m] behind it on the floor, from which it is fetched.

    ``position`` is in OpenCV camera axes [m], ``heading`` the direction towards the target as a unit vector in
    the same axes, ``pixel`` the point in the picture [px], or null where the picture does not hold it.
    """

    gap: float = setting(0.6, low=0.0, high=5.0)

    def annotate(self, frame: Frame) -> Annotation:
        """Return the rows in instance order."""
        return [self._row(frame, seen.path) for seen in frame.objects if seen.role == "target" and seen.visible_px]

    def _row(self, frame: Frame, path: str) -> dict[str, Any]:
        thing = frame.scene.thing(path)
        world_from_object = frame.scene.world_from(thing)
        (back, left, floor), (_, right, _) = thing.bounds  # the object's front is +X
        spot = transform(world_from_object, np.array([[back - self.gap, (left + right) / 2, floor]]))
        ahead = frame.capture.view[:3, :3] @ world_from_object[:3, 0]
        x, y = frame.capture.project(spot)[0]
        assert frame.capture.instance_id is not None
        height, width = frame.capture.instance_id.shape
        inside = 0 <= x < width and 0 <= y < height  # False for NaN, behind the camera
        return {
            "id": thing.id,
            "label": thing.label,
            "position": transform(frame.capture.view, spot)[0].tolist(),
            "heading": (ahead / np.linalg.norm(ahead)).tolist(),
            "pixel": [float(x), float(y)] if inside else None,
        }


@hookimpl
def dr_register(registry: Registry) -> None:
    """Offer ``annotator=docking_pose``."""
    registry.annotator(DockingPose)
