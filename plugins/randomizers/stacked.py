"""Objects on top of one another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from palletjack_dr import Distribution, Edit, Edits, Randomizer, Registry, Rng, Scene, drawn, hookimpl, setting
from palletjack_dr.geometry import pose
from palletjack_dr.scene import SceneObject


@dataclass(frozen=True, kw_only=True)
class Stacked(Randomizer):
    """Puts ``count`` visible objects of ``role`` on others of it whose top they fit on, up to ``height`` [m].

    A top is taken to be flat and as large as the object's bounds; ``turn`` [deg] is against the one below.
    """

    role: str = "distractor"
    count: Distribution = drawn([1, 4], low=0, whole=True)
    height: float = setting(2.2, low=0.1)
    turn: Distribution = drawn({"normal": [0.0, 8.0], "clip": [-30.0, 30.0]})

    def sample(self, rng: Rng, scene: Scene) -> Edits:
        """Draw who is lifted, then onto what."""
        shown = [t for t in scene.having(self.role) if scene.visible(t)]
        tops = {t.path: scene.bounds(t) for t in shown}
        lifted: set[str] = set()
        for _ in range(self.count.draw(rng)):
            pairs = [
                (a, b)
                for a in shown
                for b in shown
                if a is not b and not {a.path, b.path} & lifted and self._fits(a, b, tops)
            ]
            if not pairs:
                return
            thing, below = pairs[int(rng.integers(len(pairs)))]
            lifted |= {thing.path, below.path}
            x, y, _ = tops[below.path].mean(axis=0)
            yaw = 2 * np.arctan2(scene.pose(below.path)[6], scene.pose(below.path)[3]) + np.radians(self.turn.draw(rng))
            bottom = thing.bounds[0, 2] * thing.scale[2]
            yield Edit(thing.path, "pose", pose((x, y, tops[below.path][1, 2] - bottom), yaw=float(yaw)))

    def _fits(self, thing: SceneObject, below: SceneObject, tops: dict[str, np.ndarray]) -> bool:
        own, under = ((t.bounds[1] - t.bounds[0]) * t.scale for t in (thing, below))
        small = own[:2].max() <= 1.05 * under[:2].min()
        return bool(small and tops[below.path][1, 2] + own[2] <= self.height)


@hookimpl
def dr_register(registry: Registry) -> None:
    """Offer ``randomizer=stacked``."""
    registry.randomizer(Stacked)
