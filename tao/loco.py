"""LOCO (Logistics Objects in Context, TU Munich, CC0), brought to our classes and to a folder that training reads.

LOCO is five sites, ``subset-1`` to ``subset-5``, each in its own folders of pictures. Its labels are COCO files, one
for each site, ``loco-sub1-v1-val.json``, ``loco-sub2-v1-train.json`` and so on, and one of all, ``loco-all-v1.json``.
Its authors train on sites 2, 3 and 5 and validate on 1 and 4. ``file_name`` repeats between sites; ``path``
(``/dataset/subset-1/...``) does not, and is what pictures are found by, wherever the archive was unpacked.
"""

from __future__ import annotations

import json
import math
import os
import re
import shutil
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path, PurePosixPath
from typing import Any

from rich.progress import track

from palletjack_dr.errors import ConfigError, DatasetError, did_you_mean
from palletjack_dr.progress import console
from palletjack_dr.tao.labelled_set import Box
from palletjack_dr.validate.findings import PICTURES
from palletjack_dr.validate.pictures import picture_size

CLASSES = {"pallet_truck": "palletjack", "forklift": "forklift"}
"""LOCO's names of what we look for, and ours; its other classes are load and load carriers."""
OFFICIAL = {1: "val", 2: "train", 3: "train", 4: "val", 5: "train"}
"""The split of LOCO's authors, by site."""
SITE = re.compile(r"subset-(\d+)|loco-sub(\d+)-")
NARROWEST = 1.0
"""Side [px] below which what is left of a box inside the picture is no label."""


@dataclass(kw_only=True)
class Photo:
    """One picture: its file, its name below ``images/``, ``site``, size (width, height) [px], labels by our names."""

    path: Path
    name: str
    site: int
    size: tuple[int, int]
    labels: list[tuple[str, Box]] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Loco:
    """What was read: photos, those without a label of our classes included, and how often what was ``left_out``."""

    photos: Sequence[Photo]
    classes: tuple[str, ...]
    left_out: Mapping[str, int]

    def splits(self, by: str) -> dict[str, list[Photo]]:
        """Return photos by split: ``train`` and ``val`` of the authors, or ``site1``, ``site2``, ... ``by`` "site"."""
        found: defaultdict[str, list[Photo]] = defaultdict(list)
        for photo in self.photos:
            found[f"site{photo.site}" if by == "site" else OFFICIAL.get(photo.site, "train")].append(photo)
        return dict(sorted(found.items()))


def read_loco(folder: Path, classes: Mapping[str, str], without: Path | None = None) -> Loco:
    """Read the labels and find the pictures below ``folder``; ``classes`` maps LOCO's names to ours.

    Boxes are clipped to their picture. Left out, and counted with the reason, are labels of other classes, without
    area, outside their picture or given twice, and pictures that are missing, broken, of another size than their
    labels, or the same as an earlier one. Pictures below ``without`` are not looked at.
    """
    tables = _tables(folder)
    files = _Files(folder, without)
    left_out: Counter[str] = Counter()
    photos: dict[str, Photo] = {}
    contents: set[bytes] = set()
    names: set[str] = set()
    listed = 0
    for table in tables:
        content = json.loads(table.read_text(encoding="utf-8"))
        categories = {row["id"]: str(row["name"]) for row in content["categories"]}
        names |= set(categories.values())
        listed += len(content["images"])
        by_id: dict[Any, Photo | None] = {}
        for row in track(content["images"], table.name, console=console, transient=True):
            photo, flaw = files.photo(row, table)
            if photo is not None and photo.name in photos:
                photo, flaw = photos[photo.name], "picture listed twice"
            elif photo is not None:
                digest = blake2b(photo.path.read_bytes()).digest()
                if digest in contents:
                    photo, flaw = None, "picture the same as an earlier one"
                else:
                    contents.add(digest)
                    photos[photo.name] = photo
            by_id[row["id"]] = photo
            left_out.update([flaw] if flaw else [])
        left_out.update(_label(content["annotations"], categories, by_id, classes))
    for name in classes:
        if name not in names:
            raise ConfigError(f"{folder}: LOCO has no class {name!r}{did_you_mean(name, names)}")
    if not photos:
        raise DatasetError(
            f"{folder}: none of the {listed} pictures that {tables[0].name} and others list is there; "
            f"unpack LOCO's picture archive, with its folders subset-1 to subset-5, below it"
        )
    ours = tuple(sorted({new for new in classes.values() if new}))
    return Loco(photos=list(photos.values()), classes=ours, left_out=dict(left_out.most_common()))


def write_coco(loco: Loco, by: str, folder: Path) -> dict[str, dict[str, int]]:
    """Write ``annotations/instances_SPLIT.json`` and ``images/``, and return the counts of each split.

    Pictures are hard links, which take no room, or copies where the folder is on another disk.
    """
    numbers = {name: n for n, name in enumerate(loco.classes, start=1)}
    counts = {}
    for split, photos in loco.splits(by).items():
        images: list[dict[str, Any]] = []
        annotations: list[dict[str, Any]] = []
        for number, photo in enumerate(track(photos, split, console=console, transient=True), start=1):
            _link(photo.path, folder / "images" / photo.name)
            width, height = photo.size
            images.append({"id": number, "file_name": photo.name, "width": width, "height": height, "site": photo.site})
            for name, (x1, y1, x2, y2) in photo.labels:
                bbox, area = [x1, y1, x2 - x1, y2 - y1], (x2 - x1) * (y2 - y1)
                row = {"id": len(annotations) + 1, "image_id": number, "category_id": numbers[name]}
                annotations.append({**row, "bbox": bbox, "area": area, "iscrowd": 0})
        content = {
            "info": {"description": f"LOCO (github.com/tum-fml/loco), {split}", "version": "1"},
            "licenses": [{"id": 1, "name": "CC0 1.0", "url": "https://creativecommons.org/publicdomain/zero/1.0/"}],
            "images": images,
            "annotations": annotations,
            "categories": [{"id": n, "name": name} for name, n in numbers.items()],
        }
        path = folder / "annotations" / f"instances_{split}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content), encoding="utf-8")
        labels = Counter(name for photo in photos for name, _ in photo.labels)
        empty = sum(not photo.labels for photo in photos)
        counts[split] = {"pictures": len(photos), "without labels": empty, **{n: labels[n] for n in loco.classes}}
    return counts


class _Files:
    """The pictures below a folder by what follows from ``subset-N`` on in their path, wherever that lies."""

    def __init__(self, folder: Path, without: Path | None) -> None:
        self._by_key: dict[str, Path] = {}
        self._by_name: defaultdict[tuple[int, str], list[str]] = defaultdict(list)
        for path in sorted(folder.rglob("*")):
            if path.suffix.lower() in PICTURES and not (without and path.resolve().is_relative_to(without.resolve())):
                key = _from_subset(path.relative_to(folder).as_posix())
                if key is not None and key not in self._by_key:
                    self._by_key[key] = path
                    self._by_name[_site(key), path.name].append(key)

    def photo(self, row: Mapping[str, Any], table: Path) -> tuple[Photo | None, str]:
        """Return the photo of a row of COCO's images, or None and why it cannot be used."""
        key = _from_subset(str(row.get("path", row["file_name"])))
        site = _site(key or table.name)
        if key is None or key not in self._by_key:
            of_name = self._by_name[site, PurePosixPath(str(row["file_name"])).name]
            if len(of_name) != 1:
                return None, "picture not there" if not of_name else "picture's name not unique"
            key = of_name[0]
        path, size = self._by_key[key], (int(row["width"]), int(row["height"]))
        found = picture_size(path)
        if found != size:
            return None, "picture broken" if found is None else "picture of another size than its labels"
        return Photo(path=path, name=key, site=site, size=size), ""


def _tables(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise DatasetError(f"{str(folder)!r} is no folder; give the one that LOCO lies in")
    sites, whole = sorted(folder.rglob("loco-sub*-v1*.json")), sorted(folder.rglob("loco-all-v1.json"))
    if not sites and not whole:
        raise DatasetError(
            f"{folder}: neither loco-sub1-v1-val.json and others nor loco-all-v1.json in it or below it; "
            f"take them from the folder rgb of github.com/tum-fml/loco"
        )
    return sites or whole[:1]


def _from_subset(path: str) -> str | None:
    """Return a path from ``subset-N`` on."""
    parts = PurePosixPath(path).parts
    first = next((i for i, part in enumerate(parts[:-1]) if re.fullmatch(r"subset-\d+", part)), None)
    return None if first is None else "/".join(parts[first:])


def _site(text: str) -> int:
    """Return the number of the site that a path or a table's name tells, 0 where it tells none."""
    match = SITE.search(text)
    return int(match[1] or match[2]) if match else 0


def _label(
    rows: Iterable[Mapping[str, Any]],
    categories: Mapping[Any, str],
    photos: Mapping[Any, Photo | None],
    classes: Mapping[str, str],
) -> Iterable[str]:
    """Give photos their labels, and yield for each label that is not used, or is clipped, why."""
    for row in rows:
        name = categories.get(row["category_id"], "")
        photo = photos.get(row["image_id"])
        if not classes.get(name):
            yield f"label of class {name or 'unknown'}"
        elif photo is None:
            yield "label of a picture that is left out"
        else:
            label, flaw = _clipped(row.get("bbox"), photo.size)
            if label is not None and (classes[name], label) in photo.labels:
                yield "label given twice"
            elif label is not None:
                photo.labels.append((classes[name], label))
            if flaw:
                yield flaw


def _clipped(bbox: Any, size: tuple[int, int]) -> tuple[Box | None, str]:
    """Return x1 y1 x2 y2 of a COCO box within the picture, or None, and what was wrong with it."""
    numbers = isinstance(bbox, list) and len(bbox) == 4 and all(isinstance(v, (int, float)) for v in bbox)
    if not numbers or not all(math.isfinite(v) for v in bbox):
        return None, "label without a box"
    x, y, width, height = map(float, bbox)
    if width <= 0 or height <= 0:
        return None, "label without area"
    x1, y1, x2, y2 = max(x, 0.0), max(y, 0.0), min(x + width, float(size[0])), min(y + height, float(size[1]))
    if x2 - x1 < NARROWEST or y2 - y1 < NARROWEST:
        return None, "label outside its picture or thinner than a pixel"
    return (x1, y1, x2, y2), "" if (x1, y1, x2, y2) == (x, y, x + width, y + height) else "label clipped, and kept"


def _link(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target)
    except OSError:  # another disk, or one without hard links
        shutil.copy2(source, target)
