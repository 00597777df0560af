"""Labelled pictures as training and evaluation see them, read from our datasets or from COCO and KITTI folders."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from palletjack_dr.dataset import Dataset
from palletjack_dr.errors import DatasetError, did_you_mean
from palletjack_dr.journal import LINES
from palletjack_dr.split import Split
from palletjack_dr.validate.coco import find_picture, is_coco
from palletjack_dr.validate.findings import Label as KittiLabel
from palletjack_dr.validate.kitti import read_kitti

Box = tuple[float, float, float, float]
"""[x1, x2) x [y1, y2) in pixels of the picture, 0-based."""

UNSPLIT = Split(shares={"train": 0.9, "val": 0.1}, by="frame", seed=0)
"""How a set without splits of its own is divided: by hash of the picture's number."""

OCCLUSION = {0: 0.0, 1: 0.25, 2: 0.75}
"""What stands for the share that KITTI's levels leave open: fully visible, partly occluded, largely occluded."""


@dataclass(frozen=True, kw_only=True)
class Label:
    """One object: class ``name``, ``box`` [px], and what is known of it.

    ``ignore``: finding it is neither right nor wrong. ``alternative``: a second admissible extent. ``occlusion``
    and ``truncation`` are shares in [0, 1], ``distance`` is in metres; None where the set does not tell. Sets that
    tell levels (``occluded`` 0 to 2, ``truncated`` 0 or 1) get the shares of ``OCCLUSION``, and 0 or 1.
    """

    name: str
    box: Box
    ignore: bool = False
    alternative: Box | None = None
    occlusion: float | None = None
    truncation: float | None = None
    distance: float | None = None


@dataclass(frozen=True, kw_only=True)
class Picture:
    """One picture: file, ``size`` (width, height) [px], and its labels, none for pure background."""

    path: Path
    size: tuple[int, int]
    labels: tuple[Label, ...]


@dataclass(frozen=True, kw_only=True)
class LabelledSet:
    """Pictures of one source. ``classes`` are those that it may hold, seen or not, in alphabetical order."""

    folder: Path
    pictures: Sequence[Picture]
    classes: tuple[str, ...]

    @staticmethod
    def open(folder: Path, split: str | None = None, rename: Mapping[str, str] | None = None) -> LabelledSet:
        """Read a dataset of ours, a folder with COCO JSON, or one with KITTI labels; ``split`` takes a part of it.

        ``rename`` maps class names (``pallet_truck`` -> ``palletjack``; a class mapped to "" is left out). Raises
        ``DatasetError`` where the folder holds no labelled picture or not that split.
        """
        if not folder.is_dir():
            raise DatasetError(f"{str(folder)!r} is no folder; give one that holds a dataset")
        if (folder / LINES).is_file():
            found = _own(folder, split)
        elif tables := [p for p in (*folder.glob("*.json"), *folder.glob("annotations/*.json")) if is_coco(p)]:
            found = _coco(folder, sorted(tables), split)
        else:
            found = _kitti(folder, split)
        if not found.pictures:
            part = f", split {split!r}," if split else ""
            raise DatasetError(f"{folder}{part} holds no labelled picture; generate some, or name another folder")
        return found.renamed(rename or {})

    @staticmethod
    def of_coco(table: Path, pictures: Path) -> LabelledSet:
        """Read one COCO file, whose pictures lie in or below ``pictures``. Raises ``DatasetError``."""
        found = _coco(pictures, [table], None)
        if not found.pictures:
            raise DatasetError(f"{table} names no picture; name another file")
        return found

    def renamed(self, names: Mapping[str, str]) -> LabelledSet:
        """Return the set under other class names, without those that are mapped to nothing."""
        for old in names:
            if old not in self.classes:
                raise DatasetError(f"{self.folder}: no class {old!r} to rename{did_you_mean(old, self.classes)}")
        classes = tuple(sorted({new for old in self.classes if (new := names.get(old, old))}))
        pictures = [replace(p, labels=tuple(_renamed(p.labels, names))) for p in self.pictures]
        return replace(self, pictures=pictures, classes=classes)

    def counts(self) -> Counter[str]:
        """Return how many labels each class has, ignored ones left out."""
        return Counter(label.name for p in self.pictures for label in p.labels if not label.ignore)


def _renamed(labels: Sequence[Label], names: Mapping[str, str]) -> list[Label]:
    return [replace(label, name=new) for label in labels if (new := names.get(label.name, label.name))]


def _own(folder: Path, split: str | None) -> LabelledSet:
    dataset = Dataset.open(folder)
    splits = dataset.splits()
    chosen = dataset.records
    if split is not None and len(splits) > 1:
        if split not in splits:
            raise DatasetError(f"{folder}: no split {split!r}{did_you_mean(split, splits)}")
        chosen = splits[split]
    elif split is not None:
        chosen = [r for r in dataset.records if _falls(r["frame"], split, folder)]
    width, height = dataset.config["resolution"]
    pictures = [
        Picture(path=dataset.picture(r), size=(width, height), labels=tuple(_own_label(o) for o in _seen(r["objects"])))
        for r in chosen
    ]
    return LabelledSet(folder=folder, pictures=pictures, classes=tuple(dataset.classes()))


def _seen(objects: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [row for row in objects if row["role"] == "target" and row["box"] is not None]


def _own_label(row: Mapping[str, Any]) -> Label:
    x1, y1, x2, y2 = map(float, row["box"])
    known = {name: row[name] for name in ("occlusion", "truncation", "distance")}
    return Label(name=row["label"], box=(x1, y1, x2, y2), **known)


def _coco(folder: Path, tables: Sequence[Path], split: str | None) -> LabelledSet:
    """Read COCO; with a split, the file whose name ends in it, or a share of the only file."""
    named = [path for path in tables if split is not None and path.stem.endswith(split)]
    pictures: list[Picture] = []
    classes: set[str] = set()
    for path in named or tables:
        content = json.loads(path.read_text(encoding="utf-8"))
        names = {row["id"]: str(row["name"]) for row in content["categories"]}
        classes |= set(names.values())
        labels: dict[Any, list[Label]] = {row["id"]: [] for row in content["images"]}
        for row in content["annotations"]:
            if row["image_id"] not in labels or row["category_id"] not in names:
                raise DatasetError(f"{path}: annotation {row.get('id')} names an image or a category that is not there")
            labels[row["image_id"]].append(_coco_label(row, names[row["category_id"]]))
        for number, row in enumerate(content["images"]):
            picture = find_picture(path, folder, str(row["file_name"]))
            if picture is None:
                raise DatasetError(f"{path}: the picture {row['file_name']!r} is not there; copy it below {folder}")
            if split is None or named or _falls(number, split, folder):
                size = (int(row["width"]), int(row["height"]))
                pictures.append(Picture(path=picture, size=size, labels=tuple(labels[row["id"]])))
    return LabelledSet(folder=folder, pictures=pictures, classes=tuple(sorted(classes)))


def _coco_label(row: Mapping[str, Any], name: str) -> Label:
    return Label(
        name=name,
        box=_corners(row["bbox"]),
        ignore=bool(row.get("ignore")) or bool(row.get("iscrowd")),
        alternative=_corners(row["bbox_alt"]) if row.get("bbox_alt") else None,
        occlusion=row.get("occlusion", OCCLUSION.get(row.get("occluded", -1))),
        truncation=row.get("truncation", row.get("truncated")),
        distance=row.get("distance"),
    )


def _corners(box: Sequence[float]) -> Box:
    x, y, width, height = map(float, box)
    return x, y, x + width, y + height


def _kitti(folder: Path, split: str | None) -> LabelledSet:
    from palletjack_dr.validate.pictures import picture_size

    reading = read_kitti(folder)
    for finding in reading.findings:
        if finding.check in ("schema", "layout"):
            raise DatasetError(
                f"{folder}: {finding.where}: {finding.what}; 'palletjack-dr validate' lists all findings"
            )
    pictures = []
    for number, image in enumerate(reading.images):
        if split is None or _falls(number, split, folder):
            size = picture_size(image.picture)
            if size is None:
                raise DatasetError(f"{image.picture}: not a picture that can be read; make it again or remove it")
            labels = tuple(_kitti_label(x) for x in image.labels)
            pictures.append(Picture(path=image.picture, size=size, labels=labels))
    classes = {label.name for image in reading.images for label in image.labels if label.name.lower() != "dontcare"}
    return LabelledSet(folder=folder, pictures=pictures, classes=tuple(sorted(classes)))


def _kitti_label(label: KittiLabel) -> Label:
    level = -1 if label.occluded is None else label.occluded
    return Label(name=label.name, box=label.box, truncation=label.truncated, occlusion=OCCLUSION.get(level))


def _falls(number: int, split: str, folder: Path) -> bool:
    """Return whether a picture of a set without splits falls into one, when it is divided by hash."""
    if split not in UNSPLIT.shares:
        raise DatasetError(f"{folder} has no splits and is divided into {' and '.join(UNSPLIT.shares)}, not {split!r}")
    return UNSPLIT.of(number) == split
