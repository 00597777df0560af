"""KITTI object detection, as TAO reads it: pictures and label files in the folders that the seed workflow uses."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar, cast

from palletjack_dr import Registry, Writer, hookimpl, setting
from palletjack_dr.frame import Frame
from palletjack_dr.images import png

UNKNOWN_3D = "-1.00 -1.00 -1.00 -1000.00 -1000.00 -1000.00 -10.00"
"""KITTI's values for height, width, length, x, y, z and rotation_y that are not given."""


@dataclass(frozen=True, kw_only=True)
class Kitti(Writer):
    """Writes ``rgb_folder``/000007.png and ``label_folder``/000007.txt, empty where nothing is visible.

    Boxes are [x1, x2) x [y1, y2) pixels, 0-based: x2 - x1 is the width. The integer occlusion is 0 below
    ``partly``, 1 below ``largely``, else 2; 3 ("unknown") stands where it was not measured.
    """

    reads: ClassVar[tuple[str, ...]] = ("boxes_2d",)
    rgb_folder: str = "Camera/rgb"
    label_folder: str = "Camera/object_detection"
    partly: float = setting(0.05, low=0.0, high=1.0)
    largely: float = setting(0.5, low=0.0, high=1.0)

    def files(self, frame: Frame) -> Iterable[tuple[str, bytes]]:
        """Return the picture and the label file."""
        assert frame.capture.rgb is not None
        rows = cast("list[dict[str, Any]]", frame.annotations["boxes_2d"])
        yield f"{self.rgb_folder}/{frame.name}.png", png(frame.capture.rgb)
        yield f"{self.label_folder}/{frame.name}.txt", "".join(map(self.line, rows)).encode()

    def line(self, row: dict[str, Any]) -> str:
        """Return the 15 columns of one box."""
        name = "_".join(str(row["label"]).lower().split())
        x1, y1, x2, y2 = row["box"]
        truncated = row["truncation"] or 0.0
        box = f"{x1:.2f} {y1:.2f} {x2:.2f} {y2:.2f}"
        return f"{name} {truncated:.2f} {self._occluded(row['occlusion'])} -10.00 {box} {UNKNOWN_3D}\n"

    def _occluded(self, ratio: float | None) -> int:
        if ratio is None:
            return 3
        return 0 if ratio < self.partly else 1 if ratio < self.largely else 2


@hookimpl
def dr_register(registry: Registry) -> None:
    """Offer ``writer=kitti``."""
    registry.writer(Kitti)
