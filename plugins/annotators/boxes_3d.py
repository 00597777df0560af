"""3D boxes, in the world, in the camera's frame and in KITTI's terms."""

from __future__ import annotations

from dataclasses import dataclass, field

from palletjack_dr import Annotation, Annotator, Registry, hookimpl
from palletjack_dr.frame import Frame
from palletjack_dr.geometry import transform
from palletjack_dr.labels.cuboid import cuboid_corners, upright_box


@dataclass(frozen=True, kw_only=True)
class Boxes3d(Annotator):
    """One row per visible object of ``roles``.

    ``corners_world`` and ``corners_camera`` are (8, 3) [m]: the object's front (+X), then its rear; of each top
    right, top left, bottom left, bottom right. Camera axes are OpenCV's. ``kitti`` holds h w l x y z rotation_y
    and alpha as KITTI defines them.
    """

    roles: list[str] = field(default_factory=lambda: ["target"])

    def annotate(self, frame: Frame) -> Annotation:
        """Return the rows in instance order."""
        rows = []
        for seen in frame.objects:
            if seen.role in self.roles and seen.visible_px:
                thing = frame.scene.thing(seen.path)
                place = frame.scene.world_from(thing)
                corners = transform(place, cuboid_corners(thing.bounds))
                rows.append(
                    {
                        "id": seen.id,
                        "label": seen.label,
                        "corners_world": corners.tolist(),
                        "corners_camera": transform(frame.capture.view, corners).tolist(),
                        "kitti": upright_box(place, thing.bounds, frame.capture.view),
                    }
                )
        return rows


@hookimpl
def dr_register(registry: Registry) -> None:
    """Offer ``annotator=boxes_3d``."""
    registry.annotator(Boxes3d, name="boxes_3d")
