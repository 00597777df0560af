"""Objects that lean against walls and racks."""

from __future__ import annotations

from dataclasses import dataclass, field
from fnmatch import fnmatchcase

import numpy as np

from palletjack_dr import Distribution, Edit, Edits, Randomizer, Registry, Rng, Scene, drawn, hookimpl, setting
from palletjack_dr.errors import SelectorError
from palletjack_dr.footprints import footprint
from palletjack_dr.geometry import matrix, pose, rotation_matrix
from palletjack_dr.ground import Ground


@dataclass(frozen=True, kw_only=True)
class Leaning(Randomizer):
    """Stands visible objects of ``role`` whose asset matches ``assets`` on edge against something of ``beside``.

    ``angle`` [deg] is how far the object's own floor side is turned up: 90 is upright, 75 leans. ``count`` of them
    at most; what finds no place in ``tries`` stays as it is.
    """

    role: str = "distractor"
    assets: list[str] = field(default_factory=lambda: ["pallet", "pallet_half", "pallet_plastic", "pallet_industrial"])
    beside: list[str] = field(default_factory=lambda: ["wall", "column"])
    count: Distribution = drawn([0, 2], low=0, whole=True)
    angle: Distribution = drawn([68.0, 82.0], low=45.0, high=90.0)
    tries: int = setting(40, low=1)

    def sample(self, rng: Rng, scene: Scene) -> Edits:
        """Draw who leans, then a side to lean on for each."""
        roles = [role for role in self.beside if role in scene.roles()]
        if not roles:
            raise SelectorError(f"none of the roles {', '.join(self.beside)} is in the scene; set beside")
        fixed = [scene.footprint(o).corners for role in roles for o in scene.having(role)]
        fitting = [t for t in scene.having(self.role) if any(fnmatchcase(t.asset, p) for p in self.assets)]
        chosen = [fitting[i] for i in rng.permutation(len(fitting))[: self.count.draw(rng)]]
        ground = Ground(scene, ignoring={t.path for t in chosen})
        for thing in chosen:
            size = (thing.bounds[1] - thing.bounds[0]) * thing.scale
            for _ in range(self.tries):
                corners = fixed[int(rng.integers(len(fixed)))]
                side = int(rng.integers(4))
                a, b = corners[side], corners[(side + 1) % 4]
                along = (b - a) / max(float(np.linalg.norm(b - a)), 1e-9)
                outward = np.array([along[1], -along[0]])
                up = np.radians(self.angle.draw(rng))
                turned = self._turned(outward, up)
                depth = size[0] * np.cos(up) + size[2] * np.sin(up)  # from the wall to the foot
                at = a + rng.random() * (b - a) + outward * (depth / 2 + 0.01)
                place = np.array([*at, 0.0]) - turned @ (thing.bounds.mean(axis=0) * thing.scale)
                box = matrix(pose(place, turned), thing.scale)
                place[2] -= self._lowest(box, thing.bounds)
                half = np.array([[depth / 2, size[1] / 2]])
                spot = footprint(
                    matrix(pose((at[0], at[1], 0.0), yaw=float(np.arctan2(outward[1], outward[0])))),
                    np.array([[-half[0, 0], -half[0, 1], 0.0], [half[0, 0], half[0, 1], 0.0]]),
                )
                if ground.fits(spot):
                    ground.take(spot)
                    yield Edit(thing.path, "visible", True)
                    yield Edit(thing.path, "pose", pose(place, turned))
                    break

    def _turned(self, outward: np.ndarray, up: float) -> np.ndarray:
        """Return the rotation whose X rises against the wall by ``up`` and whose Y runs along it."""
        yaw = float(np.arctan2(-outward[1], -outward[0]))
        about_z = rotation_matrix([np.cos(yaw / 2), 0, 0, np.sin(yaw / 2)])
        about_y = rotation_matrix([np.cos(-up / 2), 0, np.sin(-up / 2), 0])
        turned: np.ndarray = about_z @ about_y
        return turned

    def _lowest(self, world_from_object: np.ndarray, bounds: np.ndarray) -> float:
        corners = np.array([[x, y, z] for x in bounds[:, 0] for y in bounds[:, 1] for z in bounds[:, 2]])
        return float((corners @ world_from_object[:3, :3].T + world_from_object[:3, 3])[:, 2].min())


@hookimpl
def dr_register(registry: Registry) -> None:
    """Offer ``randomizer=leaning``."""
    registry.randomizer(Leaning)
