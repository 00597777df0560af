from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from palletjack_dr.distributions import distribution
from palletjack_dr.errors import ConfigError


def draws(spec: Any, n: int = 4000, **rules: Any) -> np.ndarray:
    made, rng = distribution(spec, **rules), np.random.default_rng(5)
    return np.array([made.draw(rng) for _ in range(n)])


def kolmogorov_smirnov(values: np.ndarray, cdf: Any) -> float:
    ordered = np.sort(values)
    steps = np.arange(len(ordered) + 1) / len(ordered)
    wanted = np.array([cdf(v) for v in ordered])
    return float(max(np.abs(wanted - steps[1:]).max(), np.abs(wanted - steps[:-1]).max()))


@pytest.mark.parametrize(
    ("spec", "cdf"),
    [
        ([2.0, 5.0], lambda v: (v - 2) / 3),
        ({"uniform": [2.0, 5.0]}, lambda v: (v - 2) / 3),
        ({"log_uniform": [0.1, 10.0]}, lambda v: (math.log(v) - math.log(0.1)) / math.log(100)),
        ({"normal": [3.0, 2.0]}, lambda v: 0.5 * (1 + math.erf((v - 3) / 2 / math.sqrt(2)))),
    ],
)
def test_draws_follow_the_distribution_that_was_asked_for(spec: Any, cdf: Any) -> None:
    critical = 1.95 / math.sqrt(4000)  # p = 0.001 at a fixed seed
    assert kolmogorov_smirnov(draws(spec), cdf) < critical


def test_weights_of_a_choice_are_its_frequencies() -> None:
    values = draws({"choice": [1, 2, 3], "weights": [1, 2, 5]}, n=8000)
    counts = np.array([(values == v).sum() for v in (1, 2, 3)])
    expected = np.array([1, 2, 5]) / 8 * 8000
    assert ((counts - expected) ** 2 / expected).sum() < 13.8  # chi square, 2 degrees of freedom, p = 0.001


def test_whole_numbers_include_both_ends() -> None:
    assert set(draws([1, 4], whole=True)) == {1, 2, 3, 4}


def test_a_clipped_normal_stays_within_its_clip() -> None:
    values = draws({"normal": [0.0, 5.0], "clip": [-1.0, 2.0]})
    assert values.min() == -1.0
    assert values.max() == 2.0


def test_a_distribution_can_be_written_as_text() -> None:
    assert distribution("{normal: [1.0, 2.0], clip: [0, 4]}") == distribution({"normal": [1.0, 2.0], "clip": [0, 4]})
    assert distribution("[1, 2]", whole=True) == distribution([1, 2], whole=True)


def test_a_plain_value_is_constant() -> None:
    assert set(draws(3.5, n=10)) == {3.5}


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ({"normal": [100_000, 600_000]}, "must stay within [0, inf]; add clip"),
        ([-1.0, 3.0], "can draw values in [-1, 3]"),
        ({"choice": [1.0, -2.0]}, "can draw values in [-2, 1]"),
        ([3.0, 1.0], "ascending"),
        ([1.0, 2.0, 3.0], "two numbers"),
        (["a", "b"], "two numbers"),
        ({"unifrom": [1, 2]}, "did you mean 'uniform'?"),
        ({"log_uniform": [0.0, 2.0]}, "positive ends"),
        ({"choice": [1, 2], "weights": [1]}, "as many weights"),
        ({"normal": [1.0, -1.0]}, "std >= 0"),
    ],
)
def test_a_distribution_that_can_go_wrong_is_refused_with_its_name(spec: Any, words: str) -> None:
    with pytest.raises(ConfigError, match=r"^lights\.intensity: ") as caught:
        distribution(spec, name="lights.intensity", low=0.0)
    assert words in str(caught.value)
