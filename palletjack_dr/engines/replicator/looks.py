"""Material edits on a live stage: each edited surface is bound to a material of its own, made from the authored one."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, cast

from palletjack_dr.engines.embedded.surfaces import Surface, bound_surface
from palletjack_dr.texture_sets import TextureSet, texture_set

if TYPE_CHECKING:
    from pxr import Usd, UsdShade

log = logging.getLogger(__name__)
FOLDER: Final = "/World/FrameLooks"
MDL_INPUTS: Final = {
    "material.base_color": "diffuse_tint",
    "material.roughness": "reflection_roughness_constant",
    "material.metallic": "metallic_constant",
}
"""What the edits are called in OmniPBR, the MDL material that most of Isaac Sim's own assets are made of."""


class Looks:
    """Paints surfaces (meshes and material subsets) of ``live``; ``authored`` is the stage without edits."""

    def __init__(self, live: Usd.Stage, authored: Usd.Stage) -> None:
        self._live, self._authored = live, authored
        self._surfaces: dict[str, tuple[str, ...]] = {}
        self._numbers: dict[str, int] = {}
        self._every = _every_surface(authored)

    def surfaces_of(self, path: str) -> tuple[str, ...]:
        """Return the surfaces at or below a prim, and those that are made of a material at or below it."""
        if path not in self._surfaces:
            inside = path + "/"
            self._surfaces[path] = tuple(
                surface
                for surface, material in self._every
                if any(p == path or p.startswith(inside) for p in (surface, material))
            )
        return self._surfaces[path]

    def paint(self, surface: str, look: Mapping[str, object], texture_url: Callable[[str], str | None]) -> None:
        """Show a surface with these material edits; none of them binds it to its own material again."""
        from pxr import UsdShade

        prim = self._live.GetPrimAtPath(surface)
        binding = UsdShade.MaterialBindingAPI.Apply(prim)
        if not look:
            binding.GetDirectBindingRel().ClearTargets(True)
            return
        number = self._numbers.setdefault(surface, len(self._numbers))
        authored = self._authored.GetPrimAtPath(surface)
        bound = UsdShade.MaterialBindingAPI(authored).ComputeBoundMaterial()[0]
        if bound and not look.get("material.texture") and _mdl(bound):
            material = self._tinted(f"{FOLDER}/tinted_{number}", bound, look)
        else:
            material = self._plain(f"{FOLDER}/plain_{number}", bound_surface(authored), look, texture_url)
        binding.Bind(material)

    def _tinted(self, path: str, authored: UsdShade.Material, look: Mapping[str, object]) -> UsdShade.Material:
        """Return a copy of an MDL material with OmniPBR's inputs set; a material of another kind may ignore them."""
        from pxr import Gf, Sdf, UsdShade

        material = UsdShade.Material.Get(self._live, path)
        if not material:
            material = UsdShade.Material.Define(self._live, path)
            material.GetPrim().GetReferences().AddInternalReference(authored.GetPath())
        shader = material.ComputeSurfaceSource("mdl")[0]
        for attribute, name in MDL_INPUTS.items():
            kind = Sdf.ValueTypeNames.Color3f if name == "diffuse_tint" else Sdf.ValueTypeNames.Float
            value = look.get(attribute)
            if value is None:
                if given := shader.GetInput(name):
                    given.GetAttr().Clear()
            else:
                shader.CreateInput(name, kind).Set(Gf.Vec3f(*value) if isinstance(value, tuple) else value)
        return material

    def _plain(
        self, path: str, surface: Surface, look: Mapping[str, object], texture_url: Callable[[str], str | None]
    ) -> UsdShade.Material:
        """Return a UsdPreviewSurface with the numbers and images of a surface and its edits."""
        from pxr import Gf, Sdf, UsdShade

        name = cast(str, look.get("material.texture", ""))
        chosen = _textures(name, texture_url) if name else None
        albedo = chosen.albedo if chosen else surface.base_color_texture
        rough = chosen.roughness if chosen else surface.roughness_texture
        normal = chosen.normal if chosen else surface.normal_texture
        color = cast("tuple[float, ...]", look.get("material.base_color", (1.0,) * 3 if chosen else surface.base_color))
        roughness = cast(
            float, look.get("material.roughness", 1.0 if chosen and chosen.roughness else surface.roughness)
        )
        metallic = cast(float, look.get("material.metallic", chosen.metallic if chosen else surface.metallic))
        tile = cast(float, look.get("material.uv_scale", 1.0))
        scale = (1 / chosen.size_m,) * 2 if chosen and chosen.size_m else surface.uv_scale
        types = Sdf.ValueTypeNames
        network = _Network(self._live, path)
        network.repeat((scale[0] / tile, scale[1] / tile), surface.uv_offset)
        network.give("diffuseColor", types.Color3f, Gf.Vec3f(*color), albedo, Gf.Vec4f(*color, 1.0))
        network.give("roughness", types.Float, roughness, rough, Gf.Vec4f(roughness))
        network.give("metallic", types.Float, metallic, "" if chosen else surface.metallic_texture, Gf.Vec4f(metallic))
        network.give(
            "emissiveColor", types.Color3f, Gf.Vec3f(*surface.emissive), surface.emissive_texture, Gf.Vec4f(1.0)
        )
        cut = albedo if surface.cut_out and not chosen else ""
        network.give("opacity", types.Float, surface.opacity, cut, Gf.Vec4f(surface.opacity), channel="a")
        network.give("normal", types.Normal3f, Gf.Vec3f(0, 0, 1), normal, Gf.Vec4f(2, 2, 2, 1), Gf.Vec4f(-1, -1, -1, 0))
        return UsdShade.Material.Get(self._live, path)


def _every_surface(stage: Usd.Stage) -> list[tuple[str, str]]:
    """Return (path, material's path) of every mesh, shape and material subset of a stage."""
    from pxr import Usd, UsdGeom, UsdShade

    found = []
    for prim in Usd.PrimRange(stage.GetPseudoRoot(), Usd.TraverseInstanceProxies()):
        if prim.IsA(UsdGeom.Gprim):
            subsets = UsdShade.MaterialBindingAPI(prim).GetMaterialBindSubsets()
            for piece in (prim, *(s.GetPrim() for s in subsets)):
                bound = UsdShade.MaterialBindingAPI(piece).ComputeBoundMaterial()[0]
                found.append((str(piece.GetPath()), str(bound.GetPath()) if bound else ""))
    return found


class _Network:
    """One UsdPreviewSurface with a reader for each image, all through one UV transform."""

    def __init__(self, stage: Usd.Stage, path: str) -> None:
        from pxr import Sdf, UsdShade

        self._stage, self._path = stage, path
        material = UsdShade.Material.Define(stage, path)
        self._surface = self._shader("Surface", "UsdPreviewSurface")
        material.CreateSurfaceOutput().ConnectToSource(self._surface.ConnectableAPI(), "surface")
        st = self._shader("st", "UsdPrimvarReader_float2")
        st.CreateInput("varname", Sdf.ValueTypeNames.String).Set("st")
        self._tile = self._shader("tile", "UsdTransform2d")
        self._tile.CreateInput("in", Sdf.ValueTypeNames.Float2).ConnectToSource(
            st.CreateOutput("result", Sdf.ValueTypeNames.Float2)
        )

    def repeat(self, scale: tuple[float, float], offset: tuple[float, float]) -> None:
        """Set the UV transform."""
        from pxr import Gf, Sdf

        self._tile.CreateInput("scale", Sdf.ValueTypeNames.Float2).Set(Gf.Vec2f(*scale))
        self._tile.CreateInput("translation", Sdf.ValueTypeNames.Float2).Set(Gf.Vec2f(*offset))

    def give(
        self, name: str, kind: Any, value: Any, image: str, scale: Any, bias: Any = None, channel: str = "r"
    ) -> None:
        """Set an input to ``value``, or to an image (one number: its ``channel``) times ``scale`` plus ``bias``."""
        from pxr import Sdf

        types = Sdf.ValueTypeNames
        target = self._surface.CreateInput(name, kind)
        target.ClearSources()
        target.Set(value)
        if not image:
            return
        reader = self._shader(name, "UsdUVTexture")
        reader.CreateInput("file", types.Asset).Set(image)
        reader.CreateInput("sourceColorSpace", types.Token).Set("sRGB" if kind == types.Color3f else "raw")
        reader.CreateInput("wrapS", types.Token).Set("repeat")
        reader.CreateInput("wrapT", types.Token).Set("repeat")
        reader.CreateInput("scale", types.Float4).Set(scale)
        if bias is not None:
            reader.CreateInput("bias", types.Float4).Set(bias)
        reader.CreateInput("st", types.Float2).ConnectToSource(self._tile.CreateOutput("result", types.Float2))
        plain = kind == types.Float
        output = reader.CreateOutput(channel if plain else "rgb", types.Float if plain else types.Float3)
        target.ConnectToSource(output)

    def _shader(self, name: str, kind: str) -> UsdShade.Shader:
        from pxr import UsdShade

        shader = UsdShade.Shader.Define(self._stage, f"{self._path}/{name}")
        shader.CreateIdAttr(kind)
        return shader


def _mdl(material: UsdShade.Material) -> bool:
    """Tell whether a material is written in MDL, as Isaac Sim's own are."""
    shader = material.ComputeSurfaceSource("mdl")[0]
    return bool(shader) and shader.GetImplementationSource() == "sourceAsset"


def _textures(name: str, texture_url: Callable[[str], str | None]) -> TextureSet:
    """Return a texture set by its name, or one image of Isaac Sim's own, repeated every metre."""
    url = texture_url(name)
    return texture_set(name) if url is None else TextureSet(albedo=url, roughness="", normal="", size_m=1.0)
