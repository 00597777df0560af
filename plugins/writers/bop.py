"""BOP: 6D pose of known models, one scene per split, as the BOP challenge's tools read it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, cast

import numpy as np

from palletjack_dr import Registry, Writer, hookimpl, setting
from palletjack_dr.dataset import Dataset, Record
from palletjack_dr.errors import ConfigError
from palletjack_dr.frame import Frame
from palletjack_dr.images import png
from palletjack_dr.labels.rle import mask_of


@dataclass(frozen=True, kw_only=True)
class Bop(Writer):
    """Writes ``folder``/train/000000/: rgb, depth, mask, mask_visib, scene_gt, scene_gt_info, scene_camera.

    Models are the target assets, numbered from 1 in alphabetical order (``folder``/models.json); lengths are in
    millimetres. A depth pixel times ``depth_scale`` is millimetres, 0 where there is nothing or more than fits.
    ``cam_K`` has pixel centres at whole numbers, half a pixel off the project's own convention. Distorted
    pictures do not fit the format and are refused; masks are those of the picture, boxes and ``px_count_all``
    also count what reaches beyond it.
    """

    reads: ClassVar[tuple[str, ...]] = ("pose", "masks", "boxes_2d", "depth")
    folder: str = "bop"
    depth_scale: float = setting(1.0, low=0.001, high=100.0)

    def files(self, frame: Frame) -> Iterable[tuple[str, bytes]]:
        """Return picture, depth and masks."""
        assert frame.picture is not None
        if not frame.capture.lens.straight:
            raise ConfigError("writer=bop: the format has no lens distortion; leave one of the two out")
        scene = f"{self.folder}/{frame.split}/000000"
        yield f"{scene}/rgb/{frame.name}{frame.picture.suffix}", frame.picture.content
        depth = np.asarray(frame.annotations["depth"])
        units = np.where(np.isfinite(depth), depth * 1000 / self.depth_scale, 0)
        yield f"{scene}/depth/{frame.name}.png", png(np.where(units < 65535.5, np.rint(units), 0).astype(np.uint16))
        for n, row in enumerate(cast("list[dict[str, Any]]", frame.annotations["masks"])):
            yield f"{scene}/mask/{frame.name}_{n:06d}.png", png(mask_of(row["amodal"]).astype(np.uint8) * 255)
            yield f"{scene}/mask_visib/{frame.name}_{n:06d}.png", png(mask_of(row["visible"]).astype(np.uint8) * 255)

    def summary(self, dataset: Dataset) -> Iterable[tuple[str, bytes]]:
        """Return the tables of each scene, and the list of models."""
        targets = [row for row in dataset.manifest["instances"] if row["role"] == "target"]
        models = {name: n for n, name in enumerate(sorted({row["asset"] for row in targets}), start=1)}
        yield f"{self.folder}/models.json", json.dumps({str(n): name for name, n in models.items()}, indent=1).encode()
        for split, records in dataset.splits().items():
            scene = f"{self.folder}/{split}/000000"
            cameras = {str(r["frame"]): self._camera(r) for r in records}
            yield f"{scene}/scene_camera.json", json.dumps(cameras).encode()
            poses = {str(r["frame"]): [_pose(row, models) for row in r["tables"]["pose"]] for r in records}
            yield f"{scene}/scene_gt.json", json.dumps(poses).encode()
            yield f"{scene}/scene_gt_info.json", json.dumps({str(r["frame"]): _visibility(r) for r in records}).encode()

    def _camera(self, record: Record) -> dict[str, Any]:
        k, view = np.array(record["camera"]["k"]), np.array(record["camera"]["view"])
        k[:2, 2] -= 0.5
        return {
            "cam_K": k.ravel().tolist(),
            "depth_scale": self.depth_scale,
            "cam_R_w2c": view[:3, :3].ravel().tolist(),
            "cam_t_w2c": (view[:3, 3] * 1000).tolist(),
        }


def _pose(row: dict[str, Any], models: dict[str, int]) -> dict[str, Any]:
    return {
        "cam_R_m2c": np.ravel(row["rotation"]).tolist(),
        "cam_t_m2c": (np.array(row["translation"]) * 1000).tolist(),
        "obj_id": models[row["asset"]],
    }


def _visibility(record: Record) -> list[dict[str, Any]]:
    rows = {o["id"]: o for o in record["objects"]}
    return [_counts(rows[row["id"]]) for row in record["tables"]["pose"]]


def _counts(thing: dict[str, Any]) -> dict[str, Any]:
    inside = round(thing["amodal_px"] * (1 - thing["truncation"]))
    return {
        "px_count_all": thing["amodal_px"],
        "px_count_valid": inside,
        "px_count_visib": thing["visible_px"],
        "visib_fract": thing["visible_px"] / thing["amodal_px"],
        "bbox_obj": _sized(thing["amodal_box"]),
        "bbox_visib": _sized(thing["box"]),
    }


def _sized(box: Sequence[int]) -> list[int]:
    x1, y1, x2, y2 = box
    return [x1, y1, x2 - x1, y2 - y1]


@hookimpl
def dr_register(registry: Registry) -> None:
    """Offer ``writer=bop``."""
    registry.writer(Bop)
