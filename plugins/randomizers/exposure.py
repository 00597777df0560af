"""Camera exposure."""

from __future__ import annotations

from dataclasses import dataclass

from palletjack_dr import Distribution, Edit, Edits, Randomizer, Registry, Rng, Scene, drawn, hookimpl


@dataclass(frozen=True, kw_only=True)
class Exposure(Randomizer):
    """``value`` is EV100: one more halves the brightness of the picture. A lit hall wants 7 to 9."""

    value: Distribution = drawn([7.0, 8.6], low=-6.0, high=20.0)

    def sample(self, rng: Rng, scene: Scene) -> Edits:
        """Draw one exposure for the frame."""
        yield Edit("world", "environment.exposure", self.value.draw(rng))


@hookimpl
def dr_register(registry: Registry) -> None:
    """Offer ``randomizer=exposure``."""
    registry.randomizer(Exposure)
