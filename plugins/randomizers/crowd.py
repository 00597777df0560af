"""Distractors close around the targets."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from palletjack_dr import Distribution, Edit, Edits, Randomizer, Registry, Rng, Scene, drawn, hookimpl, setting
from palletjack_dr.ground import Ground


@dataclass(frozen=True, kw_only=True)
class Crowd(Randomizer):
    """Puts ``count`` objects of ``role`` around each visible object of ``around``, as close as they fit.

    ``reach`` [m] is how far from its middle they are tried from, outward from ``clearance`` [m].
    """

    role: str = "distractor"
    around: str = "target"
    count: Distribution = drawn([2, 5], low=0, whole=True)
    reach: Distribution = drawn([0.8, 2.2], low=0.1)
    clearance: float = setting(0.03, low=0.0)
    tries: int = setting(30, low=1)

    def sample(self, rng: Rng, scene: Scene) -> Edits:
        """Draw a place near each object in turn."""
        things = scene.having(self.role)
        free = [things[i] for i in rng.permutation(len(things))]
        ground = Ground(scene, ignoring={t.path for t in things})
        for middle in [scene.bounds(t).mean(axis=0) for t in scene.having(self.around) if scene.visible(t)]:
            for _ in range(min(self.count.draw(rng), len(free))):
                thing = free.pop()
                for _ in range(self.tries):
                    angle, reach = rng.uniform(0, 2 * np.pi), self.reach.draw(rng)
                    x, y = middle[0] + reach * np.cos(angle), middle[1] + reach * np.sin(angle)
                    spot = ground.upright(thing, x, y, rng.uniform(0, 2 * np.pi), self.clearance)
                    if ground.fits(spot):
                        ground.take(spot)
                        yield Edit(thing.path, "visible", True)
                        yield Edit(thing.path, "pose", spot.pose)
                        break
                else:
                    yield Edit(thing.path, "visible", False)
        for thing in free:  # the others stay where they are, unless somebody stands there now
            spot = ground.upright(thing, *scene.pose(thing.path)[:2], yaw=_yaw(scene.pose(thing.path)))
            if scene.visible(thing) and not ground.fits(spot):
                yield Edit(thing.path, "visible", False)


def _yaw(pose: tuple[float, ...]) -> float:
    return 2 * float(np.arctan2(pose[6], pose[3]))


@hookimpl
def dr_register(registry: Registry) -> None:
    """Offer ``randomizer=crowd``."""
    registry.randomizer(Crowd)
