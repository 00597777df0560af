"""Lamps moved, lowered and turned a little."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from palletjack_dr import Distribution, Edit, Edits, Randomizer, Registry, Rng, Scene, drawn, hookimpl
from palletjack_dr.geometry import pose, rotation_matrix


@dataclass(frozen=True, kw_only=True)
class LampJitter(Randomizer):
    """Moves each lamp by ``shift`` [m] in x and y, lowers it by ``drop`` [m] and tilts it by ``tilt`` [deg]."""

    role: str = "light"
    shift: Distribution = drawn([-1.0, 1.0])
    drop: Distribution = drawn([0.0, 0.8], low=0.0)
    tilt: Distribution = drawn([-15.0, 15.0], low=-90.0, high=90.0)

    def sample(self, rng: Rng, scene: Scene) -> Edits:
        """Draw for each lamp."""
        for lamp in scene.select(self.role):
            now = np.asarray(scene.pose(lamp))
            turned = rotation_matrix(now[3:])
            for axis in (0, 1):
                half = np.radians(self.tilt.draw(rng)) / 2
                turned = rotation_matrix([np.cos(half), *(np.sin(half) * np.eye(3)[axis])]) @ turned
            shift = np.array([self.shift.draw(rng), self.shift.draw(rng), -self.drop.draw(rng)])
            yield Edit(lamp, "pose", pose(now[:3] + shift, turned))


@hookimpl
def dr_register(registry: Registry) -> None:
    """Offer ``randomizer=lamp_jitter``."""
    registry.randomizer(LampJitter)
