"""Carts that are pushed by hand, and trailers of a tugger train. They have wheels and handles, yet lift nothing."""

from __future__ import annotations

import numpy as np

from palletjack_dr.scenes.distractors.fittings import castor_top, castors, pipe, placed, stood, wire_panel
from palletjack_dr.scenes.goods import boxed
from palletjack_dr.scenes.materials import DARK_STEEL, PLASTIC, PLYWOOD, RUBBER, STEEL, WOOD, paint
from palletjack_dr.scenes.mesh import box, cylinder, join, lathe, tube, turned
from palletjack_dr.scenes.stage import Material, Part

ZINC = Material("Zinc", (0.5, 0.51, 0.52), roughness=0.42, metallic=0.7)


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


def roll_cage() -> list[Part]:
    """A roll container of 0.72 x 0.82 x 1.7 m: wire walls on three sides, a strap across the front, some parcels."""
    x, y, top, floor = 0.35, 0.4, 1.7, castor_top(0.055) + 0.03
    frame = []
    for s in (-1, 1):
        loop = [
            (-x, s * y, floor),
            (-x, s * y, top - 0.06),
            (-x + 0.06, s * y, top),
            (x - 0.06, s * y, top),
            (x, s * y, top - 0.06),
            (x, s * y, floor),
        ]
        frame.append(pipe(loop, 0.014))
    frame += [pipe([(-x, -y, z), (-x, y, z)], 0.012) for z in (top - 0.1, 0.9)]
    frame += [box((2 * x + 0.02, 0.035, 0.035), (0, s * y, floor - 0.015)) for s in (-1, 1)]
    frame += [box((0.035, 2 * y, 0.035), (s * x, 0, floor - 0.015)) for s in (-1, 1)]
    sides = [wire_panel((2 * x, top - floor - 0.06), (9, 14)).moved((0, s * y, floor)) for s in (-1, 1)]
    sides.append(wire_panel((2 * y, top - floor - 0.1), (10, 14)).moved((-x, 0, floor), turn=turned("z", 90)))
    shelf = box((2 * x - 0.02, 2 * y - 0.02, 0.012), (0, 0, floor))
    strap = box((0.004, 2 * y, 0.05), (x + 0.012, 0, 1.05))
    load = boxed((0.5, 0.6, 0.4), (0, 0.03, floor + 0.006), shade=0) + boxed(
        (0.45, 0.4, 0.3), (-0.05, 0.08, floor + 0.406), shade=2, yaw=6
    )
    corners = [(i * (x - 0.04), j * (y - 0.05)) for i in (-1, 1) for j in (-1, 1)]
    return [
        *castors(corners, 0.055),
        (ZINC, join(frame + sides)),
        (PLYWOOD, shelf),
        (Material("Strap", (0.4, 0.04, 0.02), roughness=0.7), strap),
        *load,
    ]


def shelf_trolley() -> list[Part]:
    """An order picker's trolley with three shelves between tube ends."""
    x, y, base = 0.55, 0.28, castor_top(0.075)
    ends = []
    for s in (-1, 1):
        loop = [
            (s * x, -y, base),
            (s * x, -y, 1.28),
            (s * x, -y + 0.06, 1.34),
            (s * x, y - 0.06, 1.34),
            (s * x, y, 1.28),
            (s * x, y, base),
        ]
        ends += [pipe(loop, 0.016), pipe([(s * x, -y, 0.62), (s * x, y, 0.62)], 0.011)]
    ends += [pipe([(-x - 0.005, y, 1.05), (-x - 0.12, y, 1.07), (-x - 0.12, -y, 1.07), (-x - 0.005, -y, 1.05)], 0.013)]
    lips = [box((2 * x, 0.02, 0.045), (0, s * y, z + 0.005)) for s in (-1, 1) for z in (base + 0.02, 0.6, 0.98)]
    shelves = [box((2 * x - 0.01, 2 * y - 0.01, 0.022), (0, 0, z)) for z in (base + 0.02, 0.6, 0.98)]
    load = boxed((0.4, 0.3, 0.2), (-0.25, 0.05, base + 0.031), shade=0) + boxed(
        (0.35, 0.3, 0.24), (0.2, -0.05, 0.611), shade=2, yaw=9
    )
    load += boxed((0.3, 0.25, 0.12), (0.1, 0, 0.991), shade=3, yaw=-12)
    corners = [(i * (x - 0.06), j * (y - 0.03)) for i in (-1, 1) for j in (-1, 1)]
    return [*castors(corners, 0.075), (paint((0.03, 0.12, 0.4)), join(ends + lips)), (PLYWOOD, join(shelves)), *load]


def tugger_trolley() -> list[Part]:
    """A trailer of a tugger train: a low frame on four wheels, a drawbar with an eye, a hitch, a box on it."""
    x, y, z = 0.62, 0.42, 0.2
    frame = [box((2 * x, 0.06, 0.06), (0, s * y, z)) for s in (-1, 1)]
    frame += [box((0.06, 2 * y, 0.06), (u, 0, z)) for u in (-x, 0, x)]
    frame += [box((0.03, 0.03, 0.12), (i * x, j * y, z + 0.07)) for i in (-1, 1) for j in (-1, 1)]
    bar = [box((0.5, 0.04, 0.03), (x + 0.27, 0, z - 0.02)), box((0.14, 0.1, 0.05), (x + 0.06, 0, z - 0.03))]
    eye = lathe(
        [
            (0.025, -0.012),
            (0.05, -0.012),
            None,
            (0.05, -0.012),
            (0.05, 0.012),
            None,
            (0.05, 0.012),
            (0.025, 0.012),
            None,
            (0.025, 0.012),
            (0.025, -0.012),
        ],
        16,
    ).moved((x + 0.55, 0, z - 0.02))
    hitch = [
        box((0.1, 0.09, 0.02), (-x - 0.06, 0, z + 0.01)),
        cylinder(0.014, 0.1, (-x - 0.08, 0, z + 0.05), segments=10),
    ]
    wheels = [
        cylinder(0.1, 0.045, (u, s * (y - 0.09), 0.1), axis="y", bevel=0.015) for u in (-0.42, 0.42) for s in (-1, 1)
    ]
    forks = [box((0.05, 0.075, 0.14), (u, s * (y - 0.09), 0.15)) for u in (-0.42, 0.42) for s in (-1, 1)]
    deck = box((2 * x, 2 * y - 0.06, 0.018), (0, 0, z + 0.02))
    crate = box((1.1, 0.7, 0.5), (0, 0, z + 0.28), bevel=0.02)
    rim = [box((1.13, 0.03, 0.06), (0, s * 0.35, z + 0.5)) for s in (-1, 1)]
    rim += [box((0.03, 0.73, 0.06), (s * 0.55, 0, z + 0.5)) for s in (-1, 1)]
    ribs = [box((0.05, 0.72, 0.44), (u, 0, z + 0.26)) for u in (-0.3, 0, 0.3)]
    grey = Material("BoxPlastic", (0.22, 0.24, 0.26), roughness=0.5)
    return stood(
        [
            (paint((0.02, 0.2, 0.12)), join(frame + bar)),
            (STEEL, join([eye, *hitch])),
            (RUBBER, join(wheels)),
            (DARK_STEEL, join(forks)),
            (PLYWOOD, deck),
            (grey, join([crate, *rim, *ribs])),
        ]
    )


def pallet_dolly() -> list[Part]:
    """A low frame on castors, two crates on it."""
    top = castor_top(0.05)
    frame = [box((0.8, 0.05, 0.045), (0, s * 0.275, top + 0.02)) for s in (-1, 1)]
    frame += [box((0.05, 0.6, 0.045), (u, 0, top + 0.0195)) for u in (-0.375, 0, 0.375)]
    lips = [box((0.05, 0.05, 0.05), (i * 0.4, j * 0.3, top + 0.05)) for i in (-1, 1) for j in (-1, 1)]
    corners = [(i * 0.34, j * 0.24) for i in (-1, 1) for j in (-1, 1)]
    crates = []
    for k in range(3):
        z = top + 0.045 + 0.2 * k
        crates.append(box((0.74, 0.54, 0.19), (0, 0, z + 0.1), bevel=0.01))
        crates += [box((0.78, 0.57, 0.03), (0, 0, z + 0.178), bevel=0.006)]
        crates += [box((0.03, 0.56, 0.15), (u, 0, z + 0.1)) for u in (-0.2, 0, 0.2)]
    return [
        *castors(corners, 0.05),
        (DARK_STEEL, join(frame + lips)),
        (Material("Paint", (0.42, 0.05, 0.02), roughness=0.45), join(crates)),
    ]


def shopping_trolley() -> list[Part]:
    """A wire basket that widens to its handle, on four castors."""
    low, high = (0.42, 0.19, 0.42), (0.46, 0.27, 0.98)
    wires = []
    for t in np.linspace(0, 1, 7):
        a, b, c = (float(np.interp(t, (0, 1), (low[k], high[k]))) for k in range(3))
        back = c + 0.05 * t
        ring = [(a, -b * 0.8, c), (a, b * 0.8, c), (-a, b, back), (-a, -b, back)]
        wires.append(pipe(ring, 0.008 if t == 1 else 0.003, closed=True, segments=4))
    for u in np.linspace(-1, 1, 13):
        for s in (-1, 1):
            width = 0.9 - 0.1 * u
            wires.append(
                pipe(
                    [(u * low[0], s * low[1] * width, low[2]), (u * high[0], s * high[1] * width, high[2] + 0.02)],
                    0.003,
                    segments=4,
                )
            )
        wires.append(pipe([(u * low[0], -0.17, low[2]), (u * low[0], 0.17, low[2])], 0.003, segments=4))
    for v in np.linspace(-0.8, 0.8, 7):
        for s in (-1, 1):
            wires.append(
                pipe([(s * low[0], v * low[1], low[2]), (s * high[0], v * high[1], high[2])], 0.003, segments=4)
            )
    frame = []
    for s in (-1, 1):
        leg = [
            (0.38, s * 0.2, 0.13),
            (-0.42, s * 0.25, 0.15),
            (-0.47, s * 0.25, 0.4),
            (-0.44, s * 0.25, 0.9),
            (-0.56, s * 0.25, 1.02),
        ]
        frame += [pipe(leg, 0.012), pipe([(0.3, s * 0.2, 0.14), (-0.4, s * 0.2, 0.42)], 0.01)]
    frame.append(pipe([(0.38, -0.2, 0.13), (0.38, 0.2, 0.13)], 0.012))
    handle = tube([(-0.56, -0.27, 1.02), (-0.56, 0.27, 1.02)], 0.017)
    wheels = castors([(0.34, -0.2), (0.34, 0.2), (-0.4, -0.25), (-0.4, 0.25)], 0.05)
    chrome = Material("Chrome", (0.62, 0.63, 0.64), roughness=0.25, metallic=1.0)
    return [*wheels, (chrome, join(wires + frame)), (Material("Paint", (0.5, 0.02, 0.02), roughness=0.4), handle)]


def cleaning_trolley() -> list[Part]:
    """A cleaner's trolley: two buckets, a press, a rubbish sack in a frame, a mop."""
    base = castor_top(0.04)
    deck = box((0.9, 0.46, 0.06), (0, 0, base + 0.03), bevel=0.02)
    frame = [
        pipe(
            [
                (-0.4, s * 0.2, base + 0.05),
                (-0.42, s * 0.2, 0.95),
                (-0.23, s * 0.2, 0.95),
                (-0.05, s * 0.2, 0.95),
                (-0.05, s * 0.2, base + 0.05),
            ],
            0.011,
        )
        for s in (-1, 1)
    ]
    frame.append(pipe([(-0.42, -0.2, 0.95), (-0.5, -0.18, 1.0), (-0.5, 0.18, 1.0), (-0.42, 0.2, 0.95)], 0.013))
    sack = lathe([(0, base + 0.08), (0.16, base + 0.1), (0.19, 0.4), (0.18, 0.7), (0.2, 0.93)], 14).moved((-0.23, 0, 0))
    sack_rim = box((0.4, 0.42, 0.03), (-0.235, 0, 0.945), bevel=0.01)
    pail = lathe(
        [
            (0, 0.0),
            (0.105, 0.0),
            None,
            (0.105, 0.0),
            (0.135, 0.27),
            (0.145, 0.28),
            None,
            (0.13, 0.28),
            (0.1, 0.06),
            None,
            (0.1, 0.06),
            (0, 0.06),
        ],
        20,
    )
    pails = [pail.moved((x, y, base + 0.055)) for x, y in ((0.16, -0.09), (0.33, 0.1))]
    press = [
        box((0.2, 0.16, 0.16), (0.2, -0.08, base + 0.42), bevel=0.03),
        pipe([(0.2, -0.08, base + 0.5), (0.14, -0.08, 0.98)], 0.01),
    ]
    mop = pipe([(0.33, 0.1, base + 0.1), (0.02, 0.19, 1.4)], 0.012)
    yellow, blue = (
        Material(n, c, roughness=0.45) for n, c in (("Press", (0.75, 0.45, 0.02)), ("Paint", (0.02, 0.12, 0.45)))
    )
    red = Material("Pail", (0.5, 0.03, 0.03), roughness=0.4)
    return [
        *castors([(i * 0.38, j * 0.18) for i in (-1, 1) for j in (-1, 1)], 0.04),
        (PLASTIC, deck),
        (STEEL, join(frame)),
        (Material("Sack", (0.02, 0.03, 0.03), roughness=0.3), sack),
        (blue, join([sack_rim, pails[0]])),
        (red, pails[1]),
        (yellow, join(press)),
        (WOOD, mop),
    ]


def hand_truck_lying() -> list[Part]:
    """The sack truck, put down on its back."""
    return stood(placed(hand_truck(), turn=turned("y", -78)))
