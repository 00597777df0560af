"""Perforated steel, as rack uprights have it. Returns sRGB albedo, roughness and height [m]."""

from __future__ import annotations

import numpy as np

from palletjack_dr.scenes.textures.noise import Image, clouds, smoothstep, speckle

Painted = tuple[Image, Image, Image]


def perforated(rng: np.random.Generator, size: int) -> Painted:
    """Painted sheet, neutral, with two columns of slots that lean towards each other, two rows a tile."""
    y, x = np.meshgrid(*[(np.arange(size) + 0.5) / size] * 2, indexing="ij")
    v = (2 * y) % 1 - 0.5
    side = np.where(x < 0.5, 1.0, -1.0)
    u = np.where(x < 0.5, x - 0.27, x - 0.73) + side * 0.06 * v
    hole = 1 - smoothstep(0.055, 0.075, np.maximum(np.abs(u), np.abs(v) * 0.3))
    worn = smoothstep(1.3, 2.4, clouds(rng, size, falloff=0.9, stretch=(0.5, 1.4)))
    dust = smoothstep(0.4, 2.2, clouds(rng, size, falloff=1.4))
    tone = (0.96 - 0.2 * worn - 0.08 * dust + 0.01 * speckle(rng, size)) * (1 - 0.93 * hole)
    return np.repeat(tone[..., None], 3, axis=2), 0.4 + 0.2 * dust + 0.35 * hole, -0.0015 * hole
