"""The generated halls: a small warehouse, high racks with narrow aisles, a loading dock."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import ClassVar

from palletjack_dr import Environment, Registry, hookimpl, setting
from palletjack_dr.builder import SceneBuilder
from palletjack_dr.errors import ConfigError


@dataclass(frozen=True, kw_only=True)
class GeneratedHall(Environment):
    """What all halls share.

    ``seed`` varies the goods, ``fill`` is the share of rack slots in use, ``lamp_luminance`` [nit] the lamps' until a
    randomizer sets it, ``daylight`` whether windows, skylights and open doors are bright.
    """

    hall: ClassVar[str]

    seed: int = setting(42, low=0)
    fill: float = setting(0.88, low=0.0, high=1.0)
    lamp_luminance: float = setting(20_000.0, low=0.0)
    daylight: bool = True

    def build(self, builder: SceneBuilder) -> None:
        """Reference the hall, built on first use."""
        from palletjack_dr import scenes

        builder.surroundings(scenes.hall(scenes.HALLS[self.hall](**asdict(self))))


@dataclass(frozen=True, kw_only=True)
class Warehouse(GeneratedHall):
    """A small hall with racks along its walls, columns, tube lamps and windows under the roof."""

    hall: ClassVar[str] = "warehouse"


@dataclass(frozen=True, kw_only=True)
class NarrowAisle(GeneratedHall):
    """High racks: ``aisle_width`` [m] between them, ``rack_height`` [m] their uprights'; a cross aisle at the gate."""

    hall: ClassVar[str] = "narrow_aisle"

    aisle_width: float = setting(2.6, low=1.8, high=3.2)
    rack_height: float = setting(8.0, low=7.0, high=9.0)


@dataclass(frozen=True, kw_only=True)
class LoadingDock(GeneratedHall):
    """Dock doors, ``open_doors`` of them open to daylight or into a trailer; staging bays, an office box."""

    hall: ClassVar[str] = "loading_dock"

    open_doors: int = setting(3, low=0, high=3)

    def __post_init__(self) -> None:
        """Refuse half a door."""
        super().__post_init__()
        if self.open_doors != int(self.open_doors):
            raise ConfigError(f"open_doors: got {self.open_doors!r}, wanted a whole number in [0, 3]")


@hookimpl
def dr_register(registry: Registry) -> None:
    """Offer ``environment=warehouse``, ``narrow_aisle`` and ``loading_dock``."""
    for hall in (Warehouse, NarrowAisle, LoadingDock):
        registry.environment(hall)
