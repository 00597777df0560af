"""Patterns that no hall has, for pure domain randomization, and warning stripes."""

from __future__ import annotations

import numpy as np

from palletjack_dr.scenes.textures.marks import chips, fill
from palletjack_dr.scenes.textures.noise import Image, clouds, facets, plane, smoothstep, speckle
from palletjack_dr.scenes.textures.painting import Painted, mixed, tinted


def hazard_stripes(rng: np.random.Generator, size: int) -> Painted:
    """Yellow and black stripes at 45 degrees, worn."""
    x, y = plane(size)
    stripe = smoothstep(-0.03, 0.03, np.abs(2 * ((x + y) % 1) - 1) - 0.5)
    worn = smoothstep(1.2, 2.4, clouds(rng, size, falloff=1.1))
    color = mixed((0.06, 0.06, 0.06), (0.93, 0.74, 0.08), stripe)
    return color * (1 - 0.5 * worn)[..., None] + 0.2 * worn[..., None], 0.5 + 0.3 * worn, np.zeros((size, size))


def checkers(rng: np.random.Generator, size: int) -> Painted:
    """Squares of 25 cm in random strong colours and black, by turns."""
    x, y = plane(size)
    row, column = np.floor(8 * y).astype(int), np.floor(8 * x).astype(int)
    color = np.where(((row + column) % 2 == 0)[..., None], _strong(rng, 64).reshape(8, 8, 3)[row, column], 0.07)
    return color * (1 + 0.02 * speckle(rng, size))[..., None], 0.45 + 0.04 * clouds(rng, size), np.zeros((size, size))


def camouflage(rng: np.random.Generator, size: int) -> Painted:
    """Blots of four field colours over one another."""
    color = tinted(np.ones((size, size)), (0.49, 0.45, 0.31))
    for blot in ((0.29, 0.35, 0.2), (0.33, 0.24, 0.16), (0.12, 0.13, 0.1)):
        height = clouds(rng, size, falloff=2.4, stretch=(1.3, 0.9), coarsest=3)
        color = mixed(color, blot, smoothstep(0.35, 0.4, height))
    weave = 1 + 0.05 * speckle(rng, size)
    return color * weave[..., None], 0.85 + 0.03 * speckle(rng, size), 0.0001 * speckle(rng, size, grain=2)


def geometry(rng: np.random.Generator, size: int) -> Painted:
    """Triangles, squares and many-sided figures of every strong colour, thrown over one another."""
    canvas = np.empty((size, size, 3), np.uint8)
    canvas[:] = np.round(255 * _strong(rng, 1)[0])
    for color in _strong(rng, 170):
        sides = rng.choice([3, 4, 6, 24])
        angles = rng.uniform(0, 2 * np.pi) + 2 * np.pi * np.arange(sides) / sides
        ring = np.stack([np.cos(angles), np.sin(angles) * rng.uniform(0.3, 1.0)], axis=1)
        fill(canvas, rng.random(2) + rng.uniform(0.02, 0.14) * ring, color.tolist())
    return canvas / 255.0, 0.45 + 0.1 * clouds(rng, size, coarsest=2), np.zeros((size, size))


def gradients(rng: np.random.Generator, size: int) -> Painted:
    """Strong colours that flow into one another, with noise."""
    flow = np.stack([clouds(rng, size, falloff=2.2, coarsest=2) for _ in range(3)], axis=2)
    color = 0.5 + 0.45 * np.tanh(1.3 * flow) + 0.05 * speckle(rng, size)[..., None]
    return color, 0.4 + 0.12 * clouds(rng, size, coarsest=2), np.zeros((size, size))


def shards(rng: np.random.Generator, size: int) -> Painted:
    """A mosaic of shards, each of another colour, with raised edges and flaking."""
    value, border = facets(rng, size, 14)
    palette = _strong(rng, 256)
    color = palette[np.floor(value * 255.99).astype(int)]
    edge = smoothstep(0.06, 0.03, border)
    flaked = chips(rng, size, share=0.06)
    color = mixed(mixed(color, (0.05, 0.05, 0.05), edge), (0.8, 0.8, 0.8), flaked)
    return color, 0.35 + 0.4 * flaked, 0.001 * edge - 0.0005 * flaked


def _strong(rng: np.random.Generator, count: int) -> Image:
    """Return ``count`` sRGB colours (count, 3): any hue, mostly saturated, dark and light."""
    hue, fade, light = rng.random(count), rng.beta(1.0, 2.5, count), rng.uniform(0.25, 1.0, count)
    pure = np.clip(np.abs((hue[:, None] * 6 + np.array([0, 4, 2])) % 6 - 3) - 1, 0, 1)
    colors: Image = (pure * (1 - fade[:, None]) + fade[:, None]) * light[:, None]
    return colors
