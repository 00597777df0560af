"""All figures of a detector on a set of pictures."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from palletjack_dr.tao.detectnet_v2.average_precision import average_precision as tao_average_precision
from palletjack_dr.tao.detector import Detections
from palletjack_dr.tao.labelled_set import Label
from palletjack_dr.tao.metrics.bins import PROPERTIES, Property
from palletjack_dr.tao.metrics.coco import ALL, CocoFigures, coco_figures
from palletjack_dr.tao.metrics.curves import (
    Figure,
    at_threshold,
    average_precision,
    best_threshold,
    counts_per_picture,
    figure,
    ratio,
    resample,
)
from palletjack_dr.tao.metrics.matching import Matches, Seen, match, seen

RESAMPLES = 1000
Results = Sequence[tuple[Sequence[Label], Detections]]
"""The labels and the detections of each picture."""


@dataclass(frozen=True, kw_only=True)
class Bin:
    """The labels of one class within a bin of a property: how many, how many of them were found, and their AP.

    ``ap50`` is None for all properties but size: a false detection has a size, but no occlusion and no distance.
    """

    property: str
    name: str
    labels: int
    found: int
    recall: Figure
    ap50: float | None


@dataclass(frozen=True, kw_only=True)
class ClassFigures:
    """One class. Counts, precision, recall and F1 are those of detections that score at least ``threshold``.

    ``ap50`` and ``ap`` are COCO's, ``tao_sample`` and ``tao_integrate`` TAO's at IoU 0.5, which knows neither ignored
    labels nor sizes here. AP is over all scores.
    """

    name: str
    labels: int
    ignored: int
    threshold: float
    true_positives: int
    false_positives: int
    false_negatives: int
    precision: Figure
    recall: Figure
    f1: Figure
    ap50: Figure
    ap: float | None
    tao_sample: float | None
    tao_integrate: float | None
    bins: tuple[Bin, ...]


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """All classes on ``pictures``; means are over classes that have labels; ``resamples`` drawn by ``seed``."""

    pictures: int
    resamples: int
    seed: int
    mean_ap50: Figure
    mean_ap: float | None
    classes: tuple[ClassFigures, ...]

    def to_json(self) -> str:
        """Return the figures as JSON; what is not defined is null."""
        return json.dumps(asdict(self), indent=1, allow_nan=False)

    @staticmethod
    def from_json(text: str) -> Evaluation:
        """Return what ``to_json`` wrote."""
        row = json.loads(text)
        return Evaluation(**_figure_of(row, "mean_ap50") | {"classes": tuple(_class_of(c) for c in row["classes"])})


def evaluate(
    results: Results,
    detected: Sequence[str],
    classes: Sequence[str],
    thresholds: Mapping[str, float],
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Evaluation:
    """Return the figures of ``classes`` at score ``thresholds`` by class; ``detected`` are the detector's classes."""
    weights = resample(len(results), resamples, seed)
    rows, curves = [], []
    for name in classes:
        pictures = _of_class(results, detected, name)
        found = match(pictures)
        curve = average_precision(found, weights)
        curves.append(curve)
        rows.append(_class_figures(name, pictures, found, thresholds[name], weights, curve))
    known = np.array([curve for curve in curves if np.isfinite(curve[0])])
    aps = [row.ap for row in rows if row.ap is not None]
    return Evaluation(
        pictures=len(results),
        resamples=resamples,
        seed=seed,
        mean_ap50=figure(_mean(known)) if len(known) else Figure(value=None),
        mean_ap=float(np.mean(aps)) if aps else None,
        classes=tuple(rows),
    )


def best_thresholds(results: Results, detected: Sequence[str], classes: Sequence[str]) -> dict[str, float]:
    """Return for each class the score threshold with the highest F1 on these pictures."""
    return {name: best_threshold(match(_of_class(results, detected, name))) for name in classes}


def _of_class(results: Results, detected: Sequence[str], name: str) -> list[Seen]:
    return [seen(labels, detections, detected, name) for labels, detections in results]


def _class_figures(
    name: str,
    pictures: Sequence[Seen],
    found: Matches,
    threshold: float,
    weights: npt.NDArray[np.int64],
    curve: npt.NDArray[np.float64],
) -> ClassFigures:
    right, wrong = counts_per_picture(found, threshold)
    precision, recall, f1 = at_threshold(found, threshold, weights)
    sides = {bin_name: (low, high) for p in PROPERTIES if p.name == "size" for bin_name, low, high in p.bins}
    coco = coco_figures(pictures, sides)
    tao = [_tao(pictures, mode) if found.labels else None for mode in ("sample", "integrate")]
    return ClassFigures(
        name=name,
        labels=len(found.labels),
        ignored=sum(label.ignore for s in pictures for label in s.labels),
        threshold=threshold,
        true_positives=int(right.sum()),
        false_positives=int(wrong.sum()),
        false_negatives=len(found.labels) - int(right.sum()),
        precision=figure(precision),
        recall=figure(recall),
        f1=figure(f1),
        ap50=figure(curve),
        ap=coco[ALL].ap,
        tao_sample=tao[0],
        tao_integrate=tao[1],
        bins=tuple(b for p in PROPERTIES for b in _bins(p, found, threshold, weights, coco)),
    )


def _bins(
    measured: Property,
    found: Matches,
    threshold: float,
    weights: npt.NDArray[np.int64],
    coco: Mapping[str, CocoFigures],
) -> list[Bin]:
    names = np.array([measured.bin_of(label) or "" for label in found.labels], object)
    rows = []
    for name, _, _ in measured.bins:
        here = names == name
        hit = here & (found.label_score >= threshold)
        labels, hits = (np.bincount(found.label_picture[m], minlength=found.pictures) for m in (here, hit))
        if here.any():
            rows.append(
                Bin(
                    property=measured.name,
                    name=name,
                    labels=int(here.sum()),
                    found=int(hit.sum()),
                    recall=figure(ratio(weights @ hits, weights @ labels)),
                    ap50=coco[name].ap50 if name in coco else None,
                )
            )
    return rows


def _mean(curves: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the mean over classes (C, R) of each resample, over those that it holds labels of."""
    known = np.isfinite(curves)
    return ratio(np.where(known, curves, 0).sum(axis=0), known.sum(axis=0))


def _tao(pictures: Sequence[Seen], mode: str) -> float:
    labels = [
        np.array([label.box for label in s.labels if not label.ignore], np.float64).reshape(-1, 4) for s in pictures
    ]
    return tao_average_precision([s.boxes for s in pictures], [s.scores for s in pictures], labels, mode=mode)


def _figure_of(row: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return dict(row) | {name: Figure(**row[name]) for name in names}


def _class_of(row: Mapping[str, Any]) -> ClassFigures:
    bins = tuple(Bin(**_figure_of(b, "recall")) for b in row["bins"])
    return ClassFigures(**_figure_of(row, "precision", "recall", "f1", "ap50") | {"bins": bins})
