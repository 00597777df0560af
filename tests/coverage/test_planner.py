"""Steered frames meet their goals, by the pixels of the real renderer; any frame of them can be made alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from palletjack_dr.cli import main
from palletjack_dr.coverage.contract import measured, misses

pytestmark = pytest.mark.renders
SMALL = ["resolution=[320,192]", "quality=draft", "seed=2", "constraints.target_visible.min_px=30", "check_share=1.0"]
BINS = "coverage={bins: {occlusion: [0, 0.1, 0.3, 0.5, 0.7], truncation: [0, 0.1, 0.3, 0.5], distance: [2, 4, 7]}}"


def made(folder: str, *overrides: str) -> list[dict[str, Any]]:
    main(["generate", *SMALL, f"output_dir={folder}", *overrides])
    return [json.loads(line) for line in Path(folder, "frames.jsonl").read_text().splitlines()]


def missed(record: dict[str, Any]) -> list[str]:
    goal = {name: (low, high) for name, (low, high) in record["goal"].items()}
    rows = [o for o in record["objects"] if o["id"] == record["subject"]]
    return misses(goal, measured(rows[0]) if rows else {})


def test_frames_meet_goals_that_chance_would_hardly_ever_meet() -> None:
    records = made("steered", "frames.count=12", BINS)
    assert [missed(r) for r in records] == [[]] * 12
    assert sum(len({attempt for attempt, _ in r["refused"]}) + 1 for r in records) < 5 * 12
    alone = made("alone", "frames.count=12", BINS, "frames.shard=8/12")
    assert alone[0]["edits"] == records[7]["edits"]
    assert alone[0]["objects"] == records[7]["objects"]


def test_a_goal_out_of_reach_costs_its_attempts_and_not_the_run() -> None:
    records = made("unmet", "frames.count=2", "coverage={bins: {size: [4000, 5000]}}", "max_attempts=3")
    assert [missed(r) for r in records] == [["size"]] * 2
    assert all([0, "coverage: size"] in r["refused"] for r in records)


def test_a_contract_for_a_class_that_is_not_there_leaves_frames_as_drawn() -> None:
    records = made("none", "frames.count=1", "coverage={bins: {distance: [2, 4]}, classes: [tank]}", "max_attempts=2")
    assert records[0]["subject"] is None


@pytest.mark.parametrize(
    ("block", "words"),
    [
        ("coverage={bin: {distance: [2, 4]}}", "wanted bins"),
        ("coverage={bins: {distance: [2, 4]}, clases: [x]}", "did you mean 'classes'?"),
        ("coverage={bins: {distanse: [2, 4]}}", "did you mean 'distance'?"),
    ],
)
def test_a_contract_that_is_none_is_refused(block: str, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as done:
        main(["generate", block])
    assert done.value.code == 2
    assert words in capsys.readouterr().err
