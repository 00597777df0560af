"""Small pictures of frames, with masks and boxes as layers of their own."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from palletjack_dr.report.facts import ids_of, picture_of

WIDTH = 480
HUES = ("#ff5d5d", "#4cc9f0", "#ffd166", "#80ed99", "#f78fb3", "#b892ff", "#ff9f1c", "#2ec4b6")


@dataclass(frozen=True, kw_only=True)
class Box:
    """A target in picture coordinates [px]: visible box, amodal box or None, colour and caption."""

    visible: tuple[float, ...]
    amodal: tuple[float, ...] | None
    color: str
    caption: str


@dataclass(frozen=True, kw_only=True)
class Thumbnail:
    """One frame: its size [px], a JPEG, a mask layer with alpha or '', and boxes. No picture means ``missing``."""

    frame: int
    width: int
    height: int
    picture: str
    masks: str
    boxes: tuple[Box, ...]
    missing: str = ""


def thumbnail(folder: Path, record: Mapping[str, Any]) -> Thumbnail:
    """Return the thumbnail of a frame; a picture that cannot be read is named, not fatal."""
    import cv2

    shown = [o for o in record["objects"] if o["role"] == "target" and o["visible_px"]]
    boxes = tuple(_box(o, HUES[i % len(HUES)]) for i, o in enumerate(shown))
    name = picture_of(record)
    image = cv2.imread(str(folder / name)) if name else None
    if image is None:
        missing = f"{name or 'a colour picture'} is missing"
        return Thumbnail(frame=record["frame"], width=16, height=9, picture="", masks="", boxes=(), missing=missing)
    height, width = image.shape[:2]
    small = cv2.resize(image, (WIDTH, round(height * WIDTH / width)), interpolation=cv2.INTER_AREA)
    return Thumbnail(
        frame=record["frame"],
        width=width,
        height=height,
        picture=_inline(small, ".jpg", [cv2.IMWRITE_JPEG_QUALITY, 82]),
        masks=_masks(folder, record, shown, (small.shape[0], small.shape[1])),
        boxes=boxes,
    )


def _masks(folder: Path, record: Mapping[str, Any], shown: Sequence[Mapping[str, Any]], size: tuple[int, int]) -> str:
    import cv2

    name = ids_of(record)
    ids = cv2.imread(str(folder / name), cv2.IMREAD_UNCHANGED) if name else None
    if ids is None or not shown:
        return ""
    ids = cv2.resize(ids, (size[1], size[0]), interpolation=cv2.INTER_NEAREST)
    layer = np.zeros((*size, 4), np.uint8)
    for i, thing in enumerate(shown):
        r, g, b = (int(HUES[i % len(HUES)][k : k + 2], 16) for k in (1, 3, 5))
        layer[ids == thing["id"]] = (b, g, r, 110)
    return _inline(layer, ".png", [cv2.IMWRITE_PNG_COMPRESSION, 9])


def _box(thing: Mapping[str, Any], color: str) -> Box:
    hidden = "" if not thing["occlusion"] else f", {thing['occlusion']:.0%} hidden"
    amodal = thing["amodal_box"] if thing["amodal_box"] != thing["box"] else None
    return Box(
        visible=tuple(thing["box"]),
        amodal=tuple(amodal) if amodal else None,
        color=color,
        caption=f"{thing['label']} {thing['distance']:.1f} m{hidden}",
    )


def _inline(image: npt.NDArray[Any], suffix: str, options: list[int]) -> str:
    import cv2

    data = base64.b64encode(bytes(cv2.imencode(suffix, image, options)[1])).decode()
    return f"data:image/{'jpeg' if suffix == '.jpg' else 'png'};base64,{data}"
