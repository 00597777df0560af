"""Boards: sawn planks, plywood, chips pressed to board, decking."""

from __future__ import annotations

import numpy as np

from palletjack_dr.scenes.textures.marks import fill, scratches, strewn
from palletjack_dr.scenes.textures.noise import Image, cells, clouds, plane, smoothstep, speckle, warped
from palletjack_dr.scenes.textures.painting import Painted, mixed, tinted


def planks(rng: np.random.Generator, size: int) -> Painted:
    """Sawn softwood, grain along u, in boards of 10 cm."""
    rows = 12
    gaps = _gaps(size, rows, 0.03)
    each, hue = cells(rng, size, rows, 1), cells(rng, size, rows, 1)
    grain, knots = _softwood(rng, size, rows)
    tone = 0.67 + 0.13 * (each - 0.5) + 0.04 * grain + 0.02 * speckle(rng, size)
    color = mixed(tinted(tone, (1.1, 0.9, 0.65)), tinted(tone, (1.05, 0.89, 0.7)), hue)
    color = mixed(color, (0.33, 0.22, 0.14), 0.75 * knots) * (0.3 + 0.7 * gaps)[..., None]
    return color, 0.8 + 0.04 * grain, 0.003 * gaps + 0.0002 * grain


def plywood(rng: np.random.Generator, size: int) -> Painted:
    """Birch plywood: broad, faint figure."""
    _, y = plane(size)
    figure = np.sin(10 * np.pi * y + 2.6 * clouds(rng, size, falloff=1.9, stretch=(1, 3)))
    pores = clouds(rng, size, falloff=0.5, stretch=(1.0, 14.0), coarsest=20)
    dirt = smoothstep(0.8, 2.6, clouds(rng, size, falloff=1.3, coarsest=2))
    scuffs = scratches(rng, size, count=120, length=0.12)
    tone = 0.73 + 0.022 * figure + 0.02 * pores + 0.01 * speckle(rng, size) - 0.05 * dirt - 0.06 * scuffs
    return tinted(tone, (1.04, 0.89, 0.68)), 0.6 + 0.04 * figure + 0.05 * dirt, 0.00005 * pores


def strand_board(rng: np.random.Generator, size: int) -> Painted:
    """OSB: long flakes of pine pressed over one another in every direction."""
    color, height = np.full((size, size, 3), (150, 120, 80), np.uint8), np.zeros((size, size), np.uint8)
    for corners in strewn(rng, 2400, 0.1, 0.02):
        light, warm = 0.73 + 0.055 * rng.standard_normal(), rng.uniform(0.0, 1.0)
        flake = np.array([1.0, 0.83 - 0.05 * warm, 0.58 - 0.1 * warm]) * np.clip(light, 0.45, 0.92)
        fill(color, corners, np.clip(flake, 0, 1).tolist())
        fill(height, corners, rng.uniform(0.2, 1.0))
    level = height / 255.0
    edge = smoothstep(0.03, 0.25, np.hypot(*(level - np.roll(level, 1, axis) for axis in (0, 1))))
    fibres = clouds(rng, size, falloff=0.5, stretch=(1.0, 3.0), coarsest=30)
    tone = 1 + 0.035 * fibres + 0.03 * speckle(rng, size) - 0.17 * edge + 0.02 * clouds(rng, size, coarsest=3)
    return color / 255.0 * tone[..., None], 0.68 + 0.06 * (level - 0.5), 0.0004 * level + 0.00005 * fibres


def decking(rng: np.random.Generator, size: int) -> Painted:
    """Old planks of a ramp or a lorry's floor: silver-grey, split, scarred, nailed."""
    x, y = plane(size)
    rows = 16
    gaps = _gaps(size, rows, 0.055) * _ends(rng, size, rows)
    each = cells(rng, size, rows, 1)
    grain, knots = _softwood(rng, size, rows)
    splits = scratches(rng, size, count=260, length=0.3, heading=0.0, spread=0.015)
    scars = scratches(rng, size, count=300, length=0.1)
    damp = smoothstep(0.2, 2.0, clouds(rng, size, falloff=1.3, stretch=(1.0, 1.5), coarsest=3))
    tone = 0.47 + 0.11 * (each - 0.5) + 0.03 * grain + 0.03 * speckle(rng, size) - 0.09 * damp + 0.08 * scars
    color = mixed(
        tinted(tone, (1.02, 0.97, 0.89)), tinted(tone, (1.12, 0.9, 0.68)), smoothstep(0.6, 1.0, (each * 5) % 1)
    )
    nails = smoothstep(
        0.0035, 0.002, np.hypot((x * 4 + 0.5) % 1 / 4 - 0.125, np.abs((y * rows) % 1 - 0.5) / rows - 0.016)
    )
    dark = np.clip(0.7 * splits + 0.6 * knots + 0.8 * nails, 0, 0.85)
    color = mixed(color, (0.13, 0.11, 0.1), dark) * (0.2 + 0.8 * gaps)[..., None]
    return color, 0.85 + 0.03 * grain - 0.1 * damp, 0.005 * gaps + 0.0004 * grain - 0.0012 * splits


def _gaps(size: int, rows: int, width: float) -> Image:
    """Return 1 on boards along u and 0 in the gaps between; ``width`` is a gap's share of a board's."""
    _, y = plane(size)
    across = np.minimum((y * rows) % 1, 1 - (y * rows) % 1)
    return smoothstep(width / 2, width, across)


def _ends(rng: np.random.Generator, size: int, rows: int) -> Image:
    """Return 0 where one board meets the next along u, once per tile at a place of its own, 1 elsewhere."""
    x, _ = plane(size)
    along = (x + cells(rng, size, rows, 1)) % 1
    return smoothstep(0.001, 0.003, np.minimum(along, 1 - along))


def _softwood(rng: np.random.Generator, size: int, rows: int) -> tuple[Image, Image]:
    """Return grain along u, mean 0 and deviation about 1, and knots, 0 to 1; every one of ``rows`` boards its own."""
    x, y = plane(size)
    board = np.floor(y[:, 0] * rows).astype(int)
    knot, bulge = np.zeros((size, size)), np.zeros((size, size))
    for _ in range(3 * rows):
        radius, row = rng.uniform(0.004, 0.011), rng.integers(rows)
        at = rng.random(), (row + rng.uniform(0.25, 0.75)) / rows
        inside = slice(*np.searchsorted(board, (row, row + 1)))
        du, dv = (x[inside] - at[0] + 0.5) % 1 - 0.5, y[inside] - at[1]
        knot[inside] = np.maximum(knot[inside], smoothstep(1.25, 0.7, np.hypot(du / 1.3, dv) / radius))
        bent = np.exp(-((du / (3 * radius)) ** 2) - np.abs(dv) / (2.5 * radius))
        bulge[inside] += np.sign(dv) * radius * bent
    lines = clouds(rng, size, falloff=0.8, stretch=(1.0, 16.0), coarsest=8)
    own = cells(rng, size, rows, 1) * size
    grain = warped(lines, own, -bulge * size)
    return grain, knot
