"""The whole silhouettes of objects, hidden and cut-off parts included, in as few passes of the renderer as can be.

A target that nothing can hide shows its whole silhouette already. Those that are left are drawn alone, several in one
pass where their windows keep apart.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from palletjack_dr.engine import Capture, Window
from palletjack_dr.geometry import Array, box_corners, inverse, transform
from palletjack_dr.labels.cuboid import cuboid_corners, cuboid_outline
from palletjack_dr.labels.extents import Box, extents
from palletjack_dr.scene import Scene, SceneObject

Alone = Callable[[Collection[int], Window], Capture]
"""Renders the id image of some instances, and nothing else, in a window of the image plane."""

MARGIN = 2
FIELD = 1.0
"""How far beyond each border, in image sizes, an amodal mask is looked for."""
TOUCHING = 0.005
"""Depth [m] by which boxes may meet and count as touching: what stands on a floor sinks into its painted lines."""


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

    def count_inside(self, shape: tuple[int, ...]) -> int:
        """Return how many of its pixels lie within an image of ``shape`` (H, W)."""
        rows, columns, _ = _overlap(self.window, shape)
        return int(np.count_nonzero(self.pixels[rows, columns]))

    def box(self) -> Box:
        """Return the tight box in the image's pixels; it may reach beyond the image."""
        _, (x1, y1, x2, y2) = extents(self.pixels.astype(np.int32))[1]
        return x1 + self.window.x, y1 + self.window.y, x2 + self.window.x, y2 + self.window.y


def amodal_masks(scene: Scene, things: Sequence[SceneObject], capture: Capture, alone: Alone) -> dict[int, AmodalMask]:
    """Return the masks, by id, of those objects that would show in the picture if nothing hid them.

    ``capture`` must hold ``instance_id``.
    """
    ids = capture.instance_id
    assert ids is not None, "amodal masks need the id image"
    windows: dict[int, Window] = {}
    for thing in things:
        window = amodal_window(scene.world_from(thing), thing.bounds, capture)
        if window is not None:
            windows[thing.id] = window
    barriers = _Barriers(scene, capture.view)
    masks = {
        i: amodal_mask(ids[_slice(window)] == i, window, ids == i)
        for i, window in windows.items()
        if _lies_in(window, ids.shape) and not barriers.could_hide(i, ids[_slice(window)])
    }
    for group in keeping_apart({i: window for i, window in windows.items() if i not in masks}):
        whole = _around(windows[i] for i in group)
        drawn = alone(group, whole).instance_id
        assert drawn is not None
        for i in group:
            part = drawn[_slice(windows[i], whole.x, whole.y)] == i
            masks[i] = amodal_mask(part, windows[i], ids == i)
    return {i: masks[i] for i in windows if masks[i].count_inside(ids.shape)}


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


def amodal_mask(alone: npt.NDArray[np.bool_], window: Window, visible: npt.NDArray[np.bool_]) -> AmodalMask:
    """Return the mask of an object drawn ``alone`` in ``window``, together with its ``visible`` pixels (H, W).

    The two passes may sample an edge a hair apart; what is seen of an object is part of it, so that the amodal
    mask always contains the visible one.
    """
    pixels = alone.copy()
    rows, columns, (top, left) = _overlap(window, visible.shape)
    pixels[rows, columns] |= visible[top : top + rows.stop - rows.start, left : left + columns.stop - columns.start]
    return AmodalMask(window=window, pixels=pixels)


def keeping_apart(windows: Mapping[int, Window]) -> list[list[int]]:
    """Return the keys in groups, each of windows that share no pixel and are worth one pass together."""
    groups: list[list[int]] = []
    for key, window in windows.items():
        for group in groups:
            others = [windows[k] for k in group]
            spent = sum(w.width * w.height for w in (window, *others))
            together = _around([window, *others])
            if together.width * together.height <= WASTE * spent and not any(_meet(window, w) for w in others):
                group.append(key)
                break
        else:
            groups.append([key])
    return groups


WASTE = 8.0
"""Pixels of one common pass, as a multiple of those of separate passes, up to which it is the cheaper one."""


class _Barriers:
    """The planes of all boxes of a frame, to tell what cannot hide what.

    Nothing is hidden by what lies beyond a plane that has both the camera and all of the hidden on its near side.
    """

    def __init__(self, scene: Scene, view: Array) -> None:
        self._eye = inverse(view)[:3, 3]
        shown = [thing for thing in scene.objects if scene.visible(thing)]
        self._row = {thing.id: row for row, thing in enumerate(shown)}
        self._world = np.array([scene.world_from(thing) for thing in shown]).reshape(-1, 4, 4)
        self._bounds = np.array([thing.bounds for thing in shown]).reshape(-1, 2, 3)
        self._corners = np.array(
            [transform(m, box_corners(b)) for m, b in zip(self._world, self._bounds, strict=True)]
        ).reshape(-1, 8, 3)

    def could_hide(self, instance: int, ids: npt.NDArray[np.int32]) -> bool:
        """Return whether anything seen in ``ids`` could stand between the camera and the object; when in doubt, yes."""
        others = np.flatnonzero(np.bincount(ids.ravel()))
        others = others[others != instance]
        if 0 in others:  # what has no id may still be something
            return True
        here = self._row[instance]
        return any(
            not (self._parted(self._row[other], here) or self._parted(here, self._row[other], beyond=True))
            for other in others.tolist()
        )

    def _parted(self, box: int, other: int, *, beyond: bool = False) -> bool:
        """Return whether a face of ``box`` has the camera and the ``other`` box outside of it.

        With ``beyond`` it shall have the camera on its inner side, and the other outside.
        """
        local_from_world = inverse(self._world[box])
        low, high = self._bounds[box]
        scale = np.linalg.norm(self._world[box][:3, :3], axis=0)
        points = transform(local_from_world, np.vstack([self._eye, self._corners[other]]))
        out = np.hstack([points - high, low - points]) * np.tile(scale, 2)  # metres beyond each of the six faces
        camera = -out[0] if beyond else out[0]
        return bool(((camera > 0) & (out[1:].min(axis=0) >= -TOUCHING)).any())


def _slice(window: Window, x: int = 0, y: int = 0) -> tuple[slice, slice]:
    """Return the rows and columns of a window, counted from (x, y)."""
    left, top = window.x - x, window.y - y
    return slice(top, top + window.height), slice(left, left + window.width)


def _lies_in(window: Window, shape: tuple[int, ...]) -> bool:
    right, bottom = window.x + window.width, window.y + window.height
    return window.x >= 0 and window.y >= 0 and right <= shape[1] and bottom <= shape[0]


def _meet(a: Window, b: Window) -> bool:
    across = a.x < b.x + b.width and b.x < a.x + a.width
    return across and a.y < b.y + b.height and b.y < a.y + a.height


def _around(windows: Iterable[Window]) -> Window:
    """Return the smallest window that holds some others."""
    all_of_them = list(windows)
    x, y = min(w.x for w in all_of_them), min(w.y for w in all_of_them)
    right = max(w.x + w.width for w in all_of_them)
    bottom = max(w.y + w.height for w in all_of_them)
    return Window(x=x, y=y, width=right - x, height=bottom - y)


def _overlap(window: Window, shape: tuple[int, ...]) -> tuple[slice, slice, tuple[int, int]]:
    """Return the rows and columns of a window that lie inside an image, and where they begin in the image."""
    top, left = max(0, window.y), max(0, window.x)
    bottom, right = min(shape[0], window.y + window.height), min(shape[1], window.x + window.width)
    rows = slice(top - window.y, max(bottom, top) - window.y)
    columns = slice(left - window.x, max(right, left) - window.x)
    return rows, columns, (top, left)
