"""A seated figure, as it drives an industrial truck: hands ahead, high-visibility vest."""

from __future__ import annotations

from typing import Final

import numpy as np

from palletjack_dr.scenes.mesh import Mesh, box, join, lathe, loft, tube
from palletjack_dr.scenes.stage import Material, Part

SKIN: Final = Material("Skin", (0.5, 0.3, 0.21), roughness=0.6)
HAIR: Final = Material("Hair", (0.03, 0.02, 0.015), roughness=0.8)
JACKET: Final = Material("Jacket", (0.025, 0.028, 0.035), roughness=0.9)
TROUSERS: Final = Material("Trousers", (0.03, 0.04, 0.07), roughness=0.9)
VEST: Final = Material("Vest", (0.62, 0.75, 0.05), roughness=0.75)
REFLECTOR: Final = Material("Reflector", (0.6, 0.6, 0.6), roughness=0.3)
SHOES: Final = Material("Shoes", (0.02, 0.018, 0.016), roughness=0.6)


def seated(*, hands: tuple[float, float, float] = (0.42, 0.13, 0.28)) -> list[Part]:
    """Return a figure facing +X whose seat is at the origin; ``hands`` are at (x, +-y, z) [m]."""
    sides = (-1, 1)
    x, y, z = hands
    sleeves = [
        _limb([(-0.02, s * 0.21, 0.46), (0.06, s * 0.27, 0.2), (x - 0.09, s * (y + 0.02), z - 0.01)], 0.055)
        for s in sides
    ]
    fists = [tube([(x - 0.09, s * (y + 0.02), z), (x + 0.02, s * y, z)], 0.036, segments=8) for s in sides]
    legs = [_limb([(-0.02, s * 0.1, 0.07), (0.42, s * 0.13, 0.1), (0.47, s * 0.13, -0.3)], 0.075) for s in sides]
    shoes = [box((0.27, 0.1, 0.09), (0.53, s * 0.13, -0.36), bevel=0.03) for s in sides]
    torso = _torso(((0.0, 0.17, 0.12), (0.2, 0.16, 0.115), (0.38, 0.19, 0.125), (0.5, 0.17, 0.1), (0.55, 0.075, 0.065)))
    bands = [_torso(((h, w, d), (h + 0.05, w, d))) for h, w, d in ((0.14, 0.168, 0.122), (0.27, 0.18, 0.126))]
    neck = tube([(-0.03, 0, 0.54), (-0.01, 0, 0.64)], 0.055, segments=10)
    return [
        (VEST, torso),
        (REFLECTOR, join(bands)),
        (JACKET, join(sleeves)),
        (TROUSERS, join(legs)),
        (SHOES, join(shoes)),
        (SKIN, join([*fists, neck, _egg(0.08, 0.115).moved((0.0, 0, 0.73))])),
        (HAIR, _egg(0.086, 0.08).moved((-0.018, 0, 0.785))),
    ]


def _torso(rings: tuple[tuple[float, float, float], ...]) -> Mesh:
    """Return a body of ellipses: (height, half width, half depth), leaning back a little."""
    angles = np.linspace(0, 2 * np.pi, 16, endpoint=False)
    return loft(
        [[(d * float(np.cos(a)) - 0.06 * h, w * float(np.sin(a)), h) for a in angles] for h, w, d in rings], smooth=True
    )


def _limb(points: list[tuple[float, float, float]], radius: float) -> Mesh:
    """Return a bent limb, its joint rounded by points between."""
    a, b, c = (np.asarray(p) for p in points)
    path = [a, a + 0.75 * (b - a), b + 0.06 * (a - b) + 0.06 * (c - b), b + 0.25 * (c - b), c]
    return tube([tuple(float(v) for v in p) for p in path], radius, segments=10)


def _egg(radius: float, half: float) -> Mesh:
    angles = np.radians(np.linspace(-90, 90, 9))
    return lathe([(max(0.0, radius * float(np.cos(a))), half * float(np.sin(a))) for a in angles], 14)
