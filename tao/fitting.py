"""Bring pictures of any size to a network's, and boxes back."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from palletjack_dr.errors import ConfigError, did_you_mean

FITS = ("letterbox", "stretch")


def fitting_of(before: tuple[int, int], size: tuple[int, int], how: str) -> npt.NDArray[np.float64]:
    """Return (scale x, scale y, left, top): where a picture of (width, height) ``before`` lies in one of ``size``.

    "letterbox" keeps the proportions and centres; "stretch" fills the whole.
    """
    if how not in FITS:
        raise ConfigError(f"fit: got {how!r}, wanted one of {', '.join(FITS)}{did_you_mean(how, FITS)}")
    scale_x, scale_y = size[0] / before[0], size[1] / before[1]
    if how == "letterbox":
        scale_x = scale_y = min(scale_x, scale_y)
    width, height = max(round(before[0] * scale_x), 1), max(round(before[1] * scale_y), 1)
    left, top = (size[0] - width) // 2, (size[1] - height) // 2
    return np.array([width / before[0], height / before[1], left, top], np.float64)


def fit_picture(
    picture: npt.NDArray[np.uint8], size: tuple[int, int], how: str
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.float64]]:
    """Return the picture at ``size`` (width, height), and (scale x, scale y, left, top) from its pixels to those.

    "letterbox" keeps the proportions, centres, and fills up with mid grey; "stretch" fills the whole.
    """
    import cv2

    height, width = picture.shape[:2]
    fitting = fitting_of((width, height), size, how)
    left, top = int(fitting[2]), int(fitting[3])
    inner = (round(width * fitting[0]), round(height * fitting[1]))
    smaller = inner[0] < width or inner[1] < height
    scaled = cv2.resize(picture, inner, interpolation=cv2.INTER_AREA if smaller else cv2.INTER_LINEAR)
    canvas = np.full((size[1], size[0], 3), 128, np.uint8)
    canvas[top : top + inner[1], left : left + inner[0]] = scaled
    return canvas, fitting


def unfit_boxes(
    boxes: npt.NDArray[np.float64], fitting: npt.NDArray[np.float64], size: tuple[int, int]
) -> npt.NDArray[np.float64]:
    """Return boxes (N, 4) of the network's input in pixels of the picture, clipped to its ``size`` (width, height)."""
    scale_x, scale_y, left, top = fitting
    moved = (boxes - [left, top, left, top]) / [scale_x, scale_y, scale_x, scale_y]
    clipped: npt.NDArray[np.float64] = np.clip(moved, 0, [size[0], size[1], size[0], size[1]])
    return clipped
