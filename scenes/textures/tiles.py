"""Tiled floors: industrial, mosaic, large pale, checker, hexagons."""

from __future__ import annotations

import numpy as np

from palletjack_dr.scenes.textures.marks import scratches, tyre_tracks
from palletjack_dr.scenes.textures.noise import Image, cells, clouds, joints, plane, smoothstep, speckle
from palletjack_dr.scenes.textures.painting import Painted, mixed, tinted


def industrial(rng: np.random.Generator, size: int) -> Painted:
    """Grey stoneware of 30 cm with dark joints, speckled, worn."""
    mask, each = joints(size, 12, 12, 0.03), cells(rng, size, 12, 12)
    flecks = smoothstep(1.2, 2.2, speckle(rng, size, grain=1.3))
    tone = (
        0.5 + 0.035 * (each - 0.5) + 0.012 * clouds(rng, size, coarsest=3) + 0.014 * speckle(rng, size) - 0.09 * flecks
    )
    tone = tone - 0.08 * tyre_tracks(rng, size, count=5, width=0.016, length=0.7)
    return _laid(rng, size, tinted(tone, (1.0, 0.975, 0.94)), mask, (0.27, 0.26, 0.25), 0.36)


def mosaic(rng: np.random.Generator, size: int) -> Painted:
    """Small glazed squares of 5 cm in sea greens, joints gone grey."""
    count = 48
    mask, each, hue = joints(size, count, count, 0.09), cells(rng, size, count, count), cells(rng, size, count, count)
    tone = 0.82 + 0.3 * (each - 0.5) + 0.02 * clouds(rng, size, coarsest=3)
    color = mixed(tinted(tone, (0.42, 0.53, 0.53)), tinted(tone, (0.6, 0.66, 0.62)), smoothstep(0.3, 1.0, hue))
    return _laid(rng, size, color, mask, (0.5, 0.49, 0.46), 0.2)


def large_pale(rng: np.random.Generator, size: int) -> Painted:
    """Cream porcelain of 60 cm with fine joints and a faint marbling."""
    mask, each = joints(size, 6, 6, 0.011), cells(rng, size, 6, 6)
    veins = np.exp(-((clouds(rng, size, falloff=1.4, coarsest=5) / 0.12) ** 2))
    tone = (
        0.77 + 0.018 * (each - 0.5) + 0.01 * clouds(rng, size, coarsest=4) + 0.006 * speckle(rng, size) - 0.02 * veins
    )
    return _laid(rng, size, tinted(tone, (1.0, 0.975, 0.93)), mask, (0.5, 0.47, 0.43), 0.17)


def checker(rng: np.random.Generator, size: int) -> Painted:
    """Vinyl of 30 cm, off-white and charcoal by turns, marbled and scuffed."""
    x, y = plane(size)
    dark = ((np.floor(12 * x) + np.floor(12 * y)) % 2).astype(float)
    flow = clouds(rng, size, falloff=1.0, stretch=(1.0, 3.0), coarsest=16)
    each = cells(rng, size, 12, 12)
    tone = 1 + 0.05 * flow + 0.06 * (each - 0.5) + 0.012 * speckle(rng, size)
    color = mixed(tinted(tone, (0.72, 0.7, 0.65)), tinted(tone, (0.2, 0.2, 0.21)), dark)
    scuffs = scratches(rng, size, count=700, length=0.14)
    color = mixed(color, (0.45, 0.44, 0.42), 0.4 * scuffs)
    albedo, rough, height = _laid(rng, size, color, joints(size, 12, 12, 0.008), (0.3, 0.29, 0.28), 0.34)
    return albedo, rough + 0.15 * scuffs, 0.2 * height


def hexagons(rng: np.random.Generator, size: int) -> Painted:
    """Terracotta hexagons of 12 cm."""
    border, each = _hexagonal(rng, size, 26, 30)
    mask = smoothstep(0.02, 0.045, border)
    fire = clouds(rng, size, falloff=1.1, coarsest=6)
    tone = 0.95 + 0.22 * (each - 0.5) + 0.045 * fire + 0.03 * speckle(rng, size)
    color = mixed(
        tinted(tone, (0.58, 0.37, 0.28)), tinted(tone, (0.62, 0.45, 0.35)), smoothstep(0.4, 0.9, (each * 7) % 1)
    )
    return _laid(rng, size, color, mask, (0.5, 0.47, 0.43), 0.6)


def _hexagonal(rng: np.random.Generator, size: int, columns: int, rows: int) -> tuple[Image, Image]:
    """Return how far a hexagon's edge is, in widths of one, and a random value per hexagon; ``rows`` is even."""
    x, y = plane(size)
    u, v = x * columns, y * rows * np.sqrt(3) / 2
    border, each = np.zeros((size, size)), np.zeros((size, size))
    for odd in (0.0, 1.0):
        column = np.floor(u - odd / 2 + 0.5)
        row = np.floor((v / np.sqrt(3)) - odd / 2 + 0.5)
        du, dv = np.abs(u - odd / 2 - column), np.abs(v - (row + odd / 2) * np.sqrt(3))
        inside = 0.5 - np.maximum(du, du / 2 + dv * np.sqrt(3) / 2)
        value = rng.random((rows // 2, columns))[row.astype(int) % (rows // 2), column.astype(int) % columns]
        border, each = np.where(inside > 0, inside, border), np.where(inside > 0, value, each)
    return border, each


def _laid(
    rng: np.random.Generator, size: int, color: Image, mask: Image, joint: tuple[float, float, float], shine: float
) -> Painted:
    """Return tiles with joints between them: grime gathers along the joints, traffic dulls the glaze."""
    dull = smoothstep(0.0, 2.4, clouds(rng, size, falloff=1.3, coarsest=3))
    grime = 1 + 0.05 * clouds(rng, size, falloff=1.0, coarsest=4) + 0.04 * speckle(rng, size)
    albedo = mixed(tinted(grime, joint), color * (1 - 0.07 * dull)[..., None], mask)
    return albedo, mask * (shine + 0.18 * dull) + (1 - mask) * 0.9, 0.0016 * mask + 0.00005 * grime
