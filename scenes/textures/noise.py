"""Periodic noise: whatever is made of it tiles without a seam."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Image = npt.NDArray[np.float64]


def clouds(
    rng: np.random.Generator, size: int, *, falloff: float = 1.6, stretch: tuple[float, float] = (1.0, 1.0)
) -> Image:
    """Return noise of shape (size, size) with mean 0 and deviation 1, whose detail fades with frequency**falloff.

    ``stretch`` draws it out along (rows, columns).
    """
    rows, columns = np.fft.fftfreq(size) * size * stretch[0], np.fft.rfftfreq(size) * size * stretch[1]
    frequency = np.hypot(rows[:, None], columns[None])
    frequency[0, 0] = np.inf
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
    y, x = np.meshgrid(*[(np.arange(size) + 0.5) / size] * 2, indexing="ij")
    v = y * rows
    u = x * columns + shift * (np.floor(v) % 2)
    aspect = rows / columns
    across = np.minimum(v % 1, 1 - v % 1)
    along = np.minimum(u % 1, 1 - u % 1) * aspect
    return smoothstep(width / 2, width, np.minimum(across, along))


def cells(rng: np.random.Generator, size: int, rows: int, columns: int, *, shift: float = 0.0) -> Image:
    """Return one random value in [0, 1] per brick or tile of ``joints``."""
    y, x = np.meshgrid(*[(np.arange(size) + 0.5) / size] * 2, indexing="ij")
    row = np.floor(y * rows).astype(int)
    column = np.floor(x * columns + shift * (row % 2)).astype(int) % columns
    values: Image = rng.random((rows, columns))[row, column]
    return values
