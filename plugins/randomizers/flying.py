"""Objects in the air before the camera: distractors of pure domain randomization, or occluders."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from palletjack_dr import Distribution, Edit, Edits, Randomizer, Registry, Rng, Scene, drawn, hookimpl, setting
from palletjack_dr.geometry import matrix, pose, rotation_matrix, transform


@dataclass(frozen=True, kw_only=True)
class Flying(Randomizer):
    """Hangs ``count`` objects of ``role`` into the camera's view, turned any way.

    ``distance`` [m] is measured along the view, ``scatter`` [deg] how far off its middle they hang, ``scale`` a
    factor on their size. Those that would reach into the camera or into
    something else are left out.
    """

    role: str = "distractor"
    count: Distribution = drawn([1, 4], low=0, whole=True)
    distance: Distribution = drawn([1.5, 6.0], low=0.3)
    scatter: float = setting(22.0, low=0.0, high=80.0)
    scale: Distribution = drawn([0.4, 1.0], low=0.01, high=10.0)

    def sample(self, rng: Rng, scene: Scene) -> Edits:
        """Draw which objects hang where."""
        things = scene.having(self.role)
        camera = matrix(scene.pose(scene.camera))
        boxes = [scene.bounds(o) for o in scene.objects if o.role != "wall" and scene.visible(o)]
        for index in rng.permutation(len(things))[: self.count.draw(rng)]:
            thing, distance, scale = things[index], self.distance.draw(rng), self.scale.draw(rng)
            size = float(np.linalg.norm(thing.bounds[1] - thing.bounds[0])) * scale
            if size / 2 > 0.8 * distance:
                continue
            across = np.tan(np.radians(rng.uniform(-self.scatter, self.scatter, 2))) * distance
            q = rng.standard_normal(4)
            middle = transform(camera, np.array([[across[0], across[1], -distance]]))[0]
            turned = rotation_matrix(q)
            place = middle - turned @ (thing.bounds.mean(axis=0) * thing.scale * scale)
            lowest = middle[2] - size / 2
            place[2] += max(0.02 - lowest, 0.0)
            middle[2] += max(0.02 - lowest, 0.0)
            reach = np.stack([middle - size / 2, middle + size / 2])
            if any((reach[0] < b[1]).all() and (b[0] < reach[1]).all() for b in boxes):
                continue
            boxes.append(reach)
            yield Edit(thing.path, "visible", True)
            yield Edit(thing.path, "scale", (scale, scale, scale))
            yield Edit(thing.path, "pose", pose(place, turned))


@hookimpl
def dr_register(registry: Registry) -> None:
    """Offer ``randomizer=flying``."""
    registry.randomizer(Flying)
