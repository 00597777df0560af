"""The pieces of engine=replicator that need no Isaac Sim: versions, ids, cameras, looks, the live stage."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from palletjack_dr.edits import Edit
from palletjack_dr.engines.replicator import versions
from palletjack_dr.engines.replicator.live_stage import LiveStage
from palletjack_dr.engines.replicator.looks import Looks
from palletjack_dr.engines.replicator.preparation import prepare, write_stage
from palletjack_dr.engines.replicator.views import check_camera, colours, ids, metres
from palletjack_dr.errors import EngineError
from palletjack_dr.geometry import camera_from_world, look_at, matrix, pose
from palletjack_dr.scene import SceneObject
from palletjack_dr.testing import small_scene

A, CAMERA, LAMP = "/World/Objects/target_0", "/World/Camera", "/World/Environment/Lamp_0"


class Labels:
    """A release whose labels nobody looks at."""

    def clear_labels(self, prim: Any) -> None: ...

    def set_label(self, prim: Any, label: str) -> None: ...


def live(tmp_path: Path) -> tuple[LiveStage, Any]:
    from pxr import Usd

    scene = small_scene()
    stage = Usd.Stage.Open(str(write_stage(scene, tmp_path)))
    prepare(stage, scene, Labels())  # type: ignore[arg-type]  # only the two calls are made
    return LiveStage(stage, scene), stage


def world(stage: Any, path: str) -> np.ndarray[Any, Any]:
    from pxr import UsdGeom

    return np.array(UsdGeom.XformCache().GetLocalToWorldTransform(stage.GetPrimAtPath(path))).T


@pytest.mark.parametrize(
    ("number", "name"),
    [
        ("5.0.0", "5.0"),
        ("5.1.0-rc.19", "5.1"),
        ("5.1", "5.1"),
        ("6.0.0.1", "6.0.0"),
        ("6.0.1", "6.0"),
        ("6.1.0", "6.0"),
    ],
)
def test_versions_find_their_release(number: str, name: str) -> None:
    assert versions.release(number).name == name


@pytest.mark.parametrize("number", ["4.5.0", "4.2.0"])
def test_old_versions_are_refused_by_name(number: str) -> None:
    with pytest.raises(EngineError, match=number):
        versions.release(number)


def test_close_passes_the_exit_code_on_where_the_release_does(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[Any] = []
    app = SimpleNamespace(close=lambda **options: said.append(options))
    monkeypatch.setattr("os._exit", lambda code: said.append(code))
    for number in ("5.1", "6.0.0", "6.0.1"):
        versions.release(number).close(app, 2)
        versions.release(number).close(app, 0)
    assert said == [2, {}, 2, {}, {"exit_code": 2}, {"exit_code": 0}]


def test_an_opened_stage_is_told_from_a_failed_one_though_a_tuple_is_always_true(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for number, answer in (("5.1", False), ("6.0.1", (False, None))):
        release = versions.release(number)
        monkeypatch.setitem(sys.modules, release.stage, SimpleNamespace(open_stage=lambda path, a=answer: a))
        assert release.open_stage("x.usd") is False


@pytest.mark.parametrize("failure", [None, RuntimeError("no server")])
def test_an_assets_root_that_does_not_answer_is_none(failure: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def root() -> Any:
        if failure:
            raise failure

    monkeypatch.setitem(sys.modules, "isaacsim.storage.native", SimpleNamespace(get_assets_root_path=root))
    assert versions.assets_root("") is None


def test_remote_files_are_looked_for_by_what_the_release_has(monkeypatch: pytest.MonkeyPatch) -> None:
    there = "https://root/Isaac/a.usd"
    new = SimpleNamespace(get_assets_root_path=lambda: "https://root", is_file=lambda place: place == there)
    monkeypatch.setitem(sys.modules, "isaacsim.storage.native", new)
    root = versions.assets_root("")
    assert root is not None
    assert (root.has(there), root.has(there + "x")) == (True, False)
    client = SimpleNamespace(stat=lambda url: (0 if url == there else 1, None), Result=SimpleNamespace(OK=0))
    monkeypatch.setitem(sys.modules, "omni.client", client)
    monkeypatch.setitem(
        sys.modules, "isaacsim.storage.native", SimpleNamespace(get_assets_root_path=lambda: "https://root")
    )
    root = versions.assets_root("")
    assert root is not None
    assert (root.has(there), root.has(there + "x")) == (True, False)


def thing(number: int, path: str) -> SceneObject:
    return SceneObject(
        id=number,
        path=path,
        role="target",
        label="x",
        asset="",
        bounds=np.zeros((2, 3)),
        pose=pose((0, 0, 0)),
        scale=(1,) * 3,
    )


@pytest.mark.parametrize("key", [str, int])
def test_replicator_s_ids_become_those_of_the_instance_table(key: Any) -> None:
    image = np.array([[0, 1, 7], [9, 9, 3_000_000_000]], dtype=np.uint32)
    labels = {key(0): "BACKGROUND", key(1): "UNLABELLED", key(7): "/World/a/asset/mesh", key(9): "/World/b"}
    labels[key(3_000_000_000)] = "/World/unknown"
    answer = {"data": image, "info": {"idToLabels": labels}}
    assert ids(answer, [thing(1, "/World/a"), thing(2, "/World/b")]).tolist() == [[0, 0, 1], [2, 2, 0]]
    flat = {"data": image[..., None], "idToLabels": labels}
    assert ids(flat, [thing(1, "/World/a"), thing(2, "/World/b")]).tolist() == [[0, 0, 1], [2, 2, 0]]


def test_a_path_that_only_begins_like_an_object_s_is_not_that_object() -> None:
    answer = {"data": np.array([[2]], dtype=np.uint32), "info": {"idToLabels": {"2": "/World/a_2"}}}
    assert ids(answer, [thing(1, "/World/a")]).tolist() == [[0]]


def test_what_an_annotator_gives_is_copied() -> None:
    rgba, depth = np.full((2, 3, 4), 5, np.uint8), np.ones((2, 3), np.float32)
    rgb, z = colours(rgba), metres({"data": depth})
    rgba[:], depth[:] = 9, 9
    assert rgb.shape == (2, 3, 3)
    assert (rgb.max(), z.max()) == (5, 1)


def test_a_picture_of_another_camera_is_refused() -> None:
    eye = look_at((1, -4, 2), (0, 0, 0.5))
    k = np.array([[300.0, 0, 160], [0, 300.0, 96], [0, 0, 1]])
    projection = np.zeros((4, 4))
    projection[0, 0], projection[1, 1], projection[2, 3] = 2 * 300 / 320, 2 * 300 / 192, -1
    theirs = {
        "cameraViewTransform": np.linalg.inv(matrix(eye)).T.ravel(),
        "cameraProjection": projection.ravel(),
    }
    check_camera(theirs, k, camera_from_world(eye), (320, 192))
    with pytest.raises(EngineError, match="pose differs by"):
        check_camera(theirs, k, camera_from_world(look_at((1, -4, 2.1), (0, 0, 0.5))), (320, 192))
    with pytest.raises(EngineError, match="focal length"):
        check_camera(theirs, k * [[1.1, 1, 1], [1, 1.1, 1], [1, 1, 1]], camera_from_world(eye), (320, 192))


def test_edits_reach_the_live_stage_and_are_taken_back(tmp_path: Path) -> None:
    stage_edits, stage = live(tmp_path)
    moved = pose((1.0, 2.0, 0.5), yaw=0.6)
    stage_edits.apply(
        [
            Edit(A, "pose", moved),
            Edit(A, "scale", (1.0, 2.0, 1.0)),
            Edit(LAMP, "pose", pose((0, 1, 3))),
            Edit(LAMP, "light.intensity", 5.0),
            Edit(LAMP, "light.temperature", 3000.0),
            Edit("/World/Objects/crate_0", "visible", False),
            Edit("/World/Objects/target_1", "material.base_color", (1.0, 0.0, 0.0)),
        ],
        lambda name: None,
    )
    from pxr import UsdGeom, UsdLux, UsdShade

    assert np.allclose(world(stage, A), matrix(moved, (1.0, 2.0, 1.0)))
    assert np.allclose(world(stage, LAMP)[:3, 3], (0, 1, 3))
    lamp = UsdLux.LightAPI(stage.GetPrimAtPath(LAMP))
    assert (lamp.GetIntensityAttr().Get(), lamp.GetColorTemperatureAttr().Get()) == (5.0, 3000.0)
    assert lamp.GetEnableColorTemperatureAttr().Get() is True
    assert UsdGeom.Imageable(stage.GetPrimAtPath("/World/Objects/crate_0")).ComputeVisibility() == "invisible"
    box = stage.GetPrimAtPath("/World/Objects/target_1/shape")
    bound = UsdShade.MaterialBindingAPI(box).ComputeBoundMaterial()[0]
    shader = bound.ComputeSurfaceSource()[0]
    assert tuple(shader.GetInput("diffuseColor").Get()) == (1.0, 0.0, 0.0)
    stage_edits.apply([], lambda name: None)
    assert np.allclose(world(stage, A), world(small_scene().stage, A))
    assert np.allclose(world(stage, LAMP), world(small_scene().stage, LAMP))
    assert lamp.GetIntensityAttr().Get() == 20_000.0
    assert UsdGeom.Imageable(stage.GetPrimAtPath("/World/Objects/crate_0")).ComputeVisibility() == "inherited"
    own = UsdShade.MaterialBindingAPI(box).ComputeBoundMaterial()[0]
    assert str(own.GetPath()) == "/World/Objects/target_1/Looks/Paint"


def test_a_stage_whose_units_were_converted_twice_is_refused(tmp_path: Path) -> None:
    from pxr import Gf, Usd, UsdGeom

    scene = small_scene()
    stage = Usd.Stage.Open(str(write_stage(scene, tmp_path)))
    shape = UsdGeom.Xformable(stage.GetPrimAtPath(f"{A}/shape"))
    shape.AddScaleOp(opSuffix="unitsResolve").Set(Gf.Vec3f(0.01))
    with pytest.raises(EngineError, match=r"target_0/shape is 0\.01 times as large"):
        prepare(stage, scene, Labels())  # type: ignore[arg-type]  # only the two calls are made


def test_no_label_is_left_but_those_of_objects(tmp_path: Path) -> None:
    from pxr import UsdSemantics

    _, stage = live(tmp_path)  # of a release whose own functions clear nothing
    left = [
        prim.GetPath()
        for prim in stage.Traverse()
        for taxonomy in UsdSemantics.LabelsAPI.GetDirectTaxonomies(prim)
        if UsdSemantics.LabelsAPI(prim, taxonomy).GetLabelsAttr().Get()
    ]
    assert left == []


def test_a_light_that_is_off_does_not_shine_whatever_its_intensity(tmp_path: Path) -> None:
    stage_edits, stage = live(tmp_path)
    stage_edits.apply([Edit(LAMP, "light.intensity", 5.0), Edit(LAMP, "light.enabled", False)], lambda name: None)
    assert stage.GetPrimAtPath(LAMP).GetAttribute("inputs:intensity").Get() == 0.0


def test_the_scene_s_own_file_is_not_touched(tmp_path: Path) -> None:
    stage_edits, _ = live(tmp_path)
    before = (tmp_path / "scene.usda").read_bytes()
    stage_edits.apply([Edit(A, "pose", pose((1, 1, 1)))], lambda name: None)
    assert (tmp_path / "scene.usda").read_bytes() == before


def test_relative_assets_are_found_from_the_live_stage(tmp_path: Path) -> None:
    from pxr import Usd, UsdGeom

    from palletjack_dr.builder import SceneBuilder

    truck = Usd.Stage.CreateNew("truck.usda")
    truck.SetDefaultPrim(UsdGeom.Xform.Define(truck, "/Truck").GetPrim())
    UsdGeom.Cube.Define(truck, "/Truck/Body")
    truck.GetRootLayer().Save()
    builder = SceneBuilder((320, 192))
    builder.add(Path("truck.usda"), name="truck", role="target", label="truck")
    stage = Usd.Stage.Open(str(write_stage(builder.scene(), tmp_path)))
    assert [p.GetName() for p in stage.Traverse() if p.IsA(UsdGeom.Cube)] == ["Body"]


def test_an_mdl_material_is_tinted_not_replaced() -> None:
    from pxr import Sdf, Usd, UsdGeom, UsdShade

    def stage() -> Any:
        made = Usd.Stage.CreateInMemory()
        UsdGeom.Xform.Define(made, "/World")
        cube = UsdGeom.Cube.Define(made, "/World/Cube")
        steel = UsdShade.Material.Define(made, "/World/Looks/Steel")
        shader = UsdShade.Shader.Define(made, "/World/Looks/Steel/Shader")
        shader.SetSourceAsset(Sdf.AssetPath("OmniPBR.mdl"), "mdl")
        shader.CreateInput("diffuse_texture", Sdf.ValueTypeNames.Asset).Set("rust.png")
        steel.CreateSurfaceOutput("mdl").ConnectToSource(shader.ConnectableAPI(), "out")
        UsdShade.MaterialBindingAPI.Apply(cube.GetPrim()).Bind(steel)
        return made

    authored, shown = stage(), Usd.Stage.CreateInMemory()
    shown.GetRootLayer().subLayerPaths.append(authored.GetRootLayer().identifier)
    looks = Looks(shown, authored)
    cube = shown.GetPrimAtPath("/World/Cube")

    def shader() -> Any:
        return UsdShade.MaterialBindingAPI(cube).ComputeBoundMaterial()[0].ComputeSurfaceSource("mdl")[0]

    looks.paint("/World/Cube", {"material.base_color": (0.5, 0.1, 0.1), "material.roughness": 0.4}, lambda name: None)
    assert np.allclose(shader().GetInput("diffuse_tint").Get(), (0.5, 0.1, 0.1))
    assert shader().GetInput("diffuse_texture").Get().path == "rust.png"
    looks.paint("/World/Cube", {"material.roughness": 0.9}, lambda name: None)
    assert shader().GetInput("reflection_roughness_constant").Get() == pytest.approx(0.9)
    assert shader().GetInput("diffuse_tint").Get() is None
    looks.paint("/World/Cube", {"material.texture": "/Isaac/a.jpg"}, lambda name: "https://root" + name)
    surface = UsdShade.MaterialBindingAPI(cube).ComputeBoundMaterial()[0].ComputeSurfaceSource()[0]
    reader = UsdShade.Shader(surface.GetInput("diffuseColor").GetConnectedSources()[0][0].source.GetPrim())
    assert reader.GetInput("file").Get().path == "https://root/Isaac/a.jpg"
    looks.paint("/World/Cube", {}, lambda name: None)
    assert str(UsdShade.MaterialBindingAPI(cube).ComputeBoundMaterial()[0].GetPath()) == "/World/Looks/Steel"
