"""Fog, steam and dust in the air."""

from __future__ import annotations

from dataclasses import dataclass

from palletjack_dr import Distribution, Edit, Edits, Randomizer, Registry, Rng, Scene, drawn, hookimpl


@dataclass(frozen=True, kw_only=True)
class Atmosphere(Randomizer):
    """``density`` is the extinction coefficient [1/m], ``shade`` the haze as grey, ``warmth`` its turn to brown."""

    density: Distribution = drawn([0.0, 0.05], low=0.0, high=10.0)
    shade: Distribution = drawn([0.3, 0.7], low=0.0, high=1.0)
    warmth: Distribution = drawn([0.0, 0.15], low=0.0, high=1.0)

    def sample(self, rng: Rng, scene: Scene) -> Edits:
        """Draw one haze for the frame."""
        shade, warmth = self.shade.draw(rng), self.warmth.draw(rng)
        yield Edit("world", "environment.fog_density", self.density.draw(rng))
        yield Edit("world", "environment.fog_color", (shade, shade * (1 - 0.4 * warmth), shade * (1 - warmth)))


@hookimpl
def dr_register(registry: Registry) -> None:
    """Offer ``randomizer=atmosphere``."""
    registry.randomizer(Atmosphere)
