"""Textures of a role's surfaces: floors, walls."""

from __future__ import annotations

from dataclasses import dataclass, field

from palletjack_dr import Distribution, Edit, Edits, Randomizer, Registry, Rng, Scene, drawn, hookimpl
from palletjack_dr.content import texture_names


@dataclass(frozen=True, kw_only=True)
class Textures(Randomizer):
    """Draws one texture set for what is made of ``material`` (a name or pattern) on all objects of ``role``.

    The sets come from ``families``. ``brightness`` is a linear grey factor on the colour, ``tile`` a factor on
    the real-world size of a tile.
    """

    role: str = "floor"
    material: str = "*"
    families: list[str] = field(default_factory=lambda: ["concrete", "epoxy", "asphalt"])
    brightness: Distribution = drawn([0.7, 1.0], low=0.0, high=1.0)
    tile: Distribution = drawn([0.8, 1.4], low=0.05, high=20.0)

    def sample(self, rng: Rng, scene: Scene) -> Edits:
        """Draw one set, brightness and tile size for the frame."""
        names = texture_names(self.families)
        name = names[int(rng.integers(len(names)))]
        grey, tile = self.brightness.draw(rng), self.tile.draw(rng)
        for thing in scene.having(self.role):
            for surface in scene.surfaces(thing.path, self.material):
                yield Edit(surface, "material.texture", name)
                yield Edit(surface, "material.base_color", (grey, grey, grey))
                yield Edit(surface, "material.uv_scale", tile)


@hookimpl
def dr_register(registry: Registry) -> None:
    """Offer ``randomizer=textures``."""
    registry.randomizer(Textures)
