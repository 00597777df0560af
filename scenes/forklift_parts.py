"""The parts that forklifts share: the mast with its forks, overhead guard, wheels, seat and steering."""

from __future__ import annotations

from typing import Final

import numpy as np

from palletjack_dr.scenes.materials import DARK_STEEL, PLASTIC, RUBBER, STEEL
from palletjack_dr.scenes.mesh import Mesh, arc, box, cylinder, extrude, join, lathe, plate, tube, turned
from palletjack_dr.scenes.stage import Material, Part

MAST: Final = Material("MastSteel", (0.05, 0.05, 0.053), texture="metal_brushed")
FORKS: Final = Material("ForkSteel", (0.07, 0.066, 0.062), metallic=0.4, texture="metal_brushed")
TYRE: Final = Material("Tyre", (0.04, 0.038, 0.036), roughness=0.92)
VINYL: Final = Material("Vinyl", (0.02, 0.02, 0.021), roughness=0.55)


def mast(*, height: float, fork_height: float, width: float, fork_length: float, low: float = 0.06) -> list[Part]:
    """Return a mast of two stages at x = 0 and the forks ahead of it.

    ``height`` [m] is that of the outer stage; the inner one, which slides in it, rises half as far as the forks.
    """
    rise = max(0.0, (fork_height - low) / 2)
    outer, inner, chains, rods = [], [], [], []
    for s in (-1, 1):
        y = s * (width / 2 - 0.03)
        outer += _channel(0.0, y, low, height, 0.13, -s)
        inner += _channel(0.035, y - s * 0.068, low + rise + 0.02, height + rise - 0.02, 0.1, -s)
        outer.append(cylinder(0.034, height * 0.8, (-0.065, y - s * 0.06, low + height * 0.42), segments=14))
        rods.append(
            cylinder(0.02, height * 0.2 + rise, (-0.065, y - s * 0.06, low + height * 0.82 + rise / 2), segments=12)
        )
        chains.append(
            box(
                (0.016, 0.03, height * 0.93 + rise - fork_height - 0.25),
                (0.0, s * 0.085, (height * 0.93 + rise + fork_height + 0.25) / 2),
            )
        )
        rods.append(cylinder(0.04, 0.026, (0.0, s * 0.085, height + rise - 0.12), axis="y", bevel=0.004, segments=16))
    outer += [box((0.05, width - 0.06, 0.09), (-0.06, 0, z), bevel=0.008) for z in (low + 0.09, height - 0.07)]
    inner += [box((0.045, width - 0.2, 0.07), (0.02, 0, z + rise), bevel=0.008) for z in (low + 0.1, height - 0.055)]
    hose = tube(
        [
            (-0.03, 0.03, low + 0.25),
            (-0.03, 0.03, height + rise - 0.18),
            (0.03, 0.03, height + rise - 0.2),
            (0.04, 0.03, fork_height + 0.2),
        ],
        0.012,
        segments=6,
    )
    return [
        (MAST, join([*outer, *_carriage(fork_height, width)])),
        (DARK_STEEL, join(inner)),
        (RUBBER, join([*chains, hose])),
        (STEEL, join(rods)),
        (FORKS, join(_forks(fork_height, fork_length))),
    ]


def _channel(x: float, y: float, low: float, high: float, depth: float, side: int) -> list[Mesh]:
    """Return an upright C section, open towards ``side`` along Y."""
    z, height = (low + high) / 2, high - low
    web = box((depth, 0.014, height), (x, y, z), bevel=0.002)
    return [
        web,
        *(box((0.016, 0.05, height - 0.002), (x + e * (depth / 2 - 0.008), y + side * 0.024, z)) for e in (-1, 1)),
    ]


def _carriage(fork_height: float, width: float) -> list[Mesh]:
    bars = [box((0.035, width + 0.12, 0.075), (0.115, 0, fork_height + z), bevel=0.006) for z in (0.1, 0.45)]
    bars += [box((0.03, 0.03, 0.45), (0.115, s * (width / 2 + 0.04), fork_height + 0.28), bevel=0.004) for s in (-1, 1)]
    bars += [box((0.09, 0.025, 0.4), (0.07, s * (width / 2 - 0.13), fork_height + 0.28), bevel=0.004) for s in (-1, 1)]
    top = fork_height + 1.05
    bars += [
        box((0.022, 0.022, 0.6), (0.12, y, top - 0.28)) for y in np.linspace(-width / 2 - 0.035, width / 2 + 0.035, 6)
    ]
    return [*bars, box((0.03, width + 0.12, 0.03), (0.12, 0, top), bevel=0.004)]


def _forks(height: float, length: float) -> list[Mesh]:
    """Return two L-shaped forks, thinner towards the tip; ``height`` is that of their upper side."""
    pieces = []
    for y in (-0.27, 0.27):
        blade = [
            (0.13, height),
            (0.135 + length, height),
            (0.135 + length, height - 0.012),
            (0.3, height - 0.04),
            (0.14, height - 0.04),
        ]
        pieces.append(extrude(blade, 0.11, plane="xz", at=y))
        pieces.append(
            plate(
                [(0.135, height - 0.03), (0.178, height - 0.03), (0.17, height + 0.5), (0.135, height + 0.5)],
                0.11,
                edge=0.006,
                plane="xz",
                at=y,
            )
        )
    return pieces


def wheel(radius: float, width: float, at: tuple[float, float, float], rim: Material) -> list[Part]:
    """Return a solid tyre with a treaded shoulder on a dished rim, its axle along Y."""
    h, r = width / 2, radius
    half = [(r * 0.5, h - 0.004), (r * 0.85, h), (r * 0.94, h - 0.01), (r, h - 0.035), (r, 0.012), (r - 0.012, 0.008)]
    tyre = lathe([*[(a, -z) for a, z in half], *half[::-1]], 30)
    dish = min(0.03, 0.35 * h)
    face = [(r * 0.52, h - 0.02), (r * 0.46, h - 0.018), (r * 0.42, h - 0.02 - dish), (r * 0.25, h - 0.018 - dish)]
    face += [(r * 0.22, h - 0.012), (0.0, h - 0.012)]
    disc = lathe(
        [(0.0, -h + 0.02), (r * 0.52, -h + 0.02), None, (r * 0.52, -h + 0.02), (r * 0.52, h - 0.02), None, *face], 24
    )
    angles = np.radians(np.arange(6) * 60.0)
    nuts = [
        cylinder(r * 0.045, 0.03, (r * 0.34 * np.cos(a), r * 0.34 * np.sin(a), h - 0.015 - dish), segments=6)
        for a in angles
    ]
    turn = turned("x", 90 if at[1] < 0 else -90)
    return [
        (TYRE, tyre.moved(at, turn=turn)),
        (rim, disc.moved(at, turn=turn)),
        (DARK_STEEL, join(nuts).moved(at, turn=turn)),
    ]


def guard(*, back: float, front: float, half: float, low: float, top: float) -> list[Mesh]:
    """Return an overhead guard: four leaning posts and a roof of bars."""
    bars = []
    for s in (-1, 1):
        bars.append(
            tube(
                [
                    (front + 0.16, s * half, low),
                    (front, s * half, top - 0.05),
                    (front - 0.05, s * half, top),
                    (back + 0.06, s * half, top),
                    (back, s * half, top - 0.06),
                    (back - 0.1, s * half, low),
                ],
                0.032,
                segments=10,
            )
        )
    bars += [box((0.05, 2 * half, 0.05), (x, 0, top), bevel=0.008) for x in (front - 0.05, back + 0.05)]
    return [
        *bars,
        *(
            box((front - back - 0.1, 0.022, 0.045), ((front + back) / 2, y, top + 0.002), bevel=0.004)
            for y in np.linspace(-half, half, 9)[1:-1]
        ),
    ]


def seat() -> Mesh:
    """Return a seat that faces +X; the middle of its cushion's top is the origin."""
    back = plate(
        [(-0.06, 0.0), (0.05, 0.0), (0.04, 0.3), *arc((-0.015, 0.47), 0.045, 10, 170, 5), (-0.07, 0.3)],
        0.44,
        edge=0.03,
        plane="xz",
    )
    sides = [box((0.3, 0.06, 0.06), (0.03, s * 0.21, 0.0), bevel=0.02) for s in (-1, 1)]
    return join(
        [
            box((0.46, 0.46, 0.12), (0.0, 0, -0.06), bevel=0.035),
            back.moved((-0.24, 0, -0.02), turn=turned("y", -8)),
            *sides,
        ]
    )


def steering(at: tuple[float, float, float], lean: float = 40.0) -> Part:
    """Return a steering wheel with its column, which leans back towards -X by ``lean`` [deg]."""
    angles = np.linspace(0, 2 * np.pi, 20, endpoint=False)
    ring = tube(
        [(0.16 * float(np.cos(a)), 0.16 * float(np.sin(a)), 0.0) for a in angles], 0.014, closed=True, segments=8
    )
    spokes = [
        tube([(0, 0, -0.02), (0.155 * np.cos(a), 0.155 * np.sin(a), 0)], 0.01, segments=6)
        for a in np.radians((90, 210, 330))
    ]
    column = [
        cylinder(0.045, 0.05, (0, 0, -0.015), bevel=0.008, segments=14),
        cylinder(0.03, 0.34, (0, 0, -0.19), segments=12),
    ]
    return PLASTIC, join([ring, *spokes, *column]).moved(at, turn=turned("y", -lean))
