"""Fog whose density differs from frame to frame."""

from dataclasses import dataclass

from palletjack_dr import Distribution, Edit, Edits, Randomizer, Registry, Rng, Scene, drawn, hookimpl


@dataclass(frozen=True, kw_only=True)
class Fog(Randomizer):
    """Homogeneous fog; ``density`` is its extinction coefficient [1/m]."""

    density: Distribution = drawn([0.0, 0.06], low=0.0, high=10.0)

    def sample(self, rng: Rng, scene: Scene) -> Edits:
        """Draw one density for the whole frame."""
        yield Edit("world", "environment.fog_density", self.density.draw(rng))


@hookimpl
def dr_register(registry: Registry) -> None:
    """Offer ``randomizer=fog``."""
    registry.randomizer(Fog)
