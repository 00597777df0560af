"""Hand pallet trucks: forks, welded body, hydraulic pump, steer wheels, tiller with a loop handle.

The forks point to +X, the tiller stands at the other end. Dimensions [m] are those of common trucks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from palletjack_dr.scenes.materials import DARK_STEEL, PLASTIC, RUBBER, STEEL, paint
from palletjack_dr.scenes.mesh import Mesh, arc, box, cylinder, extrude, join, lathe, tube, turned
from palletjack_dr.scenes.stage import Color, Part


@dataclass(frozen=True, kw_only=True)
class Truck:
    """One model. ``lean`` [deg] is the tiller's angle from upright, ``fork_height`` that of the forks' top."""

    color: Color
    fork_length: float = 1.15
    fork_width: float = 0.16
    span: float = 0.54
    fork_height: float = 0.085
    fork_depth: float = 0.055
    body_height: float = 0.42
    body_width: float = 0.24
    wheel_radius: float = 0.1
    tiller_length: float = 0.86
    lean: float = 12.0
    painted_tiller: bool = False


TRUCKS: Final = {
    "standard": Truck(color=(0.56, 0.03, 0.02)),
    "heavy": Truck(
        color=(0.8, 0.42, 0.02),
        fork_length=1.22,
        fork_width=0.18,
        span=0.68,
        body_height=0.5,
        body_width=0.32,
        tiller_length=0.88,
        lean=4.0,
        painted_tiller=True,
    ),
    "low_profile": Truck(
        color=(0.03, 0.13, 0.42),
        fork_height=0.055,
        fork_depth=0.035,
        body_height=0.36,
        wheel_radius=0.085,
        tiller_length=0.9,
        lean=32.0,
    ),
}

STEER_X: Final = -0.17
"""Where the steer axle is, behind the heel of the forks (x = 0)."""


def palletjack(model: str) -> list[Part]:
    """Return the parts of a model, its footprint centred on the origin."""
    t = TRUCKS[model]
    body_paint = paint(t.color)
    tiller, grip, reach = _tiller(t)
    rollers, roller_steel = _rollers(t)
    wheels, hubs = _steer_wheels(t)
    parts = [
        (body_paint, join([*_forks(t), *_body(t)])),
        (DARK_STEEL, join(_pump(t))),
        (paint(t.color, "TillerPaint") if t.painted_tiller else DARK_STEEL, join(tiller)),
        (PLASTIC, join(grip)),
        (RUBBER, join([*wheels, *rollers])),
        (STEEL, join([*hubs, *roller_steel, _ram(t)])),
    ]
    back = min(-reach, STEER_X - t.wheel_radius - 0.03)
    return [(m, mesh.moved((-(back + t.fork_length) / 2, 0, 0))) for m, mesh in parts]


def _forks(t: Truck) -> list[Mesh]:
    """Folded channels: a flat top with a rounded tip, skirts on both sides, a ramp under the tip."""
    w, length, top = t.fork_width / 2, t.fork_length, t.fork_height
    outline = [(-0.02, -w), (length - 0.16, -w), (length - 0.05, -w * 0.72)]
    outline += [(length - 0.05 + 0.05 * c, s * w * 0.72) for c, s in ((0.7, -0.7), (1.0, 0.0), (0.7, 0.7))]
    outline += [(length - 0.05, w * 0.72), (length - 0.16, w), (-0.02, w)]
    fork = [extrude(outline, 0.008, at=top - 0.004)]
    for side in (-1, 1):
        skirt = [(-0.02, top), (length - 0.15, top), (length - 0.2, top - t.fork_depth), (-0.02, top - t.fork_depth)]
        fork.append(extrude(skirt, 0.007, plane="xz", at=side * (w - 0.0035)))
        fork.append(box((length - 0.2, 0.018, 0.006), (length / 2 - 0.1, side * (w - 0.009), top - t.fork_depth)))
    ramp = [(length - 0.17, top - 0.006), (length - 0.03, top - 0.006), (length - 0.12, top - t.fork_depth * 0.8)]
    fork.append(extrude(ramp, t.fork_width * 0.66, plane="xz"))
    offset = t.span / 2 - w
    return [m.moved((0, y, 0)) for y in (-offset, offset) for m in fork]


def _rollers(t: Truck) -> tuple[list[Mesh], list[Mesh]]:
    radius = min(0.041, t.fork_height / 2 - 0.003)
    offset = t.span / 2 - t.fork_width / 2
    rollers, steel = [], []
    for y in (-offset, offset):
        for x in (t.fork_length - 0.27, t.fork_length - 0.27 - 2.2 * radius):
            rollers.append(cylinder(radius, 0.075, (x, y, radius), axis="y", bevel=0.005))
            steel.append(cylinder(0.012, 0.13, (x, y, radius), axis="y", segments=10))
        steel.append(box((0.16, 0.012, 0.022), (t.fork_length - 0.31, y + 0.047, radius + 0.004), bevel=0.004))
        steel.append(box((0.16, 0.012, 0.022), (t.fork_length - 0.31, y - 0.047, radius + 0.004), bevel=0.004))
    return rollers, steel


def _body(t: Truck) -> list[Mesh]:
    """The weldment: a cross beam, an A-shaped front plate, side cheeks and a rounded cover."""
    half, narrow, top = t.span / 2, t.body_width / 2, t.body_height
    plate = [(-half, 0.06), (half, 0.06), (half, 0.15), (narrow, top - 0.05), (narrow - 0.03, top)]
    plate += [(-narrow + 0.03, top), (-narrow, top - 0.05), (-half, 0.15)]
    pieces = [
        extrude(plate, 0.012, plane="yz", at=-0.015),
        box((0.09, t.span, 0.09), (-0.05, 0, 0.105), bevel=0.012),
        box((0.15, t.body_width, 0.05), (-0.09, 0, top - 0.03), bevel=0.018),
    ]
    cheek = [(-0.02, 0.1), (-0.02, top), (-0.1, top), (-0.18, top - 0.06), (-0.15, 0.2), (-0.09, 0.1)]
    pieces += [extrude(cheek, 0.012, plane="xz", at=y) for y in (-narrow + 0.006, narrow - 0.006)]
    offset = half - t.fork_width / 2
    heel = [(-0.03, t.fork_height), (0.16, t.fork_height), (0.02, 0.19), (-0.03, 0.19)]
    for y in (-offset, offset):
        pieces += [extrude(heel, 0.01, plane="xz", at=y + s * (t.fork_width / 2 - 0.006)) for s in (-1, 1)]
        pieces.append(
            extrude(
                [(0.155, t.fork_height), (0.145, t.fork_height + 0.012), (0.008, 0.194), (0.02, 0.185)],
                t.fork_width,
                plane="xz",
                at=y,
            )
        )
    return pieces


def _pump(t: Truck) -> list[Mesh]:
    """Cast pump block, cylinder, oil tank, the yoke over the wheels, pedal and pump roller."""
    r, top = t.wheel_radius, t.body_height
    block = lathe(
        [
            (0, 0.0),
            (0.05, 0.0),
            None,
            (0.05, 0.0),
            (0.052, 0.05),
            (0.06, 0.08),
            (0.06, 0.16),
            (0.045, 0.19),
            None,
            (0.045, 0.19),
            (0.0, 0.19),
        ]
    )
    return [
        block.moved((STEER_X, 0, 2 * r - 0.02)),
        cylinder(0.03, top - 2 * r, (STEER_X, 0, r + top / 2), bevel=0.004),
        cylinder(0.036, 0.16, (STEER_X + 0.035, 0.055, 2 * r + 0.08), bevel=0.01),
        box((0.1, 0.15, 0.035), (STEER_X, 0, 2 * r + 0.01), bevel=0.008),
        box((0.06, 0.03, 2 * r - 0.05), (STEER_X, 0, r + 0.03), bevel=0.006),
        box((0.09, 0.1, 0.09), (STEER_X - 0.055, 0, 2 * r + 0.13), bevel=0.015),
        tube(
            [
                (STEER_X - 0.04, 0.05, 2 * r + 0.05),
                (STEER_X - 0.1, 0.09, 2 * r + 0.04),
                (STEER_X - 0.15, 0.1, 2 * r + 0.03),
            ],
            0.008,
            segments=8,
        ),
        box((0.06, 0.05, 0.012), (STEER_X - 0.165, 0.1, 2 * r + 0.032), bevel=0.003),
    ]


def _ram(t: Truck) -> Mesh:
    return cylinder(0.018, 0.1, (STEER_X, 0, t.body_height + 0.0))


def _steer_wheels(t: Truck) -> tuple[list[Mesh], list[Mesh]]:
    r, width = t.wheel_radius, 0.05
    tyre = lathe(
        [
            (r * 0.62, -width / 2),
            (r - 0.012, -width / 2),
            (r - 0.003, -width / 2 + 0.006),
            (r, -width / 2 + 0.015),
            (r, width / 2 - 0.015),
            (r - 0.003, width / 2 - 0.006),
            (r - 0.012, width / 2),
            (r * 0.62, width / 2),
        ],
        28,
    )
    hub = lathe(
        [
            (0, -0.019),
            (r * 0.3, -0.019),
            None,
            (r * 0.3, -0.019),
            (r * 0.36, -0.012),
            (r * 0.62, -0.02),
            None,
            (r * 0.62, -0.02),
            (r * 0.62, 0.02),
            None,
            (r * 0.62, 0.02),
            (r * 0.36, 0.012),
            (r * 0.3, 0.019),
            None,
            (r * 0.3, 0.019),
            (0, 0.019),
        ],
        28,
    )
    upright = turned("x", -90)
    places = [(STEER_X, y, r) for y in (-0.058, 0.058)]
    axle = cylinder(0.013, 0.19, (STEER_X, 0, r), axis="y", segments=12)
    return [tyre.moved(p, turn=upright) for p in places], [*(hub.moved(p, turn=upright) for p in places), axle]


def _tiller(t: Truck) -> tuple[list[Mesh], list[Mesh], float]:
    """Return shaft and bracket, the loop with its lever, and how far [m] they reach behind the heel.

    Modelled upright with its pivot at the origin, then leaned back and put behind the pump.
    """
    length = t.tiller_length
    shaft = [
        tube([(0, 0, 0.0), (0, 0, length * 0.55), (0, 0, length - 0.2)], 0.0195),
        box((0.055, 0.085, 0.11), (0, 0, 0.03), bevel=0.012),
        cylinder(0.018, 0.12, (0, 0, 0.0), axis="y"),
    ]
    wide = 0.105
    loop = [(0.0, length - 0.22), *arc((wide - 0.045, length - 0.02), 0.062, -30, 80, 7)]
    ring = [(0.0, y, z) for y, z in loop] + [(0.0, -y, z) for y, z in reversed(loop[1:])]
    curved = [(0.03 * max(0.0, (z - length + 0.2) / 0.25) ** 2, y, z) for _, y, z in ring]
    handle = [
        tube(curved, 0.0145, closed=True),
        tube(
            [(0.02, -wide * 0.75, length - 0.055), (0.026, 0, length - 0.06), (0.02, wide * 0.75, length - 0.055)],
            0.011,
        ),
        box((0.036, 0.05, 0.1), (0.0, 0, length - 0.2), bevel=0.01),
        tube(
            [(0.025, 0.0, length - 0.17), (0.03, 0.02, length - 0.11), (0.03, 0.055, length - 0.085)], 0.006, segments=8
        ),
    ]
    turn, pivot = turned("y", -t.lean), (STEER_X - 0.06, 0.0, 2 * t.wheel_radius + 0.14)
    shaft, handle = ([m.moved(pivot, turn=turn) for m in group] for group in (shaft, handle))
    reach = -min(float(m.points[..., 0].min()) for m in (*shaft, *handle))
    return shaft, handle, float(np.round(reach, 3))
