"""The scene: a USD stage, plus the roles and the instance table that USD lacks.

The stage is the scene of record for every engine: Z up, metres. Which prims are things, and what they are for,
is written on the stage itself as ``UsdSemantics.LabelsAPI``: taxonomy ``class`` for the semantic class, taxonomy
``role`` for the role. A frame is the stage plus its edits; randomizers see it through ``Scene.after``.
"""

from __future__ import annotations

import copy
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np

from palletjack_dr.authored import Authored, authored
from palletjack_dr.edits import Edit
from palletjack_dr.errors import SceneError, SelectorError, did_you_mean
from palletjack_dr.footprints import Footprint, footprint
from palletjack_dr.geometry import Array, Pose, box_corners, decompose, matrix, transform
from palletjack_dr.silhouettes import hull_corners, surface_points, triangles_of

if TYPE_CHECKING:
    from pxr import Usd

STANDING_ROLES: Final = ("wall", "column", "rack", "obstacle")
"""Roles of an environment's parts on whose ground nothing can be put."""


@dataclass(frozen=True, kw_only=True)
class SceneObject:
    """One row of the instance table: a thing with an id in the id image.

    ``id`` counts from 1 in stage order; 0 is "no instance". ``label`` is the semantic class. ``bounds`` is the
    box [[min], [max]] [m] in the object's own frame, shape (2, 3). ``pose`` and ``scale`` are those of the stage.
    """

    id: int
    path: str
    role: str
    label: str
    asset: str
    bounds: Array
    pose: Pose
    scale: tuple[float, float, float]

    def to_json(self) -> dict[str, Any]:
        """Return the row that the manifest stores."""
        return {
            "id": self.id,
            "path": self.path,
            "role": self.role,
            "label": self.label,
            "asset": self.asset,
            "bounds": self.bounds.tolist(),
            "pose": list(self.pose),
            "scale": list(self.scale),
        }


class Scene:
    """What randomizers, annotators and engines may ask about the stage and about the edits made so far."""

    def __init__(self, stage: Usd.Stage, camera: str = "/World/Camera") -> None:
        self.stage = stage
        self.camera = camera
        self.objects: tuple[SceneObject, ...] = tuple(_instances(stage))
        self._by_path = {o.path: o for o in self.objects}
        self._roles = _roles(stage, self.objects, camera)
        self._matches: dict[str, tuple[str, ...]] = {}
        self._edited: dict[tuple[str, str], object] = {}
        self._places: dict[str, Array] = {}
        self._footprints: dict[str, Footprint] = {}
        self._points: dict[str, Array] = {}
        self._hulls: dict[str, Array] = {}
        self._triangles: dict[str, Array] = {}
        self._authored: dict[str, Authored] = {}

    def after(self, edits: Iterable[Edit]) -> Scene:
        """Return this scene as it is with ``edits`` applied; the stage itself is not touched."""
        later = copy.copy(self)
        later._edited = dict(self._edited)
        for edit in edits:
            for path in self.select(edit.target):
                later._edited[path, edit.attribute] = edit.value
        return later

    def without(self, paths: Collection[str]) -> Scene:
        """Return this scene with some objects out of reach: no role selects them, as if they were not there."""
        less = copy.copy(self)
        less._roles = {role: [p for p in found if p not in paths] for role, found in self._roles.items()}
        less._matches = {}
        return less

    def select(self, target: str) -> tuple[str, ...]:
        """Return the prim paths that ``target`` names: a path, a pattern with ``*``, or a role.

        ``*`` stands for any run of characters within one path element. Raises ``SelectorError`` where nothing
        matches, so that a typing error cannot pass for an effect.
        """
        found = self._matches.get(target)
        if found is None:
            found = self._matches[target] = tuple(self._search(target))
        return found

    def having(self, role: str) -> tuple[SceneObject, ...]:
        """Return the objects of a role, in stage order; ``SelectorError`` where there are none."""
        return tuple(self._by_path[path] for path in self.select(role) if path in self._by_path)

    def thing(self, path: str) -> SceneObject:
        """Return the object at a prim path; ``SelectorError`` if there is none."""
        if path not in self._by_path:
            raise SelectorError(f"no object at {path!r}{did_you_mean(path, self._by_path)}")
        return self._by_path[path]

    def pose(self, path: str) -> Pose:
        """Return the world pose of an object, light or camera, edits included."""
        edited = self._edited.get((path, "pose"))
        return cast(Pose, edited) if edited is not None else _stage_pose(self.stage, path)[0]

    def world_from(self, thing: SceneObject) -> Array:
        """Return the (4, 4) matrix from an object's own frame to the world, edits included."""
        if self._is_moved(thing):
            return matrix(cast(Pose, self._edited.get((thing.path, "pose"), thing.pose)), self.scale(thing))
        if thing.path not in self._places:
            self._places[thing.path] = matrix(thing.pose, thing.scale)
        return self._places[thing.path].copy()

    def footprint(self, thing: SceneObject) -> Footprint:
        """Return the ground under an object, edits included."""
        if self._is_moved(thing):
            return footprint(self.world_from(thing), thing.bounds)
        if thing.path not in self._footprints:
            self._footprints[thing.path] = footprint(self.world_from(thing), thing.bounds)
        return self._footprints[thing.path]

    def scale(self, thing: SceneObject) -> tuple[float, float, float]:
        """Return an object's scale along its own axes, that of the stage included."""
        factor = cast("tuple[float, float, float]", self._edited.get((thing.path, "scale"), (1.0, 1.0, 1.0)))
        x, y, z = (a * b for a, b in zip(thing.scale, factor, strict=True))
        return x, y, z

    def visible(self, thing: SceneObject) -> bool:
        """Return whether an object is in the frame, edits included."""
        return bool(self._edited.get((thing.path, "visible"), True))

    def edited(self, path: str, attribute: str) -> object | None:
        """Return the value that an earlier edit of this frame gave, or None."""
        return self._edited.get((path, attribute))

    def surfaces(self, path: str, material: str = "*") -> tuple[str, ...]:
        """Return the meshes (or their material subsets) below a prim whose material is named ``material``, a pattern.

        Material edits of these change one object, also where objects share a material. ``SelectorError`` if none.
        """
        key = f"{path}//{material}"
        if key not in self._matches:
            bound = dict(_bound_materials(self.stage.GetPrimAtPath(path)))
            self._matches[key] = tuple(p for p, name in bound.items() if fnmatchcase(name, material))
            if not self._matches[key]:
                raise SelectorError(
                    f"no material {material!r} below {path!r}{did_you_mean(material, set(bound.values()))}"
                )
        return self._matches[key]

    def authored(self, surface: str) -> Authored:
        """Return colour and roughness of a surface (see ``surfaces``) as the stage has them; read once."""
        if surface not in self._authored:
            self._authored[surface] = authored(self.stage.GetPrimAtPath(surface))
        return self._authored[surface]

    def points(self, thing: SceneObject) -> Array:
        """Return points (n, 3) [m] on an object's surface, in its own frame without its scale; sampled once."""
        key = thing.asset or thing.path
        if key not in self._points:
            self._points[key] = surface_points(self.stage.GetPrimAtPath(thing.path), thing.bounds)
        return self._points[key]

    def hull(self, thing: SceneObject) -> Array:
        """Return corners (n, 3) [m] of an object's convex hull, in its own frame without its scale; found once."""
        key = thing.asset or thing.path
        if key not in self._hulls:
            corners = hull_corners(self.stage.GetPrimAtPath(thing.path))
            self._hulls[key] = corners if len(corners) else self.points(thing)
        return self._hulls[key]

    def triangles(self, thing: SceneObject) -> Array:
        """Return the triangles (n, 3, 3) [m] of an object's meshes, in its own frame without its scale; read once."""
        key = thing.asset or thing.path
        if key not in self._triangles:
            self._triangles[key] = triangles_of(self.stage.GetPrimAtPath(thing.path))
        return self._triangles[key]

    def bounds(self, thing: SceneObject) -> Array:
        """Return the box [[min], [max]] [m] around an object in the world, edits included; shape (2, 3)."""
        corners = transform(self.world_from(thing), box_corners(thing.bounds))
        return np.stack([corners.min(axis=0), corners.max(axis=0)])

    def floor(self) -> Array:
        """Return the floor's extent [[x_min, y_min], [x_max, y_max]] [m]."""
        boxes = np.stack([self.bounds(o) for o in self.having("floor")])
        return np.stack([boxes[:, 0, :2].min(axis=0), boxes[:, 1, :2].max(axis=0)])

    def standing(self) -> tuple[SceneObject, ...]:
        """Return the visible objects on whose ground nothing else can stand: walls, racks, placed assets."""
        fixed = {"floor", "ceiling", "background", "decal"}
        return tuple(o for o in self.objects if o.role not in fixed and self.visible(o))

    def roles(self) -> tuple[str, ...]:
        """Return the roles that occur in the scene."""
        return tuple(self._roles)

    def _is_moved(self, thing: SceneObject) -> bool:
        return (thing.path, "pose") in self._edited or (thing.path, "scale") in self._edited

    def _search(self, target: str) -> Iterator[str]:
        if not target.startswith("/"):
            if target not in self._roles:
                raise SelectorError(f"no role {target!r} in the scene{did_you_mean(target, self._roles)}")
            yield from self._roles[target]
            return
        if "*" not in target:
            if not self.stage.GetPrimAtPath(target):
                raise SelectorError(f"no prim at {target!r}{did_you_mean(target, self._by_path)}")
            yield target
            return
        wanted = target.strip("/").split("/")
        found = False
        for prim in self.stage.Traverse():
            parts = str(prim.GetPath()).strip("/").split("/")
            if len(parts) == len(wanted) and all(map(fnmatchcase, parts, wanted)):
                found = True
                yield str(prim.GetPath())
        if not found:
            raise SelectorError(f"pattern {target!r} matches no prim{did_you_mean(target, self._by_path)}")


def label(prim: Usd.Prim, taxonomy: str) -> str:
    """Return the first label of a prim in a taxonomy ("class" or "role"), or ''."""
    from pxr import UsdSemantics

    if not prim.HasAPI(UsdSemantics.LabelsAPI, taxonomy):
        return ""
    values = UsdSemantics.LabelsAPI(prim, taxonomy).GetLabelsAttr().Get()
    return str(values[0]) if values else ""


def set_label(prim: Usd.Prim, taxonomy: str, value: str) -> None:
    """Write the one label of a prim in a taxonomy."""
    from pxr import UsdSemantics

    UsdSemantics.LabelsAPI.Apply(prim, taxonomy).CreateLabelsAttr().Set([value])


def _instances(stage: Usd.Stage) -> Iterator[SceneObject]:
    from pxr import Usd, UsdGeom, UsdLux

    purposes = [UsdGeom.Tokens.default_, UsdGeom.Tokens.render]
    cache = UsdGeom.BBoxCache(Usd.TimeCode.Default(), purposes, useExtentsHint=False)
    walk = iter(Usd.PrimRange(stage.GetPseudoRoot()))
    count = 0
    for prim in walk:
        role = label(prim, "role")
        if not role or prim.HasAPI(UsdLux.LightAPI) or prim.IsA(UsdGeom.Camera):
            continue
        walk.PruneChildren()
        box = cache.ComputeUntransformedBound(prim).ComputeAlignedRange()
        if box.IsEmpty():
            raise SceneError(f"{prim.GetPath()} has the role {role!r} but no geometry: check its reference")
        count += 1
        path = str(prim.GetPath())
        frame, scale = _stage_pose(stage, path)
        yield SceneObject(
            id=count,
            path=path,
            role=role,
            label=label(prim, "class") or role,
            asset=str(prim.GetCustomDataByKey("palletjack_dr:asset") or ""),
            bounds=np.array([box.GetMin(), box.GetMax()], dtype=float),
            pose=frame,
            scale=scale,
        )


def _roles(stage: Usd.Stage, objects: Iterable[SceneObject], camera: str) -> dict[str, list[str]]:
    from pxr import UsdLux

    roles: dict[str, list[str]] = {"world": ["/World"], "camera": [camera]}
    for thing in objects:
        roles.setdefault(thing.role, []).append(thing.path)
    for prim in stage.Traverse():
        if prim.IsA(UsdLux.DomeLight):
            roles.setdefault("dome", []).append(str(prim.GetPath()))
        elif prim.HasAPI(UsdLux.LightAPI):
            roles.setdefault("light", []).append(str(prim.GetPath()))
    return roles


def _bound_materials(root: Usd.Prim) -> Iterator[tuple[str, str]]:
    """Yield (path, material name) of every mesh and material subset below a prim."""
    from pxr import Usd, UsdGeom, UsdShade

    for prim in Usd.PrimRange(root, Usd.TraverseInstanceProxies()):
        if prim.IsA(UsdGeom.Gprim):
            subsets = UsdShade.MaterialBindingAPI(prim).GetMaterialBindSubsets()
            for piece in (prim, *(s.GetPrim() for s in subsets)):
                material = UsdShade.MaterialBindingAPI(piece).ComputeBoundMaterial()[0]
                yield str(piece.GetPath()), material.GetPrim().GetName() if material else ""


def _stage_pose(stage: Usd.Stage, path: str) -> tuple[Pose, tuple[float, float, float]]:
    from pxr import Usd, UsdGeom

    prim = stage.GetPrimAtPath(path)
    to_world = UsdGeom.Xformable(prim).ComputeLocalToWorldTransform(Usd.TimeCode.Default())
    return decompose(np.array(to_world, dtype=float).T)
