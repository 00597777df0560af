"""Whether placed objects reach into each other, float or sink: their meshes, in the Flexible Collision Library.

    pip install python-fcl            # BSD
    python benchmarks/interpenetration.py [frames] [hydra overrides]

Draws frames as a run would, without rendering them, and puts the real meshes of all visible objects where the edits
put them. Prints the deepest contact between two objects and the largest gap or depth between an object and the floor.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import trimesh
from rich.console import Console
from rich.table import Table

from palletjack_dr.cli.hydra_app import compose
from palletjack_dr.config import build
from palletjack_dr.discovery import load_plugins
from palletjack_dr.draws import draw_edits
from palletjack_dr.geometry import transform
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
    manager = library.CollisionManager()
    for path, mesh in meshes.items():
        manager.add_object(path, mesh)
    deepest, gap, wrong = 0.0, 0.0, 0
    pairs: dict[tuple[str, ...], float] = {}
    for frame in range(count):
        edits = draw_edits(plan.randomizers, scene, seed=plan.seed, frame=frame, attempt=0)
        after = scene.after(edits)
        shown = [after.thing(path) for path in meshes if after.visible(after.thing(path))]
        far = np.eye(4)
        for number, path in enumerate(meshes):
            far[2, 3] = 1000.0 + 20.0 * number  # out of the way while hidden
            manager.set_transform(path, far)
        for thing in shown:
            manager.set_transform(thing.path, after.world_from(thing))
        _, contacts = manager.in_collision_internal(return_data=True)
        found = 0.0
        for contact in contacts:
            if (
                len({after.thing(name).role for name in contact.names} & {"target", "distractor"})
                and contact.depth > found
            ):
                found, names = float(contact.depth), tuple(sorted(contact.names))
        if found > DEEP:
            wrong += 1
            pairs[names] = max(found, pairs.get(names, 0.0))
        deepest = max(deepest, found)
        for thing in shown:
            if thing.role in ("target", "distractor"):
                low = transform(after.world_from(thing), meshes[thing.path].vertices)[:, 2].min()
                gap = max(gap, abs(float(low)))
    table = Table("frames", "deepest contact [m]", f"frames deeper than {DEEP} m", "largest gap to the floor [m]")
    table.add_row(str(count), f"{deepest:.4f}", str(wrong), f"{gap:.4f}")
    Console().print(table)
    for names, depth in sorted(pairs.items(), key=lambda item: -item[1])[:8]:
        Console().print(f"{depth:.3f} m: {' and '.join(n.rpartition('/')[2] for n in names)}", markup=False)


def mesh_of(scene: Scene, thing: SceneObject) -> Any:
    """Return an object's triangles in its own frame."""
    corners = triangles_of(scene.stage.GetPrimAtPath(thing.path))
    vertices = corners.reshape(-1, 3)
    return trimesh.Trimesh(vertices, np.arange(len(vertices)).reshape(-1, 3), process=True)


if __name__ == "__main__":
    main()
