"""Whether placed objects reach into each other, float or sink: their meshes, in the Flexible Collision Library.

    pip install python-fcl            # BSD
    python benchmarks/interpenetration.py [frames] [hydra overrides]

Draws frames as a run would, without rendering them, and puts the real meshes of all visible objects where the edits
put them. Prints in how many frames two of
them cannot be parted by moving one of them a centimetre, and the largest gap or depth between an object and the floor.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from itertools import product
from typing import Any

import numpy as np
import trimesh
from rich.console import Console
from rich.table import Table

from palletjack_dr.cli.hydra_app import compose
from palletjack_dr.config import build
from palletjack_dr.discovery import load_plugins
from palletjack_dr.draws import draw_edits
from palletjack_dr.geometry import matrix, transform
from palletjack_dr.run import populate
from palletjack_dr.scene import Scene, SceneObject
from palletjack_dr.silhouettes import triangles_of

DEEP = 0.01
"""Metres of overlap that count."""
ROLES = ("target", "distractor", "rack", "column", "obstacle")


def main() -> None:
    """Check and print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    plugins = load_plugins()
    plan = build(compose("benchmark", sys.argv[2:], plugins)[0], plugins.registry)
    scene = populate(plan).scene()
    meshes = {o.path: mesh_of(scene, o) for o in scene.objects if o.role in ROLES}
    library: Any = trimesh.collision
    manager, own = library.CollisionManager(), dict(meshes)
    for path, mesh in meshes.items():
        manager.add_object(path, mesh)
    gap, wrong = 0.0, 0
    pairs: Counter[tuple[str, ...]] = Counter()
    for frame in range(count):
        edits = draw_edits(plan.randomizers, scene, seed=plan.seed, frame=frame, attempt=0)
        after = scene.after(edits)
        shown = [after.thing(path) for path in meshes if after.visible(after.thing(path))]
        far = np.eye(4)
        for number, path in enumerate(meshes):
            far[2, 3] = 1000.0 + 20.0 * number  # out of the way while hidden
            manager.set_transform(path, far)
        for thing in shown:
            manager.remove_object(thing.path)  # the library moves rigid bodies only: a scale goes into the mesh
            meshes[thing.path] = own[thing.path].copy().apply_scale(after.scale(thing))
            manager.add_object(thing.path, meshes[thing.path], matrix(after.pose(thing.path)))
        _, touching = manager.in_collision_internal(return_names=True)
        placed = {t.path: matrix(after.pose(t.path)) for t in shown}
        deep = [
            pair
            for pair in touching
            if {after.thing(name).role for name in pair} & {"target", "distractor"}
            and not parted(library, [meshes[name] for name in pair], [placed[name] for name in pair])
        ]
        wrong += bool(deep)
        pairs.update(tuple(sorted(pair)) for pair in deep)
        for thing in shown:
            if thing.role in ("target", "distractor"):
                low = transform(placed[thing.path], meshes[thing.path].vertices)[:, 2].min()
                gap = max(gap, abs(float(low)))
    table = Table("frames", f"frames with objects more than {DEEP} m into each other", "largest gap to the floor [m]")
    table.add_row(str(count), str(wrong), f"{gap:.4f}")
    Console().print(table)
    for names, frames in pairs.most_common(8):
        Console().print(f"{frames} x {' and '.join(n.rpartition('/')[2] for n in names)}", markup=False)


def parted(library: Any, pair: Sequence[Any], places: Sequence[Any]) -> bool:
    """Return whether two meshes come apart when one is moved by no more than DEEP, in any of 26 directions."""
    two = library.CollisionManager()
    for number, (mesh, place) in enumerate(zip(pair, places, strict=True)):
        two.add_object(str(number), mesh, place)
    for direction in product((-1, 0, 1), repeat=3):
        if any(direction):
            moved = np.array(places[0])
            moved[:3, 3] += DEEP * np.array(direction) / np.linalg.norm(direction)
            two.set_transform("0", moved)
            if not two.in_collision_internal():
                return True
    return False


def mesh_of(scene: Scene, thing: SceneObject) -> Any:
    """Return an object's triangles in its own frame."""
    corners = triangles_of(scene.stage.GetPrimAtPath(thing.path))
    vertices = corners.reshape(-1, 3)
    return trimesh.Trimesh(vertices, np.arange(len(vertices)).reshape(-1, 3), process=True)


if __name__ == "__main__":
    main()
