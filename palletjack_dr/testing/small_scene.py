"""A small scene and a frame of it, made without a renderer, for tests of plugins."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

import numpy as np

from palletjack_dr.edits import Edit
from palletjack_dr.engine import Capture
from palletjack_dr.frame import Frame, Picture
from palletjack_dr.geometry import Array, camera_from_world, look_at, matrix, pose
from palletjack_dr.images import png
from palletjack_dr.labels.truth import object_truths
from palletjack_dr.scene import Scene, set_label

if TYPE_CHECKING:
    from pxr import Usd

WIDTH, HEIGHT, FOCAL = 320, 192, 260.0
CAMERA = "/World/Camera"


def small_scene() -> Scene:
    """Return a floor of 12 x 12 m, a rack, two lamps, a dome, two targets and two distractors, all boxes."""
    from pxr import Gf, Usd, UsdGeom, UsdLux

    stage = Usd.Stage.CreateInMemory()
    UsdGeom.SetStageUpAxis(stage, UsdGeom.Tokens.z)
    UsdGeom.SetStageMetersPerUnit(stage, 1.0)
    UsdGeom.Xform.Define(stage, "/World")
    _box(stage, "/World/Environment/Floor", "floor", "floor", (0, 0, -0.05), (12, 12, 0.1))
    _box(stage, "/World/Environment/Rack", "rack", "rack", (0, 5, 1), (6, 1, 2))
    for index, x in enumerate((-2.0, 2.0)):
        lamp = UsdLux.RectLight.Define(stage, f"/World/Environment/Lamp_{index}")
        lamp.CreateIntensityAttr(20_000.0)
        lamp.AddTranslateOp().Set(Gf.Vec3d(x, 0, 4))
    UsdLux.DomeLight.Define(stage, "/World/Environment/Dome").CreateIntensityAttr(60.0)
    for index, x in enumerate((-1.0, 1.0)):
        _box(stage, f"/World/Objects/target_{index}", "target", "palletjack", (x, 0, 0.5), (1.2, 0.5, 1.0))
        _box(stage, f"/World/Objects/crate_{index}", "distractor", "crate", (x, 1.5, 0.3), (0.5, 0.5, 0.6))
    camera = UsdGeom.Camera.Define(stage, CAMERA)
    camera.GetHorizontalApertureAttr().Set(WIDTH / FOCAL * camera.GetFocalLengthAttr().Get())
    camera.AddTransformOp().Set(Gf.Matrix4d(matrix(look_at((0.0, -4.0, 1.4), (0.0, 0.0, 0.5))).T.tolist()))
    return Scene(stage)


def small_frame(edits: tuple[Edit, ...] = ()) -> Frame:
    """Return a frame of the small scene, its ids and depth found by casting a ray through every pixel centre."""
    scene = small_scene().after(edits)
    k = np.array([[FOCAL, 0.0, WIDTH / 2], [0.0, FOCAL, HEIGHT / 2], [0.0, 0.0, 1.0]])
    view = camera_from_world(scene.pose(CAMERA))
    ids, depth = cast_rays(scene, k, view, (0, 0, WIDTH, HEIGHT))
    capture = Capture(
        k=k,
        view=view,
        rgb=np.repeat((ids * 20 % 256).astype(np.uint8)[..., None], 3, axis=2),
        instance_id=ids,
        depth=depth,
    )

    def alone(instances: Collection[int], window: Any) -> Capture:
        part = cast_rays(scene, k, view, (window.x, window.y, window.width, window.height), only=instances)
        return Capture(k=k, view=view, instance_id=part[0])

    objects, amodal = object_truths(scene, capture, alone, ("target", "distractor"))
    assert capture.rgb is not None
    return Frame(
        index=7,
        attempt=0,
        picture=Picture(path="Camera/rgb/000007.png", suffix=".png", content=png(capture.rgb)),
        scene=scene,
        edits=list(edits),
        capture=capture,
        objects=objects,
        amodal=amodal,
    )


def cast_rays(
    scene: Scene, k: Array, view: Array, window: tuple[int, int, int, int], only: Collection[int] | None = None
) -> tuple[np.ndarray[Any, np.dtype[np.int32]], np.ndarray[Any, np.dtype[np.float32]]]:
    """Return ids and depth [m] of a window (x, y, width, height) of a scene whose objects are boxes."""
    x0, y0, width, height = window
    u, v = np.meshgrid(x0 + np.arange(width) + 0.5, y0 + np.arange(height) + 0.5)
    return cast_along(scene, np.stack([(u - k[0, 2]) / k[0, 0], (v - k[1, 2]) / k[1, 1]], axis=-1), view, only)


def cast_along(
    scene: Scene, directions: Array, view: Array, only: Collection[int] | None = None
) -> tuple[np.ndarray[Any, np.dtype[np.int32]], np.ndarray[Any, np.dtype[np.float32]]]:
    """Return ids and depth [m] along rays (H, W, 2), x / z and y / z in camera axes; NaN rays meet nothing."""
    height, width = directions.shape[:2]
    flat = directions.reshape(-1, 2)
    rays = np.concatenate([flat, np.ones((len(flat), 1))], axis=1)
    nearest, ids = np.full(len(rays), np.inf), np.zeros(len(rays), dtype=np.int32)
    for thing in scene.objects:
        if not scene.visible(thing) or (only is not None and thing.id not in only):
            continue
        object_from_camera = np.linalg.inv(view @ scene.world_from(thing))
        origin, directions = object_from_camera[:3, 3], rays @ object_from_camera[:3, :3].T
        with np.errstate(divide="ignore", invalid="ignore"):
            to_low, to_high = (thing.bounds[0] - origin) / directions, (thing.bounds[1] - origin) / directions
        enter, leave = np.minimum(to_low, to_high).max(axis=1), np.maximum(to_low, to_high).min(axis=1)
        hit = (enter <= leave) & (enter > 0) & (enter < nearest)
        nearest[hit], ids[hit] = enter[hit], thing.id
    return ids.reshape(height, width), nearest.reshape(height, width).astype(np.float32)


def _box(stage: Usd.Stage, path: str, role: str, label: str, middle: Any, size: Any) -> None:
    from pxr import Gf, UsdGeom, UsdShade

    outer = UsdGeom.Xform.Define(stage, path)
    outer.AddTransformOp().Set(Gf.Matrix4d(matrix(pose(middle)).T.tolist()))
    cube = UsdGeom.Cube.Define(stage, f"{path}/shape")
    cube.CreateSizeAttr(1.0)
    cube.AddScaleOp().Set(Gf.Vec3f(*size))
    material = UsdShade.Material.Define(stage, f"{path}/Looks/Paint")
    shader = UsdShade.Shader.Define(stage, f"{path}/Looks/Paint/Surface")
    shader.CreateIdAttr("UsdPreviewSurface")
    material.CreateSurfaceOutput().ConnectToSource(shader.ConnectableAPI(), "surface")
    UsdShade.MaterialBindingAPI.Apply(cube.GetPrim()).Bind(material)
    set_label(outer.GetPrim(), "role", role)
    set_label(outer.GetPrim(), "class", label)
