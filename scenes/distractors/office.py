"""What stands in offices: desks, chairs, cabinets, printer, plant, cooler, board, sofa."""

from __future__ import annotations

import numpy as np

from palletjack_dr.scenes.distractors.fittings import Point, castors, pipe, stood, wheel
from palletjack_dr.scenes.materials import DARK_STEEL, LABEL, PLASTIC, PLYWOOD, STEEL, WOOD, paint
from palletjack_dr.scenes.mesh import Mesh, box, cylinder, extrude, join, lathe, turned
from palletjack_dr.scenes.stage import Color, Material, Part

PALE = Material("Pale", (0.68, 0.68, 0.65), roughness=0.5)
SCREEN = Material("Screen", (0.01, 0.01, 0.012), roughness=0.08)


def cloth(color: Color) -> Material:
    """Return a mottled, dull cloth."""
    return Material("Paint", color, texture="plaster")


def desk() -> list[Part]:
    """A desk with a drawer unit and a modesty panel."""
    top = box((1.4, 0.7, 0.028), (0, 0, 0.726), bevel=0.004)
    legs = [
        box((0.05, 0.6, 0.03), (-0.62, 0, 0.015)),
        box((0.05, 0.05, 0.7), (-0.62, 0, 0.36)),
        box((0.05, 0.6, 0.04), (-0.62, 0, 0.69)),
    ]
    drawers = [box((0.4, 0.6, 0.7), (0.46, 0, 0.361), bevel=0.004)]
    fronts = [box((0.38, 0.016, 0.2), (0.46, -0.303, z), bevel=0.004) for z in (0.58, 0.36, 0.14)]
    grips = [box((0.12, 0.02, 0.012), (0.46, -0.316, z)) for z in (0.63, 0.41, 0.19)]
    panel = box((0.9, 0.018, 0.4), (-0.18, 0.22, 0.5))
    papers = [box((0.21, 0.297, 0.01 + 0.004 * k), (-0.3 + 0.3 * k, -0.1, 0.7455), bevel=0.001) for k in range(2)]
    return [
        (PLYWOOD, join([top, panel])),
        (DARK_STEEL, join(legs)),
        (paint((0.5, 0.5, 0.48)), join(drawers + fronts)),
        (STEEL, join(grips)),
        (LABEL, join(papers)),
    ]


def office_chair() -> list[Part]:
    """A swivel chair on five castors, with arms."""
    base, tyres = [cylinder(0.035, 0.3, (0, 0, 0.26), segments=14)], []
    for angle in range(0, 360, 72):
        spoke = extrude([(0.02, 0.12), (0.3, 0.07), (0.3, 0.1), (0.02, 0.17)], 0.045, plane="xz")
        base.append(spoke.moved(turn=turned("z", angle)))
        tyres += [
            wheel(0.03, 0.016, (0.28, s * 0.015, 0.03), segments=10).moved(turn=turned("z", angle)) for s in (-1, 1)
        ]
    base.append(box((0.3, 0.26, 0.05), (0, 0, 0.42), bevel=0.012))
    base += [pipe([(0, s * 0.24, 0.43), (0, s * 0.28, 0.46), (0, s * 0.28, 0.66)], 0.014) for s in (-1, 1)]
    base.append(pipe([(-0.1, 0, 0.42), (-0.27, 0, 0.46), (-0.28, 0, 0.75)], 0.022))
    pads = [box((0.26, 0.06, 0.03), (0.02, s * 0.28, 0.672), bevel=0.012) for s in (-1, 1)]
    seat = box((0.48, 0.48, 0.09), (0.02, 0, 0.485), bevel=0.035)
    back = box((0.08, 0.44, 0.58), (0, 0, 0), bevel=0.035).moved((-0.27, 0, 0.86), turn=turned("y", -8))
    return stood([(PLASTIC, join(base + pads + tyres)), (cloth((0.03, 0.035, 0.05)), join([seat, back]))])


def filing_cabinet() -> list[Part]:
    """Four drawers of files."""
    body = box((0.6, 0.42, 1.32), (0, 0, 0.66), bevel=0.006)
    fronts = [box((0.018, 0.39, 0.3), (0.302, 0, 0.17 + 0.32 * k), bevel=0.005) for k in range(4)]
    grips = [box((0.03, 0.14, 0.016), (0.316, 0, 0.22 + 0.32 * k), bevel=0.004) for k in range(4)]
    tags = [box((0.004, 0.09, 0.04), (0.311, 0, 0.27 + 0.32 * k)) for k in range(4)]
    return [(paint((0.36, 0.38, 0.37)), join([body, *fronts])), (STEEL, join(grips)), (LABEL, join(tags))]


def printer() -> list[Part]:
    """A floor-standing copier: trays, panel, lid, output slot."""
    body = [
        box((0.6, 0.58, 0.62), (0, 0, 0.37), bevel=0.015),
        box((0.58, 0.56, 0.16), (-0.01, 0, 0.9), bevel=0.02),
        box((0.5, 0.1, 0.2), (-0.04, 0.22, 0.75)),
        box((0.12, 0.56, 0.2), (-0.23, 0, 0.75)),
    ]
    lid = box((0.56, 0.56, 0.07), (-0.02, 0, 1.02), bevel=0.02)
    trays = [box((0.02, 0.5, 0.14), (0.3, 0, z), bevel=0.004) for z in (0.15, 0.32, 0.49)]
    slots = [box((0.01, 0.18, 0.025), (0.311, 0, z + 0.03)) for z in (0.15, 0.32, 0.49)]
    panel = box((0.14, 0.24, 0.02), (0.33, -0.12, 0.97))
    paper = box((0.3, 0.21, 0.012), (0.08, -0.08, 0.689))
    feet = castors([(i * 0.22, j * 0.22) for i in (-1, 1) for j in (-1, 1)], 0.02)
    return stood(
        [*feet, (PALE, join([*body, *trays])), (PLASTIC, join([lid, *slots])), (SCREEN, panel), (LABEL, paper)]
    )


def potted_plant() -> list[Part]:
    """A plant with long, arching leaves in a pot."""
    pot = lathe(
        [(0, 0.0), (0.14, 0.0), None, (0.14, 0.0), (0.19, 0.34), (0.2, 0.36), None, (0.17, 0.36), (0.17, 0.3)], 22
    )
    soil = cylinder(0.172, 0.02, (0, 0, 0.31), segments=22)
    rng = np.random.default_rng(7)
    leaves = [
        _leaf(float(rng.uniform(0.6, 1.05)), float(rng.uniform(0.25, 0.9)), 360 * k / 22 + float(rng.normal(0, 8)))
        for k in range(22)
    ]
    stem = pipe([(0, 0, 0.3), (0.02, 0.01, 0.5), (0.0, 0, 0.62)], 0.02)
    return [
        (Material("Paint", (0.4, 0.4, 0.38), roughness=0.4), pot),
        (Material("Soil", (0.05, 0.03, 0.02), roughness=0.95), soil),
        (Material("Leaves", (0.03, 0.13, 0.02), roughness=0.45), join(leaves)),
        (WOOD, stem),
    ]


def water_cooler() -> list[Part]:
    """A dispenser with its bottle upside down on top."""
    body = [
        box((0.32, 0.32, 0.3), (0, 0, 0.15), bevel=0.015),
        box((0.22, 0.32, 0.4), (-0.05, 0, 0.45)),
        box((0.32, 0.32, 0.36), (0, 0, 0.8), bevel=0.02),
    ]
    bottle = lathe(
        [
            (0.05, 0.96),
            (0.06, 1.0),
            (0.135, 1.05),
            (0.135, 1.15),
            (0.128, 1.17),
            (0.135, 1.19),
            (0.135, 1.3),
            (0.12, 1.34),
            (0, 1.35),
        ],
        22,
    )
    taps = [box((0.05, 0.03, 0.05), (0.17, y, 0.71), bevel=0.008) for y in (-0.06, 0.06)]
    tray = box((0.12, 0.22, 0.02), (0.08, 0, 0.315))
    water = Material("Bottle", (0.1, 0.25, 0.45), roughness=0.08)
    return [(PALE, join(body)), (water, bottle), (PLASTIC, join([*taps, tray]))]


def whiteboard() -> list[Part]:
    """A whiteboard on a wheeled frame, with notes on it."""
    board = box((0.012, 1.2, 0.86), (0, 0, 1.32))
    frame = [box((0.026, 1.24, 0.025), (0, 0, z)) for z in (0.89, 1.75)]
    frame += [box((0.027, 0.025, 0.87), (0, s * 0.608, 1.32)) for s in (-1, 1)]
    frame += [pipe([(0, s * 0.635, 0.12), (0, s * 0.635, 1.6)], 0.016) for s in (-1, 1)]
    frame += [box((0.5, 0.04, 0.03), (0, s * 0.635, 0.115)) for s in (-1, 1)] + [
        pipe([(0, -0.635, 0.4), (0, 0.635, 0.4)], 0.012)
    ]
    frame += [box((0.06, 0.5, 0.012), (0.04, 0, 0.885))]
    lines = [
        box((0.003, length, 0.012), (0.006, y - 0.25 + length / 2, z))
        for length, y, z in (
            (0.5, -0.2, 1.6),
            (0.36, -0.2, 1.5),
            (0.44, -0.2, 1.4),
            (0.3, -0.2, 1.3),
            (0.25, 0.4, 1.35),
        )
    ]
    notes = [box((0.003, 0.1, 0.1), (0.0065, y, z)) for y, z in ((0.3, 1.55), (0.43, 1.53), (0.3, 1.2))]
    white = Material("Enamel", (0.82, 0.83, 0.83), roughness=0.15)
    ink, yellow = Material("Ink", (0.02, 0.03, 0.2), roughness=0.5), Material("Note", (0.8, 0.65, 0.05), roughness=0.7)
    feet = castors([(x, s * 0.635) for x in (-0.22, 0.22) for s in (-1, 1)], 0.04)
    return stood([*feet, (white, board), (STEEL, join(frame)), (ink, join(lines)), (yellow, join(notes))])


def coat_stand() -> list[Part]:
    """A stand with hooks and a jacket on it."""
    stand = [
        pipe([(0, 0, 0.02), (0, 0, 1.75)], 0.02),
        lathe([(0.18, 0.0), (0.18, 0.02), (0.05, 0.04), (0.02, 0.06)], 20),
    ]
    for angle in range(0, 360, 90):
        hook = pipe([(0, 0, 1.62), (0.12, 0, 1.66), (0.17, 0, 1.74)], 0.012, segments=6)
        stand.append(hook.moved(turn=turned("z", angle)))
    jacket = lathe([(0.0, 0.83), (0.16, 0.85), (0.15, 1.2), (0.12, 1.5), (0.03, 1.66)], 10)
    folds = [
        lathe([(0.0, 0.95), (0.06, 0.97), (0.055, 1.3), (0.04, 1.52)], 8).moved((0.16, y, 0)) for y in (-0.12, 0.13)
    ]
    return [(WOOD, join(stand)), (cloth((0.03, 0.05, 0.1)), join([jacket.moved((0.13, 0, 0)), *folds]))]


def monitor_table() -> list[Part]:
    """A small table with a screen, keyboard and mouse."""
    top = box((0.7, 0.9, 0.025), (0, 0, 0.73), bevel=0.003)
    legs = [box((0.04, 0.04, 0.72), (i * 0.31, j * 0.41, 0.36)) for i in (-1, 1) for j in (-1, 1)]
    screen = [
        box((0.03, 0.56, 0.34), (-0.12, 0, 1.07), bevel=0.008),
        cylinder(0.11, 0.012, (-0.14, 0, 0.7485)),
        box((0.03, 0.06, 0.2), (-0.145, 0, 0.85)),
    ]
    glass = box((0.003, 0.53, 0.3), (-0.1045, 0, 1.075))
    keys = [
        box((0.14, 0.42, 0.018), (0.14, -0.04, 0.7515), bevel=0.005),
        box((0.1, 0.06, 0.03), (0.14, 0.27, 0.757), bevel=0.014),
    ]
    bright = Material("Desktop", (0.02, 0.05, 0.1), roughness=0.1, emissive=(20.0, 45.0, 80.0))
    return [(PLYWOOD, top), (STEEL, join(legs)), (PLASTIC, join([*screen, *keys])), (bright, glass)]


def sofa() -> list[Part]:
    """A two-seater."""
    soft = [box((0.85, 0.18, 0.5), (0, s * 0.71, 0.35), bevel=0.06) for s in (-1, 1)]
    soft += [box((0.8, 1.3, 0.22), (0, 0, 0.24), bevel=0.03), box((0.22, 1.3, 0.62), (-0.33, 0, 0.52), bevel=0.07)]
    cushions = [box((0.6, 0.62, 0.14), (0.1, s * 0.315, 0.41), bevel=0.05) for s in (-1, 1)]
    cushions += [
        box((0.16, 0.6, 0.4), (0, 0, 0), bevel=0.07).moved((-0.19, s * 0.31, 0.64), turn=turned("y", -10))
        for s in (-1, 1)
    ]
    feet = [cylinder(0.025, 0.14, (i * 0.34, j * 0.66, 0.07), segments=10) for i in (-1, 1) for j in (-1, 1)]
    return stood(
        [
            (cloth((0.12, 0.16, 0.2)), join(soft)),
            (Material("Cushion", (0.16, 0.2, 0.24), texture="plaster"), join(cushions)),
            (WOOD, join(feet)),
        ]
    )


def _leaf(length: float, droop: float, heading: float) -> Mesh:
    """A pointed leaf that rises, then bends over; thin but solid."""
    steps = np.linspace(0, 1, 6)
    rise = [(float(0.45 * length * t * (0.5 + droop)), float(length * (t - droop * t * t) * 0.9)) for t in steps]
    half = [0.012, 0.035, 0.042, 0.036, 0.02, 0.004]
    left: list[Point] = [(x, w, z) for (x, z), w in zip(rise, half, strict=True)]
    pieces = []
    for k in range(5):
        (x0, _, z0), (x1, _, z1) = left[k], left[k + 1]
        run = float(np.hypot(x1 - x0, z1 - z0))
        blade = extrude([(0, -half[k]), (run * 1.02, -half[k + 1]), (run * 1.02, half[k + 1]), (0, half[k])], 0.004)
        pitch = turned("y", -float(np.degrees(np.arctan2(z1 - z0, x1 - x0))))
        pieces.append(blade.moved((x0, 0, z0 + 0.32), turn=pitch))
    return join(pieces).moved(turn=turned("z", heading))
