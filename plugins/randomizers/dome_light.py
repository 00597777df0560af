"""Light from all around."""

from __future__ import annotations

from dataclasses import dataclass

from palletjack_dr import Distribution, Edit, Edits, Randomizer, Registry, Rng, Scene, drawn, hookimpl


@dataclass(frozen=True, kw_only=True)
class DomeLight(Randomizer):
    """Draws the dome's ``luminance`` [nit] and ``warmth``: its colour from blue (-1) over white to orange (1)."""

    luminance: Distribution = drawn({"log_uniform": [5.0, 400.0]}, low=0.0)
    warmth: Distribution = drawn([-0.4, 0.4], low=-1.0, high=1.0)

    def sample(self, rng: Rng, scene: Scene) -> Edits:
        """Draw one sky for the frame."""
        warmth = self.warmth.draw(rng)
        yield Edit("dome", "light.intensity", self.luminance.draw(rng))
        yield Edit("dome", "light.color", (1 - max(-warmth, 0) * 0.5, 1 - abs(warmth) * 0.15, 1 - max(warmth, 0) * 0.5))


@hookimpl
def dr_register(registry: Registry) -> None:
    """Offer ``randomizer=dome_light``."""
    registry.randomizer(DomeLight)
