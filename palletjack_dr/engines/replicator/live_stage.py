"""The edits of a frame on the stage that Isaac Sim has open, as opinions in its root layer over the scene's.

Taking a change back is clearing an opinion; the scene's own layer is never touched.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from palletjack_dr.engines.replicator.looks import Looks
from palletjack_dr.geometry import Array, Pose, decompose, inverse, matrix

if TYPE_CHECKING:
    from pxr import Usd

    from palletjack_dr.edits import Edit
    from palletjack_dr.scene import Scene

Changes = Mapping[tuple[str, str], object]
LIGHT_ATTRIBUTES = ("light.intensity", "light.color", "light.temperature", "light.enabled")


class LiveStage:
    """Applies edits to Isaac Sim's stage; ``scene`` tells what the stage is without them."""

    def __init__(self, stage: Usd.Stage, scene: Scene) -> None:
        self.stage, self._scene = stage, scene
        self._looks = Looks(stage, scene.stage)
        self._shown: dict[tuple[str, str], object] = {}
        self._look: dict[str, dict[str, object]] = {}
        self._placed: dict[str, tuple[Any, Array, Pose, tuple[float, float, float]]] = {}
        self._hidden: frozenset[str] = frozenset()
        self._islands: dict[int, frozenset[str]] = {}

    def apply(self, edits: Iterable[Edit], texture_url: Any) -> dict[str, object]:
        """Show one frame's edits, and take back those of the frame before; return the environment's values."""
        wanted: dict[tuple[str, str], object] = {}
        look: dict[str, dict[str, object]] = {}
        for edit in edits:
            for path in self._scene.select(edit.target):
                if edit.attribute.startswith("material."):
                    for surface in self._looks.surfaces_of(path):
                        look.setdefault(surface, {})[edit.attribute] = edit.value
                else:
                    wanted[path, edit.attribute] = edit.value
        changed = {k for k in wanted.keys() | self._shown.keys() if wanted.get(k) != self._shown.get(k)}
        self._shown = wanted
        for path in dict.fromkeys(path for path, attribute in changed if attribute in ("pose", "scale")):
            self._place(path)
        for path in dict.fromkeys(path for path, attribute in changed if attribute in LIGHT_ATTRIBUTES):
            self._light(path)
        for path in (path for path, attribute in changed if attribute == "visible"):
            self._show(path)
        for surface in look.keys() | self._look.keys():
            if look.get(surface) != self._look.get(surface):
                self._looks.paint(surface, look.get(surface, {}), texture_url)
        self._look = look
        return {a: v for (_, a), v in wanted.items() if a.startswith("environment.")}

    def value(self, path: str, attribute: str) -> object | None:
        """Return what an edit of this frame says, or None."""
        return self._shown.get((path, attribute))

    def show(self, only: Collection[int] | None, *, decals: bool) -> None:
        """Hide all that is not an instance with one of these ids (None: nothing), and decals if so wanted."""
        hidden: set[str] = set()
        if only is not None:
            kept = [thing.path for thing in self._scene.objects if thing.id in only]
            hidden |= set(_tops(self._scene.stage.GetPrimAtPath("/World"), kept))
        if not decals:
            hidden |= {thing.path for thing in self._scene.objects if thing.role == "decal"}
        before, self._hidden = self._hidden, frozenset(hidden)
        for path in before ^ hidden:
            self._show(path)

    def _show(self, path: str) -> None:
        from pxr import UsdGeom

        attribute = UsdGeom.Imageable(self.stage.GetPrimAtPath(path)).CreateVisibilityAttr()
        visible = self._shown.get((path, "visible"))
        if path in self._hidden or visible is False:
            attribute.Set(UsdGeom.Tokens.invisible)
        elif visible is True:
            attribute.Set(UsdGeom.Tokens.inherited)
        else:
            attribute.Clear()

    def _place(self, path: str) -> None:
        from pxr import Gf

        op, world_to_parent, home, size = self._placed.get(path) or self._movable(path)
        scale = np.multiply(size, cast("tuple[float, ...]", self._shown.get((path, "scale"), (1.0, 1.0, 1.0))))
        local = world_to_parent @ matrix(cast(Pose, self._shown.get((path, "pose"), home)), scale)
        op.Set(Gf.Matrix4d(local.T.tolist()))

    def _movable(self, path: str) -> tuple[Any, Array, Pose, tuple[float, float, float]]:
        """Give a prim one transform in place of its own ones; return it, and where the prim stands without edits."""
        from pxr import UsdGeom

        still = UsdGeom.XformCache()
        prim = self._scene.stage.GetPrimAtPath(path)
        home, size = decompose(_matrix(still.GetLocalToWorldTransform(prim)))
        parent = inverse(_matrix(still.GetParentToWorldTransform(prim)))
        xform = UsdGeom.Xformable(self.stage.GetPrimAtPath(path))
        xform.ClearXformOpOrder()
        self._placed[path] = xform.AddTransformOp(opSuffix="frame"), parent, home, size
        return self._placed[path]

    def _light(self, path: str) -> None:
        prim = self.stage.GetPrimAtPath(path)
        values = {a: self._shown.get((path, a)) for a in LIGHT_ATTRIBUTES}
        strength = values["light.intensity"]
        off = values["light.enabled"] is False
        temperature = values["light.temperature"]
        for name, value in {
            "inputs:intensity": 0.0 if off else strength,
            "inputs:exposure": None if strength is None else 0.0,
            "inputs:color": values["light.color"],
            "inputs:colorTemperature": temperature,
            "inputs:enableColorTemperature": None if temperature is None else True,
        }.items():
            attribute = prim.GetAttribute(name)
            if value is None:
                attribute.Clear()
            else:
                attribute.Set(value)


def _tops(prim: Usd.Prim, kept: list[str]) -> Iterable[str]:
    """Yield the highest prims below ``prim`` that hold none of ``kept``, lights and cameras left out."""
    from pxr import UsdGeom, UsdLux

    for child in prim.GetChildren():
        path = str(child.GetPath())
        if path in kept or child.HasAPI(UsdLux.LightAPI) or child.IsA(UsdGeom.Camera):
            continue
        if child.IsA(UsdGeom.Imageable) and not any(k.startswith(path + "/") for k in kept):
            yield path
        else:
            yield from _tops(child, kept)


def _matrix(m: Any) -> Array:
    return np.array(m, dtype=float).T
