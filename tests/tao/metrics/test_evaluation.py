"""Figures agree with pycocotools, with counting by hand, and with themselves on other pictures."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from palletjack_dr.tao.boxes import overlaps
from palletjack_dr.tao.detector import Detections
from palletjack_dr.tao.labelled_set import Box, Label
from palletjack_dr.tao.metrics.coco import coco_figures
from palletjack_dr.tao.metrics.curves import (
    at_threshold,
    average_precision,
    best_threshold,
    counts_per_picture,
    figure,
    resample,
)
from palletjack_dr.tao.metrics.evaluation import Evaluation, Results, best_thresholds, evaluate
from palletjack_dr.tao.metrics.matching import Seen, match, seen

pytest.importorskip("pycocotools")
CLASSES = ("forklift", "palletjack")


def detections(*rows: tuple[Box, float, int]) -> Detections:
    return Detections(
        boxes=np.array([box for box, _, _ in rows], np.float64).reshape(-1, 4),
        scores=np.array([score for _, score, _ in rows], np.float64),
        classes=np.array([number for _, _, number in rows], np.int64),
    )


def drawn_box(rng: np.random.Generator) -> Box:
    x, y = rng.uniform(0, 300, 2)
    width, height = rng.uniform(10, 120, 2)
    return float(x), float(y), float(x + width), float(y + height)


def drawn(seed: int, pictures: int = 30) -> list[tuple[tuple[Label, ...], Detections]]:
    """Random labels, a seventh of them ignored, and a detector that finds most of them, shifted, and some more."""
    rng = np.random.default_rng(seed)
    results = []
    for _ in range(pictures):
        labels = tuple(
            Label(
                name=CLASSES[rng.integers(2)],
                box=drawn_box(rng),
                ignore=rng.random() < 0.15,
                occlusion=float(rng.uniform(0, 0.9)),
            )
            for _ in range(rng.integers(0, 6))
        )
        found = [label for label in labels if rng.random() < 0.8]
        rows = [(tuple(np.array(f.box) + rng.normal(0, 5, 4)), CLASSES.index(f.name)) for f in found]
        rows += [(drawn_box(rng), int(rng.integers(2))) for _ in range(rng.integers(0, 3))]
        scored = sorted(((box, float(rng.gamma(2)), c) for box, c in rows), key=lambda row: -row[1])
        results.append((labels, detections(*scored)))
    return results


def of_class(results: Results, name: str) -> list[Seen]:
    return [seen(labels, found, CLASSES, name) for labels, found in results]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("name", CLASSES)
def test_ap50_is_that_of_pycocotools(seed: int, name: str) -> None:
    pictures = of_class(drawn(seed), name)
    mine = average_precision(match(pictures), resample(len(pictures), 0, 0))
    theirs = coco_figures(pictures)["all"].ap50
    assert theirs is not None
    assert 0.2 < theirs < 1
    assert mine[0] == pytest.approx(theirs, abs=1e-9)


def test_a_resample_has_the_figures_of_a_set_that_holds_its_pictures_as_often() -> None:
    results = drawn(11, pictures=12)
    weights = np.random.default_rng(1).integers(0, 4, (1, 12))
    repeated = [r for r, n in zip(results, weights[0], strict=True) for _ in range(n)]
    one, many = match(of_class(results, "forklift")), match(of_class(repeated, "forklift"))
    once = np.ones((1, len(repeated)), np.int64)
    assert average_precision(one, weights) == pytest.approx(average_precision(many, once), abs=1e-12)
    assert np.array(at_threshold(one, 1.0, weights)) == pytest.approx(np.array(at_threshold(many, 1.0, once)))


def test_a_threshold_gives_the_counts_of_a_detector_that_finds_no_more() -> None:
    results = drawn(21)
    for threshold in (0.5, 1.0, 2.5):
        cut = [
            (labels, Detections(boxes=d.boxes[k], scores=d.scores[k], classes=d.classes[k]))
            for labels, d in results
            if (k := d.scores >= threshold) is not None
        ]
        whole, part = match(of_class(results, "palletjack")), match(of_class(cut, "palletjack"))
        right, wrong = counts_per_picture(whole, threshold)
        assert right.sum() == part.right.sum() > 0
        assert wrong.sum() == (~part.right).sum()
        assert (whole.label_score >= threshold).sum() == right.sum()


def test_the_chosen_threshold_has_the_highest_f1_of_all() -> None:
    results = drawn(31)
    found = match(of_class(results, "palletjack"))
    weights = resample(len(results), 0, 0)
    tried = {t: float(at_threshold(found, t, weights)[2][0]) for t in [0.0, *found.score.tolist(), 99.0]}
    chosen = best_threshold(found)
    assert tried[chosen] == max(tried.values())
    assert tried[chosen] > tried[0.0]
    assert best_thresholds(results, CLASSES, ["palletjack"]) == {"palletjack": chosen}


def test_what_lies_in_an_ignored_label_is_neither_right_nor_wrong_and_the_label_is_not_missed() -> None:
    region = Label(name="palletjack", box=(0, 0, 200, 200), ignore=True)
    real = Label(name="palletjack", box=(300, 0, 400, 100))
    rows = (
        ((20.0, 20.0, 80.0, 80.0), 0.9, 1),
        ((300.0, 0.0, 400.0, 100.0), 0.8, 1),
        ((90.0, 90.0, 150.0, 150.0), 0.7, 1),
    )
    only = evaluate([((region, real), detections(*rows))], CLASSES, ["palletjack"], {"palletjack": 0.0}, resamples=5)
    (row,) = only.classes
    assert (row.labels, row.ignored) == (1, 1)
    assert (row.true_positives, row.false_positives, row.false_negatives) == (1, 0, 0)
    assert row.ap50.value == 1
    assert row.ap == pytest.approx(1)


def test_a_dontcare_region_of_kitti_is_an_ignored_label_of_every_class() -> None:
    region = Label(name="DontCare", box=(0, 0, 200, 200))
    found = detections(((20.0, 20.0, 80.0, 80.0), 0.9, 0), ((20.0, 20.0, 80.0, 80.0), 0.8, 1))
    got = evaluate([((region,), found)], CLASSES, CLASSES, dict.fromkeys(CLASSES, 0.0), resamples=5)
    assert [(row.labels, row.ignored, row.false_positives) for row in got.classes] == [(0, 1, 0)] * 2


def test_an_alternative_extent_counts_as_finding_the_label_but_not_twice() -> None:
    label = Label(name="palletjack", box=(0, 0, 40, 80), alternative=(0, 0, 120, 80))
    first, second, beside = (0.0, 0.0, 40.0, 80.0), (0.0, 0.0, 118.0, 80.0), (300.0, 0.0, 340.0, 80.0)
    for rows, hits in (
        ([(first, 0.9, 1)], 1),
        ([(second, 0.9, 1)], 1),
        ([(beside, 0.95, 1), (second, 0.9, 1), (first, 0.8, 1)], 1),
        ([(beside, 0.9, 1)], 0),
    ):
        found = match([seen([label], detections(*rows), CLASSES, "palletjack")])
        assert int(found.right.sum()) == hits
        assert len(found.score) == len(rows)
    assert seen([label], detections((second, 0.9, 1)), CLASSES, "palletjack").labels[0].box == label.alternative
    assert seen([label], detections((beside, 0.9, 1)), CLASSES, "palletjack").labels[0].box == label.box


def test_detections_and_labels_of_another_class_do_not_match() -> None:
    box = (0.0, 0.0, 50.0, 50.0)
    results = [((Label(name="forklift", box=box),), detections((box, 0.9, 1)))]
    got = evaluate(results, CLASSES, CLASSES, dict.fromkeys(CLASSES, 0.5), resamples=5)
    forklift, palletjack = got.classes
    assert (forklift.true_positives, forklift.false_negatives, forklift.ap50.value) == (0, 1, 0)
    assert (palletjack.labels, palletjack.false_positives, palletjack.ap50.value, palletjack.ap) == (0, 1, None, None)
    assert got.mean_ap50.value == 0


def test_bins_share_out_all_labels_and_all_that_were_found() -> None:
    got = evaluate(drawn(41), CLASSES, CLASSES, dict.fromkeys(CLASSES, 0.7), resamples=20)
    for row in got.classes:
        for measured in ("occlusion", "size"):
            bins = [b for b in row.bins if b.property == measured]
            assert len(bins) > 1
            assert sum(b.labels for b in bins) == row.labels
            assert sum(b.found for b in bins) == row.true_positives
            assert all(b.recall.value == pytest.approx(b.found / b.labels) for b in bins)
        assert {b.property for b in row.bins} == {"occlusion", "size"}  # the labels tell of nothing else
        assert all((b.ap50 is not None) == (b.property == "size") for b in row.bins)


def test_misses_of_occluded_labels_show_in_their_bin() -> None:
    results = [
        (labels, replace_found(labels, lambda label: label.occlusion is not None and label.occlusion < 0.5))
        for labels, _ in drawn(51)
    ]
    got = evaluate(results, CLASSES, ["forklift"], {"forklift": 0.0}, resamples=5)
    recall = {b.name: b.recall.value for b in got.classes[0].bins if b.property == "occlusion"}
    assert recall["partly"] == 1
    assert recall["largely"] is not None
    assert recall["largely"] < 0.2


def replace_found(labels: tuple[Label, ...], finds: object) -> Detections:
    assert callable(finds)
    return detections(*((label.box, 1.0, CLASSES.index(label.name)) for label in labels if finds(label)))


def test_intervals_hold_the_figure_narrow_with_more_pictures_and_repeat() -> None:
    few, many = (drawn(61, pictures=n) for n in (15, 240))
    thresholds = dict.fromkeys(CLASSES, 0.7)
    small, large = (evaluate(r, CLASSES, CLASSES, thresholds, resamples=300, seed=4) for r in (few, many))
    for a, b in zip(small.classes, large.classes, strict=True):
        for name in ("precision", "recall", "f1", "ap50"):
            narrow, wide = getattr(b, name), getattr(a, name)
            assert narrow.low < narrow.value < narrow.high
            assert narrow.high - narrow.low < 0.6 * (wide.high - wide.low)
    assert evaluate(few, CLASSES, CLASSES, thresholds, resamples=300, seed=4) == small
    assert evaluate(few, CLASSES, CLASSES, thresholds, resamples=300, seed=5) != small


def test_the_interval_covers_the_truth_about_as_often_as_it_says() -> None:
    rng = np.random.default_rng(9)
    inside = 0
    for trial in range(200):
        hits = rng.random(60) < 0.7
        weights = resample(60, 300, trial)
        got = figure((weights @ hits) / 60)
        assert got.low is not None
        assert got.high is not None
        inside += got.low <= 0.7 <= got.high
    assert 0.88 < inside / 200 < 0.99


def test_figures_survive_json() -> None:
    got = evaluate(drawn(71), CLASSES, CLASSES, dict.fromkeys(CLASSES, 0.7), resamples=20)
    assert Evaluation.from_json(got.to_json()) == got
    empty = evaluate([((), detections())], CLASSES, CLASSES, dict.fromkeys(CLASSES, 0.7), resamples=20)
    assert Evaluation.from_json(empty.to_json()) == empty
    assert empty.mean_ap50.value is None


def test_a_perfect_detector_has_1_in_all_figures_and_a_shifted_one_less_in_the_stricter() -> None:
    perfect = [(labels, replace_found(labels, lambda label: not label.ignore)) for labels, _ in drawn(81)]
    shifted = [(labels, replace(found, boxes=found.boxes + 1.0)) for labels, found in perfect]
    exact, near = (evaluate(r, CLASSES, CLASSES, dict.fromkeys(CLASSES, 0.5), resamples=20) for r in (perfect, shifted))
    for row in exact.classes:
        assert row.precision.value == row.recall.value == row.f1.value == row.ap50.value == 1
        assert row.ap == pytest.approx(1)
    assert near.mean_ap50.value == 1
    assert near.mean_ap is not None
    assert 0.5 < near.mean_ap < 1


def test_overlap_is_symmetric_and_1_only_with_itself() -> None:
    rng = np.random.default_rng(0)
    boxes = np.array([drawn_box(rng) for _ in range(40)])
    shared = overlaps(boxes, boxes)
    assert shared == pytest.approx(shared.T)
    assert np.diag(shared) == pytest.approx(np.ones(40))
    assert (shared - np.eye(40)).max() < 1
