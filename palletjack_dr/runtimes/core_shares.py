"""Which cores each worker gets: renderers, encoders and number libraries start a thread for every core they may use."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager


def core_shares(workers: int) -> list[frozenset[int]]:
    """Return the cores of each worker: equal shares side by side, or one core each where there are more workers.

    An empty share stands for all cores, where the system does not let a process be kept to some.
    """
    if not hasattr(os, "sched_getaffinity"):
        return [frozenset()] * workers
    cores = sorted(os.sched_getaffinity(0))
    each = max(len(cores) // workers, 1)
    return [frozenset(cores[at % len(cores)] for at in range(k * each, (k + 1) * each)) for k in range(workers)]


@contextmanager
def kept_to(cores: Collection[int]) -> Iterator[None]:
    """Keep the processes that this thread starts meanwhile to some cores; none of them named: to all."""
    if not cores:
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
