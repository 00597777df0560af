"""What lifts and steers a hand pallet truck: pump, steer wheels, tiller. The heel of the forks is at x = 0."""

from __future__ import annotations

import numpy as np

from palletjack_dr.scenes.mesh import Mesh, arc, box, cylinder, lathe, loft, plate, tube, turned
from palletjack_dr.scenes.palletjack_chassis import frame_lift
from palletjack_dr.scenes.palletjack_models import STEER_X, Truck


def pump(t: Truck) -> list[Mesh]:
    """Return the cast pump block with its cylinder, oil tank and lever, the yoke over the wheels, and the pedal."""
    r, x = t.wheel_radius, STEER_X
    base = 2 * r - 0.015
    foot = [(0, 0.0), (0.058, 0.0), None, (0.058, 0.0), (0.06, 0.03), (0.055, 0.05), (0.046, 0.08), (0.046, 0.12)]
    block = lathe([*foot, None, (0.046, 0.12), (0.0, 0.12)])
    yoke = [(x - 0.075, base), (x + 0.06, base), (x + 0.05, base + 0.045), (x - 0.06, base + 0.045)]
    return [
        block.moved((x, 0, base)),
        plate(yoke, 0.13, edge=0.012, plane="xz"),
        box((0.075, 0.036, base - r + 0.03), (x, 0, (base + r) / 2), bevel=0.008),
        box((0.05, 0.075, 0.05), (x, 0, r), bevel=0.012),
        cylinder(
            0.034, t.body_height - base - 0.1, (x, 0, (base + t.body_height) / 2 - 0.03), bevel=0.004, segments=20
        ),
        cylinder(0.024, 0.13, (x - 0.03, 0.062, base + 0.11), bevel=0.008, segments=16),
        cylinder(0.017, 0.16, (x - 0.035, -0.055, base + 0.1), bevel=0.005, segments=12),
        box((0.07, 0.14, 0.05), (x - 0.05, 0, base + 0.07), bevel=0.014),
        tube(
            [(x - 0.06, 0.07, base + 0.04), (x - 0.1, 0.1, base + 0.03), (x - 0.14, 0.11, base + 0.025)],
            0.007,
            segments=8,
        ),
        box((0.055, 0.055, 0.012), (x - 0.155, 0.112, base + 0.027), bevel=0.004),
        tube(
            [(x - 0.075, -0.03, base + 0.2), (x - 0.06, -0.05, base + 0.1), (x - 0.03, -0.055, base + 0.02)],
            0.004,
            segments=6,
        ),
    ]


def piston(t: Truck) -> list[Mesh]:
    """Return the bright rod between cylinder and head, longer by the lift."""
    lift = frame_lift(t)
    return [cylinder(0.019, 0.14 + lift, (STEER_X, 0, t.body_height - 0.1 + lift / 2), segments=16)]


def steer_wheels(t: Truck) -> tuple[list[Mesh], list[Mesh], list[Mesh]]:
    """Return tyres, hubs with axle, and the dark holes of the hubs."""
    r, width = t.wheel_radius, 0.05
    h = width / 2
    tread = [(r * 0.68, h), (r - 0.014, h), (r - 0.004, h - 0.006), (r, h - 0.014)]
    tyre = lathe([*[(a, -z) for a, z in tread], *reversed(tread)], 28)
    side = [(r * 0.69, h - 0.003), (r * 0.62, h - 0.004), (r * 0.58, h - 0.014), (r * 0.36, h - 0.012), (r * 0.3, h)]
    cap = [None, (r * 0.24, h + 0.004), (0, h + 0.004)]
    hub = lathe(
        [(0, -h - 0.004), (r * 0.24, -h - 0.004), None, *[(a, -z) for a, z in side[::-1]], None, *side, *cap], 24
    )
    angles = np.radians(np.arange(5) * 72 + 18)
    holes = [cylinder(r * 0.09, 0.028, (r * 0.47 * np.cos(a), r * 0.47 * np.sin(a), 0), segments=8) for a in angles]
    upright = turned("x", -90)
    places = [(STEER_X, y, r) for y in (-0.072, 0.072)]
    axle = cylinder(0.014, 0.17, (STEER_X, 0, r), axis="y", segments=12)
    return (
        [tyre.moved(p, turn=upright) for p in places],
        [*(hub.moved(p, turn=upright) for p in places), axle],
        [m.moved(p, turn=upright) for p in places for m in holes],
    )


def tiller(t: Truck) -> tuple[list[Mesh], list[Mesh]]:
    """Return shaft with its bracket, and the loop with its lever: modelled upright, then leaned back at the pump."""
    length = t.tiller_length
    low, middle, top = _oval(0.024, 0.027, 0.06), _oval(0.024, 0.027, length * 0.5), _oval(0.016, 0.019, length - 0.23)
    shaft = [
        loft([low, middle, top], smooth=True),
        plate(
            [(-0.035, -0.03), (0.035, -0.03), (0.034, 0.09), (0.02, 0.13), (-0.02, 0.13), (-0.034, 0.09)],
            0.07,
            edge=0.014,
            plane="xz",
        ),
        cylinder(0.02, 0.13, (0, 0, 0.0), axis="y", bevel=0.003, segments=16),
    ]
    outline = [
        (0.0, length - 0.27),
        (0.045, length - 0.22),
        (0.105, length - 0.13),
        *arc((0.085, length - 0.04), 0.04, 0, 90, 5),
    ]
    ring = [(y, z) for y, z in outline] + [(-y, z) for y, z in reversed(outline[1:])]
    curved = [(-0.035 * max(0.0, (z - length + 0.27) / 0.27) ** 2, y, z) for y, z in ring]
    handle = [
        tube(curved, 0.0145, closed=True),
        plate(
            [(-0.022, length - 0.31), (0.022, length - 0.31), (0.018, length - 0.2), (-0.018, length - 0.2)],
            0.05,
            edge=0.01,
            plane="xz",
        ),
        tube(
            [(0, 0, length - 0.21), (-0.012, 0.006, length - 0.12), (-0.02, 0.04, length - 0.085)], 0.0065, segments=8
        ),
        cylinder(0.01, 0.05, (-0.02, 0.05, length - 0.083), axis="y", bevel=0.003, segments=10),
    ]
    turn, pivot = turned("y", -t.lean), (STEER_X - 0.075, 0.0, 2 * t.wheel_radius + 0.09)
    return [m.moved(pivot, turn=turn) for m in shaft], [m.moved(pivot, turn=turn) for m in handle]


def _oval(x: float, y: float, z: float, steps: int = 14) -> list[tuple[float, float, float]]:
    angles = np.linspace(0, 2 * np.pi, steps, endpoint=False)
    return [(x * float(np.cos(a)), y * float(np.sin(a)), z) for a in angles]
