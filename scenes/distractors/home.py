"""What comes from home and garden: bicycle, wheelbarrow, mower, suitcase, golf bag, tyres, ball."""

from __future__ import annotations

import numpy as np

from palletjack_dr.scenes.distractors.fittings import castors, hoop, pipe, stood, wheel
from palletjack_dr.scenes.materials import DARK_STEEL, PLASTIC, RUBBER, STEEL, WOOD, paint
from palletjack_dr.scenes.mesh import Mesh, box, cylinder, extrude, join, lathe, turned
from palletjack_dr.scenes.stage import Material, Part


def bicycle() -> list[Part]:
    """A bicycle on its stand."""
    rear, front, r = (-0.52, 0.0, 0.345), (0.54, 0.0, 0.345), 0.325
    tyres = [hoop(r, 0.02, at, steps=28) for at in (rear, front)]
    rims = [hoop(r - 0.025, 0.009, at, steps=28, segments=4) for at in (rear, front)]
    for x, _, z in (rear, front):
        rims.append(cylinder(0.025, 0.09, (x, 0, z), axis="y", segments=10))
        for angle in np.radians(np.arange(0, 180, 22.5)):
            c, s = 0.3 * float(np.cos(angle)), 0.3 * float(np.sin(angle))
            rims.append(pipe([(x - c, 0, z - s), (x + c, 0, z + s)], 0.002, segments=4))
    seat_low, seat_high, crank, head, head_low = (
        (-0.16, 0, 0.5),
        (-0.27, 0, 0.86),
        (-0.1, 0, 0.28),
        (0.36, 0, 0.86),
        (0.4, 0, 0.7),
    )
    frame = [
        pipe([crank, seat_low, seat_high], 0.016),
        pipe([seat_high, head], 0.015),
        pipe([crank, head_low], 0.017),
        pipe([head_low, head], 0.02),
    ]
    for s in (-1, 1):
        frame += [
            pipe([(-0.13, s * 0.02, 0.29), (rear[0], s * 0.045, rear[2])], 0.009),
            pipe([(-0.26, s * 0.02, 0.83), (rear[0], s * 0.045, rear[2])], 0.008),
            pipe([(0.405, s * 0.045, 0.68), (front[0], s * 0.045, front[2])], 0.01),
        ]
    steel = [
        pipe([seat_high, (-0.31, 0, 0.96)], 0.013),
        pipe([head, (0.34, 0, 0.97)], 0.013),
        pipe([(0.28, -0.3, 1.0), (0.38, -0.2, 1.02), (0.36, 0, 0.97), (0.38, 0.2, 1.02), (0.28, 0.3, 1.0)], 0.012),
        cylinder(0.09, 0.006, (-0.1, -0.05, 0.28), axis="y", segments=20),
        pipe([(-0.1, -0.07, 0.28), (0.02, -0.08, 0.16)], 0.01),
        pipe([(-0.1, 0.07, 0.28), (-0.22, 0.08, 0.4)], 0.01),
        pipe([(-0.3, 0.05, 0.34), (-0.26, 0.22, 0.005)], 0.009),
    ]
    dark = [
        box((0.26, 0.15, 0.05), (-0.33, 0, 0.985), bevel=0.022),
        box((0.09, 0.09, 0.02), (0.02, -0.12, 0.16)),
        box((0.09, 0.09, 0.02), (-0.22, 0.12, 0.4)),
    ]
    dark += [pipe([(0.31, s * 0.26, 1.01), (0.255, s * 0.33, 0.995)], 0.017) for s in (-1, 1)]
    return stood(
        [
            (RUBBER, join(tyres)),
            (STEEL, join([*rims, *steel])),
            (paint((0.02, 0.2, 0.22)), join(frame)),
            (PLASTIC, join(dark)),
        ]
    )


def wheelbarrow() -> list[Part]:
    """A builder's barrow: deep tray, one wheel in front, two handles."""
    low, high = ((-0.28, 0.35), (-0.2, 0.2), 0.32), ((-0.5, 0.55), (-0.33, 0.33), 0.62)
    tray = _tray(low, high)
    rim_path = [(x, y, 0.62) for x, y in ((-0.5, -0.33), (0.55, -0.33), (0.55, 0.33), (-0.5, 0.33))]
    frame = []
    for s in (-1, 1):
        frame += [
            pipe(
                [(0.62, s * 0.07, 0.19), (0.2, s * 0.22, 0.29), (-0.45, s * 0.33, 0.42), (-0.75, s * 0.33, 0.58)], 0.017
            ),
            pipe(
                [(-0.08, s * 0.24, 0.36), (-0.3, s * 0.25, 0.02), (-0.36, s * 0.25, 0.02), (-0.4, s * 0.26, 0.44)],
                0.015,
            ),
        ]
    frame.append(pipe([(-0.34, -0.25, 0.2), (-0.34, 0.25, 0.2)], 0.012))
    grips = [pipe([(-0.7, s * 0.33, 0.553), (-0.83, s * 0.33, 0.622)], 0.021) for s in (-1, 1)]
    tyre, hub = (
        wheel(0.19, 0.09, (0.62, 0, 0.19), segments=22),
        cylinder(0.09, 0.1, (0.62, 0, 0.19), axis="y", segments=16),
    )
    return stood(
        [
            (paint((0.04, 0.22, 0.08)), join([*tray, pipe(rim_path, 0.012, closed=True)])),
            (DARK_STEEL, join(frame)),
            (RUBBER, join([tyre, *grips])),
            (Material("Hub", (0.6, 0.4, 0.02), roughness=0.5), hub),
        ]
    )


def lawn_mower() -> list[Part]:
    """A petrol mower with its catcher."""
    deck = [box((0.6, 0.48, 0.14), (0.15, 0, 0.17), bevel=0.05), box((0.3, 0.44, 0.1), (0.05, 0, 0.24), bevel=0.04)]
    engine = [
        cylinder(0.12, 0.14, (0.18, 0, 0.34), bevel=0.02, segments=20),
        box((0.16, 0.24, 0.1), (0.12, 0.02, 0.36), bevel=0.02),
        cylinder(0.035, 0.05, (0.06, 0.14, 0.42), segments=12),
    ]
    wheels = [wheel(r, 0.05, (x, s * 0.26, r), segments=18) for x, r in ((0.38, 0.1), (-0.12, 0.12)) for s in (-1, 1)]
    hubs = [
        cylinder(0.5 * r, 0.056, (x, s * 0.26, r), axis="y", segments=12)
        for x, r in ((0.38, 0.1), (-0.12, 0.12))
        for s in (-1, 1)
    ]
    bar = pipe(
        [
            (-0.08, -0.2, 0.22),
            (-0.7, -0.22, 0.92),
            (-0.8, -0.18, 1.0),
            (-0.8, 0.18, 1.0),
            (-0.7, 0.22, 0.92),
            (-0.08, 0.2, 0.22),
        ],
        0.013,
    )
    sack = box((0.46, 0.4, 0.32), (0, 0, 0), bevel=0.07).moved((-0.42, 0, 0.33), turn=turned("y", 12))
    return stood(
        [
            (Material("Paint", (0.5, 0.03, 0.015), roughness=0.35), join(deck)),
            (DARK_STEEL, join([*engine, bar])),
            (RUBBER, join(wheels)),
            (Material("Hub", (0.6, 0.6, 0.58), roughness=0.5), join(hubs)),
            (Material("Catcher", (0.03, 0.03, 0.033), texture="plaster"), sack),
        ]
    )


def suitcase() -> list[Part]:
    """A ribbed hard-shell case on wheels, its handle pulled out."""
    shell = [box((0.26, 0.46, 0.66), (0, 0, 0.39), bevel=0.05)]
    shell += [box((0.275, 0.03, 0.54), (0, y, 0.39), bevel=0.008) for y in np.linspace(-0.16, 0.16, 6)]
    seam = box((0.012, 0.468, 0.668), (0, 0, 0.39), bevel=0.005)
    handle = pipe(
        [(-0.1, -0.11, 0.7), (-0.1, -0.11, 1.02), (-0.1, 0, 1.02), (-0.1, 0.11, 1.02), (-0.1, 0.11, 0.7)], 0.009
    )
    grip = pipe([(-0.1, -0.12, 1.02), (-0.1, 0.12, 1.02)], 0.017)
    return [
        *castors([(i * 0.09, j * 0.18) for i in (-1, 1) for j in (-1, 1)], 0.024),
        (Material("Paint", (0.02, 0.12, 0.2), roughness=0.35), join(shell)),
        (STEEL, handle),
        (PLASTIC, join([seam, grip])),
    ]


def golf_bag() -> list[Part]:
    """A golf bag with clubs, leaning on its legs."""
    bag = [
        lathe(
            [
                (0, 0.0),
                (0.12, 0.0),
                None,
                (0.12, 0.0),
                (0.125, 0.1),
                (0.115, 0.5),
                (0.13, 0.86),
                None,
                (0.13, 0.86),
                (0, 0.86),
            ],
            18,
        )
    ]
    pockets = [box((0.09, 0.18, 0.3), (0.1, 0, 0.22), bevel=0.035), box((0.07, 0.15, 0.2), (0.1, 0, 0.58), bevel=0.03)]
    clubs, heads = [], []
    for k, (x, y) in enumerate(((0.05, 0.04), (-0.05, 0.05), (0.0, -0.06), (-0.06, -0.03), (0.06, -0.03))):
        length = 1.02 + 0.05 * k
        clubs.append(pipe([(x, y, 0.8), (x * 1.5, y * 1.5, length)], 0.006, segments=6))
        heads.append(box((0.09, 0.035, 0.05), (x * 1.5 + 0.02, y * 1.5, length), bevel=0.014))
    tilt = turned("y", 14)
    legs = [pipe([(0.18, s * 0.06, 0.72), (0.48, s * 0.24, 0.0)], 0.009) for s in (-1, 1)]
    leaned = [
        (Material("Paint", (0.03, 0.05, 0.12), texture="plaster"), join(bag)),
        (Material("Pocket", (0.3, 0.3, 0.3), texture="plaster"), join(pockets)),
        (STEEL, join(clubs)),
        (DARK_STEEL, join(heads)),
    ]
    return stood([(m, mesh.moved(turn=tilt)) for m, mesh in leaned] + [(PLASTIC, join(legs))])


def tyre_stack() -> list[Part]:
    """Four car tyres, one on the other."""
    side = [(0.2, 0.0), (0.24, -0.09), (0.29, -0.1), (0.315, -0.085), None, (0.315, -0.085), (0.32, -0.05)]
    shape = [*side, (0.32, 0.05), (0.315, 0.085), None, (0.315, 0.085), (0.29, 0.1), (0.24, 0.09), (0.2, 0.0)]
    tyre = [lathe(shape, 28)]
    tyre += [lathe([(0.3205, z), (0.3225, z + 0.012), (0.3205, z + 0.024)], 28) for z in (-0.06, -0.012, 0.036)]
    stack = [
        join(tyre).moved((x, y, 0.1 + 0.2 * k))
        for k, (x, y) in enumerate(((0, 0), (0.02, -0.01), (-0.015, 0.02), (0.01, 0.0)))
    ]
    return stood([(RUBBER, join(stack))])


def ball() -> list[Part]:
    """An exercise ball of 55 cm."""
    angles = np.radians(np.linspace(-90, 90, 15))
    return [
        (
            Material("Paint", (0.35, 0.03, 0.1), roughness=0.4),
            lathe([(0.275 * float(np.cos(t)), 0.275 + 0.275 * float(np.sin(t))) for t in angles], 24),
        )
    ]


def step_stool() -> list[Part]:
    """A round rolling step."""
    body = lathe(
        [
            (0.22, 0.02),
            (0.22, 0.07),
            (0.19, 0.09),
            (0.15, 0.4),
            None,
            (0.15, 0.4),
            (0.155, 0.43),
            None,
            (0.155, 0.43),
            (0, 0.43),
        ],
        24,
    )
    treads = lathe([(0.2215, 0.03), (0.2215, 0.06)], 24)
    return stood(
        [
            (Material("Paint", (0.45, 0.03, 0.02), roughness=0.4), body),
            (RUBBER, join([treads, cylinder(0.13, 0.008, (0, 0, 0.434))])),
        ]
    )


def wooden_barrel() -> list[Part]:
    """A barrel of staves with steel hoops."""
    staves = lathe(
        [
            (0, 0.02),
            (0.22, 0.02),
            None,
            (0.23, 0.0),
            (0.27, 0.2),
            (0.285, 0.42),
            (0.27, 0.64),
            (0.23, 0.84),
            None,
            (0.21, 0.84),
            (0.21, 0.81),
            None,
            (0.21, 0.81),
            (0, 0.81),
        ],
        26,
    )
    hoops = [
        lathe([(r + 0.004, z), (r2 + 0.004, z + 0.04)], 26)
        for r, r2, z in ((0.238, 0.247, 0.03), (0.274, 0.279, 0.24), (0.279, 0.274, 0.56), (0.247, 0.238, 0.77))
    ]
    return [(WOOD, staves), (DARK_STEEL, join(hoops))]


_Ground = tuple[tuple[float, float], tuple[float, float], float]


def _tray(low: _Ground, high: _Ground) -> list[Mesh]:
    """A tray of five thin plates, from its floor (x range, y range, z) to its rim."""
    (x, y, z), (u, v, top) = low, high
    plates = [box((x[1] - x[0], y[1] - y[0], 0.008), ((x[0] + x[1]) / 2, 0, z))]
    corners = [((x[i], y[j], z), (u[i], v[j], top)) for i, j in ((0, 0), (1, 0), (1, 1), (0, 1))]
    for k in range(4):
        (a, c), (b, d) = corners[k], corners[(k + 1) % 4]
        plates.append(_plate(np.array([a, b, d, c])))
    return plates


def _plate(quad: np.ndarray) -> Mesh:
    """A plate of 6 mm with the given four corners."""
    normal = np.cross(quad[1] - quad[0], quad[3] - quad[0])
    normal /= np.linalg.norm(normal)
    along = (quad[1] - quad[0]) / np.linalg.norm(quad[1] - quad[0])
    basis = np.stack([along, np.cross(normal, along), normal], axis=1)
    flat = (quad - quad[0]) @ basis
    return extrude(flat[:, :2], 0.006).moved(quad[0], turn=basis)
