"""Machines and fixtures of packing and workshop: strapping, wrapping, cleaning, drilling, weighing, vending."""

from __future__ import annotations

from palletjack_dr.scenes.distractors.fittings import castors, pipe, stood
from palletjack_dr.scenes.materials import DARK_STEEL, LABEL, PLASTIC, PLYWOOD, RUBBER, STEEL, WRAP, paint
from palletjack_dr.scenes.mesh import Mesh, box, cylinder, extrude, join, lathe, tube
from palletjack_dr.scenes.stage import Material, Part

SCREEN = Material("Screen", (0.02, 0.05, 0.08), roughness=0.08, emissive=(8.0, 30.0, 45.0))
RED = Material("Button", (0.55, 0.01, 0.01), roughness=0.35)
GREY = paint((0.42, 0.43, 0.42))
BLUE = paint((0.03, 0.12, 0.36))


def strapping_machine() -> list[Part]:
    """A table that straps parcels: cabinet with a steel top, an arch over it, a reel of strap at its side."""
    body = box((0.85, 0.52, 0.68), (0, 0, 0.44), bevel=0.012)
    top = box((0.9, 0.58, 0.03), (0, 0, 0.795), bevel=0.006)
    arch = [box((0.05, 0.06, 0.62), (0, s * 0.34, 1.08)) for s in (-1, 1)] + [box((0.05, 0.74, 0.06), (0, 0, 1.4))]
    doors = [box((0.4, 0.012, 0.56), (s * 0.21, -0.26, 0.44)) for s in (-1, 1)]
    reel = [cylinder(0.2, 0.012, (-0.2, 0.3 + k, 0.4), axis="y", segments=20) for k in (0.0, 0.16)]
    strap = cylinder(0.16, 0.15, (-0.2, 0.38, 0.4), axis="y", segments=20)
    panel = [box((0.16, 0.03, 0.1), (0.3, -0.28, 0.7))]
    yellow = Material("StrapReel", (0.7, 0.5, 0.03), roughness=0.4)
    castored = castors([(i * 0.34, j * 0.2) for i in (-1, 1) for j in (-1, 1)], 0.04)
    return stood(
        [
            *castored,
            (BLUE, join([body, *arch])),
            (STEEL, top),
            (paint((0.05, 0.16, 0.42), "Door"), join(doors)),
            (DARK_STEEL, join(reel + panel)),
            (yellow, strap),
            (RED, cylinder(0.014, 0.03, (0.34, -0.298, 0.71), axis="y", segments=10)),
        ]
    )


def stretch_wrapper() -> list[Part]:
    """A pallet wrapper: turntable with a ramp, a mast with the film carriage and its controls."""
    table = lathe([(0.62, 0.02), (0.62, 0.07), None, (0.62, 0.07), (0.0, 0.07)], 36).moved((0.45, 0, 0))
    base = [box((0.9, 0.4, 0.05), (-0.2, 0, 0.025)), box((0.4, 0.62, 0.12), (-0.55, 0, 0.06), bevel=0.01)]
    ramp = extrude([(1.05, 0.0), (1.42, 0.0), (1.05, 0.06)], 0.8, plane="xz")
    mast = box((0.2, 0.26, 1.95), (-0.56, 0, 1.06), bevel=0.015)
    slot = box((0.02, 0.1, 1.7), (-0.456, 0, 1.1))
    carriage = box((0.16, 0.34, 0.3), (-0.39, 0.05, 0.85), bevel=0.015)
    film = cylinder(0.09, 0.5, (-0.28, 0.16, 0.86), segments=20)
    core = cylinder(0.04, 0.56, (-0.28, 0.16, 0.86), segments=12)
    cabinet = box((0.16, 0.3, 0.4), (-0.6, -0.24, 1.3), bevel=0.012)
    ring = lathe([(0.6, 0.0715), (0.55, 0.0715)], 36).moved((0.45, 0, 0))
    return stood(
        [
            (GREY, join([*base, mast, cabinet])),
            (STEEL, table),
            (paint((0.7, 0.3, 0.02), "Accent"), join([ramp, carriage])),
            (DARK_STEEL, join([slot, ring, core])),
            (WRAP, film),
            (SCREEN, box((0.004, 0.18, 0.12), (-0.518, -0.25, 1.36))),
            (RED, cylinder(0.022, 0.03, (-0.51, -0.25, 1.2), axis="x", segments=12)),
        ]
    )


def floor_scrubber() -> list[Part]:
    """A walk-behind scrubber-drier: rounded tanks, brush head, squeegee, bow handle."""
    tank = [box((0.9, 0.48, 0.44), (0, 0, 0.48), bevel=0.09), box((0.62, 0.44, 0.2), (-0.06, 0, 0.76), bevel=0.08)]
    head = [
        cylinder(0.27, 0.14, (0.28, 0, 0.11), bevel=0.03, segments=24),
        box((0.4, 0.3, 0.12), (0.2, 0, 0.25), bevel=0.03),
    ]
    squeegee = [box((0.05, 0.76, 0.07), (-0.55, 0, 0.05), bevel=0.01), pipe([(-0.4, 0, 0.3), (-0.55, 0, 0.1)], 0.025)]
    hose = tube([(-0.55, 0.0, 0.1), (-0.66, 0.05, 0.35), (-0.5, 0.08, 0.66), (-0.35, 0.08, 0.8)], 0.028, segments=10)
    wheels = [cylinder(0.12, 0.06, (-0.22, s * 0.2, 0.12), axis="y", bevel=0.02) for s in (-1, 1)]
    handle = pipe(
        [
            (-0.36, -0.2, 0.72),
            (-0.62, -0.2, 0.96),
            (-0.66, -0.12, 1.0),
            (-0.66, 0.12, 1.0),
            (-0.62, 0.2, 0.96),
            (-0.36, 0.2, 0.72),
        ],
        0.018,
    )
    dash = box((0.16, 0.34, 0.1), (-0.44, 0, 0.83), bevel=0.03)
    lid = box((0.34, 0.3, 0.04), (0.05, 0, 0.868), bevel=0.018)
    shell = Material("Paint", (0.02, 0.22, 0.26), roughness=0.35)
    return stood(
        [
            (shell, join(tank)),
            (DARK_STEEL, join([*head, *squeegee, handle])),
            (RUBBER, join([*wheels, hose])),
            (PLASTIC, join([dash, lid])),
        ]
    )


def workbench() -> list[Part]:
    """A bench with a thick top, drawers on one side, a vice."""
    top = box((1.5, 0.7, 0.05), (0, 0, 0.85), bevel=0.006)
    legs = [box((0.06, 0.06, 0.825), (x, y, 0.4125)) for x in (-0.68, 0.1) for y in (-0.29, 0.29)]
    legs += [box((0.8, 0.04, 0.06), (-0.3, y, 0.15)) for y in (-0.29, 0.29)] + [
        box((0.78, 0.56, 0.02), (-0.3, 0, 0.19))
    ]
    cabinet = box((0.52, 0.62, 0.76), (0.46, 0, 0.445), bevel=0.006)
    fronts = [
        box((0.48, 0.016, h), (0.46, -0.313, z), bevel=0.005) for z, h in ((0.74, 0.13), (0.58, 0.15), (0.3, 0.36))
    ]
    grips = [box((0.2, 0.02, 0.018), (0.46, -0.327, z)) for z in (0.77, 0.62, 0.44)]
    vice = [
        box((0.16, 0.12, 0.06), (-0.5, -0.26, 0.905), bevel=0.01),
        box((0.06, 0.14, 0.1), (-0.47, -0.26, 0.97), bevel=0.01),
        box((0.05, 0.14, 0.1), (-0.58, -0.26, 0.97), bevel=0.01),
        cylinder(0.014, 0.22, (-0.63, -0.26, 0.94), axis="x", segments=10),
        cylinder(0.008, 0.2, (-0.72, -0.26, 0.94), segments=8),
    ]
    clutter = [
        box((0.34, 0.2, 0.16), (0.3, 0.12, 0.955), bevel=0.015),
        pipe([(0.2, 0.12, 1.02), (0.2, 0.12, 1.08), (0.4, 0.12, 1.08), (0.4, 0.12, 1.02)], 0.01),
    ]
    red = Material("Toolbox", (0.5, 0.02, 0.02), roughness=0.4)
    return [
        (PLYWOOD, top),
        (GREY, join([*legs, cabinet])),
        (paint((0.03, 0.13, 0.36), "Drawer"), join(fronts)),
        (STEEL, join(grips)),
        (paint((0.04, 0.1, 0.2), "Vice"), join(vice)),
        (red, join(clutter)),
    ]


def pillar_drill() -> list[Part]:
    """A drill press: foot, pillar, table, head with motor, feed handle."""
    green = paint((0.1, 0.22, 0.16))
    foot = box((0.56, 0.38, 0.06), (0, 0, 0.03), bevel=0.012)
    pillar = cylinder(0.05, 1.5, (-0.14, 0, 0.8), segments=20)
    table = [
        box((0.32, 0.32, 0.035), (0.08, 0, 0.85), bevel=0.006),
        box((0.16, 0.1, 0.08), (-0.1, 0, 0.81), bevel=0.01),
    ]
    head = [box((0.36, 0.24, 0.3), (0.02, 0, 1.42), bevel=0.03), box((0.5, 0.26, 0.12), (-0.04, 0, 1.62), bevel=0.03)]
    spindle = [
        cylinder(0.035, 0.14, (0.1, 0, 1.22), segments=16),
        cylinder(0.02, 0.08, (0.1, 0, 1.13), segments=12),
        cylinder(0.006, 0.12, (0.1, 0, 1.04), segments=8),
    ]
    motor = cylinder(0.085, 0.26, (-0.26, 0, 1.42), bevel=0.02, segments=20)
    spokes = [
        pipe([(0.06, -0.12, 1.38), (0.06 + 0.16 * c, -0.16, 1.38 + 0.16 * s)], 0.007)
        for c, s in ((1, 0), (-0.5, 0.87), (-0.5, -0.87))
    ]
    knobs = [
        cylinder(0.018, 0.036, (0.06 + 0.16 * c, -0.16, 1.38 + 0.16 * s), axis="y", segments=10, bevel=0.006)
        for c, s in ((1, 0), (-0.5, 0.87), (-0.5, -0.87))
    ]
    return stood(
        [
            (green, join([foot, *head, table[1]])),
            (STEEL, join([pillar, table[0], *spindle, *spokes])),
            (DARK_STEEL, motor),
            (RED, join(knobs)),
        ]
    )


def scale() -> list[Part]:
    """A floor scale: ribbed platform and a display on a column."""
    plate = box((0.8, 0.8, 0.02), (0, 0, 0.095), bevel=0.004)
    ribs = [box((0.78, 0.008, 0.006), (0, v, 0.106)) for v in (-0.3, -0.2, -0.1, 0, 0.1, 0.2, 0.3)]
    skirt = box((0.78, 0.78, 0.06), (0, 0, 0.055))
    feet = [cylinder(0.03, 0.03, (i * 0.34, j * 0.34, 0.015), segments=12) for i in (-1, 1) for j in (-1, 1)]
    column = [pipe([(-0.42, 0, 0.06), (-0.46, 0, 0.06), (-0.48, 0, 0.1), (-0.48, 0, 1.0)], 0.02)]
    head = box((0.08, 0.26, 0.16), (-0.47, 0, 1.07), bevel=0.012)
    return stood(
        [
            (STEEL, join([plate, *ribs])),
            (GREY, join([skirt, *column])),
            (RUBBER, join(feet)),
            (PLASTIC, head),
            (SCREEN, box((0.004, 0.18, 0.06), (-0.43, 0, 1.09))),
        ]
    )


def vending_machine() -> list[Part]:
    """A drinks machine with a lit window of bottles and a flap."""
    body = [box((0.72, 0.9, 1.8), (-0.02, 0, 0.93), bevel=0.02), box((0.66, 0.84, 0.04), (-0.02, 0, 0.02))]
    dark = box((0.02, 0.58, 1.2), (0.333, -0.12, 1.12))
    shelves = [box((0.02, 0.56, 0.012), (0.338, -0.12, z)) for z in (0.56, 0.8, 1.04, 1.28, 1.52)]
    rows: list[list[Mesh]] = [[], [], []]
    for j, z in enumerate((0.57, 0.81, 1.05, 1.29, 1.53)):
        for k in range(7):
            rows[(j + k // 2) % 3].append(box((0.012, 0.055, 0.15), (0.34, -0.36 + 0.08 * k, z + 0.08), bevel=0.005))
    panel = [box((0.02, 0.2, 0.5), (0.335, 0.31, 1.3))]
    flap = box((0.02, 0.56, 0.22), (0.338, -0.12, 0.3), bevel=0.008)
    banner = Material("Banner", (0.8, 0.8, 0.8), roughness=0.4, emissive=(120.0, 130.0, 140.0))
    tones = [
        Material(f"Bottle{k}", c, roughness=0.25)
        for k, c in enumerate(((0.6, 0.2, 0.02), (0.05, 0.3, 0.08), (0.5, 0.5, 0.55)))
    ]
    goods = [(m, join(r)) for m, r in zip(tones, rows, strict=True)]
    return stood(
        [
            (Material("Paint", (0.4, 0.02, 0.03), roughness=0.3), join(body)),
            (DARK_STEEL, join([dark, flap])),
            (STEEL, join([*shelves, *panel])),
            *goods,
            (SCREEN, box((0.004, 0.12, 0.08), (0.347, 0.31, 1.45))),
            (banner, box((0.012, 0.8, 0.05), (0.338, 0, 1.77))),
        ]
    )


def control_cabinet() -> list[Part]:
    """A switch cabinet on a plinth: two doors, handle, lamps, main switch, warning sign."""
    plinth = box((0.38, 0.98, 0.1), (0, 0, 0.05))
    body = box((0.4, 1.0, 1.7), (0, 0, 0.95), bevel=0.008)
    doors = [box((0.016, 0.48, 1.64), (0.204, s * 0.246, 0.95), bevel=0.006) for s in (-1, 1)]
    grips = [box((0.03, 0.025, 0.16), (0.22, s * 0.05, 1.0), bevel=0.006) for s in (-1, 1)]
    vents = [box((0.012, 0.2, 0.012), (0.21, 0.25, 0.4 + 0.03 * k)) for k in range(6)]
    lamps = [cylinder(0.016, 0.03, (0.216, -0.36 + 0.09 * k, 1.5), axis="x", segments=10) for k in (1, 2)]
    switch = [
        box((0.01, 0.09, 0.09), (0.213, -0.36, 1.36)),
        cylinder(0.03, 0.05, (0.23, -0.36, 1.36), axis="x", segments=12),
    ]
    sign = extrude([(0.18, 1.4), (0.32, 1.4), (0.25, 1.52)], 0.004, plane="yz", at=0.213)
    yellow = Material("Warning", (0.8, 0.55, 0.02), roughness=0.5)
    return stood(
        [
            (DARK_STEEL, join([plinth, *grips, *vents])),
            (paint((0.55, 0.56, 0.54)), body),
            (paint((0.6, 0.61, 0.58), "Doors"), join(doors)),
            (yellow, join([sign, switch[0]])),
            (RED, join([lamps[0], switch[1]])),
            (Material("Green", (0.02, 0.35, 0.05), roughness=0.3), lamps[1]),
            (LABEL, box((0.003, 0.16, 0.05), (0.213, 0.25, 1.66))),
        ]
    )
