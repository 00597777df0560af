"""The building: floor, walls with openings, windows, doors, roof with trusses and skylights.

Walls and what hangs on them are made in the wall's own frame: X runs along it to the right as seen from inside
the hall, its inner face is y = 0 and the hall is at y < 0. ``on_wall`` turns that onto a side of the hall.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from palletjack_dr.scenes.halls.hall import placed
from palletjack_dr.scenes.materials import DARK_STEEL, paint
from palletjack_dr.scenes.mesh import Mesh, box, join, turned
from palletjack_dr.scenes.stage import Material, Part

CONCRETE = Material("Floor", texture="concrete_smooth")
WALL = Material("Wall", (0.95, 0.94, 0.9), texture="plaster")
SHEET = Material("Sheet", (0.92, 0.95, 1.0), texture="metal_corrugated")
SOCKET = Material("Band", (0.12, 0.18, 0.24), roughness=0.6)
TRUSS = Material("Truss", (0.5, 0.52, 0.54), roughness=0.55)
CEILING = Material("Ceiling", (0.42, 0.43, 0.44), roughness=0.8)
DOOR = Material("Door", (0.55, 0.57, 0.58), texture="metal_corrugated")
HAZARD = Material("Hazard", texture="pattern_hazard")
EXIT_SIGN = Material("ExitSign", (0.0, 0.35, 0.1), roughness=0.4, emissive=(10.0, 260.0, 90.0))
THICKNESS: Final = 0.2
PLINTH: Final = 2.6
"""Height [m] up to which a wall is masonry; sheet metal above."""

Side = Literal["north", "east", "south", "west"]


@dataclass(frozen=True, kw_only=True)
class Opening:
    """A hole in a wall [m]: its middle along the wall, width, sill and head."""

    x: float
    width: float
    sill: float = 0.0
    head: float = 2.1


def glass(daylight: bool) -> Material:
    """Return a window pane: the bright sky behind it, or night."""
    if daylight:
        return Material("Window", (0.8, 0.85, 0.9), roughness=0.2, emissive=(2300.0, 2550.0, 2900.0))
    return Material("Window", (0.02, 0.025, 0.035), roughness=0.1, emissive=(0.4, 0.45, 0.6))


def floor(length: float, width: float) -> Part:
    """Return the slab, its top at z = 0."""
    return CONCRETE, box((length, width, 0.1), (0, 0, -0.05))


def on_wall(parts: Iterable[Part], side: Side, length: float, width: float) -> list[Part]:
    """Return parts from a wall's frame on a side of a hall of ``length`` (X) by ``width`` (Y)."""
    at, yaw = {
        "north": ((0.0, width / 2, 0.0), 0.0),
        "south": ((0.0, -width / 2, 0.0), 180.0),
        "east": ((length / 2, 0.0, 0.0), -90.0),
        "west": ((-length / 2, 0.0, 0.0), 90.0),
    }[side]
    return placed(parts, at, yaw)


def wall(length: float, height: float, openings: Sequence[Opening] = (), *, plinth: float = PLINTH) -> list[Part]:
    """Return a wall with holes: masonry up to ``plinth``, sheet metal above."""
    low: list[Mesh] = []
    high: list[Mesh] = []

    def panel(left: float, right: float, bottom: float, top: float) -> None:
        for meshes, a, b in ((low, bottom, min(top, plinth)), (high, max(bottom, plinth), top)):
            if right - left > 1e-3 and b - a > 1e-3:
                meshes.append(
                    box((right - left, THICKNESS, b - a), ((left + right) / 2, THICKNESS / 2, 0)).moved(
                        (0, 0, (a + b) / 2)
                    )
                )

    edge = -length / 2
    for o in sorted(openings, key=lambda o: o.x):
        left, right = o.x - o.width / 2, o.x + o.width / 2
        panel(edge, left, 0.0, height)
        panel(left, right, 0.0, o.sill)
        panel(left, right, o.head, height)
        edge = right
    panel(edge, length / 2, 0.0, height)
    return [(material, join(meshes)) for material, meshes in ((WALL, low), (SHEET, high)) if meshes]


def window(o: Opening, *, daylight: bool, pane: float = 1.1) -> list[Part]:
    """Return panes and bars for an opening, set back by half the wall."""
    height, middle = o.head - o.sill, (o.head + o.sill) / 2
    count = max(1, round(o.width / pane))
    bars = [
        box((0.05, 0.06, height), (x, 0.09, middle)) for x in o.x + np.linspace(-0.5, 0.5, count + 1) * (o.width - 0.05)
    ]
    bars += [box((o.width, 0.07, 0.05), (o.x, 0.09, z)) for z in (o.sill + 0.025, o.head - 0.025)]
    return [
        (glass(daylight), box((o.width - 0.02, 0.02, height - 0.02), (o.x, 0.13, middle))),
        (paint((0.3, 0.32, 0.34), "WindowFrame"), join(bars)),
        (CEILING, box((o.width + 0.1, 0.12, 0.03), (o.x, -0.03, o.sill - 0.01))),
    ]


def sectional_door(o: Opening, *, opened: bool = False) -> list[Part]:
    """Return frame, guarded jambs and, if closed, the leaf of a big door."""
    left, right = o.x - o.width / 2, o.x + o.width / 2
    frame = [box((0.14, 0.1, o.head + 0.14), (x, -0.03, (o.head + 0.14) / 2)) for x in (left - 0.06, right + 0.06)]
    frame += [box((o.width + 0.4, 0.26, 0.36), (o.x, -0.11, o.head + 0.19), bevel=0.02)]
    guards = [box((0.2, 0.2, 1.2), (x, -0.085, 0.6), bevel=0.03) for x in (left - 0.11, right + 0.11)]
    parts = [(TRUSS, join(frame)), (HAZARD, join(guards))]
    if not opened:
        seams = [box((o.width - 0.004, 0.014, 0.014), (o.x, 0.0305, z)) for z in np.arange(0.55, o.head, 0.55)]
        parts += [
            (DOOR, box((o.width, 0.05, o.head), (o.x, 0.06, o.head / 2))),
            (DARK_STEEL, join([*seams, box((o.width - 0.004, 0.07, 0.06), (o.x, 0.06, 0.031))])),
        ]
    return parts


def side_door(o: Opening, *, leaf: Material | None = None) -> list[Part]:
    """Return a closed door for people, framed, with handle, kick plate and a lit exit sign above."""
    left, right = o.x - o.width / 2, o.x + o.width / 2
    frame = [box((0.06, 0.14, o.head + 0.06), (x, 0.05, (o.head + 0.06) / 2)) for x in (left, right)]
    frame.append(box((o.width - 0.02, 0.14, 0.06), (o.x, 0.05, o.head + 0.025)))
    handle = [box((0.14, 0.05, 0.025), (right - 0.14, 0.02, 1.05)), box((0.04, 0.012, 0.2), (right - 0.1, 0.037, 1.0))]
    return [
        (TRUSS, join(frame)),
        (leaf or paint((0.3, 0.32, 0.33), "DoorLeaf"), box((o.width - 0.06, 0.05, o.head), (o.x, 0.07, o.head / 2))),
        (DARK_STEEL, join([*handle, box((o.width - 0.1, 0.01, 0.2), (o.x, 0.043, 0.13))])),
        (EXIT_SIGN, box((0.5, 0.06, 0.2), (o.x, -0.03, o.head + 0.25))),
    ]


def roof(
    length: float, width: float, height: float, *, truss: float = 3.5, skylights: Material | None = None
) -> list[Part]:
    """Return the ceiling, trusses every ``truss`` metres, purlins, and strips of skylight between the trusses."""
    bars: list[Mesh] = []
    half = int((length / 2 - 0.5) / truss)
    places = np.arange(-half, half + 1) * truss
    for x in places:
        bars += [box((0.14, width, 0.1), (x, 0, height - 0.1)), box((0.1, width, 0.08), (x, 0, height - 0.75))]
        for k, y in enumerate(np.arange(-width / 2 + 0.6, width / 2 - 0.5, 1.2)):
            slant = turned("x", 45 if k % 2 else -45)
            bars.append(box((0.06, 0.06, 0.85)).moved((x, y, height - 0.42), turn=slant))
    bars += [box((length, 0.08, 0.12), (0, y, height - 0.06)) for y in np.arange(-0.37, 0.38, 0.245) * width]
    parts = [
        (CEILING, box((length + 2 * THICKNESS, width + 2 * THICKNESS, 0.1), (0, 0, height + 0.05))),
        (TRUSS, join(bars)),
    ]
    if skylights:
        parts.append(
            (
                skylights,
                join(
                    [
                        box((truss * 0.36, width * 0.22, 0.03), (x + truss / 2, s * width * 0.25, height - 0.012))
                        for x in places[:-1:2]
                        for s in (-1, 1)
                    ]
                ),
            )
        )
    return parts
