"""The pictures of one frame as small data URIs: colour, depth, masks."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from palletjack_dr.dataset import Dataset, Record, read_image
from palletjack_dr.labels.rle import Mask, mask_of
from palletjack_dr.report.facts import Row, rows_of

Image = npt.NDArray[np.uint8]

WIDTH = 640
HUES = ("#ff5d5d", "#4cc9f0", "#ffd166", "#80ed99", "#f78fb3", "#b892ff", "#ff9f1c", "#2ec4b6")
PICTURE, DEPTH, MASKS = 44_000, 12_000, 8_000
"""The most that a layer of one frame may take [bytes]; quality, then size, give way."""
QUALITIES = (84, 72, 58, 40)


@dataclass(frozen=True, kw_only=True)
class Layers:
    """A frame's layers as data URIs, "" where there is none, its size [px], and the range of depth [m]."""

    width: int
    height: int
    rgb: str
    depth: str
    depth_range: tuple[float, float] | None
    masks: str
    amodal_masks: str


def layers(dataset: Dataset, record: Record, shown: Sequence[Row]) -> Layers:
    """Return the layers of a frame; masks are those of the ``shown`` objects, in the colours of HUES in turn."""
    picture = read_picture(dataset, record)
    depth = dataset.image(record, "depth")
    if depth is not None and (depth.ndim != 2 or not np.isfinite(depth).any()):
        depth = None
    visible, amodal = _masks(dataset, record, shown)
    width, height = dataset.config["resolution"]
    for image in (picture, depth):
        if image is not None:
            height, width = image.shape[0], image.shape[1]
    return Layers(
        width=int(width),
        height=int(height),
        rgb="" if picture is None else _jpeg(picture, PICTURE),
        depth="" if depth is None else _jpeg(_false_colors(depth), DEPTH),
        depth_range=None if depth is None else _range(depth),
        masks=_painted((i, mask, 120) for i, mask in enumerate(visible)),
        amodal_masks=_whole_and_hidden(amodal, visible),
    )


def picture_name(record: Record) -> str:
    """Return the name of a frame's picture below the dataset folder; datasets of old do not say, but use rgb/."""
    named = record.get("picture") or next((n for n in record["files"] if "rgb" in n.split("/")[:-1]), "")
    return str(named)


def read_picture(dataset: Dataset, record: Record) -> Image | None:
    """Return a frame's picture, (H, W, 3) RGB, or None where it cannot be read."""
    name = picture_name(record)
    image = read_image(dataset.folder / name) if name else None
    return image if image is not None and image.ndim == 3 and image.dtype == np.uint8 else None


def _masks(dataset: Dataset, record: Record, shown: Sequence[Row]) -> tuple[list[Mask | None], list[Mask | None]]:
    """Return visible and amodal masks, one each per shown object: from a table, or visible ones from the id image."""
    rows = {row["id"]: row for row in rows_of(record, "amodal")}
    ids = None if rows else dataset.image(record, "instance_segmentation")
    visible: list[Mask | None] = []
    amodal: list[Mask | None] = []
    for thing in shown:
        row = rows.get(thing["id"], {})
        seen = mask_of(row["visible"]) if row.get("visible") else None
        visible.append(ids == thing["id"] if ids is not None else seen)
        amodal.append(mask_of(row["amodal"]) if row.get("amodal") else None)
    return visible, amodal


def _painted(parts: Iterable[tuple[int, Mask | None, int]]) -> str:
    """Paint masks (H, W) over each other; each comes with its object's number, for the colour, and its alpha."""
    layer: Image | None = None
    for i, mask, alpha in parts:
        if mask is not None:
            layer = np.zeros((*mask.shape, 4), np.uint8) if layer is None else layer
            layer[mask] = [*(int(HUES[i % len(HUES)][k : k + 2], 16) for k in (5, 3, 1)), alpha]
    return "" if layer is None else _inline(layer, ".png", MASKS)


def _whole_and_hidden(amodal: Sequence[Mask | None], visible: Sequence[Mask | None]) -> str:
    """Paint whole objects faintly, and over all of them stripes where one is hidden."""
    stripes: list[Mask | None] = []
    for whole, seen in zip(amodal, visible, strict=True):
        if whole is None or seen is None:
            stripes.append(None)
        else:
            diagonal = np.add.outer(np.arange(whole.shape[0]), np.arange(whole.shape[1]))
            stripes.append(whole & ~seen & (diagonal % 14 < 7))
    faint = [(i, mask, 60) for i, mask in enumerate(amodal)]
    return _painted([*faint, *((i, mask, 210) for i, mask in enumerate(stripes))])


def _range(depth: npt.NDArray[Any]) -> tuple[float, float]:
    finite = depth[np.isfinite(depth)]
    return float(finite.min()), float(finite.max())


def _false_colors(depth: npt.NDArray[Any]) -> Image:
    """Return depth in colours, red near and blue far over its own range, black where there is nothing."""
    import cv2

    low, high = _range(depth)
    share = np.where(np.isfinite(depth), (high - depth) / max(high - low, 1e-9), 0.0)
    colors = cv2.applyColorMap((255 * share).astype(np.uint8), cv2.COLORMAP_TURBO)
    colors[~np.isfinite(depth)] = 0
    return np.asarray(colors[..., ::-1], np.uint8)


def _jpeg(image: Image, most: int) -> str:
    return _inline(image[..., ::-1], ".jpg", most)


def _inline(image: Image, suffix: str, most: int) -> str:
    """Return a data URI of at most ``most`` bytes before base64; WIDTH px wide, or smaller if that is too much."""
    import cv2

    lossy = suffix == ".jpg"
    width = min(WIDTH, image.shape[1])
    while True:
        size = (width, max(round(image.shape[0] * width / image.shape[1]), 1))
        small = cv2.resize(image, size, interpolation=cv2.INTER_AREA if lossy else cv2.INTER_NEAREST)
        for quality in QUALITIES if lossy else (9,):
            option = cv2.IMWRITE_JPEG_QUALITY if lossy else cv2.IMWRITE_PNG_COMPRESSION
            data = bytes(cv2.imencode(suffix, small, [option, quality])[1])
            if len(data) <= most or width <= 16:
                return f"data:image/{'jpeg' if lossy else 'png'};base64,{base64.b64encode(data).decode()}"
        width = width * 3 // 4
