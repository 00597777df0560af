"""Loads on the forks of trucks."""

from __future__ import annotations

from dataclasses import dataclass, field
from fnmatch import fnmatchcase

import numpy as np

from palletjack_dr import Distribution, Edit, Edits, Randomizer, Registry, Rng, Scene, drawn, hookimpl, setting
from palletjack_dr.geometry import Array, pose, rotation_matrix
from palletjack_dr.ground import Ground


@dataclass(frozen=True, kw_only=True)
class LoadOnForks(Randomizer):
    """Puts objects of ``role`` whose asset matches ``loads`` onto the forks of ``carrier``, with probability ``share``.

    ``forward`` is where the load's rear edge is, as a share of the carrier's length from its rear, ``lift`` [m] the
    height of its underside, ``wobble`` [deg] its turn.
    """

    role: str = "distractor"
    carrier: str = "target"
    loads: list[str] = field(default_factory=lambda: ["pallet*", "box_large*", "wrapped*", "crate*", "ibc*"])
    share: float = setting(0.5, low=0.0, high=1.0)
    forward: Distribution = drawn([0.32, 0.42], low=0.0, high=1.0)
    lift: Distribution = drawn([0.0, 0.09], low=0.0, high=3.0)
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
            rear = own[0, 0] + self.forward.draw(rng) * (own[1, 0] - own[0, 0])
            along, middle = rear - size[0, 0], own[:, 1].mean() - size[:, 1].mean()
            x = frame[0] + along * np.cos(heading) - middle * np.sin(heading)
            y = frame[1] + along * np.sin(heading) + middle * np.cos(heading)
            turn = heading + np.radians(self.wobble.draw(rng))
            yield Edit(load.path, "visible", True)
            yield Edit(load.path, "pose", pose((x, y, self.lift.draw(rng) - size[0, 2]), yaw=turn))
            yield from self._cleared(scene, load.path, carrier.path, Ground(scene).upright(load, x, y, turn).corners)

    def _cleared(self, scene: Scene, load: str, carrier: str, corners: Array) -> Edits:
        from palletjack_dr.footprints import Footprint, footprint, overlaps

        spot = Footprint(corners)
        for other in scene.standing():
            movable = other.role in (self.role, self.carrier) and other.path not in (load, carrier)
            if movable and overlaps(spot, footprint(scene.world_from(other), other.bounds)):
                yield Edit(other.path, "visible", False)


@hookimpl
def dr_register(registry: Registry) -> None:
    """Offer ``randomizer=load_on_forks``."""
    registry.randomizer(LoadOnForks)
