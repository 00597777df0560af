"""Paint colours of objects."""

from __future__ import annotations

import colorsys
from dataclasses import dataclass

from palletjack_dr import Distribution, Edit, Edits, Randomizer, Registry, Rng, Scene, drawn, hookimpl


@dataclass(frozen=True, kw_only=True)
class ObjectColors(Randomizer):
    """Draws a colour for what is made of ``material`` (a name or pattern) on every object of ``role``.

    ``hue`` (0 and 1 are red), ``saturation`` and ``value`` are HSV as a colour picker shows it; ``roughness``
    and ``metallic`` as in UsdPreviewSurface. A ``palette``, a choice of [hue, saturation, value], takes the place of
    the three; ``shift`` is drawn for each of them and added.
    """

    role: str = "target"
    material: str = "Paint"
    hue: Distribution = drawn([0.0, 1.0], low=0.0, high=1.0)
    saturation: Distribution = drawn([0.35, 0.95], low=0.0, high=1.0)
    value: Distribution = drawn([0.25, 0.95], low=0.0, high=1.0)
    palette: Distribution = drawn(None)
    shift: Distribution = drawn(0.0, low=-1.0, high=1.0)
    roughness: Distribution = drawn([0.25, 0.65], low=0.0, high=1.0)
    metallic: Distribution = drawn(0.0, low=0.0, high=1.0)

    def sample(self, rng: Rng, scene: Scene) -> Edits:
        """Draw one colour for each object."""
        for thing in scene.having(self.role):
            r, g, b = (channel**2.2 for channel in self._display_color(rng))  # from display values to linear
            roughness, metallic = self.roughness.draw(rng), self.metallic.draw(rng)
            for surface in scene.surfaces(thing.path, self.material):
                yield Edit(surface, "material.base_color", (r, g, b))
                yield Edit(surface, "material.roughness", roughness)
                yield Edit(surface, "material.metallic", metallic)

    def _display_color(self, rng: Rng) -> tuple[float, float, float]:
        chosen = self.palette.draw(rng)
        if chosen is None:
            return colorsys.hsv_to_rgb(*(field.draw(rng) for field in (self.hue, self.saturation, self.value)))
        h, s, v = (float(channel) + self.shift.draw(rng) for channel in chosen)
        return colorsys.hsv_to_rgb(h % 1.0, min(max(s, 0.0), 1.0), min(max(v, 0.0), 1.0))


@hookimpl
def dr_register(registry: Registry) -> None:
    """Offer ``randomizer=object_colors``."""
    registry.randomizer(ObjectColors)
