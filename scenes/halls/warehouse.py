"""The small warehouse: racks along two walls, an open floor between columns, a gate, windows under the roof."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from palletjack_dr.scenes.halls import fences, fittings, lights, loads, markings, shell, signs
from palletjack_dr.scenes.halls.hall import Hall, Unit, placed
from palletjack_dr.scenes.halls.racks import Rack, rack
from palletjack_dr.scenes.halls.shell import Opening, on_wall
from palletjack_dr.scenes.mesh import box
from palletjack_dr.scenes.stage import Lamp, Part

LENGTH, WIDTH, HEIGHT = 26.0, 18.0, 6.5
GATE: Final = Opening(x=1.9, width=3.9, head=3.6)
STAFF_DOOR: Final = Opening(x=-4.0, width=1.0)
OFFICE_DOOR: Final = Opening(x=4.6, width=0.95)
HIGH_WINDOWS: Final = [Opening(x=x, width=2.4, sill=4.9, head=5.65) for x in (-9.5, -5.5, 0.0, 5.5, 9.5)]


@dataclass(frozen=True, kw_only=True)
class Warehouse(Hall):
    """A hall of 26 x 18 x 6.5 m."""

    def units(self) -> Iterator[Unit]:
        """Yield the hall's units."""
        rng = np.random.default_rng(self.seed)
        yield "Floor", "floor", [shell.floor(LENGTH, WIDTH), *_paint()]
        yield from self._walls(rng)
        yield "Ceiling", "ceiling", self._ceiling()
        for index, (x, bays) in enumerate(((-8.5, 3), (-1.2, 2), (5.0, 2))):
            parts = rack(rng, Rack(bays=bays, fill=self.fill))
            yield f"RackNorth_{index}", "rack", placed(parts, (x, WIDTH / 2 - 0.85, 0))
        for index, (x, bays) in enumerate(((-6.0, 3), (4.4, 2))):
            parts = rack(rng, Rack(bays=bays, fill=self.fill))
            yield f"RackSouth_{index}", "rack", placed(parts, (x, -WIDTH / 2 + 0.85, 0), 180)
        for index, (x, y) in enumerate(((-4.5, 5.9), (4.5, 5.9), (-4.5, -5.9), (4.5, -5.9))):
            yield f"Column_{index}", "column", placed(fittings.column(HEIGHT), (x, y, 0))
        yield "Cage", "obstacle", placed(_cage(rng), (10.6, 7.55, 0))
        yield "Bench", "obstacle", placed(fittings.bench(), (-0.1, -8.5, 0), 180)
        for index, (parts, x, y, yaw) in enumerate(_floor_goods(rng)):
            yield f"Goods_{index}", "obstacle", placed(parts, (x, y, 0), yaw)

    def lamps(self) -> list[Lamp]:
        """Return three rows of tube lamps."""
        return lights.grid((-9.0, -3.0, 3.0, 9.0), (-4.6, 0.0, 4.6), HEIGHT - 1.25, luminance=self.lamp_luminance)

    def _walls(self, rng: np.random.Generator) -> Iterator[Unit]:
        for name, side in (("WallNorth", "north"), ("WallSouth", "south")):
            parts = shell.wall(LENGTH, HEIGHT, HIGH_WINDOWS)
            for o in HIGH_WINDOWS:
                parts += shell.window(o, daylight=self.daylight)
            yield name, "wall", on_wall(parts, "north" if side == "north" else "south", LENGTH, WIDTH)
        east = shell.wall(WIDTH, HEIGHT, [GATE, STAFF_DOOR]) + shell.sectional_door(GATE) + shell.side_door(STAFF_DOOR)
        east += placed(signs.extinguisher(), (-2.9, 0, 1.2)) + placed(signs.warning_plate(), (-0.55, 0, 2.0))
        east += placed(signs.number_plate(4, size=0.5), (1.9, 0, 4.45)) + placed(
            fittings.downpipes(HEIGHT), (6.6, 0, 0)
        )
        yield "WallEast", "wall", on_wall(east, "east", LENGTH, WIDTH)
        west = shell.wall(WIDTH, HEIGHT, [OFFICE_DOOR]) + shell.side_door(OFFICE_DOOR)
        west += placed(signs.notice_board(rng), (-2.1, 0, 1.65)) + placed(fittings.cabinet(), (2.2, 0, 1.1))
        west += placed(signs.extinguisher(), (3.5, 0, 1.2)) + placed(signs.direction_plate(), (0.5, 0, 2.6))
        west += placed(fittings.downpipes(HEIGHT), (0.7, 0, 0))
        west.append((shell.SOCKET, box((7.0, 0.025, 1.1), (-5.0, -0.0075, 0.55))))
        yield "WallWest", "wall", on_wall(west, "west", LENGTH, WIDTH)

    def _ceiling(self) -> list[Part]:
        parts = shell.roof(LENGTH, WIDTH, HEIGHT, skylights=shell.glass(True) if self.daylight else None)
        parts += lights.tubes(self.lamps(), HEIGHT)
        parts += placed(fittings.duct(LENGTH - 1), (0, 7.6, HEIGHT - 0.5))
        parts += placed(fittings.cable_tray(LENGTH - 1), (0, -2.3, HEIGHT - 1.0))
        for y in (-6.4, 2.3):
            parts += placed(fittings.sprinklers(LENGTH - 0.4), (0, y, HEIGHT - 0.9))
        for x, y, yaw in ((-11.5, 2.5, 90), (11.3, -5.0, -60)):
            parts += placed(fittings.fan_heater(), (x, y, HEIGHT - 1.6), yaw)
        return parts


def _paint() -> list[Part]:
    yellow = [markings.line((-11.3, y), (11.3, y)) for y in (-5.2, 5.2)]
    yellow += [markings.line((x, -5.2), (x, 5.2)) for x in (-10.5, 10.5)]
    yellow += [markings.line((x, s * 5.3), (x, s * 7.2)) for x in (-11.3, -3.0, 1.6, 8.5) for s in (-1, 1)]
    yellow += markings.bays((8.6, -8.7), 3, (1.35, 1.7))
    arrows = [markings.arrow((8.5, -1.0), 180), markings.arrow((8.5, -2.9), 0)]
    white = [*markings.walkway((-12.1, -5.0), (-11.0, 5.0)), *arrows]
    return markings.painted(yellow, white)


def _cage(rng: np.random.Generator) -> list[Part]:
    parts = fences.cage(4.0, 2.6)
    parts += placed(loads.wire_box(rng, stacked=2), (-1.1, 0.5, 0), 90)
    parts += placed(loads.drums(), (1.1, 0.6, 0), 90) + placed(loads.load(rng, 0.9), (0.1, 0.6, 0), 90)
    return parts


def _floor_goods(rng: np.random.Generator) -> list[tuple[list[Part], float, float, float]]:
    return [
        (loads.empties(rng, 8), -12.3, -6.3, 90.0),
        (loads.load(rng, 1.1), -12.2, -3.6, 88.0),
        (loads.wire_box(rng, stacked=2), -12.3, -0.8, 90.0),
        (loads.hand_stack(), -12.0, 6.2, 12.0),
        (loads.load(rng, 1.2), 9.3, -7.8, 90.0),
        (loads.wire_box(rng), 10.6, -7.9, 91.0),
        (loads.empties(rng, 6), 12.0, -7.8, 88.0),
        (loads.load(rng, 0.8), 12.2, 5.3, 85.0),
    ]
