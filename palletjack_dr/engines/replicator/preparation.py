"""The scene as a stage that Isaac Sim opens, checked and labelled there.

The scene is written to a file and opened below an empty root layer, which takes all that the engine changes.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from palletjack_dr.engines.replicator.versions import Release
from palletjack_dr.errors import EngineError
from palletjack_dr.geometry import Array

if TYPE_CHECKING:
    from pxr import Usd

    from palletjack_dr.scene import Scene

log = logging.getLogger(__name__)


def write_stage(scene: Scene, folder: Path) -> Path:
    """Write a scene into ``folder`` as a stage to open: an empty root layer over the scene's; return its path."""
    from pxr import Sdf, UsdUtils

    own = Sdf.Layer.CreateNew(str(folder / "scene.usda"))
    own.TransferContent(scene.stage.GetRootLayer())
    UsdUtils.ModifyAssetPaths(own, lambda path: _anchored(path))
    own.Save()
    root = Sdf.Layer.CreateNew(str(folder / "live.usda"))
    root.subLayerPaths.append("./scene.usda")
    for key in ("upAxis", "metersPerUnit"):
        root.pseudoRoot.SetInfo(key, scene.stage.GetMetadata(key))
    root.defaultPrim = "World"
    root.Save()
    return folder / "live.usda"


def prepare(stage: Usd.Stage, scene: Scene, release: Release) -> None:
    """Check that the open stage is the scene, make instances plain prims, and label the objects."""
    _check_places(stage, scene)
    _break_instances(stage)
    _label(stage, scene, release)


def _check_places(stage: Usd.Stage, scene: Scene) -> None:
    """Refuse a live stage on which things are not where the scene has them: Isaac Sim may convert units by itself."""
    from pxr import Usd, UsdGeom

    ours, theirs = UsdGeom.XformCache(), UsdGeom.XformCache()
    for thing in scene.objects:
        for prim in Usd.PrimRange(scene.stage.GetPrimAtPath(thing.path), Usd.TraverseInstanceProxies()):
            if not prim.IsA(UsdGeom.Xformable):
                continue
            other = stage.GetPrimAtPath(prim.GetPath())
            if not other:
                raise EngineError(
                    f"{prim.GetPath()} is missing on Isaac Sim's stage; look for its messages about files"
                )
            here, there = _matrix(ours.GetLocalToWorldTransform(prim)), _matrix(theirs.GetLocalToWorldTransform(other))
            if not np.allclose(here, there, rtol=1e-4, atol=1e-4):
                factor = np.linalg.norm(there[:3, 0]) / np.linalg.norm(here[:3, 0])
                raise EngineError(
                    f"{prim.GetPath()} is {factor:.3g} times as large on Isaac Sim's stage as in the scene, or stands "
                    f"elsewhere: its units were converted twice; switch the extension omni.usd.metrics.assembler.ui off"
                )


def _label(stage: Usd.Stage, scene: Scene, release: Release) -> None:
    """Leave one label on each object and none elsewhere: Replicator joins those of a prim with those above it."""
    from pxr import UsdSemantics

    for prim in stage.GetPseudoRoot().GetChildren():
        release.clear_labels(prim)
    for prim in stage.Traverse():
        for taxonomy in UsdSemantics.LabelsAPI.GetDirectTaxonomies(prim):
            UsdSemantics.LabelsAPI(prim, taxonomy).GetLabelsAttr().Set([])
    for thing in (thing for thing in scene.objects if thing.role != "decal"):
        release.set_label(stage.GetPrimAtPath(thing.path), thing.label)


def _break_instances(stage: Usd.Stage) -> None:
    """Make every instance a plain prim: labels and materials cannot be written inside a shared prototype."""
    broken = 0
    while instances := [prim for prim in stage.Traverse() if prim.IsInstance()]:
        for prim in instances:
            prim.SetInstanceable(False)
        broken += len(instances)
    if broken:
        log.info("%d instanceable prims became plain ones, so that they can be labelled and painted", broken)


def _anchored(path: str) -> str:
    """Return an asset path that does not depend on the folder of the layer: the scene's has none, so the user's."""
    if "://" in path or not path or Path(path).is_absolute():
        return path
    here = Path(path).absolute()
    return str(here) if here.exists() else path


def _matrix(m: Any) -> Array:
    return np.array(m, dtype=float).T
