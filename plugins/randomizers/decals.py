"""Stains, tyre marks, tape and signs on floors and walls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from palletjack_dr import Distribution, Edit, Edits, Randomizer, Registry, Rng, Scene, drawn, hookimpl, setting
from palletjack_dr.errors import ConfigError
from palletjack_dr.footprints import Footprint, footprint, overlaps
from palletjack_dr.geometry import Array, Pose, matrix, pose, transform
from palletjack_dr.scene import SceneObject

TRIES: Final = 20
SMALLEST: Final = 0.1
"""Area [m2] of the triangles of a wall that are looked at."""
DEEP: Final = 0.3
"""Metres in front of a wall that must be free of what hangs there."""


@dataclass(frozen=True, kw_only=True)
class Decals(Randomizer):
    """Puts ``count`` decals of the pool of ``asset=decals`` on ``surface`` ("floor" or "wall"), clear of each other.

    ``size`` is a factor on their real sizes, ``tilt`` [deg] turns those on walls; on floors they lie in any
    direction. A share ``near`` of those on floors lies within ``reach`` [m] of a visible target. They are ``gap``
    [m] off the surface: on floors enough to lie above painted lines.
    """

    surface: str = "floor"
    count: Distribution = drawn([4, 12], low=0, whole=True)
    size: Distribution = drawn([0.7, 1.3], low=0.05, high=10.0)
    tilt: Distribution = drawn({"normal": [0.0, 2.0], "clip": [-8.0, 8.0]}, low=-180.0, high=180.0)
    height: Distribution = drawn([0.4, 2.2], low=0.0, high=20.0)
    near: float = setting(0.6, low=0.0, high=1.0)
    reach: float = setting(3.5, low=0.1, high=50.0)
    gap: float = setting(0.005, low=0.001, high=0.05)

    def __post_init__(self) -> None:
        """Refuse surfaces that no decals are for."""
        super().__post_init__()
        if self.surface not in ("floor", "wall"):
            raise ConfigError(f"surface: got {self.surface!r}, wanted 'floor' or 'wall'")

    def sample(self, rng: Rng, scene: Scene) -> Edits:
        """Draw which decals are there, then a place for each; the others are hidden."""
        pool = [thing for thing in scene.having("decal") if thing.label == self.surface]
        if not pool:
            raise ConfigError(f"surface: no decals for {self.surface!r} in the scene; name some in asset=decals")
        chosen = [pool[i] for i in rng.permutation(len(pool))[: self.count.draw(rng)]]
        taken: list[Footprint] = []
        shown: set[str] = set()
        for thing in chosen:
            size = self.size.draw(rng)
            for _ in range(TRIES):
                place = (
                    self._on_floor(rng, scene) if self.surface == "floor" else self._on_wall(rng, scene, thing, size)
                )
                if place is None:
                    continue
                spot = self._spot(place, thing, size)
                inside = self.surface == "wall" or _within(spot, scene.floor())
                if inside and not any(overlaps(spot, other) for other in taken):
                    taken.append(spot)
                    shown.add(thing.path)
                    yield Edit(thing.path, "pose", place)
                    yield Edit(thing.path, "scale", (size, size, 1.0))
                    break
        for thing in pool:
            yield Edit(thing.path, "visible", thing.path in shown)

    def _on_floor(self, rng: Rng, scene: Scene) -> Pose:
        low, high = scene.floor()
        targets = [t for t in scene.having("target") if scene.visible(t)] if "target" in scene.roles() else []
        x, y = rng.uniform(low, high)
        if targets and rng.random() < self.near:
            angle, away = rng.uniform(0, 2 * np.pi), self.reach * np.sqrt(rng.random())
            middle = scene.bounds(targets[int(rng.integers(len(targets)))]).mean(axis=0)
            x, y = middle[:2] + away * np.array([np.cos(angle), np.sin(angle)])
        return pose((x, y, self.gap), yaw=rng.uniform(0, 2 * np.pi))

    def _on_wall(self, rng: Rng, scene: Scene, thing: SceneObject, size: float) -> Pose | None:
        """Return a place on a wall's flat face towards the hall, all of the decal on it and nothing before it."""
        walls = scene.having("wall")
        wall = walls[int(rng.integers(len(walls)))]
        triangles = transform(scene.world_from(wall), scene.triangles(wall).reshape(-1, 3)).reshape(-1, 3, 3)
        cross = np.cross(triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0])
        double = np.linalg.norm(cross, axis=1)
        normals = cross / np.maximum(double, 1e-12)[:, None]
        inward = np.einsum("ij,ij->i", normals, np.array([*scene.floor().mean(axis=0), 0.0]) - triangles[:, 0]) > 0
        faces = np.flatnonzero((np.abs(normals[:, 2]) < 1e-3) & inward & (double > 2 * SMALLEST))
        if not len(faces):
            return None
        face = int(rng.choice(faces, p=double[faces] / double[faces].sum()))
        a, b = np.sqrt(rng.random()), rng.random()
        point = np.array([1 - a, a * (1 - b), a * b]) @ triangles[face]
        point[2] = self.height.draw(rng)
        normal, roll = normals[face], np.radians(self.tilt.draw(rng))
        right, up = np.cross([0.0, 0.0, 1.0], normal), np.array([0.0, 0.0, 1.0])
        along, over = np.cos(roll) * right + np.sin(roll) * up, np.cos(roll) * up - np.sin(roll) * right
        flat = np.stack([right, up])
        level = np.abs((triangles - point) @ normal).max(axis=1) < 1e-3
        half = thing.bounds[1, :2] * size
        corners = np.array([point + sx * half[0] * along + sy * half[1] * over for sx in (-1, 1) for sy in (-1, 1)])
        if not all(_covered((c - point) @ flat.T, (triangles[level] - point) @ flat.T) for c in [*corners, point]):
            return None
        off = (triangles.reshape(-1, 3) - point) @ np.stack([along, over, normal]).T
        if ((np.abs(off[:, :2]) < half + 0.02).all(axis=1) & (off[:, 2] > 1e-3) & (off[:, 2] < DEEP)).any():
            return None
        return pose(point + self.gap * normal, np.stack([along, over, normal], axis=1))

    def _spot(self, place: Pose, thing: SceneObject, size: float) -> Footprint:
        """Return the ground, or for walls the strip of ground before the wall, that a decal takes."""
        bounds = thing.bounds * [size, size, 1.0]
        if self.surface == "floor":
            return footprint(matrix(place), bounds)
        reach = float(np.abs(bounds[1, :2]).max())
        return footprint(matrix(pose(place[:3])), np.array([[-reach] * 3, [reach] * 3]))


def _within(spot: Footprint, area: Array) -> bool:
    return bool((spot.corners >= area[0]).all() and (spot.corners <= area[1]).all())


def _covered(point: Array, triangles: Array) -> bool:
    """Return whether a point (2,) lies in any of some triangles (n, 3, 2)."""
    ahead = np.roll(triangles, -1, axis=1) - triangles
    to = point - triangles
    side = ahead[..., 0] * to[..., 1] - ahead[..., 1] * to[..., 0]
    return bool(((side >= -1e-9).all(axis=1) | (side <= 1e-9).all(axis=1)).any())


@hookimpl
def dr_register(registry: Registry) -> None:
    """Offer ``randomizer=decals``."""
    registry.randomizer(Decals)
