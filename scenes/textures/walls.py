"""Walls: brick, block, plaster."""

from __future__ import annotations

import numpy as np

from palletjack_dr.scenes.textures.marks import chips, cracks
from palletjack_dr.scenes.textures.noise import Image, cells, clouds, joints, smoothstep, speckle, warped
from palletjack_dr.scenes.textures.painting import Painted, mixed, tinted

COURSES, BRICKS = 36, 12
CLAY, BUFF = (0.52, 0.27, 0.2), (0.69, 0.56, 0.38)


def brick(rng: np.random.Generator, size: int) -> Painted:
    """Red brick in running bond with pale mortar."""
    return _bricks(rng, size, CLAY, (0.41, 0.22, 0.19), (0.6, 0.58, 0.54))


def yellow_brick(rng: np.random.Generator, size: int) -> Painted:
    """Buff brick in running bond with grey mortar, darkened by soot."""
    albedo, rough, height = _bricks(rng, size, BUFF, (0.55, 0.41, 0.28), (0.5, 0.49, 0.46))
    soot = smoothstep(0.0, 2.5, clouds(rng, size, falloff=1.4, stretch=(1.6, 0.7), coarsest=3))
    return albedo * (1 - 0.15 * soot)[..., None], rough, height


def painted_brick(rng: np.random.Generator, size: int) -> Painted:
    """Brickwork under white paint that has yellowed and peels a little."""
    mask, _ = _bond(rng, size, COURSES, BRICKS, 0.17)
    peeled = chips(rng, size, share=0.045) * smoothstep(0.3, 0.8, mask)
    drips = smoothstep(0.6, 2.4, clouds(rng, size, falloff=1.2, stretch=(3.0, 0.5), coarsest=3))
    tone = 0.8 + 0.015 * clouds(rng, size, coarsest=3) + 0.012 * speckle(rng, size) - 0.07 * (1 - mask) - 0.06 * drips
    clay = tinted(0.9 + 0.05 * speckle(rng, size), CLAY)
    color = mixed(tinted(tone, (1.0, 0.985, 0.94)), clay, 0.9 * peeled)
    return (
        color,
        0.58 + 0.3 * peeled + 0.05 * drips,
        0.0045 * mask + 0.0003 * speckle(rng, size, grain=2) - 0.0004 * peeled,
    )


def block(rng: np.random.Generator, size: int) -> Painted:
    """Grey concrete blocks of 40 x 20 cm, coarse and full of holes."""
    mask, each = _bond(rng, size, 16, 8, 0.065)
    pores = smoothstep(0.9, 2.0, speckle(rng, size, grain=1.6))
    tone = 0.55 + 0.06 * (each - 0.5) + 0.018 * clouds(rng, size, falloff=1.2, coarsest=3) + 0.03 * speckle(rng, size)
    mortar = tinted(0.6 + 0.02 * speckle(rng, size), (1.0, 0.99, 0.96))
    color = mixed(mortar, tinted(tone - 0.14 * pores, (1.0, 0.99, 0.965)), mask)
    return color, 0.92 - 0.05 * mask, 0.004 * mask - 0.0018 * pores * mask + 0.0003 * speckle(rng, size)


def plaster(rng: np.random.Generator, size: int) -> Painted:
    """Rendered wall, off-white, slightly dirty."""
    dirt = smoothstep(0.0, 3.0, clouds(rng, size, falloff=1.3, coarsest=3))
    tone = 0.79 + 0.012 * clouds(rng, size, coarsest=3) + 0.012 * speckle(rng, size) - 0.06 * dirt
    return tinted(tone, (1.0, 0.985, 0.95)), 0.85 + 0.02 * dirt, 0.0006 * speckle(rng, size, grain=3)


def roughcast(rng: np.random.Generator, size: int) -> Painted:
    """Thrown render: coarse grains, grey-beige, rain streaks."""
    grains = np.clip(speckle(rng, size, grain=2.6), -1.2, 2.5)
    rain = smoothstep(0.5, 2.4, clouds(rng, size, falloff=1.1, stretch=(3.0, 0.4), coarsest=3))
    tone = 0.68 + 0.045 * grains + 0.012 * clouds(rng, size, coarsest=3) + 0.012 * speckle(rng, size) - 0.08 * rain
    return tinted(tone, (1.0, 0.965, 0.9)), np.full((size, size), 0.93), 0.0022 * grains


def mended_plaster(rng: np.random.Generator, size: int) -> Painted:
    """Painted plaster in pale green-grey: knocks, hair cracks, filler that nobody painted over."""
    knocks = chips(rng, size, share=0.02)
    filler = smoothstep(1.5, 1.62, clouds(rng, size, falloff=1.7, coarsest=4))
    crack = cracks(rng, size, count=5, length=0.35)
    scuffs = smoothstep(0.8, 2.6, clouds(rng, size, falloff=0.9, stretch=(0.6, 3.0), coarsest=5))
    tone = 1 + 0.012 * clouds(rng, size, coarsest=3) + 0.01 * speckle(rng, size) - 0.1 * scuffs
    color = mixed(tinted(tone, (0.68, 0.71, 0.66)), tinted(tone, (0.82, 0.81, 0.78)), 0.6 * filler)
    color = mixed(color, tinted(tone, (0.6, 0.55, 0.47)), knocks) * (1 - 0.4 * crack)[..., None]
    height = 0.0003 * speckle(rng, size, grain=4) - 0.0012 * knocks - 0.0006 * crack + 0.0003 * filler
    return color, 0.7 + 0.15 * np.maximum(knocks, filler) - 0.08 * scuffs, height


def _bricks(
    rng: np.random.Generator,
    size: int,
    clay: tuple[float, float, float],
    burnt: tuple[float, float, float],
    mortar: tuple[float, float, float],
) -> Painted:
    mask, each = _bond(rng, size, COURSES, BRICKS, 0.2)
    grain = 0.035 * clouds(rng, size, falloff=0.9, coarsest=10) + 0.045 * speckle(rng, size)
    pits = smoothstep(1.9, 2.6, speckle(rng, size, grain=1.6))
    fired = mixed(clay, burnt, smoothstep(0.55, 1.0, (each * 13) % 1))
    face = fired * (0.87 + 0.26 * each + grain - 0.15 * pits)[..., None]
    wear = 1 + 0.02 * clouds(rng, size, coarsest=3)
    bed = tinted((1 + 0.05 * speckle(rng, size)) * wear, mortar)
    height = 0.006 * mask + 0.006 * grain * mask - 0.0015 * pits * mask + 0.0004 * speckle(rng, size)
    return mixed(bed, face * wear[..., None], mask), 0.9 + 0.03 * mask, height


def _bond(rng: np.random.Generator, size: int, rows: int, columns: int, joint: float) -> tuple[Image, Image]:
    """Return 1 on the bricks of a running bond, with uneven edges, and one random value per brick."""
    drift = [0.0008 * size * clouds(rng, size, falloff=1.3, coarsest=12) for _ in range(2)]
    mask = warped(joints(size, rows, columns, joint, shift=0.5), *drift)
    return mask, cells(rng, size, rows, columns, shift=0.5)
