"""Steer a frame to its goal: where the camera stands, how it is aimed, what stands in the way of its subject."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from palletjack_dr.coverage.contract import Contract, Goal
from palletjack_dr.edits import Edit
from palletjack_dr.footprints import Footprint, footprint, overlaps
from palletjack_dr.geometry import Array, Pose, camera_from_world, look_at, matrix, pose, project, transform
from palletjack_dr.randomness import Rng
from palletjack_dr.scene import Scene, SceneObject
from palletjack_dr.silhouettes import Grid, grid_over

SOURCE = "coverage"
STANDS, OCCLUDERS, SPOTS = 40, 16, 6
"""How many camera places, occluders, and places of each are tried."""
ROOM = 0.3
"""Metres between the camera and what stands on the floor."""
FARTHEST = 30.0
"""Metres that stand for "any distance" of a bin without an upper edge."""


@dataclass(frozen=True, kw_only=True)
class Shot:
    """A camera: world pose, focal length [px], picture size [px]."""

    pose: Pose
    focal: float
    size: tuple[int, int]

    def pixels(self, points: Array) -> Array:
        """Return where world points (n, 3) land, (n, 2) [px]; NaN behind the camera."""
        width, height = self.size
        k = np.array([[self.focal, 0.0, width / 2], [0.0, self.focal, height / 2], [0.0, 0.0, 1.0]])
        return project(points, k, camera_from_world(self.pose))


class Planner:
    """Steers the frames of one run. What it aims at is an estimate; the pixels decide whether a goal is met."""

    def __init__(self, contract: Contract, scene: Scene, resolution: tuple[int, int]) -> None:
        self._contract, self._size = contract, resolution
        self._fov = _stage_fov(scene)

    def steer(self, scene: Scene, goal: Goal, rng: Rng) -> tuple[SceneObject, list[Edit]] | None:
        """Return the frame's subject and the edits that bring it to its goal; None where the scene has no subject."""
        wanted = set(self._contract.classes)
        shown = [t for t in scene.having("target") if scene.visible(t) and (not wanted or t.label in wanted)]
        if not shown:
            return None
        subject = shown[int(rng.integers(len(shown)))]
        edits: list[Edit] = []
        shot = self._stand(scene, subject, goal, rng)
        shot = self._aim(scene, subject, shot, goal, rng)
        edits += [
            Edit(scene.camera, "pose", shot.pose, SOURCE),
            Edit(scene.camera, "camera.fov", math.degrees(2 * math.atan(self._size[0] / 2 / shot.focal)), SOURCE),
        ]
        edits += self._cover(scene, subject, shot, goal, rng)
        return subject, edits

    def _stand(self, scene: Scene, subject: SceneObject, goal: Goal, rng: Rng) -> Shot:
        """Choose a free place at the wanted distance from which nothing fixed hides the subject."""
        middle = scene.bounds(subject).mean(axis=0)
        now = np.asarray(scene.pose(scene.camera)[:3])
        fov = scene.edited(scene.camera, "camera.fov")
        focal = self._size[0] / 2 / math.tan(math.radians(float(fov) if isinstance(fov, float) else self._fov) / 2)
        fixed = [
            scene.footprint(o)
            for o in scene.standing()
            if o.role not in ("target", "distractor", "wall", "ceiling") and o.bounds[1, 2] - o.bounds[0, 2] > 0.5
        ]
        others = [scene.footprint(o) for o in scene.standing() if o.role != "wall"]
        area = scene.floor()
        eye, present = now, float(np.linalg.norm(now - middle))
        for _ in range(STANDS):
            distance = _drawn(goal.get("distance", (present, present)), rng, FARTHEST)
            rise = now[2] - middle[2]
            reach = math.sqrt(max(distance**2 - rise**2, 0.04))
            angle = rng.uniform(0, 2 * np.pi)
            eye = middle + np.array([reach * math.cos(angle), reach * math.sin(angle), rise])
            spot = footprint(matrix(pose(eye)), np.array([[-ROOM] * 3, [ROOM] * 3]))
            free = spot.within(area)
            if free and not any(overlaps(spot, o) for o in others) and not _blocked(eye, middle, fixed):
                break
        shot = Shot(pose=look_at(eye, middle), focal=focal, size=self._size)
        if "size" in goal:
            grid = grid_over(shot.pixels(self._world_points(scene, subject)))
            if grid is not None:
                size = math.sqrt(grid.shape[0] * grid.shape[1]) * grid.cell
                wide = self._size[0] / 2
                wanted = focal * _drawn(goal["size"], rng, max(self._size)) / size
                shot = replace(shot, focal=float(np.clip(wanted, wide / math.tan(1.0), wide / math.tan(0.12))))
        return shot

    def _aim(self, scene: Scene, subject: SceneObject, shot: Shot, goal: Goal, rng: Rng) -> Shot:
        """Turn the camera until the wanted share of the subject is out of the picture, over one of its borders."""
        wanted = _drawn(goal.get("truncation", (0.0, 0.0)), rng, 1.0, often_low=0.6)
        eye, middle = np.asarray(shot.pose[:3]), scene.bounds(subject).mean(axis=0)
        points = self._world_points(scene, subject)
        ahead = middle - eye
        heading, rise = math.atan2(ahead[1], ahead[0]), math.atan2(ahead[2], math.hypot(ahead[0], ahead[1]))
        half = np.arctan(np.array(self._size) / 2 / shot.focal)
        side = int(rng.choice(4, p=[0.4, 0.4, 0.15, 0.05]))  # right, left, bottom, top
        across = rng.normal(0, 0.12)

        def turned(angle: float) -> Shot:
            yaw = (angle if side == 0 else -angle) if side < 2 else across * half[0]
            pitch = (angle if side == 2 else -angle) if side >= 2 else across * half[1]
            level = rise + pitch
            direction = [
                math.cos(heading + yaw) * math.cos(level),
                math.sin(heading + yaw) * math.cos(level),
                math.sin(level),
            ]
            return replace(shot, pose=look_at(eye, eye + direction))

        def outside(angle: float) -> float:
            return self._outside(turned(angle), points)

        limit = 1.6 * float(half[0] if side < 2 else half[1])
        if wanted <= 0:
            free = _solved(outside, 0.01, limit)  # the farthest turn that still shows all of it
            return turned(free * rng.uniform(0, 0.9))
        return turned(_solved(outside, wanted, limit))

    def _outside(self, shot: Shot, points: Array) -> float:
        pixels = shot.pixels(points)
        grid = grid_over(pixels)
        if grid is None:
            return 1.0
        whole = grid.mask(pixels)
        return 1.0 - float((whole & grid.inside(*self._size)).sum()) / max(int(whole.sum()), 1)

    def _cover(self, scene: Scene, subject: SceneObject, shot: Shot, goal: Goal, rng: Rng) -> Iterator[Edit]:
        """Take away what hides the subject by chance, then put things in its way until enough of it is hidden."""
        grid = grid_over(shot.pixels(self._world_points(scene, subject)))
        if grid is None:
            return
        own = grid.mask(shot.pixels(self._world_points(scene, subject))) & grid.inside(*self._size)
        eye, middle = np.asarray(shot.pose[:3]), scene.bounds(subject).mean(axis=0)
        depth = float(np.linalg.norm(middle - eye))
        taken = []
        for other in scene.standing():
            movable = other.role in ("target", "distractor") and other.path != subject.path
            nearer = float(np.linalg.norm(scene.bounds(other).mean(axis=0) - eye)) < depth + 0.5
            if movable and nearer and (grid.mask(shot.pixels(self._world_points(scene, other))) & own).any():
                yield Edit(other.path, "visible", False, SOURCE)
                continue
            taken.append(scene.footprint(other))
        wanted = _drawn(goal.get("occlusion", (0.0, 0.0)), rng, 1.0, often_low=0.6)
        if wanted <= 0 or not own.any():
            return
        hidden = np.zeros_like(own)
        for thing in self._occluders(scene, rng):
            missing = wanted * own.sum() - hidden.sum()
            found = self._placed(scene, thing, shot, grid, own & ~hidden, missing, taken, middle, rng)
            if found is None:
                continue
            spot, covered = found
            hidden |= covered & own
            taken.append(spot)
            yield Edit(thing.path, "visible", True, SOURCE)
            yield Edit(thing.path, "pose", spot.pose, SOURCE)
            if hidden.sum() >= 0.93 * wanted * own.sum():
                return

    def _occluders(self, scene: Scene, rng: Rng) -> list[SceneObject]:
        if "distractor" not in scene.roles():
            return []
        things = scene.having("distractor")
        return [things[i] for i in rng.permutation(len(things))[:OCCLUDERS]]

    def _placed(
        self,
        scene: Scene,
        thing: SceneObject,
        shot: Shot,
        grid: Grid,
        open_cells: np.ndarray,
        cells: float,
        taken: list[Footprint],
        middle: Array,
        rng: Rng,
    ) -> tuple[Footprint, np.ndarray] | None:
        """Return a place for an occluder where it hides about ``cells`` of the open cells, and which it hides."""
        eye = np.asarray(shot.pose[:3])
        line = (middle - eye)[:2]
        side = np.array([-line[1], line[0]]) / max(float(np.linalg.norm(line)), 1e-6)
        points = scene.points(thing) * scene.scale(thing)
        bounds = thing.bounds * scene.scale(thing)
        area = scene.floor()
        for _ in range(SPOTS):
            at = eye[:2] + rng.uniform(0.3, 0.85) * line
            yaw, sign = rng.uniform(0, 2 * np.pi), rng.choice([-1.0, 1.0])

            def upright(offset: float, at: Array = at, yaw: float = yaw, sign: float = float(sign)) -> Pose:
                x, y = at + sign * offset * side
                return pose((x, y, -bounds[0, 2]), yaw=yaw)

            def covered(offset: float, upright: Callable[[float], Pose] = upright) -> np.ndarray:
                shown: np.ndarray = grid.mask(shot.pixels(transform(matrix(upright(offset)), points))) & open_cells
                return shown

            if covered(0.0).sum() < cells:
                continue
            offset = _solved(lambda o, c=covered: -float(c(o).sum()), -cells, 3.0)  # type: ignore[misc]
            spot = footprint(matrix(upright(offset)), bounds, margin=0.05, pose=upright(offset))
            inside = spot.within(area)
            apart = float(np.linalg.norm(np.asarray(spot.pose[:2]) - eye[:2])) > 0.6
            if inside and apart and not any(overlaps(spot, other) for other in taken):
                return spot, covered(offset)
        return None

    def _world_points(self, scene: Scene, thing: SceneObject) -> Array:
        return transform(scene.world_from(thing), scene.points(thing))


def _solved(function: Callable[[float], float], wanted: float, limit: float) -> float:
    """Return where a rising function of [0, limit] reaches ``wanted``, by halving; ``limit`` where it does not."""
    low, high = 0.0, limit
    if function(low) >= wanted:
        return low
    for _ in range(9):
        middle = (low + high) / 2
        low, high = (middle, high) if function(middle) < wanted else (low, middle)
    return (low + high) / 2


def _drawn(interval: tuple[float, float], rng: Rng, cap: float, *, often_low: float = 0.0) -> float:
    """Draw from the middle nine tenths of an interval; from one that begins at 0, often 0 itself."""
    low = float(interval[0])
    high = max(float(min(interval[1], cap)), low)
    if low == 0 and rng.random() < often_low:
        return 0.0
    return float(rng.uniform(low + 0.05 * (high - low), high - 0.05 * (high - low)))


def _blocked(eye: Array, middle: Array, fixed: list[Footprint]) -> bool:
    """Return whether something fixed stands between two points, seen from above."""
    across = np.asarray(middle - eye)[:2]
    side = np.array([-across[1], across[0]]) / max(float(np.linalg.norm(across)), 1e-6) * 0.15
    a, b = np.asarray(eye)[:2], np.asarray(eye)[:2] + 0.93 * across
    p, q, r, s = (corner.tolist() for corner in (a - side, b - side, b + side, a + side))
    line = Footprint((p, q, r, s))
    return any(overlaps(line, other) for other in fixed)


def _stage_fov(scene: Scene) -> float:
    from pxr import UsdGeom

    camera = UsdGeom.Camera(scene.stage.GetPrimAtPath(scene.camera))
    aperture, focal = camera.GetHorizontalApertureAttr().Get(), camera.GetFocalLengthAttr().Get()
    return math.degrees(2 * math.atan(aperture / 2 / focal))
