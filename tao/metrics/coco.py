"""COCO's average precision by pycocotools."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from io import StringIO
from typing import Any

import numpy as np

from palletjack_dr.tao.metrics.matching import MOST, Seen

ALL = "all"


@dataclass(frozen=True, kw_only=True)
class CocoFigures:
    """Average precision at IoU 0.5 and its mean over IoU 0.5, 0.55, ... 0.95; None where there are no labels."""

    ap50: float | None
    ap: float | None


def coco_figures(
    pictures: Sequence[Seen], sides: Mapping[str, tuple[float, float]] | None = None
) -> dict[str, CocoFigures]:
    """Return the figures of one class over all sizes ("all"), and of labels by ``sides``, (lowest, highest) [px].

    The side is that of the square of a label's area. Labels of other sizes, and unmatched detections of other sizes,
    count neither way. An ignored label becomes a crowd region (pycocotools honours no other mark): a detection that
    lies in it by the IoU asked for, measured against the detection's own area, counts neither way.
    """
    from pycocotools.cocoeval import COCOeval

    ranges = {ALL: (0.0, 1e10)} | {n: (low**2, min(high**2, 1e10)) for n, (low, high) in (sides or {}).items()}
    with redirect_stdout(StringIO()):  # pycocotools prints its progress
        truth, found = _table(pictures, _labels), _table(pictures, _detections)
        judge = COCOeval(truth, found, "bbox")
        judge.params.maxDets = [MOST]
        judge.params.areaRng = [list(r) for r in ranges.values()]
        judge.params.areaRngLbl = list(ranges)
        judge.evaluate()
        judge.accumulate()
    precision = judge.eval["precision"][:, :, 0, :, 0]  # (IoU, recall, range); -1 without labels
    return {
        name: CocoFigures(ap50=_mean(precision[0, :, i]), ap=_mean(precision[:, :, i])) for i, name in enumerate(ranges)
    }


def _table(pictures: Sequence[Seen], rows_of: Any) -> Any:
    from pycocotools.coco import COCO

    rows = [row | {"image_id": number} for number, s in enumerate(pictures, start=1) for row in rows_of(s)]
    table = COCO()
    table.dataset = {
        "images": [{"id": number} for number in range(1, len(pictures) + 1)],
        "categories": [{"id": 1, "name": "object"}],
        "annotations": [row | {"id": n, "category_id": 1} for n, row in enumerate(rows, start=1)],
    }
    table.createIndex()
    return table


def _labels(picture: Seen) -> list[dict[str, Any]]:
    return [_row(label.box, int(label.ignore)) for label in picture.labels]


def _detections(picture: Seen) -> list[dict[str, Any]]:
    return [
        _row(box, 0) | {"score": score}
        for box, score in zip(picture.boxes.tolist(), picture.scores.tolist(), strict=True)
    ]


def _row(box: Sequence[float], crowd: int) -> dict[str, Any]:
    x1, y1, x2, y2 = box
    return {"bbox": [x1, y1, x2 - x1, y2 - y1], "area": (x2 - x1) * (y2 - y1), "iscrowd": crowd}


def _mean(precision: Any) -> float | None:
    return None if np.any(precision < 0) else float(precision.mean())
