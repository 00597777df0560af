"""What every hall has: parameters, standing units with a role, lights, and a picture of its surroundings."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from palletjack_dr.scenes.mesh import turned
from palletjack_dr.scenes.stage import Lamp, Part, Sun

Unit = tuple[str, str, list[Part]]
"""Name, role and parts of one thing; the ground below its box is taken if its role is one of standing things."""


@dataclass(frozen=True, kw_only=True)
class Hall(ABC):
    """A hall, its floor centred on the origin.

    ``seed`` varies the goods, ``fill`` is the share of rack slots that hold some, ``lamp_luminance`` [nit] that of
    the ceiling lights, ``daylight`` whether windows, skylights and open doors are bright.
    """

    sky: ClassVar[str] = "hall"
    """The environment map that the dome light shows."""
    ambient: ClassVar[float] = 55.0
    """Luminance [nit] of the light that walls and ceiling throw back."""

    seed: int = 42
    fill: float = 0.88
    lamp_luminance: float = 20_000.0
    daylight: bool = True

    @abstractmethod
    def units(self) -> Iterator[Unit]:
        """Yield the floor, walls, ceiling and all that stands on the floor."""

    @abstractmethod
    def lamps(self) -> list[Lamp]:
        """Return the area lights: ceiling lamps, and daylight at openings."""

    def sun(self) -> Sun | None:
        """Return the sun, where it can shine in."""
        return None


def placed(parts: Iterable[Part], at: tuple[float, float, float], yaw: float = 0.0) -> list[Part]:
    """Return parts turned by ``yaw`` [deg] about Z, then moved."""
    turn = turned("z", yaw)
    return [(material, mesh.moved(at, turn=turn)) for material, mesh in parts]
