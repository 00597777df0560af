"""What buildings carry: columns, cable trays, pipes, sprinklers, fans, cabinets."""

from __future__ import annotations

import numpy as np

from palletjack_dr.scenes.halls.shell import HAZARD, TRUSS
from palletjack_dr.scenes.materials import DARK_STEEL, PLYWOOD, STEEL, paint
from palletjack_dr.scenes.mesh import Mesh, box, cylinder, join
from palletjack_dr.scenes.stage import Material, Part

SPRINKLER = Material("SprinklerRed", (0.42, 0.02, 0.015), roughness=0.4)
GALVANISED = Material("Galvanised", (0.5, 0.51, 0.52), roughness=0.45, metallic=0.8)
CABINET = paint((0.42, 0.43, 0.42), "Cabinet")
DUCT = Material("Duct", (0.6, 0.61, 0.62), roughness=0.3, metallic=0.9)


def column(height: float, *, guard: float = 1.1) -> list[Part]:
    """Return an H-section with a striped guard around its foot."""
    flange = [box((0.3, 0.025, height), (0, s * 0.14, height / 2)) for s in (-1, 1)]
    web = box((0.02, 0.28, height), (0, 0, height / 2))
    return [(TRUSS, join([*flange, web])), (HAZARD, box((0.38, 0.38, guard), (0, 0, guard / 2), bevel=0.03))]


def cable_tray(length: float) -> list[Part]:
    """Return a tray along X with rungs and a few cables, its bottom at z = 0."""
    pieces = [box((length, 0.01, 0.07), (0, s * 0.15, 0.035)) for s in (-1, 1)]
    pieces += [box((0.03, 0.3, 0.012), (x, 0, 0.01)) for x in np.arange(-length / 2 + 0.2, length / 2, 0.6)]
    cables = [cylinder(0.018, length, (0, y, 0.036), axis="x", segments=6) for y in (-0.09, -0.03, 0.02, 0.1)]
    return [(GALVANISED, join(pieces)), (DARK_STEEL, join(cables))]


def sprinklers(length: float, *, pitch: float = 3.0) -> list[Part]:
    """Return a red main along X with heads that hang from it."""
    pieces: list[Mesh] = [cylinder(0.04, length, axis="x", segments=10)]
    for x in np.arange(-length / 2 + 1.0, length / 2, pitch):
        pieces += [cylinder(0.012, 0.14, (x, 0, -0.1), segments=6), cylinder(0.03, 0.012, (x, 0, -0.17), segments=8)]
    return [(SPRINKLER, join(pieces))]


def duct(length: float, radius: float = 0.22) -> list[Part]:
    """Return a round ventilation duct along X with its flanges."""
    pieces = [cylinder(radius, length, axis="x", segments=16)]
    pieces += [
        cylinder(radius + 0.02, 0.04, (x, 0, 0), axis="x", segments=16) for x in np.arange(-length / 2, length / 2, 2.5)
    ]
    return [(DUCT, join(pieces))]


def fan_heater() -> list[Part]:
    """Return a heater under the ceiling that blows towards -Y."""
    grille = [box((0.62, 0.02, 0.02), (0, -0.26, z)) for z in np.arange(-0.24, 0.25, 0.08)]
    rods = [box((0.02, 0.02, 0.5), (x, 0, 0.6)) for x in (-0.28, 0.28)]
    return [
        (CABINET, box((0.7, 0.5, 0.7), bevel=0.02)),
        (DARK_STEEL, join([cylinder(0.26, 0.02, (0, -0.255, 0), axis="y", segments=20), *rods])),
        (GALVANISED, join([g.moved((0, -0.02, 0)) for g in grille])),
    ]


def cabinet() -> list[Part]:
    """Return an electrical cabinet in a wall's frame, its foot at z = 0, with conduits that go up."""
    pipes = [cylinder(0.02, 2.2, (x, -0.05, 1.85), segments=8) for x in (-0.15, 0.0, 0.15)]
    return [
        (CABINET, box((0.6, 0.22, 0.8), (0, -0.11, 0.4), bevel=0.012)),
        (DARK_STEEL, box((0.02, 0.01, 0.7), (0.22, -0.223, 0.4))),
        (STEEL, join(pipes)),
    ]


def downpipes(height: float) -> list[Part]:
    """Return two pipes up a wall, clamped."""
    pieces = [cylinder(0.04, height - 0.02, (x, -0.06, height / 2), segments=10) for x in (-0.08, 0.08)]
    pieces += [box((0.3, 0.06, 0.03), (0, -0.03, z)) for z in np.arange(0.6, height, 1.5)]
    return [(GALVANISED, join(pieces))]


def bench() -> list[Part]:
    """Return a packing table with a shelf board above."""
    legs = [box((0.05, 0.05, 0.88), (x, y, 0.44)) for x in (-0.9, 0.9) for y in (-0.32, 0.32)]
    legs += [box((0.04, 0.04, 0.9), (x, 0.32, 1.32)) for x in (-0.9, 0.9)]
    legs.append(box((1.8, 0.04, 0.04), (0, 0.32, 0.3)))
    tops = [
        box((2.0, 0.8, 0.04), (0, 0, 0.9)),
        box((1.9, 0.3, 0.025), (0, 0.28, 1.5)),
        box((1.78, 0.6, 0.02), (0, 0, 0.25)),
    ]
    return [(CABINET, join(legs)), (PLYWOOD, join(tops))]
