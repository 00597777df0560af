"""Labelled sets in the form that TAO reads, below a results folder; pictures are linked, not copied, unless fitted."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from rich.progress import track

from palletjack_dr.errors import DatasetError, did_you_mean
from palletjack_dr.progress import console
from palletjack_dr.tao.fitted_pictures import Fit
from palletjack_dr.tao.labelled_set import Box, Label, LabelledSet, Picture
from palletjack_dr.tao.synced_files import link, remove_others, write_text
from palletjack_dr.validate.findings import Label as Line
from palletjack_dr.validate.kitti import kitti_line

VALIDATION = "validation"
"""The name of the source that validates."""
RESIZE = "tao.spec.augmentation_config.preprocessing.enable_auto_resize"
FITTING = "set data.train.NAME.fit=letterbox for the source that is to be brought to the others' size and kind"
MARK = ".made-by-palletjack-dr"
"""Tells folders that may be cleaned up from those that are somebody's own."""
PARTLY, LARGELY = 0.05, 0.5
"""Shares of an object from which on it counts as partly (1) and largely (2) hidden; 3 where that is unknown."""


Row = tuple[str, Picture, tuple[Label, ...]]
"""A picture's name in a view, the picture, and the labels that are kept."""


@dataclass(frozen=True, kw_only=True)
class View:
    """One source as TAO reads it, in ``folder``; its names are unique across sources.

    ``dropped`` tells how many boxes were left out because TAO takes them for degenerate. ``fit`` brings those of
    the pictures to the network's size that ``unfitted`` holds as they are, by their name here; rows tell the new size.
    """

    name: str
    folder: Path
    classes: tuple[str, ...]
    rows: Sequence[Row] = field(repr=False)
    dropped: int
    fit: Fit | None = None
    unfitted: Mapping[str, Picture] = field(default_factory=dict, repr=False)

    @property
    def images(self) -> Path:
        """The folder of pictures."""
        return self.folder / "images"

    @property
    def labels(self) -> Path:
        """The folder of KITTI label files."""
        return self.folder / "labels"

    @property
    def table(self) -> Path:
        """The same labels as COCO."""
        return self.folder.with_name(f"{self.name}.json")

    @property
    def frames(self) -> int:
        """How many pictures there are."""
        return len(self.rows)

    @property
    def size(self) -> tuple[int, int] | None:
        """The pictures' (width, height) [px]; None where they differ."""
        sizes = {picture.size for _, picture, _ in self.rows}
        return sizes.pop() if len(sizes) == 1 else None

    def counts(self) -> Counter[str]:
        """Return how many labels each class has."""
        return Counter(label.name for _, _, labels in self.rows for label in labels)

    def boxes(self) -> Iterator[tuple[float, float]]:
        """Yield every label's width and height, as shares of its picture's."""
        for _, picture, labels in self.rows:
            for x1, y1, x2, y2 in (label.box for label in labels):
                yield (x2 - x1) / picture.size[0], (y2 - y1) / picture.size[1]


def tao_name(name: str) -> str:
    """Return a class name as TAO's records hold it: one word in lower case."""
    return "_".join(name.lower().split())


def lowered(found: LabelledSet) -> LabelledSet:
    """Return the set with class names as TAO holds them."""
    return found.renamed({name: tao_name(name) for name in found.classes})


def choose_classes(wanted: Sequence[str] | None, sets: Mapping[str, LabelledSet]) -> tuple[str, ...]:
    """Return the classes to train, in channel order: the wanted ones, or all of the sets in alphabetical order.

    Raises ``DatasetError`` for a class that no set has, and where nothing is labelled at all.
    """
    offered = sorted({name for found in sets.values() for name in found.classes})
    classes = tuple(tao_name(name) for name in wanted) if wanted else tuple(offered)
    for name, twice in Counter(classes).items():
        if twice > 1:
            raise DatasetError(f"classes: {name!r} is given {twice} times, wanted every class once")
    for name in classes:
        if name not in offered:
            raise DatasetError(f"classes: no set to train on has {name!r}{did_you_mean(name, offered)}")
    counts = sum((found.counts() for found in sets.values()), Counter[str]())
    missing = [name for name in classes if not counts[name]]
    if missing or not classes:
        folders = ", ".join(str(found.folder) for found in sets.values())
        if not any(counts.values()):
            raise DatasetError(f"{folders}: no labels at all; generate pictures that show some, or take another split")
        raise DatasetError(
            f"{folders}: no label of the class {missing[0]!r}; generate pictures that show it, or set "
            f"classes=[{','.join(name for name in classes if counts[name])}]"
        )
    return classes


def check_validation(found: LabelledSet, classes: Sequence[str]) -> None:
    """Raise ``DatasetError`` for a set that can tell nothing about the classes."""
    counts = found.counts()
    if not counts:
        raise DatasetError(f"{found.folder}: no labels at all to validate with; take another split or folder")
    if not any(counts[name] for name in classes):
        hint = did_you_mean(classes[0], counts)
        raise DatasetError(f"{found.folder}: no label of {', '.join(classes)} to validate with{hint}")


def check_pictures(sets: Mapping[str, LabelledSet], multiple: int | None, one_size: bool) -> str:
    """Return the extension of the pictures of all sets, without a dot, or raise ``DatasetError``.

    With ``multiple``, sides must be multiples of it [px]; with ``one_size``, all pictures must be equal in size.
    """
    extensions = {path.suffix: path for found in sets.values() for path in (p.path for p in found.pictures)}
    if len(extensions) > 1:
        examples = " and ".join(str(path) for path in list(extensions.values())[:2])
        raise DatasetError(f"pictures with mixed extensions, as {examples}; TAO takes one, so {FITTING}")
    if one_size:
        _check_one_size(sets)
    for name, found in sets.items():
        width, height = found.pictures[0].size
        if multiple and (width % multiple or height % multiple):
            near = [max(multiple, round(side / multiple) * multiple) for side in (width, height)]
            raise DatasetError(
                f"{name} ({found.folder}): pictures of {width}x{height}, wanted sides that are multiples of "
                f"{multiple}; generate with resolution={near}, or set {RESIZE}=true and tao.size={near}"
            )
    return next(iter(extensions)).removeprefix(".")


def _check_one_size(sets: Mapping[str, LabelledSet]) -> None:
    mend = f"{FITTING}, or set {RESIZE}=true and tao.size=[...]"
    first = {name: found.pictures[0] for name, found in sets.items()}
    for name, found in sets.items():
        for picture in found.pictures:
            if picture.size != first[name].size:
                raise DatasetError(
                    f"{name}: mixed sizes, {_told(first[name])} and {_told(picture)}; TAO crops and pads instead of "
                    f"resizing, so {mend}"
                )
    (one, picture), *others = first.items()
    for other, differing in others:
        if differing.size != picture.size:
            raise DatasetError(
                f"sources of different size: {one} has {_told(picture)}, {other} has {_told(differing)}; {mend}"
            )


def _told(picture: Picture) -> str:
    return f"{picture.path} of {picture.size[0]}x{picture.size[1]}"


def plan_view(name: str, found: LabelledSet, classes: Sequence[str], results_dir: Path, fit: Fit | None = None) -> View:
    """Return the view of one source in ``results_dir``/data, of which nothing is made yet.

    Labels of other classes are left out, as are those to be ignored and boxes that TAO drops. With ``fit``, pictures
    and boxes are brought to another size. Raises ``DatasetError`` where a folder of that name is somebody's own.
    """
    if not re.fullmatch(r"[a-z0-9_]+", name):
        raise DatasetError(f"data.train.{name}: wanted a name of lower-case letters, digits and '_'")
    folder = (results_dir / "data" / name).absolute()
    if folder.exists() and not (folder / MARK).is_file():
        raise DatasetError(f"{folder} was not made by a training; choose another results_dir, or move it away")
    rows: list[Row] = []
    unfitted: dict[str, Picture] = {}
    dropped = 0
    files = _file_names(name, found.pictures, fit.suffix if fit else None)
    for file, picture in zip(files, found.pictures, strict=True):
        wanted = [clipped(la, picture.size) for la in picture.labels if la.name in classes and not la.ignore]
        if fit and fit.is_needed(picture):
            unfitted[file] = picture
            wanted = [fit.label(label, picture.size) for label in wanted]
            picture = replace(picture, size=fit.size)
        kept = tuple(label for label in wanted if is_solid(label.box))
        dropped += len(wanted) - len(kept)
        rows.append((file, picture, kept))
    return View(
        name=name, folder=folder, classes=tuple(classes), rows=rows, dropped=dropped, fit=fit, unfitted=unfitted
    )


def make_view(view: View) -> None:
    """Make the files of a view, or bring them up to date.

    Pictures are hard links, or copies where there are none; those that are brought to another size are new files.
    """
    for folder in (view.images, view.labels):
        folder.mkdir(parents=True, exist_ok=True)
    (view.folder / MARK).touch()
    for file, picture, labels in track(view.rows, view.name, console=console, disable=not view.unfitted):
        if view.fit and file in view.unfitted:
            view.fit.write(view.unfitted[file], view.images / file)
        else:
            link(picture.path, view.images / file)
        write_text(view.labels / f"{Path(file).stem}.txt", "".join(kitti_line(_line(label)) for label in labels))
    remove_others(view.images, {file for file, _, _ in view.rows})
    remove_others(view.labels, {f"{Path(file).stem}.txt" for file, _, _ in view.rows})
    write_text(view.table, json.dumps(coco(view.rows, view.classes)))


def clipped(label: Label, size: tuple[int, int]) -> Label:
    """Return the label with its box inside the picture."""
    x1, y1, x2, y2 = label.box
    box = (max(x1, 0.0), max(y1, 0.0), min(x2, float(size[0])), min(y2, float(size[1])))
    return Label(name=label.name, box=box, ignore=label.ignore, occlusion=label.occlusion, truncation=label.truncation)


def is_solid(box: Box) -> bool:
    """Return whether TAO takes a box: its corners differ as whole numbers on both axes."""
    x1, y1, x2, y2 = (int(f"{side:.2f}".partition(".")[0]) for side in box)
    return x1 < x2 and y1 < y2


def coco(rows: Iterable[tuple[str, Picture, Sequence[Label]]], classes: Sequence[str]) -> dict[str, Any]:
    """Return COCO's form of (file name, picture, labels): ids count from 1, every annotation has its area."""
    numbers = {name: n for n, name in enumerate(classes, start=1)}
    images: list[dict[str, Any]] = []
    annotations: list[dict[str, Any]] = []
    for i, (file, picture, labels) in enumerate(rows, start=1):
        width, height = picture.size
        images.append({"id": i, "file_name": file, "width": width, "height": height})
        for label in labels:
            x1, y1, x2, y2 = label.box
            box = [x1, y1, x2 - x1, y2 - y1]
            annotations.append(
                {
                    "id": len(annotations) + 1,
                    "image_id": i,
                    "category_id": numbers[label.name],
                    "bbox": box,
                    "area": box[2] * box[3],
                    "iscrowd": 0,
                }
            )
    categories = [{"id": n, "name": name} for name, n in numbers.items()]
    return {"images": images, "annotations": annotations, "categories": categories}


def _line(label: Label) -> Line:
    hidden = label.occlusion
    occluded = None if hidden is None else 0 if hidden < PARTLY else 1 if hidden < LARGELY else 2
    return Line(where="", name=label.name, box=label.box, truncated=label.truncation, occluded=occluded)


def _file_names(source: str, pictures: Sequence[Picture], suffix: str | None) -> list[str]:
    """Return a name for every picture that no other has, in this source or another; with its own suffix or the one."""
    taken: set[str] = set()
    names = []
    for picture in pictures:
        stem, number = f"{source}-{picture.path.stem}", 1
        while stem in taken:
            number += 1
            stem = f"{source}-{picture.path.stem}-{number}"
        taken.add(stem)
        names.append(stem + (suffix or picture.path.suffix))
    return names
