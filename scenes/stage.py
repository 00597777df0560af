"""Write assets as USD: meshes by material, UsdPreviewSurface, roles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from palletjack_dr.scenes.mesh import Mesh, join
from palletjack_dr.scenes.textures import Texture

if TYPE_CHECKING:
    from pxr import Usd

Color = tuple[float, float, float]


@dataclass(frozen=True)
class Material:
    """A surface; ``color`` is linear RGB and multiplies the texture, if ``texture`` names one."""

    name: str
    color: Color = (1.0, 1.0, 1.0)
    roughness: float = 0.6
    metallic: float = 0.0
    texture: str = ""
    emissive: Color | None = None


@dataclass(frozen=True, kw_only=True)
class Lamp:
    """A rectangular light at ``position`` [m] that shines ``towards`` a direction; ``temperature`` [K].

    ``luminance`` [nit] is that of its surface, or of one square metre of it for an ``even`` light, whose power does
    not grow with its size.
    """

    name: str
    position: tuple[float, float, float]
    size: tuple[float, float] = (1.5, 0.3)
    luminance: float = 20_000.0
    temperature: float = 4600.0
    towards: tuple[float, float, float] = (0.0, 0.0, -1.0)
    even: bool = False


@dataclass(frozen=True, kw_only=True)
class Sun:
    """Parallel light that shines ``towards`` a direction; ``illuminance`` [lx], ``temperature`` [K]."""

    towards: tuple[float, float, float]
    illuminance: float = 20_000.0
    temperature: float = 5600.0


Part = tuple[Material, Mesh]


def centred(parts: Iterable[Part]) -> list[Part]:
    """Return the parts moved so that the middle of their footprint is the origin, their lowest point on the floor."""
    every = list(parts)
    points = np.concatenate([mesh.points.reshape(-1, 3) for _, mesh in every])
    low, high = points.min(axis=0), points.max(axis=0)
    offset = (-(low[0] + high[0]) / 2, -(low[1] + high[1]) / 2, -low[2])
    return [(material, mesh.moved(offset)) for material, mesh in every]


def new_asset(path: Path, name: str) -> Usd.Stage:
    """Return a new stage for an asset: Z up, metres, default prim /Asset."""
    from pxr import Usd, UsdGeom

    stage = Usd.Stage.CreateNew(str(path))
    UsdGeom.SetStageUpAxis(stage, UsdGeom.Tokens.z)
    UsdGeom.SetStageMetersPerUnit(stage, 1.0)
    root = UsdGeom.Xform.Define(stage, "/Asset").GetPrim()
    stage.SetDefaultPrim(root)
    root.SetAssetInfoByKey("name", name)
    root.SetCustomDataByKey("licence", "Apache-2.0")
    return stage


def write_unit(
    stage: Usd.Stage, path: str, parts: Iterable[Part], textures: Mapping[str, Texture], *, role: str = ""
) -> None:
    """Write parts as one Xform with a mesh per material; equal materials are shared below /Asset/Looks."""
    from pxr import UsdGeom, UsdSemantics

    unit = UsdGeom.Xform.Define(stage, path).GetPrim()
    if role:
        UsdSemantics.LabelsAPI.Apply(unit, "role").CreateLabelsAttr().Set([role])
    by_material: dict[Material, list[Mesh]] = {}
    for material, mesh in parts:
        by_material.setdefault(material, []).append(mesh)
    for material, meshes in by_material.items():
        _write_mesh(stage, f"{path}/{material.name}_Mesh", join(meshes), material, textures)


def write_lamp(stage: Usd.Stage, lamp: Lamp) -> None:
    """Write a lamp as a UsdLuxRectLight."""
    from pxr import Gf, UsdGeom, UsdLux

    light = UsdLux.RectLight.Define(stage, f"/Asset/Lights/{lamp.name}")
    light.CreateWidthAttr(lamp.size[0])
    light.CreateHeightAttr(lamp.size[1])
    light.CreateIntensityAttr(lamp.luminance)
    light.CreateEnableColorTemperatureAttr(True)
    light.CreateColorTemperatureAttr(lamp.temperature)
    if lamp.even:
        light.CreateNormalizeAttr(True)
    UsdGeom.Xformable(light).AddTranslateOp().Set(Gf.Vec3d(*lamp.position))
    _aim(light.GetPrim(), lamp.towards)


def write_sun(stage: Usd.Stage, sun: Sun) -> None:
    """Write the sun as a UsdLuxDistantLight."""
    from pxr import UsdLux

    light = UsdLux.DistantLight.Define(stage, "/Asset/Lights/Sun")
    light.CreateAngleAttr(0.53)
    light.CreateIntensityAttr(sun.illuminance)
    light.CreateEnableColorTemperatureAttr(True)
    light.CreateColorTemperatureAttr(sun.temperature)
    _aim(light.GetPrim(), sun.towards)


def write_dome(stage: Usd.Stage, luminance: float, picture: Path | None = None) -> None:
    """Write ambient light of a mean ``luminance`` [nit], even or after a lat-long picture whose mean is 1.

    The picture's top is made to point up (+Z); its middle then looks along -Y and its left half towards +X.
    """
    from pxr import UsdGeom, UsdLux

    dome = UsdLux.DomeLight.Define(stage, "/Asset/Lights/Dome")
    dome.CreateIntensityAttr(luminance)
    if picture:
        dome.CreateTextureFileAttr(str(picture))
        dome.CreateTextureFormatAttr(UsdLux.Tokens.latlong)
        UsdGeom.Xformable(dome).AddRotateXOp().Set(90.0)


def _aim(light: Usd.Prim, towards: tuple[float, float, float]) -> None:
    """Turn a light, which shines along its -Z, towards a direction; straight down needs no turn."""
    from pxr import Gf, UsdGeom

    if towards != (0.0, 0.0, -1.0):
        turn = Gf.Rotation(Gf.Vec3d(0, 0, -1), Gf.Vec3d(*towards).GetNormalized())
        UsdGeom.Xformable(light).AddOrientOp().Set(Gf.Quatf(turn.GetQuat()))


def _write_mesh(stage: Usd.Stage, path: str, mesh: Mesh, material: Material, textures: Mapping[str, Texture]) -> None:
    from pxr import Sdf, UsdGeom, UsdShade, Vt

    points, index = np.unique(np.round(mesh.points.reshape(-1, 3), 6), axis=0, return_inverse=True)
    prim = UsdGeom.Mesh.Define(stage, path)
    prim.CreatePointsAttr(Vt.Vec3fArray.FromNumpy(points.astype(np.float32)))
    prim.CreateFaceVertexCountsAttr(Vt.IntArray.FromNumpy(np.full(len(mesh.points), 3, np.int32)))
    prim.CreateFaceVertexIndicesAttr(Vt.IntArray.FromNumpy(index.reshape(-1).astype(np.int32)))
    prim.CreateSubdivisionSchemeAttr(UsdGeom.Tokens.none)
    prim.CreateNormalsAttr(Vt.Vec3fArray.FromNumpy(mesh.normals.reshape(-1, 3).astype(np.float32)))
    prim.SetNormalsInterpolation(UsdGeom.Tokens.faceVarying)
    st = UsdGeom.PrimvarsAPI(prim).CreatePrimvar("st", Sdf.ValueTypeNames.TexCoord2fArray, UsdGeom.Tokens.faceVarying)
    st.Set(Vt.Vec2fArray.FromNumpy(mesh.uvs.reshape(-1, 2).astype(np.float32)))
    prim.CreateExtentAttr([tuple(map(float, points.min(axis=0))), tuple(map(float, points.max(axis=0)))])
    UsdShade.MaterialBindingAPI.Apply(prim.GetPrim()).Bind(_write_material(stage, material, textures))


def _write_material(stage: Usd.Stage, material: Material, textures: Mapping[str, Texture]) -> object:
    from pxr import Gf, Sdf, UsdShade

    path = f"/Asset/Looks/{material.name}"
    if stage.GetPrimAtPath(path):
        return UsdShade.Material.Get(stage, path)
    made = UsdShade.Material.Define(stage, path)
    shader = UsdShade.Shader.Define(stage, f"{path}/Surface")
    shader.CreateIdAttr("UsdPreviewSurface")
    made.CreateSurfaceOutput().ConnectToSource(shader.ConnectableAPI(), "surface")
    shader.CreateInput("metallic", Sdf.ValueTypeNames.Float).Set(material.metallic)
    roughness = shader.CreateInput("roughness", Sdf.ValueTypeNames.Float)
    diffuse = shader.CreateInput("diffuseColor", Sdf.ValueTypeNames.Color3f)
    if material.emissive:
        shader.CreateInput("emissiveColor", Sdf.ValueTypeNames.Color3f).Set(Gf.Vec3f(*material.emissive))
    if not material.texture:
        roughness.Set(material.roughness)
        diffuse.Set(Gf.Vec3f(*material.color))
        return made
    texture = textures[material.texture]
    st = UsdShade.Shader.Define(stage, f"{path}/st")
    st.CreateIdAttr("UsdPrimvarReader_float2")
    st.CreateInput("varname", Sdf.ValueTypeNames.String).Set("st")
    tile = UsdShade.Shader.Define(stage, f"{path}/tile")
    tile.CreateIdAttr("UsdTransform2d")
    tile.CreateInput("scale", Sdf.ValueTypeNames.Float2).Set(Gf.Vec2f(1 / texture.size_m))
    tile.CreateInput("in", Sdf.ValueTypeNames.Float2).ConnectToSource(
        st.CreateOutput("result", Sdf.ValueTypeNames.Float2)
    )
    uv = tile.CreateOutput("result", Sdf.ValueTypeNames.Float2)

    def read(kind: str, file: Path, space: str, scale: Gf.Vec4f) -> UsdShade.Shader:
        reader = UsdShade.Shader.Define(stage, f"{path}/{kind}")
        reader.CreateIdAttr("UsdUVTexture")
        reader.CreateInput("file", Sdf.ValueTypeNames.Asset).Set(str(file))
        reader.CreateInput("sourceColorSpace", Sdf.ValueTypeNames.Token).Set(space)
        reader.CreateInput("wrapS", Sdf.ValueTypeNames.Token).Set("repeat")
        reader.CreateInput("wrapT", Sdf.ValueTypeNames.Token).Set("repeat")
        reader.CreateInput("scale", Sdf.ValueTypeNames.Float4).Set(scale)
        reader.CreateInput("st", Sdf.ValueTypeNames.Float2).ConnectToSource(uv)
        return reader

    color = read("albedo", texture.albedo, "sRGB", Gf.Vec4f(*material.color, 1.0))
    diffuse.ConnectToSource(color.CreateOutput("rgb", Sdf.ValueTypeNames.Float3))
    rough = read("roughness", texture.roughness, "raw", Gf.Vec4f(1.0))
    roughness.ConnectToSource(rough.CreateOutput("r", Sdf.ValueTypeNames.Float))
    normal = read("normal", texture.normal, "raw", Gf.Vec4f(2.0, 2.0, 2.0, 1.0))
    normal.CreateInput("bias", Sdf.ValueTypeNames.Float4).Set(Gf.Vec4f(-1.0, -1.0, -1.0, 0.0))
    shader.CreateInput("normal", Sdf.ValueTypeNames.Normal3f).ConnectToSource(
        normal.CreateOutput("rgb", Sdf.ValueTypeNames.Float3)
    )
    return made
