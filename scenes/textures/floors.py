"""Other floors: epoxy coats, asphalt, carpet."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from palletjack_dr.scenes.textures.marks import chips, cracks, halo, scratches, tyre_tracks
from palletjack_dr.scenes.textures.noise import cells, clouds, facets, joints, plane, smoothstep, speckle
from palletjack_dr.scenes.textures.painting import Painted, mixed, tinted


def epoxy(
    color: tuple[float, float, float], *, chipped: float = 0.0, tracks: int = 8
) -> Callable[[np.random.Generator, int], Painted]:
    """Return the recipe of a coated floor of an sRGB colour: glossy, scuffed, ``chipped`` down to the concrete."""

    def paint(rng: np.random.Generator, size: int) -> Painted:
        flow = clouds(rng, size, falloff=1.8, coarsest=3)
        scuffs = scratches(rng, size, count=900, length=0.1)
        dull = smoothstep(0.2, 2.2, clouds(rng, size, falloff=1.2, coarsest=3))
        rubber = tyre_tracks(rng, size, count=tracks, width=0.012, length=0.8)
        tone = 1.0 + 0.018 * flow + 0.012 * speckle(rng, size) - 0.04 * dull
        coat = mixed(tinted(tone * (1 - 0.32 * rubber), color), (0.66, 0.66, 0.65), 0.2 * scuffs)
        rough = 0.2 + 0.16 * dull + 0.25 * scuffs + 0.1 * rubber + 0.015 * flow
        height = 0.00005 * speckle(rng, size, grain=6)
        if chipped:
            bare = chips(rng, size, share=chipped)
            slab = 0.5 + 0.03 * clouds(rng, size, falloff=1.0, coarsest=6) + 0.02 * speckle(rng, size)
            coat, rough = mixed(coat, tinted(slab, (1, 0.99, 0.97)), bare), rough + (0.7 - rough) * bare
            height = height - 0.0004 * bare
        return coat, rough, height

    return paint


def asphalt(rng: np.random.Generator, size: int) -> Painted:
    """Asphalt: dark binder, with pale stones."""
    stones = smoothstep(0.6, 1.8, speckle(rng, size, grain=2.5))
    tone = 0.24 + 0.018 * clouds(rng, size, coarsest=3) + 0.03 * speckle(rng, size) + 0.13 * stones
    return tinted(tone, (1.0, 1.0, 1.0)), 0.88 - 0.1 * stones, 0.0011 * speckle(rng, size, grain=2.5)


def worn_asphalt(rng: np.random.Generator, size: int) -> Painted:
    """Asphalt gone grey: the binder is driven off the stones, which lie close and are polished."""
    value, border = facets(rng, size, 150)
    stone = smoothstep(0.08, 0.3, border)
    dust = clouds(rng, size, falloff=1.4, coarsest=3)
    tracks = tyre_tracks(rng, size, count=6, width=0.03, length=0.9)
    tone = 0.3 + stone * (0.08 + 0.16 * value) + 0.016 * dust + 0.02 * speckle(rng, size) - 0.07 * tracks
    tint = mixed(tinted(tone, (1.0, 0.99, 0.97)), tinted(tone, (1.04, 0.97, 0.9)), smoothstep(0.5, 1.0, value))
    return tint, 0.82 - 0.15 * stone - 0.1 * tracks, 0.0012 * stone + 0.0002 * speckle(rng, size)


def patched_asphalt(rng: np.random.Generator, size: int) -> Painted:
    """Asphalt of several repairs: cracks poured with tar, a darker trench across."""
    x, _ = plane(size)
    albedo, rough, height = asphalt(rng, size)
    trench = smoothstep(0.075, 0.07, np.abs(x - 0.4 + 0.0016 * clouds(rng, size, falloff=1.0, coarsest=6)))
    seam = np.exp(-(((np.abs(x - 0.4) - 0.074 + 0.002 * clouds(rng, size, coarsest=3)) / 0.0045) ** 2))
    tar = np.maximum(smoothstep(0.12, 0.3, halo(cracks(rng, size, count=7, length=0.7), 1.5)), seam)
    albedo = albedo * (1 + 0.25 * (1 - trench))[..., None]
    return mixed(albedo, (0.1, 0.1, 0.105), 0.9 * tar), rough * (1 - 0.5 * tar), height * (1 - 0.8 * tar) + 0.001 * tar


def loop_carpet(rng: np.random.Generator, size: int) -> Painted:
    """Grey loop pile in rows, with darker and lighter yarns and paths trodden flat."""
    x, y = plane(size)
    rows = 150
    row = np.floor(y * rows).astype(int)
    offset = rng.random(rows)[row]
    loops = np.abs(np.sin(np.pi * (x * 110 + offset))) * np.sqrt(np.abs(np.sin(np.pi * y * rows)))
    yarn = cells(rng, size, rows, 55)
    trodden = smoothstep(0.0, 2.0, clouds(rng, size, falloff=1.6, coarsest=3))
    tone = (0.3 + 0.13 * yarn + 0.02 * speckle(rng, size)) * (0.55 + 0.45 * loops) - 0.03 * trodden
    return tinted(tone, (0.97, 1.0, 1.04)), np.full((size, size), 0.97), 0.002 * loops


def carpet_tiles(rng: np.random.Generator, size: int) -> Painted:
    """Blue needled tiles of half a metre, each laid at a right angle to the last."""
    x, y = plane(size)
    turned = (np.floor(4 * x) + np.floor(4 * y)) % 2 == 1
    along, across = (clouds(rng, size, falloff=0.45, stretch=s, coarsest=30) for s in ((6.0, 0.5), (0.5, 6.0)))
    ribs = np.where(turned, across, along)
    gap = joints(size, 4, 4, 0.006)
    dirt = smoothstep(0.6, 2.6, clouds(rng, size, falloff=1.5, coarsest=3))
    tone = (1 + 0.13 * ribs + 0.1 * speckle(rng, size) + 0.03 * np.where(turned, 1, -1)) * (0.75 + 0.25 * gap)
    tone -= 0.12 * dirt
    return tinted(tone, (0.2, 0.27, 0.39)), np.full((size, size), 0.96), 0.0006 * ribs + 0.0015 * gap


def needle_felt(rng: np.random.Generator, size: int) -> Painted:
    """Brown-red needle felt: matted fibres of many shades."""
    fibre = np.zeros((size, size))
    for heading in (0.3, 1.3, 2.4):
        fibre += scratches(rng, size, count=2500, length=0.05, heading=heading, spread=0.8) * rng.choice([-1.0, 1.2])
    tone = 1 + 0.22 * fibre + 0.09 * speckle(rng, size) + 0.04 * clouds(rng, size, falloff=1.2, coarsest=4)
    return tinted(tone, (0.36, 0.21, 0.19)), np.full((size, size), 0.97), 0.0005 * speckle(rng, size, grain=2)
