"""Loads on the forks of trucks."""

from __future__ import annotations

from dataclasses import dataclass, field
from fnmatch import fnmatchcase

import numpy as np

from palletjack_dr import Distribution, Edit, Edits, Randomizer, Registry, Rng, Scene, drawn, hookimpl, setting
from palletjack_dr.footprints import Footprint, overlaps
from palletjack_dr.geometry import pose, rotation_matrix
from palletjack_dr.ground import Ground
from palletjack_dr.scene import SceneObject


@dataclass(frozen=True, kw_only=True)
class LoadOnForks(Randomizer):
    """Puts objects of ``role`` whose asset matches ``loads`` onto the forks of ``carrier``, with probability ``share``.

    It stands on them: on the highest point of the carrier's front four tenths, ``gap`` [m] before whatever of the
    carrier rises behind it, turned by ``wobble`` [deg]. A load that would hang over by more than half, or stand in
    something fixed, is left out. Trucks whose forks reach into a pallet are models of their own: loaded_*.
    """

    role: str = "distractor"
    carrier: str = "target"
    loads: list[str] = field(default_factory=lambda: ["pallet", "pallet_*ed", "pallet_half", "box_*", "*crate"])
    share: float = setting(0.5, low=0.0, high=1.0)
    gap: Distribution = drawn([0.01, 0.08], low=0.0, high=1.0)
    wobble: Distribution = drawn({"normal": [0.0, 1.5], "clip": [-5.0, 5.0]})

    def sample(self, rng: Rng, scene: Scene) -> Edits:
        """Draw a load for each carrier that gets one; what stands in its way leaves the frame."""
        fitting = [t for t in scene.having(self.role) if any(fnmatchcase(t.asset, p) for p in self.loads)]
        loads = [fitting[i] for i in rng.permutation(len(fitting))]
        for carrier in [t for t in scene.having(self.carrier) if scene.visible(t)]:
            if not loads or rng.random() >= self.share:
                continue
            load = loads.pop()
            frame = np.asarray(scene.pose(carrier.path))
            heading = float(np.arctan2(*rotation_matrix(frame[3:])[1::-1, 0]))
            own, size = carrier.bounds * carrier.scale, load.bounds * load.scale
            points = scene.points(carrier) * carrier.scale
            lift = points[points[:, 0] > own[0, 0] + 0.6 * (own[1, 0] - own[0, 0]), 2].max() + 0.002
            rising = points[(points[:, 2] > lift + 0.01) & (points[:, 2] < lift + size[1, 2] - size[0, 2] + 0.02)]
            rear = float(rising[:, 0].max() if len(rising) else own[0, 0]) + 0.02 + self.gap.draw(rng)
            if own[1, 0] - rear < 0.5 * (size[1, 0] - size[0, 0]):
                continue
            along, middle = rear - size[0, 0], own[:, 1].mean() - size[:, 1].mean()
            x = frame[0] + along * np.cos(heading) - middle * np.sin(heading)
            y = frame[1] + along * np.sin(heading) + middle * np.cos(heading)
            turn = heading + np.radians(self.wobble.draw(rng))
            in_the_way = self._overlapped(scene, load.path, carrier.path, Ground(scene).upright(load, x, y, turn))
            if all(other.role in (self.role, self.carrier) for other in in_the_way):
                yield Edit(load.path, "visible", True)
                yield Edit(load.path, "pose", pose((x, y, lift - size[0, 2]), yaw=turn))
                yield from (Edit(other.path, "visible", False) for other in in_the_way)

    def _overlapped(self, scene: Scene, load: str, carrier: str, spot: Footprint) -> list[SceneObject]:
        standing = [o for o in scene.standing() if o.path not in (load, carrier)]
        return [o for o in standing if overlaps(spot, scene.footprint(o))]


@hookimpl
def dr_register(registry: Registry) -> None:
    """Offer ``randomizer=load_on_forks``."""
    registry.randomizer(LoadOnForks)
