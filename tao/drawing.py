"""Draw detections and labels into pictures, and pictures onto contact sheets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from palletjack_dr.tao.detector import Detections
from palletjack_dr.tao.fitting import fit_picture
from palletjack_dr.tao.labelled_set import Box, Label
from palletjack_dr.tao.metrics.matching import match, seen

Image = npt.NDArray[np.uint8]
Colour = tuple[int, int, int]
DETECTED: Colour = (255, 110, 0)
FOUND: Colour = (0, 200, 0)
MISSED: Colour = (255, 0, 255)
IGNORED: Colour = (150, 150, 150)
LEGEND = "orange: detected; green: label, found; magenta: label, missed; grey: label, ignored"


def confident(detections: Detections, classes: Sequence[str], thresholds: Mapping[str, float]) -> Detections:
    """Return the detections that score at least their class's threshold."""
    least = np.array([thresholds[name] for name in classes], np.float64)
    kept = detections.scores >= least[detections.classes]
    return Detections(boxes=detections.boxes[kept], scores=detections.scores[kept], classes=detections.classes[kept])


def annotate(picture: Image, detections: Detections, classes: Sequence[str], labels: Sequence[Label] = ()) -> Image:
    """Return the RGB picture with all ``detections`` and ``labels``; what the colours mean is ``LEGEND``.

    A label is found when a detection of its class matches it at IoU 0.5, as in the evaluation.
    """
    drawn = picture.copy()
    found: set[Box] = set()
    for name in classes:
        matches = match([seen(labels, detections, classes, name)])
        found |= {label.box for label, s in zip(matches.labels, matches.label_score, strict=True) if np.isfinite(s)}
    for label in labels:
        hit = label.box in found or label.alternative in found
        colour, word = (IGNORED, "ignored") if label.ignore else (FOUND, "") if hit else (MISSED, "missed")
        _draw_box(drawn, label.box, colour, f"{word} {label.name}" if word else "", label=True)
    for box, score, number in zip(detections.boxes, detections.scores, detections.classes, strict=True):
        _draw_box(drawn, tuple(box), DETECTED, f"{classes[number]} {score:.2f}")
    return drawn


def tile(picture: Image, title: str, width: int) -> Image:
    """Return a picture fitted into ``width`` x 3/4 ``width`` px, under the end of its title."""
    import cv2

    bar = np.full((20, width, 3), 255, np.uint8)
    cv2.putText(bar, title[-width // 8 :], (4, 14), cv2.FONT_HERSHEY_SIMPLEX, 0.42, (0, 0, 0), 1, cv2.LINE_AA)
    return np.vstack([bar, fit_picture(picture, (width, max(width * 3 // 4, 1)), "letterbox")[0]])


def sheet(tiles: Sequence[Image], columns: int) -> Image:
    """Return tiles of one size side by side, in rows of ``columns``."""
    columns = min(columns, len(tiles))
    blank = [np.full_like(tiles[0], 255)] * (-len(tiles) % columns)
    filled = [*tiles, *blank]
    return np.vstack([np.hstack(filled[i : i + columns]) for i in range(0, len(filled), columns)])


def _draw_box(picture: Image, box: Sequence[float], colour: Colour, text: str, label: bool = False) -> None:
    """Draw a box and its text, above it; a label's are drawn wider, to show beneath a detection's, and below."""
    import cv2

    height, width = picture.shape[:2]
    thickness = max(round(max(width, height) / 500), 1)
    x1, y1, x2, y2 = (round(float(value)) for value in box)
    cv2.rectangle(picture, (x1, y1), (x2 - 1, y2 - 1), colour, thickness + 2 * label)
    if text:
        scale = max(max(width, height) / 1600, 0.4)
        (across, up), down = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, scale, thickness)
        left = min(max(x1, 0), max(width - across, 0))
        base = min(y2 + up + 2, height - down) if label else max(y1 - down, up)
        cv2.rectangle(picture, (left, base - up - 1), (left + across, base + down - 1), colour, -1)
        cv2.putText(picture, text, (left, base), cv2.FONT_HERSHEY_SIMPLEX, scale, (0, 0, 0), thickness, cv2.LINE_AA)
