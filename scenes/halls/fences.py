"""Mesh fences and cages, and the bollards and rails that keep trucks away."""

from __future__ import annotations

import numpy as np

from palletjack_dr.scenes.halls.shell import HAZARD
from palletjack_dr.scenes.materials import paint
from palletjack_dr.scenes.mesh import Mesh, box, cylinder, join, tube, turned
from palletjack_dr.scenes.stage import Material, Part

POST = paint((0.62, 0.4, 0.02), "FencePost")
MESH = Material("FenceMesh", (0.11, 0.115, 0.12), roughness=0.45)
RAIL = paint((0.72, 0.47, 0.02), "GuardRail")


def fence(length: float, *, height: float = 2.2, pitch: float = 0.1) -> list[Part]:
    """Return a fence along X, centred: posts every two metres or less, framed mesh between them."""
    panels = max(1, int(np.ceil(length / 2.0)))
    wide = length / panels
    posts: list[Mesh] = []
    wires: list[Mesh] = []
    for k in range(panels + 1):
        x = -length / 2 + k * wide
        posts += [box((0.06, 0.06, height + 0.1), (x, 0, height / 2 + 0.05)), box((0.14, 0.14, 0.01), (x, 0, 0.005))]
    for z in (0.15, height):
        wires.append(box((length, 0.025, 0.025), (0, 0, z)))
    wires += [box((0.008, 0.008, height - 0.15), (x, 0, height / 2 + 0.075)) for x in _steps(length, pitch)]
    wires += [box((length, 0.008, 0.008), (0, 0.006, 0.15 + z)) for z in np.arange(2 * pitch, height - 0.2, 2 * pitch)]
    return [(POST, join(posts)), (MESH, join(wires))]


def cage(length: float, width: float, *, height: float = 2.2) -> list[Part]:
    """Return a fenced-in rectangle without a back (towards +Y), which stands against a wall."""
    sides: list[Part] = [(m, mesh.moved((0, -width / 2, 0))) for m, mesh in fence(length, height=height)]
    for s in (-1, 1):
        turn = turned("z", 90)
        sides += [
            (m, mesh.moved((s * (length / 2 + 0.001), 0, 0), turn=turn)) for m, mesh in fence(width, height=height)
        ]
    return sides


def bollard(*, height: float = 1.0, radius: float = 0.085) -> list[Part]:
    """Return a striped post."""
    return [(HAZARD, cylinder(radius, height, (0, 0, height / 2), bevel=0.02, segments=16))]


def guard_rail(length: float) -> list[Part]:
    """Return a low tube rail on feet, along X."""
    path = [(-length / 2, 0, 0), (-length / 2, 0, 0.35), (-length / 2 + 0.1, 0, 0.45)]
    hoop = tube([*path, *((-x, y, z) for x, y, z in reversed(path))], 0.045, segments=10)
    feet = [box((0.2, 0.2, 0.012), (s * length / 2, 0, 0.006)) for s in (-1, 1)]
    return [(RAIL, join([hoop, *feet]))]


def _steps(length: float, pitch: float) -> list[float]:
    count = int(length / pitch)
    return [(k - (count - 1) / 2) * pitch for k in range(count)]
