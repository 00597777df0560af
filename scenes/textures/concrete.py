"""Concrete floors, from new to worn out."""

from __future__ import annotations

import numpy as np

from palletjack_dr.scenes.textures.marks import chips, cracks, halo, scratches, spills, tyre_tracks
from palletjack_dr.scenes.textures.noise import Image, clouds, facets, joints, plane, smoothstep, speckle, warped
from palletjack_dr.scenes.textures.painting import Painted, mixed, tinted

GREY = (0.995, 1.0, 0.98)


def smooth(rng: np.random.Generator, size: int) -> Painted:
    """Power-trowelled concrete: pale grey, faint clouds and swirls, a little shine."""
    swirls = _swirls(rng, size)
    tone = _slab(rng, size, 0.55) + 0.012 * swirls
    rough = 0.46 + 0.05 * swirls + 0.04 * clouds(rng, size, falloff=1.3, coarsest=3)
    return tinted(tone, GREY), rough, 0.0001 * speckle(rng, size, grain=3) + 0.00005 * swirls


def worn(rng: np.random.Generator, size: int) -> Painted:
    """Old concrete: grey traffic film, scuffs by the hundred, a saw-cut joint once per tile."""
    film = smoothstep(-1.5, 2.5, clouds(rng, size, falloff=1.3, coarsest=3))
    scuffs = scratches(rng, size, count=700, length=0.18)
    tracks = tyre_tracks(rng, size, count=7, width=0.014, length=0.8)
    cut = joints(size, 1, 1, 0.004)
    tone = _slab(rng, size, 0.52) - 0.07 * film + 0.09 * scuffs - 0.07 * tracks
    rough = 0.66 - 0.14 * film + 0.1 * scuffs + 0.03 * clouds(rng, size, coarsest=4)
    height = 0.0002 * speckle(rng, size, grain=3) - 0.003 * (1 - cut)
    return tinted(tone * (0.45 + 0.55 * cut), GREY), rough, height


def cracked(rng: np.random.Generator, size: int) -> Painted:
    """A slab that has moved: hairline map cracks, a few wide ones with broken edges."""
    crack = cracks(rng, size, count=11, length=0.4)
    _, border = facets(rng, size, 14)
    bent = warped(border, *(0.006 * size * clouds(rng, size, falloff=1.3, coarsest=4) for _ in range(2)))
    hair = smoothstep(0.05, 0.015, bent) * smoothstep(0.2, 1.4, clouds(rng, size, falloff=1.6, coarsest=2))
    broken = smoothstep(0.1, 0.5, halo(crack, 5)) * smoothstep(0.9, 1.4, clouds(rng, size, falloff=0.9, coarsest=20))
    dirt = smoothstep(0.0, 1.0, halo(crack, 15)) * 0.6
    tone = _slab(rng, size, 0.53) - 0.06 * dirt - 0.1 * hair
    tone = tone * (1 - 0.55 * crack) * (1 - 0.18 * broken)
    height = 0.0003 * speckle(rng, size, grain=3) - 0.002 * crack - 0.0003 * hair - 0.0015 * broken
    return tinted(tone, GREY), 0.68 + 0.15 * broken + 0.03 * clouds(rng, size, coarsest=4), height


def stained(rng: np.random.Generator, size: int) -> Painted:
    """Concrete with old water marks: darker blots with tide lines, rust in places."""
    damp = clouds(rng, size, falloff=2.1, coarsest=2) + 0.12 * clouds(rng, size, falloff=1.0, coarsest=12)
    blot = smoothstep(0.2, 1.1, damp)
    tide = np.exp(-(((damp - 0.65) / 0.09) ** 2)) * smoothstep(-1.0, 1.0, clouds(rng, size, coarsest=3))
    rust = smoothstep(1.3, 2.2, clouds(rng, size, falloff=1.5, coarsest=4)) * 0.3
    tone = _slab(rng, size, 0.53) - 0.06 * blot - 0.035 * tide
    rough = 0.66 - 0.14 * blot + 0.03 * clouds(rng, size, coarsest=4)
    return mixed(tinted(tone, GREY), tinted(tone, (0.95, 0.72, 0.5)), rust), rough, 0.0002 * speckle(rng, size, grain=3)


def polished(rng: np.random.Generator, size: int) -> Painted:
    """Ground and polished concrete: stones of every grey show in the cement, with a shine."""
    stone = np.zeros((size, size))
    shown = np.zeros((size, size))
    for count, share in ((52, 0.75), (110, 0.6)):
        value, border = facets(rng, size, count)
        is_stone = smoothstep(0.22, 0.34, border) * (value < share)
        stone = np.where(is_stone > shown, value / share, stone)
        shown = np.maximum(shown, is_stone)
    mottle = clouds(rng, size, falloff=1.3, coarsest=3)
    cement = 0.53 + 0.015 * mottle + 0.015 * speckle(rng, size)
    tone = cement * (1 - shown) + shown * (0.42 + 0.2 * stone + 0.015 * mottle)
    warm = mixed(tinted(tone, GREY), tinted(tone, (1.05, 0.98, 0.9)), shown * smoothstep(0.4, 0.8, stone))
    scuffs = scratches(rng, size, count=250, length=0.12)
    return warm, 0.2 + 0.05 * (1 - shown) + 0.03 * mottle + 0.12 * scuffs, 0.00004 * speckle(rng, size, grain=4)


def painted(rng: np.random.Generator, size: int) -> Painted:
    """Concrete with lane paint: a yellow line and the ghost of an older white one, both driven over for years."""
    x, y = plane(size)
    tracks = tyre_tracks(rng, size, count=9, width=0.014, length=0.7)
    tone = _slab(rng, size, 0.54) - 0.12 * tracks + 0.05 * scratches(rng, size, count=400, length=0.15)
    uneven = 0.0012 * clouds(rng, size, falloff=1.0, coarsest=8)
    yellow = smoothstep(0.0125, 0.0115, np.abs(y - 0.31 + uneven)) * (1 - chips(rng, size, share=0.28))
    white = smoothstep(0.0105, 0.0095, np.abs(x - 0.72 + uneven)) * (1 - chips(rng, size, share=0.68, finest=0.7))
    dirt = 1 - 0.3 * tracks + 0.03 * speckle(rng, size)
    color = mixed(tinted(tone, GREY), tinted(dirt, (0.76, 0.75, 0.7)), 0.8 * white)
    color = mixed(color, tinted(dirt, (0.82, 0.62, 0.13)), 0.92 * yellow)
    film = np.maximum(yellow, white)
    rough = 0.62 - 0.14 * film + 0.03 * clouds(rng, size, coarsest=4)
    return color, rough, 0.0002 * speckle(rng, size, grain=3) + 0.0002 * film


def driven_on(rng: np.random.Generator, size: int) -> Painted:
    """Smooth concrete where trucks turn: black rubber in arcs over one another."""
    tracks = tyre_tracks(rng, size, count=34, width=0.012)
    tone = _slab(rng, size, 0.55) * (1 - 0.42 * tracks) + 0.05 * scratches(rng, size, count=300, length=0.2)
    return tinted(tone, GREY), 0.5 - 0.12 * tracks + 0.03 * clouds(rng, size, coarsest=4), _grit(rng, size)


def oiled(rng: np.random.Generator, size: int) -> Painted:
    """Concrete below parked trucks: fresh and old oil, drops, a dark film about them."""
    spilt = spills(rng, size, count=25, radius=0.05)
    old = 0.35 * spilt + 0.65 * halo(spilt, 5) * (0.6 + 0.4 * spilt)
    fresh = spills(rng, size, count=5, radius=0.03)
    film = halo(spilt, 16)
    tone = _slab(rng, size, 0.53) * (1 - 0.3 * old * (0.8 + 0.2 * clouds(rng, size, coarsest=6))) * (1 - 0.14 * film)
    color = mixed(tinted(tone, GREY), (0.15, 0.135, 0.115), 0.72 * fresh)
    rough = (0.64 - 0.16 * old) * (1 - fresh) + 0.1 * fresh + 0.02 * clouds(rng, size, coarsest=4)
    return color, rough, _grit(rng, size) * (1 - fresh)


def _slab(rng: np.random.Generator, size: int, tone: float) -> Image:
    """Return the tone of bare concrete: mottled, fine-grained, with pin holes."""
    pores = smoothstep(2.6, 3.2, speckle(rng, size, grain=1.6))
    mottle = 0.016 * clouds(rng, size, falloff=1.3, coarsest=3) + 0.01 * clouds(rng, size, falloff=0.8, coarsest=12)
    slab: Image = tone + mottle + 0.014 * speckle(rng, size) - 0.1 * pores
    return slab


def _swirls(rng: np.random.Generator, size: int) -> Image:
    """Return what the blades of a trowelling machine leave: bent streaks, mean 0, deviation about 1."""
    bend = (0.05 * size * clouds(rng, size, falloff=2.2, coarsest=1) for _ in range(2))
    return warped(clouds(rng, size, falloff=1.1, stretch=(3.0, 0.6), coarsest=4), *bend)


def _grit(rng: np.random.Generator, size: int) -> Image:
    grit: Image = 0.0002 * speckle(rng, size, grain=3)
    return grit
