"""Periodic noise: whatever is made of it tiles without a seam."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Image = npt.NDArray[np.float64]


def plane(size: int) -> tuple[Image, Image]:
    """Return x (to the right) and y (down) of the pixels' middles, as shares of the tile."""
    y, x = np.meshgrid(*[(np.arange(size) + 0.5) / size] * 2, indexing="ij")
    return x, y


def clouds(
    rng: np.random.Generator,
    size: int,
    *,
    falloff: float = 1.6,
    stretch: tuple[float, float] = (1.0, 1.0),
    coarsest: float = 0.0,
) -> Image:
    """Return noise of shape (size, size) with mean 0 and deviation 1, whose detail fades with frequency**falloff.

    ``stretch`` draws it out along (rows, columns): (4, 1) makes upright streaks. Blots wider than a ``coarsest``-th
    of the tile are left out, as they give a repeat away.
    """
    rows, columns = np.fft.fftfreq(size) * size * stretch[0], np.fft.rfftfreq(size) * size * stretch[1]
    frequency = np.hypot(rows[:, None], columns[None])
    frequency[0, 0] = np.inf
    frequency[frequency < coarsest] = np.inf
    noise: Image = np.fft.irfft2(np.fft.rfft2(rng.standard_normal((size, size))) / frequency**falloff, s=(size, size))
    noise -= noise.mean()
    noise /= noise.std()
    return noise


def speckle(rng: np.random.Generator, size: int, *, grain: float = 1.0) -> Image:
    """Return fine grain of about ``grain`` pixels, mean 0, deviation 1."""
    frequency = np.hypot(np.fft.fftfreq(size)[:, None], np.fft.rfftfreq(size)[None])
    noise: Image = np.fft.irfft2(
        np.fft.rfft2(rng.standard_normal((size, size))) * np.exp(-((frequency * grain * 2) ** 2)), s=(size, size)
    )
    noise -= noise.mean()
    noise /= noise.std()
    return noise


def smoothstep(low: float, high: float, x: Image) -> Image:
    """Return 0 below ``low``, 1 above ``high``, and a smooth step between."""
    t = np.clip((x - low) / (high - low), 0.0, 1.0)
    smooth: Image = t * t * (3 - 2 * t)
    return smooth


def joints(size: int, rows: int, columns: int, width: float, *, shift: float = 0.0) -> Image:
    """Return 1 on bricks or tiles and 0 in the joints between; odd rows are shifted by ``shift`` of a brick.

    ``width`` is the joint's as a share of a row's height.
    """
    x, y = plane(size)
    v = y * rows
    u = x * columns + shift * (np.floor(v) % 2)
    aspect = rows / columns
    across = np.minimum(v % 1, 1 - v % 1)
    along = np.minimum(u % 1, 1 - u % 1) * aspect
    return smoothstep(width / 2, width, np.minimum(across, along))


def cells(rng: np.random.Generator, size: int, rows: int, columns: int, *, shift: float = 0.0) -> Image:
    """Return one random value in [0, 1] per brick or tile of ``joints``."""
    x, y = plane(size)
    row = np.floor(y * rows).astype(int)
    column = np.floor(x * columns + shift * (row % 2)).astype(int) % columns
    values: Image = rng.random((rows, columns))[row, column]
    return values


def facets(rng: np.random.Generator, size: int, count: int) -> tuple[Image, Image]:
    """Divide the tile among ``count`` by ``count`` scattered points, each with what lies nearest to it.

    Returns one random value in [0, 1] per facet, and how far a pixel is from the next facet in steps between points.
    """
    points = rng.random((2, count, count)).astype(np.float32)
    values = rng.random((count, count)).astype(np.float32)
    at = ((np.arange(size, dtype=np.float32) + 0.5) / size * count)[:, None]
    row, column = np.floor(at).astype(int), np.floor(at.T).astype(int)
    nearest: npt.NDArray[np.float32] = np.full((size, size), np.inf, np.float32)
    second = nearest
    value = np.zeros((size, size), np.float32)
    for down in (-1, 0, 1):
        for right in (-1, 0, 1):
            cell = (row + down) % count, (column + right) % count
            distance = np.hypot(at - row - down - points[0][cell], at.T - column - right - points[1][cell])
            value = np.where(distance < nearest, values[cell], value)
            second = np.minimum(second, np.maximum(distance, nearest))
            nearest = np.minimum(nearest, distance)
    return value.astype(float), (second - nearest).astype(float)


def warped(image: Image, right: Image, down: Image) -> Image:
    """Return the image with every pixel taken from ``right`` and ``down`` pixels away, around the tile's edges."""
    import cv2

    y, x = np.indices(image.shape[:2], np.float32)
    height, width = image.shape[:2]
    across, along = ((x + right) % width).astype(np.float32), ((y + down) % height).astype(np.float32)
    moved = cv2.remap(image.astype(np.float32), across, along, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP)
    return np.asarray(moved, dtype=float)


def softened(image: Image, pixels: float) -> Image:
    """Return the image blurred by a Gaussian of that deviation [pixels], around the tile's edges."""
    height, width = image.shape
    frequency = np.hypot(np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)[None])
    blur = np.exp(-2 * (np.pi * frequency * pixels) ** 2)
    soft: Image = np.fft.irfft2(np.fft.rfft2(image) * blur, s=image.shape)
    return soft
