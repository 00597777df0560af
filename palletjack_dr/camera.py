"""The camera between the frame and the engine: a lens before it, a sensor behind it, the same for every engine."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import Any, Final, cast

import numpy as np
import numpy.typing as npt

from palletjack_dr.edits import VOCABULARY, Edit
from palletjack_dr.engine import Capture, Engine, Window
from palletjack_dr.errors import ConfigError
from palletjack_dr.geometry import Array
from palletjack_dr.lens import PINHOLE, Lens, lens
from palletjack_dr.sensor import expose

ATTRIBUTES: Final = frozenset(a for a in VOCABULARY if a.startswith(("lens.", "sensor.")))
"""The edits that are applied here, and so by every engine."""
LARGEST = 8192
"""Pixels along a side of the straight picture that a lens is cut from."""
NODES = 8
"""Pixels between the places that are computed for a bent picture."""
TOLERANCE = 0.1
"""Pixels of the straight picture that a place may be off by."""
NOWHERE = -10.0
"""A place outside of every picture."""
Places = npt.NDArray[np.float32]
"""Where the pixels of a bent picture lie in the straight one, (H, W, 2) x and y; whole numbers are pixel centres."""


class Camera:
    """An engine with a lens and a sensor; it keeps the edits of one frame, as the engine does.

    The engine draws a straight picture of the lens's whole field at the scale that holds in the centre; rgb, ids
    and depth are then taken from it at the same places, ids unblended, so that labels are as exact under distortion
    as without.
    """

    def __init__(self, engine: Engine, resolution: tuple[int, int]) -> None:
        self._engine = engine
        self._frame = Window(x=0, y=0, width=resolution[0], height=resolution[1])
        self._lens, self._sensor = PINHOLE, dict[str, Any]()
        self._drawn: tuple[Lens, bytes, tuple[Window, Places] | None] | None = None
        self._ids: tuple[Window, npt.NDArray[np.int32]] | None = None

    def apply(self, edits: Sequence[Edit]) -> None:
        """Apply the edits of one frame."""
        self._ids = None
        own = {edit.attribute: edit.value for edit in edits if edit.attribute in ATTRIBUTES}
        self._lens = lens_of(edits)
        self._sensor = {a.partition(".")[2]: v for a, v in own.items() if a.startswith("sensor.")}
        self._engine.apply([edit for edit in edits if edit.attribute not in ATTRIBUTES])

    def capture(
        self, outputs: Collection[str], *, only: Collection[int] | None = None, window: Window | None = None
    ) -> Capture:
        """Capture as an engine does, through the lens and on the sensor."""
        if self._lens.straight:
            seen = self._engine.capture(outputs, only=only, window=window)
        else:
            seen = self._bent(outputs, only, window or self._frame)
        if seen.rgb is not None and self._sensor:
            seen = replace(seen, rgb=expose(seen.rgb, self._sensor))
        return seen

    def _bent(self, outputs: Collection[str], only: Collection[int] | None, window: Window) -> Capture:
        plain = self._engine.capture([])
        k = plain.k.copy()
        shape = (window.height, window.width)
        source = self._source(k, window)
        k[:2, 2] -= window.x, window.y
        if source is None:
            nothing = {"rgb": np.zeros((*shape, 3), np.uint8), "instance_id": np.zeros(shape, np.int32)}
            nothing["depth"] = np.full(shape, np.inf, np.float32)
            return Capture(k=k, view=plain.view, lens=self._lens, **{o: cast(Any, nothing[o]) for o in outputs})
        field, places = source
        seen = self._straight(outputs, only, field)
        bent = Capture(k=k, view=plain.view, lens=self._lens)
        if "instance_id" in outputs and seen.instance_id is not None:
            bent = replace(bent, instance_id=_ids_at(seen.instance_id, places))
        if seen.depth is not None and seen.instance_id is not None:
            bent = replace(bent, depth=_depth_at(seen.depth, seen.instance_id, places))
        if seen.rgb is not None:
            bent = replace(bent, rgb=_colours_at(seen.rgb, places))
        return bent

    def _straight(self, outputs: Collection[str], only: Collection[int] | None, field: Window) -> Capture:
        """Capture a window of the straight picture; with depth come ids, which tell where it may be blended."""
        known = self._ids[1] if self._ids is not None and only is None and self._ids[0] == field else None
        wanted = {*outputs, "instance_id"} if "depth" in outputs and known is None else set(outputs)
        seen = self._engine.capture(wanted, only=only, window=field)
        if seen.instance_id is None:
            return replace(seen, instance_id=known)
        if only is None:
            self._ids = field, seen.instance_id
        return seen

    def _source(self, k: Array, window: Window) -> tuple[Window, Places] | None:
        """Return the straight window that holds what a bent one shows, and every pixel's place in it."""
        key = k.tobytes()
        whole = window == self._frame
        if whole and self._drawn is not None and self._drawn[:2] == (self._lens, key):
            return self._drawn[2]
        places = self._places(k, window)
        known = places[np.isfinite(places[..., 0])]
        found = None
        if len(known):
            low, high = np.floor(known.min(axis=0)) - 1, np.ceil(known.max(axis=0)) + 1
            width, height = (int(n) for n in high - low)
            if max(width, height) > LARGEST:
                raise ConfigError(
                    f"the lens {self._lens.model} sees a field {width} x {height} px wide before distortion, more "
                    f"than {LARGEST}; use a longer focal length (a smaller camera.fov) or a lower resolution"
                )
            field = Window(x=int(low[0]), y=int(low[1]), width=width, height=height)
            places -= low + np.float32(0.5)
            np.nan_to_num(places, copy=False, nan=NOWHERE)
            found = field, places
        if whole:
            self._drawn = self._lens, key, found
        return found

    def _places(self, k: Array, window: Window) -> Places:
        """Return where each pixel of a bent window lies in the straight image plane [px]; NaN where nowhere.

        A lens bends smoothly, so that nodes every ``NODES`` pixels, blended between, are right to a few hundredths of
        a pixel, and save most of the time. Along the rim of what a lens sees, and where it bends more, every pixel is
        computed.
        """
        import cv2

        width, height = window.width, window.height
        u, v = np.meshgrid(NODES * np.arange(width // NODES + 2), NODES * np.arange(height // NODES + 2))
        nodes = self._place(k, u + window.x, v + window.y)
        finer = np.array([[1 / NODES, 0, 0], [0, 1 / NODES, 0]])
        how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        places = cast("Places", cv2.warpAffine(nodes.astype(np.float32), finer, (width, height), flags=how))
        known = np.isfinite(nodes[..., 0])
        corners = known[:-1, :-1].astype(int) + known[1:, :-1] + known[:-1, 1:] + known[1:, 1:]
        cells = ((corners > 0) & (corners < 4)) | (_error(nodes) > TOLERANCE)
        if cells.any():
            pixels = cells.repeat(NODES, axis=0).repeat(NODES, axis=1)[:height, :width]
            rows, columns = np.nonzero(pixels)
            places[rows, columns] = self._place(k, columns + window.x, rows + window.y)
        return places

    def _place(self, k: Array, columns: npt.NDArray[np.int64], rows: npt.NDArray[np.int64]) -> Array:
        """Return the places (..., 2) of pixels of the bent image plane."""
        f, c = np.array([k[0, 0], k[1, 1]]), k[:2, 2]
        landed = np.stack([columns + 0.5, rows + 0.5], axis=-1)
        rays = self._lens.undistort((landed.reshape(-1, 2) - c) / f)
        return cast("Array", (rays * f + c).reshape(landed.shape))


def _error(nodes: Array) -> Array:
    """Return how far off [px] a cell between four nodes is when blended: an eighth of the second difference."""
    bends = np.zeros(nodes.shape[:2])
    for axis in (0, 1):
        second = np.abs(np.diff(nodes, n=2, axis=axis)).max(axis=-1)
        sides = [(1, 1) if a == axis else (0, 0) for a in (0, 1)]
        bends = np.maximum(bends, np.nan_to_num(np.pad(second, sides, mode="edge"))) if second.size else bends
    largest, _ = _of_the_four(bends.astype(np.float32))
    return largest[:-1, :-1] / 8


def lens_of(edits: Iterable[Edit]) -> Lens:
    """Return the lens that the edits of a frame give the camera."""
    own = {edit.attribute: edit.value for edit in edits if edit.attribute.startswith("lens.")}
    model, distortion = own.get("lens.model", "pinhole"), own.get("lens.distortion", (0.0,) * 5)
    try:
        return lens(cast(str, model), cast("tuple[float, ...]", distortion))
    except ValueError as error:
        raise ConfigError(f"lens.model: {error}") from None


def _colours_at(rgb: npt.NDArray[np.uint8], places: Places) -> npt.NDArray[np.uint8]:
    import cv2

    return cast("npt.NDArray[np.uint8]", _taken(rgb, places, cv2.INTER_LINEAR))


def _ids_at(ids: npt.NDArray[np.int32], places: Places) -> npt.NDArray[np.int32]:
    """Return the id whose pixel holds each place, unblended."""
    import cv2

    return _taken(ids.astype(np.float32), places, cv2.INTER_NEAREST).astype(np.int32)


def _depth_at(depth: npt.NDArray[np.float32], ids: npt.NDArray[np.int32], places: Places) -> npt.NDArray[np.float32]:
    """Return the depth at places: blended, as 1 / z, within one object, which is exact on planes; else the nearest."""
    import cv2

    inverse = np.reciprocal(np.maximum(depth, np.float32(1e-6)))  # of inf it is 0
    near, far = _of_the_four(inverse)
    first, last = _of_the_four(ids.astype(np.float32))
    smooth = ((first == last) & (far > 0.9 * near)).astype(np.uint8)  # no step in depth between the four
    blended = _taken(smooth, np.floor(places), cv2.INTER_NEAREST) > 0
    taken = np.where(blended, _taken(inverse, places, cv2.INTER_LINEAR), _taken(inverse, places, cv2.INTER_NEAREST))
    with np.errstate(divide="ignore"):
        return np.where(taken > 0, 1 / taken, np.inf).astype(np.float32)


def _of_the_four(image: npt.NDArray[np.float32]) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Return the largest and the smallest value of each pixel and its neighbours to the right and below."""
    import cv2

    square = np.ones((2, 2), np.uint8)
    largest, smallest = cv2.dilate(image, square, anchor=(0, 0)), cv2.erode(image, square, anchor=(0, 0))
    return cast("npt.NDArray[np.float32]", largest), cast("npt.NDArray[np.float32]", smallest)


def _taken(image: npt.NDArray[Any], places: Places, how: int) -> npt.NDArray[Any]:
    import cv2

    return np.asarray(cv2.remap(image, places, None, how))  # type: ignore[call-overload]  # the stubs want two maps
