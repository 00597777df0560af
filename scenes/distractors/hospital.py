"""What stands in hospitals: bed, wheelchair, infusion stand, instrument trolley, commode chair."""

from __future__ import annotations

import numpy as np

from palletjack_dr.scenes.distractors.fittings import castor_top, castors, hoop, pipe, stood, wheel
from palletjack_dr.scenes.materials import DARK_STEEL, PLASTIC, RUBBER, STEEL
from palletjack_dr.scenes.mesh import box, cylinder, join, lathe, turned
from palletjack_dr.scenes.stage import Material, Part

SHEET = Material("Sheet", (0.75, 0.77, 0.78), texture="plaster")
BLANKET = Material("Paint", (0.1, 0.24, 0.34), texture="plaster")
ENAMEL = Material("Enamel", (0.7, 0.71, 0.69), roughness=0.3)
VINYL = Material("Vinyl", (0.02, 0.03, 0.06), roughness=0.4)


def hospital_bed() -> list[Part]:
    """A bed of 2.1 m on castors: mattress with raised back, boards, side rails."""
    top = castor_top(0.075)
    frame = [box((1.9, 0.06, 0.07), (0, s * 0.34, top + 0.03)) for s in (-1, 1)]
    frame += [box((0.06, 0.74, 0.06), (u, 0, top + 0.03)) for u in (-0.85, 0.85)]
    frame += [box((0.08, 0.08, 0.26), (u, 0, top + 0.18)) for u in (-0.5, 0.5)]
    frame += [box((1.95, 0.84, 0.05), (0, 0, top + 0.32))]
    boards = [box((0.04, 0.9, 0.5), (s * 1.02, 0, top + 0.5), bevel=0.015) for s in (-1, 1)]
    mattress = [box((1.25, 0.84, 0.14), (0.33, 0, top + 0.41), bevel=0.04)]
    mattress.append(
        box((0.8, 0.84, 0.14), (0.4, 0, 0), bevel=0.04).moved((-0.27, 0, top + 0.41), turn=turned("y", 180 + 25))
    )
    blanket = box((0.95, 0.9, 0.13), (0.44, 0, top + 0.445), bevel=0.05)
    pillow = box((0.34, 0.58, 0.12), (0, 0, 0), bevel=0.055).moved((-0.72, 0, top + 0.75), turn=turned("y", 25))
    rails = []
    for s in (-1, 1):
        for z in (0.5, 0.6, 0.7):
            rails.append(pipe([(-0.5, s * 0.47, top + z), (0.45, s * 0.47, top + z)], 0.011, segments=6))
        rails += [
            pipe([(u, s * 0.47, top + 0.3), (u, s * 0.47, top + 0.7)], 0.011, segments=6) for u in (-0.5, -0.02, 0.45)
        ]
    wheels = castors([(i * 0.85, j * 0.34) for i in (-1, 1) for j in (-1, 1)], 0.075)
    return stood(
        [
            *wheels,
            (ENAMEL, join(frame)),
            (PLASTIC, join(boards)),
            (SHEET, join([*mattress, pillow])),
            (BLANKET, blanket),
            (STEEL, join(rails)),
        ]
    )


def wheelchair() -> list[Part]:
    """A wheelchair with hand rims and footrests."""
    tyres, rims, frame = [], [], []
    for s in (-1, 1):
        tyres.append(hoop(0.285, 0.017, (-0.12, s * 0.29, 0.302), steps=28))
        rims += [
            hoop(0.262, 0.007, (-0.12, s * 0.29, 0.302), steps=28, segments=4),
            hoop(0.24, 0.008, (-0.12, s * 0.325, 0.302), steps=28, segments=5),
            cylinder(0.03, 0.06, (-0.12, s * 0.29, 0.302), axis="y", segments=12),
        ]
        for angle in np.radians(np.arange(0, 180, 30)):
            c, d = 0.265 * float(np.cos(angle)), 0.265 * float(np.sin(angle))
            rims.append(pipe([(-0.12 + c, s * 0.29, 0.302 + d), (-0.12 - c, s * 0.29, 0.302 - d)], 0.0025, segments=4))
        tyres.append(wheel(0.085, 0.025, (0.31, s * 0.22, 0.085), segments=16))
        frame += [
            pipe(
                [(-0.22, s * 0.22, 0.25), (-0.22, s * 0.22, 0.86), (-0.27, s * 0.22, 0.92), (-0.38, s * 0.22, 0.92)],
                0.012,
            ),
            pipe([(-0.22, s * 0.22, 0.48), (0.28, s * 0.22, 0.48), (0.36, s * 0.2, 0.4), (0.44, s * 0.16, 0.1)], 0.012),
            pipe([(-0.22, s * 0.22, 0.25), (0.28, s * 0.22, 0.22), (0.28, s * 0.22, 0.48)], 0.012),
            pipe([(-0.22, s * 0.23, 0.7), (0.1, s * 0.23, 0.7), (0.16, s * 0.23, 0.48)], 0.011),
            box((0.03, 0.035, 0.14), (0.3, s * 0.22, 0.16)),
        ]
    frame += [
        pipe([(-0.12, -0.29, 0.302), (-0.12, 0.29, 0.302)], 0.012),
        pipe([(0.0, -0.21, 0.25), (0.0, 0.21, 0.46)], 0.01),
        pipe([(0.02, 0.21, 0.25), (0.02, -0.21, 0.46)], 0.01),
    ]
    seat = [box((0.44, 0.42, 0.05), (0.02, 0, 0.5), bevel=0.015), box((0.03, 0.42, 0.4), (-0.22, 0, 0.7), bevel=0.012)]
    seat += [box((0.26, 0.04, 0.03), (-0.06, s * 0.23, 0.722), bevel=0.01) for s in (-1, 1)]
    seat += [cylinder(0.018, 0.1, (-0.37, s * 0.22, 0.92), axis="x", segments=10) for s in (-1, 1)]
    plates = [box((0.16, 0.13, 0.012), (0.47, s * 0.1, 0.1)) for s in (-1, 1)]
    return stood(
        [
            (RUBBER, join(tyres)),
            (STEEL, join(rims)),
            (Material("Paint", (0.02, 0.08, 0.3), roughness=0.35), join(frame)),
            (VINYL, join(seat)),
            (PLASTIC, join(plates)),
        ]
    )


def iv_stand() -> list[Part]:
    """An infusion stand on five castors with two bags and a pump."""
    top = castor_top(0.03)
    places = [(0.28 * float(np.cos(t)), 0.28 * float(np.sin(t))) for t in np.radians(np.arange(0, 360, 72))]
    pole = [pipe([(0, 0, top), (0, 0, 1.95)], 0.012), cylinder(0.035, 0.06, (0, 0, top + 0.02), segments=14)]
    pole += [pipe([(0, 0, top + 0.03), (x, y, top)], 0.012, segments=6) for x, y in places]
    pole += [pipe([(0, 0, 1.94), (0, s * 0.12, 1.94), (0, s * 0.15, 1.97)], 0.006, segments=6) for s in (-1, 1)]
    bags = [box((0.035, 0.12, 0.22), (0, s * 0.13, 1.8), bevel=0.016) for s in (-1, 1)]
    lines = pipe([(0, 0.13, 1.7), (0.05, 0.11, 1.5), (0.06, 0.06, 1.2)], 0.004, segments=5)
    pump = box((0.14, 0.2, 0.16), (0.05, 0, 1.15), bevel=0.02)
    face = box((0.004, 0.11, 0.06), (0.1205, 0, 1.18))
    return [
        *castors(places, 0.03),
        (STEEL, join(pole)),
        (Material("Bag", (0.6, 0.66, 0.66), roughness=0.2), join([*bags, lines])),
        (ENAMEL, pump),
        (DARK_STEEL, face),
    ]


def instrument_trolley() -> list[Part]:
    """A stainless trolley of two trays with bowls, bottles and a towel."""
    base = castor_top(0.05)
    steel = [pipe([(i * 0.36, j * 0.22, base), (i * 0.36, j * 0.22, 0.9)], 0.012) for i in (-1, 1) for j in (-1, 1)]
    for z in (0.32, 0.84):
        steel.append(box((0.72, 0.44, 0.012), (0, 0, z)))
        steel += [box((0.72, 0.008, 0.05), (0, s * 0.22, z + 0.02)) for s in (-1, 1)]
        steel += [box((0.008, 0.44, 0.05), (s * 0.36, 0, z + 0.02)) for s in (-1, 1)]
    steel.append(pipe([(-0.36, -0.2, 0.86), (-0.46, -0.18, 0.93), (-0.46, 0.18, 0.93), (-0.36, 0.2, 0.86)], 0.011))
    steel.append(lathe([(0.05, 0.847), (0.09, 0.87), (0.12, 0.92)], 18).moved((0.18, 0.02, 0)))
    bottles = [
        lathe(
            [(0, 0.0), (0.03, 0.0), (0.035, 0.02), (0.035, 0.12), (0.014, 0.15), (0.014, 0.18), (0, 0.181)], 12
        ).moved((x, y, 0.846))
        for x, y in ((-0.25, 0.12), (-0.16, 0.14))
    ]
    towel = box((0.24, 0.26, 0.05), (-0.12, -0.06, 0.871), bevel=0.02)
    case = box((0.3, 0.2, 0.14), (0.1, 0, 0.397), bevel=0.012)
    wheels = castors([(i * 0.36, j * 0.22) for i in (-1, 1) for j in (-1, 1)], 0.05)
    brown = Material("Bottles", (0.12, 0.04, 0.01), roughness=0.2)
    green = Material("Towel", (0.05, 0.25, 0.2), texture="plaster")
    return stood([*wheels, (STEEL, join(steel)), (brown, join(bottles)), (green, towel), (ENAMEL, case)])


def commode_chair() -> list[Part]:
    """A toilet chair on castors, with armrests and a pail below its seat."""
    base = castor_top(0.05)
    frame = []
    for s in (-1, 1):
        frame += [
            pipe(
                [(0.22, s * 0.24, base), (0.22, s * 0.24, 0.66), (0.18, s * 0.24, 0.7), (-0.22, s * 0.24, 0.7)], 0.013
            ),
            pipe([(-0.22, s * 0.24, base), (-0.22, s * 0.24, 0.95)], 0.013),
            pipe([(-0.22, s * 0.24, 0.2), (0.22, s * 0.24, 0.2)], 0.011),
            pipe([(-0.22, s * 0.24, 0.46), (0.22, s * 0.24, 0.46)], 0.011),
        ]
    frame += [pipe([(-0.22, -0.24, z), (-0.22, 0.24, z)], 0.012) for z in (0.2, 0.95)]
    soft = [box((0.46, 0.46, 0.06), (0, 0, 0.5), bevel=0.02), box((0.04, 0.42, 0.3), (-0.2, 0, 0.8), bevel=0.015)]
    soft += [box((0.28, 0.05, 0.035), (0, s * 0.24, 0.715), bevel=0.012) for s in (-1, 1)]
    pail = lathe([(0, 0.24), (0.1, 0.24), None, (0.1, 0.24), (0.14, 0.46)], 18)
    wheels = castors([(i * 0.22, j * 0.24) for i in (-1, 1) for j in (-1, 1)], 0.05)
    return stood(
        [
            *wheels,
            (ENAMEL, join(frame)),
            (Material("Paint", (0.05, 0.16, 0.24), roughness=0.45), join(soft)),
            (PLASTIC, pail),
        ]
    )
