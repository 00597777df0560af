"""``palletjack-dr infer``: find objects in a folder of photos."""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from omegaconf import OmegaConf
from rich.console import Console

from palletjack_dr.cli.hydra_app import compose
from palletjack_dr.discovery import load_plugins
from palletjack_dr.errors import ConfigError, DatasetError
from palletjack_dr.images import jpeg
from palletjack_dr.tao.cli.folders import chosen_set, clear, refuse_foreign
from palletjack_dr.tao.detecting import detect_files
from palletjack_dr.tao.detector import Detections, load_detector
from palletjack_dr.tao.drawing import LEGEND, Image, annotate, confident, sheet, tile
from palletjack_dr.tao.labelled_set import Label, Picture
from palletjack_dr.tao.thresholds import given_thresholds, stored_thresholds
from palletjack_dr.validate.findings import PICTURES
from palletjack_dr.validate.findings import Label as KittiLabel
from palletjack_dr.validate.kitti import kitti_line

MARK = "infer.json"
OUTPUTS = ("labels", "annotated", "sheet_*.jpg", "detections.json", "images.json")
UNTOLD = 0.5
"""The threshold where neither the config nor the checkpoint tells one."""
QUALITY = 90
log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Photo:
    """A picture file, its ``name`` below the folder without suffix, unlike all others', and its labels, if any."""

    path: Path
    name: str
    labels: tuple[Label, ...] = ()


def run(arguments: list[str]) -> None:
    """Write predictions and pictures for the composed config, or for each of a multirun (``-m``)."""
    for composed in compose("infer", arguments, load_plugins(), config="infer"):
        config = cast("dict[str, Any]", OmegaConf.to_container(composed, resolve=True))
        folder = Path(config["results_dir"])
        refuse_foreign(folder, MARK)
        infer(config, folder)
        print(folder)


def infer(config: Mapping[str, Any], folder: Path) -> None:
    """Detect in all photos and write to ``folder`` what the documentation of the command lists."""
    photos = find_photos(config["data"], folder)
    for name, value in ((f"sheet.{k}", v) for k, v in config["sheet"].items()):
        if not isinstance(value, int) or value < 1:
            raise ConfigError(f"{name}: got {value!r}, wanted a whole number from 1 on")
    model = Path(config["model"])
    detector = load_detector(model, config["device"], config["fit"])
    classes = detector.classes
    if config["threshold"] is not None:
        thresholds = given_thresholds(config["threshold"], classes)
    else:
        thresholds = stored_thresholds(model, classes) or dict.fromkeys(classes, UNTOLD)
    clear(folder, OUTPUTS)
    _write_json(folder / MARK, {"config": config, "thresholds": thresholds, "photos": len(photos)})
    sheets = Sheets(folder=folder, **config["sheet"])
    images: list[dict[str, Any]] = []
    rows: list[dict[str, Any]] = []
    counts: Counter[str] = Counter()
    for number, picture, everything in detect_files(detector, [p.path for p in photos], config["batch_size"]):
        photo = photos[number]
        shown = confident(everything, classes, thresholds)
        counts.update(classes[i] for i in shown.classes)
        drawn = annotate(picture, shown, classes, photo.labels)
        _write(folder / "labels" / f"{photo.name}.txt", "".join(kitti_lines(shown, classes)).encode())
        _write(folder / "annotated" / f"{photo.name}.jpg", jpeg(drawn, QUALITY))
        sheets.add(drawn, photo.name)
        height, width = picture.shape[:2]
        images.append({"id": len(images) + 1, "file_name": str(photo.path), "width": width, "height": height})
        rows += coco_rows(everything, len(images))
    if not images:
        raise DatasetError(f"{config['data']['folder']}: none of the {len(photos)} photos can be read")
    sheets.finish()
    categories = [{"id": i, "name": name} for i, name in enumerate(classes, start=1)]
    _write_json(folder / "images.json", {"images": images, "categories": categories, "annotations": []})
    _write_json(folder / "detections.json", rows)
    found = ", ".join(f"{n} {name}" for name, n in counts.items()) or "nothing"
    labelled = f"; {LEGEND}" if any(photo.labels for photo in photos) else ""
    Console(stderr=True).print(f"{found} in {len(images)} of {len(photos)} photos{labelled}", markup=False)


def find_photos(choice: Mapping[str, Any], results: Path) -> list[Photo]:
    """Return the labelled pictures of the folder ``choice`` names, or all jpg and png below it without labels.

    What lies in the folder ``results`` is no photo. Raises ``DatasetError`` where there is none.
    """
    pictures: Sequence[Picture] = ()
    if choice["folder"] is not None and not Path(choice["folder"]).is_dir():
        raise DatasetError(f"data.folder: {choice['folder']!r} is no folder; name one that holds photos")
    try:
        pictures = chosen_set("data", choice).pictures
    except DatasetError as error:
        if choice["split"] is not None or choice["rename"]:
            raise
        log.info("photos without labels (%s)", error)
    root, ours = Path(choice["folder"]), results.resolve()
    labels = {p.path: p.labels for p in pictures}
    paths = sorted(labels or (p for p in root.rglob("*") if p.suffix.lower() in PICTURES and p.is_file()))
    paths = [p for p in paths if not p.resolve().is_relative_to(ours)]
    if not paths:
        raise DatasetError(f"{root}: no jpg or png in it or below it; name the folder of the photos")
    taken = Counter(p.with_suffix("") for p in paths)
    names = [p if taken[p.with_suffix("")] > 1 else p.with_suffix("") for p in paths]
    return [
        Photo(path=path, name=_below(name, root), labels=labels.get(path, ()))
        for path, name in zip(paths, names, strict=True)
    ]


def kitti_lines(detections: Detections, classes: Sequence[str]) -> Iterator[str]:
    """Yield the 16 columns of each detection: KITTI's 15, unknown where nothing is known, and the score."""
    for box, score, number in zip(detections.boxes, detections.scores, detections.classes, strict=True):
        x1, y1, x2, y2 = map(float, box)
        name = "_".join(classes[number].lower().split())
        yield f"{kitti_line(KittiLabel(where='', name=name, box=(x1, y1, x2, y2))).rstrip()} {score:.6f}\n"


def coco_rows(detections: Detections, image: int) -> Iterator[dict[str, Any]]:
    """Yield each detection as a row of COCO's results; category ids count the detector's classes from 1."""
    for box, score, number in zip(detections.boxes, detections.scores, detections.classes, strict=True):
        x1, y1, x2, y2 = (round(float(value), 3) for value in box)
        bbox = [x1, y1, round(x2 - x1, 3), round(y2 - y1, 3)]
        yield {"image_id": image, "category_id": int(number) + 1, "bbox": bbox, "score": float(score)}


class Sheets:
    """Contact sheets, each written as ``sheet_01.jpg`` and on as soon as it is full."""

    def __init__(self, folder: Path, columns: int, rows: int, width: int) -> None:
        self._folder, self._columns, self._full, self._width = folder, columns, columns * rows, width
        self._tiles: list[Image] = []
        self._written = 0

    def add(self, picture: Image, title: str) -> None:
        """Put a picture onto the sheet."""
        self._tiles.append(tile(picture, title, self._width))
        if len(self._tiles) == self._full:
            self.finish()

    def finish(self) -> None:
        """Write the sheet that is not full."""
        if self._tiles:
            self._written += 1
            _write(self._folder / f"sheet_{self._written:02d}.jpg", jpeg(sheet(self._tiles, self._columns), QUALITY))
            self._tiles = []


def _below(path: Path, root: Path) -> str:
    return str(path.relative_to(root)) if path.is_relative_to(root) else path.name


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _write_json(path: Path, content: Any) -> None:
    _write(path, (json.dumps(content, indent=1) + "\n").encode())
