"""Ceiling lights: level, colour, failed lamps, ambient light."""

from __future__ import annotations

from dataclasses import dataclass

from palletjack_dr import Distribution, Edit, Edits, Randomizer, Registry, Rng, Scene, drawn, hookimpl, setting


@dataclass(frozen=True, kw_only=True)
class Lighting(Randomizer):
    """Draws one level and one colour temperature for the hall, then lets each lamp differ a little.

    ``intensity`` [nit] is the lamps' luminance, ``spread`` each lamp's own factor on it, ``temperature`` [K],
    ``failed`` the share of lamps that are out, ``ambient`` [nit] the dome's luminance.
    """

    role: str = "light"
    intensity: Distribution = drawn([9000.0, 34000.0], low=0.0)
    spread: Distribution = drawn([0.4, 1.6], low=0.0)
    temperature: Distribution = drawn([3600.0, 6500.0], low=1000.0, high=15000.0)
    failed: float = setting(0.2, low=0.0, high=1.0)
    ambient: Distribution = drawn([15.0, 60.0], low=0.0)

    def sample(self, rng: Rng, scene: Scene) -> Edits:
        """Draw the hall's level and temperature, then each lamp."""
        level, temperature = self.intensity.draw(rng), self.temperature.draw(rng)
        ambient = self.ambient.draw(rng)
        for lamp in scene.select(self.role):
            yield Edit(lamp, "light.intensity", level * self.spread.draw(rng))
            yield Edit(lamp, "light.temperature", temperature)
            yield Edit(lamp, "light.enabled", bool(rng.random() >= self.failed))
        if "dome" in scene.roles():
            yield Edit("dome", "light.intensity", ambient)


@hookimpl
def dr_register(registry: Registry) -> None:
    """Offer ``randomizer=lighting``."""
    registry.randomizer(Lighting)
