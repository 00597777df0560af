from __future__ import annotations

import itertools

import numpy as np

from palletjack_dr.randomness import stream


def test_a_stream_is_the_same_wherever_and_whenever_it_is_made() -> None:
    assert np.array_equal(stream(3, 7, 0, "lighting").random(50), stream(3, 7, 0, "lighting").random(50))


def test_streams_differ_in_each_part_of_their_key() -> None:
    keys = itertools.product((0, 1), (0, 1, 10), (0, 1), ("a", "b", "1/a"))
    first = [stream(*key).random() for key in keys]
    assert len(set(first)) == len(first)


def test_streams_are_uncorrelated_between_frames() -> None:
    rows = np.array([stream(0, frame, 0, "camera").random(400) for frame in range(40)])
    correlation = np.corrcoef(rows)[np.triu_indices(40, 1)]
    assert np.abs(correlation).max() < 0.25  # 780 pairs of 400 draws: 5 standard deviations
