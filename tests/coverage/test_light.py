"""The exposure search finds the wanted light level of any scene that grows darker as EV100 rises."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from palletjack_dr.cli import main
from palletjack_dr.coverage.light import Try, exposure
from palletjack_dr.coverage.planner import SOURCE
from palletjack_dr.randomness import stream

BINS = [(0.05, 0.2), (0.2, 0.35), (0.35, 0.5), (0.5, 0.65), (0.65, 0.8)]


def straight(ev: float, scene: float) -> float:
    return float(min(2.0 ** (scene - ev), 1.0) ** (1 / 2.2))


def filmic(ev: float, scene: float) -> float:
    light = 2.0 ** (scene - ev + 1)
    return float((light / (light + 1)) ** (1 / 1.6))


@pytest.mark.parametrize("camera", [straight, filmic])
@pytest.mark.parametrize("goal", BINS)
def test_a_few_renders_find_the_wanted_level_whatever_the_scene(
    camera: Callable[[float, float], float], goal: tuple[float, float]
) -> None:
    needed = []
    for index, scene in enumerate(np.linspace(1.0, 11.0, 21)):
        tries: list[Try] = []
        for attempt in range(12):
            value = exposure(goal, 8.0, tries, stream(0, index, attempt, "it")).value
            assert isinstance(value, float)
            tries.append((value, camera(value, scene)))
            if goal[0] <= tries[-1][1] < goal[1]:
                break
        assert goal[0] <= tries[-1][1] < goal[1]
        needed.append(len(tries))
    assert np.mean(needed) < 4


def test_an_exposure_stays_in_its_range_however_dark_the_scene() -> None:
    tries: list[Try] = []
    for attempt in range(12):
        value = exposure((0.5, 0.6), None, tries, stream(0, 0, attempt, "it")).value
        assert isinstance(value, float)
        tries.append((value, 0.0))
    assert tries[-1][0] == -6.0


@pytest.mark.renders
def test_frames_have_the_light_that_they_are_for_and_can_be_made_alone() -> None:
    bins = "coverage={bins: {light: [0.1, 0.25, 0.4, 0.6]}}"
    small = ["resolution=[160,96]", "quality=draft", "seed=4", "constraints.target_visible.min_px=30", "frames.count=6"]
    main(["generate", *small, "output_dir=lit", bins])
    main(["generate", *small, "output_dir=alone", bins, "frames.shard=4/6"])
    lines = Path("lit/frames.jsonl").read_text().splitlines()
    records = [json.loads(line) for line in lines]
    for record in records:
        low, high = record["goal"]["light"]
        assert low <= record["light"] < high
        assert sum(source == SOURCE and what == "environment.exposure" for source, _, what, _ in record["edits"]) == 1
    alone = json.loads(Path("alone/frames.jsonl").read_text())
    same = next(r for r in records if r["frame"] == alone["frame"])
    assert alone["objects"] == same["objects"]
    assert [e for e in alone["edits"] if e[0] != SOURCE] == [e for e in same["edits"] if e[0] != SOURCE]
    low, high = same["goal"]["light"]
    assert low <= alone["light"] < high  # rgb is dithered, which may make the search take one more step
