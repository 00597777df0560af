"""Pictures of the double's stage: read back from USD, from scratch at every step, and drawn by the embedded engine."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from isaac_double.kit import kit
from palletjack_dr.edits import Edit
from palletjack_dr.engine import Window
from palletjack_dr.engines.embedded.engine import Embedded
from palletjack_dr.engines.embedded.filament import View
from palletjack_dr.engines.embedded.surfaces import bound_surface
from palletjack_dr.geometry import Array, decompose, matrix
from palletjack_dr.scene import Scene, set_label

FIRST_ID = 2
"""0 is BACKGROUND, 1 is UNLABELLED, as in Replicator."""


class Renderer:
    def __init__(self, stage: Any) -> None:
        from pxr import Usd

        self._stage = stage
        self._copy = Usd.Stage.Open(stage.Flatten())
        labelled = [prim for prim in self._copy.Traverse() if _classes(prim)]
        for prim in labelled:
            path = str(prim.GetPath())
            kit.demand(len(_classes(prim)) == 1, f"{path} has one label, not {_classes(prim)}")
            nested = [str(q.GetPath()) for q in labelled if str(q.GetPath()).startswith(path + "/")]
            kit.demand(not nested, f"no labels below {path}, which Replicator would join with its own: {nested[:3]}")
            set_label(prim, "role", "thing")
        self._scene = Scene(self._copy)
        self._engine = Embedded()
        self._engine.open(self._scene, (64, 64), "draft")
        self._retained = self._engine._open_view()
        self._lights = [p for role in ("light", "dome") for p in self._scene._roles.get(role, [])]

    def follow(self) -> None:
        """Bring the embedded engine to what the stage says now."""
        from pxr import UsdGeom

        edits = [edit for thing in self._scene.objects for edit in self._moved(thing.path)]
        edits += [edit for path in self._lights for edit in self._lit(path)]
        edits.append(Edit(self._scene.camera, "pose", decompose(_world(self._stage, self._scene.camera))[0]))
        exposure = math.log2(1250.0) - math.log2(kit.settings["/rtx/post/tonemap/filmIso"] / 100)
        edits.append(Edit("world", "environment.exposure", exposure))
        self._retained.apply(edits)
        hidden = set()
        for part in self._retained._parts:
            prim = self._stage.GetPrimAtPath(part.path)
            imageable = UsdGeom.Imageable(prim if prim.IsA(UsdGeom.Imageable) else prim.GetParent())
            if imageable.ComputeVisibility() == UsdGeom.Tokens.invisible:
                hidden.add(part)
            surface = bound_surface(prim)
            if surface != part.surface:
                part.surface = surface
                part.paint(self._retained._filament, {})
        self._retained._hidden = hidden

    def pixels(self, camera: str, size: tuple[int, int], annotator: str) -> Any:
        """Return what an annotator of a view holds."""
        output = {"rgb": "rgb", "instance_segmentation": "instance_id", "distance_to_image_plane": "depth"}[annotator]
        retained = self._retained
        retained._bring_in([p for p in retained._parts if p not in retained._hidden])
        view = _view(self._stage, camera, size)
        window = Window(x=0, y=0, width=size[0], height=size[1])
        seen = retained._filament.render(retained._target, view, window, output)
        if output == "rgb":
            return np.concatenate([seen, np.full((*seen.shape[:2], 1), 255, np.uint8)], axis=2)
        return (seen + FIRST_ID - 1).astype(np.uint32) if output == "instance_id" else seen

    def legend(self) -> dict[str, Any]:
        """Return what the numbers of the instance image stand for, keys as text, as the older annotators have them."""
        labels = {str(thing.id + FIRST_ID - 1): thing.path for thing in self._scene.objects}
        return {"idToLabels": {"0": "BACKGROUND", "1": "UNLABELLED", **labels}, "idToSemantics": {}}

    def _moved(self, path: str) -> list[Edit]:
        pose, scale = decompose(_world(self._stage, path))
        stage_scale = self._scene.thing(path).scale
        factor = tuple(a / b for a, b in zip(scale, stage_scale, strict=True))
        return [Edit(path, "pose", pose), Edit(path, "scale", factor)]

    def _lit(self, path: str) -> list[Edit]:
        prim = self._stage.GetPrimAtPath(path)
        read = {n: prim.GetAttribute(f"inputs:{n}").Get() for n in ("intensity", "exposure", "color")}
        edits = [
            Edit(path, "light.intensity", float(read["intensity"]) * 2.0 ** float(read["exposure"])),
            Edit(path, "light.color", tuple(read["color"])),
        ]
        if prim.GetAttribute("inputs:enableColorTemperature").Get():
            edits.append(Edit(path, "light.temperature", prim.GetAttribute("inputs:colorTemperature").Get()))
        if prim.GetTypeName() != "DomeLight":
            edits.append(Edit(path, "pose", decompose(_world(self._stage, path))[0]))
        return edits


def camera_parameters(stage: Any, path: str, size: tuple[int, int]) -> dict[str, Any]:
    """Return view and projection for row vectors, USD's camera axes, as flat lists."""
    view = _view(stage, path, size)
    width, height = size
    projection = np.zeros((4, 4))
    projection[0, 0], projection[1, 1] = 2 * view.fx / width, 2 * view.fy / height
    projection[2, 3], projection[3, 2] = -1.0, view.near
    to_camera = np.linalg.inv(view.world_from_camera).T
    return {
        "cameraViewTransform": to_camera.ravel().tolist(),
        "cameraProjection": projection.ravel().tolist(),
        "renderProductResolution": list(size),
        "metersPerSceneUnit": 1.0,
    }


def _view(stage: Any, path: str, size: tuple[int, int]) -> View:
    from pxr import UsdGeom

    camera = UsdGeom.Camera(stage.GetPrimAtPath(path))
    focal = size[0] * camera.GetFocalLengthAttr().Get() / camera.GetHorizontalApertureAttr().Get()
    near, far = camera.GetClippingRangeAttr().Get()
    pose, _ = decompose(_world(stage, path))
    return View(
        world_from_camera=matrix(pose),
        fx=focal,
        fy=focal,
        cx=size[0] / 2,
        cy=size[1] / 2,
        near=float(near),
        far=float(far),
    )


def _world(stage: Any, path: str) -> Array:
    from pxr import UsdGeom

    return np.array(UsdGeom.XformCache().GetLocalToWorldTransform(stage.GetPrimAtPath(path)), dtype=float).T


def _classes(prim: Any) -> list[str]:
    from pxr import UsdSemantics

    return [
        str(label)
        for taxonomy in UsdSemantics.LabelsAPI.GetDirectTaxonomies(prim)
        for label in UsdSemantics.LabelsAPI(prim, taxonomy).GetLabelsAttr().Get() or []
    ]
