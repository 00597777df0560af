"""A contact sheet of photos beside frames of a dataset: what gives the rendered ones away?

python compare.py PHOTOS DATASET SHEET [--count 9]
"""

from __future__ import annotations

import argparse
from pathlib import Path

import cv2
import numpy as np

TILE = (480, 288)
"""Width and height of one picture on the sheet [px]."""
GAP = 24
"""Between the photos and the frames [px]."""


def main(argv: list[str] | None = None) -> None:
    """Read the folders, write the sheet."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photos", type=Path, help="folder of photos")
    parser.add_argument("dataset", type=Path, help="dataset folder, or any folder with pictures below it")
    parser.add_argument("sheet", type=Path, help="picture to write")
    parser.add_argument("--count", type=int, default=9, help="pictures of each")
    wanted = parser.parse_args(argv)
    if wanted.count < 1:
        parser.error(f"--count: got {wanted.count}, wanted at least 1")
    halves = [spread(found(folder), wanted.count) for folder in (wanted.photos, wanted.dataset)]
    for folder, files in zip((wanted.photos, wanted.dataset), halves, strict=True):
        if not files:
            parser.error(f"no pictures in {folder}")
    picture = sheet(*halves)
    wanted.sheet.parent.mkdir(parents=True, exist_ok=True)
    if not cv2.imwrite(str(wanted.sheet), picture):
        parser.error(f"cannot write {wanted.sheet}")


def found(folder: Path) -> list[Path]:
    """Return the colour pictures of a folder: those of the folders named "rgb" below it, or else its own."""
    kinds = {".png", ".jpg", ".jpeg"}
    below = [f for f in sorted(folder.rglob("*")) if f.suffix.lower() in kinds]
    return [f for f in below if f.parent.name == "rgb"] or [f for f in below if f.parent == folder]


def spread(files: list[Path], count: int) -> list[Path]:
    """Return up to ``count`` files, evenly over the list."""
    if len(files) <= count:
        return files
    return [files[i * len(files) // count] for i in range(count)]


def sheet(photos: list[Path], frames: list[Path]) -> np.ndarray:
    """Return one picture: photos in a square on the left, frames in one on the right."""
    side = int(np.ceil(np.sqrt(max(len(photos), len(frames)))))
    rows = -(-max(len(photos), len(frames)) // side)
    left, right = (_grid(files, side, rows) for files in (photos, frames))
    return np.hstack([left, np.full((len(left), GAP, 3), 255, np.uint8), right])


def _grid(files: list[Path], columns: int, rows: int) -> np.ndarray:
    grid = np.full((rows * TILE[1], columns * TILE[0], 3), 32, np.uint8)
    for index, file in enumerate(files):
        row, column = divmod(index, columns)
        y, x = row * TILE[1], column * TILE[0]
        grid[y : y + TILE[1], x : x + TILE[0]] = _fitted(file)
    return grid


def _fitted(file: Path) -> np.ndarray:
    """Return a picture cut at its middle to the tile's shape, and scaled to it."""
    picture = cv2.imread(str(file), cv2.IMREAD_COLOR)
    if picture is None:
        raise SystemExit(f"cannot read {file}")
    height, width = picture.shape[:2]
    scale = min(width / TILE[0], height / TILE[1])
    w, h = max(round(TILE[0] * scale), 1), max(round(TILE[1] * scale), 1)
    x, y = (width - w) // 2, (height - h) // 2
    return np.asarray(cv2.resize(picture[y : y + h, x : x + w], TILE, interpolation=cv2.INTER_AREA))


if __name__ == "__main__":
    main()
