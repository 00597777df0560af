"""The object table of a frame: what is true of every object in it, from which all labels are made."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from palletjack_dr.engine import Capture
from palletjack_dr.geometry import Array, transform
from palletjack_dr.labels.amodal import Alone, AmodalMask, amodal_masks
from palletjack_dr.labels.extents import Box, extents
from palletjack_dr.scene import Scene, SceneObject


@dataclass(frozen=True, kw_only=True)
class ObjectTruth:
    """One object in one frame.

    ``box`` is the tight box of its visible pixels, ``amodal_box`` that of the object alone, which may reach
    beyond the image; both [x1, x2) x [y1, y2) [px]. ``occlusion`` is the share of its pixels inside the image
    that others hide, ``truncation`` the share of its pixels outside the image, both in [0, 1]. ``distance`` is
    from the camera to the centre of its bounds [m]. Amodal values are measured for targets only; for others
    they are None.
    """

    id: int
    path: str
    label: str
    role: str
    asset: str
    visible_px: int
    box: Box | None
    distance: float
    amodal_px: int | None = None
    amodal_box: Box | None = None
    occlusion: float | None = None
    truncation: float | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the row that the journal stores."""
        return asdict(self)


def object_truths(
    scene: Scene, capture: Capture, alone: Alone, roles: tuple[str, ...]
) -> tuple[tuple[ObjectTruth, ...], dict[int, AmodalMask]]:
    """Return the table for the objects of ``roles`` in the picture, hidden targets included, and amodal masks by id.

    ``capture`` must hold ``instance_id``.
    """
    ids = capture.instance_id
    assert ids is not None, "object_truths needs the id image"
    shown = [thing for thing in scene.objects if thing.role in roles and scene.visible(thing)]
    seen = extents(ids, only={thing.id for thing in shown})
    masks = amodal_masks(scene, [thing for thing in shown if thing.role == "target"], capture, alone)
    rows = []
    for thing in shown:
        count, box = seen.get(thing.id, (0, None))
        mask = masks.get(thing.id)
        if mask is None and (thing.role == "target" or not count):
            continue
        rows.append(
            ObjectTruth(
                id=thing.id,
                path=thing.path,
                label=thing.label,
                role=thing.role,
                asset=thing.asset,
                visible_px=count,
                box=box,
                distance=_distance(scene, thing, capture.view),
                **(_whole(mask, count, ids.shape) if mask else {}),
            )
        )
    return tuple(rows), masks


def _whole(mask: AmodalMask, visible_px: int, shape: tuple[int, ...]) -> dict[str, Any]:
    """Return what a target's whole silhouette tells of it."""
    inside, area = mask.count_inside(shape), int(np.count_nonzero(mask.pixels))
    return {
        "amodal_px": area,
        "amodal_box": mask.box(),
        "occlusion": 1.0 - visible_px / inside,
        "truncation": 1.0 - inside / area,
    }


def _distance(scene: Scene, thing: SceneObject, view: Array) -> float:
    centre = transform(scene.world_from(thing), thing.bounds.mean(axis=0)[None])
    return float(np.linalg.norm(transform(view, centre)))
