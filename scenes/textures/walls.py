"""Walls: brick, plaster, metal sheet. Each returns sRGB albedo, roughness and height [m]."""

from __future__ import annotations

import numpy as np

from palletjack_dr.scenes.textures.noise import Image, cells, clouds, joints, smoothstep, speckle

Painted = tuple[Image, Image, Image]
COURSES, BRICKS = 24, 8


def brick(rng: np.random.Generator, size: int) -> Painted:
    """Red brick in running bond with pale mortar."""
    mask = joints(size, COURSES, BRICKS, 0.16, shift=0.5)[..., None]
    each = cells(rng, size, COURSES, BRICKS, shift=0.5)
    grain = 0.03 * clouds(rng, size, falloff=1.0) + 0.04 * speckle(rng, size)
    clay = np.array([0.52, 0.27, 0.2]) * (0.8 + 0.4 * each + grain)[..., None]
    mortar = np.array([0.6, 0.58, 0.54]) * (1 + 0.05 * speckle(rng, size))[..., None]
    return mask * clay + (1 - mask) * mortar, 0.9 + 0.03 * speckle(rng, size), 0.006 * mask[..., 0] + 0.0008 * grain


def painted_brick(rng: np.random.Generator, size: int) -> Painted:
    """Brickwork under white paint that has yellowed and peels a little."""
    mask = joints(size, COURSES, BRICKS, 0.14, shift=0.5)
    peeled = smoothstep(1.6, 2.2, clouds(rng, size, falloff=1.2))[..., None]
    tone = 0.8 + 0.02 * clouds(rng, size) + 0.015 * speckle(rng, size) - 0.08 * (1 - mask)
    color = tone[..., None] * np.array([1.0, 0.985, 0.94])
    return color * (1 - peeled) + peeled * np.array([0.55, 0.36, 0.3]), 0.62 + 0.25 * peeled[..., 0], 0.004 * mask


def plaster(rng: np.random.Generator, size: int) -> Painted:
    """Rendered wall, off-white, slightly dirty."""
    dirt = smoothstep(0.8, 2.6, clouds(rng, size, falloff=1.7))
    tone = 0.79 + 0.018 * clouds(rng, size) + 0.012 * speckle(rng, size) - 0.07 * dirt
    return tone[..., None] * np.array([1.0, 0.985, 0.95]), 0.85 + 0.02 * dirt, 0.0006 * speckle(rng, size, grain=6)


def corrugated(rng: np.random.Generator, size: int) -> Painted:
    """Trapezoidal sheet, light grey, ribs upright."""
    x = (np.arange(size) + 0.5) / size * 6
    wave = np.clip(2.2 * np.abs(2 * (x % 1) - 1) - 0.6, 0, 1)
    rib = np.tile(wave, (size, 1))
    streaks = smoothstep(0.8, 2.4, clouds(rng, size, falloff=1.2, stretch=(0.1, 2.2)))
    tone = 0.66 + 0.01 * clouds(rng, size) + 0.008 * speckle(rng, size) - 0.06 * streaks - 0.05 * (1 - rib)
    return tone[..., None] * np.array([0.97, 0.985, 1.0]), 0.42 + 0.15 * streaks, 0.03 * rib


def worn_paint(rng: np.random.Generator, size: int) -> Painted:
    """Painted steel with scratches, neutral, so that a colour can multiply it."""
    scratches = smoothstep(1.5, 2.4, clouds(rng, size, falloff=0.7, stretch=(2.5, 0.25)))
    dust = smoothstep(0.3, 2.2, clouds(rng, size, falloff=1.5))
    tone = 0.97 - 0.14 * scratches - 0.09 * dust + 0.01 * speckle(rng, size)
    return np.repeat(tone[..., None], 3, axis=2), 0.36 + 0.2 * dust + 0.2 * scratches, -0.0001 * scratches
