"""A dome's lat-long picture lights a scene from where it is bright, in rough and in glossy surfaces."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from pxr import Gf, Sdf, Usd, UsdGeom, UsdLux, UsdShade

from palletjack_dr.edits import Edit
from palletjack_dr.engines.embedded.engine import Embedded
from palletjack_dr.engines.embedded.environment_map import picture_ktx
from palletjack_dr.errors import SceneError
from palletjack_dr.geometry import look_at
from palletjack_dr.scene import Scene, set_label
from palletjack_dr.scenes.sky import directions

CAMERA = "/World/Camera"
AXES = {"+x": (1, 0, 0), "-x": (-1, 0, 0), "+y": (0, 1, 0), "-y": (0, -1, 0), "+z": (0, 0, 1), "-z": (0, 0, -1)}


def bright_towards(axis: tuple[int, int, int], path: Path) -> None:
    """Write a picture that is bright about one direction of the world, as a dome turned to Z up shows it."""
    image = np.where((directions() @ np.array(axis))[..., None] > 0.8, 10.0, 0.02) * np.ones(3)
    cv2.imwrite(str(path), image.astype(np.float32))


def block_below_dome(picture: Path, *, glossy: bool) -> Scene:
    """Return a cube of 1 m about the origin and nothing but a dome to light it."""
    stage = Usd.Stage.CreateInMemory()
    UsdGeom.SetStageUpAxis(stage, UsdGeom.Tokens.z)
    UsdGeom.SetStageMetersPerUnit(stage, 1.0)
    block = UsdGeom.Xform.Define(stage, "/World/Block")
    cube = UsdGeom.Cube.Define(stage, "/World/Block/Cube")
    cube.CreateSizeAttr(1.0)
    shader = UsdShade.Shader.Define(stage, "/World/Block/Look/Surface")
    shader.CreateIdAttr("UsdPreviewSurface")
    for name, value in (("metallic", float(glossy)), ("roughness", 0.1 if glossy else 1.0)):
        shader.CreateInput(name, Sdf.ValueTypeNames.Float).Set(value)
    look = UsdShade.Material.Define(stage, "/World/Block/Look")
    look.CreateSurfaceOutput().ConnectToSource(shader.ConnectableAPI(), "surface")
    UsdShade.MaterialBindingAPI.Apply(cube.GetPrim()).Bind(look)
    set_label(block.GetPrim(), "role", "target")
    dome = UsdLux.DomeLight.Define(stage, "/World/Dome")
    dome.CreateIntensityAttr(100.0)
    dome.CreateTextureFileAttr(str(picture))
    UsdGeom.Xformable(dome).AddRotateXOp().Set(90.0)
    UsdGeom.Camera.Define(stage, CAMERA).AddTransformOp().Set(Gf.Matrix4d(1))
    return Scene(stage)


@pytest.mark.renders
@pytest.mark.parametrize("glossy", [False, True])
@pytest.mark.parametrize("side", ["+x", "-y", "+z"])
def test_a_dome_that_is_bright_on_one_side_lights_that_side_more(side: str, glossy: bool, tmp_path: Path) -> None:
    picture = tmp_path / f"{side}_{glossy}.hdr"
    bright_towards(AXES[side], picture)
    engine = Embedded()
    engine.open(block_below_dome(picture, glossy=glossy), (64, 64), "draft")
    seen = {}
    for name, axis in AXES.items():
        eye = 3.0 * np.array(axis) + (0.01, 0.0, 0.0)
        engine.apply([Edit(CAMERA, "pose", look_at(eye, (0, 0, 0))), Edit(CAMERA, "camera.fov", 15.0)])
        rgb = engine.capture(["rgb"]).rgb
        assert rgb is not None
        seen[name] = float(rgb[28:36, 28:36].mean())
    engine.close()
    others = [value for name, value in seen.items() if name != side]
    assert seen[side] > 1.4 * max(others)
    opposite = side.translate(str.maketrans("+-", "-+"))
    assert seen[opposite] < 0.5 * seen[side]


def test_an_even_picture_makes_even_light(tmp_path: Path) -> None:
    picture = tmp_path / "even.hdr"
    cv2.imwrite(str(picture), np.ones((64, 128, 3), np.float32))
    ktx = picture_ktx(str(picture), np.eye(3))
    rows = np.array([line.split() for line in ktx[64:].split(b"sh\x00")[1].split(b"\x00")[0].splitlines()], float)
    assert rows[0] == pytest.approx([1.0] * 3, abs=0.01)
    assert np.abs(rows[1:]).max() < 0.01


def test_a_picture_that_is_not_there_is_named() -> None:
    with pytest.raises(SceneError, match="nowhere"):
        picture_ktx("nowhere.hdr", np.eye(3))
