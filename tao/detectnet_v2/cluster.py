"""Make objects of DetectNet_v2's cells: as TAO does, by weighted DBSCAN over their boxes, or by suppression.

DBSCAN: the distance of two boxes is 1 - IoU, a cell weighs as much as its coverage, and a cell is a core point when
the coverage within ``dbscan_eps`` of it, its own included, sums to ``dbscan_min_samples`` and at least to 1. What
belongs to no core is dropped. A cluster's box is the mean of its cells' boxes weighted by coverage, its confidence the
sum of their coverage, which is why it may be far above 1 and never below. Written from the description of TAO's
post-processing and checked against clusters that TAO made.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from palletjack_dr.errors import ConfigError, did_you_mean
from palletjack_dr.tao.boxes import areas, overlaps

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Floats = npt.NDArray[np.float64]
ALGORITHMS = ("dbscan", "nms")
CONFIDENCES = ("aggregate_cov", "mean_cov")
BLOCK = 256
"""Boxes that are compared with their possible neighbours at once."""


@dataclass(frozen=True, kw_only=True)
class Clustering:
    """How the cells of one class become objects; the names are those of TAO's ``clustering_config``.

    Confidence is the clusters' sum of coverage ("aggregate_cov") or its mean over the cells ("mean_cov"); a
    suppressed list of cells ("nms") keeps their coverage. Heights are in pixels of the network's input.
    """

    algorithm: str = "dbscan"
    coverage_threshold: float = 0.005
    dbscan_eps: float = 0.3
    dbscan_min_samples: float = 1
    dbscan_confidence_threshold: float = 0.9
    nms_iou_threshold: float = 0.2
    nms_confidence_threshold: float = 0.0
    minimum_bounding_box_height: float = 0
    confidence: str = "aggregate_cov"

    def __post_init__(self) -> None:
        """Refuse what TAO has no word for."""
        for name, value, known in (
            ("clustering_algorithm", self.algorithm, ALGORITHMS),
            ("confidence_model", self.confidence, CONFIDENCES),
        ):
            if value not in known:
                raise ConfigError(f"{name}: there is no {value!r}{did_you_mean(value, known)}")


def cluster(boxes: Floats, coverage: Floats, how: Clustering) -> tuple[Floats, Floats]:
    """Return objects of one class in one picture: boxes (M, 4), x1 y1 x2 y2, and confidence (M,), highest first.

    ``boxes`` (N, 4) and ``coverage`` (N,) in [0, 1] are the cells' predictions, in the order of the raster.
    """
    kept = coverage > how.coverage_threshold
    boxes, coverage = boxes[kept].astype(np.float64), coverage[kept].astype(np.float64)
    if how.algorithm == "nms":
        found = _suppressed(boxes, coverage, how.nms_iou_threshold)
        boxes, scores, lowest = boxes[found], coverage[found], how.nms_confidence_threshold
    else:
        boxes, scores = _clustered(boxes, coverage, how)
        lowest = how.dbscan_confidence_threshold
    tall = boxes[:, 3] - boxes[:, 1] > how.minimum_bounding_box_height
    boxes, scores = boxes[tall & (scores >= lowest)], scores[tall & (scores >= lowest)]
    order = np.argsort(-scores, kind="stable")
    return boxes[order], scores[order]


def _clustered(boxes: Floats, coverage: Floats, how: Clustering) -> tuple[Floats, Floats]:
    from sklearn.cluster import DBSCAN

    solid = areas(boxes) > 0  # a box without area overlaps nothing, itself included
    boxes, coverage = boxes[solid], coverage[solid]
    if not len(boxes):
        return boxes.reshape(0, 4), coverage
    core = max(int(how.dbscan_min_samples), 1)
    model = DBSCAN(eps=how.dbscan_eps, min_samples=core, metric="precomputed")
    labels = model.fit_predict(_neighbours(boxes, how.dbscan_eps), sample_weight=coverage)
    count = labels.max() + 1
    inside = labels >= 0
    labels, boxes, coverage = labels[inside], boxes[inside], coverage[inside]
    total = np.bincount(labels, coverage, count)
    sums = np.stack([np.bincount(labels, coverage * side, count) for side in boxes.T], axis=1)
    cells = np.bincount(labels, minlength=count) if how.confidence == "mean_cov" else 1
    return sums / total[:, None], total / cells


def _neighbours(boxes: Floats, eps: float) -> csr_matrix:
    """Return the distances of at most ``eps`` as a sparse matrix.

    Boxes whose areas differ by more than the factor 1 - eps cannot overlap enough and are never compared, so that
    thousands of cells take neither the time nor the memory of all pairs.
    """
    from scipy.sparse import csr_matrix
    from sklearn.neighbors import sort_graph_by_row_values

    size = areas(boxes)
    order = np.argsort(size, kind="stable")
    ordered, size = boxes[order], size[order]
    rows, columns, distances = [], [], []
    for start in range(0, len(boxes), BLOCK):
        stop = min(start + BLOCK, len(boxes))
        first = np.searchsorted(size, size[start] * (1 - eps) - 1e-9)
        last = len(boxes) if eps >= 1 else np.searchsorted(size, size[stop - 1] / (1 - eps) + 1e-9, side="right")
        apart = 1 - overlaps(ordered[start:stop], ordered[first:last])
        row, column = np.nonzero(apart <= eps)
        rows.append(order[row + start])
        columns.append(order[column + first])
        distances.append(apart[row, column])
    entries = (np.concatenate(distances), (np.concatenate(rows), np.concatenate(columns)))
    return sort_graph_by_row_values(csr_matrix(entries, shape=(len(boxes), len(boxes))), warn_when_not_sorted=False)


def _suppressed(boxes: Floats, coverage: Floats, threshold: float) -> npt.NDArray[np.int64]:
    """Return which cells stay when each, highest coverage first, removes those that overlap it more."""
    left = np.argsort(-coverage, kind="stable")
    kept = []
    while len(left):
        kept.append(left[0])
        left = left[1:][overlaps(boxes[left[:1]], boxes[left[1:]])[0] <= threshold]
    return np.array(kept, np.int64)
