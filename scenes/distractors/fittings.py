"""What many props are made of: castors, hoops, wire mesh; and how parts are put in their place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from palletjack_dr.scenes.materials import RUBBER, STEEL
from palletjack_dr.scenes.mesh import Array, Mesh, box, cylinder, join, tube, turned
from palletjack_dr.scenes.stage import Part

Point = tuple[float, float, float]


def placed(parts: Iterable[Part], at: Sequence[float] = (0, 0, 0), *, turn: Array | None = None) -> list[Part]:
    """Return parts rotated, then shifted."""
    return [(material, mesh.moved(at, turn=turn)) for material, mesh in parts]


def stood(parts: Sequence[Part]) -> list[Part]:
    """Return parts shifted so that they stand on the floor with the middle of their footprint at the origin."""
    every = np.concatenate([mesh.points.reshape(-1, 3) for _, mesh in parts])
    low, high = every.min(axis=0), every.max(axis=0)
    return placed(parts, (-(low[0] + high[0]) / 2, -(low[1] + high[1]) / 2, -low[2]))


def pipe(path: Sequence[Point], radius: float, *, closed: bool = False, segments: int = 8) -> Mesh:
    """Return a bent pipe of few sides; a closed one may have right angles."""
    if closed:  # a point amid every side: the tube's section cannot be carried round two right angles in a row
        corners = np.asarray(path, float)
        middles = (corners + np.roll(corners, -1, axis=0)) / 2
        return tube(
            np.stack([corners, middles], axis=1).reshape(-1, 3).tolist(), radius, closed=True, segments=segments
        )
    return tube(path, radius, closed=closed, segments=segments)


def hoop(radius: float, thickness: float, at: Point, *, axis: str = "y", steps: int = 24, segments: int = 6) -> Mesh:
    """Return a ring of round stock about an axis; ``thickness`` is the radius of the stock [m]."""
    angles = np.linspace(0, 2 * np.pi, steps, endpoint=False)
    flat = [(radius * float(np.cos(t)), radius * float(np.sin(t)), 0.0) for t in angles]
    turn = {"z": None, "y": turned("x", 90), "x": turned("y", 90)}[axis]
    return tube(flat, thickness, closed=True, segments=segments).moved(at, turn=turn)


def wheel(radius: float, width: float, at: Point, *, segments: int = 18) -> Mesh:
    """Return a solid tyre that rolls along X."""
    return cylinder(radius, width, at, axis="y", bevel=0.15 * radius, segments=segments)


def castors(places: Iterable[tuple[float, float]], radius: float = 0.06, *, yaw: float = 0.0) -> list[Part]:
    """Return swivel castors at (x, y); a deck may rest on them at ``castor_top(radius)``."""
    tyres, steel = [], []
    turn = turned("z", yaw)
    for x, y in places:
        tyres.append(wheel(radius, 0.034, (0, 0, radius), segments=14).moved((x, y, 0), turn=turn))
        fork = [box((0.045, 0.005, radius * 1.5), (0, s * 0.022, radius * 1.5)) for s in (-1, 1)]
        fork += [
            box((0.085, 0.075, 0.01), (0, 0, castor_top(radius) - 0.005)),
            cylinder(0.01, 0.054, (0, 0, radius), axis="y", segments=8),
        ]
        steel += [m.moved((x, y, 0), turn=turn) for m in fork]
    return [(RUBBER, join(tyres)), (STEEL, join(steel))]


def castor_top(radius: float) -> float:
    """Return the height [m] at which a castor is bolted on."""
    return 2.25 * radius + 0.01


def wire_panel(size: tuple[float, float], wires: tuple[int, int], *, wire: float = 0.005) -> Mesh:
    """Return a welded mesh of (width, height) [m] in the XZ plane, standing on z = 0, middle at x = 0."""
    (w, h), (across, up) = size, wires
    upright = [box((wire, wire, h), (x, 0, h / 2)) for x in np.linspace(-w / 2, w / 2, across)]
    level = [box((w, wire, wire), (0, wire, z)) for z in np.linspace(wire / 2, h - wire / 2, up)]
    return join(upright + level)


def wire_walls(size: tuple[float, float, float], wires: tuple[int, int, int], *, wire: float = 0.005) -> Mesh:
    """Return four meshes around a footprint of (x, y) and a height, standing on z = 0."""
    x, y, h = size
    sides = [wire_panel((x, h), (wires[0], wires[2]), wire=wire).moved((0, s * y / 2, 0)) for s in (-1, 1)]
    ends = [
        wire_panel((y, h), (wires[1], wires[2]), wire=wire).moved((s * x / 2, 0, 0), turn=turned("z", 90))
        for s in (-1, 1)
    ]
    return join(sides + ends)


def posts(x: float, y: float, height: float, *, width: float, base: float = 0.0) -> list[Mesh]:
    """Return four square posts at (+-x, +-y), from ``base`` up."""
    return [box((width, width, height), (i * x, j * y, base + height / 2)) for i in (-1, 1) for j in (-1, 1)]
