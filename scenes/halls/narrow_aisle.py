"""High racks with narrow aisles: two rows along the walls, a double row between, a wide cross aisle at the gate."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from palletjack_dr.scenes.halls import fittings, lights, loads, markings, shell, signs
from palletjack_dr.scenes.halls.fences import guard_rail
from palletjack_dr.scenes.halls.hall import Hall, Unit, placed
from palletjack_dr.scenes.halls.racks import Rack, rack
from palletjack_dr.scenes.halls.shell import Opening, on_wall
from palletjack_dr.scenes.mesh import box, join
from palletjack_dr.scenes.stage import Lamp, Part

LENGTH: Final = 28.0
DEPTH: Final = 1.1
PITCH: Final = 1.85
"""Distance [m] between two levels."""
ROW_X: Final = -4.8
"""Middle of the rows along X; they end well before the east wall, which leaves the cross aisle."""
BAYS: Final = 3
"""Bays of one rack; two racks make a row."""
ROW_LENGTH: Final = 16.7


@dataclass(frozen=True, kw_only=True)
class NarrowAisle(Hall):
    """A hall as wide as its rows: ``aisle_width`` [m] between racks whose uprights are ``rack_height`` [m] tall."""

    aisle_width: float = 2.6
    rack_height: float = 8.0

    @property
    def width(self) -> float:
        """The hall's extent along Y [m]."""
        return 2 * self.aisle_width + 4 * DEPTH + 0.6

    @property
    def height(self) -> float:
        """The roof's height [m]."""
        return self.rack_height + 1.7

    @property
    def aisles(self) -> tuple[float, float]:
        """The middles of both aisles along Y [m]."""
        y = DEPTH + 0.15 + self.aisle_width / 2
        return -y, y

    def units(self) -> Iterator[Unit]:
        """Yield the hall's units."""
        rng = np.random.default_rng(self.seed)
        yield "Floor", "floor", [shell.floor(LENGTH, self.width), *self._paint()]
        yield from self._walls(rng)
        yield "Ceiling", "ceiling", self._ceiling()
        levels = tuple(float(z) for z in np.arange(0.0, self.rack_height - 1.0, PITCH))
        row = Rack(
            bays=BAYS,
            levels=levels,
            height=self.rack_height,
            depth=DEPTH,
            fill=self.fill,
            coarse_above=PITCH / 2,
        )
        inner, outer = DEPTH / 2 + 0.15, self.width / 2 - DEPTH / 2 - 0.15
        for index, (y, yaw) in enumerate(((-outer, 180.0), (-inner, 0.0), (inner, 180.0), (outer, 0.0))):
            for half, x in ((1, 4.16), (-1, -4.16)):
                ahead = half if yaw == 0 else -half
                parts = rack(rng, replace(row, end_guards=(ahead,)))
                yield f"Rack_{index}_{'EW'[half < 0]}", "rack", placed(parts, (ROW_X + x, y, 0), yaw)
        east = ROW_X + ROW_LENGTH / 2
        for index, y in enumerate((-outer, 0.0, outer)):
            rail = placed(guard_rail(1.0 if y else 2.2), (east + 0.55, y, 0), 90)
            yield f"EndGuard_{index}", "obstacle", rail
        for index, y in enumerate((-self.width / 2 + 0.4, self.width / 2 - 0.4)):
            yield f"Column_{index}", "column", placed(fittings.column(self.height), (east + 4.2, y, 0))
        for index, (parts, x, y, yaw) in enumerate(self._floor_goods(rng)):
            yield f"Goods_{index}", "obstacle", placed(parts, (x, y, 0), yaw)

    def lamps(self) -> list[Lamp]:
        """Return a line of panels above either aisle and two rows above the cross aisle."""
        aisle = lights.grid(
            (-10.4, -4.8, 0.8),
            self.aisles,
            self.height - 0.95,
            size=(3.0, 0.4),
            luminance=self.lamp_luminance,
        )
        cross = lights.grid(
            (8.6,), self.aisles, self.height - 1.3, size=(2.4, 0.7), luminance=self.lamp_luminance, name="Cross"
        )
        return aisle + cross

    def _walls(self, rng: np.random.Generator) -> Iterator[Unit]:
        for name, side in (("WallNorth", "north"), ("WallSouth", "south")):
            parts = shell.wall(LENGTH, self.height)
            s = 1 if side == "north" else -1
            if s > 0:
                parts += placed(signs.notice_board(rng), (8.2, 0, 1.65)) + placed(signs.extinguisher(), (6.2, 0, 1.2))
                parts += placed(fittings.cabinet(), (11.2, 0, 1.1))
            else:
                parts += placed(signs.extinguisher(), (-7.0, 0, 1.2))
                parts += placed(signs.direction_plate(left=True), (-9.0, 0, 2.4))
            yield name, "wall", on_wall(parts, "north" if s > 0 else "south", LENGTH, self.width)
        gate, door = Opening(x=self.aisles[0], width=3.4, head=4.0), Opening(x=self.aisles[1], width=1.0)
        parts = shell.wall(self.width, self.height, [gate, door]) + shell.sectional_door(gate) + shell.side_door(door)
        parts += placed(signs.warning_plate(), (0.2, 0, 2.0)) + placed(signs.number_plate(7), (gate.x, 0, 5.0))
        yield "WallEast", "wall", on_wall(parts, "east", LENGTH, self.width)
        tall = [Opening(x=x, width=1.7, sill=3.4, head=self.height - 1.4) for x in self.aisles]
        parts = shell.wall(self.width, self.height, tall)
        for o in tall:
            parts += shell.window(o, daylight=self.daylight, pane=0.85)
        yield "WallWest", "wall", on_wall(parts, "west", LENGTH, self.width)

    def _ceiling(self) -> list[Part]:
        parts = shell.roof(LENGTH, self.width, self.height, truss=4.0, skylights=None) + lights.high_bays(
            self.lamps(), self.height
        )
        parts += placed(fittings.cable_tray(LENGTH - 1), (0, 0.3, self.height - 0.95))
        for y in (-0.4, self.aisles[1] + self.aisle_width / 2 + 0.4):
            parts += placed(fittings.sprinklers(LENGTH - 0.4), (0, y, self.height - 0.9))
        east = ROW_X + ROW_LENGTH / 2
        for index, y in enumerate(self.aisles):  # aisle numbers hang where the aisles begin
            parts += placed(signs.number_plate(index + 1, size=0.7), (east + 0.4, y, 4.2), 90)
            hangers = [box((0.012, 0.012, self.height - 4.6), (x, 0, 0)) for x in (-0.3, 0.3)]
            rods = [(fittings.GALVANISED, join(hangers))]
            parts += placed(rods, (east + 0.394, y, (self.height + 4.55) / 2), 90)
        return parts

    def _paint(self) -> list[Part]:
        east, edge = ROW_X + ROW_LENGTH / 2 + 0.75, self.aisle_width / 2 - 0.16
        yellow = [markings.line((-13.4, y + s * edge), (east, y + s * edge)) for y in self.aisles for s in (-1, 1)]
        yellow += [markings.line((east + 2.6, -self.width / 2 + 1.2), (east + 2.6, self.width / 2 - 1.2))]
        yellow += markings.bays((12.2, -1.2), 2, (1.4, 1.2), along="y")
        white = markings.walkway((east + 0.5, -self.width / 2 + 0.9), (east + 1.7, self.width / 2 - 0.9))
        white += [markings.arrow((east - 2.0, self.aisles[0]), 180), markings.arrow((east - 2.0, self.aisles[1]), 0)]
        return markings.painted(yellow, white)

    def _floor_goods(self, rng: np.random.Generator) -> list[tuple[list[Part], float, float, float]]:
        north = self.width / 2
        return [
            (loads.wire_box(rng, stacked=2), 13.2, north - 1.2, 90.0),
            (loads.load(rng, 1.3), 13.1, 0.6, 2.0),
            (loads.empties(rng, 9), 13.1, -0.6, 0.0),
            (loads.load(rng, 1.0), 9.6, -north + 0.6, 1.0),
            (loads.empties(rng, 5), 5.9, -north + 0.6, -2.0),
            (loads.hand_stack(), 11.2, -north + 0.6, 4.0),
        ]
