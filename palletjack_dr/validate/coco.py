"""Read COCO detection files, strictly."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from palletjack_dr.validate.findings import Label, LabelledImage, Reading, files_below


def read_coco(folder: Path) -> Reading:
    """Read every JSON file below ``folder`` that lists images and annotations with boxes."""
    reading = Reading()
    found = 0
    for path in files_below(folder, reading.findings):
        if path.suffix == ".json" and path.stat().st_size:
            content = _load(path)
            if content is not None:
                found += 1
                _read_file(path, folder, content, reading)
    if not found:
        reading.note("layout", ".", "no JSON file lists images and annotations")
    return reading


def is_coco(path: Path) -> bool:
    """Return whether a file is COCO's."""
    return _load(path) is not None


def _load(path: Path) -> dict[str, Any] | None:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(content, dict) or not {"images", "annotations", "categories"} <= content.keys():
        return None
    return None if any("segments_info" in a for a in content["annotations"]) else content


def _read_file(path: Path, root: Path, content: Mapping[str, Any], reading: Reading) -> None:
    where = str(path.relative_to(root))
    names = {c["id"]: str(c["name"]) for c in content["categories"]}
    images = {image["id"]: image for image in content["images"]}
    if min(names, default=1) < 1:
        reading.note("class", where, f"category id {min(names)}: ids must count from 1")
    for kind, rows in (("image", content["images"]), ("annotation", content["annotations"])):
        for i, n in Counter(row.get("id") for row in rows).items():
            if n > 1 or i is None:
                reading.note("schema", where, f"{kind} id {i} is given {n} times")
    labels: dict[Any, list[Label]] = {i: [] for i in images}
    for row in content["annotations"]:
        at = f"{where} annotation {row.get('id')}"
        label = _label(row, names, images, at, reading)
        if label is not None:
            labels[row["image_id"]].append(label)
    for i, image in images.items():
        picture = find_picture(path, root, str(image["file_name"]))
        if picture is None:
            reading.note("missing", f"{where} image {i}", f"the picture {image['file_name']!r} is not there")
            continue
        reading.images.append(
            LabelledImage(
                name=f"{where} image {i}",
                picture=picture,
                labels=tuple(labels[i]),
                files=(picture,),
                size=(int(image["width"]), int(image["height"])),
            )
        )


def find_picture(path: Path, root: Path, name: str) -> Path | None:
    """Return the picture that a COCO file names: below its folder, the dataset's, or an images folder of either."""
    places = [path.parent, path.parent.parent, root]
    candidates: Iterable[Path] = (p / sub / name for p in places for sub in (".", "images", path.stem))
    return next((c for c in candidates if c.is_file()), None)


def _is_box(box: Any) -> bool:
    numbers = box if isinstance(box, list) and len(box) == 4 else [None]
    return all(isinstance(n, (int, float)) and math.isfinite(n) for n in numbers)


def _label(
    row: Mapping[str, Any], names: Mapping[Any, str], images: Mapping[Any, Any], where: str, reading: Reading
) -> Label | None:
    box = row.get("bbox")
    if row.get("image_id") not in images:
        reading.note("schema", where, f"image_id {row.get('image_id')} is not among the images")
    elif row.get("category_id") not in names:
        reading.note("class", where, f"category_id {row.get('category_id')} is not among the categories")
    elif not _is_box(box):
        reading.note("schema", where, f"bbox is {box!r}, wanted four finite numbers")
    else:
        if not isinstance(row.get("area"), (int, float)) or not row["area"] > 0:
            reading.note("schema", where, f"area is {row.get('area')!r}; TAO's trainers want one above 0")
        if row.get("iscrowd", 0) not in (0, 1):
            reading.note("schema", where, f"iscrowd is {row['iscrowd']!r}, wanted 0 or 1")
        x, y, width, height = map(float, row["bbox"])
        return Label(where=where, name=names[row["category_id"]], box=(x, y, x + width, y + height))
    return None
