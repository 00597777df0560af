"""KITTI object detection, as TAO reads it: a label file beside every picture, in the seed workflow's folder."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar, cast

from palletjack_dr import Registry, Writer, hookimpl, setting
from palletjack_dr.dataset import Dataset
from palletjack_dr.frame import Frame
from palletjack_dr.validate.kitti import UNKNOWN_3D


@dataclass(frozen=True, kw_only=True)
class Kitti(Writer):
    """Writes ``label_folder``/000007.txt, empty where nothing is visible, and ``ImageSets``/train.txt for each split.

    Boxes are [x1, x2) x [y1, y2) pixels, 0-based: x2 - x1 is the width. The integer occlusion is 0 below
    ``partly``, 1 below ``largely``, else 2; 3 ("unknown") stands where it was not measured. With
    ``annotator=boxes_3d`` in the run the 3D columns are filled in.
    """

    reads: ClassVar[tuple[str, ...]] = ("boxes_2d",)
    label_folder: str = "Camera/object_detection"
    set_folder: str = "ImageSets"
    partly: float = setting(0.05, low=0.0, high=1.0)
    largely: float = setting(0.5, low=0.0, high=1.0)

    def files(self, frame: Frame) -> Iterable[tuple[str, bytes]]:
        """Return the label file."""
        rows = cast("list[dict[str, Any]]", frame.annotations["boxes_2d"])
        solid = {r["id"]: r["kitti"] for r in cast("list[dict[str, Any]]", frame.annotations.get("boxes_3d", []))}
        lines = (self.line(row, solid.get(row["id"])) for row in rows)
        yield f"{self.label_folder}/{frame.name}.txt", "".join(lines).encode()

    def summary(self, dataset: Dataset) -> Iterable[tuple[str, bytes]]:
        """Return the list of frames of each split."""
        for split, records in dataset.splits().items():
            yield f"{self.set_folder}/{split}.txt", "".join(f"{r['frame']:06d}\n" for r in records).encode()

    def line(self, row: dict[str, Any], solid: dict[str, float] | None = None) -> str:
        """Return the 15 columns of one box."""
        name = "_".join(str(row["label"]).lower().split())
        x1, y1, x2, y2 = row["box"]
        truncated = row["truncation"] or 0.0
        box = f"{x1:.2f} {y1:.2f} {x2:.2f} {y2:.2f}"
        head = f"{name} {truncated:.2f} {self._occluded(row['occlusion'])}"
        if solid is None:
            return f"{head} -10.00 {box} {UNKNOWN_3D}\n"
        rest = " ".join(f"{solid[n]:.2f}" for n in ("h", "w", "l", "x", "y", "z", "rotation_y"))
        return f"{head} {solid['alpha']:.2f} {box} {rest}\n"

    def _occluded(self, ratio: float | None) -> int:
        if ratio is None:
            return 3
        return 0 if ratio < self.partly else 1 if ratio < self.largely else 2


@hookimpl
def dr_register(registry: Registry) -> None:
    """Offer ``writer=kitti``."""
    registry.writer(Kitti)
