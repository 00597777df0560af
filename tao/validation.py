"""How good a model is while it trains: found boxes against labels, at the network's own size."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from palletjack_dr.tao.detector import Detections, Detector
from palletjack_dr.tao.labelled_set import Label
from palletjack_dr.tao.loading import Loader, Sample
from palletjack_dr.tao.metrics.coco import ALL, coco_figures
from palletjack_dr.tao.metrics.evaluation import best_thresholds
from palletjack_dr.tao.metrics.matching import seen
from palletjack_dr.tao.recipe import Recipe

SHOWN = 4
"""Pictures that are drawn for the log."""
Image = npt.NDArray[np.uint8]


@dataclass(frozen=True, kw_only=True)
class Validation:
    """Figures in [0, 1] and some pictures (H, W, 3) with labels (white) and detections (red) drawn in.

    ``ap50`` is COCO's, the mean over the classes that have labels; ``by_class`` is the network's own metric, or
    COCO's where it has none. ``thresholds`` are the scores by class from which on detections have the best F1.
    """

    ap50: float
    by_class: Mapping[str, float]
    thresholds: Mapping[str, float]
    shown: Sequence[Image]


def validate(recipe: Recipe, detector: Detector, held_out: Loader) -> Validation:
    """Measure a detector on the pictures that are held out."""
    results: list[tuple[Sequence[Label], Detections]] = []
    shown: list[Image] = []
    for samples, pictures in _batches(held_out):
        detected = detector.detect(pictures)
        results += [(sample.labels, found) for sample, found in zip(samples, detected, strict=True)]
        room = max(SHOWN - len(shown), 0)
        shown += [_drawn(p, d, s.labels) for p, d, s in list(zip(pictures, detected, samples, strict=True))[:room]]
    coco = {}
    for name in recipe.classes:
        figure = coco_figures([seen(labels, found, recipe.classes, name) for labels, found in results])[ALL].ap50
        if figure is not None:
            coco[name] = figure
    mean = float(np.mean(list(coco.values()))) if coco else 0.0
    return Validation(
        ap50=mean,
        by_class=recipe.average_precisions(results) or coco,
        thresholds=best_thresholds(results, recipe.classes, recipe.classes),
        shown=shown,
    )


def _batches(loader: Loader) -> Iterator[tuple[list[Sample], list[Image]]]:
    samples: list[Sample] = []
    pictures: list[Image] = []
    for sample, picture in loader.in_order():
        samples.append(sample)
        pictures.append(picture)
        if len(samples) == loader.batch_size:
            yield samples, pictures
            samples, pictures = [], []
    if samples:
        yield samples, pictures


def _drawn(picture: Image, found: Detections, labels: Sequence[Label]) -> Image:
    drawn = picture.copy()
    wanted = np.array([label.box for label in labels], np.float64).reshape(-1, 4)
    for boxes, colour in ((wanted, (255, 255, 255)), (found.boxes[:20], (255, 32, 32))):
        for x1, y1, x2, y2 in boxes.round().astype(int).tolist():
            cv2.rectangle(drawn, (x1, y1), (x2, y2), colour, 1)
    return drawn
