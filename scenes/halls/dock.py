"""What a dock has: levellers in the floor, the yard behind the doors, a trailer's inside, controls, an office box."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from palletjack_dr.scenes.halls import loads
from palletjack_dr.scenes.halls.fittings import CABINET
from palletjack_dr.scenes.halls.hall import placed
from palletjack_dr.scenes.halls.shell import CEILING, HAZARD, THICKNESS, TRUSS, WALL, Opening
from palletjack_dr.scenes.halls.signs import SIGN_RED, SIGN_YELLOW
from palletjack_dr.scenes.materials import DARK_STEEL, PLYWOOD, RUBBER, paint
from palletjack_dr.scenes.mesh import Mesh, box, cylinder, join, tube
from palletjack_dr.scenes.stage import Material, Part

PLATE = Material("LevellerPlate", (0.2, 0.205, 0.21), texture="metal_brushed")
TRAILER_WALL = Material("TrailerWall", (0.55, 0.56, 0.55), roughness=0.45)
YARD_DEPTH = 1.2
"""How far the yard lies below the hall's floor [m]."""


def levellers(doors: Sequence[Opening], wall_x: float) -> list[Part]:
    """Return the steel plates in the floor before each door, striped along their sides."""
    plates = [box((2.2, 2.0, 0.004), (wall_x - 1.1, -o.x, 0.002)) for o in doors]
    seams = [box((0.03, 1.99, 0.006), (wall_x - x, -o.x, 0.003)) for o in doors for x in (0.4, 2.18)]
    stripes = [box((2.2, 0.12, 0.005), (wall_x - 1.1, -o.x + s * 1.07, 0.0025)) for o in doors for s in (-1, 1)]
    return [(PLATE, join(plates)), (DARK_STEEL, join(seams)), (HAZARD, join(stripes))]


def yard(wall_x: float, doors: Sequence[Opening], *, daylight: bool) -> list[Part]:
    """Return what is seen through open doors: asphalt, a far row of buildings, the sky as a glowing panel."""
    glow = 1.0 if daylight else 0.002
    ground = Material("YardGround", (0.2, 0.2, 0.2), roughness=0.9, emissive=(380 * glow, 390 * glow, 400 * glow))
    far = Material("FarBuilding", (0.25, 0.24, 0.22), roughness=0.9, emissive=(420 * glow, 430 * glow, 460 * glow))
    sky = Material("Sky", (0.7, 0.8, 0.9), roughness=1.0, emissive=(2700 * glow, 3000 * glow, 3400 * glow))
    x, low = wall_x + THICKNESS, -YARD_DEPTH
    blocks = [box((0.6, w, h), (x + 11.0, y, low + h / 2)) for y, w, h in ((-11, 8, 3.2), (-1, 7, 4.4), (9, 9, 2.6))]
    guides: list[Mesh] = []
    cushions: list[Mesh] = []
    for o in doors:
        y = -o.x
        for s in (-1, 1):
            guides.append(
                tube([(x + 0.8, y + s * 1.5, low + 0.2), (x + 3.2, y + s * 1.5, low + 0.2)], 0.09, segments=8)
            )
            cushions.append(box((0.5, 0.35, o.head), (x + 0.26, y + s * (o.width / 2 + 0.1), o.head / 2)))
            cushions.append(box((0.14, 0.25, 0.5), (x + 0.08, y + s * 0.9, -0.3)))
        cushions.append(box((0.5, o.width + 0.5, 0.5), (x + 0.27, y, o.head + 0.2)))
    return [
        (ground, box((12.0, 44.0, 0.1), (x + 6.0, 0, low - 0.05))),
        (far, join(blocks)),
        (sky, box((0.1, 44.0, 9.0), (x + 12.0, 0, low + 4.5))),
        (paint((0.62, 0.4, 0.02), "WheelGuide"), join(guides)),
        (RUBBER, join(cushions)),
        (TRUSS, box((0.16, 30.0, YARD_DEPTH), (x - 0.1, 0, low / 2 - 0.12))),
    ]


def trailer(rng: np.random.Generator, *, length: float = 9.0) -> list[Part]:
    """Return a trailer backed up to a door: from the wall's inner face at x = 0 outwards; goods at its far end."""
    start, width, height = THICKNESS + 0.52, 2.46, 2.65
    middle = start + length / 2
    skin = [box((length, 0.04, height), (middle, s * (width / 2 + 0.02), height / 2)) for s in (-1, 1)]
    skin += [box((length, width + 0.08, 0.04), (middle, 0, height + 0.02))]
    skin.append(box((0.04, width + 0.08, height + 0.04), (start + length + 0.02, 0, height / 2 + 0.02)))
    ribs = [
        box((0.05, 0.02, height), (x, s * (width / 2 - 0.01), height / 2))
        for x in np.arange(start + 0.6, start + length, 1.2)
        for s in (-1, 1)
    ]
    rails = [box((length - 0.1, 0.03, 0.3), (middle, s * (width / 2 - 0.0149), 0.16)) for s in (-1, 1)]
    lip = box((start + 0.6, 2.0, 0.015), ((start + 0.6) / 2, 0, 0.012))
    shelter = [box((0.06, 0.5, height + 0.6), (start - 0.045, s * 1.42, (height + 0.6) / 2)) for s in (-1, 1)]
    shelter.append(box((0.05, 2.8, 0.7), (start - 0.046, 0, height + 0.3)))
    parts: list[Part] = [
        (RUBBER, join(shelter)),
        (TRAILER_WALL, join(skin)),
        (DARK_STEEL, join([*ribs, *rails])),
        (PLYWOOD, box((length, width, 0.1), (middle, 0, -0.051))),
        (PLATE, lip),
    ]
    for x in (start + length - 0.7, start + length - 2.0, start + length - 3.3):
        for y in (-0.6, 0.6):
            if rng.random() < 0.8:
                parts += placed(loads.load(rng, float(rng.uniform(0.9, 1.6)), detail=0), (x, y, 0.001))
    return parts


def control_box() -> list[Part]:
    """Return a door's control box with two buttons and a lamp, in a wall's frame."""
    return [
        (CABINET, box((0.22, 0.12, 0.36), (0, -0.06, 0), bevel=0.01)),
        (SIGN_RED, cylinder(0.025, 0.03, (0, -0.13, -0.08), axis="y", segments=10)),
        (SIGN_YELLOW, cylinder(0.025, 0.03, (0, -0.13, 0.05), axis="y", segments=10)),
        (DARK_STEEL, cylinder(0.015, 1.4, (0, -0.02, 0.88), segments=6)),
    ]


def office() -> list[Part]:
    """Return an office box of 5.2 x 3.9 x 2.8 m, a window and a door towards -Y, a window towards +X; lit inside."""
    x, y, z = 5.2, 3.9, 2.8
    walls = [
        box((x, 0.1, 1.0), (0, -y / 2, 0.5)),
        box((x, 0.1, z - 2.2), (0, -y / 2, (z + 2.2) / 2)),
        box((0.5, 0.1, 1.2), (-x / 2 + 0.25, -y / 2, 1.6)),
        box((1.6, 0.1, 1.2), (x / 2 - 0.8, -y / 2, 1.6)),
        box((0.1, y - 0.1, 1.0), (x / 2 - 0.05, 0.05, 0.5)),
        box((0.1, y - 0.1, z - 2.2), (x / 2 - 0.05, 0.05, (z + 2.2) / 2)),
        box((0.1, 0.9, 1.2), (x / 2 - 0.05, y / 2 - 0.45, 1.6)),
        box((0.1, 0.5, 1.2), (x / 2 - 0.05, -y / 2 + 0.3, 1.6)),
    ]
    pane = Material("OfficeGlass", (0.3, 0.33, 0.32), roughness=0.08, emissive=(95.0, 88.0, 70.0))
    bars = [box((0.05, 0.13, 1.22), (px, -y / 2, 1.6)) for px in (-2.1, -1.07, -0.03, 1.0)]
    bars += [box((0.13, 0.05, 1.22), (x / 2 - 0.05, py, 1.6)) for py in (-1.4, -0.2, 1.0)]
    door = [box((0.9, 0.04, 2.05), (1.75, -y / 2 - 0.06, 1.025)), box((0.14, 0.06, 0.03), (1.45, -y / 2 - 0.1, 1.05))]
    desk = [box((1.6, 0.7, 0.04), (-1.0, -1.2, 0.74)), box((0.5, 0.05, 0.32), (-1.0, -1.0, 1.0))]
    return [
        (WALL, join(walls)),
        (CEILING, box((x + 0.1, y + 0.1, 0.08), (0, 0, z + 0.041))),
        (
            pane,
            join(
                [
                    box((3.09, 0.02, 1.19), (-0.55, -y / 2 + 0.01, 1.6)),
                    box((0.02, 2.49, 1.19), (x / 2 - 0.06, -0.2, 1.6)),
                ]
            ),
        ),
        (TRUSS, join(bars)),
        (paint((0.1, 0.2, 0.3), "OfficeDoor"), join(door)),
        (DARK_STEEL, join(desk)),
    ]
