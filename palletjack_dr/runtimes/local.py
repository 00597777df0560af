"""All frames of a run in several processes of this machine, each with an engine of its own."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import wait
from typing import TYPE_CHECKING

from palletjack_dr.runtimes.core_shares import core_shares
from palletjack_dr.runtimes.gpus import launchers
from palletjack_dr.runtimes.messages import Hello
from palletjack_dr.runtimes.process import Process
from palletjack_dr.runtimes.workers import ManyWorkers, Workers

if TYPE_CHECKING:
    from palletjack_dr.run import Run


@dataclass(frozen=True, kw_only=True)
class Local(ManyWorkers):
    """Make frames in ``workers`` processes; "auto" is one for every two cores of this machine that we may use.

    The renderer and the encoder of one worker keep two cores busy. A worker is replaced after ``recycle_after``
    frames, or when it holds ``max_growth_mb`` MB more than after its first; it is ended when it says nothing for
    ``stuck_after`` seconds. A frame that ends its worker twice is set aside, and more than ``max_failed`` of those
    end the run. Where there are several NVIDIA GPUs each worker is kept to one of them, unless ``one_gpu_each`` is off.
    """

    one_gpu_each: bool = True

    @property
    def count(self) -> int:
        """How many worker processes there are."""
        return max(cores() // 2, 1) if isinstance(self.workers, str) else self.workers

    @contextmanager
    def crew(self, run: Run) -> Iterator[Processes]:
        """Start the workers, and wait for the first that is ready."""
        workers = Processes(self, run)
        try:
            workers.start()
            yield workers
        finally:
            workers.end()


class Processes(Workers[Process]):
    """The worker processes of a run, each with its share of the cores, and a GPU where there are several."""

    def __init__(self, settings: Local, run: Run) -> None:
        super().__init__(settings, run, settings.count)
        self._shares = core_shares(settings.count)
        self._launchers = launchers() if settings.one_gpu_each else [[]]

    def _start(self, hello: Hello) -> Process:
        at_work = [worker for worker in self._workers if not worker.leaving]
        launcher = min(self._launchers, key=[worker.launcher for worker in at_work].count)  # that of the fewest
        share = min(self._shares, key=[worker.cores for worker in at_work].count)
        return Process(hello, cores=share, launcher=launcher)

    def _speaking(self) -> Collection[Process]:
        speaking = wait([worker.connection for worker in self._workers], timeout=1.0)
        return [worker for worker in self._workers if worker.connection in speaking]


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
