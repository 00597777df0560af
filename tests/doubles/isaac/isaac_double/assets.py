"""A stand-in for Isaac Sim's assets root: boxes at the paths that the configs name, with the real ones' pitfalls.

Pallet trucks are in centimetres, one of them Y up; labels of both kinds lie inside files; walls are instances;
materials are MDL.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import yaml

CONF = Path(__file__).parents[4] / "conf"
WAREHOUSE = "/Isaac/Environments/Simple_Warehouse/warehouse.usd"


def build_assets(root: Path) -> Path:
    """Write the stand-in below ``root`` and return it."""
    for name in ("asset/isaac_palletjack", "asset/isaac_forklift", "asset/isaac_warehouse_distractors"):
        for index, path in enumerate(_files(name)):
            if "palletjack" in name:
                size = (120.0, 55.0, 115.0) if index != 1 else (120.0, 115.0, 55.0)
                _box(root, path, size, unit=0.01, up="Z" if index != 1 else "Y")
            else:
                _box(root, path, (2.4, 1.2, 2.1) if "forklift" in name else (0.4, 0.3, 0.5), unit=1.0, up="Z")
    for path in _files("asset/isaac_additional_distractors"):
        _box(root, path, (0.5, 0.5, 0.9), unit=1.0, up="Z")
    for number, path in enumerate(_files("randomizer/isaac_floor_texture")):
        place = _place(root, path)
        cv2.imwrite(str(place), np.full((16, 16, 3), (number * 8) % 256, np.uint8))
    _warehouse(root)
    return root


def _files(config: str) -> list[str]:
    block: dict[str, Any] = yaml.safe_load((CONF / f"{config}.yaml").read_text())
    return [f"{block['folder']}/{file}" for file in block["files"]]


def _place(root: Path, path: str) -> Path:
    place = root / path.lstrip("/")
    place.parent.mkdir(parents=True, exist_ok=True)
    return place


def _box(root: Path, path: str, size: tuple[float, float, float], *, unit: float, up: str) -> None:
    from pxr import Gf, Sdf, Usd, UsdGeom, UsdSemantics, UsdShade

    place = _place(root, path)
    if place.exists():
        return
    stage = Usd.Stage.CreateNew(str(place))
    UsdGeom.SetStageMetersPerUnit(stage, unit)
    UsdGeom.SetStageUpAxis(stage, up)
    top = UsdGeom.Xform.Define(stage, "/Root").GetPrim()
    stage.SetDefaultPrim(top)
    UsdSemantics.LabelsAPI.Apply(top, "wikidata").CreateLabelsAttr().Set(["Q1"])
    cube = UsdGeom.Cube.Define(stage, "/Root/Body")
    cube.CreateSizeAttr(1.0)
    middle = (0, 0, size[2] / 2) if up == "Z" else (0, size[1] / 2, 0)
    cube.AddTranslateOp().Set(Gf.Vec3d(*middle))
    cube.AddScaleOp().Set(Gf.Vec3f(*size))
    old = cube.GetPrim().CreateAttribute("semantic:Semantics:params:semanticData", Sdf.ValueTypeNames.String)
    old.Set("something_else")
    material = UsdShade.Material.Define(stage, "/Root/Looks/Steel")
    shader = UsdShade.Shader.Define(stage, "/Root/Looks/Steel/Shader")
    shader.SetSourceAsset(Sdf.AssetPath("OmniPBR.mdl"), "mdl")
    shader.SetSourceAssetSubIdentifier("OmniPBR", "mdl")
    material.CreateSurfaceOutput("mdl").ConnectToSource(shader.ConnectableAPI(), "out")
    UsdShade.MaterialBindingAPI.Apply(cube.GetPrim()).Bind(material)
    stage.GetRootLayer().Save()


def _warehouse(root: Path) -> None:
    from pxr import Gf, Usd, UsdGeom, UsdLux

    place = _place(root, WAREHOUSE)
    wall = place.parent / "Props/wall.usd"
    _box(root, str(wall.relative_to(root)), (24.0, 0.2, 6.0), unit=1.0, up="Z")
    stage = Usd.Stage.CreateNew(str(place))
    UsdGeom.SetStageMetersPerUnit(stage, 1.0)
    UsdGeom.SetStageUpAxis(stage, "Z")
    stage.SetDefaultPrim(UsdGeom.Xform.Define(stage, "/Root").GetPrim())
    for index in range(2):
        floor = UsdGeom.Cube.Define(stage, f"/Root/Building/SM_floor{index:02d}")
        floor.CreateSizeAttr(1.0)
        floor.AddTranslateOp().Set(Gf.Vec3d(0, 6.0 - 12.0 * index, -0.05))
        floor.AddScaleOp().Set(Gf.Vec3f(24.0, 12.0, 0.1))
        side = UsdGeom.Xform.Define(stage, f"/Root/Building/SM_WallA_{index:02d}")
        side.AddTranslateOp().Set(Gf.Vec3d(0, 12.0 - 24.0 * index, 0))
        inside = stage.DefinePrim(f"/Root/Building/SM_WallA_{index:02d}/Instance")
        inside.GetReferences().AddReference(str(wall))
        inside.SetInstanceable(True)
        holder = UsdGeom.Xform.Define(stage, f"/Root/Lamps/Holder_{index}")
        holder.AddRotateZOp().Set(90.0)
        holder.AddTranslateOp().Set(Gf.Vec3d(3.0, 0, 5.0))
        lamp = UsdLux.RectLight.Define(stage, f"/Root/Lamps/Holder_{index}/RectLight")
        lamp.CreateIntensityAttr(20_000.0)
        lamp.CreateWidthAttr(2.0)
    stage.GetRootLayer().Save()
