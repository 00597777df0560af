"""Objects on the floor, upright, none inside another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from palletjack_dr import Distribution, Edit, Edits, Randomizer, Registry, Rng, Scene, drawn, hookimpl, setting
from palletjack_dr.footprints import Footprint
from palletjack_dr.ground import Ground
from palletjack_dr.scene import SceneObject


@dataclass(frozen=True, kw_only=True)
class FloorPlacement(Randomizer):
    """Puts ``count`` objects of ``role`` at random places on the free floor and hides the others.

    ``yaw`` [deg] is their heading, ``clearance`` [m] the free space around each, ``apart`` [m] the least distance
    between their middles (as in Poisson-disk sampling). ``region`` [x_min, y_min, x_max, y_max] [m] keeps them in
    a part of the floor; empty means all of it. An object for which ``tries`` places are all taken stays hidden.
    """

    role: str = "target"
    count: Distribution = drawn([1, 4], low=0, whole=True)
    yaw: Distribution = drawn([0.0, 360.0])
    clearance: float = setting(0.08, low=0.0)
    apart: float = setting(0.0, low=0.0)
    region: list[float] | None = None
    tries: int = setting(60, low=1)

    def sample(self, rng: Rng, scene: Scene) -> Edits:
        """Draw which objects appear, then a free place for each."""
        things = scene.having(self.role)
        chosen = set(rng.permutation(len(things))[: self.count.draw(rng)].tolist())
        ground = Ground(scene, ignoring={t.path for t in things})
        if self.region:
            ground.area = np.array(self.region).reshape(2, 2)
        middles: list[np.ndarray] = []
        for index, thing in enumerate(things):
            place = self._place(rng, thing, ground, middles) if index in chosen else None
            yield Edit(thing.path, "visible", place is not None)
            if place is not None:
                ground.take(place)
                middles.append(np.asarray(place.pose[:2]))
                yield Edit(thing.path, "pose", place.pose)

    def _place(self, rng: Rng, thing: SceneObject, ground: Ground, middles: list[np.ndarray]) -> Footprint | None:
        for _ in range(self.tries):
            x, y = ground.random_point(rng)
            spot = ground.upright(thing, x, y, np.radians(self.yaw.draw(rng)), self.clearance)
            near = self.apart > 0 and any(np.hypot(*(m - [x, y])) < self.apart for m in middles)
            if not near and ground.fits(spot):
                return spot
        return None


@hookimpl
def dr_register(registry: Registry) -> None:
    """Offer ``randomizer=floor_placement``."""
    registry.randomizer(FloorPlacement)
