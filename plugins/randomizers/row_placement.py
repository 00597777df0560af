"""Objects parked side by side, as trucks in a bay."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from palletjack_dr import Distribution, Edit, Edits, Randomizer, Registry, Rng, Scene, drawn, hookimpl, setting
from palletjack_dr.ground import Ground


@dataclass(frozen=True, kw_only=True)
class RowPlacement(Randomizer):
    """Shows ``count`` objects of ``role`` in one row and hides the others.

    ``gap`` [m] lies between neighbours, ``wobble`` [deg] turns each a little. A row that finds no place in
    ``tries`` is shortened.
    """

    role: str = "target"
    count: Distribution = drawn([3, 6], low=1, whole=True)
    gap: Distribution = drawn([0.05, 0.35], low=0.0)
    wobble: Distribution = drawn({"normal": [0.0, 4.0], "clip": [-15.0, 15.0]})
    tries: int = setting(40, low=1)

    def sample(self, rng: Rng, scene: Scene) -> Edits:
        """Draw who stands in the row, then where it is."""
        things = scene.having(self.role)
        order = [things[i] for i in rng.permutation(len(things))]
        row = order[: self.count.draw(rng)]
        ground = Ground(scene, ignoring={t.path for t in things})
        gaps = [self.gap.draw(rng) for _ in row]
        turns = [np.radians(self.wobble.draw(rng)) for _ in row]
        for attempt in range(4 * self.tries):
            shown = row[: max(len(row) - attempt // self.tries, 1)]
            heading, at = rng.uniform(0, 2 * np.pi), ground.random_point(rng)
            across = np.array([-np.sin(heading), np.cos(heading)])
            spots = []
            for thing, gap, turn in zip(shown, gaps, turns, strict=False):
                shape = ground.upright(thing, 0.0, 0.0, heading + turn).corners @ across
                at = at + across * (-shape.min())
                spots.append(ground.upright(thing, at[0], at[1], heading + turn))
                at = at + across * (shape.max() + gap)
            if all(map(ground.fits, spots)):
                for thing, spot in zip(shown, spots, strict=True):
                    yield Edit(thing.path, "visible", True)
                    yield Edit(thing.path, "pose", spot.pose)
                yield from (Edit(t.path, "visible", False) for t in things if t not in shown)
                return
        yield from (Edit(t.path, "visible", False) for t in things)


@hookimpl
def dr_register(registry: Registry) -> None:
    """Offer ``randomizer=row_placement``."""
    registry.randomizer(RowPlacement)
