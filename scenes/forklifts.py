"""Forklifts: counterbalance trucks, reach trucks and walkie stackers. The forks point to +X; metres."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from palletjack_dr.scenes.driver import seated
from palletjack_dr.scenes.forklift_parts import VINYL, guard, mast, seat, steering, wheel
from palletjack_dr.scenes.materials import DARK_STEEL, LABEL, PLASTIC, paint
from palletjack_dr.scenes.mesh import arc, box, cylinder, join, loft, plate, tube, turned
from palletjack_dr.scenes.stage import Color, Material, Part, centred

LENS: Final = Material("Lens", (0.8, 0.8, 0.75), roughness=0.1)
REAR_LAMP: Final = Material("RearLamp", (0.5, 0.01, 0.008), roughness=0.2)
BEACON: Final = Material("Beacon", (0.8, 0.22, 0.0), roughness=0.2)
WEIGHT: Final = Material("Counterweight", (0.06, 0.06, 0.064), texture="metal_brushed")
RIM: Final = Material("Rim", (0.3, 0.28, 0.25), roughness=0.7)
STOP: Final = Material("Stop", (0.6, 0.01, 0.01), roughness=0.35)


@dataclass(frozen=True, kw_only=True)
class Forklift:
    """One model. ``mast_height`` and ``fork_height`` [m] are those of the outer stage and of the forks' upper side."""

    kind: Literal["counterbalance", "reach", "stacker"]
    color: Color
    mast_height: float
    fork_height: float = 0.1
    fork_length: float = 1.1
    driver: bool = False


FORKLIFTS: Final = {
    "counterbalance": Forklift(kind="counterbalance", color=(0.7, 0.16, 0.01), mast_height=2.1),
    "counterbalance_driven": Forklift(
        kind="counterbalance", color=(0.72, 0.42, 0.02), mast_height=2.1, fork_height=0.25, driver=True
    ),
    "counterbalance_raised": Forklift(
        kind="counterbalance", color=(0.5, 0.02, 0.015), mast_height=2.0, fork_height=1.5
    ),
    "reach_truck": Forklift(kind="reach", color=(0.5, 0.03, 0.015), mast_height=2.3, fork_length=1.0),
    "reach_truck_driven": Forklift(
        kind="reach", color=(0.72, 0.42, 0.02), mast_height=2.5, fork_height=0.2, fork_length=1.0, driver=True
    ),
    "stacker": Forklift(kind="stacker", color=(0.5, 0.03, 0.015), mast_height=1.95),
    "stacker_raised": Forklift(kind="stacker", color=(0.72, 0.42, 0.02), mast_height=1.9, fork_height=0.8),
}


def forklift(model: str) -> list[Part]:
    """Return the parts of a model, its footprint centred on the origin."""
    f = FORKLIFTS[model]
    make = {"counterbalance": _counterbalance, "reach": _reach_truck, "stacker": _stacker}[f.kind]
    return centred(make(f))


def _at(parts: list[Part], place: tuple[float, float, float], yaw: float = 0.0) -> list[Part]:
    turn = turned("z", yaw)
    return [(material, mesh.moved(place, turn=turn)) for material, mesh in parts]


def _counterbalance(f: Forklift) -> list[Part]:
    """Wheels at x = 0.45 and -0.85, mast at 0.8: drive axle below the mast, weight behind the rear axle."""
    body = paint(f.color)
    sill = plate([(0.62, 0.2), (0.7, 0.45), (0.3, 0.48), (-1.05, 0.48), (-1.05, 0.2)], 0.8, edge=0.02, plane="xz")
    fenders = [
        plate(
            [(0.12, 0.48), (0.1, 0.64), (0.2, 0.7), (0.66, 0.7), (0.74, 0.5), (0.72, 0.46), (0.14, 0.46)],
            0.24,
            edge=0.02,
            plane="xz",
            at=s * 0.43,
        )
        for s in (-1, 1)
    ]
    step = [box((0.34, 0.2, 0.06), (-0.12, s * 0.43, 0.32), bevel=0.012) for s in (-1, 1)]
    dash = plate([(0.55, 0.46), (0.66, 0.46), (0.6, 1.06), (0.5, 1.1), (0.44, 1.02)], 0.86, edge=0.03, plane="xz")
    hood = plate(
        [(-0.2, 0.46), (-0.24, 0.88), (-0.32, 0.93), (-0.98, 0.9), (-1.06, 0.8), (-1.06, 0.46)],
        0.82,
        edge=0.06,
        plane="xz",
    )
    plan = [(-0.9, -0.5), (-0.9, 0.5), *arc((-1.1, 0.25), 0.25, 90, 180, 7), *arc((-1.1, -0.25), 0.25, 180, 270, 7)]
    middle = np.array([-0.9, 0.0])
    weight = [
        [(*(middle + (np.asarray(p) - middle) * k), z) for p in plan]
        for k, z in ((0.94, 0.16), (1.0, 0.24), (1.0, 0.78), (0.96, 0.9), (0.84, 0.96))
    ]
    vents = [box((0.012, 0.42, 0.022), (-1.355, 0, z), bevel=0.003) for z in (0.55, 0.61, 0.67)]
    roof = guard(back=-0.92, front=0.32, half=0.44, low=0.68, top=2.08)
    lamps = [cylinder(0.065, 0.05, (0.41, s * 0.44, 1.72), axis="x", bevel=0.012, segments=16) for s in (-1, 1)]
    lenses = [cylinder(0.055, 0.012, (0.435, s * 0.44, 1.72), axis="x", segments=16) for s in (-1, 1)]
    tail = [box((0.03, 0.06, 0.16), (-1.0, s * 0.44, 1.6), bevel=0.006) for s in (-1, 1)]
    levers = [tube([(0.42, y, 0.98), (0.36, y, 1.14)], 0.008, segments=6) for y in (-0.2, -0.26, -0.32)]
    knobs = [cylinder(0.018, 0.036, (0.355, y, 1.15), bevel=0.008, segments=10) for y in (-0.2, -0.26, -0.32)]
    beacon = [cylinder(0.05, 0.1, (-0.75, 0.28, 2.15), bevel=0.012, segments=14)]
    parts: list[Part] = [
        (body, join([*fenders, dash, hood])),
        (WEIGHT, join([loft(weight, smooth=True), sill])),
        (
            DARK_STEEL,
            join([*roof, *step, *lamps, *vents, *levers, box((0.75, 0.84, 0.02), (0.15, 0, 0.482), bevel=0.003)]),
        ),
        (PLASTIC, join([*knobs, cylinder(0.056, 0.03, (-0.75, 0.28, 2.095), segments=14)])),
        (LENS, join(lenses)),
        (REAR_LAMP, join(tail)),
        (BEACON, join(beacon)),
        (VINYL, seat().moved((-0.5, 0, 1.04))),
        (LABEL, join([box((0.34, 0.001, 0.12), (-0.62, s * 0.4106, 0.68)) for s in (-1, 1)])),
        steering((0.3, 0, 1.2)),
    ]
    for s in (-1, 1):
        parts += wheel(0.33, 0.22, (0.42, s * 0.44, 0.33), RIM)
        parts += wheel(0.26, 0.18, (-0.85, s * 0.42, 0.26), RIM)
    parts += _at(
        mast(height=f.mast_height, fork_height=f.fork_height, width=0.78, fork_length=f.fork_length), (0.86, 0, 0)
    )
    if f.driver:
        parts += _at(seated(hands=(0.68, 0.13, 0.14)), (-0.5, 0, 1.05))
    return parts


def _reach_truck(f: Forklift) -> list[Part]:
    """A compact body whose driver sits across, two legs along the floor and between them the mast."""
    body = paint(f.color)
    plan = [(-0.02, -0.62), (-0.02, 0.62), *arc((-0.8, 0.42), 0.2, 90, 180, 6), *arc((-0.8, -0.42), 0.2, 180, 270, 6)]
    skirt = loft([[(x, y, z) for x, y in plan] for z in (0.07, 0.14)])
    lower = loft(
        [[((x + 0.4) * k - 0.4, y * k, z) for x, y in plan] for k, z in ((0.97, 0.14), (0.97, 0.52), (0.94, 0.56))]
    )
    rear = plate(
        [(-0.98, 0.5), (-0.98, 0.98), (-0.9, 1.06), (-0.66, 1.02), (-0.62, 0.5)], 0.86, edge=0.05, plane="xz", at=-0.12
    )
    battery = box((0.3, 1.16, 0.72), (-0.14, 0, 0.88), bevel=0.02)
    console = plate(
        [(0.26, 0.5), (0.58, 0.5), (0.58, 0.98), (0.44, 1.08), (0.26, 1.0)], 0.36, edge=0.03, plane="yz", at=-0.76
    )
    legs = []
    for s in (-1, 1):
        legs.append(
            plate(
                [(-0.1, 0.1), (-0.1, 0.36), (0.3, 0.3), (1.05, 0.26), (1.1, 0.2), (1.1, 0.1)],
                0.13,
                edge=0.015,
                plane="xz",
                at=s * 0.54,
            )
        )
    posts = [tube([(-0.93, y, 0.9), (-0.92, y, 2.1)], 0.035, segments=8) for y in (-0.5, 0.5)]
    posts += [tube([(-0.22, y, 1.15), (-0.22, y, 2.1)], 0.035, segments=8) for y in (-0.52, 0.52)]
    rim = [(x, y, 2.13) for x, y in (*arc((-0.85, -0.45), 0.1, 270, 180, 4), *arc((-0.85, 0.45), 0.1, 180, 90, 4))]
    rim += [(x, y, 2.13) for x, y in (*arc((-0.26, 0.47), 0.1, 90, 0, 4), *arc((-0.26, -0.47), 0.1, 0, -90, 4))]
    roof = [tube(rim, 0.04, closed=True, segments=8)]
    roof += [box((0.78, 0.02, 0.05), (-0.555, y, 2.13), bevel=0.004) for y in np.linspace(-0.46, 0.46, 8)]
    rails = [box((0.9, 0.03, 0.09), (0.5, s * 0.463, 0.2), bevel=0.006) for s in (-1, 1)]
    place = (0.2, 0, 0.0)
    parts: list[Part] = [
        (body, join([lower, rear, *legs])),
        (DARK_STEEL, join([skirt, *posts, *roof, *rails])),
        (PLASTIC, join([battery, console])),
        (VINYL, seat().moved((-0.5, -0.3, 0.88), turn=turned("z", 90))),
        (LABEL, box((0.001, 0.34, 0.1), (-0.9832, -0.1, 0.36))),
        (BEACON, cylinder(0.045, 0.09, (-0.55, -0.4, 2.2), bevel=0.012, segments=14)),
    ]
    parts += _at([steering((0, 0, 0), lean=15.0)], (-0.72, 0.4, 1.17), yaw=90)
    for s in (-1, 1):
        parts += wheel(0.14, 0.09, (1.0, s * 0.54, 0.14), RIM)
        parts += [(VINYL, cylinder(0.16, 0.1, (-0.72, s * 0.35, 0.16), axis="y", bevel=0.012))]
    parts += _at(mast(height=f.mast_height, fork_height=f.fork_height, width=0.74, fork_length=f.fork_length), place)
    if f.driver:
        parts += _at(seated(hands=(0.6, 0.15, 0.24)), (-0.506, -0.3, 0.9), yaw=90)
    return parts


def _stacker(f: Forklift) -> list[Part]:
    """A body like that of an electric pallet truck, a slim mast before it, and legs below the forks."""
    body = paint(f.color)
    plan = [(-0.08, -0.39), (-0.08, 0.39), *arc((-0.5, 0.25), 0.14, 90, 180, 6), *arc((-0.5, -0.25), 0.14, 180, 270, 6)]
    skirt = plate(plan, 0.22, edge=0.02, at=0.17)
    hood = loft(
        [
            [((x + 0.1) * k - 0.1, y * k, z) for x, y in plan]
            for k, z in ((0.95, 0.26), (0.95, 0.68), (0.9, 0.78), (0.76, 0.83))
        ],
        smooth=True,
    )
    legs = [
        plate(
            [(-0.05, 0.025), (-0.05, 0.085), (1.05, 0.085), (1.14, 0.05), (1.1, 0.025)],
            0.15,
            edge=0.008,
            plane="xz",
            at=s * 0.27,
        )
        for s in (-1, 1)
    ]
    base = box((0.16, 0.74, 0.16), (-0.03, 0, 0.146), bevel=0.015)
    tyres = [cylinder(0.04, 0.07, (0.95, s * 0.27, 0.04), axis="y", bevel=0.005, segments=18) for s in (-1, 1)]
    tyres += [
        cylinder(0.11, 0.07, (-0.42, 0, 0.11), axis="y", bevel=0.01),
        *(cylinder(0.06, 0.045, (-0.42, s * 0.28, 0.06), axis="y", bevel=0.008) for s in (-1, 1)),
    ]
    arm = plate([(-0.03, 0), (0.03, 0), (0.022, 0.72), (-0.022, 0.72)], 0.07, edge=0.01, plane="xz")
    bow = [(0, -0.05, 0.7), (0, -0.16, 0.77), (0.01, -0.17, 0.86), (0.02, -0.12, 0.92)]
    head = [
        tube(bow + [(x, -y, z) for x, y, z in reversed(bow)], 0.015),
        plate([(-0.035, 0.69), (0.035, 0.69), (0.03, 0.86), (-0.03, 0.86)], 0.1, edge=0.014, plane="xz"),
    ]
    head += [tube([(0, s * 0.045, 0.8), (0, s * 0.165, 0.8)], 0.016) for s in (-1, 1)]
    turn, pivot = turned("y", -18.0), (-0.52, 0.0, 0.34)
    shield = [box((0.006, 0.6, 0.02), (-0.12, 0, z)) for z in np.linspace(0.95, f.mast_height - 0.15, 12)]
    shield += [
        box((0.008, 0.02, f.mast_height - 0.95), (-0.12, y, 0.5 * f.mast_height + 0.4))
        for y in (-0.29, -0.1, 0.1, 0.29)
    ]
    parts: list[Part] = [
        (body, join([hood, base, *legs])),
        (DARK_STEEL, join([skirt, arm.moved(pivot, turn=turn), *shield])),
        (
            PLASTIC,
            join([*(m.moved(pivot, turn=turn) for m in head), box((0.12, 0.3, 0.01), (-0.3, 0, 0.832), bevel=0.003)]),
        ),
        (STOP, cylinder(0.025, 0.04, (-0.3, 0.22, 0.84), bevel=0.006, segments=14)),
        (VINYL, join(tyres)),
        (LABEL, box((0.14, 0.001, 0.07), (-0.3, -0.373, 0.55))),
    ]
    return parts + mast(
        height=f.mast_height, fork_height=max(f.fork_height, 0.13), width=0.66, fork_length=f.fork_length - 0.05
    )
