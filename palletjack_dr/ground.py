"""The free floor of a frame, for randomizers that put things on it."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from palletjack_dr.footprints import Footprint, overlaps, standing
from palletjack_dr.geometry import Array, pose
from palletjack_dr.scene import Scene, SceneObject


class Ground:
    """What is taken of the floor by everything that stands on it, but for the objects at ``ignoring``."""

    def __init__(self, scene: Scene, ignoring: Collection[str] = ()) -> None:
        self.area = scene.floor()
        self.taken = [scene.footprint(thing) for thing in scene.standing() if thing.path not in ignoring]

    def upright(self, thing: SceneObject, x: float, y: float, yaw: float, clearance: float = 0.0) -> Footprint:
        """Return the ground that an object covers, standing at (x, y) [m] turned by ``yaw`` [rad]."""
        bounds = thing.bounds * thing.scale
        return standing(bounds, pose((x, y, -bounds[0, 2]), yaw=yaw), yaw, clearance)

    def fits(self, spot: Footprint) -> bool:
        """Return whether a footprint is on the floor and shares no ground with what stands there."""
        return spot.within(self.area) and not any(overlaps(spot, other) for other in self.taken)

    def take(self, spot: Footprint) -> None:
        """Note that something stands there."""
        self.taken.append(spot)

    def random_point(self, rng: np.random.Generator) -> Array:
        """Return a point (2,) on the floor [m], taken or not."""
        point: Array = rng.uniform(self.area[0], self.area[1])
        return point
