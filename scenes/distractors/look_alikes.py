"""Things that a detector may take for a pallet truck: wheels, a low body, an upright handle, no lifting forks."""

from __future__ import annotations

from palletjack_dr.scenes.distractors.carts import hand_truck_lying
from palletjack_dr.scenes.distractors.fittings import Point, castor_top, castors, pipe, stood, wheel
from palletjack_dr.scenes.goods import boxed
from palletjack_dr.scenes.materials import DARK_STEEL, PLASTIC, RUBBER, STEEL, paint
from palletjack_dr.scenes.mesh import Mesh, box, cylinder, join, lathe, turned
from palletjack_dr.scenes.stage import Material, Part

__all__ = [
    "drum_truck",
    "floor_sweeper",
    "hand_truck_lying",
    "lift_table",
    "red_tool_box",
    "red_trolley",
    "stacker_base",
    "tugger_tiller",
]

RED = paint((0.54, 0.03, 0.02))


def floor_sweeper() -> list[Part]:
    """A walk-behind sweeper: hopper, side brushes, a handle like a tiller's."""
    hood = [box((0.62, 0.6, 0.2), (0.1, 0, 0.2), bevel=0.06), box((0.4, 0.5, 0.14), (-0.05, 0, 0.33), bevel=0.05)]
    brushes = [
        lathe([(0.15, 0.0), (0.09, 0.07), (0.04, 0.1), (0, 0.1)], 20).moved((0.42, s * 0.26, 0)) for s in (-1, 1)
    ]
    wheels = [wheel(0.14, 0.05, (-0.14, s * 0.3, 0.14)) for s in (-1, 1)]
    handle = pipe(
        [
            (-0.15, -0.2, 0.3),
            (-0.6, -0.2, 0.86),
            (-0.68, -0.16, 0.93),
            (-0.68, 0.16, 0.93),
            (-0.6, 0.2, 0.86),
            (-0.15, 0.2, 0.3),
        ],
        0.015,
    )
    return stood(
        [
            (Material("Paint", (0.5, 0.03, 0.02), roughness=0.4), join(hood)),
            (PLASTIC, join([*brushes, handle])),
            (RUBBER, join(wheels)),
        ]
    )


def stacker_base() -> list[Part]:
    """A manual stacker without its carriage: straddle legs, a low mast, a tiller."""
    legs = [box((1.1, 0.09, 0.08), (0.2, s * 0.3, 0.07), bevel=0.01) for s in (-1, 1)]
    body = [box((0.12, 0.72, 0.1), (-0.33, 0, 0.08), bevel=0.01), box((0.22, 0.44, 0.34), (-0.42, 0, 0.3), bevel=0.02)]
    mast = [box((0.07, 0.05, 1.45), (-0.24, s * 0.22, 0.78), bevel=0.006) for s in (-1, 1)]
    mast += [box((0.06, 0.46, 0.06), (-0.24, 0, z)) for z in (0.3, 1.0, 1.47)]
    ram = [cylinder(0.03, 0.8, (-0.27, 0, 0.7), segments=14), cylinder(0.018, 0.54, (-0.27, 0, 1.22), segments=12)]
    rollers = [wheel(0.04, 0.07, (0.68, s * 0.3, 0.04), segments=14) for s in (-1, 1)]
    rollers += [wheel(0.075, 0.05, (-0.42, s * 0.12, 0.075)) for s in (-1, 1)]
    return stood(
        [
            (RED, join(legs + body)),
            (DARK_STEEL, join([*mast, *_tiller((-0.5, 0, 0.3), 0.95, 18)])),
            (STEEL, join(ram)),
            (RUBBER, join(rollers)),
        ]
    )


def red_trolley() -> list[Part]:
    """A low red platform with one upright handle in the middle of its end."""
    top = castor_top(0.055)
    deck = [
        box((1.0, 0.5, 0.05), (0.1, 0, top + 0.02), bevel=0.01),
        box((0.12, 0.24, 0.16), (-0.4, 0, top + 0.11), bevel=0.02),
    ]
    load = boxed((0.5, 0.36, 0.2), (0.25, 0.02, top + 0.045), shade=0, yaw=5)
    wheels = castors([(x, s * 0.19) for x in (-0.3, 0.5) for s in (-1, 1)], 0.055)
    return stood([*wheels, (RED, join(deck)), (DARK_STEEL, join(_tiller((-0.42, 0, top + 0.12), 0.8, 6))), *load])


def lift_table() -> list[Part]:
    """A scissor table on wheels with a push bar and a pump pedal."""
    base = [box((0.85, 0.06, 0.06), (0, s * 0.22, 0.15)) for s in (-1, 1)] + [
        box((0.06, 0.5, 0.06), (s * 0.4, 0, 0.151)) for s in (-1, 1)
    ]
    top = box((0.9, 0.52, 0.05), (0, 0, 0.62), bevel=0.008)
    arms = []
    for s in (-1, 1):
        arms += [
            box((0.86, 0.02, 0.05), (0, 0, 0)).moved((0, s * (0.19 + 0.025 * k), 0.385), turn=turned("y", t))
            for k, t in enumerate((-29.0, 29.0))
        ]
    arms.append(cylinder(0.02, 0.44, (0, 0, 0.385), axis="y", segments=12))
    bar = [
        pipe(
            [
                (-0.42, -0.2, 0.15),
                (-0.5, -0.2, 0.9),
                (-0.52, -0.16, 0.95),
                (-0.52, 0.16, 0.95),
                (-0.5, 0.2, 0.9),
                (-0.42, 0.2, 0.15),
            ],
            0.015,
        ),
        pipe([(-0.42, 0.05, 0.16), (-0.58, 0.08, 0.2)], 0.012),
        box((0.07, 0.06, 0.015), (-0.6, 0.085, 0.205)),
    ]
    wheels = [wheel(0.06, 0.04, (x, s * 0.2, 0.06)) for x in (-0.34, 0.34) for s in (-1, 1)]
    forks = [box((0.05, 0.06, 0.07), (x, s * 0.2, 0.1)) for x in (-0.34, 0.34) for s in (-1, 1)]
    yellow = paint((0.75, 0.4, 0.02))
    return stood(
        [(yellow, join([*base, top])), (DARK_STEEL, join([*bar, *forks])), (STEEL, join(arms)), (RUBBER, join(wheels))]
    )


def drum_truck() -> list[Part]:
    """A low two-wheeled truck with a steel drum tipped back on it."""
    r, tilt = 0.28, turned("y", -24)
    body = lathe(
        [
            (0, 0.0),
            (r, 0.0),
            None,
            (r, 0.0),
            (r, 0.28),
            (r + 0.012, 0.29),
            (r, 0.3),
            (r, 0.58),
            (r + 0.012, 0.59),
            (r, 0.6),
            (r, 0.86),
            None,
            (r, 0.86),
            (0, 0.86),
        ],
        24,
    )
    rails = [
        pipe([(-r - 0.03, s * 0.16, 0.0), (-r - 0.03, s * 0.16, 1.1), (-r - 0.12, s * 0.16, 1.25)], 0.015)
        for s in (-1, 1)
    ]
    rails += [pipe([(-r - 0.03, -0.16, z), (-r - 0.03, 0.16, z)], 0.012) for z in (0.25, 0.6, 1.0)]
    toe = box((0.2, 0.36, 0.012), (-r + 0.06, 0, -0.01))
    tipped = [m.moved((0, 0, 0.14), turn=tilt) for m in (body, join([*rails, toe]))]
    wheels = [wheel(0.14, 0.05, (-0.34, s * 0.25, 0.14)) for s in (-1, 1)]
    axle = cylinder(0.015, 0.5, (-0.34, 0, 0.14), axis="y", segments=10)
    low = min(float(m.points[..., 2].min()) for m in tipped)
    tipped = [m.moved((0, 0, max(0.0, 0.004 - low))) for m in tipped]
    return stood(
        [(RED, tipped[1]), (paint((0.03, 0.1, 0.26), "DrumPaint"), tipped[0]), (RUBBER, join(wheels)), (STEEL, axle)]
    )


def tugger_tiller() -> list[Part]:
    """A hand-drawn wagon: four wheels, a turning front axle, a tiller-like drawbar with a loop."""
    bed = [box((1.05, 0.55, 0.04), (0.15, 0, 0.32), bevel=0.008), box((1.0, 0.06, 0.06), (0.15, 0, 0.27))]
    bed += [box((1.05, 0.025, 0.14), (0.15, s * 0.275, 0.4)) for s in (-1, 1)]
    bed += [box((0.025, 0.575, 0.139), (0.15 + s * 0.525, 0, 0.4)) for s in (-1, 1)]
    wheels = [wheel(0.13, 0.06, (x, s * 0.24, 0.13)) for x in (-0.2, 0.5) for s in (-1, 1)]
    hubs = [cylinder(0.06, 0.066, (x, s * 0.24, 0.13), axis="y", segments=12) for x in (-0.2, 0.5) for s in (-1, 1)]
    axles = [cylinder(0.016, 0.48, (x, 0, 0.13), axis="y", segments=10) for x in (-0.2, 0.5)]
    axles += [box((0.1, 0.12, 0.16), (x, 0, 0.2)) for x in (-0.2, 0.5)]
    return stood(
        [
            (Material("Paint", (0.5, 0.02, 0.02), texture="metal_brushed"), join(bed)),
            (RUBBER, join(wheels)),
            (Material("Hub", (0.7, 0.7, 0.66), roughness=0.5), join(hubs)),
            (DARK_STEEL, join([*axles, *_tiller((-0.26, 0, 0.18), 0.9, 30)])),
        ]
    )


def red_tool_box() -> list[Part]:
    """A wheeled box of red plastic with a pulled-out handle."""
    body = [box((0.5, 0.4, 0.4), (0, 0, 0.24), bevel=0.03), box((0.53, 0.43, 0.05), (0, 0, 0.45), bevel=0.02)]
    body += [box((0.06, 0.42, 0.3), (x, 0, 0.23), bevel=0.01) for x in (-0.14, 0.14)]
    latch = [box((0.09, 0.02, 0.1), (x, s * 0.218, 0.43), bevel=0.005) for x in (-0.15, 0.15) for s in (-1, 1)]
    latch.append(pipe([(-0.09, 0, 0.46), (-0.08, 0, 0.52), (0.08, 0, 0.52), (0.09, 0, 0.46)], 0.013))
    bar = pipe([(-0.27, -0.13, 0.15), (-0.3, -0.13, 0.98), (-0.3, 0.13, 0.98), (-0.27, 0.13, 0.15)], 0.013)
    wheels = [wheel(0.09, 0.05, (-0.2, s * 0.21, 0.09)) for s in (-1, 1)]
    feet = box((0.06, 0.3, 0.06), (0.2, 0, 0.03))
    return stood(
        [
            (Material("Paint", (0.52, 0.02, 0.02), roughness=0.42), join(body)),
            (PLASTIC, join([*latch, feet])),
            (STEEL, bar),
            (RUBBER, join(wheels)),
        ]
    )


def _tiller(pivot: Point, length: float, lean: float) -> list[Mesh]:
    """A drawbar that ends in a loop, leaning to -X by ``lean`` [deg]."""
    loop = [
        (0.0, -0.02, length - 0.16),
        (0.0, -0.11, length - 0.06),
        (0.0, -0.09, length),
        (0.0, 0.09, length),
        (0.0, 0.11, length - 0.06),
        (0.0, 0.02, length - 0.16),
    ]
    bar = [
        pipe([(0, 0, 0), (0, 0, length - 0.15)], 0.018),
        pipe(loop, 0.014, closed=True),
        box((0.05, 0.08, 0.08), bevel=0.01),
    ]
    return [m.moved(pivot, turn=turned("y", -lean)) for m in bar]
