"""From UsdPreviewSurface networks to the few numbers and images that a surface needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from pxr import Usd, UsdShade

Color = tuple[float, float, float]


@dataclass(frozen=True, kw_only=True)
class Surface:
    """A surface after UsdPreviewSurface; colours are linear RGB, textures are file paths or ''.

    With ``cut_out`` the alpha of the colour's texture is the share of the surface that is there.
    UVs are scaled by ``uv_scale`` and moved by ``uv_offset`` before look-up, in USD's st (v up).
    """

    path: str = ""
    base_color: Color = (0.18, 0.18, 0.18)
    roughness: float = 0.5
    metallic: float = 0.0
    emissive: Color = (0.0, 0.0, 0.0)
    opacity: float = 1.0
    base_color_texture: str = ""
    cut_out: bool = False
    roughness_texture: str = ""
    metallic_texture: str = ""
    normal_texture: str = ""
    occlusion_texture: str = ""
    emissive_texture: str = ""
    uv_scale: tuple[float, float] = (1.0, 1.0)
    uv_offset: tuple[float, float] = (0.0, 0.0)


def bound_surface(prim: Usd.Prim) -> Surface:
    """Return the surface bound to a prim (or GeomSubset); the display colour or grey where nothing is bound."""
    from pxr import UsdGeom, UsdShade

    material = UsdShade.MaterialBindingAPI(prim).ComputeBoundMaterial()[0]
    if material:
        return read_surface(material)
    colors = UsdGeom.PrimvarsAPI(prim).GetPrimvar("displayColor")
    values = colors.Get() if colors and colors.HasValue() else None
    return Surface(base_color=_color(values[0])) if values else Surface()


def read_surface(material: UsdShade.Material) -> Surface:
    """Return the surface of a material; inputs that are connected to anything but textures keep their default."""
    shader = material.ComputeSurfaceSource()[0]
    path = str(material.GetPath())
    if not shader:
        return Surface(path=path)
    diffuse, emissive = _Input(shader, "diffuseColor"), _Input(shader, "emissiveColor")
    roughness, metallic = _Input(shader, "roughness"), _Input(shader, "metallic")
    normal, occlusion = _Input(shader, "normal"), _Input(shader, "occlusion")
    opacity = _Input(shader, "opacity")
    scale, offset = next((i.uv() for i in (diffuse, roughness, normal) if i.texture), ((1.0, 1.0), (0.0, 0.0)))
    return Surface(
        path=path,
        base_color=_color(diffuse.factor((0.18, 0.18, 0.18))),
        roughness=float(np.mean(roughness.factor(0.5))),
        metallic=float(np.mean(metallic.factor(0.0))),
        emissive=_color(emissive.factor((0.0, 0.0, 0.0))),
        opacity=float(np.mean(opacity.factor(1.0))),
        base_color_texture=diffuse.texture,
        cut_out=bool(diffuse.texture) and opacity.texture == diffuse.texture,
        roughness_texture=roughness.texture,
        metallic_texture=metallic.texture,
        normal_texture=normal.texture,
        occlusion_texture=occlusion.texture,
        emissive_texture=emissive.texture,
        uv_scale=scale,
        uv_offset=offset,
    )


class _Input:
    """One input of a UsdPreviewSurface: a constant, or a UsdUVTexture with its factor and UV transform."""

    def __init__(self, shader: UsdShade.Shader, name: str) -> None:
        from pxr import UsdShade

        self._input = shader.GetInput(name)
        self._reader: Any = None
        self.texture = ""
        sources = UsdShade.ConnectableAPI.GetConnectedSources(self._input)[0] if self._input else []
        if sources:
            source = UsdShade.Shader(sources[0].source.GetPrim())
            if source and source.GetIdAttr().Get() == "UsdUVTexture":
                self._reader = source
                self.texture = _file(source)
                self._channel = str(sources[0].sourceName)

    def factor(self, default: Any) -> Any:
        """Return the constant, or the factor on the texture (its ``scale``, 1 when absent)."""
        if self._reader is None:
            value = self._input.Get() if self._input else None
            return default if value is None else value
        if not self.texture:
            fallback = self._reader.GetInput("fallback")
            return tuple(fallback.Get())[:3] if fallback and fallback.Get() is not None else default
        scale = self._reader.GetInput("scale")
        factor = tuple(scale.Get()) if scale and scale.Get() is not None else (1.0, 1.0, 1.0, 1.0)
        return factor[:3] if self._channel == "rgb" else factor["rgba".index(self._channel)]

    def uv(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """Return scale and translation of the UsdTransform2d in front of the texture."""
        from pxr import UsdShade

        st = self._reader.GetInput("st")
        sources = UsdShade.ConnectableAPI.GetConnectedSources(st)[0] if st else []
        node = UsdShade.Shader(sources[0].source.GetPrim()) if sources else None
        if not node or node.GetIdAttr().Get() != "UsdTransform2d":
            return (1.0, 1.0), (0.0, 0.0)
        pair = [node.GetInput(name) for name in ("scale", "translation")]
        scale, offset = (tuple(i.Get()) if i and i.Get() is not None else None for i in pair)
        return scale or (1.0, 1.0), offset or (0.0, 0.0)


def _file(reader: UsdShade.Shader) -> str:
    value = reader.GetInput("file").Get() if reader.GetInput("file") else None
    return str(value.resolvedPath or value.path) if value else ""


def _color(value: Any) -> Color:
    r, g, b = (float(v) for v in (value if np.ndim(value) else (value,) * 3))
    return r, g, b
