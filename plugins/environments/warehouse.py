"""The generated warehouse halls."""

from __future__ import annotations

from dataclasses import dataclass

from palletjack_dr import Environment, Registry, hookimpl
from palletjack_dr.builder import SceneBuilder
from palletjack_dr.content import built_asset


@dataclass(frozen=True, kw_only=True)
class Warehouse(Environment):
    """A hall with racks, goods and ceiling lights; ``hall`` names one of the generated halls."""

    hall: str = "warehouse"

    def build(self, builder: SceneBuilder) -> None:
        """Reference the hall."""
        builder.surroundings(built_asset("environment", self.hall))


@hookimpl
def dr_register(registry: Registry) -> None:
    """Offer ``environment=warehouse``."""
    registry.environment(Warehouse)
