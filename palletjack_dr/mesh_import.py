"""Turn glTF, OBJ, STL and PLY files into USD, once, so that a user's mesh is an asset like any other."""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from palletjack_dr.errors import SceneError

if TYPE_CHECKING:
    from pxr import Usd

log = logging.getLogger(__name__)
MESHES: Final = (".glb", ".gltf", ".obj", ".stl", ".ply")
USD: Final = (".usd", ".usda", ".usdc", ".usdz")
UNITS: Final = {"m": 1.0, "cm": 0.01, "mm": 0.001, "in": 0.0254, "ft": 0.3048}
Y_UP: Final = (".glb", ".gltf", ".obj")
"""Formats whose up axis is Y by rule or habit."""


def imported(path: Path, *, unit: str = "m", up: str = "auto") -> Path:
    """Return the USD file of a mesh file: Z up, metres, standing on the origin; kept in a cache by content.

    ``unit`` is that of the file ("m", "cm", "mm", "in", "ft"), ``up`` its up axis ("y", "z", or "auto": Y for glTF
    and OBJ, Z for STL and PLY). Textures that the file names and that are not there are logged, and the surface
    keeps its plain colour. Raises ``SceneError`` for files that hold no triangles.
    """
    if unit not in UNITS or up not in ("auto", "y", "z"):
        raise SceneError(f"{path}: got unit={unit!r}, up={up!r}, wanted one of {', '.join(UNITS)} and auto, y or z")
    key = sha256(path.read_bytes() + f"{path.suffix} {unit} {up}".encode()).hexdigest()[:16]
    root = Path(os.environ.get("PALLETJACK_DR_CACHE") or Path.home() / ".cache" / "palletjack_dr")
    folder = root / "meshes" / f"{path.stem}_{key}"
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=".mesh-", dir=folder.parent))
        try:
            _convert(path, beside, UNITS[unit], up == "y" or (up == "auto" and path.suffix.lower() in Y_UP))
            os.replace(beside, folder)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
    return folder / "mesh.usdc"


def _convert(path: Path, folder: Path, unit: float, y_up: bool) -> None:
    try:
        import trimesh
    except ImportError as error:
        raise SceneError(f"{path}: mesh files need trimesh; pip install 'palletjack-dr[meshes]'") from error
    _report_missing(path)
    try:
        loaded: Any = trimesh.load(path, force="scene")
        pieces = loaded.dump(concatenate=False) if loaded.geometry else []
    except Exception as error:
        raise SceneError(f"{path} cannot be read as a mesh: {error}; check the file") from error
    pieces = [piece for piece in np.atleast_1d(np.asarray(pieces, dtype=object)) if len(getattr(piece, "faces", ()))]
    if not pieces:
        raise SceneError(f"{path} holds no triangles; export it as a mesh")
    turn = np.array([[1, 0, 0], [0, 0, -1], [0, 1, 0]]) if y_up else np.eye(3)
    points = [np.asarray(piece.vertices) @ turn.T * unit for piece in pieces]
    low, high = np.min([p.min(axis=0) for p in points], axis=0), np.max([p.max(axis=0) for p in points], axis=0)
    origin = np.array([(low[0] + high[0]) / 2, (low[1] + high[1]) / 2, low[2]])
    stage = _stage(folder / "mesh.usdc")
    for number, (piece, place) in enumerate(zip(pieces, points, strict=True)):
        _write(stage, folder, f"part_{number}", piece, place - origin)
    stage.GetRootLayer().Save()


def _report_missing(path: Path) -> None:
    """Log the textures that an OBJ's material file names and that are not there."""
    if path.suffix.lower() != ".obj":
        return
    for library in (line.split(maxsplit=1)[1] for line in _lines(path) if line.startswith("mtllib ")):
        if not (path.parent / library).is_file():
            log.warning("%s: the material file %r is missing; the mesh stays grey", path, library)
            continue
        for line in _lines(path.parent / library):
            words = line.split()
            if words and words[0].startswith("map_") and not (path.parent / words[-1]).is_file():
                log.warning("%s: the texture %r is missing; the surface keeps its plain colour", path, words[-1])


def _lines(path: Path) -> list[str]:
    return [line.strip() for line in path.read_text(errors="replace").splitlines()]


def _stage(path: Path) -> Usd.Stage:
    from pxr import Usd, UsdGeom

    stage = Usd.Stage.CreateNew(str(path))
    UsdGeom.SetStageUpAxis(stage, UsdGeom.Tokens.z)
    UsdGeom.SetStageMetersPerUnit(stage, 1.0)
    stage.SetDefaultPrim(UsdGeom.Xform.Define(stage, "/Asset").GetPrim())
    return stage


def _write(stage: Usd.Stage, folder: Path, name: str, piece: Any, points: np.ndarray) -> None:
    from pxr import Sdf, UsdGeom, UsdShade, Vt

    prim = UsdGeom.Mesh.Define(stage, f"/Asset/{name}")
    prim.CreatePointsAttr(Vt.Vec3fArray.FromNumpy(points.astype(np.float32)))
    faces = np.asarray(piece.faces, np.int32)
    prim.CreateFaceVertexCountsAttr(Vt.IntArray.FromNumpy(np.full(len(faces), 3, np.int32)))
    prim.CreateFaceVertexIndicesAttr(Vt.IntArray.FromNumpy(faces.ravel()))
    prim.CreateSubdivisionSchemeAttr(UsdGeom.Tokens.none)
    prim.CreateDoubleSidedAttr(True)
    uv = getattr(piece.visual, "uv", None)
    if uv is not None and len(uv) == len(points):
        api = UsdGeom.PrimvarsAPI(prim)
        st = api.CreatePrimvar("st", Sdf.ValueTypeNames.TexCoord2fArray, UsdGeom.Tokens.vertex)
        st.Set(Vt.Vec2fArray.FromNumpy(np.asarray(uv, np.float32)))
    UsdShade.MaterialBindingAPI.Apply(prim.GetPrim()).Bind(_material(stage, folder, name, piece))


def _material(stage: Usd.Stage, folder: Path, name: str, piece: Any) -> Any:
    from pxr import Gf, Sdf, UsdShade

    path = f"/Asset/Looks/{name}"
    made = UsdShade.Material.Define(stage, path)
    shader = UsdShade.Shader.Define(stage, f"{path}/Surface")
    shader.CreateIdAttr("UsdPreviewSurface")
    made.CreateSurfaceOutput().ConnectToSource(shader.ConnectableAPI(), "surface")
    look: Any = getattr(piece.visual, "material", None)
    look = look.to_pbr() if hasattr(look, "to_pbr") else look
    rough, metal = getattr(look, "roughnessFactor", None), getattr(look, "metallicFactor", None)
    shader.CreateInput("roughness", Sdf.ValueTypeNames.Float).Set(float(0.6 if rough is None else rough))
    shader.CreateInput("metallic", Sdf.ValueTypeNames.Float).Set(float(0.0 if metal is None else metal))
    diffuse = shader.CreateInput("diffuseColor", Sdf.ValueTypeNames.Color3f)
    factor = getattr(look, "baseColorFactor", None)
    color = np.array([0.6, 0.6, 0.6]) if factor is None else np.asarray(factor, float)[:3]
    color = color / 255 if color.max() > 1 else color
    image = getattr(look, "baseColorTexture", None)
    if image is None:
        diffuse.Set(Gf.Vec3f(*map(float, color)))
        return made
    image.convert("RGB").save(folder / f"{name}.png")
    st = UsdShade.Shader.Define(stage, f"{path}/st")
    st.CreateIdAttr("UsdPrimvarReader_float2")
    st.CreateInput("varname", Sdf.ValueTypeNames.String).Set("st")
    reader = UsdShade.Shader.Define(stage, f"{path}/albedo")
    reader.CreateIdAttr("UsdUVTexture")
    reader.CreateInput("file", Sdf.ValueTypeNames.Asset).Set(f"./{name}.png")
    reader.CreateInput("sourceColorSpace", Sdf.ValueTypeNames.Token).Set("sRGB")
    reader.CreateInput("wrapS", Sdf.ValueTypeNames.Token).Set("repeat")
    reader.CreateInput("wrapT", Sdf.ValueTypeNames.Token).Set("repeat")
    reader.CreateInput("st", Sdf.ValueTypeNames.Float2).ConnectToSource(
        st.CreateOutput("result", Sdf.ValueTypeNames.Float2)
    )
    diffuse.ConnectToSource(reader.CreateOutput("rgb", Sdf.ValueTypeNames.Float3))
    return made
