"""The surfaces of a role made shinier, duller, paler or darker."""

from __future__ import annotations

from dataclasses import dataclass

from palletjack_dr import Distribution, Edit, Edits, Randomizer, Registry, Rng, Scene, drawn, hookimpl
from palletjack_dr.errors import SelectorError


@dataclass(frozen=True, kw_only=True)
class MaterialJitter(Randomizer):
    """Draws ``roughness``, ``metallic`` and ``shade`` (a grey that multiplies the colour) for surfaces of ``role``.

    ``material`` is a pattern of material names. A low roughness makes a wet or polished floor.
    """

    role: str = "floor"
    material: str = "*"
    roughness: Distribution = drawn([0.15, 0.9], low=0.0, high=1.0)
    metallic: Distribution = drawn(0.0, low=0.0, high=1.0)
    shade: Distribution = drawn([0.5, 1.0], low=0.0, high=1.0)

    def sample(self, rng: Rng, scene: Scene) -> Edits:
        """Draw once for each object that has such a surface."""
        found = False
        for path in scene.select(self.role):
            try:
                surfaces = scene.surfaces(path, self.material)
            except SelectorError:
                continue
            found = True
            roughness, metallic, shade = self.roughness.draw(rng), self.metallic.draw(rng), self.shade.draw(rng)
            for surface in surfaces:
                yield Edit(surface, "material.roughness", roughness)
                yield Edit(surface, "material.metallic", metallic)
                yield Edit(surface, "material.base_color", (shade, shade, shade))
        if not found:
            raise SelectorError(f"no material {self.material!r} on anything with the role {self.role!r}")


@hookimpl
def dr_register(registry: Registry) -> None:
    """Offer ``randomizer=material_jitter``."""
    registry.randomizer(MaterialJitter)
