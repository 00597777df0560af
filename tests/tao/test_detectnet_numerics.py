"""DetectNet_v2's targets, losses, schedule and augmentation: NVIDIA's figures, and what must hold beyond them."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from palletjack_dr.tao.detectnet_v2.augmentation import Augmentation
from palletjack_dr.tao.detectnet_v2.network import DetectNet
from palletjack_dr.tao.detectnet_v2.objectives import ClassObjectives, Cost
from palletjack_dr.tao.detectnet_v2.raster import ClassRaster, Targets, decode, rasterize
from palletjack_dr.tao.detectnet_v2.schedule import SoftStartAnnealing
from palletjack_dr.tao.recipe import Batch

GOLDEN = json.loads((Path(__file__).parent / "golden_rasters.json").read_text())
"""Rasters that NVIDIA's own code drew: cells that are not empty as x, y, coverage, weight, four distances."""
HALF = {"cov": 1.0, "bbox": 10.0}


def drawn(case: dict[str, Any], boxes: list[list[float]] | None = None) -> Targets:
    rows = torch.tensor(case["boxes"] if boxes is None else boxes, dtype=torch.float32)
    rule = ClassRaster(radius=(case["radius"][0], case["radius"][1]))
    width, height = case["grid"]
    return rasterize([rows], [torch.zeros(len(rows)).long()], [rule], (width, height), deadzone=case["deadzone"])


@pytest.mark.parametrize("case", GOLDEN)
def test_rasters_are_nvidia_s(case: dict[str, Any]) -> None:
    width, height = case["grid"]
    wanted = torch.zeros(6, height, width)
    for x, y, *values in case["cells"]:
        wanted[:, y, x] = torch.tensor(values)
    targets = drawn(case)
    got = torch.cat([targets.coverage[0], targets.weight[0], targets.boxes[0, 0]])
    assert torch.allclose(got, wanted, atol=1e-5, rtol=0)


@pytest.mark.parametrize("case", GOLDEN)
def test_the_order_in_which_labels_are_listed_changes_nothing(case: dict[str, Any]) -> None:
    turned = drawn(case, boxes=case["boxes"][::-1])
    assert torch.equal(turned.coverage, drawn(case).coverage)
    assert torch.equal(turned.boxes, drawn(case).boxes)


def test_a_batch_is_drawn_as_its_pictures_alone_and_classes_do_not_touch_each_other() -> None:
    rng = np.random.default_rng(3)
    rules = [ClassRaster(), ClassRaster(radius=(0.5, 0.6))]
    boxes, classes = [], []
    for count in (0, 3, 7):
        low = rng.uniform(0, 300, (count, 2))
        boxes.append(torch.tensor(np.hstack([low, low + rng.uniform(10, 200, (count, 2))]), dtype=torch.float32))
        classes.append(torch.tensor(rng.integers(0, 2, count)))
    together = rasterize(boxes, classes, rules, (30, 17))
    for i, (b, c) in enumerate(zip(boxes, classes, strict=True)):
        for k in (0, 1):
            mine = torch.zeros(int((c == k).sum())).long()
            alone = rasterize([b[c == k]], [mine], [rules[k]], (30, 17))
            assert torch.equal(together.coverage[i, k], alone.coverage[0, 0])
            assert torch.equal(together.boxes[i, k], alone.boxes[0, 0])


def test_targets_decode_to_the_boxes_they_were_drawn_from() -> None:
    box = torch.tensor([[100.0, 80.0, 300.0, 240.0]])
    targets = rasterize([box], [torch.zeros(1).long()], [ClassRaster()], (30, 17), scale=35.0, offset=0.5)
    boxes = decode(targets.boxes, 35.0, 0.5)[0, 0]
    covered = targets.coverage[0, 0] > 0
    assert covered.any()
    assert torch.allclose(boxes[:, covered], box.T.expand(-1, int(covered.sum())), atol=1e-3)


@pytest.mark.parametrize(
    ("progress", "rate"), [(0, 5e-6), (0.05, 5e-5), (0.1, 5e-4), (0.5, 5e-4), (0.7, 5e-4), (0.85, 5e-5), (1, 5e-6)]
)
def test_learning_rates_are_nvidia_s(progress: float, rate: float) -> None:
    schedule = SoftStartAnnealing(low=5e-6, high=5e-4, soft_start=0.1, annealing=0.7)
    assert schedule.rate(progress) == pytest.approx(rate, abs=1e-9 * rate)


def cost(automatic: bool = True) -> Cost:
    objectives = ClassObjectives(name="palletjack", weight=4.0, foreground=0.05, initial=HALF, aim=HALF)
    return Cost(classes=[objectives], automatic=automatic, least=0.0001, most=0.9999)


def test_the_cost_is_what_its_formula_says_for_a_hand_made_answer() -> None:
    targets = Targets(
        coverage=torch.tensor([[[[1.0, 0.0]]]]),
        weight=torch.tensor([[[[0.5, 0.0]]]]),
        boxes=torch.tensor([[[[[2.0, 0.0]], [[2.0, 0.0]], [[2.0, 0.0]], [[2.0, 0.0]]]]]),
    )
    logits = torch.tensor([[[[math.log(3.0), -math.log(3.0)]]]])  # 0.75 and 0.25
    parts = cost().parts(logits, torch.ones(1, 1, 4, 1, 2), targets, torch.ones(1))
    crossed = -(0.05 * math.log(0.75 + 1e-5) + 0.95 * math.log(0.75 + 1e-5)) / 2
    assert float(parts["palletjack/cov"]) == pytest.approx(crossed / 11, rel=1e-5)
    assert float(parts["palletjack/bbox"]) == pytest.approx(0.5 * 4 / 8 * 10 / 11, rel=1e-5)


def test_automatic_weights_bring_objectives_to_their_aimed_shares() -> None:
    weighed = cost()
    raw = {"cov": 3.0, "bbox": 0.02}
    weighed.reweigh({f"palletjack/{o}": raw[o] * w for o, w in zip(raw, (1 / 11, 10 / 11), strict=True)})
    shares = {o: weighed.weights[f"palletjack/{o}"] * raw[o] for o in raw}
    assert shares["bbox"] / shares["cov"] == pytest.approx(10.0, rel=1e-6)
    assert sum(weighed.weights.values()) == pytest.approx(1.0)
    before = dict(weighed.weights)
    weighed.reweigh({"palletjack/cov": 1.0, "palletjack/bbox": 0.0})
    assert weighed.weights == before


def batch_with_a_rectangle(box: tuple[int, int, int, int], count: int = 16) -> Batch:
    pictures = torch.zeros(count, 3, 96, 160, dtype=torch.uint8)
    x1, y1, x2, y2 = box
    pictures[:, :, y1:y2, x1:x2] = 255
    rows = [torch.tensor([box], dtype=torch.float32)] * count
    return Batch(pictures=pictures, boxes=rows, classes=[torch.zeros(1).long()] * count, weights=torch.ones(count))


@pytest.mark.parametrize(
    "chosen",
    [
        {"flip": 1.0},
        {"flip_vertical": 1.0},
        {"zoom": (0.6, 1.6)},
        {"translate_max": (20, 12)},
        {"flip": 0.5, "flip_vertical": 0.5, "zoom": (0.7, 1.4), "translate_max": (10, 10)},
    ],
)
def test_boxes_follow_what_happens_to_the_picture(chosen: dict[str, Any]) -> None:
    plain = {"flip": 0.0, "translate_max": (0, 0), "hue_max": 0.0, "saturation_max": 0.0, "contrast_max": 0.0}
    generator = torch.Generator().manual_seed(5)
    batch = batch_with_a_rectangle((40, 30, 90, 70))
    pictures, boxes, _ = Augmentation(**{**plain, **chosen}).apply(batch, generator)
    for picture, rows in zip(pictures, boxes, strict=True):
        lit = torch.nonzero(picture[0] > 0.5)
        if not len(rows):
            assert len(lit) <= 160
            continue
        (top, left), (bottom, right) = lit.amin(dim=0).tolist(), (lit.amax(dim=0) + 1).tolist()
        x1, y1, x2, y2 = rows[0].tolist()
        assert [left, top, right, bottom] == pytest.approx(
            [max(x1, 0), max(y1, 0), min(x2, 160), min(y2, 96)], abs=0.75
        )


def test_a_rotated_box_still_holds_its_object() -> None:
    still = Augmentation(flip=0.0, translate_max=(0, 0), rotate_max=0.5, rotate=1.0, hue_max=0.0, contrast_max=0.0)
    pictures, boxes, _ = still.apply(batch_with_a_rectangle((60, 40, 100, 60)), torch.Generator().manual_seed(1))
    for picture, rows in zip(pictures, boxes, strict=True):
        lit = torch.nonzero(picture[0] > 0.5)
        assert lit[:, 1].min() >= rows[0, 0] - 1
        assert lit[:, 1].max() <= rows[0, 2] + 1


def test_colours_change_and_greys_stay_grey_under_hue_and_saturation() -> None:
    batch = batch_with_a_rectangle((0, 0, 160, 96), count=4)
    batch.pictures[:] = 128
    batch.pictures[:, 0, :48] = 200
    only = Augmentation(flip=0.0, translate_max=(0, 0), hue_max=90.0, saturation_max=0.5, contrast_max=0.0)
    pictures, _, _ = only.apply(batch, torch.Generator().manual_seed(2))
    grey = pictures[:, :, 60]
    assert torch.allclose(grey, torch.full_like(grey, 128 / 255), atol=1e-3)
    assert pictures[:, :, 20].std(dim=0).max() > 0.01


def test_the_same_generator_gives_the_same_batch() -> None:
    batch = batch_with_a_rectangle((40, 30, 90, 70))
    wild = Augmentation(zoom=(0.5, 1.5), rotate_max=0.2, rotate=0.5, brightness=0.1)
    once, twice = (wild.apply(batch, torch.Generator().manual_seed(9)) for _ in range(2))
    assert torch.equal(once[0], twice[0])
    assert all(torch.equal(a, b) for a, b in zip(once[1], twice[1], strict=True))


@pytest.mark.parametrize("same", [False, True])
@pytest.mark.parametrize("depth", [10, 18])
def test_the_network_answers_a_cell_for_every_sixteen_pixels(depth: int, same: bool) -> None:
    model = DetectNet(2, depth=depth, same=same).eval()
    logits, boxes = model(torch.zeros(1, 3, 96, 160))
    assert logits.shape == (1, 2, 6, 10)
    assert boxes.shape == (1, 2, 4, 6, 10)


def test_frozen_blocks_and_statistics_do_not_move() -> None:
    model = DetectNet(1, depth=10)
    model.freeze([0, 1], norms=True)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    model.train()
    optimizer = torch.optim.SGD([p for p in model.parameters() if p.requires_grad], lr=0.1)
    logits, boxes = model(torch.rand(2, 3, 64, 64))
    (logits.sum() + boxes.sum()).backward()
    optimizer.step()
    after = model.state_dict()
    still = ("conv1.", "blocks.0.")
    for name, value in before.items():
        fixed = name.startswith(still) or "running" in name
        if fixed:
            assert torch.equal(value, after[name]), name
    assert not torch.equal(before["blocks.3.0.conv_1.0.weight"], after["blocks.3.0.conv_1.0.weight"])
