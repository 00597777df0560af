"""TAO's average precision for DetectNet_v2, for figures that can be laid beside those of its ``evaluate``.

It differs from COCO's in four things: corners are rounded and a box includes its border pixels; a detection is right
only if its best label is free, though a second best might be; "sample" takes precision at eleven recalls; and
"integrate" leaves out what lies before the first recall and the precision at the last, so that even a perfect
detector of n objects has (n - 1) / n.
Written from the description of TAO's evaluation and checked against figures that TAO gave.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from palletjack_dr.errors import ConfigError, did_you_mean

Floats = npt.NDArray[np.float64]
MODES = ("sample", "integrate")


@dataclass(frozen=True, kw_only=True)
class Sizes:
    """Which boxes count, labels and detections alike; the names are those of TAO's ``evaluation_box_config`` [px]."""

    minimum_width: float = 0
    minimum_height: float = 0
    maximum_width: float = 9999
    maximum_height: float = 9999

    def of(self, boxes: Floats) -> npt.NDArray[np.bool_]:
        """Return (N,) which of the boxes (N, 4) count."""
        width, height = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
        tall = (height >= self.minimum_height) & (height <= self.maximum_height)
        wide: npt.NDArray[np.bool_] = (width >= self.minimum_width) & (width <= self.maximum_width)
        return tall & wide


def average_precision(
    boxes: Sequence[Floats],
    scores: Sequence[Floats],
    labels: Sequence[Floats],
    *,
    overlap: float = 0.5,
    sizes: Sizes | None = None,
    mode: str = "sample",
) -> float:
    """Return the average precision in [0, 1] of one class; 0 without labels, as TAO has it.

    One entry a picture: detected ``boxes`` (N, 4) with ``scores`` (N,), and boxes of ``labels`` (M, 4), x1 y1 x2 y2
    [px]. A detection is right from the IoU ``overlap`` on.
    """
    if mode not in MODES:
        raise ConfigError(f"average_precision_mode: there is no {mode!r}{did_you_mean(mode, MODES)}")
    sizes = sizes or Sizes()
    counted = [sizes.of(b) for b in boxes]
    found = [np.round(b[c]) for b, c in zip(boxes, counted, strict=True)]
    ranks = [s[c] for s, c in zip(scores, counted, strict=True)]
    truth = [np.round(t[sizes.of(t)]) for t in labels]
    total = sum(len(t) for t in truth)
    if not total or not sum(len(r) for r in ranks):
        return 0.0
    order = np.argsort(-np.concatenate(ranks), kind="stable")
    right = np.concatenate([_right(*p, overlap) for p in zip(found, ranks, truth, strict=True)])[order].cumsum()
    recall, precision = right / total, right / np.arange(1, len(right) + 1)
    return _sampled(recall, precision) if mode == "sample" else _integrated(recall, precision)


def _right(boxes: Floats, scores: Floats, labels: Floats, overlap: float) -> npt.NDArray[np.bool_]:
    """Return (N,) which detections of one picture are right."""
    right = np.zeros(len(boxes), bool)
    if not len(labels):
        return right
    shared = _overlap(boxes, labels)
    taken: set[int] = set()
    for i in np.argsort(-scores, kind="stable"):
        best = int(shared[i].argmax())
        if shared[i, best] >= overlap and best not in taken:
            taken.add(best)
            right[i] = True
    return right


def _overlap(first: Floats, second: Floats) -> Floats:
    """Return the IoU (N, M) of boxes that include their last row and column of pixels."""
    low = np.maximum(first[:, None, :2], second[None, :, :2])
    high = np.minimum(first[:, None, 2:], second[None, :, 2:])
    shared = np.prod(np.maximum(high - low + 1, 0), axis=2)
    area = [np.prod(b[:, 2:] - b[:, :2] + 1, axis=1) for b in (first, second)]
    ratio: Floats = shared / (area[0][:, None] + area[1][None] - shared)
    return ratio


def _sampled(recall: Floats, precision: Floats) -> float:
    best = [precision[recall >= step].max(initial=0.0) for step in np.linspace(0, 1, 11)]
    return float(np.mean(best))


def _integrated(recall: Floats, precision: Floats) -> float:
    steps = np.unique(recall)
    before = recall < steps.max(initial=0.0)  # TAO looks at no precision of the last recall
    best = [precision[before & (recall >= step)].max() for step in steps[:-1]]
    return float(np.sum(np.diff(steps) * best))
