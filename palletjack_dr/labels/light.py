"""The light level of an object in a picture: the mean luma of its visible pixels, 0 black to 1 white."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from palletjack_dr.engine import Capture

LUMA: Final = np.array([0.2126, 0.7152, 0.0722], np.float32)
"""Weights of red, green and blue after ITU-R BT.709."""


def luma(rgb: npt.NDArray[np.uint8]) -> npt.NDArray[Any]:
    """Return the luma (...,) in [0, 1] of sRGB pixels (..., 3), as they are shown."""
    return np.asarray(rgb @ LUMA / 255)


def light_level(capture: Capture, instance: int) -> float | None:
    """Return the mean luma of an object's visible pixels; None where it is not seen or rgb is not rendered yet."""
    if capture.rgb is None or capture.instance_id is None:
        return None
    pixels = capture.rgb[capture.instance_id == instance]
    return float(luma(pixels).mean()) if len(pixels) else None
