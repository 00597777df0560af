"""Read YOLO folders, strictly."""

from __future__ import annotations

import math
from pathlib import Path

import yaml

from palletjack_dr.validate.findings import PICTURES, Label, LabelledImage, Reading, files_below
from palletjack_dr.validate.pictures import picture_size


def read_yolo(folder: Path) -> Reading:
    """Read every picture below a folder "images" with its labels in the folder "labels" beside it."""
    reading = Reading()
    names = _names(folder, reading)
    labelled: set[Path] = set()
    paths = list(files_below(folder, reading.findings))
    for path in paths:
        parts = path.relative_to(folder).parts
        if path.suffix.lower() in PICTURES and "images" in parts[:-1]:
            at = len(parts) - 2 - parts[:-1][::-1].index("images")
            label_file = folder.joinpath(*parts[:at], "labels", *parts[at + 1 :]).with_suffix(".txt")
            where = str(path.relative_to(folder))
            if not label_file.is_file():
                reading.note("missing", where, f"has no {label_file.relative_to(folder)}")
                continue
            labelled.add(label_file)
            size = picture_size(path)
            if size is None:
                reading.note("picture", where, "cannot be read")
                continue
            boxes = tuple(_labels(label_file, folder, size, names, reading))
            files = (path, label_file)
            reading.images.append(LabelledImage(name=where, picture=path, labels=boxes, files=files, size=size))
    for path in paths:
        if path.suffix == ".txt" and "labels" in path.relative_to(folder).parts[:-1] and path not in labelled:
            reading.note("missing", str(path.relative_to(folder)), "has no picture")
    if not labelled:
        reading.note("layout", ".", "no folder 'images' with a folder 'labels' beside it")
    return reading


def _names(folder: Path, reading: Reading) -> list[str] | None:
    path = next(iter(sorted(folder.glob("**/data.yaml"))), None)
    if path is None:
        return None
    try:
        names = yaml.safe_load(path.read_text())["names"]
    except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
        reading.note("schema", str(path.relative_to(folder)), f"gives no names: {error!r}")
        return None
    return [str(names[i]) for i in range(len(names))]


def _labels(path: Path, root: Path, size: tuple[int, int], names: list[str] | None, reading: Reading) -> list[Label]:
    boxes = []
    for number, line in enumerate(path.read_text(errors="replace").splitlines(), start=1):
        where = f"{path.relative_to(root)}:{number}"
        words = line.split()
        try:
            numbers = [float(word) for word in words]
        except ValueError:
            reading.note("schema", where, f"{line!r} holds what is no number")
            continue
        if len(numbers) != 5 and (len(numbers) < 7 or len(numbers) % 2 == 0):
            reading.note("schema", where, f"{len(numbers)} columns, wanted 5, or a class and at least three points")
        elif not all(map(math.isfinite, numbers)):
            reading.note("schema", where, "holds a number that is not finite")
        elif numbers[0] != int(numbers[0]) or numbers[0] < 0 or (names and numbers[0] >= len(names)):
            reading.note("class", where, f"class {words[0]} is not one of {len(names) if names else 'the'} classes")
        else:
            name = names[int(numbers[0])] if names else words[0]
            boxes.append(Label(where=where, name=name, box=_box(numbers[1:], size)))
    return boxes


def _box(numbers: list[float], size: tuple[int, int]) -> tuple[float, float, float, float]:
    width, height = size
    if len(numbers) == 4:
        x, y, w, h = numbers
        x1, y1, x2, y2 = x - w / 2, y - h / 2, x + w / 2, y + h / 2
    else:
        x1, y1, x2, y2 = min(numbers[::2]), min(numbers[1::2]), max(numbers[::2]), max(numbers[1::2])
    return x1 * width, y1 * height, x2 * width, y2 * height
