"""What guards, bars the way or warns: cones, barriers, fences, guards, extinguishers, notice boards."""

from __future__ import annotations

import itertools

import numpy as np

from palletjack_dr.scenes.distractors.fittings import hoop, pipe, placed, stood, wire_panel
from palletjack_dr.scenes.materials import DARK_STEEL, LABEL, PLASTIC, RUBBER, STEEL, WOOD, paint
from palletjack_dr.scenes.mesh import Mesh, box, cylinder, extrude, join, lathe, tube, turned
from palletjack_dr.scenes.stage import Material, Part

HAZARD = Material("Hazard", texture="pattern_hazard")
YELLOW = (0.78, 0.46, 0.02)
RED = Material("Paint", (0.5, 0.01, 0.01), roughness=0.3)
WHITE = Material("White", (0.8, 0.8, 0.78), roughness=0.45)


def traffic_cone() -> list[Part]:
    """An orange cone with white bands on a black foot."""
    orange, white = (
        Material("Paint", (0.8, 0.12, 0.01), roughness=0.55),
        Material("Band", (0.8, 0.8, 0.78), roughness=0.4),
    )

    def ring(low: float, high: float) -> list[tuple[float, float]]:
        return [(0.145 - 0.155 * z, z) for z in (low, high)]

    body = join(
        [lathe(ring(a, b)) for a, b in ((0.04, 0.26), (0.36, 0.5), (0.6, 0.72))] + [cylinder(0.034, 0.02, (0, 0, 0.72))]
    )
    bands = join([lathe(ring(a, b)) for a, b in ((0.26, 0.36), (0.5, 0.6))])
    return [(orange, body), (white, bands), (RUBBER, box((0.38, 0.38, 0.04), (0, 0, 0.02), bevel=0.012))]


def wet_floor_sign() -> list[Part]:
    """A folding warning board."""
    leaf = [(-0.15, 0.0), (0.15, 0.0), (0.1, 0.62), (0.07, 0.65), (-0.07, 0.65), (-0.1, 0.62)]
    board = extrude(leaf, 0.012, plane="yz")
    leaves = [board.moved((s * 0.16, 0, 0), turn=turned("y", -s * 13.5)) for s in (-1, 1)]
    print_ = [
        extrude([(-0.07, 0.2), (0.07, 0.2), (0, 0.36)], 0.014, plane="yz").moved(
            (s * 0.16, 0, 0), turn=turned("y", -s * 13.5)
        )
        for s in (-1, 1)
    ]
    low = min(float(m.points[..., 2].min()) for m in leaves)
    lift = (0, 0, -low)
    return [
        (Material("Paint", (0.85, 0.55, 0.01), roughness=0.5), join(leaves).moved(lift)),
        (DARK_STEEL, join(print_).moved(lift)),
    ]


def fire_extinguisher() -> list[Part]:
    """A 6 kg extinguisher on its foot."""
    shell = [
        (0, 0.0),
        (0.075, 0.0),
        (0.08, 0.012),
        None,
        (0.08, 0.012),
        (0.08, 0.38),
        (0.072, 0.43),
        (0.045, 0.465),
        (0.02, 0.475),
        (0.02, 0.5),
    ]
    hose = tube([(0.03, 0, 0.52), (0.09, 0.0, 0.5), (0.105, 0, 0.4), (0.095, 0, 0.2)], 0.009, segments=8)
    lever = join([box((0.12, 0.018, 0.012), (-0.05, 0, 0.53), bevel=0.003), cylinder(0.018, 0.04, (0, 0, 0.515)), hose])
    return [
        (Material("Paint", (0.5, 0.01, 0.01), roughness=0.3), lathe(shell, 28)),
        (PLASTIC, lever),
        (LABEL, cylinder(0.0808, 0.13, (0, 0, 0.25))),
    ]


def extinguisher_stand() -> list[Part]:
    """An extinguisher on a stand with its sign."""
    stand = [cylinder(0.17, 0.02, (0, 0, 0.01), bevel=0.004), pipe([(-0.11, 0, 0.02), (-0.11, 0, 1.35)], 0.014)]
    stand += [hoop(0.092, 0.006, (0, 0, 0.42), axis="z"), box((0.05, 0.03, 0.02), (-0.1, 0, 0.42))]
    board = box((0.006, 0.24, 0.24), (-0.092, 0, 1.22))
    flame = [box((0.002, 0.05, 0.14), (-0.0885, -0.04, 1.21)), box((0.002, 0.07, 0.03), (-0.0885, 0.045, 1.2))]
    sign = Material("Sign", (0.55, 0.015, 0.015), roughness=0.5)
    return [*placed(fire_extinguisher(), (0, 0, 0.02)), (STEEL, join(stand)), (sign, board), (WHITE, join(flame))]


def bollard() -> list[Part]:
    """A steel post with warning stripes on a foot plate."""
    post = lathe([(0.08, 0.01), (0.08, 0.94), (0.072, 0.985), (0.045, 1.01), (0.0, 1.02)], 24)
    foot = [box((0.26, 0.26, 0.014), (0, 0, 0.007))]
    foot += [cylinder(0.014, 0.03, (i * 0.1, j * 0.1, 0.02), segments=6) for i in (-1, 1) for j in (-1, 1)]
    rings = [lathe([(0.0812, z), (0.0812, z + 0.14)], 24) for z in (0.3, 0.58)]
    return [(paint(YELLOW), post), (DARK_STEEL, join([*rings, *foot]))]


def rack_guard() -> list[Part]:
    """A low rail of folded steel between two posts, striped, that keeps trucks off a rack's end."""
    posts = [box((0.1, 0.1, 0.42), (0, s * 0.5, 0.21), bevel=0.012) for s in (-1, 1)]
    posts += [box((0.18, 0.18, 0.012), (0, s * 0.5, 0.006)) for s in (-1, 1)]
    rail = [box((0.05, 1.16, 0.13), (0.06, 0, z), bevel=0.02) for z in (0.13, 0.31)]
    return stood([(HAZARD, join(posts)), (paint(YELLOW), join(rail))])


def barrier() -> list[Part]:
    """A road-works barrier: a red and white board on two A-shaped feet."""
    board = box((0.03, 1.2, 0.22), (0, 0, 0.85), bevel=0.004)
    lower = box((0.025, 1.2, 0.12), (0, 0, 0.48), bevel=0.004)
    stripes = []
    for v in np.linspace(-0.48, 0.48, 4):
        leaf = [(v - 0.14, 0.745), (v - 0.02, 0.745), (v + 0.12, 0.955), (v, 0.955)]
        stripes.append(extrude(leaf, 0.034, plane="yz"))
    legs = [pipe([(s * 0.28, j * 0.5, 0.02), (0, j * 0.5, 0.95)], 0.016) for s in (-1, 1) for j in (-1, 1)]
    legs += [box((0.6, 0.1, 0.05), (0, j * 0.5, 0.025), bevel=0.015) for j in (-1, 1)]
    stripe = Material("Paint", (0.55, 0.02, 0.015), roughness=0.45)
    return [(WHITE, join([board, lower])), (stripe, join(stripes)), (DARK_STEEL, join(legs))]


def chain_posts() -> list[Part]:
    """Two plastic posts on round feet with a chain in between, red and white."""
    red: list[Mesh] = []
    white: list[Mesh] = []
    feet: list[Mesh] = []
    for y in (-0.55, 0.55):
        feet.append(lathe([(0.16, 0), (0.16, 0.03), (0.06, 0.055), (0.024, 0.07)], 20).moved((0, y, 0)))
        for k, z in enumerate(np.arange(0.06, 0.86, 0.16)):
            (white if k % 2 else red).append(cylinder(0.021, 0.16, (0, y, float(z) + 0.08), segments=14))
        red.append(lathe([(0.021, 0.86), (0.034, 0.88), (0.034, 0.91), (0, 0.925)], 14).moved((0, y, 0)))
    sag = [(0.0, y, 0.88 - 0.28 * (1 - (y / 0.53) ** 2)) for y in np.linspace(-0.53, 0.53, 25)]
    for k, ((_, a, low), (_, b, high)) in enumerate(itertools.pairwise(sag)):
        link = box((0.008, 0.052, 0.022) if k % 2 else (0.022, 0.052, 0.008), bevel=0.003)
        tilt = turned("x", float(np.degrees(np.arctan2(high - low, b - a))))
        (white if k // 3 % 2 else red).append(link.moved((0, (a + b) / 2, (low + high) / 2), turn=tilt))
    return [
        (Material("Paint", (0.55, 0.02, 0.015), roughness=0.4), join(red)),
        (WHITE, join(white)),
        (RUBBER, join(feet)),
    ]


def notice_board() -> list[Part]:
    """A board of papers in a wooden frame on two legs."""
    panel = box((0.02, 1.0, 0.69), (0, 0, 1.25))
    frame = [box((0.035, 1.06, 0.04), (0, 0, z)) for z in (0.9, 1.6)] + [
        box((0.036, 0.04, 0.7), (0, s * 0.51, 1.25)) for s in (-1, 1)
    ]
    legs = [pipe([(0, s * 0.42, 0.03), (0, s * 0.42, 1.3)], 0.016).moved((-0.02, 0, 0)) for s in (-1, 1)]
    legs += [pipe([(-0.24, s * 0.42, 0.016), (0.22, s * 0.42, 0.016)], 0.016) for s in (-1, 1)]
    rng = np.random.default_rng(8)
    notes: list[list[Mesh]] = [[], []]
    for v in np.linspace(-0.38, 0.38, 4):
        for z in (1.1, 1.42):
            if rng.random() < 0.9:
                sheet = box((0.003, 0.2, 0.28), (0, 0, 0)).moved(
                    (0.011, v + float(rng.normal(0, 0.01)), z), turn=turned("x", float(rng.normal(0, 2)))
                )
                notes[int(rng.random() < 0.3)].append(sheet)
    cork = Material("Cork", (0.34, 0.2, 0.09), texture="plaster")
    amber = Material("Note", (0.75, 0.62, 0.12), roughness=0.7)
    return stood(
        [
            (cork, panel),
            (WOOD, join(frame)),
            (STEEL, join(legs)),
            *((m, join(s)) for m, s in zip((LABEL, amber), notes, strict=True) if s),
        ]
    )


def mesh_fence() -> list[Part]:
    """A panel of a machine guard, 1.2 m wide and 2 m high, on two feet: yellow posts, black mesh."""
    posts = [box((0.06, 0.06, 2.0), (s * 0.63, 0, 1.0), bevel=0.004) for s in (-1, 1)]
    feet = [box((0.1, 0.5, 0.012), (s * 0.63, 0, 0.006)) for s in (-1, 1)]
    gussets = [extrude([(0.02, 0.01), (0.2, 0.01), (0.02, 0.2)], 0.008, plane="yz", at=s * 0.63) for s in (-1, 1)]
    gussets += [m.moved(turn=turned("z", 180)) for m in gussets]
    frame = [box((1.2, 0.024, 0.024), (0, 0, z)) for z in (0.17, 1.95)]
    frame += [box((0.024, 0.0235, 1.78), (s * 0.588, 0, 1.06)) for s in (-1, 1)]
    mesh = wire_panel((1.17, 1.76), (22, 15), wire=0.005).moved((0, 0, 0.18))
    return [(paint(YELLOW), join(posts + feet + gussets)), (DARK_STEEL, join([*frame, mesh]))]


def speed_bump() -> list[Part]:
    """A rubber hump across a lane, black and yellow."""
    outline = [(-0.2, 0.0), (0.2, 0.0), (0.16, 0.03), (0.07, 0.05), (-0.07, 0.05), (-0.16, 0.03)]
    black = [extrude(outline, 0.24, plane="xz", at=y) for y in (-0.5, 0.0, 0.5)]
    yellow = [extrude(outline, 0.26, plane="xz", at=y) for y in (-0.25, 0.25)]
    return [(RUBBER, join(black)), (Material("Paint", (0.7, 0.4, 0.02), roughness=0.7), join(yellow))]
