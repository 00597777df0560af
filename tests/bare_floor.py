"""A plugin with the cheapest of environments, for tests that start many processes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from palletjack_dr import Environment, Registry, hookimpl
from palletjack_dr.builder import SceneBuilder


@dataclass(frozen=True, kw_only=True)
class BareFloor(Environment):
    """A floor of 12 x 9 m, a lamp and a dome."""

    def build(self, builder: SceneBuilder) -> None:
        """Reference the file beside this one."""
        builder.surroundings(Path(__file__).with_suffix(".usda"))


@hookimpl
def dr_register(registry: Registry) -> None:
    """Offer ``environment=bare_floor``."""
    registry.environment(BareFloor)
