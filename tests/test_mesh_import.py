"""User meshes become assets: size, up axis, materials; a folder is several models."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import trimesh
from PIL import Image
from pxr import Usd, UsdGeom, UsdShade

from palletjack_dr.builder import SceneBuilder
from palletjack_dr.errors import SceneError
from palletjack_dr.mesh_import import imported
from palletjack_dr.plugins.assets.file import File


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PALLETJACK_DR_CACHE", str(tmp_path / "cache"))


def bounds(usd: Path) -> Any:
    stage = Usd.Stage.Open(str(usd))
    box = UsdGeom.BBoxCache(Usd.TimeCode.Default(), ["default"]).ComputeWorldBound(stage.GetDefaultPrim())
    return np.array([box.ComputeAlignedRange().GetMin(), box.ComputeAlignedRange().GetMax()])


def brick(path: str, size: tuple[float, float, float] = (0.4, 1.2, 0.6)) -> Path:
    made: Any = trimesh.creation.box(size)
    made.apply_translation([5.0, 3.0, 7.0])
    made.export(path)
    return Path(path)


@pytest.mark.parametrize(
    ("name", "tall"), [("a.glb", 1.2), ("a.obj", 1.2), ("a.stl", 0.6), ("a.ply", 0.6)]
)  # Y is up in the first two
def test_a_mesh_stands_on_the_origin_in_metres_with_its_up_axis_up(name: str, tall: float) -> None:
    low, high = bounds(imported(brick(name)))
    assert high[2] - low[2] == pytest.approx(tall, abs=1e-5)
    assert low[2] == pytest.approx(0.0, abs=1e-6)
    assert np.allclose((low + high)[:2], 0.0, atol=1e-5)


def test_units_and_up_axis_can_be_told() -> None:
    low, high = bounds(imported(brick("mm.stl", (400, 1200, 600)), unit="mm", up="y"))
    assert np.allclose(high - low, [0.4, 0.6, 1.2], atol=1e-5)


def test_the_same_file_is_converted_once_and_another_content_again() -> None:
    first = imported(brick("b.stl"))
    assert imported(Path("b.stl")) == first
    assert imported(brick("b.stl", (1, 1, 1))) != first


def test_a_texture_comes_along() -> None:
    Image.new("RGB", (8, 8), (200, 30, 30)).save("red.png")
    Path("c.mtl").write_text("newmtl m\nKd 1 1 1\nmap_Kd red.png\n")
    Path("c.obj").write_text(
        "mtllib c.mtl\nusemtl m\nv 0 0 0\nv 1 0 0\nv 0 1 0\nvt 0 0\nvt 1 0\nvt 0 1\nf 1/1 2/2 3/3\n"
    )
    stage = Usd.Stage.Open(str(imported(Path("c.obj"))))
    readers = [p for p in stage.Traverse() if UsdShade.Shader(p).GetIdAttr().Get() == "UsdUVTexture"]
    assert len(readers) == 1


def test_a_missing_texture_is_reported_and_not_fatal(caplog: pytest.LogCaptureFixture) -> None:
    Path("d.mtl").write_text("newmtl m\nKd 0.2 0.4 0.6\nmap_Kd lost.png\n")
    Path("d.obj").write_text("mtllib d.mtl\nusemtl m\nv 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n")
    with caplog.at_level(logging.WARNING):
        imported(Path("d.obj"))
    assert "the texture 'lost.png' is missing" in caplog.text


@pytest.mark.parametrize("content", ["", "v 0 0 0\n", "not a mesh at all\n"])
def test_a_file_without_triangles_is_refused(content: str) -> None:
    Path("e.obj").write_text(content)
    with pytest.raises(SceneError, match=r"e\.obj"):
        imported(Path("e.obj"))


def test_a_folder_is_several_models_of_one_class_with_licence_and_digest() -> None:
    Path("set").mkdir()
    for i in range(3):
        brick(f"set/model_{i}.glb")
    builder = SceneBuilder((320, 192))
    File(path="set", label="brick", copies=2, licence="CC-BY-4.0").populate(builder)
    things = builder.scene().having("target")
    assert [t.asset for t in things] == ["model_0", "model_0", "model_1", "model_1", "model_2", "model_2"]
    assert {t.label for t in things} == {"brick"}
    assert builder.licences == {f"model_{i}.glb": "CC-BY-4.0" for i in range(3)}
    assert len(builder.assets) == 3
