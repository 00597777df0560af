"""Average precision, precision, recall and F1 from matches, and how far they would move with other pictures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from palletjack_dr.tao.metrics.matching import Matches

Floats = npt.NDArray[np.float64]
RECALLS = np.linspace(0, 1, 101)
LOW, HIGH = 2.5, 97.5
"""Percentiles of the resamples that bound the interval: 95 % of them lie within."""


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A figure with its 95 % interval by bootstrap over pictures; None where it is not defined (no labels)."""

    value: float | None
    low: float | None = None
    high: float | None = None


def resample(pictures: int, resamples: int, seed: int) -> npt.NDArray[np.int64]:
    """Return how often each resample holds each picture, (R + 1, P); the first row is the set itself, each once."""
    drawn = np.random.default_rng(seed).multinomial(pictures, np.full(pictures, 1 / pictures), size=resamples)
    return np.concatenate([np.ones((1, pictures), np.int64), drawn])


def figure(values: Floats) -> Figure:
    """Return the figure of its value for each row of ``resample``; rows where it is not defined are NaN."""
    known = values[1:][np.isfinite(values[1:])]
    if not np.isfinite(values[0]):
        return Figure(value=None)
    low, high = np.percentile(known, [LOW, HIGH]) if len(known) else (None, None)
    return Figure(value=float(values[0]), low=_plain(low), high=_plain(high))


def average_precision(found: Matches, weights: npt.NDArray[np.int64]) -> Floats:
    """Return COCO's average precision at IoU 0.5 for each row of ``weights``; NaN where it holds no label."""
    return np.array([_average_precision(found, row) for row in weights])


def at_threshold(found: Matches, threshold: float, weights: npt.NDArray[np.int64]) -> tuple[Floats, Floats, Floats]:
    """Return precision, recall and F1 of the detections with at least that score, for each row of ``weights``.

    Precision is NaN where nothing is detected, recall and F1 where nothing is labelled.
    """
    right, wrong = counts_per_picture(found, threshold)
    labels = np.bincount(found.label_picture, minlength=found.pictures)
    hits, misfires, total = (weights @ n for n in (right, wrong, labels))
    f1 = np.where(total > 0, ratio(2 * hits, hits + misfires + total), np.nan)
    return ratio(hits, hits + misfires), ratio(hits, total), f1


def counts_per_picture(found: Matches, threshold: float) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return how many detections with at least that score are right and wrong, each (P,)."""
    kept = found.score >= threshold
    right = np.bincount(found.picture[kept & found.right], minlength=found.pictures)
    wrong = np.bincount(found.picture[kept & ~found.right], minlength=found.pictures)
    return right, wrong


def ratio(part: npt.NDArray[Any], whole: npt.NDArray[np.int64]) -> Floats:
    """Return part / whole, NaN where the whole is 0."""
    share: Floats = np.divide(part, whole, out=np.full(len(part), np.nan), where=whole > 0)
    return share


def best_threshold(found: Matches) -> float:
    """Return the score threshold with the highest F1, the higher of two equally good ones.

    Where no detection is right at any score it is the highest score, and 0 where nothing was detected.
    """
    if not len(found.score):
        return 0.0
    last = np.append(np.flatnonzero(np.diff(found.score)), len(found.score) - 1)  # equal scores stay together
    hits = found.right.cumsum()[last]
    f1 = 2 * hits / (last + 1 + len(found.labels))
    return float(found.score[last[f1.argmax()]])


def _average_precision(found: Matches, weights: npt.NDArray[np.int64]) -> float:
    labels = int(weights[found.label_picture].sum())
    if not labels:
        return float("nan")
    share = weights[found.picture]
    right = np.cumsum(share * found.right)
    all_of_them = np.cumsum(share)
    precision = right / np.maximum(all_of_them, 1)
    envelope = np.maximum.accumulate(precision[::-1])[::-1]
    place = np.searchsorted(right / labels, RECALLS, side="left")
    return float(np.append(envelope, 0.0)[place].mean())


def _plain(value: float | None) -> float | None:
    return None if value is None else float(value)
