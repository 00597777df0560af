"""A camera as a mobile robot or a person carries it, turned towards an object."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from palletjack_dr import Distribution, Edit, Edits, Randomizer, Registry, Rng, Scene, drawn, hookimpl, setting
from palletjack_dr.footprints import footprint, overlaps
from palletjack_dr.geometry import look_at, matrix, pose


@dataclass(frozen=True, kw_only=True)
class RobotCamera(Randomizer):
    """Stands at ``height`` [m] and ``distance`` [m] from a visible object of ``role`` and looks towards it.

    ``around`` [deg] is the side that it stands on, counted from the object's own +X axis: 0 before it, 180 behind.
    ``aim`` [deg] is how far it looks past the object, sideways and up or down; ``roll`` [deg]; ``fov`` [deg] the
    horizontal field of view. It stays over the floor, ``clearance`` [m] away from everything that stands on it.
    """

    role: str = "target"
    distance: Distribution = drawn({"log_uniform": [1.6, 9.0]}, low=0.2)
    around: Distribution = drawn([0.0, 360.0])
    height: Distribution = drawn([0.35, 1.9], low=0.05)
    aim: Distribution = drawn({"normal": [0.0, 9.0], "clip": [-28.0, 28.0]}, low=-90.0, high=90.0)
    roll: Distribution = drawn({"normal": [0.0, 1.5], "clip": [-6.0, 6.0]}, low=-90.0, high=90.0)
    fov: Distribution = drawn([55.0, 90.0], low=5.0, high=150.0)
    clearance: float = setting(0.25, low=0.0)
    tries: int = setting(60, low=1)

    def sample(self, rng: Rng, scene: Scene) -> Edits:
        """Draw the object to look at, a free place to stand, then the direction around it."""
        shown = [t for t in scene.having(self.role) if scene.visible(t)]
        subject = shown[int(rng.integers(len(shown)))] if shown else None
        bounds = scene.bounds(subject) if subject else np.vstack([scene.floor().T, [[0, 1]]]).T
        heading = float(np.arctan2(*scene.world_from(subject)[1::-1, 0])) if subject else 0.0
        middle = bounds.mean(axis=0)
        eye = self._stand(rng, scene, middle, heading)
        away = np.radians([self.aim.draw(rng), self.aim.draw(rng) / 2])
        across, rise = (middle - eye)[:2], middle[2] - eye[2]
        reach, heading = float(np.linalg.norm(across)), np.arctan2(across[1], across[0]) + away[0]
        target = eye + np.array([reach * np.cos(heading), reach * np.sin(heading), rise + reach * np.tan(away[1])])
        yield Edit("camera", "pose", look_at(eye, target, roll=np.radians(self.roll.draw(rng))))
        yield Edit("camera", "camera.fov", self.fov.draw(rng))

    def _stand(self, rng: Rng, scene: Scene, middle: np.ndarray, heading: float) -> np.ndarray:
        taken = [scene.footprint(o) for o in scene.standing()]
        area = scene.floor()
        body = np.array([[-self.clearance] * 3, [self.clearance] * 3])
        for _ in range(self.tries):
            angle = heading + np.radians(self.around.draw(rng))
            distance, height = self.distance.draw(rng), self.height.draw(rng)
            eye = np.array([middle[0] + distance * np.cos(angle), middle[1] + distance * np.sin(angle), height])
            spot = footprint(matrix(pose(eye)), body)
            inside = spot.within(area)
            if inside and not any(overlaps(spot, other) for other in taken):
                break
        return eye


@hookimpl
def dr_register(registry: Registry) -> None:
    """Offer ``randomizer=robot_camera``."""
    registry.randomizer(RobotCamera)
