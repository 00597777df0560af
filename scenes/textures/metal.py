"""Sheet metal: profiles, plates, coats, rust."""

from __future__ import annotations

import numpy as np

from palletjack_dr.scenes.textures.marks import chips, scratches
from palletjack_dr.scenes.textures.noise import Image, clouds, facets, plane, smoothstep, speckle
from palletjack_dr.scenes.textures.painting import Painted, mixed, tinted

WHITE_COAT, ZINC, RUST = (0.97, 0.985, 1.0), (0.96, 0.985, 1.0), (0.4, 0.2, 0.11)


def corrugated(rng: np.random.Generator, size: int) -> Painted:
    """Round corrugated sheet, light grey, waves upright, rows of screws."""
    x, _ = plane(size)
    wave = 0.5 + 0.5 * np.cos(2 * np.pi * 14 * x)
    return _sheet(rng, size, wave, 0.022, screws=14)


def trapezoid(rng: np.random.Generator, size: int) -> Painted:
    """Trapezoidal sheet, light grey, ribs upright."""
    x, _ = plane(size)
    rib = np.clip(2.8 * np.abs(2 * ((12 * x) % 1) - 1) - 0.9, 0, 1)
    return _sheet(rng, size, rib, 0.035, screws=12)


def worn_paint(rng: np.random.Generator, size: int) -> Painted:
    """Painted steel with scratches, dust and grime, neutral, so that a colour can multiply it."""
    lines = scratches(rng, size, count=160, length=0.3, heading=0.0, spread=0.5)
    dust = smoothstep(-0.6, 2.6, clouds(rng, size, falloff=1.2, coarsest=3))
    grime = smoothstep(0.2, 2.4, clouds(rng, size, falloff=1.3, coarsest=4))
    tone = 0.98 - 0.2 * lines - 0.16 * dust - 0.2 * grime + 0.01 * speckle(rng, size)
    rough = 0.36 + 0.2 * dust + 0.2 * lines + 0.25 * grime
    return tinted(tone, (1.0, 1.0, 1.0)), rough, 0.00003 * speckle(rng, size, grain=5) - 0.0001 * lines


def brushed(rng: np.random.Generator, size: int) -> Painted:
    """Stainless steel, brushed along u, with smears and scratches."""
    lines = clouds(rng, size, falloff=0.35, stretch=(1.0, 40.0), coarsest=40)
    smear = smoothstep(-0.8, 3.0, clouds(rng, size, falloff=1.2, coarsest=3))
    scratch = scratches(rng, size, count=90, length=0.25)
    tone = 0.75 + 0.028 * lines + 0.012 * clouds(rng, size, coarsest=3) - 0.05 * smear + 0.12 * scratch
    return tinted(tone, (0.99, 1.0, 1.0)), 0.3 + 0.05 * lines + 0.12 * smear, 0.00002 * lines - 0.00005 * scratch


def diamond_plate(rng: np.random.Generator, size: int) -> Painted:
    """Tread plate: raised lozenges, turned by turns, bright on top and dirty between."""
    x, y = plane(size)
    cells = 36
    u, v = (x * cells) % 1 - 0.5, (y * cells) % 1 - 0.5
    turn = np.where((np.floor(x * cells) + np.floor(y * cells)) % 2 == 0, 1.0, -1.0)
    along, across = (u + turn * v) / np.sqrt(2), (u - turn * v) / np.sqrt(2)
    lozenge = smoothstep(1.0, 0.55, (along / 0.43) ** 2 + (across / 0.17) ** 2)
    trodden = smoothstep(-0.8, 1.8, clouds(rng, size, falloff=1.4, coarsest=3))
    dirt = (1 - lozenge) * (0.6 + 0.25 * clouds(rng, size, falloff=1.1, coarsest=4))
    scuffs = scratches(rng, size, count=350, length=0.15)
    tone = 0.64 + lozenge * (0.06 + 0.1 * trodden) - 0.09 * dirt + 0.014 * speckle(rng, size) + 0.06 * scuffs
    rough = 0.42 + 0.18 * dirt - 0.12 * lozenge * trodden
    return tinted(tone, (1.0, 1.0, 0.99)), rough, 0.0016 * lozenge


def rusty(rng: np.random.Generator, size: int) -> Painted:
    """Grey-blue painted plate that rusts through: blisters, scabs, brown runs below them."""
    scab = chips(rng, size, share=0.22)
    old = np.roll(scab, size // 90, axis=0) * smoothstep(-0.3, 1.2, clouds(rng, size, falloff=1.1, coarsest=4))
    runs = smoothstep(0.4, 2.2, clouds(rng, size, falloff=1.0, stretch=(4.0, 0.5), coarsest=3))
    texture = clouds(rng, size, falloff=0.9, coarsest=8)
    grain = speckle(rng, size, grain=1.5)
    paint = tinted(1 + 0.02 * texture + 0.01 * grain, (0.42, 0.47, 0.5))
    paint = mixed(paint, (0.47, 0.33, 0.23), 0.55 * runs)
    rust = mixed(tinted(1 + 0.16 * texture + 0.1 * grain, RUST), (0.56, 0.3, 0.13), smoothstep(0.3, 1.6, texture))
    rust = mixed(rust, tinted(1 + 0.1 * grain, (0.23, 0.13, 0.09)), 0.7 * old)
    rough = (0.45 + 0.2 * runs) * (1 - scab) + 0.92 * scab
    return mixed(paint, rust, scab), rough, 0.0005 * scab * (0.4 + 0.4 * texture + 0.3 * grain)


def galvanized(rng: np.random.Generator, size: int) -> Painted:
    """Hot-dip galvanized sheet: zinc flowers, each at another shade, faint white rust."""
    value, border = facets(rng, size, 56)
    small, _ = facets(rng, size, 120)
    ferns = clouds(rng, size, falloff=0.7, coarsest=30)
    bloom = smoothstep(1.0, 2.6, clouds(rng, size, falloff=1.3, coarsest=3))
    shade = 0.1 * (value - 0.5) + 0.035 * (small - 0.5) + 0.012 * ferns
    tone = 0.7 + shade + 0.07 * bloom - 0.015 * smoothstep(0.1, 0.0, border)
    rough = 0.4 + 0.13 * (value - 0.5) + 0.25 * bloom + 0.02 * ferns
    return tinted(tone, ZINC), rough, 0.00002 * value + 0.00001 * ferns


def perforated(rng: np.random.Generator, size: int) -> Painted:
    """Grey powder-coated sheet with staggered round holes, dark behind."""
    x, y = plane(size)
    columns, rows = 26, 15
    u, v = x * columns, y * rows * 2
    distance = np.full((size, size), np.inf)
    for odd in (0.0, 0.5):
        du = (u - odd + 0.5) % 1 - 0.5
        dv = ((v / 2 - odd + 0.5) % 1 - 0.5) * np.sqrt(3)
        distance = np.minimum(distance, np.hypot(du, dv))
    hole = smoothstep(0.34, 0.28, distance)
    rim = np.exp(-(((distance - 0.36) / 0.05) ** 2))
    dust = clouds(rng, size, falloff=1.4, coarsest=3)
    tone = 0.63 + 0.012 * dust + 0.01 * speckle(rng, size) + 0.04 * rim
    behind = tinted(1 + 0.06 * dust, (0.085, 0.085, 0.09))
    return mixed(tinted(tone, WHITE_COAT), behind, hole), 0.42 + 0.45 * hole + 0.03 * dust, -0.0012 * hole


def _sheet(rng: np.random.Generator, size: int, rib: Image, depth: float, *, screws: int) -> Painted:
    """Return coated profiled sheet: ``rib`` is 1 on its crests and 0 in its troughs, ``depth`` [m] between them."""
    x, y = plane(size)
    streaks = smoothstep(0.6, 2.4, clouds(rng, size, falloff=1.1, stretch=(4.0, 0.3), coarsest=3))
    tone = 0.67 + 0.01 * clouds(rng, size, coarsest=2) + 0.008 * speckle(rng, size) - 0.07 * streaks - 0.06 * (1 - rib)
    du, dv = ((x * screws + 0.5) % 1 - 0.5) / screws, ((y * 2 + 0.5) % 1 - 0.5) / 2
    screw = smoothstep(0.0045, 0.0035, np.hypot(du, dv))
    below = smoothstep(0.004, 0.0, np.abs(du)) * smoothstep(0.14, 0.0, dv) * (dv > 0)
    color = mixed(tinted(tone, WHITE_COAT), (0.45, 0.38, 0.3), 0.25 * below)
    return mixed(color, (0.5, 0.5, 0.5), screw), 0.4 + 0.15 * streaks, depth * rib + 0.004 * screw
