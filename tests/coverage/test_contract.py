from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from palletjack_dr.coverage.contract import Contract, in_words, measured, misses, within
from palletjack_dr.errors import ConfigError

BINS = {"occlusion": [0.0, 0.2, 0.5], "distance": [2.0, 4.0, 8.0, 16.0]}


@pytest.mark.parametrize("joint", [False, True])
@pytest.mark.parametrize("count", [6, 60, 61])
def test_every_bin_gets_its_share_of_the_frames(joint: bool, count: int) -> None:
    contract = Contract(bins=BINS, joint=joint)
    goals = contract.goals(count, seed=3)
    assert len(goals) == count
    for name, edges in BINS.items():
        counts = Counter(goal[name] for goal in goals)
        share = count / (len(edges) - 1)
        assert set(counts) == set(contract.intervals(name))
        assert all(abs(n - share) <= 3 for n in counts.values())
    assert contract.quotas(goals).total() == 2 * count


def test_joint_goals_hold_every_combination_equally_often() -> None:
    goals = Contract(bins=BINS, joint=True).goals(60, seed=0)
    assert set(Counter(tuple(goal.values()) for goal in goals).values()) == {10}


def test_goals_follow_from_the_seed() -> None:
    contract = Contract(bins=BINS)
    assert contract.goals(40, seed=1) == contract.goals(40, seed=1)
    assert contract.goals(40, seed=1) != contract.goals(40, seed=2)


@pytest.mark.parametrize(
    ("bins", "words"),
    [
        ({}, "none are given"),
        ({"oclusion": [0, 1]}, "did you mean 'occlusion'?"),
        ({"occlusion": [0.5]}, "two or more rising edges"),
        ({"occlusion": [0.5, 0.2]}, "two or more rising edges"),
        ({"occlusion": [0.0, 1.5]}, r"in \[0, 1\]"),
        ({"distance": [-1.0, 5.0]}, "rising edges"),
        ({"light": [0.5, 1.5]}, r"in \[0, 1\]"),
    ],
)
def test_bins_that_nothing_can_fall_into_are_refused(bins: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        Contract(bins=bins)


def row(**changes: Any) -> dict[str, Any]:
    return {
        "visible_px": 100,
        "box": [10, 20, 50, 60],
        "occlusion": 0.3,
        "truncation": 0.0,
        "distance": 5.0,
        **changes,
    }


def test_a_goal_tells_which_measures_miss_it() -> None:
    goal = {"occlusion": (0.2, 0.5), "distance": (2.0, 4.0), "size": (30.0, 50.0)}
    assert misses(goal, measured(row())) == ["distance"]
    assert misses(goal, measured(row(distance=3.0))) == []
    assert misses(goal, measured(row(visible_px=0, box=None))) == ["occlusion", "distance", "size"]
    assert in_words(goal) == "occlusion 0.2 to 0.5, distance 2 to 4, size 30 to 50"


def test_an_interval_holds_its_lower_edge_and_not_its_upper_but_for_the_end_of_the_range() -> None:
    assert within(0.2, (0.2, 0.5), "occlusion")
    assert not within(0.5, (0.2, 0.5), "occlusion")
    assert within(1.0, (0.5, 1.0), "occlusion")


def test_light_is_missed_until_it_is_known() -> None:
    goal = {"light": (0.2, 0.4)}
    assert misses(goal, measured(row())) == ["light"]
    assert misses(goal, measured(row(), 0.3)) == []
    assert misses(goal, measured(row(), 0.5)) == ["light"]
