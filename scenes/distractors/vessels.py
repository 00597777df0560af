"""Containers for liquids and gases: drums, tank in a cage, canisters, bottles."""

from __future__ import annotations

import numpy as np

from palletjack_dr.scenes.distractors.fittings import pipe
from palletjack_dr.scenes.materials import DARK_STEEL, LABEL, PLASTIC, RUBBER, STEEL, paint
from palletjack_dr.scenes.mesh import Mesh, box, cylinder, join, lathe, turned
from palletjack_dr.scenes.stage import Material, Part

TANK = Material("Tank", (0.72, 0.75, 0.74), roughness=0.35)
ZINC = Material("Zinc", (0.5, 0.51, 0.52), roughness=0.42, metallic=0.7)


def drum() -> list[Part]:
    """A 200 l steel drum."""
    r = 0.29
    side: list[tuple[float, float] | None] = [
        (r, 0.0),
        (r, 0.26),
        (r + 0.012, 0.28),
        (r + 0.012, 0.3),
        (r, 0.32),
        (r, 0.55),
        (r + 0.012, 0.57),
    ]
    side += [(r + 0.012, 0.59), (r, 0.61), (r, 0.88), None, (r, 0.88), (r - 0.01, 0.88), (r - 0.015, 0.86), None]
    body = lathe([(0, 0.01), (r - 0.01, 0.01), (r - 0.01, 0), (r, 0), None, *side, (r - 0.015, 0.86), (0, 0.86)], 32)
    return [(paint((0.03, 0.12, 0.35)), body), (DARK_STEEL, cylinder(0.035, 0.02, (0.17, 0, 0.865)))]


def drum_plastic() -> list[Part]:
    """A 120 l plastic barrel with a lid and its clamping ring."""
    blue = Material("Paint", (0.02, 0.075, 0.34), roughness=0.42)
    body = lathe(
        [
            (0, 0.0),
            (0.2, 0.0),
            None,
            (0.2, 0.0),
            (0.225, 0.03),
            (0.235, 0.1),
            (0.245, 0.36),
            (0.24, 0.62),
            (0.215, 0.7),
            (0.215, 0.735),
        ],
        28,
    )
    lid = lathe(
        [
            (0.235, 0.735),
            (0.235, 0.79),
            None,
            (0.235, 0.79),
            (0.2, 0.79),
            None,
            (0.2, 0.79),
            (0.195, 0.775),
            None,
            (0.195, 0.775),
            (0, 0.775),
        ],
        28,
    )
    grips = [box((0.05, 0.12, 0.035), (s * 0.225, 0, 0.66), bevel=0.01) for s in (-1, 1)]
    ring = lathe([(0.236, 0.728), (0.244, 0.735), (0.244, 0.755), (0.236, 0.762)], 28)
    latch = box((0.02, 0.12, 0.025), (0.245, 0, 0.745), bevel=0.004)
    label = lathe([(0.2455, 0.28), (0.2465, 0.36), (0.2455, 0.44)], 28)
    kept = label.points[..., 0].min(axis=1) > 0.12
    label = Mesh(points=label.points[kept], normals=label.normals[kept], uvs=label.uvs[kept])
    return [(blue, join([body, *grips])), (PLASTIC, lid), (STEEL, join([ring, latch])), (LABEL, label)]


def ibc_tote() -> list[Part]:
    """A 1000 l tank of 1.2 x 1.0 x 1.16 m: a white block in a cage of steel tubes, on a steel pallet."""
    x, y, low, top = 0.58, 0.48, 0.17, 1.1
    block = box((2 * x, 2 * y, top - low), (0, 0, (top + low) / 2), bevel=0.07)
    rings = [
        pipe([(-x, -y, z), (x, -y, z), (x, y, z), (-x, y, z)], 0.011, closed=True, segments=6)
        for z in np.linspace(low + 0.06, top - 0.02, 6)
    ]
    bars = [
        box((0.016, 0.014, top - low), (u, s * (y + 0.008), (top + low) / 2))
        for u in np.linspace(-x + 0.04, x - 0.04, 9)
        for s in (-1, 1)
    ]
    bars += [
        box((0.014, 0.016, top - low), (s * (x + 0.008), v, (top + low) / 2))
        for v in np.linspace(-y + 0.04, y - 0.04, 7)
        for s in (-1, 1)
    ]
    bars += [box((0.05, 2 * y, 0.02), (u, 0, top + 0.02)) for u in (-0.25, 0.25)]
    feet = [box((0.12, 0.12, 0.12), (u, v, 0.065), bevel=0.01) for u in (-0.5, 0, 0.5) for v in (-0.42, 0.42)]
    feet += [box((1.2, 0.1, 0.012), (0, v, 0.006)) for v in (-0.42, 0.42)]
    deck = box((1.2, 1.0, 0.035), (0, 0, 0.145), bevel=0.008)
    lid = cylinder(0.1, 0.06, (0, 0, top + 0.02), bevel=0.015)
    valve = join([cylinder(0.04, 0.12, (x + 0.03, 0, 0.26), axis="x"), box((0.02, 0.12, 0.03), (x + 0.06, 0, 0.32))])
    plate = box((0.006, 0.42, 0.3), (x + 0.02, 0.0, 0.72))
    red = Material("Cap", (0.45, 0.02, 0.02), roughness=0.4)
    return [
        (TANK, block),
        (ZINC, join(rings + bars)),
        (paint((0.3, 0.32, 0.33)), join([deck, *feet])),
        (LABEL, plate),
        (DARK_STEEL, lid),
        (red, valve),
    ]


def jerrycans() -> list[Part]:
    """Three plastic canisters of 20 l."""
    cans, caps = [], []
    for x, y, yaw in ((0.0, 0.0, 4.0), (0.34, 0.03, -8.0), (0.12, -0.34, 25.0)):
        body = [box((0.28, 0.24, 0.34), (0, 0, 0.17), bevel=0.035), box((0.2, 0.2, 0.06), (0, 0, 0.345), bevel=0.028)]
        body.append(pipe([(-0.06, 0, 0.36), (-0.05, 0, 0.405), (0.07, 0, 0.405), (0.08, 0, 0.36)], 0.014))
        turn = turned("z", yaw)
        cans += [m.moved((x, y, 0), turn=turn) for m in body]
        caps.append(cylinder(0.03, 0.035, (-0.095, 0.06, 0.385), segments=16, bevel=0.005).moved((x, y, 0), turn=turn))
    return [
        (Material("Paint", (0.05, 0.14, 0.42), roughness=0.38), join(cans).moved((-0.13, 0.1, 0))),
        (Material("Cap", (0.5, 0.03, 0.02), roughness=0.4), join(caps).moved((-0.13, 0.1, 0))),
    ]


def gas_bottles() -> list[Part]:
    """Three tall gas bottles, chained in a rack with a back."""
    steel, collars, valves = [], [], []
    for y in (-0.27, 0.0, 0.27):
        shape = [(0, 0.03), (0.11, 0.03), None, (0.11, 0.03), (0.115, 0.05), (0.115, 1.22), (0.105, 1.3)]
        steel.append(lathe(shape, 20).moved((0, y, 0)))
        collars.append(lathe([(0.105, 1.3), (0.075, 1.37), (0.035, 1.41), (0.03, 1.44)], 20).moved((0, y, 0)))
        valves += [cylinder(0.033, 0.1, (0, y, 1.49), segments=12, bevel=0.01)]
    x, back = 0.0, -0.17
    rack = [box((0.34, 0.88, 0.03), (x - 0.02, 0, 0.015)), box((0.03, 0.88, 0.05), (back, 0, 1.0))]
    rack += [box((0.04, 0.04, 1.05), (back, s * 0.42, 0.53)) for s in (-1, 0, 1)]
    rack += [box((0.2, 0.03, 0.04), (back + 0.1, s * 0.42, 1.0)) for s in (-1, 1)]
    chain = box((0.012, 0.86, 0.025), (0.118, 0, 1.0))
    tones = (paint((0.25, 0.27, 0.28), "BottlePaint"), Material("Shoulder", (0.45, 0.32, 0.02), roughness=0.4))
    return [
        (tones[0], join(steel)),
        (tones[1], join(collars)),
        (STEEL, join([*valves, chain])),
        (paint((0.05, 0.16, 0.06)), join(rack)),
        (RUBBER, box((0.3, 0.86, 0.004), (-0.02, 0, 0.031))),
    ]
