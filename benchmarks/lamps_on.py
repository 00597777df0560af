"""A plugin with one randomizer, which lets a given number of lamps shine: what does a light cost?"""

from __future__ import annotations

from dataclasses import dataclass

from palletjack_dr import Edit, Edits, Randomizer, Registry, Rng, Scene, hookimpl, setting


@dataclass(frozen=True, kw_only=True)
class LampsOn(Randomizer):
    """Turns on ``count`` lamps, chosen anew for each frame, and all others off; goes after ``lighting``."""

    count: int = setting(12, low=0)

    def sample(self, rng: Rng, scene: Scene) -> Edits:
        """Draw which lamps shine."""
        lamps = scene.select("light")
        shining = set(rng.permutation(len(lamps))[: self.count].tolist())
        for number, lamp in enumerate(lamps):
            yield Edit(lamp, "light.enabled", number in shining)


@hookimpl
def dr_register(registry: Registry) -> None:
    """Offer ``randomizer=lamps_on``."""
    registry.randomizer(LampsOn)
