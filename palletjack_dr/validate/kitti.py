"""Read KITTI folders, strictly: TAO's rules for a line, and ours where it is silent."""

from __future__ import annotations

import math
from collections import defaultdict
from pathlib import Path

from palletjack_dr.validate.findings import PICTURES, Label, LabelledImage, Reading, files_below

COLUMNS = 15
UNKNOWN_3D = "-1.00 -1.00 -1.00 -1000.00 -1000.00 -1000.00 -10.00"
"""KITTI's values for height, width, length, x, y, z and rotation_y that are not given."""


def read_kitti(folder: Path) -> Reading:
    """Read every folder of label files below ``folder`` with the folder of pictures that shares most names with it."""
    reading = Reading()
    pictures: defaultdict[Path, dict[str, Path]] = defaultdict(dict)
    labels: defaultdict[Path, dict[str, Path]] = defaultdict(dict)
    for path in files_below(folder, reading.findings):
        kind = pictures if path.suffix.lower() in PICTURES else labels if path.suffix == ".txt" else None
        if kind is not None and "rejected" not in path.relative_to(folder).parts:
            kind[path.parent][path.stem] = path
    label_folders = [f for f in labels if pictures and _matching(labels[f], pictures)]
    for label_folder in label_folders:
        found = labels[label_folder]
        of = max(pictures, key=lambda f: (len(pictures[f].keys() & found.keys()), "rgb" in f.name or "image" in f.name))
        for name in sorted(pictures[of].keys() - found.keys()):
            reading.note("missing", _relative(pictures[of][name], folder), f"has no label file in {label_folder.name}/")
        for name in sorted(found.keys() - pictures[of].keys()):
            reading.note("missing", _relative(found[name], folder), f"has no picture in {of.name}/")
        for name in sorted(found.keys() & pictures[of].keys()):
            boxes = tuple(_labels(found[name], folder, reading))
            files = (pictures[of][name], found[name])
            reading.images.append(LabelledImage(name=name, picture=pictures[of][name], labels=boxes, files=files))
    if not label_folders:
        reading.note("layout", ".", "no folder of .txt labels shares a name with a folder of pictures")
    return reading


def _matching(found: dict[str, Path], pictures: dict[Path, dict[str, Path]]) -> bool:
    return any(found.keys() & named.keys() for named in pictures.values())


def _labels(path: Path, root: Path, reading: Reading) -> list[Label]:
    where = _relative(path, root)
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reading.note("schema", where, f"cannot be read: {error}")
        return []
    boxes = []
    for number, line in enumerate(lines, start=1):
        label = parse_line(line, f"{where}:{number}", reading)
        if label is not None:
            boxes.append(label)
    return boxes


def parse_line(line: str, where: str, reading: Reading) -> Label | None:
    """Return the label of one line, or None with a finding for each rule that it breaks too badly to be used."""
    words = line.split()
    if len(words) != COLUMNS:
        blank = len(words) > COLUMNS and not _is_number(words[1])
        what = "the class name holds a blank" if blank else f"{len(words)} columns, wanted {COLUMNS}"
        reading.note("schema", where, what)
        return None
    bad = [word for word in words[1:] if not _is_number(word)]
    if bad:
        reading.note("schema", where, f"{bad[0]!r} is not a finite number")
        return None
    truncated, occluded = float(words[1]), float(words[2])
    if words[0] != words[0].lower():
        reading.note("class", where, f"{words[0]!r} is not in lower case, which TAO's class mapping wants")
    if not 0 <= truncated <= 1:
        reading.note("schema", where, f"truncated is {truncated:g}, wanted 0 to 1")
    if occluded not in (0, 1, 2, 3):
        reading.note("schema", where, f"occluded is {words[2]}, wanted a whole number from 0 to 3")
    x1, y1, x2, y2 = map(float, words[4:8])
    return Label(where=where, name=words[0], box=(x1, y1, x2, y2), truncated=truncated, occluded=int(occluded))


def kitti_line(label: Label) -> str:
    """Return the line of a label; what it does not know gets KITTI's values for "unknown"."""
    x1, y1, x2, y2 = label.box
    occluded = 3 if label.occluded is None else label.occluded
    box = f"{x1:.2f} {y1:.2f} {x2:.2f} {y2:.2f}"
    return f"{label.name} {label.truncated or 0.0:.2f} {occluded} -10.00 {box} {UNKNOWN_3D}\n"


def _is_number(word: str) -> bool:
    try:
        return math.isfinite(float(word))
    except ValueError:
        return False


def _relative(path: Path, root: Path) -> str:
    return str(path.relative_to(root))
