"""python -m palletjack_dr.scenes.textures.sheet OUT.jpg: a labelled contact sheet of all textures.

Every picture shows some tiles (two by two) under a lamp at the upper left, so that seams, repeats and relief are seen.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from palletjack_dr.scenes.library import texture, texture_names

Picture = npt.NDArray[np.uint8]
LABEL = 22
"""Height of the caption [pixels]."""


def sheet(names: Sequence[str], *, edge: int = 256, columns: int = 8, tiles: int = 2) -> Picture:
    """Return a contact sheet (BGR) of textures, ``tiles`` by ``tiles`` tiles of each on ``edge`` pixels."""
    pictures = [_captioned(name, edge, tiles) for name in names]
    blank = np.zeros_like(pictures[0])
    pictures += [blank] * (-len(pictures) % columns)
    rows = [np.hstack(pictures[i : i + columns]) for i in range(0, len(pictures), columns)]
    return np.vstack(rows)


def _captioned(name: str, edge: int, tiles: int) -> Picture:
    import cv2

    files = texture(name)
    color, normal = (np.asarray(cv2.imread(str(f)), float) / 255 for f in (files.albedo, files.normal))
    toward = np.array([0.78, 0.39, -0.39]) / np.linalg.norm([0.78, 0.39, -0.39])  # B, G, R = out, up, right
    shade = np.clip((2 * normal - 1) @ toward / toward[0], 0, 2)[..., None]
    lit = np.clip(color**2.2 * (0.35 + 0.65 * shade), 0, 1) ** (1 / 2.2)
    laid = cv2.resize(np.tile(lit, (tiles, tiles, 1)), (edge, edge), interpolation=cv2.INTER_AREA)
    picture = np.zeros((edge + LABEL, edge, 3), np.uint8)
    picture[LABEL:] = np.round(255 * laid)
    caption = f"{name}  {tiles * files.size_m:g} m"
    cv2.putText(picture, caption, (4, 15), cv2.FONT_HERSHEY_SIMPLEX, 0.42, (255, 255, 255), 1, cv2.LINE_AA)
    return picture


def main() -> None:
    """Write the contact sheet to the file named on the command line."""
    import cv2

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path, help="image file to write")
    parser.add_argument("names", nargs="*", help="textures (default: all)")
    parser.add_argument("--edge", type=int, default=256, help="pixels per texture")
    parser.add_argument("--columns", type=int, default=8)
    parser.add_argument("--tiles", type=int, default=2, help="tiles of each texture along either edge")
    asked = parser.parse_args()
    names = asked.names or texture_names()
    cv2.imwrite(str(asked.out), sheet(names, edge=asked.edge, columns=asked.columns, tiles=asked.tiles))


if __name__ == "__main__":
    main()
