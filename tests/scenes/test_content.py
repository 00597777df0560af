"""The generated content: real sizes, sound meshes, tiles without seams, the same bytes each time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import cv2
import numpy as np
import pytest
from pxr import Usd, UsdGeom, UsdShade

from palletjack_dr import scenes
from palletjack_dr.content import built_asset
from palletjack_dr.errors import SceneError

FAMILIES = ("palletjack", "forklift", "ladder", "distractor")
OBJECTS = [name for family in FAMILIES for name in scenes.names(family)]
LARGEST_TRIANGLES = {
    "palletjack": 12_000,
    "forklift": 16_000,
    "ladder": 6_000,
    "distractor": 6_000,
    "environment": 80_000,
}
LARGEST_SIZE = {
    "palletjack": [2.3, 0.85, 1.6],
    "forklift": [3.6, 1.35, 3.6],
    "ladder": [2.6, 1.1, 4.2],
    "distractor": [2.25, 1.65, 2.2],  # a bed, a sofa, a pile of pallets
}


def meshes(name: str) -> Iterator[UsdGeom.Mesh]:
    stage = Usd.Stage.Open(str(scenes.asset(name)))  # held here while its prims are looked at
    yield from (UsdGeom.Mesh(p) for p in stage.Traverse() if p.IsA(UsdGeom.Mesh))


def bounds(name: str) -> np.ndarray:
    stage = Usd.Stage.Open(str(scenes.asset(name)))
    box = UsdGeom.BBoxCache(Usd.TimeCode.Default(), ["default"]).ComputeWorldBound(stage.GetDefaultPrim())
    return np.array([box.ComputeAlignedRange().GetMin(), box.ComputeAlignedRange().GetMax()])


@pytest.mark.parametrize("name", OBJECTS)
def test_an_object_stands_on_the_floor_with_its_footprint_about_the_origin(name: str) -> None:
    stage = Usd.Stage.Open(str(scenes.asset(name)))
    assert UsdGeom.GetStageUpAxis(stage) == "Z"
    assert UsdGeom.GetStageMetersPerUnit(stage) == 1.0
    low, high = bounds(name)
    assert abs(low[2]) < 2e-3
    assert (np.abs(low + high)[:2] < 0.25 * (high - low)[:2] + 0.02).all()
    assert (high - low < LARGEST_SIZE[name.partition("/")[0]]).all()


@pytest.mark.parametrize("name", scenes.names("palletjack"))
def test_a_palletjack_has_the_size_of_one(name: str) -> None:
    length, width, height = bounds(name)[1] - bounds(name)[0]
    assert 1.1 < length < 2.3
    assert 0.44 < width < 0.82
    assert 1.05 < height < 1.4


@pytest.mark.parametrize("name", scenes.names("forklift"))
def test_a_forklift_has_the_size_of_one(name: str) -> None:
    length, width, height = bounds(name)[1] - bounds(name)[0]
    assert 1.6 < length < 3.6
    assert 0.75 < width < 1.35
    assert 1.9 < height < 3.6


@pytest.mark.parametrize("name", scenes.names("ladder"))
def test_a_ladder_is_taller_than_wide_and_can_be_climbed(name: str) -> None:
    _, width, height = bounds(name)[1] - bounds(name)[0]
    assert 0.35 < width < 1.1
    assert 0.9 < height < 4.2
    assert height > width


@pytest.mark.parametrize("name", [n for n in OBJECTS if not n.startswith("distractor/")])
def test_a_target_has_paint_for_the_colour_randomizer(name: str) -> None:
    stage = Usd.Stage.Open(str(scenes.asset(name)))
    assert stage.GetPrimAtPath("/Asset/Looks/Paint")
    assert stage.GetPrimAtPath("/Asset/Geometry/Paint_Mesh")


def test_each_target_family_has_its_models() -> None:
    for family, models in (("palletjack", 16), ("forklift", 6), ("ladder", 5)):
        assert len(scenes.names(family)) >= models
    assert sum("/loaded_" in name for name in scenes.names("palletjack")) == 3


@pytest.mark.parametrize("name", [*OBJECTS, *scenes.names("environment")])
def test_meshes_are_sound(name: str) -> None:
    triangles = 0
    for mesh in meshes(name):
        points = np.array(mesh.GetPointsAttr().Get())
        corners = points[np.array(mesh.GetFaceVertexIndicesAttr().Get())].reshape(-1, 3, 3)
        normals = np.array(mesh.GetNormalsAttr().Get()).reshape(-1, 3, 3)
        face = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
        triangles += len(corners)
        assert np.isfinite(points).all()
        assert np.allclose(np.linalg.norm(normals, axis=2), 1.0, atol=1e-3), mesh.GetPath()
        assert (np.einsum("ti,tki->tk", face, normals) > -1e-9).all(), mesh.GetPath()
        assert UsdShade.MaterialBindingAPI(mesh.GetPrim()).ComputeBoundMaterial()[0], mesh.GetPath()
    assert triangles <= LARGEST_TRIANGLES[name.partition("/")[0]]


@pytest.mark.parametrize("name", [*OBJECTS, *scenes.names("environment")])
def test_no_two_materials_fight_for_the_same_surface(name: str) -> None:
    """Which of two surfaces in one place is drawn is the renderer's luck: flicker, and depth that cannot repeat."""
    planes: dict[tuple[int, ...], list[tuple[int, np.ndarray]]] = defaultdict(list)
    for part, mesh in enumerate(meshes(name)):
        points = np.array(mesh.GetPointsAttr().Get(), float)
        corners = points[np.array(mesh.GetFaceVertexIndicesAttr().Get())].reshape(-1, 3, 3)
        normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
        normal /= np.linalg.norm(normal, axis=1, keepdims=True)
        offset = np.einsum("ti,ti->t", corners[:, 0], normal)
        for n, o, triangle in zip(normal, offset, corners, strict=True):
            if n[2] > -0.99 or o < -1e-4 or o > 1e-4:  # what stands on the floor shares it, unseen
                planes[(*np.round(n * 500).astype(int), round(o * 20_000))].append((part, triangle))
    for plane, triangles in planes.items():
        across = [axis for axis in range(3) if axis != np.argmax(np.abs(plane[:3]))]
        flat = [(part, triangle[:, across].astype(np.float32)) for part, triangle in triangles]
        for (first, a), (second, b) in combinations(flat, 2):
            if first != second and (a.min(0) < b.max(0)).all() and (b.min(0) < a.max(0)).all():
                assert cv2.intersectConvexConvex(a, b)[0] < 2e-6, f"parts {first} and {second} at {a.mean(0)} {plane}"


@pytest.mark.parametrize("name", OBJECTS)
def test_uvs_are_metres_on_most_of_the_surface(name: str) -> None:
    ratios = []
    for mesh in meshes(name):
        points = np.array(mesh.GetPointsAttr().Get())[np.array(mesh.GetFaceVertexIndicesAttr().Get())].reshape(-1, 3, 3)
        uvs = np.array(UsdGeom.PrimvarsAPI(mesh).GetPrimvar("st").Get()).reshape(-1, 3, 2)
        length = np.linalg.norm(points[:, 1] - points[:, 0], axis=1)
        ratios.append(np.linalg.norm(uvs[:, 1] - uvs[:, 0], axis=1)[length > 1e-4] / length[length > 1e-4])
    assert np.median(np.concatenate(ratios)) == pytest.approx(1.0, abs=0.1)


def test_the_hall_has_a_floor_walls_racks_and_room_to_drive() -> None:
    stage = Usd.Stage.Open(str(scenes.asset("environment/warehouse")))
    roles: dict[str, list[np.ndarray]] = {}
    cache = UsdGeom.BBoxCache(Usd.TimeCode.Default(), ["default"])
    for prim in stage.GetDefaultPrim().GetChildren():
        if prim.HasAttribute("semantics:labels:role"):
            box = cache.ComputeWorldBound(prim).ComputeAlignedRange()
            roles.setdefault(prim.GetAttribute("semantics:labels:role").Get()[0], []).append(
                np.array([box.GetMin(), box.GetMax()])
            )
    assert {"floor", "wall", "ceiling", "rack", "column", "obstacle"} <= roles.keys()
    standing = [b for role in ("rack", "column", "obstacle", "wall") for b in roles[role]]
    free = np.array([[-7.0, -4.0], [7.0, 4.0]])
    assert not any((b[0, :2] < free[1]).all() and (b[1, :2] > free[0]).all() for b in standing)


@pytest.mark.parametrize("name", scenes.texture_names())
def test_a_texture_tiles_without_a_seam(name: str) -> None:
    texture = scenes.texture(name)
    for path in (texture.albedo, texture.roughness, texture.normal):
        image = np.asarray(cv2.imread(str(path)), dtype=float)
        for axis in (0, 1):
            steps = np.abs(np.diff(image, axis=axis)).mean(axis=tuple(a for a in range(3) if a != axis))
            seam = np.abs(np.take(image, 0, axis) - np.take(image, -1, axis)).mean()
            assert seam <= steps.max() * 1.2 + 1.0, (path.name, axis)


def test_building_again_gives_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = [scenes.asset(n).read_bytes() for n in ("palletjack/standard", "distractor/box_stack")]
    picture = scenes.texture("cardboard").normal.read_bytes()
    monkeypatch.setenv("PALLETJACK_DR_CACHE", str(tmp_path / "elsewhere"))
    again = [scenes.asset(n) for n in ("palletjack/standard", "distractor/box_stack")]
    assert picture == scenes.texture("cardboard").normal.read_bytes()
    # Texture paths are absolute, so the files differ in those; the geometry may not.
    for before, path in zip(first, again, strict=True):
        assert abs(len(before) - path.stat().st_size) < 600
    stages = [Usd.Stage.Open(str(p)) for p in (again[0],)]
    assert all(s.GetDefaultPrim() for s in stages)


def test_an_unknown_asset_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(SceneError, match="did you mean 'traffic_cone'"):
        built_asset("distractor", "trafic_cone")
