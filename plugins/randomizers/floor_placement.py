"""Objects on the floor, upright, none inside another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from palletjack_dr import Distribution, Edit, Edits, Randomizer, Registry, Rng, Scene, drawn, hookimpl, setting
from palletjack_dr.footprints import Footprint, footprint, overlaps
from palletjack_dr.geometry import matrix, pose


@dataclass(frozen=True, kw_only=True)
class FloorPlacement(Randomizer):
    """Puts ``count`` objects of ``role`` at random places on the free floor and hides the others.

    ``yaw`` [deg] is their heading, ``clearance`` [m] the free space around each. ``region``
    [x_min, y_min, x_max, y_max] [m] keeps them in a part of the floor; empty means all of it. An object for
    which ``tries`` places are all taken stays hidden.
    """

    role: str = "target"
    count: Distribution = drawn([1, 4], low=0, whole=True)
    yaw: Distribution = drawn([0.0, 360.0])
    clearance: float = setting(0.08, low=0.0)
    region: list[float] | None = None
    tries: int = setting(60, low=1)

    def sample(self, rng: Rng, scene: Scene) -> Edits:
        """Draw which objects appear, then a free place for each."""
        things = scene.having(self.role)
        chosen = set(rng.permutation(len(things))[: self.count.draw(rng)].tolist())
        own = {t.path for t in things}
        taken = [footprint(scene.world_from(o), o.bounds) for o in scene.standing() if o.path not in own]
        area = np.array(self.region).reshape(2, 2) if self.region else scene.floor()
        for index, thing in enumerate(things):
            place = self._place(rng, thing.bounds * thing.scale, area, taken) if index in chosen else None
            yield Edit(thing.path, "visible", place is not None)
            if place is not None:
                taken.append(place)
                yield Edit(thing.path, "pose", place.pose)

    def _place(self, rng: Rng, bounds: np.ndarray, area: np.ndarray, taken: list[Footprint]) -> Footprint | None:
        for _ in range(self.tries):
            x, y = rng.uniform(area[0], area[1])
            upright = pose((x, y, -bounds[0, 2]), yaw=np.radians(self.yaw.draw(rng)))
            spot = footprint(matrix(upright), bounds, margin=self.clearance, pose=upright)
            inside = (spot.corners >= area[0]).all() and (spot.corners <= area[1]).all()
            if inside and not any(overlaps(spot, other) for other in taken):
                return spot
        return None


@hookimpl
def dr_register(registry: Registry) -> None:
    """Offer ``randomizer=floor_placement``."""
    registry.randomizer(FloorPlacement)
