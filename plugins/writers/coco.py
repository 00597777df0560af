"""COCO: detection and segmentation for every split, and panoptic segmentation if the run makes it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from palletjack_dr import Registry, Writer, hookimpl
from palletjack_dr.dataset import Dataset, Record
from palletjack_dr.frame import Frame
from palletjack_dr.images import png
from palletjack_dr.labels.rle import area


@dataclass(frozen=True, kw_only=True)
class Coco(Writer):
    """Writes ``folder``/instances_train.json for each split, pictures named below the dataset folder.

    Categories are the classes of the targets in alphabetical order, their ids count from 1. ``bbox`` is
    [x, y, width, height] of the visible pixels, ``segmentation`` their run-length encoded mask, ``area`` its
    pixels. Beyond COCO, ``amodal_bbox``, ``amodal_segmentation``, ``occlusion`` and ``truncation`` are ours; an
    image also names its split and camera. With the annotators ``panoptic_segmentation`` and ``panoptic_segments``
    in the run, panoptic_train.json and the folder panoptic_train/ are written as well.
    """

    reads: ClassVar[tuple[str, ...]] = ("boxes_2d", "masks")
    folder: str = "coco"

    def files(self, frame: Frame) -> Iterable[tuple[str, bytes]]:
        """Return the panoptic image, if there is one."""
        panoptic = frame.annotations.get("panoptic_segmentation")
        if isinstance(panoptic, np.ndarray):
            bytes_of = np.stack([panoptic % 256, panoptic // 256 % 256, panoptic // 65536], axis=2)
            yield f"{self.folder}/panoptic_{frame.split}/{frame.name}.png", png(bytes_of.astype(np.uint8))

    def summary(self, dataset: Dataset) -> Iterable[tuple[str, bytes]]:
        """Return one file per split, two with panoptic segmentation."""
        for split, records in dataset.splits().items():
            made = {**_head(dataset), "images": [_image(dataset, r) for r in records]}
            numbers = {name: n for n, name in enumerate(dataset.classes(), start=1)}
            instances = {
                **made,
                "categories": [{"id": n, "name": name, "supercategory": "target"} for name, n in numbers.items()],
                "annotations": _numbered(row for r in records for row in _annotations(r, numbers)),
            }
            yield f"{self.folder}/instances_{split}.json", json.dumps(instances).encode()
            if {"panoptic_segmentation", "panoptic_segments"} <= dataset.config["annotators"].keys():
                panoptic = {**made, **self._panoptic(dataset, records)}
                yield f"{self.folder}/panoptic_{split}.json", json.dumps(panoptic).encode()

    def _panoptic(self, dataset: Dataset, records: Iterable[Record]) -> dict[str, Any]:
        things = dataset.classes(*dataset.config["annotators"]["panoptic_segmentation"]["roles"])
        legend = dataset.manifest["legends"]["panoptic_segmentation"]
        annotations = []
        for record in records:
            image = f"{self.folder}/panoptic_{record['split']}/{record['frame']:06d}.png"
            if image in record["files"]:
                segments = record["tables"]["panoptic_segments"]
                file = {"image_id": record["frame"], "file_name": image.rpartition("/")[2]}
                annotations.append({**file, "segments_info": segments})
        return {
            "categories": [{"id": n, "name": name, "isthing": int(name in things)} for name, n in legend.items()],
            "annotations": annotations,
        }


def _head(dataset: Dataset) -> dict[str, Any]:
    info = {"description": dataset.name, "version": "1.0", "seed": dataset.config["seed"]}
    return {"info": info | {k: dataset.manifest[k] for k in ("palletjack_dr", "engine", "assets")}, "licenses": []}


def _image(dataset: Dataset, record: Record) -> dict[str, Any]:
    width, height = dataset.config["resolution"]
    return {
        "id": record["frame"],
        "file_name": record["picture"],
        "width": width,
        "height": height,
        "split": record["split"],
        "attempt": record["attempt"],
        "camera": record["camera"],
    }


def _annotations(record: Record, numbers: Mapping[str, int]) -> Iterable[dict[str, Any]]:
    masks = {row["id"]: row for row in record["tables"]["masks"]}
    for row in record["tables"]["boxes_2d"]:
        if row["label"] in numbers and row["id"] in masks:
            mask = masks[row["id"]]
            yield {
                "image_id": record["frame"],
                "category_id": numbers[row["label"]],
                "bbox": _sized(row["box"]),
                "segmentation": mask["visible"],
                "area": area(mask["visible"]),
                "iscrowd": 0,
                "object_id": row["id"],
                "amodal_bbox": _sized(row["amodal_box"]) if row["amodal_box"] else None,
                "amodal_segmentation": mask["amodal"],
                "occlusion": row["occlusion"],
                "truncation": row["truncation"],
            }


def _numbered(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"id": n, **row} for n, row in enumerate(rows, start=1)]


def _sized(box: tuple[int, int, int, int]) -> list[int]:
    x1, y1, x2, y2 = box
    return [x1, y1, x2 - x1, y2 - y1]


@hookimpl
def dr_register(registry: Registry) -> None:
    """Offer ``writer=coco``."""
    registry.writer(Coco)
