"""Objects dropped, and settled by physics: tipped boxes, leaning pallets, heaps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from palletjack_dr import Distribution, Edit, Edits, Randomizer, Registry, Rng, Scene, drawn, hookimpl, setting
from palletjack_dr.errors import EngineError
from palletjack_dr.footprints import footprint
from palletjack_dr.geometry import Pose, matrix, pose, rotation_matrix
from palletjack_dr.ground import Ground
from palletjack_dr.scene import SceneObject

STEP = 0.004
"""Seconds of a simulation step."""
STILL = 0.05
"""Metres per second below which everything rests."""
DEEP = 0.01
"""Metres of overlap in the simulation at which an object is taken out."""
ROOM = 1.0
"""Half the edge [m] of the free square above which things fall."""


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
        if middle is None:
            falling = []
        starts: dict[str, tuple[float, ...]] = {}
        above: list[tuple[np.ndarray, float, float]] = []  # middle, radius and top of those that start below
        for thing in falling:
            radius = float(np.linalg.norm((thing.bounds[1] - thing.bounds[0]) * thing.scale)) / 2
            angle, away = rng.uniform(0, 2 * np.pi), self.spread.draw(rng)
            at = np.asarray(middle) + away * np.array([np.cos(angle), np.sin(angle)])
            under = [top for spot, wide, top in above if np.linalg.norm(spot - at) < wide + radius]
            height = max([0.0, *under]) + radius + self.height.draw(rng)
            above.append((at, radius, height + radius))
            starts[thing.path] = (*at, height, *self._turned(rng))
        rests = settled(scene, falling, starts, self.seconds)
        for thing in things:
            place = rests.get(thing.path)
            if place is not None and (place[:2] > ground.area[0]).all() and (place[:2] < ground.area[1]).all():
                yield Edit(thing.path, "visible", True)
                yield Edit(thing.path, "pose", place)
            else:
                yield Edit(thing.path, "visible", False)

    def _free_place(self, rng: Rng, ground: Ground) -> np.ndarray | None:
        for _ in range(60):
            x, y = ground.random_point(rng)
            around = footprint(matrix(pose((x, y, 0.0))), np.array([[-ROOM, -ROOM, 0.0], [ROOM, ROOM, 0.0]]))
            if ground.fits(around):
                return np.array([x, y])
        return None

    def _turned(self, rng: Rng) -> tuple[float, ...]:
        yaw, tilt = rng.uniform(0, 2 * np.pi), np.radians(self.tilt.draw(rng))
        axis = rng.uniform(0, 2 * np.pi)
        a = np.array([np.cos(yaw / 2), 0.0, 0.0, np.sin(yaw / 2)])
        b = np.array([np.cos(tilt / 2), np.sin(tilt / 2) * np.cos(axis), np.sin(tilt / 2) * np.sin(axis), 0.0])
        w, v, x, u = b[0], b[1:], a[0], a[1:]
        return (w * x - v @ u, *(w * u + x * v + np.cross(v, u)))


def settled(
    scene: Scene, things: list[SceneObject], starts: dict[str, tuple[float, ...]], seconds: float
) -> dict[str, Pose]:
    """Return the poses in which objects come to rest, by path.

    What does not rest in time, or rests inside something, is taken out and the others fall again without it.
    """
    falling = list(things)
    while falling:
        rests, restless = _fallen(scene, falling, starts, seconds)
        if not restless:
            return rests
        falling = [thing for thing in falling if thing.path not in restless]
    return {}


def _fallen(
    scene: Scene, things: list[SceneObject], starts: dict[str, tuple[float, ...]], seconds: float
) -> tuple[dict[str, Pose], set[str]]:
    try:
        import mujoco
    except ImportError as error:
        raise EngineError("randomizer=physics_drop needs mujoco; pip install 'palletjack-dr[embedded]'") from error
    spec = mujoco.MjSpec()
    spec.option.timestep = STEP
    spec.worldbody.add_geom(type=mujoco.mjtGeom.mjGEOM_PLANE, size=[0, 0, 1])
    own = {thing.path for thing in things}
    for other in scene.standing():
        if other.path not in own and other.role not in ("wall", "distractor"):
            corners = scene.bounds(other)
            size = np.maximum((corners[1] - corners[0]) / 2, 0.005)
            spec.worldbody.add_geom(type=mujoco.mjtGeom.mjGEOM_BOX, pos=corners.mean(axis=0), size=size)
    for thing in things:
        middle = thing.bounds.mean(axis=0) * thing.scale
        spec.add_mesh(name=thing.path, uservert=(scene.hull(thing) * thing.scale - middle).ravel(), maxhullvert=-1)
        body = spec.worldbody.add_body(name=thing.path, pos=starts[thing.path][:3], quat=starts[thing.path][3:])
        body.add_freejoint()
        rough = [0.8, 0.02, 0.002]
        body.add_geom(type=mujoco.mjtGeom.mjGEOM_MESH, meshname=thing.path, density=200, friction=rough)
    model = spec.compile()
    data = mujoco.MjData(model)
    for _ in range(round(seconds / STEP)):
        mujoco.mj_step(model, data)
        if data.time > 0.8 and np.abs(data.qvel).max() < STILL / 5:
            break
    rests: dict[str, Pose] = {}
    restless: set[str] = set()
    for thing in things:
        body_id = model.body(thing.path).id
        address = int(model.jnt_dofadr[model.body_jntadr[body_id]])
        rests[thing.path] = _origin(data, body_id, thing)
        moving, turning = np.abs(data.qvel[address : address + 6]).reshape(2, 3).max(axis=1)
        if moving > STILL or turning > 5 * STILL:
            restless.add(thing.path)
    for contact in data.contact:
        if contact.dist < -DEEP:
            names = [model.body(int(model.geom_bodyid[g])).name for g in contact.geom]
            restless |= {names[1] if names[1] in own else names[0]} & own
    return rests, restless


def _origin(data: object, body: int, thing: SceneObject) -> Pose:
    """Return the pose of an object's own frame; the body's frame is about the middle of its bounds."""
    position, rotation = np.array(data.xpos[body]), np.array(data.xquat[body])  # type: ignore[attr-defined]
    middle = thing.bounds.mean(axis=0) * thing.scale
    x, y, z = position - rotation_matrix(rotation) @ middle
    w, i, j, k = rotation
    return float(x), float(y), float(z), float(w), float(i), float(j), float(k)


@hookimpl
def dr_register(registry: Registry) -> None:
    """Offer ``randomizer=physics_drop``."""
    registry.randomizer(PhysicsDrop)
