"""Decals for floors and walls: stains, tyre marks, tape, signs."""

from __future__ import annotations

from dataclasses import dataclass, field

from palletjack_dr import Asset, Registry, hookimpl, setting
from palletjack_dr.builder import SceneBuilder
from palletjack_dr.content import built_asset
from palletjack_dr.geometry import pose

BELOW = -5.0
"""Metres below the floor at which decals wait until a randomizer puts them somewhere."""


@dataclass(frozen=True, kw_only=True)
class Decals(Asset):
    """A pool of decals for ``randomizer=decals``: ``copies`` of each of ``floor`` and of ``walls``.

    They are paint: seen in colours only, never in ids or depth, so they carry no label and hide nothing.
    """

    floor: list[str] = field(
        default_factory=lambda: [
            *("oil", "damp", "dust", "turning_tyre", "braking_tyre", "floor_scuffs"),
            *("tape_yellow", "tape_hazard", "bay_corner", "floor_arrow", "floor_warning"),
        ]
    )
    walls: list[str] = field(
        default_factory=lambda: ["wall_warning", "instruction", "fire", "notice", "wall_scuffs", "runs"]
    )
    copies: int = setting(2, low=1)

    def populate(self, builder: SceneBuilder) -> None:
        """Add them out of sight; their class is the surface that they are for."""
        for surface, names in (("floor", self.floor), ("wall", self.walls)):
            for name in names:
                usd = built_asset("decal", name)
                paths = builder.add(usd, name=f"decal_{name}", role="decal", label=surface, copies=self.copies)
                for path in paths:
                    builder.place(path, pose((0.0, 0.0, BELOW)))


@hookimpl
def dr_register(registry: Registry) -> None:
    """Offer ``asset=decals``."""
    registry.asset(Decals)
