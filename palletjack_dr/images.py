"""Encode images, fast."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from palletjack_dr.errors import DatasetError


def png(image: npt.NDArray[Any]) -> bytes:
    """Return a PNG of an image (H, W) or (H, W, 3) in RGB order, uint8 or uint16."""
    import cv2

    pixels = image[..., ::-1] if image.ndim == 3 else image
    options = [cv2.IMWRITE_PNG_COMPRESSION, 1, cv2.IMWRITE_PNG_FILTER, cv2.IMWRITE_PNG_FILTER_SUB]
    done, data = cv2.imencode(".png", np.ascontiguousarray(pixels), options)
    if not done:
        raise DatasetError(f"an image of shape {image.shape} and type {image.dtype} cannot be written as PNG")
    return bytes(data)


def jpeg(image: npt.NDArray[np.uint8], quality: int) -> bytes:
    """Return a JPEG of an RGB image (H, W, 3); ``quality`` 1 to 100."""
    import cv2

    done, data = cv2.imencode(".jpg", np.ascontiguousarray(image[..., ::-1]), [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not done:
        raise DatasetError(f"an image of shape {image.shape} and type {image.dtype} cannot be written as JPEG")
    return bytes(data)


def tiff(image: npt.NDArray[np.float32]) -> bytes:
    """Return a lossless TIFF of a float32 image (H, W), which image tools and OpenCV's ``IMREAD_UNCHANGED`` open."""
    import cv2

    lzw = 5
    done, data = cv2.imencode(".tiff", np.ascontiguousarray(image), [cv2.IMWRITE_TIFF_COMPRESSION, lzw])
    if not done:
        raise DatasetError(f"an image of shape {image.shape} and type {image.dtype} cannot be written as TIFF")
    return bytes(data)
