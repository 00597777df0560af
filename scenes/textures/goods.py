"""What goods are made of: wood, cardboard, warning stripes. Each returns sRGB albedo, roughness and height [m]."""

from __future__ import annotations

import numpy as np

from palletjack_dr.scenes.textures.noise import Image, cells, clouds, joints, smoothstep, speckle

Painted = tuple[Image, Image, Image]


def planks(rng: np.random.Generator, size: int) -> Painted:
    """Sawn softwood, grain along u, in boards of 10 cm."""
    rows = 12
    each = cells(rng, size, rows, 1)
    gaps = joints(size, rows, 1, 0.03)
    grain = clouds(rng, size, falloff=1.1, stretch=(0.9, 12.0))
    tone = 0.66 + 0.12 * (each - 0.5) + 0.045 * grain + 0.015 * speckle(rng, size)
    knots = smoothstep(2.5, 3.1, clouds(rng, size, falloff=1.0))
    tone = (tone - 0.25 * knots) * (0.35 + 0.65 * gaps)
    color = np.stack([tone * 1.08, tone * 0.88, tone * 0.64], axis=2)
    return color, 0.8 + 0.04 * grain, 0.003 * gaps + 0.0003 * grain


def plywood(rng: np.random.Generator, size: int) -> Painted:
    """Birch plywood: broad, faint figure."""
    figure = np.sin(
        6 * np.pi * ((np.arange(size) / size)[:, None]) + 2.2 * clouds(rng, size, falloff=1.9, stretch=(1, 3))
    )
    tone = 0.72 + 0.03 * figure + 0.02 * clouds(rng, size, falloff=1.0, stretch=(0.8, 8.0)) + 0.01 * speckle(rng, size)
    return np.stack([tone * 1.04, tone * 0.88, tone * 0.66], axis=2), 0.6 + 0.05 * figure, 0.0001 * figure


def cardboard(rng: np.random.Generator, size: int) -> Painted:
    """Kraft board: brown, fibrous, faint flutes."""
    flutes = np.tile(np.sin(2 * np.pi * 96 * np.arange(size) / size), (size, 1))
    fibres = clouds(rng, size, falloff=0.6, stretch=(1.5, 0.5))
    tone = 0.71 + 0.018 * clouds(rng, size) + 0.018 * fibres + 0.006 * flutes
    return np.stack([tone * 1.04, tone * 0.85, tone * 0.64], axis=2), 0.86 + 0.02 * fibres, 0.00008 * flutes


def hazard_stripes(rng: np.random.Generator, size: int) -> Painted:
    """Yellow and black stripes at 45 degrees, worn."""
    y, x = np.meshgrid(*[(np.arange(size) + 0.5) / size] * 2, indexing="ij")
    stripe = smoothstep(-0.03, 0.03, np.abs(2 * ((x + y) % 1) - 1) - 0.5)[..., None]
    worn = smoothstep(1.2, 2.4, clouds(rng, size, falloff=1.1))[..., None]
    color = stripe * np.array([0.93, 0.74, 0.08]) + (1 - stripe) * np.array([0.06, 0.06, 0.06])
    return color * (1 - 0.5 * worn) + 0.2 * worn, 0.5 + 0.3 * worn[..., 0], np.zeros((size, size))
