"""The unsteady hand: small turns of a camera that another randomizer has placed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from palletjack_dr import Distribution, Edit, Edits, Randomizer, Registry, Rng, Scene, drawn, hookimpl
from palletjack_dr.geometry import pose, rotation_matrix


@dataclass(frozen=True, kw_only=True)
class Handheld(Randomizer):
    """Turns the camera by ``roll`` about its view, ``tilt`` up or down and ``pan`` sideways, all [deg]."""

    roll: Distribution = drawn({"normal": [0.0, 5.0], "clip": [-20.0, 20.0]}, low=-180.0, high=180.0)
    tilt: Distribution = drawn({"normal": [0.0, 2.0], "clip": [-10.0, 10.0]}, low=-90.0, high=90.0)
    pan: Distribution = drawn({"normal": [0.0, 3.0], "clip": [-15.0, 15.0]}, low=-180.0, high=180.0)

    def sample(self, rng: Rng, scene: Scene) -> Edits:
        """Turn what is there."""
        now = np.asarray(scene.pose(scene.camera))
        turned = rotation_matrix(now[3:])
        for axis, angle in ((1, self.pan), (0, self.tilt), (2, self.roll)):  # the view is -Z, up is +Y
            half = np.radians(angle.draw(rng)) / 2
            turned = turned @ rotation_matrix([np.cos(half), *(np.sin(half) * np.eye(3)[axis])])
        yield Edit("camera", "pose", pose(now[:3], turned))


@hookimpl
def dr_register(registry: Registry) -> None:
    """Offer ``randomizer=handheld``."""
    registry.randomizer(Handheld)
