"""Parts of a hall where the lamps are out, or flicker."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from palletjack_dr import Distribution, Edit, Edits, Randomizer, Registry, Rng, Scene, drawn, hookimpl


@dataclass(frozen=True, kw_only=True)
class LightZones(Randomizer):
    """Switches off the share ``dark`` of the lamps that lie nearest to a random place: an aisle, a corner.

    ``flicker`` is the level, as a factor, at which the exposure catches the lamps that still burn.
    """

    role: str = "light"
    dark: Distribution = drawn([0.2, 0.7], low=0.0, high=1.0)
    flicker: Distribution = drawn({"choice": [1.0, 0.7, 0.45], "weights": [0.8, 0.1, 0.1]}, low=0.0, high=2.0)

    def sample(self, rng: Rng, scene: Scene) -> Edits:
        """Draw the place, then switch off outward from it."""
        lamps = scene.select(self.role)
        places = np.array([scene.pose(lamp)[:2] for lamp in lamps])
        middle = places[int(rng.integers(len(lamps)))] + rng.normal(0, 1.0, 2)
        order = np.argsort(np.linalg.norm(places - middle, axis=1))
        out = set(order[: round(self.dark.draw(rng) * len(lamps))].tolist())
        level = self.flicker.draw(rng)
        for index, lamp in enumerate(lamps):
            yield Edit(lamp, "light.enabled", index not in out)
            drawn_before = scene.edited(lamp, "light.intensity")
            if index not in out and isinstance(drawn_before, float) and level != 1.0:
                yield Edit(lamp, "light.intensity", drawn_before * level)


@hookimpl
def dr_register(registry: Registry) -> None:
    """Offer ``randomizer=light_zones``."""
    registry.randomizer(LightZones)
