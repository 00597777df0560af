"""Which detections are right: one class at IoU 0.5, over all pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from palletjack_dr.tao.boxes import areas, intersections, overlaps
from palletjack_dr.tao.detector import Detections
from palletjack_dr.tao.labelled_set import Label

Floats = npt.NDArray[np.float64]
OVERLAP = 0.5
"""IoU from which on a detection is right."""
MOST = 100
"""Detections of a class in one picture that count, highest scores first, as in COCO's evaluation."""

DONT_CARE = "dontcare"
"""KITTI's name, in any case, of regions where nothing is labelled: an ignored label of every class."""


@dataclass(frozen=True, kw_only=True)
class Seen:
    """One picture of one class: its ``labels``, and detected ``boxes`` (N, 4) [px] with ``scores`` (N,), highest first.

    Labels have one extent each: see ``seen``.
    """

    labels: tuple[Label, ...]
    boxes: Floats
    scores: Floats


@dataclass(frozen=True, kw_only=True)
class Matches:
    """All detections and labels of one class; ignored labels, and what was found of them, are left out.

    Detections (D,), highest score first: ``picture`` number, ``score``, and whether each is ``right``. ``labels``
    (L) with the number of their picture, ``label_picture`` (L,), and the score that each was found with,
    ``label_score`` (L,), -inf where it was missed. ``pictures`` is their number.
    """

    pictures: int
    picture: npt.NDArray[np.int64]
    score: Floats
    right: npt.NDArray[np.bool_]
    labels: Sequence[Label]
    label_picture: npt.NDArray[np.int64]
    label_score: Floats


def seen(labels: Sequence[Label], detections: Detections, classes: Sequence[str], name: str) -> Seen:
    """Return what one picture holds of the class ``name``; ``classes`` are the detector's, which number detections.

    A label with an alternative extent takes the one of the two that the best-scoring detection that matches either
    overlaps most, so that whoever found the alternative found the object; unmatched, it keeps its first extent.
    """
    mine = detections.classes == (classes.index(name) if name in classes else -1)
    boxes, scores = detections.boxes[mine], detections.scores[mine]
    order = np.argsort(-scores, kind="stable")[:MOST]
    boxes, scores = boxes[order].reshape(-1, 4).astype(np.float64), scores[order].astype(np.float64)
    settled = [_settled(label, boxes) for label in labels if label.name == name]
    settled += [replace(label, ignore=True) for label in labels if label.name.lower() == DONT_CARE]
    return Seen(labels=tuple(settled), boxes=boxes, scores=scores)


def match(pictures: Sequence[Seen]) -> Matches:
    """Match highest score first: each detection takes the free label that it overlaps most, if by ``OVERLAP``.

    One that matches no free label but lies by half in an ignored one is left out, however many lie there. As a
    weaker detection never changes what a stronger one matched, the result holds at every score threshold.
    """
    found = [_match_one(s) for s in pictures]
    counts = [len(s) for s, _, _ in found]
    scores, right = (np.concatenate([f[i] for f in found] or [np.zeros(0)]) for i in (0, 1))
    order = np.argsort(-scores, kind="stable")
    real = [[label for label in s.labels if not label.ignore] for s in pictures]
    return Matches(
        pictures=len(pictures),
        picture=np.repeat(np.arange(len(pictures)), counts)[order],
        score=scores[order],
        right=right[order].astype(bool),
        labels=[label for labels in real for label in labels],
        label_picture=np.repeat(np.arange(len(pictures)), [len(labels) for labels in real]),
        label_score=np.concatenate([f[2] for f in found] or [np.zeros(0)]),
    )


def _settled(label: Label, boxes: Floats) -> Label:
    if label.alternative is None:
        return label
    both = overlaps(boxes, np.array([label.box, label.alternative]))
    near = np.flatnonzero(both.max(axis=1, initial=0) >= OVERLAP)
    taken = label.alternative if len(near) and both[near[0], 1] > both[near[0], 0] else label.box
    return replace(label, box=taken, alternative=None)


def _match_one(picture: Seen) -> tuple[Floats, npt.NDArray[np.bool_], Floats]:
    """Return of one picture the scores of the detections that count, whether each is right, and labels' scores."""
    extents = np.array([label.box for label in picture.labels], np.float64).reshape(-1, 4)
    ignored = np.array([label.ignore for label in picture.labels], bool)
    shared = overlaps(picture.boxes, extents[~ignored])
    covered = intersections(picture.boxes, extents[ignored]) / np.maximum(areas(picture.boxes), 1e-12)[:, None]
    counted, right = np.ones(len(picture.boxes), bool), np.zeros(len(picture.boxes), bool)
    label_score = np.full(int((~ignored).sum()), -np.inf)
    for i, score in enumerate(picture.scores):
        free = np.where(np.isneginf(label_score), shared[i], -1)
        best = int(free.argmax()) if len(free) else -1
        if best >= 0 and free[best] >= OVERLAP:
            label_score[best], right[i] = score, True
        else:
            counted[i] = covered[i].max(initial=0) < OVERLAP
    return picture.scores[counted], right[counted], label_score
