"""A camera somewhere along a path, looking ahead: the view of a vehicle on its way."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from palletjack_dr import Distribution, Edit, Edits, Randomizer, Registry, Rng, Scene, drawn, hookimpl
from palletjack_dr.errors import ConfigError
from palletjack_dr.geometry import look_at


@dataclass(frozen=True, kw_only=True)
class PathCamera(Randomizer):
    """Stands at ``along`` (0 start, 1 end) of the line through ``points`` [[x, y], ...] [m] at ``height`` [m].

    It looks along the path, turned by ``aim`` [deg] sideways and ``pitch`` [deg] up; ``beside`` [m] is its distance
    from the line, left of it. ``fov`` [deg] is the horizontal field of view.
    """

    points: list[list[float]] = field(default_factory=lambda: [[-9.0, 0.0], [9.0, 0.0]])
    along: Distribution = drawn([0.0, 1.0], low=0.0, high=1.0)
    beside: Distribution = drawn({"normal": [0.0, 0.4], "clip": [-1.2, 1.2]})
    height: Distribution = drawn([0.4, 2.0], low=0.02)
    aim: Distribution = drawn({"normal": [0.0, 12.0], "clip": [-45.0, 45.0]}, low=-180.0, high=180.0)
    pitch: Distribution = drawn([-14.0, 2.0], low=-89.0, high=89.0)
    fov: Distribution = drawn([60.0, 90.0], low=5.0, high=150.0)

    def __post_init__(self) -> None:
        """Refuse a path that is none."""
        super().__post_init__()
        if len(self.points) < 2 or any(len(p) != 2 for p in self.points):
            raise ConfigError(f"points: got {self.points}, wanted two or more [x, y] in metres")

    def sample(self, rng: Rng, scene: Scene) -> Edits:
        """Draw the place, then the view."""
        line = np.asarray(self.points, float)
        legs = np.diff(line, axis=0)
        ends = np.concatenate([[0.0], np.cumsum(np.linalg.norm(legs, axis=1))])
        gone = self.along.draw(rng) * ends[-1]
        leg = min(int(np.searchsorted(ends, gone, side="right")) - 1, len(legs) - 1)
        ahead = legs[leg] / np.linalg.norm(legs[leg])
        left = np.array([-ahead[1], ahead[0]])
        x, y = line[leg] + ahead * (gone - ends[leg]) + left * self.beside.draw(rng)
        heading = np.arctan2(ahead[1], ahead[0]) - np.radians(self.aim.draw(rng))
        eye, pitch = np.array([x, y, self.height.draw(rng)]), np.radians(self.pitch.draw(rng))
        view = np.array([np.cos(heading) * np.cos(pitch), np.sin(heading) * np.cos(pitch), np.sin(pitch)])
        yield Edit("camera", "pose", look_at(eye, eye + view))
        yield Edit("camera", "camera.fov", self.fov.draw(rng))


@hookimpl
def dr_register(registry: Registry) -> None:
    """Offer ``randomizer=path_camera``."""
    registry.randomizer(PathCamera)
