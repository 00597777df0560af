"""The hall: floor with lanes, walls, ceiling with trusses, racks full of goods, columns, doors, lamps."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from palletjack_dr.scenes.goods import boxed, pallet_mesh, stacked_cartons
from palletjack_dr.scenes.materials import DARK_STEEL, LABEL, STEEL, WOOD, WRAP, paint
from palletjack_dr.scenes.mesh import Mesh, box, cylinder, join, turned
from palletjack_dr.scenes.stage import Lamp, Material, Part

LENGTH, WIDTH, HEIGHT = 26.0, 18.0, 6.5
AISLE: Final = (2.7, 1.1)
"""Bay length and rack depth [m]."""
LEVELS: Final = (0.0, 1.75, 3.45)
CONCRETE = Material("Floor", texture="concrete_smooth")
LANES = Material("Lanes", (0.75, 0.47, 0.03), roughness=0.5)
WALL = Material("Wall", (0.95, 0.94, 0.9), texture="plaster")
SHEET = Material("Sheet", (0.92, 0.95, 1.0), texture="metal_corrugated")
BAND = Material("Band", (0.12, 0.18, 0.24), roughness=0.6)
TRUSS = Material("Truss", (0.5, 0.52, 0.54), roughness=0.55)
CEILING = Material("Ceiling", (0.42, 0.43, 0.44), roughness=0.8)
DOOR = Material("Door", (0.55, 0.57, 0.58), texture="metal_corrugated")
WINDOW = Material("Window", (0.8, 0.85, 0.9), roughness=0.2, emissive=(900.0, 1000.0, 1150.0))
GLOW = Material("LampGlass", (1.0, 1.0, 1.0), roughness=0.5, emissive=(20_000.0, 18_500.0, 16_500.0))
HAZARD = Material("Hazard", texture="pattern_hazard")
BOARD = Material("Board", (0.3, 0.2, 0.11), roughness=0.8)
UPRIGHT = paint((0.02, 0.09, 0.3), "Upright")
BEAM = paint((0.72, 0.17, 0.02), "Beam")

Unit = tuple[str, str, list[Part]]
"""Name, role and parts of one standing thing."""


def warehouse() -> Iterator[Unit]:
    """Yield the units of the hall, its floor centred on the origin."""
    yield "Floor", "floor", list(_floor())
    for name, parts in _walls():
        yield name, "wall", parts
    yield "Ceiling", "ceiling", list(_ceiling())
    rng = np.random.default_rng(42)
    for index, x in enumerate((-9.6, -1.5, 6.6)):
        yield f"RackNorth_{index}", "rack", _rack(rng, 2 if index else 3, (x, WIDTH / 2 - 0.85, 0))
    yield "RackSouth_0", "rack", _rack(rng, 3, (-6.0, -WIDTH / 2 + 0.85, 0))
    yield "RackSouth_1", "rack", _rack(rng, 2, (4.4, -WIDTH / 2 + 0.85, 0))
    for index, (x, y) in enumerate(((-4.5, 5.9), (4.5, 5.9), (-4.5, -5.9), (4.5, -5.9))):
        yield f"Column_{index}", "column", _column((x, y))
    for index, (x, y, yaw, kind) in enumerate(_floor_goods()):
        yield f"Goods_{index}", "obstacle", _goods(rng, x, y, yaw, kind)


def lamps() -> list[Lamp]:
    """Return the ceiling lights."""
    places = [(x, y) for y in (-4.6, 0.0, 4.6) for x in (-9.0, -3.0, 3.0, 9.0)]
    return [Lamp(name=f"Lamp_{i}", position=(x, y, HEIGHT - 1.25)) for i, (x, y) in enumerate(places)]


def _floor() -> Iterator[Part]:
    yield CONCRETE, box((LENGTH, WIDTH, 0.1), (0, 0, -0.05))
    lines = [box((LENGTH - 3, 0.1, 0.002), (0, y, 0.001)) for y in (-5.2, 5.2)]
    lines += [box((0.1, 10.4, 0.002), (x, 0, 0.001)) for x in (-10.5, 10.5)]
    lines += [box((0.1, 2.2, 0.002), (x, s * 6.3, 0.001)) for x in (-11.5, -8.5, 8.5, 11.5) for s in (-1, 1)]
    yield LANES, join(lines)


def _walls() -> Iterator[tuple[str, list[Part]]]:
    low = 2.6
    for name, s in (("WallNorth", 1), ("WallSouth", -1)):
        y = s * (WIDTH / 2 + 0.1)
        parts: list[Part] = [
            (WALL, box((LENGTH, 0.2, low), (0, y, low / 2))),
            (SHEET, box((LENGTH, 0.2, HEIGHT - low), (0, y, (HEIGHT + low) / 2))),
            (WINDOW, join([box((2.2, 0.02, 0.7), (x, y - s * 0.11, 5.3)) for x in (-9.5, -5.5, 5.5, 9.5)])),
        ]
        yield name, parts
    for name, s in (("WallEast", 1), ("WallWest", -1)):
        x = s * (LENGTH / 2 + 0.1)
        inside = x - s * 0.11
        parts = [
            (WALL, box((0.2, WIDTH, low), (x, 0, low / 2))),
            (SHEET, box((0.2, WIDTH, HEIGHT - low), (x, 0, (HEIGHT + low) / 2))),
            (BAND, box((0.02, WIDTH, 1.1), (inside, 0, 0.55))),
        ]
        yield name, parts + (_gate(inside, s) if s > 0 else _office_wall(inside))


def _gate(x: float, s: int) -> list[Part]:
    frame = [box((0.12, 0.18, 3.6), (x, y, 1.8)) for y in (-3.9, 0.1)] + [box((0.12, 4.18, 0.35), (x, -1.9, 3.7))]
    hazard = [box((0.14, 0.19, 1.2), (x, y, 0.6)) for y in (-3.9, 0.1)]
    door = box((0.06, 3.9, 3.58), (x, -1.9, 1.79))
    leaf = box((0.06, 1.0, 2.1), (x, 3.4, 1.05), bevel=0.01)
    sign = box((0.03, 0.5, 0.2), (x, 3.4, 2.35))
    exit_sign = Material("ExitSign", (0.0, 0.35, 0.1), roughness=0.4, emissive=(10.0, 260.0, 90.0))
    return [
        (DOOR, door),
        (TRUSS, join(frame)),
        (HAZARD, join(hazard)),
        (paint((0.3, 0.32, 0.33), "DoorLeaf"), leaf),
        (exit_sign, sign),
    ]


def _office_wall(x: float) -> list[Part]:
    rng = np.random.default_rng(3)
    sheets = [
        box((0.004, 0.21, 0.297), (x + 0.035, y, z))
        for y in np.arange(-3.0, -1.2, 0.3)
        for z in (1.5, 1.85)
        if rng.random() < 0.8
    ]
    cabinet = box((0.22, 0.6, 0.8), (x + 0.1, 2.2, 1.5), bevel=0.01)
    leaf = box((0.06, 0.95, 2.1), (x, 4.6, 1.05), bevel=0.01)
    red = Material("Extinguisher", (0.5, 0.01, 0.01), roughness=0.3)
    pipes = join([cylinder(0.03, HEIGHT - 0.6, (x + 0.06, y, HEIGHT / 2), segments=12) for y in (0.6, 0.75)])
    return [
        (BOARD, box((0.04, 2.4, 1.0), (x + 0.02, -2.1, 1.65))),
        (LABEL, join(sheets)),
        (paint((0.42, 0.43, 0.42), "Cabinet"), cabinet),
        (paint((0.1, 0.2, 0.3), "OfficeDoor"), leaf),
        (red, cylinder(0.08, 0.5, (x + 0.12, 3.3, 1.2), bevel=0.02)),
        (STEEL, pipes),
    ]


def _ceiling() -> Iterator[Part]:
    yield CEILING, box((LENGTH, WIDTH, 0.1), (0, 0, HEIGHT + 0.05))
    bars: list[Mesh] = []
    for x in np.arange(-10.5, 10.6, 3.5):
        bars += [box((0.14, WIDTH, 0.1), (x, 0, HEIGHT - 0.1)), box((0.1, WIDTH, 0.08), (x, 0, HEIGHT - 0.75))]
        for k, y in enumerate(np.arange(-8.4, 8.5, 1.2)):
            slant = turned("x", 45 if k % 2 else -45)
            bars.append(box((0.06, 0.06, 0.85), (0, 0, 0)).moved((x, y, HEIGHT - 0.42), turn=slant))
    bars += [box((LENGTH, 0.08, 0.12), (0, y, HEIGHT - 0.06)) for y in (-6.6, -2.2, 2.2, 6.6)]
    yield TRUSS, join(bars)
    yield STEEL, join([cylinder(0.2, LENGTH - 1, (0, 7.6, HEIGHT - 0.5), axis="x", segments=16)])
    yield (
        DARK_STEEL,
        join([box((1.6, 0.36, 0.08), (p.position[0], p.position[1], p.position[2] + 0.09)) for p in lamps()]),
    )
    yield GLOW, join([box((1.5, 0.3, 0.02), (p.position[0], p.position[1], p.position[2] + 0.04)) for p in lamps()])


def _rack(rng: np.random.Generator, bays: int, at: tuple[float, float, float]) -> list[Part]:
    """A pallet rack of some bays with three levels, filled."""
    bay, depth = AISLE
    top = LEVELS[-1] + 1.1
    uprights, beams, decks, pallets = [], [], [], []
    parts: list[Part] = []
    start = -bays * bay / 2
    for k in range(bays + 1):
        x = start + k * bay
        for y in (-depth / 2, depth / 2):
            uprights.append(box((0.1, 0.08, top), (x, y, top / 2), bevel=0.008))
            uprights.append(box((0.16, 0.14, 0.012), (x, y, 0.006)))
        for z in np.arange(0.3, top - 0.5, 0.9):
            slant = turned("x", 40)
            uprights.append(box((0.04, 0.03, depth * 1.25), (0, 0, 0)).moved((x, 0, z + 0.4), turn=slant))
    guards = [
        box((0.13, 0.13, 0.4), (start + k * bay, -np.sign(at[1]) * (depth / 2 + 0.02), 0.2), bevel=0.02)
        for k in range(bays + 1)
    ]
    for k in range(bays):
        middle = start + (k + 0.5) * bay
        for level in LEVELS:
            if level > 0:
                beams += [
                    box((bay - 0.08, 0.045, 0.13), (middle, y, level - 0.07), bevel=0.006)
                    for y in (-depth / 2, depth / 2)
                ]
                decks.append(box((bay - 0.1, depth - 0.05, 0.02), (middle, 0, level + 0.0)))
            for slot in range(3):
                if rng.random() < 0.12:
                    continue
                x, base = middle + (slot - 1) * 0.87 + float(rng.normal(0, 0.015)), level + 0.012
                turn = turned("z", 90 + float(rng.normal(0, 1.2)))
                load, kind = float(rng.uniform(0.45, 1.15)), rng.random()
                pallets.append(pallet_mesh(detail=False).moved((x, 0, base), turn=turn))
                parts += [(m, mesh.moved((x, 0, base), turn=turn)) for m, mesh in _load(rng, load, kind)]
    parts += [
        (UPRIGHT, join(uprights)),
        (BEAM, join(beams)),
        (STEEL, join(decks)),
        (HAZARD, join(guards)),
        (WOOD, join(pallets)),
    ]
    return [(m, mesh.moved(at)) for m, mesh in parts]


def _load(rng: np.random.Generator, height: float, kind: float) -> list[Part]:
    """What lies on one pallet: cartons, a wrapped block, or a crate."""
    if kind < 0.62:
        return stacked_cartons(rng, (1.1, 0.74), height, base=0.144, detail=False)
    if kind < 0.82:
        return [(WRAP, box((1.12, 0.76, height), (0, 0, 0.144 + height / 2), bevel=0.03))]
    return boxed((1.1, 0.74, height), (0, 0, 0.144), shade=int(rng.integers(4)))


def _column(at: tuple[float, float]) -> list[Part]:
    x, y = at
    flange = [box((0.3, 0.025, HEIGHT), (x, y + s * 0.14, HEIGHT / 2)) for s in (-1, 1)]
    web = box((0.02, 0.28, HEIGHT), (x, y, HEIGHT / 2))
    return [(TRUSS, join([*flange, web])), (HAZARD, box((0.36, 0.36, 1.1), (x, y, 0.55), bevel=0.02))]


def _floor_goods() -> list[tuple[float, float, float, str]]:
    return [(-11.9, -3.2, 90, "pallets"), (-11.9, 0.0, 88, "load"), (11.6, 3.9, 2, "load"), (11.7, 5.4, -4, "pallets"),
            (-11.8, 5.6, 12, "cartons"), (9.4, -7.9, 0, "load"), (11.2, -7.8, 5, "cartons")]  # fmt: skip


def _goods(rng: np.random.Generator, x: float, y: float, yaw: float, kind: str) -> list[Part]:
    if kind == "pallets":
        parts: list[Part] = [
            (
                WOOD,
                join(
                    [
                        pallet_mesh(detail=False).moved((0, 0, 0.146 * k), turn=turned("z", float(rng.normal(0, 1.5))))
                        for k in range(int(rng.integers(5, 10)))
                    ]
                ),
            )
        ]
    elif kind == "load":
        parts = [(WOOD, pallet_mesh(detail=False)), *_load(rng, 1.1, 0.3)]
    else:
        parts = boxed((0.7, 0.5, 0.5), (0, 0, 0), shade=1) + boxed((0.5, 0.4, 0.4), (0.05, 0, 0.5), shade=2, yaw=10)
        parts += boxed((0.5, 0.4, 0.4), (0.62, 0.1, 0), shade=0, yaw=-8)
    turn = turned("z", yaw)
    return [(m, mesh.moved((x, y, 0), turn=turn)) for m, mesh in parts]
