"""A camera on a sphere around an object."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from palletjack_dr import Distribution, Edit, Edits, Randomizer, Registry, Rng, Scene, drawn, hookimpl
from palletjack_dr.geometry import look_at


@dataclass(frozen=True, kw_only=True)
class OrbitCamera(Randomizer):
    """Looks at the middle of a visible object of ``role`` from ``distance`` [m], ``azimuth`` and ``elevation`` [deg].

    With ``framing``, the share of the picture's width that the object is to fill, the field of view follows; else
    ``fov`` [deg] is drawn. ``roll`` [deg] turns the picture. It may stand inside other things: see the linter.
    """

    role: str = "target"
    distance: Distribution = drawn([1.8, 6.0], low=0.2)
    azimuth: Distribution = drawn([0.0, 360.0])
    elevation: Distribution = drawn([4.0, 55.0], low=-89.0, high=89.0)
    roll: Distribution = drawn(0.0, low=-180.0, high=180.0)
    fov: Distribution = drawn([50.0, 80.0], low=5.0, high=150.0)
    framing: Distribution = drawn(0.0, low=0.0, high=1.0)

    def sample(self, rng: Rng, scene: Scene) -> Edits:
        """Draw the object, then the place."""
        shown = [t for t in scene.having(self.role) if scene.visible(t)] or list(scene.having(self.role))
        bounds = scene.bounds(shown[int(rng.integers(len(shown)))])
        distance, fov, framing = self.distance.draw(rng), self.fov.draw(rng), self.framing.draw(rng)
        azimuth, elevation = np.radians(self.azimuth.draw(rng)), np.radians(self.elevation.draw(rng))
        level = np.cos(elevation)
        eye = bounds.mean(axis=0) + distance * np.array(
            [level * np.cos(azimuth), level * np.sin(azimuth), np.sin(elevation)]
        )
        eye[2] = max(eye[2], 0.1)
        if framing > 0:
            size = float(np.linalg.norm(bounds[1, :2] - bounds[0, :2]))
            fov = float(np.clip(np.degrees(2 * np.arctan(size / framing / 2 / distance)), 6.0, 140.0))
        yield Edit("camera", "pose", look_at(eye, bounds.mean(axis=0), roll=np.radians(self.roll.draw(rng))))
        yield Edit("camera", "camera.fov", fov)


@hookimpl
def dr_register(registry: Registry) -> None:
    """Offer ``randomizer=orbit_camera``."""
    registry.randomizer(OrbitCamera)
