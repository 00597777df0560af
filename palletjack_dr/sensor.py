"""The sensor: what a real camera does to a clean picture. A pure function of the picture and the sensor's edits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import numpy as np
import numpy.typing as npt

Image = npt.NDArray[np.float32]
"""Linear light (H, W, 3), 1 = white."""


def expose(rgb: npt.NDArray[np.uint8], settings: Mapping[str, Any]) -> npt.NDArray[np.uint8]:
    """Return the picture (H, W, 3), sRGB, as the sensor records it.

    ``settings`` are the values of ``sensor.*`` edits without the prefix. Light passes, in this order: chromatic
    aberration, defocus and motion blur, vignetting, exposure, noise, white balance, JPEG. The picture comes tone
    mapped from the renderer, so that highlights beyond white are lost before they can bloom.
    """
    import cv2

    light = {name: value for name, value in settings.items() if name not in ("jpeg_quality", "noise_seed")}
    if light:
        image = cast(Image, cv2.LUT(rgb, _LINEAR))
        if shift := settings.get("chromatic_aberration", 0.0):
            image = _aberrated(image, shift)
        if radius := settings.get("defocus", 0.0):
            image = _filtered(image, _disk(radius))
        if any(motion := settings.get("motion_blur", (0.0, 0.0))):
            image = _filtered(image, _line(*motion))
        if strength := settings.get("vignetting", 0.0):
            image *= (1 - strength * _radius2(image.shape))[..., None]
        if stops := settings.get("exposure", 0.0):
            image *= np.float32(2.0**stops)
        if "full_well" in settings:
            image = _noisy(image, settings)
        if balance := settings.get("white_balance"):
            image *= np.asarray(balance, np.float32)
        rgb = _SRGB[np.clip(image * 4095 + 0.5, 0, 4095).astype(np.uint16)]
    if "jpeg_quality" in settings:
        options = [cv2.IMWRITE_JPEG_QUALITY, round(settings["jpeg_quality"])]
        read = cv2.imdecode(cv2.imencode(".jpg", rgb[..., ::-1], options)[1], cv2.IMREAD_COLOR)
        rgb = np.ascontiguousarray(cast("npt.NDArray[np.uint8]", read)[..., ::-1])
    return rgb


def _noisy(image: Image, settings: Mapping[str, Any]) -> Image:
    """Add photon noise and read noise; ``full_well`` electrons are white at gain 1."""
    rng = np.random.default_rng(int(settings["noise_seed"]))
    white = settings["full_well"] / settings.get("gain", 1.0)
    electrons = np.clip(image, 0, 1) * np.float32(white)
    deviation = np.sqrt(electrons + np.float32(settings.get("read_noise", 0.0) ** 2))
    deviation *= rng.standard_normal(image.shape, dtype=np.float32)
    electrons += deviation
    electrons /= np.float32(white)
    return electrons


def _aberrated(image: Image, shift: float) -> Image:
    """Scale red and blue about the centre, so that at the corners they lie ``shift`` pixels out and in of green."""
    import cv2

    height, width = image.shape[:2]
    half = np.hypot(width, height) / 2
    planes = []
    for plane, direction in zip(np.moveaxis(image, 2, 0), (1, 0, -1), strict=True):
        scale = 1 + direction * shift / half
        move = np.array([[scale, 0, (1 - scale) * (width - 1) / 2], [0, scale, (1 - scale) * (height - 1) / 2]])
        plane = np.ascontiguousarray(plane)
        planes.append(cv2.warpAffine(plane, move, (width, height), borderMode=cv2.BORDER_REPLICATE))
    return np.stack(planes, axis=2).astype(np.float32)


def _filtered(image: Image, kernel: Image) -> Image:
    import cv2

    return cast(Image, cv2.filter2D(image, -1, kernel, borderType=cv2.BORDER_REFLECT_101))


def _disk(radius: float) -> Image:
    """Return the circle of confusion as a kernel, its rim anti-aliased."""
    half = int(np.ceil(radius))
    y, x = np.mgrid[-half : half + 1, -half : half + 1]
    kernel = np.clip(radius + 0.5 - np.hypot(x, y), 0, 1).astype(np.float32)
    return cast(Image, kernel / kernel.sum())


def _line(dx: float, dy: float) -> Image:
    """Return a straight smear of (dx, dy) pixels as a kernel."""
    half = int(np.ceil(max(abs(dx), abs(dy)) / 2)) + 1
    kernel = np.zeros((2 * half + 1, 2 * half + 1), np.float32)
    for t in np.linspace(-0.5, 0.5, 8 * half + 1):
        x, y = half + t * dx, half + t * dy
        i, j = int(y), int(x)
        for row, column, weight in (
            (i, j, (1 - y + i) * (1 - x + j)),
            (i, j + 1, (1 - y + i) * (x - j)),
            (i + 1, j, (y - i) * (1 - x + j)),
            (i + 1, j + 1, (y - i) * (x - j)),
        ):
            kernel[row, column] += weight
    return cast(Image, kernel / kernel.sum())


def _radius2(shape: tuple[int, ...]) -> Image:
    """Return the squared distance from the centre, 1 at the corners."""
    height, width = shape[:2]
    y, x = np.ogrid[0.5:height:1, 0.5:width:1]
    r2: Image = (((x - width / 2) ** 2 + (y - height / 2) ** 2) / (width**2 + height**2) * 4).astype(np.float32)
    return r2


def _decoded(value: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def _encoded(value: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.where(value <= 0.0031308, 12.92 * value, 1.055 * value ** (1 / 2.4) - 0.055)


_LINEAR = _decoded(np.arange(256) / 255).astype(np.float32)
_SRGB = (_encoded(np.arange(4096) / 4095) * 255 + 0.5).astype(np.uint8)
