"""The object table of a frame: what is true of every object in it, from which all labels are made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from palletjack_dr.engine import Capture, Window
from palletjack_dr.geometry import Array, transform
from palletjack_dr.labels.cuboid import cuboid_corners, cuboid_outline
from palletjack_dr.labels.extents import Box, extents
from palletjack_dr.scene import Scene, SceneObject

Alone = Callable[[int, Window], Capture]
"""Renders the id image of one instance alone in a window of the image plane."""

MARGIN = 2
FIELD = 1.0
"""How far beyond each border, in image sizes, an amodal mask is looked for."""


@dataclass(frozen=True, kw_only=True)
class AmodalMask:
    """The whole silhouette of one object, hidden and cut-off parts included: ``pixels`` bool, over ``window``."""

    window: Window
    pixels: npt.NDArray[np.bool_]

    def inside(self, shape: tuple[int, ...]) -> npt.NDArray[np.bool_]:
        """Return the mask within an image of ``shape`` (H, W)."""
        rows, columns, (top, left) = _overlap(self.window, shape)
        image = np.zeros(shape[:2], dtype=bool)
        part = self.pixels[rows, columns]
        image[top : top + part.shape[0], left : left + part.shape[1]] = part
        return image

    def box(self) -> Box:
        """Return the tight box in the image's pixels; it may reach beyond the image."""
        _, (x1, y1, x2, y2) = extents(self.pixels.astype(np.int32))[1]
        return x1 + self.window.x, y1 + self.window.y, x2 + self.window.x, y2 + self.window.y


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
    rows, masks = [], {}
    for thing in shown:
        count, box = seen.get(thing.id, (0, None))
        row: dict[str, Any] = {
            "id": thing.id,
            "path": thing.path,
            "label": thing.label,
            "role": thing.role,
            "asset": thing.asset,
            "visible_px": count,
            "box": box,
            "distance": _distance(scene, thing, capture.view),
        }
        if thing.role == "target":
            window = amodal_window(scene.world_from(thing), thing.bounds, capture)
            if window is None:
                continue
            mask = amodal_mask(alone(thing.id, window), window, ids == thing.id)
            inside = int(mask.inside(ids.shape).sum())
            if not inside:
                continue
            masks[thing.id] = mask
            row |= {
                "amodal_px": int(mask.pixels.sum()),
                "amodal_box": mask.box(),
                "occlusion": 1.0 - count / inside,
                "truncation": 1.0 - inside / int(mask.pixels.sum()),
            }
            rows.append(ObjectTruth(**row))
        elif count:
            rows.append(ObjectTruth(**row))
    return tuple(rows), masks


def amodal_window(world_from_object: Array, bounds: Array, capture: Capture) -> Window | None:
    """Return the part of the image plane that holds the whole object, or None where it misses the image.

    The window is at most ``FIELD`` image sizes larger than the image on each side: an object that reaches
    farther, or behind the camera, is cut there.
    """
    assert capture.instance_id is not None
    height, width = capture.instance_id.shape
    low, high = np.array([-FIELD * width, -FIELD * height]), np.array([(1 + FIELD) * width, (1 + FIELD) * height])
    outline = cuboid_outline(transform(world_from_object, cuboid_corners(bounds)), capture)
    if not len(outline):
        return None
    if np.isfinite(outline).all():
        low = np.maximum(low, np.floor(outline.min(axis=0)) - MARGIN)
        high = np.minimum(high, np.ceil(outline.max(axis=0)) + MARGIN)
    if high[0] <= 0 or high[1] <= 0 or low[0] >= width or low[1] >= height:
        return None
    return Window(x=int(low[0]), y=int(low[1]), width=int(high[0] - low[0]), height=int(high[1] - low[1]))


def amodal_mask(single: Capture, window: Window, visible: npt.NDArray[np.bool_]) -> AmodalMask:
    """Return the mask of an object rendered alone in ``window``, together with its ``visible`` pixels (H, W).

    The two passes may sample an edge a hair apart; what is seen of an object is part of it, so that the amodal
    mask always contains the visible one.
    """
    assert single.instance_id is not None
    pixels = single.instance_id > 0
    rows, columns, (top, left) = _overlap(window, visible.shape)
    pixels[rows, columns] |= visible[top : top + rows.stop - rows.start, left : left + columns.stop - columns.start]
    return AmodalMask(window=window, pixels=pixels)


def _overlap(window: Window, shape: tuple[int, ...]) -> tuple[slice, slice, tuple[int, int]]:
    """Return the rows and columns of a window that lie inside an image, and where they begin in the image."""
    top, left = max(0, window.y), max(0, window.x)
    bottom, right = min(shape[0], window.y + window.height), min(shape[1], window.x + window.width)
    rows = slice(top - window.y, max(bottom, top) - window.y)
    columns = slice(left - window.x, max(right, left) - window.x)
    return rows, columns, (top, left)


def _distance(scene: Scene, thing: SceneObject, view: Array) -> float:
    centre = transform(scene.world_from(thing), thing.bounds.mean(axis=0)[None])
    return float(np.linalg.norm(transform(view, centre)))
