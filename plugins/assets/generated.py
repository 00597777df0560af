"""Objects from the project's own generators: pallet trucks, forklifts, ladders and distractors."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from palletjack_dr import Asset, Registry, hookimpl, setting
from palletjack_dr.builder import SceneBuilder
from palletjack_dr.content import built_asset


@dataclass(frozen=True, kw_only=True)
class Palletjack(Asset):
    """Pallet trucks: ``copies`` of each of ``models``, all of class ``label``.

    With ``role: distractor`` they are in the pictures and not in the labels.

    Further models are short, long, wide, narrow, raised, scissor, galvanized, stainless, electric, electric_compact,
    and with goods on their forks loaded_pallet, loaded_cartons, loaded_wrapped.
    """

    models: list[str] = field(
        default_factory=lambda: ["standard", "heavy", "low_profile", "quick_lift", "worn", "scale"]
    )
    copies: int = setting(1, low=1)
    label: str = "palletjack"
    role: str = "target"

    def populate(self, builder: SceneBuilder) -> None:
        """Add the trucks."""
        _add(builder, "palletjack", self.models, self.copies, self.label, self.role)


@dataclass(frozen=True, kw_only=True)
class Forklift(Asset):
    """Counterbalance and reach trucks and stackers: ``copies`` of each of ``models``, all of class ``label``.

    With ``role: distractor`` they are in the pictures and not in the labels.
    """

    models: list[str] = field(default_factory=lambda: ["counterbalance", "reach_truck", "stacker"])
    copies: int = setting(1, low=1)
    label: str = "forklift"
    role: str = "target"

    def populate(self, builder: SceneBuilder) -> None:
        """Add the forklifts."""
        _add(builder, "forklift", self.models, self.copies, self.label, self.role)


@dataclass(frozen=True, kw_only=True)
class Ladder(Asset):
    """Step ladders, leaning ladders and rolling steps: ``copies`` of each of ``models``, all of class ``label``.

    With ``role: distractor`` they are in the pictures and not in the labels.
    """

    models: list[str] = field(default_factory=lambda: ["step_ladder", "extension_ladder", "platform_steps"])
    copies: int = setting(1, low=1)
    label: str = "ladder"
    role: str = "target"

    def populate(self, builder: SceneBuilder) -> None:
        """Add the ladders."""
        _add(builder, "ladder", self.models, self.copies, self.label, self.role)


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


def _add(builder: SceneBuilder, family: str, models: Iterable[str], copies: int, label: str, role: str) -> None:
    for model in models:
        usd = built_asset(family, model)
        builder.add(usd, name=f"{family}_{model}", role=role, label=label, copies=copies)


@hookimpl
def dr_register(registry: Registry) -> None:
    """Offer ``asset=palletjack``, ``asset=forklift``, ``asset=ladder`` and ``asset=distractors``."""
    registry.asset(Palletjack)
    registry.asset(Forklift)
    registry.asset(Ladder)
    registry.asset(Distractors)
