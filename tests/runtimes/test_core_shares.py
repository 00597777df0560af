"""Workers share the cores out, so that a machine full of them does not start a thread for every core in each."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from palletjack_dr.runtimes.core_shares import core_shares, kept_to


@pytest.mark.parametrize("workers", [1, 2, 3, 5, 64])
def test_shares_are_as_large_as_they_can_be_and_apart_where_there_are_cores_enough(workers: int) -> None:
    cores = os.sched_getaffinity(0)
    shares = core_shares(workers)
    assert len(shares) == workers
    assert {len(share) for share in shares} == {max(len(cores) // workers, 1)}
    assert frozenset().union(*shares) <= cores
    if workers <= len(cores):
        assert sum(map(len, shares)) == len(frozenset().union(*shares))


def test_a_process_started_meanwhile_is_kept_to_the_cores_and_who_starts_it_is_not() -> None:
    before = os.sched_getaffinity(0)
    one = {max(before)}
    with kept_to(one):
        said = subprocess.run(
            [sys.executable, "-c", "import os; print(*os.sched_getaffinity(0))"], capture_output=True, text=True
        ).stdout
    assert {int(word) for word in said.split()} == one
    assert os.sched_getaffinity(0) == before
