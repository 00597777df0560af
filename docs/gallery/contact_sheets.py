"""Pack pictures into contact sheets, and note where each of them lies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from palletjack_dr.images import jpeg

Picture = npt.NDArray[np.uint8]
CAPTION = 18
"""Height of the caption below each picture [pixels]."""
QUALITY = 82
"""JPEG quality of the sheets."""


@dataclass(frozen=True, kw_only=True)
class Tile:
    """One picture (RGB) of a named component, and what the page says about it."""

    name: str
    picture: Picture
    facts: dict[str, Any] = field(default_factory=dict)


def write_sheet(tiles: Sequence[Tile], path: Path, *, columns: int) -> dict[str, Any]:
    """Write tiles of one size as a captioned JPEG; return its entry in the index."""
    import cv2

    height, width = tiles[0].picture.shape[:2]
    step = height + CAPTION
    sheet = np.full((-(-len(tiles) // columns) * step, min(columns, len(tiles)) * width, 3), 24, np.uint8)
    rows = []
    for place, tile in enumerate(tiles):
        x, y = place % columns * width, place // columns * step
        sheet[y : y + height, x : x + width] = tile.picture
        caption, corner = tile.name.rpartition("/")[2], (x + 5, y + step - 5)
        cv2.putText(sheet, caption, corner, cv2.FONT_HERSHEY_SIMPLEX, 0.42, (235, 235, 235), 1, cv2.LINE_AA)
        rows.append(entry(tile.name, (x, y, width, height), tile.facts))
    path.write_bytes(jpeg(sheet, QUALITY))
    return {"file": path.name, "tiles": rows}


def entry(name: str, rectangle: tuple[int, int, int, int], facts: dict[str, Any]) -> dict[str, Any]:
    """Return a tile's entry in the index; the ``rectangle`` is x, y, width, height [pixels], without the caption."""
    return {"name": name, "rectangle": list(rectangle), **facts}
