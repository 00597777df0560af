"""Objects from the project's own generators: palletjacks and distractors."""

from __future__ import annotations

from dataclasses import dataclass, field

from palletjack_dr import Asset, Registry, hookimpl, setting
from palletjack_dr.builder import SceneBuilder
from palletjack_dr.content import built_asset


@dataclass(frozen=True, kw_only=True)
class Palletjack(Asset):
    """Hand pallet trucks: ``copies`` of each of ``models``, all of class ``label``."""

    models: list[str] = field(default_factory=lambda: ["standard", "heavy", "low_profile"])
    copies: int = setting(2, low=1)
    label: str = "palletjack"

    def populate(self, builder: SceneBuilder) -> None:
        """Add the trucks as targets."""
        for model in self.models:
            usd = built_asset("palletjack", model)
            builder.add(usd, name=f"palletjack_{model}", role="target", label=self.label, copies=self.copies)


@dataclass(frozen=True, kw_only=True)
class Distractors(Asset):
    """Things that stand about and are not the target: ``copies`` of each of ``models``, each its own class."""

    models: list[str] = field(default_factory=list)
    copies: int = setting(1, low=1)

    def populate(self, builder: SceneBuilder) -> None:
        """Add the props as distractors."""
        for model in self.models:
            usd = built_asset("distractor", model)
            builder.add(usd, name=model, role="distractor", label=model, copies=self.copies)


@hookimpl
def dr_register(registry: Registry) -> None:
    """Offer ``asset=palletjack`` and ``asset=distractors``."""
    registry.asset(Palletjack)
    registry.asset(Distractors)
