"""Objects parked along walls, racks and fences."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from palletjack_dr import Distribution, Edit, Edits, Randomizer, Registry, Rng, Scene, drawn, hookimpl, setting
from palletjack_dr.errors import SelectorError
from palletjack_dr.ground import Ground


@dataclass(frozen=True, kw_only=True)
class AlongWalls(Randomizer):
    """Moves visible objects of ``role`` to the side of something of ``beside``, with probability ``share`` each.

    ``gap`` [m] is the free space to it, ``angle`` [deg] the heading from it: 0 points away from the wall, 90 along
    it. What finds no place in ``tries`` stays where it is, or leaves the frame if
    another was parked there.
    """

    role: str = "target"
    beside: list[str] = field(default_factory=lambda: ["wall", "rack", "column"])
    share: float = setting(0.5, low=0.0, high=1.0)
    gap: Distribution = drawn([0.03, 0.3], low=0.0)
    angle: Distribution = drawn({"choice": [0.0, 180.0, 90.0, -90.0]})
    wobble: Distribution = drawn({"normal": [0.0, 6.0], "clip": [-20.0, 20.0]})
    tries: int = setting(40, low=1)

    def sample(self, rng: Rng, scene: Scene) -> Edits:
        """Draw who moves, then a side to stand at for each."""
        roles = [role for role in self.beside if role in scene.roles()]
        if not roles:
            raise SelectorError(f"none of the roles {', '.join(self.beside)} is in the scene; set beside")
        fixed = [scene.footprint(o) for role in roles for o in scene.having(role)]
        moving = [t for t in scene.having(self.role) if scene.visible(t) and rng.random() < self.share]
        ground = Ground(scene, ignoring={t.path for t in moving})
        for thing in moving:
            for _ in range(self.tries):
                corners = fixed[int(rng.integers(len(fixed)))].corners
                side = int(rng.integers(4))
                a, b = corners[side], corners[(side + 1) % 4]
                along = (b - a) / max(float(np.linalg.norm(b - a)), 1e-9)
                outward = np.array([along[1], -along[0]])
                yaw = np.arctan2(outward[1], outward[0]) + np.radians(self.angle.draw(rng) + self.wobble.draw(rng))
                shape = ground.upright(thing, 0.0, 0.0, yaw).corners
                middle = a + rng.random() * (b - a) + outward * (self.gap.draw(rng) - (shape @ outward).min())
                spot = ground.upright(thing, middle[0], middle[1], yaw)
                if ground.fits(spot):
                    ground.take(spot)
                    yield Edit(thing.path, "pose", spot.pose)
                    break
            else:
                here = scene.footprint(thing)
                if not ground.fits(here):  # somebody has been parked there
                    yield Edit(thing.path, "visible", False)
                else:
                    ground.take(here)


@hookimpl
def dr_register(registry: Registry) -> None:
    """Offer ``randomizer=along_walls``."""
    registry.randomizer(AlongWalls)
