"""Floors: concrete, epoxy, asphalt, tiles. Each returns sRGB albedo, roughness and height [m]."""

from __future__ import annotations

import numpy as np

from palletjack_dr.scenes.textures.noise import Image, cells, clouds, joints, smoothstep, speckle

Painted = tuple[Image, Image, Image]


def smooth_concrete(rng: np.random.Generator, size: int) -> Painted:
    """Power-trowelled concrete: pale grey, faint clouds, a little shine."""
    tone = (
        0.55
        + 0.012 * clouds(rng, size, falloff=1.3)
        + 0.014 * speckle(rng, size)
        + 0.01 * clouds(rng, size, falloff=0.8)
    )
    rough = 0.5 + 0.06 * clouds(rng, size, falloff=1.3)
    return _tinted(tone, (0.99, 1.0, 0.985)), rough, 0.0001 * speckle(rng, size, grain=3)


def worn_concrete(rng: np.random.Generator, size: int) -> Painted:
    """Old concrete: stains, tyre streaks, a saw-cut joint once per tile."""
    stains = smoothstep(0.7, 2.2, clouds(rng, size, falloff=1.9))
    streaks = smoothstep(0.8, 2.4, clouds(rng, size, falloff=1.2, stretch=(0.15, 2.0)))
    tone = 0.48 + 0.035 * clouds(rng, size, falloff=1.5) + 0.02 * speckle(rng, size) - 0.13 * stains - 0.09 * streaks
    cut = joints(size, 1, 1, 0.004)
    rough = 0.72 - 0.2 * stains + 0.04 * clouds(rng, size)
    height = 0.0002 * speckle(rng, size, grain=3) - 0.004 * (1 - cut)
    return _tinted(tone * (0.45 + 0.55 * cut), (0.995, 1.0, 0.975)), rough, height


def grey_epoxy(rng: np.random.Generator, size: int) -> Painted:
    """Coated floor, glossy, with scuffs."""
    return _epoxy(rng, size, (0.53, 0.55, 0.565))


def green_epoxy(rng: np.random.Generator, size: int) -> Painted:
    """Coated floor in the green of older halls."""
    return _epoxy(rng, size, (0.33, 0.45, 0.38))


def asphalt(rng: np.random.Generator, size: int) -> Painted:
    """Asphalt: dark, with pale stones."""
    stones = smoothstep(0.6, 1.8, speckle(rng, size, grain=4))
    tone = 0.24 + 0.03 * clouds(rng, size) + 0.035 * speckle(rng, size) + 0.16 * stones
    return _tinted(tone, (1.0, 1.0, 1.0)), 0.88 - 0.1 * stones, 0.001 * speckle(rng, size, grain=4)


def tiles(rng: np.random.Generator, size: int) -> Painted:
    """Industrial tiles of 30 cm with darker joints."""
    mask, each = joints(size, 6, 6, 0.03), cells(rng, size, 6, 6)
    tone = 0.5 + 0.05 * (each - 0.5) + 0.015 * clouds(rng, size) + 0.02 * speckle(rng, size)
    rough = 0.35 * mask + 0.9 * (1 - mask) + 0.05 * clouds(rng, size)
    return _tinted(tone * (0.5 + 0.5 * mask), (1.0, 0.97, 0.93)), rough, 0.002 * mask


def _epoxy(rng: np.random.Generator, size: int, color: tuple[float, float, float]) -> Painted:
    scuffs = smoothstep(1.1, 2.6, clouds(rng, size, falloff=1.1, stretch=(1.6, 0.3)))
    tone = 1.0 + 0.025 * clouds(rng, size, falloff=1.8) + 0.01 * speckle(rng, size) - 0.12 * scuffs
    rough = 0.24 + 0.3 * scuffs + 0.05 * clouds(rng, size)
    return _tinted(tone, color), rough, 0.00006 * speckle(rng, size, grain=5)


def _tinted(tone: Image, color: tuple[float, float, float]) -> Image:
    tinted: Image = tone[..., None] * np.asarray(color)
    return tinted
