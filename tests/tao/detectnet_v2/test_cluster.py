"""Cells become the objects that TAO makes of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from palletjack_dr.errors import ConfigError
from palletjack_dr.tao.boxes import overlaps
from palletjack_dr.tao.detectnet_v2.cluster import Clustering, Floats, cluster

pytest.importorskip("sklearn")
GOLDEN = json.loads((Path(__file__).parent / "golden.json").read_text())["dbscan"]


def cells(rng: np.random.Generator, count: int, objects: int = 12) -> tuple[Floats, Floats]:
    corner, size = rng.uniform(0, 900, (objects, 2)), rng.uniform(20, 300, (objects, 2))
    which = rng.integers(0, objects, count)
    boxes = np.concatenate([corner[which], corner[which] + size[which]], axis=1) + rng.normal(0, 5, (count, 4))
    return boxes, rng.uniform(0, 1, count)


@pytest.mark.parametrize("case", GOLDEN)
def test_clusters_are_those_of_tao(case: dict[str, Any]) -> None:
    boxes, scores = cluster(np.array(case["boxes"]), np.array(case["cov"]), Clustering(**case["cfg"]))
    assert boxes == pytest.approx(np.array([box for box, _ in case["out"]]).reshape(-1, 4), abs=1e-9)
    assert scores == pytest.approx(np.array([score for _, score in case["out"]]), abs=1e-9)


@pytest.mark.parametrize("eps", [0.05, 0.15, 0.3, 0.7, 1.0])
def test_clusters_are_those_of_all_pairwise_distances(eps: float) -> None:
    from sklearn.cluster import DBSCAN

    boxes, coverage = cells(np.random.default_rng(3), 700)
    how = Clustering(dbscan_eps=eps, coverage_threshold=0.0, dbscan_confidence_threshold=0.0)
    _, scores = cluster(boxes, coverage, how)
    labels = DBSCAN(eps=eps, min_samples=1, metric="precomputed").fit_predict(
        1 - overlaps(boxes, boxes), sample_weight=coverage
    )
    sums = [coverage[labels == n].sum() for n in range(labels.max() + 1)]
    assert scores == pytest.approx(sorted(sums, reverse=True), rel=1e-12)
    assert len(scores) > (1 if eps < 1 else 0)


def test_no_confidence_of_a_cluster_is_below_1_but_its_mean_coverage_is() -> None:
    boxes, coverage = cells(np.random.default_rng(5), 300)
    _, sums = cluster(boxes, coverage, Clustering(dbscan_confidence_threshold=0.0))
    _, means = cluster(boxes, coverage, Clustering(dbscan_confidence_threshold=0.0, confidence="mean_cov"))
    assert len(sums) == len(means) > 3
    assert sums.min() >= 1
    assert sums.max() > 2
    assert means.max() < 1


def test_cells_at_the_coverage_threshold_and_low_boxes_are_dropped() -> None:
    boxes = np.array([[0.0, 0, 50, 20], [100, 0, 150, 21], [200, 0, 250, 40]])
    how = Clustering(coverage_threshold=0.9, dbscan_min_samples=1, minimum_bounding_box_height=20, algorithm="nms")
    found, scores = cluster(boxes, np.array([0.95, 1.0, 0.9]), how)
    assert found.tolist() == [[100, 0, 150, 21]]
    assert scores.tolist() == [1.0]


def test_suppression_keeps_the_best_of_overlapping_cells_and_all_that_stand_apart() -> None:
    boxes, coverage = cells(np.random.default_rng(7), 400)
    how = Clustering(algorithm="nms", nms_iou_threshold=0.4)
    kept, scores = cluster(boxes, coverage, how)
    among = overlaps(kept, kept) - np.eye(len(kept))
    assert among.max() <= 0.4
    candidates = boxes[coverage > how.coverage_threshold]
    assert (overlaps(candidates, kept).max(axis=1) > 0.4).all()
    assert scores[0] == coverage.max()


@pytest.mark.parametrize("algorithm", ["dbscan", "nms"])
def test_nothing_is_found_where_no_cell_is_covered(algorithm: str) -> None:
    boxes, scores = cluster(np.zeros((4, 4)), np.zeros(4), Clustering(algorithm=algorithm))
    assert boxes.shape == (0, 4)
    assert scores.shape == (0,)


def test_a_misspelt_algorithm_is_named() -> None:
    with pytest.raises(ConfigError, match=r"clustering_algorithm: there is no 'dbscn'; did you mean 'dbscan'"):
        Clustering(algorithm="dbscn")
