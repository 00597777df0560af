"""Parts: the drawable pieces of a scene, one per mesh and material, and how edits change them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from palletjack_dr.engines.embedded import gprims, meshes
from palletjack_dr.engines.embedded.filament import Filament
from palletjack_dr.engines.embedded.surfaces import Surface, bound_surface
from palletjack_dr.errors import SceneError
from palletjack_dr.geometry import Array, Pose, matrix, rotation_matrix
from palletjack_dr.texture_sets import TextureSet, texture_set

if TYPE_CHECKING:
    from pxr import Usd

    from palletjack_dr.scene import Scene, SceneObject

NEARLY = 0.999
"""Opacity at which Filament still blends, which a texture's alpha needs."""
PEAK_EMISSION = 50.0
"""Emission beyond this many times white is cut; it would only feed overflow."""


class Place:
    """An object's pose and scale as Filament takes them, the same for all of its parts."""

    def __init__(self, pose: Pose, scale: tuple[float, float, float] = (1.0, 1.0, 1.0)) -> None:
        self.position = np.array(pose[:3], np.float32)
        self.rotation = rotation_matrix(pose[3:]).astype(np.float32).ravel()
        self.scale = np.array(scale, np.float32)


@dataclass(kw_only=True, eq=False)
class Part:
    """One drawable piece; ``thing`` is the object it belongs to, or None for unlabelled surroundings."""

    path: str
    surface: Surface
    thing: SceneObject | None
    renderable: Any
    mesh: Any
    look: Mapping[str, object] = field(default_factory=dict)
    gain: float = 1.0

    @property
    def instance(self) -> int:
        """The id that this part is drawn with in the id image; 0 = no instance."""
        return self.thing.id if self.thing else 0

    @property
    def paint_only(self) -> bool:
        """Whether this part is a decal, which colours what it lies on and has neither id nor depth."""
        return self.thing is not None and self.thing.role == "decal"

    def move(self, place: Place) -> None:
        """Put the part at an object's place."""
        self.renderable.set_pose(place.position, place.rotation)
        self.renderable.set_size(place.scale)

    def paint(self, filament: Filament, look: Mapping[str, object]) -> None:
        """Show the surface with these material edits; none puts it back to the stage's."""
        self.look = look
        self.renderable.set_material(_material(filament, self))
        self._filament = filament

    def expose(self, gain: float) -> None:
        """Follow a change of exposure, which for an emissive surface is a change of brightness."""
        if gain != self.gain:
            self.gain = gain
            if max(self.surface.emissive) > 0:
                self.paint(self._filament, self.look)


def load_parts(filament: Filament, scene: Scene) -> list[Part]:
    """Upload every visible mesh and analytic shape of the stage, split by its material subsets."""
    from pxr import Usd, UsdGeom

    things = {o.path: o for o in scene.objects}
    cache = UsdGeom.XformCache(Usd.TimeCode.Default())
    parts = []
    for prim in Usd.PrimRange(scene.stage.GetPseudoRoot(), Usd.TraverseInstanceProxies()):
        if not prim.IsA(UsdGeom.Gprim) or not _is_drawn(prim):
            continue
        shape = meshes.read_mesh(prim) if prim.IsA(UsdGeom.Mesh) else gprims.polygons(prim)
        if shape is None:
            continue
        thing = next((things[p] for p in _ancestors(str(prim.GetPath())) if p in things), None)
        placed = np.array(cache.GetLocalToWorldTransform(prim), dtype=float).T
        if thing is not None:
            placed = np.linalg.inv(matrix(thing.pose)) @ placed  # the object's stage scale stays in the vertices
        for piece_path, piece, surface in _pieces(prim, shape):
            if len(piece.counts):
                parts.append(_part(filament, piece_path, piece, surface, thing, placed))
    if not parts:
        raise SceneError("the stage holds nothing to draw; check that its references resolve and its prims are visible")
    return parts


def _part(
    filament: Filament, path: str, shape: meshes.Polygons, surface: Surface, thing: SceneObject | None, placed: Array
) -> Part:
    mesh = filament.mesh(meshes.vertex_buffer(shape, placed))
    lamp = max(surface.emissive) > 0
    renderable = filament.context.create_renderable(
        filament.api.RenderableParams(cast_shadow=not (lamp or surface.cut_out), receive_shadow=True)
    )
    renderable.set_mesh(mesh, 0, 0)
    part = Part(path=path, surface=surface, thing=thing, renderable=renderable, mesh=mesh)
    part.paint(filament, {})
    if thing is not None:
        part.move(Place(thing.pose))
    return part


def _pieces(prim: Usd.Prim, shape: meshes.Polygons) -> Iterator[tuple[str, meshes.Polygons, Surface]]:
    from pxr import UsdGeom, UsdShade

    subsets = UsdShade.MaterialBindingAPI(prim).GetMaterialBindSubsets()
    rest = np.ones(len(shape.counts), dtype=bool)
    for part in subsets:
        faces = np.array(UsdGeom.Subset(part).GetIndicesAttr().Get(), dtype=np.intp)
        rest[faces] = False
        yield str(part.GetPath()), meshes.subset(shape, faces), bound_surface(part.GetPrim())
    if rest.any():
        yield str(prim.GetPath()), meshes.subset(shape, np.flatnonzero(rest)) if subsets else shape, bound_surface(prim)


def _is_drawn(prim: Usd.Prim) -> bool:
    from pxr import UsdGeom

    imageable = UsdGeom.Imageable(prim)
    shown = imageable.ComputeVisibility() != UsdGeom.Tokens.invisible
    return shown and imageable.ComputePurpose() in (UsdGeom.Tokens.default_, UsdGeom.Tokens.render)


def _ancestors(path: str) -> Iterator[str]:
    while path:
        yield path
        path = path.rpartition("/")[0]


def _material(filament: Filament, part: Part) -> Any:
    look, surface = part.look, part.surface
    chosen = texture_set(cast(str, look["material.texture"])) if look.get("material.texture") else None
    textures = chosen or TextureSet(
        albedo=surface.base_color_texture,
        roughness=surface.roughness_texture,
        normal=surface.normal_texture,
        size_m=0.0,
    )
    tile = cast(float, look.get("material.uv_scale", 1.0))
    scale = (1 / textures.size_m,) * 2 if textures.size_m else surface.uv_scale
    white = (1.0, 1.0, 1.0) if chosen else surface.base_color
    m = filament.api.Material()
    m.segmentation_id = part.instance
    cut_out = surface.cut_out and not chosen
    opacity = min(surface.opacity, NEARLY) if cut_out else surface.opacity
    m.color = np.array([*cast("tuple[float, ...]", look.get("material.base_color", white)), opacity], np.float32)
    m.roughness = 1.0 if chosen and chosen.roughness else surface.roughness
    m.roughness = cast(float, look.get("material.roughness", m.roughness))
    m.metallic = cast(float, look.get("material.metallic", chosen.metallic if chosen else surface.metallic))
    m.uv_scale = np.array([scale[0] / tile, scale[1] / tile, 1.0], np.float32)
    m.uv_offset = np.array([surface.uv_offset[0], 1.0 - surface.uv_offset[1], 0.0], np.float32)
    glow = max(surface.emissive)
    if glow > 0:
        m.color = np.array([*(c / glow for c in surface.emissive), 1.0], np.float32)
        m.emissive = min(glow * part.gain / 38_400.0, PEAK_EMISSION)
    for slot, path, color in (
        ("color_texture", textures.albedo, True),
        ("roughness_texture", textures.roughness, False),
        ("normal_texture", textures.normal, False),
        ("metallic_texture", "" if chosen else surface.metallic_texture, False),
        ("occlusion_texture", "" if chosen else surface.occlusion_texture, False),
        ("emissive_texture", surface.emissive_texture, True),
    ):
        if path:
            setattr(m, slot, filament.texture(path, color=color, alpha=cut_out and slot == "color_texture"))
    return m
