"""Things that stand about in a warehouse, among them some that resemble a pallet truck. Origin on the floor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from palletjack_dr.scenes.goods import boxed, euro_pallet, stacked_cartons
from palletjack_dr.scenes.materials import DARK_STEEL, LABEL, PLASTIC, PLYWOOD, RUBBER, STEEL, WOOD, paint
from palletjack_dr.scenes.mesh import box, cylinder, extrude, join, lathe, tube, turned
from palletjack_dr.scenes.stage import Material, Part


def box_small() -> list[Part]:
    """One parcel."""
    return boxed((0.4, 0.3, 0.28), (0, 0, 0), shade=0)


def box_large() -> list[Part]:
    """A removal-size carton."""
    return boxed((0.8, 0.6, 0.62), (0, 0, 0), shade=1)


def box_stack() -> list[Part]:
    """Cartons piled by hand."""
    parts = boxed((0.6, 0.5, 0.42), (0, 0, 0), shade=0) + boxed((0.5, 0.4, 0.35), (0.03, -0.02, 0.42), shade=2, yaw=8)
    return parts + boxed((0.35, 0.3, 0.25), (-0.04, 0.02, 0.77), shade=3, yaw=-14)


def pallet() -> list[Part]:
    """An empty pallet of 1.2 x 0.8 m."""
    return euro_pallet()


def pallet_loaded() -> list[Part]:
    """A pallet of cartons."""
    return euro_pallet() + stacked_cartons(np.random.default_rng(11), (1.16, 0.76), 0.95, base=0.144)


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


def traffic_cone() -> list[Part]:
    """An orange cone with white bands on a black foot."""
    orange, white = (
        Material("Paint", (0.8, 0.12, 0.01), roughness=0.55),
        Material("Band", (0.8, 0.8, 0.78), roughness=0.4),
    )

    def ring(low: float, high: float) -> list[tuple[float, float]]:
        return [(0.145 - 0.155 * z, z) for z in (low, high)]

    body = join(
        [lathe(ring(a, b)) for a, b in ((0.04, 0.26), (0.36, 0.5), (0.6, 0.72))] + [cylinder(0.034, 0.02, (0, 0, 0.72))]
    )
    bands = join([lathe(ring(a, b)) for a, b in ((0.26, 0.36), (0.5, 0.6))])
    return [(orange, body), (white, bands), (RUBBER, box((0.38, 0.38, 0.04), (0, 0, 0.02), bevel=0.012))]


def plastic_crate() -> list[Part]:
    """A stackable tote of 60 x 40 cm, open at the top."""
    shell = Material("Paint", (0.03, 0.09, 0.4), roughness=0.42)
    x, y, h, wall = 0.6, 0.4, 0.32, 0.012
    pieces = [box((x, y, wall), (0, 0, wall / 2))]
    pieces += [box((x, wall, h), (0, s * (y - wall) / 2, h / 2), bevel=0.004) for s in (-1, 1)]
    pieces += [box((wall, y, h), (s * (x - wall) / 2, 0, h / 2), bevel=0.004) for s in (-1, 1)]
    pieces += [box((x + 0.02, 0.024, 0.03), (0, s * y / 2, h - 0.015), bevel=0.006) for s in (-1, 1)]
    pieces += [box((0.024, y + 0.02, 0.03), (s * x / 2, 0, h - 0.015), bevel=0.006) for s in (-1, 1)]
    pieces += [box((0.012, 0.012, h - 0.04), (u, s * (y / 2 + 0.004), h / 2)) for u in (-0.2, 0, 0.2) for s in (-1, 1)]
    return [(shell, join(pieces)), (LABEL, box((0.12, 0.002, 0.08), (0.1, -y / 2 - 0.002, 0.17)))]


def wood_crate() -> list[Part]:
    """A shipping crate of boards and battens."""
    x, y, h = 1.0, 0.7, 0.7
    battens = [box((0.09, y + 0.05, 0.09), (u, 0, 0.045)) for u in (-0.4, 0, 0.4)]
    frame = [
        box((0.1, 0.025, h), (u, s * (y / 2 + 0.012), 0.09 + h / 2), bevel=0.004)
        for u in (-0.45, 0.45)
        for s in (-1, 1)
    ]
    frame += [box((x, 0.025, 0.1), (0, s * (y / 2 + 0.012), z), bevel=0.004) for z in (0.14, 0.04 + h) for s in (-1, 1)]
    return [(PLYWOOD, box((x, y, h), (0, 0, 0.09 + h / 2), bevel=0.004)), (WOOD, join(battens + frame))]


def platform_cart() -> list[Part]:
    """A platform with four castors and a push bar: wheels and a loop, yet no pallet truck."""
    deck = box((1.0, 0.6, 0.03), (0, 0, 0.196), bevel=0.006)
    bar = [
        (-0.47, -0.26, 0.2),
        (-0.47, -0.26, 0.85),
        (-0.5, -0.2, 0.95),
        (-0.5, 0.2, 0.95),
        (-0.47, 0.26, 0.85),
        (-0.47, 0.26, 0.2),
    ]
    rails = [box((1.02, 0.03, 0.05), (0, s * 0.3, 0.19), bevel=0.006) for s in (-1, 1)]
    rails += [box((0.03, 0.58, 0.05), (s * 0.5, 0, 0.19), bevel=0.006) for s in (-1, 1)]
    wheels, forks = [], []
    for x in (-0.38, 0.38):
        for y in (-0.22, 0.22):
            wheels.append(cylinder(0.075, 0.035, (x, y, 0.075), axis="y", bevel=0.006))
            forks += [box((0.05, 0.006, 0.12), (x, y + s * 0.024, 0.12)) for s in (-1, 1)]
            forks.append(box((0.08, 0.07, 0.012), (x, y, 0.178)))
    blue = paint((0.02, 0.1, 0.36))
    return [(PLYWOOD, deck), (blue, join([tube(bar, 0.016), *rails])), (RUBBER, join(wheels)), (STEEL, join(forks))]


def hand_truck() -> list[Part]:
    """A sack truck, leaning a little."""
    lean = turned("y", -12)
    side = [(0, 0.0, 0.16), (0, 0.0, 1.0), (-0.06, 0.0, 1.14), (-0.16, 0.0, 1.18)]
    frame = [tube([(x, s * 0.2, z) for x, _, z in side], 0.014) for s in (-1, 1)]
    frame += [tube([(0, -0.2, z), (0, 0.2, z)], 0.011) for z in (0.3, 0.6, 0.9)]
    toe = box((0.24, 0.42, 0.008), (0.11, 0, 0.16), bevel=0.002)
    wheels = [cylinder(0.125, 0.06, (-0.1, s * 0.25, 0.125), axis="y", bevel=0.02) for s in (-1, 1)]
    hubs = [cylinder(0.06, 0.062, (-0.1, s * 0.25, 0.125), axis="y") for s in (-1, 1)]
    axle = cylinder(0.012, 0.5, (-0.1, 0, 0.125), axis="y")
    stays = [tube([(-0.1, s * 0.19, 0.125), (0.0, s * 0.2, 0.38)], 0.01, segments=8) for s in (-1, 1)]
    leaned = [m.moved((0, 0, 0.0), turn=lean) for m in (*frame, toe)]
    low = min(float(m.points[..., 2].min()) for m in leaned)
    leaned = [m.moved((0.05, 0, -low)) for m in leaned]
    return [(paint((0.5, 0.02, 0.02)), join([*leaned, *stays])), (RUBBER, join(wheels)), (STEEL, join([*hubs, axle]))]


def fire_extinguisher() -> list[Part]:
    """A 6 kg extinguisher on its foot."""
    shell = [
        (0, 0.0),
        (0.075, 0.0),
        (0.08, 0.012),
        None,
        (0.08, 0.012),
        (0.08, 0.38),
        (0.072, 0.43),
        (0.045, 0.465),
        (0.02, 0.475),
        (0.02, 0.5),
    ]
    hose = tube([(0.03, 0, 0.52), (0.09, 0.0, 0.5), (0.105, 0, 0.4), (0.095, 0, 0.2)], 0.009, segments=8)
    lever = join([box((0.12, 0.018, 0.012), (-0.05, 0, 0.53), bevel=0.003), cylinder(0.018, 0.04, (0, 0, 0.515)), hose])
    return [
        (Material("Paint", (0.5, 0.01, 0.01), roughness=0.3), lathe(shell, 28)),
        (PLASTIC, lever),
        (LABEL, cylinder(0.0808, 0.13, (0, 0, 0.25))),
    ]


def wet_floor_sign() -> list[Part]:
    """A folding warning board."""
    leaf = [(-0.15, 0.0), (0.15, 0.0), (0.1, 0.62), (0.07, 0.65), (-0.07, 0.65), (-0.1, 0.62)]
    board = extrude(leaf, 0.012, plane="yz")
    leaves = [board.moved((s * 0.16, 0, 0), turn=turned("y", -s * 13.5)) for s in (-1, 1)]
    print_ = [
        extrude([(-0.07, 0.2), (0.07, 0.2), (0, 0.36)], 0.014, plane="yz").moved(
            (s * 0.16, 0, 0), turn=turned("y", -s * 13.5)
        )
        for s in (-1, 1)
    ]
    low = min(float(m.points[..., 2].min()) for m in leaves)
    lift = (0, 0, -low)
    return [
        (Material("Paint", (0.85, 0.55, 0.01), roughness=0.5), join(leaves).moved(lift)),
        (DARK_STEEL, join(print_).moved(lift)),
    ]


def bin_container() -> list[Part]:
    """A two-wheeled waste container."""
    body = [box((0.5, 0.46, 0.06), (0, 0, 0.06), bevel=0.02)]
    sides = lathe(
        [(0.31, 0.08), (0.38, 0.94), None, (0.38, 0.94), (0.4, 0.94), (0.4, 0.99), None, (0.4, 0.99), (0.0, 1.04)], 4
    )
    body.append(sides.moved(turn=turned("z", 45)))
    wheels = [cylinder(0.1, 0.05, (-0.26, s * 0.2, 0.1), axis="y", bevel=0.012) for s in (-1, 1)]
    handle = tube([(-0.28, -0.18, 0.97), (-0.36, -0.18, 0.98), (-0.36, 0.18, 0.98), (-0.28, 0.18, 0.97)], 0.014)
    return [(Material("Paint", (0.02, 0.07, 0.03), roughness=0.5), join([*body, handle])), (RUBBER, join(wheels))]


DISTRACTORS: Final[dict[str, Callable[[], list[Part]]]] = {
    "box_small": box_small,
    "box_large": box_large,
    "box_stack": box_stack,
    "pallet": pallet,
    "pallet_loaded": pallet_loaded,
    "drum": drum,
    "traffic_cone": traffic_cone,
    "plastic_crate": plastic_crate,
    "wood_crate": wood_crate,
    "platform_cart": platform_cart,
    "hand_truck": hand_truck,
    "fire_extinguisher": fire_extinguisher,
    "wet_floor_sign": wet_floor_sign,
    "bin": bin_container,
}
