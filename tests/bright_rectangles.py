"""A detector that needs no training: red rectangles are palletjacks, blue ones forklifts, brighter is surer."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from palletjack_dr.tao.detector import Detections, Detector
from palletjack_dr.tao.fitting import fit_picture, unfit_boxes

NETWORK = "bright_rectangles"
CLASSES = ("forklift", "palletjack")
CHANNELS = {"forklift": 2, "palletjack": 0}
SIZE = (256, 192)
FLOOR = 60
"""Brightness of the background's brightest pixels; a detection is brighter."""


class BrightRectangles(Detector):
    """Finds connected pixels of one colour at the network's size; the score is their mean brightness over 255."""

    def __init__(self, classes: Sequence[str], fit: str) -> None:
        self.classes, self.size, self._fit = tuple(classes), SIZE, fit

    def detect(self, pictures: Sequence[npt.NDArray[np.uint8]]) -> list[Detections]:
        return [self._detect(picture) for picture in pictures]

    def _detect(self, picture: npt.NDArray[np.uint8]) -> Detections:
        small, fitting = fit_picture(picture, self.size, self._fit)
        rows = []
        for number, name in enumerate(self.classes):
            channel = small[..., CHANNELS[name]].astype(int)
            bright = (channel - small[..., 1] > FLOOR).astype(np.uint8)
            count, labels, stats, _ = cv2.connectedComponentsWithStats(bright, connectivity=4)
            for i in range(1, count):
                x, y, width, height, area = stats[i]
                if area > 20:
                    rows.append((channel[labels == i].mean() / 255, number, [x, y, x + width, y + height]))
        rows.sort(key=lambda row: -row[0])
        boxes = np.array([box for _, _, box in rows], np.float64).reshape(-1, 4)
        return Detections(
            boxes=unfit_boxes(boxes, fitting, (picture.shape[1], picture.shape[0])),
            scores=np.array([score for score, _, _ in rows], np.float64),
            classes=np.array([number for _, number, _ in rows], np.int64),
        )


def restore(content: dict[str, Any], device: str, fit: str) -> Detector:
    """Bring the detector back, as the door of every network does."""
    return BrightRectangles(content["classes"], fit)


def save(path: Path, **more: Any) -> None:
    """Write its checkpoint."""
    import torch

    torch.save({"network": NETWORK, "spec": "", "classes": list(CLASSES), "model": {}, **more}, path)


def photograph(
    rng: np.random.Generator, size: tuple[int, int] = (320, 240)
) -> tuple[npt.NDArray[np.uint8], list[dict[str, Any]]]:
    """Return a noisy grey picture, RGB, of some rectangles, and their COCO rows; one in four is too dim to be found."""
    width, height = size
    picture = rng.integers(30, FLOOR - 10, (height, width, 3)).astype(np.uint8)
    rows = []
    for column in range(4):
        if rng.random() < 0.9:
            w, h = (int(v) for v in rng.integers(24, width // 5, 2))
            x, y = int(column * width // 4 + rng.integers(0, width // 4 - w)), int(rng.integers(0, height - h))
            name = CLASSES[rng.integers(2)]
            dim = rng.random() < 0.25
            brightness = FLOOR - 5 if dim else int(rng.integers(140, 255))
            picture[y : y + h, x : x + w] = 30
            picture[y : y + h, x : x + w, CHANNELS[name]] = brightness
            bbox = [x, y, w, h]
            rows.append({"category_id": CLASSES.index(name) + 1, "bbox": bbox, "area": w * h, "iscrowd": 0, "dim": dim})
    return picture, rows


def write_photos(folder: Path, split: str, count: int, seed: int) -> int:
    """Write labelled pictures as COCO, in images/ and annotations/; return how many labels are too dim."""
    rng = np.random.default_rng(seed)
    images: list[dict[str, Any]] = []
    annotations: list[dict[str, Any]] = []
    (folder / "images").mkdir(parents=True, exist_ok=True)
    (folder / "annotations").mkdir(exist_ok=True)
    for number in range(1, count + 1):
        picture, rows = photograph(rng)
        name = f"{split}_{number:03d}.png"
        cv2.imwrite(str(folder / "images" / name), picture[..., ::-1])
        images.append({"id": number, "file_name": name, "width": picture.shape[1], "height": picture.shape[0]})
        annotations += [{"id": len(annotations) + i, "image_id": number, **row} for i, row in enumerate(rows, 1)]
    categories = [{"id": i, "name": name} for i, name in enumerate(CLASSES, start=1)]
    content = {"images": images, "annotations": annotations, "categories": categories}
    (folder / "annotations" / f"instances_{split}.json").write_text(json.dumps(content))
    return sum(row["dim"] for row in annotations)
