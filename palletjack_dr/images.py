"""Encode images, losslessly and fast."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from palletjack_dr.errors import DatasetError


def png(image: npt.NDArray[Any]) -> bytes:
    """Return a PNG of an image (H, W) or (H, W, 3) in RGB order, uint8 or uint16."""
    import cv2

    pixels = image[..., ::-1] if image.ndim == 3 else image
    done, data = cv2.imencode(".png", np.ascontiguousarray(pixels), [cv2.IMWRITE_PNG_COMPRESSION, 1])
    if not done:
        raise DatasetError(f"an image of shape {image.shape} and type {image.dtype} cannot be written as PNG")
    return bytes(data)
