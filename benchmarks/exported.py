"""A scene and its frames as plain arrays, for a renderer that knows nothing of this project.

``scene.npz`` holds the geometry, ``scene.json`` what it means, ``frames.json`` what each frame changes. World axes are
Z up, metres; light is given in nit, and ``white`` is the luminance [nit] that a frame's exposure makes white.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from palletjack_dr.edits import Edit
from palletjack_dr.engines.embedded import gprims, meshes
from palletjack_dr.engines.embedded.lights import read_lamp, tint
from palletjack_dr.engines.embedded.surfaces import Surface, bound_surface
from palletjack_dr.geometry import Array, matrix
from palletjack_dr.scene import Scene, SceneObject
from palletjack_dr.texture_sets import texture_set

if TYPE_CHECKING:
    from pxr import Usd

SATURATION = 1.2
"""A pixel is white at this many nit times 2**EV100."""
DEFAULT_EV100 = 8.0


def export(scene: Scene, frames: Iterable[Mapping[str, Any]], resolution: tuple[int, int], folder: Path) -> None:
    """Write a scene and the journal lines ``frames`` of a run to ``folder``."""
    parts = list(_parts(scene))
    arrays = {
        f"{n}/{name}": array
        for n, (_, _, shape, _) in enumerate(parts)
        for name, array in (
            ("points", shape.points.astype(np.float32)),
            ("counts", shape.counts.astype(np.int32)),
            ("corners", shape.corners.astype(np.int32)),
            ("normals", shape.normals.astype(np.float32)),
            ("uvs", shape.uvs.astype(np.float32)),
        )
    }
    np.savez(folder / "scene.npz", **arrays)  # type: ignore[arg-type]  # its keywords are arrays, numpy's stubs differ
    things = [{"id": t.id, "role": t.role, "label": t.label} for t in scene.objects]
    rows = [{"thing": thing.id if thing else 0, "surface": _look(s, {})} for _, thing, _, s in parts]
    lamps = [_lamp(scene, path) for path in scene.select("light")]
    about = {"resolution": resolution, "things": things, "parts": rows, "lights": lamps}
    (folder / "scene.json").write_text(json.dumps(about))
    changed = [_frame(scene, record, [(path, s) for path, _, _, s in parts]) for record in frames]
    (folder / "frames.json").write_text(json.dumps(changed))


def _parts(scene: Scene) -> Iterator[tuple[str, SceneObject | None, meshes.Polygons, Surface]]:
    """Yield every drawable piece: its prim, its object, its faces in the object's frame (else the world), its look."""
    from pxr import Usd, UsdGeom, UsdShade

    things = {o.path: o for o in scene.objects}
    cache = UsdGeom.XformCache(Usd.TimeCode.Default())
    for prim in Usd.PrimRange(scene.stage.GetPseudoRoot(), Usd.TraverseInstanceProxies()):
        if not prim.IsA(UsdGeom.Gprim) or UsdGeom.Imageable(prim).ComputeVisibility() == UsdGeom.Tokens.invisible:
            continue
        shape = meshes.read_mesh(prim) if prim.IsA(UsdGeom.Mesh) else gprims.polygons(prim)
        if shape is None:
            continue
        thing = next((things[p] for p in _ancestors(prim) if p in things), None)
        placed = np.array(cache.GetLocalToWorldTransform(prim), dtype=float).T
        if thing is not None:
            placed = np.linalg.inv(matrix(thing.pose)) @ placed
        rest = np.ones(len(shape.counts), dtype=bool)
        for piece in UsdShade.MaterialBindingAPI(prim).GetMaterialBindSubsets():
            faces = np.array(UsdGeom.Subset(piece).GetIndicesAttr().Get(), dtype=np.intp)
            rest[faces] = False
            part = _moved(meshes.subset(shape, faces), placed)
            yield str(piece.GetPath()), thing, part, bound_surface(piece.GetPrim())
        if rest.any():
            yield (
                str(prim.GetPath()),
                thing,
                _moved(meshes.subset(shape, np.flatnonzero(rest)), placed),
                bound_surface(prim),
            )


def _moved(shape: meshes.Polygons, placed: Array) -> meshes.Polygons:
    used, corners = np.unique(shape.corners, return_inverse=True)
    normals = shape.normals @ np.linalg.inv(placed[:3, :3])
    return meshes.Polygons(
        points=shape.points[used] @ placed[:3, :3].T + placed[:3, 3],
        counts=shape.counts,
        corners=corners.reshape(-1),
        normals=normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12),
        uvs=shape.uvs,
    )


def _ancestors(prim: Usd.Prim) -> Iterator[str]:
    while prim:
        yield str(prim.GetPath())
        prim = prim.GetParent()


def _lamp(scene: Scene, path: str) -> dict[str, Any]:
    prim = scene.stage.GetPrimAtPath(path)
    if prim.GetTypeName() != "RectLight":
        raise SystemExit(f"{path} is a {prim.GetTypeName()}; only rectangular lights are exported as yet")
    return {"size": [prim.GetAttribute("inputs:width").Get(), prim.GetAttribute("inputs:height").Get()]}


def _frame(scene: Scene, record: Mapping[str, Any], parts: list[tuple[str, Surface]]) -> dict[str, Any]:
    """Return one frame: where everything is, how it looks, what shines, and the camera (OpenCV axes)."""
    edits = [Edit.from_json(row) for row in record["edits"]]
    now = scene.after(edits)
    looks: dict[str, dict[str, Any]] = {path: {} for path, _ in parts}
    for edit in (e for e in edits if e.attribute.startswith("material.")):
        for path in scene.select(edit.target):
            for part, surface in parts:
                if any(p == path or p.startswith(path + "/") for p in (part, surface.path)):
                    looks[part][edit.attribute] = edit.value
    exposure = now.edited("/World", "environment.exposure")
    return {
        "frame": record["frame"],
        "k": record["camera"]["k"],
        "world_from_camera": np.linalg.inv(record["camera"]["view"]).tolist(),
        "white": SATURATION * 2.0 ** (exposure if isinstance(exposure, float) else DEFAULT_EV100),
        "things": {t.id: matrix(now.pose(t.path)).tolist() for t in now.objects if now.visible(t)},
        "surfaces": {n: _look(s, looks[path]) for n, (path, s) in enumerate(parts) if looks[path]},
        "lights": [_shining(now, path) for path in scene.select("light")],
        "dome": [_dome(now, path) for path in scene.select("dome")] if "dome" in scene.roles() else [],
    }


def _shining(now: Scene, path: str) -> dict[str, Any]:
    lamp = read_lamp(now.stage.GetPrimAtPath(path))
    assert lamp is not None
    value = {name: now.edited(path, f"light.{name}") for name in ("intensity", "enabled", "color", "temperature")}
    color = tint(value["color"] or lamp.color, value["temperature"] or lamp.temperature)  # type: ignore[arg-type]
    nits = 0.0 if value["enabled"] is False else value["intensity"] or lamp.intensity
    return {"world_from_light": matrix(now.pose(path)).tolist(), "nits": nits, "color": color}


def _dome(now: Scene, path: str) -> dict[str, Any]:
    lamp = read_lamp(now.stage.GetPrimAtPath(path))
    assert lamp is not None
    return {"nits": now.edited(path, "light.intensity") or lamp.intensity, "picture": lamp.texture}


def _look(surface: Surface, edits: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a surface looks like with a frame's material edits; textures are files, UVs have v up."""
    chosen = texture_set(edits["material.texture"]) if edits.get("material.texture") else None
    tile = edits.get("material.uv_scale", 1.0)
    scale = (1 / chosen.size_m,) * 2 if chosen and chosen.size_m else surface.uv_scale
    roughness = 1.0 if chosen and chosen.roughness else surface.roughness
    return {
        "base_color": edits.get("material.base_color", (1.0, 1.0, 1.0) if chosen else surface.base_color),
        "roughness": edits.get("material.roughness", roughness),
        "metallic": edits.get("material.metallic", chosen.metallic if chosen else surface.metallic),
        "emissive": surface.emissive,
        "color_texture": chosen.albedo if chosen else surface.base_color_texture,
        "roughness_texture": chosen.roughness if chosen else surface.roughness_texture,
        "normal_texture": chosen.normal if chosen else surface.normal_texture,
        "uv_scale": (scale[0] / tile, scale[1] / tile),
        "uv_offset": surface.uv_offset,
    }
