"""Pictures of the generated assets: objects on a plain floor below three lamps, halls from within."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from contact_sheets import Picture, Tile
from pxr import Usd, UsdGeom

from palletjack_dr import Edit, Scene, scenes
from palletjack_dr.builder import SceneBuilder
from palletjack_dr.engines.embedded.engine import Embedded
from palletjack_dr.errors import SceneError
from palletjack_dr.geometry import Array, look_at, matrix, pose
from palletjack_dr.scenes.mesh import box
from palletjack_dr.scenes.stage import Lamp, Material, new_asset, write_dome, write_lamp, write_unit

OBJECT_SIZE, HALL_SIZE = (240, 180), (480, 270)
"""Width and height of a picture [pixels]."""
FIELD = 34.0
"""Horizontal field of view in pictures of objects [deg]."""
FILLED = 0.86
"""Share of the picture that an object fills, in width or height."""
FEWEST = 0.005
"""Share of the pixels below which an object counts as not shown."""
EXPOSURE = 8.4
"""EV100 for the lamps of the stand."""
HALL_VIEWS = {
    "warehouse": (((-12.0, -3.0, 2.2), (2.0, 1.0, 1.2)), ((11.5, 5.5, 3.4), (-3.0, -3.0, 0.6))),
    "narrow_aisle": (((-13.0, -2.55, 1.9), (2.0, -2.55, 1.7)), ((13.0, 4.2, 3.6), (0.0, -3.0, 1.6))),
    "loading_dock": (((-9.0, -6.0, 2.6), (9.0, 2.0, 1.2)), ((9.0, 8.0, 3.4), (-6.0, -4.0, 0.8))),
}
"""Where the camera stands in a hall, and where it looks [m]."""


def objects(names: Sequence[str]) -> list[Tile]:
    """Return a picture of each asset, alone on the stand."""
    with tempfile.TemporaryDirectory() as folder:
        builder = SceneBuilder(OBJECT_SIZE)
        builder.surroundings(_stand(Path(folder) / "stand.usda"))
        paths = [builder.add(scenes.asset(n), name=n.partition("/")[2], role="target", label="shown")[0] for n in names]
        scene = builder.scene()
        engine = Embedded()
        engine.open(scene, OBJECT_SIZE, "high")
        tiles = []
        for name, path in zip(names, paths, strict=True):
            others = [Edit(other, "visible", False) for other in paths if other != path]
            shown = [
                Edit(path, "pose", pose((0.0, 0.0, 0.0))),
                *_camera(_framing(scene.points(scene.thing(path))), FIELD, EXPOSURE),
            ]
            tiles.append(Tile(name=name, picture=_taken(engine, shown + others), facts=_facts(name)))
            share = np.mean(engine.capture(["instance_id"]).instance_id == scene.thing(path).id)
            if share < FEWEST:
                raise SceneError(f"{name} covers {share:.2%} of its picture; look at what was built")
        engine.close()
    return tiles


def halls(names: Sequence[str]) -> list[Tile]:
    """Return some views of each hall, under its own lamps."""
    tiles = []
    for name in names:
        builder = SceneBuilder(HALL_SIZE)
        builder.surroundings(scenes.asset(name))
        scene = builder.scene()
        engine = Embedded()
        engine.open(scene, HALL_SIZE, "high")
        for eye, target in HALL_VIEWS.get(name.partition("/")[2]) or _across(scene):
            picture = _taken(engine, _camera(look_at(eye, target), 78.0, 7.6))
            tiles.append(Tile(name=name, picture=picture, facts=_facts(name)))
        engine.close()
    return tiles


def _stand(path: Path) -> Path:
    """Write the floor and lamps; return the file."""
    stage = new_asset(path, "environment/stand")
    floor = Material("Floor", color=(0.42, 0.43, 0.45), texture="concrete_smooth")
    textures = {"concrete_smooth": scenes.texture("concrete_smooth")}
    write_unit(stage, "/Asset/Floor", [(floor, box((180.0, 180.0, 0.1), (0, 0, -0.05)))], textures, role="floor")
    for index, (x, y) in enumerate(((1.5, -4.0), (5.0, 0.5), (-3.0, 3.5))):
        towards = (-x, -y, -5.0)
        write_lamp(
            stage,
            Lamp(name=f"Lamp_{index}", position=(x, y, 6.0), size=(2.0, 1.0), temperature=6000.0, towards=towards),
        )
    write_dome(stage, 160.0)
    stage.GetRootLayer().Save()
    return path


def _framing(points: Array) -> tuple[float, ...]:
    """Return the pose of a camera to the front right of an object, as near as shows all points of it."""
    azimuth, elevation = np.radians(-48.0), np.radians(20.0)
    level = np.cos(elevation)
    away = np.array([level * np.cos(azimuth), level * np.sin(azimuth), np.sin(elevation)])
    turn = matrix(look_at(away, np.zeros(3)))[:3, :3]  # its columns point right, up and towards the camera
    reach = FILLED * np.tan(np.radians(FIELD) / 2) * np.array([1.0, OBJECT_SIZE[1] / OBJECT_SIZE[0]])
    middle = points.mean(axis=0)
    for _ in range(8):  # perspective moves the middle of what is seen with the distance, and the other way round
        seen = (points - middle) @ turn
        distance = float((np.abs(seen[:, :2]) / reach + seen[:, 2:]).max())
        on_film = seen[:, :2] / (distance - seen[:, 2:])
        middle = middle + turn[:, :2] @ (on_film.min(axis=0) + on_film.max(axis=0)) / 2 * distance
    return look_at(middle + distance * away, middle)


def _across(scene: Scene) -> Sequence[tuple[tuple[float, ...], tuple[float, ...]]]:
    """Return views from two ends of a hall that has none of its own."""
    low, high = 0.85 * scene.floor()
    return [((*low, 2.5), (0.0, 0.0, 1.0)), ((*high, 2.5), (0.0, 0.0, 1.0))]


def _camera(frame: tuple[float, ...], field: float, exposure: float) -> list[Edit]:
    return [
        Edit("camera", "pose", frame),
        Edit("camera", "camera.fov", field),
        Edit("world", "environment.exposure", exposure),
    ]


def _taken(engine: Embedded, edits: Sequence[Edit]) -> Picture:
    engine.apply(edits)
    picture = engine.capture(["rgb"]).rgb
    assert picture is not None
    return picture


def _facts(name: str) -> dict[str, Any]:
    """Return size along x, y and z [m] and number of triangles, as the file has them."""
    stage = Usd.Stage.Open(str(scenes.asset(name)))
    box_of = UsdGeom.BBoxCache(Usd.TimeCode.Default(), [UsdGeom.Tokens.default_]).ComputeWorldBound
    size = box_of(stage.GetDefaultPrim()).ComputeAlignedRange().GetSize()
    meshes = (UsdGeom.Mesh(prim) for prim in stage.Traverse() if prim.IsA(UsdGeom.Mesh))
    triangles = sum(len(mesh.GetFaceVertexCountsAttr().Get()) for mesh in meshes)
    return {"size_m": [round(float(edge), 2) for edge in size], "triangles": triangles}
