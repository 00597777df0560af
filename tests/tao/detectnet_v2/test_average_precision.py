"""Average precision is TAO's, with its ways."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from palletjack_dr.errors import ConfigError
from palletjack_dr.tao.detectnet_v2.average_precision import Floats, Sizes, average_precision

GOLDEN = json.loads((Path(__file__).parent / "golden.json").read_text())["ap"]


def apart(count: int) -> Floats:
    left = np.arange(count)[:, None] * 100.0
    return np.concatenate([left, left, left + 50, left + 50], axis=1)


@pytest.mark.parametrize("case", GOLDEN)
def test_figures_are_those_of_tao(case: dict[str, Any]) -> None:
    boxes = [np.array([box for box, _ in found]).reshape(-1, 4) for found in case["dets"]]
    scores = [np.array([score for _, score in found]) for found in case["dets"]]
    labels = [np.array(truth).reshape(-1, 4) for truth in case["gts"]]
    width, height = case["min_wh"]
    sizes = Sizes(minimum_width=width, minimum_height=height)
    found = average_precision(boxes, scores, labels, overlap=case["iou"], sizes=sizes, mode=case["mode"])
    assert found == pytest.approx(case["ap"], abs=1e-9)


@pytest.mark.parametrize("count", [1, 2, 10])
def test_a_perfect_detector_has_1_by_samples_and_less_by_integration(count: int) -> None:
    boxes = apart(count)
    scores = np.linspace(2, 1, count)
    assert average_precision([boxes], [scores], [boxes], mode="sample") == 1
    assert average_precision([boxes], [scores], [boxes], mode="integrate") == pytest.approx((count - 1) / count)


def test_a_detection_whose_best_label_is_taken_is_wrong_though_another_would_match() -> None:
    labels = np.array([[0.0, 0, 100, 100], [0, 40, 100, 140]])
    boxes = np.array([[0.0, 0, 100, 100], [0, 15, 100, 115]])
    assert average_precision([boxes], [np.array([0.9, 0.8])], [labels], mode="sample") == pytest.approx(6 / 11)


def test_boxes_outside_the_sizes_count_neither_as_labels_nor_as_detections() -> None:
    small = np.array([[500.0, 0, 510, 10]])
    sizes = Sizes(minimum_width=20, minimum_height=20)
    boxes, labels = np.concatenate([small, apart(3)]), np.concatenate([apart(3), small + 30])
    assert average_precision([boxes], [np.array([9.0, 3, 2, 1])], [labels], sizes=sizes) == 1
    assert average_precision([boxes], [np.array([9.0, 3, 2, 1])], [labels]) < 0.8


def test_without_labels_or_detections_it_is_0_as_in_tao() -> None:
    none = np.zeros((0, 4))
    assert average_precision([apart(2)], [np.ones(2)], [none]) == 0
    for mode in ("sample", "integrate"):
        assert average_precision([none], [np.zeros(0)], [apart(2)], mode=mode) == 0


def test_a_misspelt_mode_is_named() -> None:
    with pytest.raises(ConfigError, match=r"average_precision_mode: there is no 'SAMPLE' .*integrate, sample"):
        average_precision([apart(1)], [np.ones(1)], [apart(1)], mode="SAMPLE")
