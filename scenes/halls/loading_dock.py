"""The loading dock: a row of dock doors, some open to daylight or into a trailer, staging bays, an office box."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from palletjack_dr.scenes.halls import dock, fences, fittings, lights, loads, markings, shell, signs
from palletjack_dr.scenes.halls.hall import Hall, Unit, placed
from palletjack_dr.scenes.halls.racks import Rack, rack
from palletjack_dr.scenes.halls.shell import Opening, on_wall
from palletjack_dr.scenes.stage import Lamp, Part, Sun

LENGTH, WIDTH, HEIGHT = 24.0, 22.0, 7.0
DOORS: Final = [Opening(x=x, width=2.8, head=3.2) for x in (-8.0, -4.0, 0.0, 4.0, 8.0)]
"""The dock doors of the east wall; the first of them is the northernmost."""
OPENED: Final = (1, 2, 3)
"""The doors that open, in this order."""
TRAILER: Final = 2
OFFICE: Final = (-9.3, 8.95)


@dataclass(frozen=True, kw_only=True)
class LoadingDock(Hall):
    """A hall of 24 x 22 x 7 m; ``open_doors`` (0 to 3) of its five doors are open, a trailer behind one of them."""

    sky: ClassVar[str] = "dock"

    open_doors: int = 3

    @property
    def opened(self) -> tuple[int, ...]:
        """Which doors are open."""
        return OPENED[: self.open_doors]

    @property
    def daylit(self) -> list[Opening]:
        """The open doors that show the yard."""
        return [DOORS[k] for k in self.opened if k != TRAILER]

    def units(self) -> Iterator[Unit]:
        """Yield the hall's units."""
        rng = np.random.default_rng(self.seed)
        yield "Floor", "floor", [shell.floor(LENGTH, WIDTH), *self._paint(), *dock.levellers(DOORS, LENGTH / 2)]
        yield from self._walls(rng)
        yield "Ceiling", "ceiling", self._ceiling()
        yield "Office", "wall", placed(dock.office(), (*OFFICE, 0))
        yield "Yard", "background", dock.yard(LENGTH / 2, DOORS, daylight=self.daylight)
        if TRAILER in self.opened:
            yield "Trailer", "background", placed(dock.trailer(rng), (LENGTH / 2, -DOORS[TRAILER].x, 0))
        for index, y in enumerate((-6.6, 1.2)):
            parts = rack(rng, Rack(bays=3 if index == 0 else 2, fill=self.fill))
            yield f"Rack_{index}", "rack", placed(parts, (-LENGTH / 2 + 0.85, y, 0), 90)
        for index, (x, y) in enumerate(((-3.0, -5.6), (-3.0, 5.6))):
            yield f"Column_{index}", "column", placed(fittings.column(HEIGHT), (x, y, 0))
        for index, y in enumerate((-10.0, -6.0, -2.0, 2.0, 6.0, 10.0)):
            yield f"Bollard_{index}", "obstacle", placed(fences.bollard(), (LENGTH / 2 - 0.75, y, 0))
        fence = placed(fences.fence(5.0), (-1.5, -9.2, 0))
        yield "Fence", "obstacle", fence
        for index, (parts, x, y, yaw) in enumerate(self._goods(rng)):
            yield f"Goods_{index}", "obstacle", placed(parts, (x, y, 0), yaw)

    def lamps(self) -> list[Lamp]:
        """Return ceiling panels, and the daylight that enters by the open doors."""
        panels = lights.grid(
            (-8.0, -2.5, 3.0, 8.5), (-7.0, 0.0, 7.0), HEIGHT - 1.2, size=(1.3, 0.5), luminance=self.lamp_luminance
        )
        if not self.daylight:
            return panels
        return panels + [
            lights.daylight(
                f"Daylight_{index}", (LENGTH / 2 + 0.1, -o.x, o.head * 0.55), (o.width, o.head), (-1.0, 0.0, -0.12)
            )
            for index, o in enumerate(self.daylit)
        ]

    def sun(self) -> Sun | None:
        """Return a sun that stands over the yard."""
        return Sun(towards=(-1.0, 0.28, -0.85)) if self.daylight and self.daylit else None

    def _walls(self, rng: np.random.Generator) -> Iterator[Unit]:
        east = shell.wall(WIDTH, HEIGHT, DOORS)
        for index, o in enumerate(DOORS):
            east += shell.sectional_door(o, opened=index in self.opened)
            east += placed(signs.number_plate(index + 1), (o.x, 0, o.head + 0.85))
            east += placed(dock.control_box(), (o.x + 2.0, 0, 1.4))
        yield "WallEast", "wall", on_wall(east, "east", LENGTH, WIDTH)
        door, windows = Opening(x=2.0, width=1.0), [Opening(x=x, width=3.0, sill=4.6, head=5.7) for x in (-6, 0, 6)]
        for name in ("WallNorth", "WallSouth"):
            north = name == "WallNorth"
            parts = shell.wall(LENGTH, HEIGHT, windows if north else [door])
            if north:
                for o in windows:
                    parts += shell.window(o, daylight=self.daylight)
                parts += placed(signs.notice_board(rng), (2.5, 0, 1.65)) + placed(signs.extinguisher(), (4.8, 0, 1.2))
                parts += placed(fittings.cabinet(), (6.6, 0, 1.1)) + placed(signs.direction_plate(), (9.0, 0, 2.4))
            else:
                parts += shell.side_door(door) + placed(signs.extinguisher(), (0.9, 0, 1.2))
                parts += placed(signs.warning_plate(), (3.2, 0, 1.9)) + placed(fittings.downpipes(HEIGHT), (-6.5, 0, 0))
            yield name, "wall", on_wall(parts, "north" if north else "south", LENGTH, WIDTH)
        west = shell.wall(WIDTH, HEIGHT) + placed(fittings.downpipes(HEIGHT), (-0.2, 0, 0))
        yield "WallWest", "wall", on_wall(west, "west", LENGTH, WIDTH)

    def _ceiling(self) -> list[Part]:
        parts = shell.roof(LENGTH, WIDTH, HEIGHT, truss=4.0, skylights=shell.glass(True) if self.daylight else None)
        panels = [lamp for lamp in self.lamps() if not lamp.even]
        parts += lights.high_bays(panels, HEIGHT)
        parts += placed(fittings.cable_tray(WIDTH - 1), (LENGTH / 2 - 1.0, 0, HEIGHT - 1.3), 90)
        for y in (-9.0, 3.5):
            parts += placed(fittings.sprinklers(LENGTH - 0.4), (0, y, HEIGHT - 0.95))
        parts += placed(fittings.duct(LENGTH - 1), (0, -5.0, HEIGHT - 0.5))
        for y, yaw in ((-6.0, -90.0), (6.0, -90.0)):
            parts += placed(fittings.fan_heater(), (LENGTH / 2 - 1.2, y, HEIGHT - 2.2), yaw)
        return parts

    def _paint(self) -> list[Part]:
        yellow = [markings.line((2.4, -10.0), (2.4, 10.0)), markings.line((-4.2, -8.5), (-4.2, 8.0))]
        white = [markings.arrow((-0.6, y), 90 if y > 0 else -90) for y in (-6.0, 6.0)]
        for o in DOORS:
            yellow += markings.bays((3.0, -o.x - 1.5), 4, (1.4, 1.15))
            yellow += markings.bays((3.0, -o.x + 0.35), 4, (1.4, 1.15))
        white += markings.walkway((-5.6, -8.5), (-4.4, 7.0))
        return markings.painted(yellow, white)

    def _goods(self, rng: np.random.Generator) -> list[tuple[list[Part], float, float, float]]:
        """Return pallets in some of the staging bays, empties and wire boxes by the south wall."""
        goods: list[tuple[list[Part], float, float, float]] = []
        for o in DOORS:
            for column in range(4):
                for side in (-0.925, 0.925):
                    if rng.random() < 0.42 * self.fill:
                        yaw = float(rng.normal(0, 2.0))
                        height = float(rng.uniform(0.7, 1.7))
                        load = loads.shipment(rng, height) if rng.random() < 0.6 else loads.load(rng, height)
                        goods.append((load, 3.7 + column * 1.4, -o.x + side, yaw))
        goods += [
            (loads.wire_box(rng, stacked=3), -3.2, -10.2, 0.0),
            (loads.wire_box(rng, stacked=2), -1.8, -10.25, 1.0),
            (loads.empties(rng, 9), 0.1, -10.3, 1.0),
            (loads.empties(rng, 12), -8.6, -10.3, 0.0),
            (loads.hand_stack(), -6.2, 10.3, 5.0),
            (loads.empties(rng, 4), 8.4, 10.4, 1.0),
        ]
        return goods
