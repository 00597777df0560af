"""What sets special pallet trucks apart: weighing unit, scissor lift, electric drive, a load."""

from __future__ import annotations

from typing import Final

import numpy as np

from palletjack_dr.scenes.goods import euro_pallet, stacked_cartons
from palletjack_dr.scenes.materials import DARK_STEEL, LABEL, PLASTIC, RUBBER, STEEL, film
from palletjack_dr.scenes.mesh import arc, box, cylinder, join, loft, plate, tube, turned
from palletjack_dr.scenes.palletjack_models import STEER_X, Truck
from palletjack_dr.scenes.stage import Material, Part

DISPLAY: Final = Material("Display", (0.28, 0.34, 0.26), roughness=0.15)
KEYS: Final = Material("Keys", (0.5, 0.5, 0.48), roughness=0.5)
FILM: Final = film((0.8, 0.72, 0.6), "Film")
STOP: Final = Material("Stop", (0.6, 0.01, 0.01), roughness=0.35)


def scale(t: Truck, body: Material) -> list[Part]:
    """Return the indicator box on top of the head; its display faces the driver and leans back."""
    top = t.body_height
    neck = [(-0.07, top - 0.03), (-0.17, top - 0.03), (-0.15, top + 0.1), (-0.06, top + 0.1)]
    case = plate(
        [*arc((-0.1, -0.07), 0.02, 180, 270, 4), *arc((0.1, -0.07), 0.02, 270, 360, 4), (0.13, 0.09), (-0.13, 0.09)],
        0.1,
        edge=0.014,
        plane="yz",
    )
    place, lean = (-0.1, 0.0, top + 0.15), turned("y", 20)
    screen = [box((0.006, 0.15, 0.055), (-0.051, 0, 0.04), bevel=0.002)]
    keys = [
        box((0.006, 0.026, 0.018), (-0.051, y, z), bevel=0.002)
        for y in (-0.07, -0.035, 0, 0.035, 0.07)
        for z in (-0.02, -0.045)
    ]
    return [
        (body, join([plate(neck, 0.17, edge=0.012, plane="xz"), case.moved(place, turn=lean)])),
        (PLASTIC, box((0.004, 0.21, 0.13), (-0.0505, 0, 0.005), bevel=0.0015).moved(place, turn=lean)),
        (DISPLAY, join(screen).moved(place, turn=lean)),
        (KEYS, join(keys).moved(place, turn=lean)),
    ]


def scissor(t: Truck, body: Material) -> list[Part]:
    """Return the crossed arms below the raised forks, with the feet in front that carry them."""
    high, low, front = t.fork_height + t.lift - t.fork_depth + 0.01, 0.085, t.fork_length - 0.3
    half = t.span / 2
    parts: list[Part] = []
    arms, pins, wheels = [], [], []
    for s in (-1, 1):
        for y, (a, b) in (
            (s * (half - 0.05), ((-0.06, low + 0.02), (front - 0.08, high))),
            (s * (half - 0.085), ((0.02, high), (front, low))),
        ):
            length = float(np.hypot(b[0] - a[0], b[1] - a[1]))
            u, v = 0.026 * (a[1] - b[1]) / length, 0.026 * (b[0] - a[0]) / length
            outline = [(a[0] - u, a[1] - v), (b[0] - u, b[1] - v), (b[0] + u, b[1] + v), (a[0] + u, a[1] + v)]
            arms.append(plate(outline, 0.022, edge=0.003, plane="xz", at=y))
        wheels.append(cylinder(0.05, 0.04, (front, s * (half - 0.125), 0.05), axis="y", bevel=0.006))
        arms.append(box((0.1, 0.03, 0.07), (front - 0.01, s * (half - 0.085), 0.075), bevel=0.008))
    for x, z in ((front, 0.07), (front - 0.08, high), (0.02, high), (front / 2 - 0.02, (high + low) / 2 + 0.01)):
        pins.append(cylinder(0.013, t.span - 0.06, (x, 0, z), axis="y", segments=12))
    ram = tube([(STEER_X + 0.1, 0, 0.16), (front * 0.28, 0, low + (high - low) * 0.62)], 0.028)
    heel = box((0.06, t.span - 0.02, 0.05), (-0.005, 0, high + 0.012), bevel=0.008)
    parts += [(body, join([heel, *arms])), (STEEL, join(pins)), (DARK_STEEL, ram), (RUBBER, join(wheels))]
    return parts


def electric(t: Truck, body: Material) -> list[Part]:
    """Return the motor cover, the battery behind it, the drive wheel with its castors, and a wide tiller head."""
    half, top, x = t.body_width / 2, t.body_height + t.lift, STEER_X
    rear = x - 0.22
    plan = [(-0.02, -half), (-0.02, half), *arc((rear + 0.12, half - 0.12), 0.12, 90, 180, 6)]
    plan += arc((rear + 0.12, -half + 0.12), 0.12, 180, 270, 6)
    skirt = plate(plan, 0.2, edge=0.02, at=0.17)
    inner = [((px - x) * 0.93 + x, py * 0.94) for px, py in plan]
    hood = loft(
        [[(px, py, z) for px, py in inner] for z in (0.26, 0.26 + (top - 0.26) * 0.62)]
        + [
            [((px + 0.1) * k - 0.1, py * k, z) for px, py in inner]
            for k, z in ((0.97, top - 0.06), (0.9, top - 0.012), (0.8, top))
        ],
        smooth=True,
    )
    battery = box((0.15, 2 * half * 0.92, top - 0.2), (0.02 - 0.06, 0, 0.12 + (top - 0.12) / 2), bevel=0.015)
    base = box((0.12, t.span - 0.02, 0.1), (-0.03, 0, 0.1), bevel=0.01)
    wheel = cylinder(0.115, 0.075, (x - 0.02, 0, 0.115), axis="y", bevel=0.01)
    castors = [cylinder(0.05, 0.04, (x - 0.03, s * (half - 0.06), 0.05), axis="y", bevel=0.006) for s in (-1, 1)]
    panel = box((0.1, 0.2, 0.008), (-0.13, 0, top + 0.001), bevel=0.003)
    stop = cylinder(0.022, 0.03, (-0.14, half * 0.55, top + 0.012), bevel=0.005)
    strips = [
        box((0.006, 0.05, top - 0.36), (rear + 0.018, s * half * 0.4, 0.3 + (top - 0.36) / 2), bevel=0.002)
        for s in (-1, 1)
    ]
    parts = [
        (body, join([hood, base])),
        (DARK_STEEL, join([skirt, battery, *strips])),
        (RUBBER, join([wheel, *castors])),
        (PLASTIC, panel),
        (STOP, stop),
        (LABEL, box((0.1, 0.001, 0.06), (-0.13, -half * 0.94 - 0.0006, top * 0.62))),
    ]
    return parts + _electric_tiller(t, body)


def _electric_tiller(t: Truck, body: Material) -> list[Part]:
    length = t.tiller_length
    arm = [plate([(-0.03, 0), (0.03, 0), (0.022, length - 0.2), (-0.022, length - 0.2)], 0.07, edge=0.01, plane="xz")]
    bow = [
        (0, -0.05, length - 0.23),
        (0, -0.16, length - 0.16),
        (0.01, -0.17, length - 0.07),
        (0.02, -0.13, length - 0.02),
    ]
    bow += [(px, -py, pz) for px, py, pz in reversed(bow)]
    head = plate(
        [
            (-0.035, length - 0.24),
            (0.035, length - 0.24),
            (0.03, length - 0.08),
            *arc((0, length - 0.07), 0.03, 0, 180, 7),
        ],
        0.1,
        edge=0.014,
        plane="xz",
    )
    knob = plate(
        [(-0.015, length - 0.03), (0.015, length - 0.03), (0.012, length), (-0.012, length)],
        0.08,
        edge=0.006,
        plane="xz",
    )
    grips = [tube([(0, s * 0.045, length - 0.13), (0, s * 0.165, length - 0.13)], 0.016) for s in (-1, 1)]
    turn, pivot = turned("y", -t.lean), (STEER_X - 0.15, 0.0, 0.24)
    leaned = [[m.moved(pivot, turn=turn) for m in group] for group in (arm, [tube(bow, 0.015), head, *grips], [knob])]
    return [(DARK_STEEL, join(leaned[0])), (PLASTIC, join(leaned[1])), (STOP, join(leaned[2]))]


def load(t: Truck) -> list[Part]:
    """Return a euro pallet on the forks and what stands on it."""
    goods = euro_pallet()
    if t.load == "cartons":
        goods += stacked_cartons(np.random.default_rng(23), (1.16, 0.76), 0.8, base=0.1445)
    elif t.load == "wrapped":
        goods += wrapped(np.random.default_rng(5), (1.14, 0.74), 1.05, base=0.13)
    place = (0.71, 0.0, t.fork_height + t.lift + 0.001 - 0.1)
    return [(material, mesh.moved(place)) for material, mesh in goods]


def wrapped(rng: np.random.Generator, ground: tuple[float, float], height: float, *, base: float) -> list[Part]:
    """Return cartons under stretch film that is drawn in between their layers and leaves their tops free."""
    x, y = ground[0] / 2, ground[1] / 2
    corner = 0.05
    plan = [
        p
        for cx, cy, a in ((1, 1, 0), (-1, 1, 90), (-1, -1, 180), (1, -1, 270))
        for p in arc((cx * (x - corner), cy * (y - corner)), corner, a, a + 90, 5)
    ]
    filled = []
    for (ax, ay), (bx, by) in zip(plan, [*plan[1:], plan[0]], strict=True):
        steps = max(1, round(np.hypot(bx - ax, by - ay) / 0.12))
        filled += [(ax + (bx - ax) * k / steps, ay + (by - ay) * k / steps) for k in range(steps)]
    rings = []
    for z in np.linspace(0, height, 15):
        waist = 1 - 0.014 * (1 + np.cos(2 * np.pi * z / (height / 4))) - 0.02 * (z > height - 0.01)
        rings.append(
            [
                (px * waist * k, py * waist * k, base + float(z))
                for (px, py), k in zip(filled, 1 + rng.normal(0, 0.006, len(filled)), strict=True)
            ]
        )
    paper = [box((0.21, 0.0015, 0.297), (0.1, -y - 0.004, base + height * 0.6))]
    cartons = stacked_cartons(rng, (ground[0] - 0.1, ground[1] - 0.08), height + 0.09, base=base + 0.0145, detail=False)
    return [*cartons, (FILM, loft(rings, smooth=True)), (LABEL, join(paper))]
