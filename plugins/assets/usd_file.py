"""Objects from the user's own USD files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from palletjack_dr import Asset, Registry, hookimpl, setting
from palletjack_dr.builder import SceneBuilder


@dataclass(frozen=True, kw_only=True)
class UsdFile(Asset):
    """``copies`` of the default prim of a USD file; its units and up axis are turned into metres, Z up."""

    path: str
    label: str
    role: str = "target"
    copies: int = setting(1, low=1)

    def populate(self, builder: SceneBuilder) -> None:
        """Add the objects."""
        builder.add(Path(self.path), name=Path(self.path).stem, role=self.role, label=self.label, copies=self.copies)


@hookimpl
def dr_register(registry: Registry) -> None:
    """Offer ``asset=usd_file``."""
    registry.asset(UsdFile)
