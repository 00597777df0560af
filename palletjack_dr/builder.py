"""Build the scene: one stage, filled by the environment and asset components through the same few methods."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from palletjack_dr.assets_root import AssetsRoot, EngineAsset
from palletjack_dr.errors import EngineError, SceneError
from palletjack_dr.geometry import Pose, look_at, matrix, pose
from palletjack_dr.scene import Scene, set_label

if TYPE_CHECKING:
    from pxr import Usd

GAP = 0.25
"""Distance [m] between objects where the builder first puts them, in a row of their own."""


class SceneBuilder:
    """Fills a stage in Z-up metres; assets in other units or up axes are wrapped, never edited."""

    def __init__(self, resolution: tuple[int, int], root: AssetsRoot | None = None) -> None:
        from pxr import Gf, Usd, UsdGeom

        self.stage = Usd.Stage.CreateInMemory()
        UsdGeom.SetStageUpAxis(self.stage, UsdGeom.Tokens.z)
        UsdGeom.SetStageMetersPerUnit(self.stage, 1.0)
        self.stage.SetDefaultPrim(UsdGeom.Xform.Define(self.stage, "/World").GetPrim())
        UsdGeom.Scope.Define(self.stage, "/World/Objects")
        camera = UsdGeom.Camera.Define(self.stage, "/World/Camera")
        camera.GetClippingRangeAttr().Set(Gf.Vec2f(0.05, 100.0))
        camera.GetHorizontalApertureAttr().Set(36.0)
        camera.GetVerticalApertureAttr().Set(36.0 * resolution[1] / resolution[0])
        camera.GetFocalLengthAttr().Set(24.0)
        self.root = root
        self.assets: dict[str, Path] = {}
        self.remote: set[str] = set()
        self.licences: dict[str, str] = {}
        self._counts: dict[str, int] = {}
        self._next_x = 0.0
        self.place("/World/Camera", look_at((-4.0, -4.0, 1.5), (0.0, 0.0, 0.5)))

    def locate(self, wanted: EngineAsset) -> str:
        """Return where a file of the engine's own assets is; ``EngineError`` where the engine has none."""
        if self.root is None:
            raise EngineError(f"{wanted.path!r} lies below Isaac Sim's assets root; run with engine=replicator")
        return self.root.locate(wanted)

    def surroundings(self, usd: Path | str) -> str:
        """Reference a USD file as the environment, with the roles that its prims carry; return its prim path."""
        self._reference("/World/Environment", usd)
        return "/World/Environment/asset"

    def add(
        self, usd: Path | str, *, name: str, role: str, label: str, copies: int = 1, source: Path | None = None
    ) -> list[str]:
        """Reference a USD file, given by path or URL, as ``copies`` objects; return their prim paths.

        ``name`` is the asset's; it becomes part of the paths. ``role`` is what randomizers select by,
        ``label`` the semantic class, ``source`` the file that ``usd`` was made from, if another. Labels inside
        the file are cleared, so that the object is one instance.
        """
        paths = []
        for _ in range(copies):
            stem = "".join(c if c.isalnum() else "_" for c in name)
            self._counts[stem] = self._counts.get(stem, -1) + 1
            path = f"/World/Objects/{stem}_{self._counts[stem]}"
            prim = self._reference(path, usd, source)
            self._clear_labels(path)
            set_label(prim, "role", role)
            set_label(prim, "class", label)
            prim.SetCustomDataByKey("palletjack_dr:asset", name)
            self._park(path)
            paths.append(path)
        return paths

    def size(self, path: str) -> tuple[float, float, float]:
        """Return the extent along x, y and z [m] of an object as it stands in the scene."""
        from pxr import Usd, UsdGeom

        purposes = [UsdGeom.Tokens.default_, UsdGeom.Tokens.render]
        box = UsdGeom.BBoxCache(Usd.TimeCode.Default(), purposes).ComputeWorldBound(self.stage.GetPrimAtPath(path))
        x, y, z = box.ComputeAlignedRange().GetSize()
        return float(x), float(y), float(z)

    def place(self, path: str, frame: Pose) -> None:
        """Set the pose of a prim that the builder made."""
        from pxr import Gf, UsdGeom

        xform = UsdGeom.Xformable(self.stage.GetPrimAtPath(path))
        xform.ClearXformOpOrder()
        xform.AddTransformOp().Set(Gf.Matrix4d(matrix(frame).T.tolist()))

    def scene(self) -> Scene:
        """Return the finished scene."""
        return Scene(self.stage)

    def _reference(self, path: str, usd: Path | str, made_from: Path | None = None) -> Usd.Prim:
        """Reference a file below an outer Xform, which carries the pose; fixed ops turn its units into ours."""
        from pxr import Gf, Tf, Usd, UsdGeom

        try:
            source = Usd.Stage.Open(str(usd))
        except Tf.ErrorException as error:
            reason = str(error).strip().splitlines()[-1]
            raise SceneError(
                f"asset {str(usd)!r} cannot be opened as USD: {reason}; check the path and the file"
            ) from None
        if not source.GetDefaultPrim():
            raise SceneError(f"asset {str(usd)!r} has no default prim; set one (usdview, or stage.SetDefaultPrim)")
        if "://" in str(usd):
            self.remote.add(str(usd))
        else:
            self.assets[str(made_from or usd)] = made_from or Path(usd)
        outer = UsdGeom.Xform.Define(self.stage, path)
        unit = UsdGeom.GetStageMetersPerUnit(source)
        y_up = UsdGeom.GetStageUpAxis(source) == UsdGeom.Tokens.y
        holder = f"{path}/asset"
        if unit != 1.0 or y_up:
            turn = Gf.Matrix4d().SetRotate(Gf.Rotation(Gf.Vec3d(1, 0, 0), 90.0 if y_up else 0.0))
            wrapper = UsdGeom.Xform.Define(self.stage, f"{path}/unit")
            wrapper.AddTransformOp().Set(turn * Gf.Matrix4d().SetScale(unit))
            holder = f"{path}/unit/asset"
        UsdGeom.Xform.Define(self.stage, holder).GetPrim().GetReferences().AddReference(str(usd))
        return outer.GetPrim()

    def _clear_labels(self, path: str) -> None:
        from pxr import Usd, UsdSemantics

        for prim in Usd.PrimRange(self.stage.GetPrimAtPath(path)):
            for taxonomy in UsdSemantics.LabelsAPI.GetDirectTaxonomies(prim):
                UsdSemantics.LabelsAPI(prim, taxonomy).GetLabelsAttr().Set([])

    def _park(self, path: str) -> None:
        """Put a new object beside the ones before it, so that nothing overlaps before it is placed."""
        from pxr import Usd, UsdGeom

        purposes = [UsdGeom.Tokens.default_, UsdGeom.Tokens.render]
        box = UsdGeom.BBoxCache(Usd.TimeCode.Default(), purposes).ComputeWorldBound(self.stage.GetPrimAtPath(path))
        aligned = box.ComputeAlignedRange()
        if aligned.IsEmpty():
            raise SceneError(f"asset at {path} has no geometry to draw; check its meshes, purposes and visibility")
        low, high = np.array(aligned.GetMin()), np.array(aligned.GetMax())
        self.place(path, pose((self._next_x - low[0], 0.0, -low[2])))
        self._next_x += float(high[0] - low[0]) + GAP
