"""Objects dropped, and settled by physics: tipped boxes, leaning pallets, heaps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from palletjack_dr import Distribution, Edit, Edits, Randomizer, Registry, Rng, Scene, drawn, hookimpl, setting
from palletjack_dr.errors import EngineError
from palletjack_dr.geometry import Pose, rotation_matrix
from palletjack_dr.ground import Ground
from palletjack_dr.scene import SceneObject

STEP = 0.004
"""Seconds of a simulation step."""
STILL = 0.05
"""Metres per second below which everything rests."""


@dataclass(frozen=True, kw_only=True)
class PhysicsDrop(Randomizer):
    """Drops ``count`` objects of ``role`` near one place from ``height`` [m] and lets them settle.

    They fall as the convex hulls of their meshes, turned by up to ``tilt`` [deg], onto the floor and against the
    boxes of what stands there. ``spread`` [m] is how far apart they start. What has not come to rest after
    ``seconds``, or has left the floor, is hidden; so are the other objects of the role that would be in the way.
    """

    role: str = "distractor"
    count: Distribution = drawn([3, 7], low=0, whole=True)
    height: Distribution = drawn([0.1, 1.2], low=0.0, high=10.0)
    spread: Distribution = drawn([0.3, 1.2], low=0.0, high=20.0)
    tilt: Distribution = drawn([0.0, 40.0], low=0.0, high=180.0)
    seconds: float = setting(2.5, low=0.1, high=30.0)

    def sample(self, rng: Rng, scene: Scene) -> Edits:
        """Draw who falls from where, then return where they rest."""
        things = scene.having(self.role)
        falling = [things[i] for i in rng.permutation(len(things))[: self.count.draw(rng)]]
        ground = Ground(scene, ignoring={t.path for t in things})
        middle = self._free_place(rng, ground)
        starts, top = [], 0.0
        for thing in falling:
            size = (thing.bounds[1] - thing.bounds[0]) * thing.scale
            angle, away = rng.uniform(0, 2 * np.pi), self.spread.draw(rng)
            top += float(np.linalg.norm(size)) / 2 + self.height.draw(rng) / max(len(falling), 1)
            at = np.array([middle[0] + away * np.cos(angle), middle[1] + away * np.sin(angle), top])
            starts.append((*at, *self._turned(rng)))
            top += float(np.linalg.norm(size)) / 2
        rests = settled(scene, falling, starts, self.seconds)
        for thing in things:
            place = rests.get(thing.path)
            if place is not None and (np.abs(place[:2]) < np.abs(ground.area).max()).all() and place[2] > -0.5:
                yield Edit(thing.path, "visible", True)
                yield Edit(thing.path, "pose", place)
            else:
                yield Edit(thing.path, "visible", False)

    def _free_place(self, rng: Rng, ground: Ground) -> np.ndarray:
        for _ in range(40):
            point = ground.random_point(rng)
            near = [spot for spot in ground.taken if np.linalg.norm(spot.corners.mean(axis=0) - point) < 2.0]
            if not near:
                break
        return point

    def _turned(self, rng: Rng) -> tuple[float, ...]:
        yaw, tilt = rng.uniform(0, 2 * np.pi), np.radians(self.tilt.draw(rng))
        axis = rng.uniform(0, 2 * np.pi)
        a = np.array([np.cos(yaw / 2), 0.0, 0.0, np.sin(yaw / 2)])
        b = np.array([np.cos(tilt / 2), np.sin(tilt / 2) * np.cos(axis), np.sin(tilt / 2) * np.sin(axis), 0.0])
        w, v, x, u = b[0], b[1:], a[0], a[1:]
        return (w * x - v @ u, *(w * u + x * v + np.cross(v, u)))


def settled(
    scene: Scene, things: list[SceneObject], starts: list[tuple[float, ...]], seconds: float
) -> dict[str, Pose]:
    """Return the poses in which objects come to rest, by path, for those that do."""
    try:
        import mujoco
    except ImportError as error:
        raise EngineError("randomizer=physics_drop needs mujoco; pip install 'palletjack-dr[embedded]'") from error
    if not things:
        return {}
    spec = mujoco.MjSpec()
    spec.option.timestep = STEP
    spec.worldbody.add_geom(type=mujoco.mjtGeom.mjGEOM_PLANE, size=[0, 0, 1])
    own = {thing.path for thing in things}
    for other in scene.standing():
        if other.path not in own and other.role not in ("wall", "distractor"):
            corners = scene.bounds(other)
            size = np.maximum((corners[1] - corners[0]) / 2, 0.005)
            spec.worldbody.add_geom(type=mujoco.mjtGeom.mjGEOM_BOX, pos=corners.mean(axis=0), size=size)
    for number, (thing, start) in enumerate(zip(things, starts, strict=True)):
        middle = thing.bounds.mean(axis=0) * thing.scale
        spec.add_mesh(name=f"hull{number}", uservert=(_hull(scene, thing) - middle).ravel(), maxhullvert=48)
        body = spec.worldbody.add_body(name=f"body{number}", pos=start[:3], quat=start[3:])
        body.add_freejoint()
        body.add_geom(
            type=mujoco.mjtGeom.mjGEOM_MESH, meshname=f"hull{number}", density=200, friction=[0.8, 0.02, 0.002]
        )
    model = spec.compile()
    data = mujoco.MjData(model)
    for _ in range(round(seconds / STEP)):
        mujoco.mj_step(model, data)
        if data.time > 0.8 and np.abs(data.qvel).max() < STILL / 5:
            break
    rests: dict[str, Pose] = {}
    for number, thing in enumerate(things):
        body_id = model.body(f"body{number}").id
        geom = int(model.body_geomadr[body_id])
        address = int(model.jnt_dofadr[model.body_jntadr[body_id]])
        if np.abs(data.qvel[address : address + 3]).max() < STILL:
            rests[thing.path] = _origin(model, data, body_id, geom, thing)
    return rests


def _origin(model: object, data: object, body: int, geom: int, thing: SceneObject) -> Pose:
    """Return the pose of an object's own frame; the body's frame is about the middle of its bounds."""
    position, rotation = np.array(data.xpos[body]), np.array(data.xquat[body])  # type: ignore[attr-defined]
    middle = thing.bounds.mean(axis=0) * thing.scale
    x, y, z = position - rotation_matrix(rotation) @ middle
    w, i, j, k = rotation
    return float(x), float(y), float(z), float(w), float(i), float(j), float(k)


def _hull(scene: Scene, thing: SceneObject) -> np.ndarray:
    """Return points (n, 3) [m] of an object, its extremes included, in its own frame and scale."""
    points = scene.points(thing)
    directions = np.random.default_rng(3).standard_normal((96, 3))
    extreme = np.unique(np.argmax(points @ directions.T, axis=0))
    low, high = thing.bounds
    hull: np.ndarray = np.clip(points[extreme], low, high) * thing.scale
    return hull


@hookimpl
def dr_register(registry: Registry) -> None:
    """Offer ``randomizer=physics_drop``."""
    registry.randomizer(PhysicsDrop)
