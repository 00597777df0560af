"""The workers of a run in actors of Ray, seen from the main process."""

from __future__ import annotations

import os
import time
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ray
from ray.exceptions import RayError
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from palletjack_dr.journal import Journal
from palletjack_dr.runtime import SetAside
from palletjack_dr.runtimes.handle import GRACE, End, Handle
from palletjack_dr.runtimes.messages import Hello
from palletjack_dr.runtimes.ray_actor import GROUPS, Ended, FrameWorker, Seated, last_lines
from palletjack_dr.runtimes.ray_metrics import Meters
from palletjack_dr.runtimes.workers import Workers

if TYPE_CHECKING:
    from palletjack_dr.run import Run
    from palletjack_dr.runtimes.ray import Ray

OURS = "PALLETJACK_DR_"
"""What variables begin with that workers shall have as the main process has them; they name plugins, among others."""


class Actor(Handle):
    """A worker in an actor. One call of ``hear`` is always under way; ``saying`` is what will come of it."""

    def __init__(self, hello: Hello, settings: Ray) -> None:
        super().__init__(hello.worker)
        self._shares = not hello.send
        variables = {name: value for name, value in os.environ.items() if name.startswith(OURS)}
        start = ray.remote(
            num_cpus=settings.cpus_per_worker,
            num_gpus=settings.gpus_per_worker,
            scheduling_strategy="SPREAD",
            concurrency_groups=GROUPS,
            enable_task_events=False,  # a message is no task that anyone looks for in the dashboard
        )(FrameWorker)
        self._actor = start.remote(hello, os.getcwd(), variables, max(int(settings.cpus_per_worker), 1))
        self.saying = self._actor.hear.remote()
        self._seat: Seated | None = None
        self._end: End | None = None

    @property
    def silent_for(self) -> float:
        """Seconds since the worker last said something; none as long as Ray has no room for it."""
        return 0.0 if self._seat is None else super().silent_for

    def tell(self, message: object) -> None:
        """Send a message."""
        self._actor.tell.remote(message)

    def hold(self, journal: Journal) -> None:
        """Have the worker hold the dataset folder, if it is to write there; nobody can hold a URL."""
        if self._shares and isinstance(journal.place, Path):
            journal.share()
            self._actor.hold.remote()

    def kill(self) -> None:
        """End the actor at once."""
        ray.kill(self._actor)

    def end(self) -> End:
        """Wait until the worker has ended, then let its process go."""
        until = time.monotonic() + GRACE
        while self._end is None and ray.wait([self.saying], timeout=max(until - time.monotonic(), 0.0))[0]:
            self._next()
        self.kill()
        return self._end or End(how="the loss of its process", log="it did not end when it was told to")

    def _next(self) -> object:
        if self._end is None:
            try:
                message = ray.get(self.saying)
            except RayError as error:
                self._end = self._lost(error)
            else:
                if isinstance(message, Ended):
                    self._end = End(how=message.how, log=message.log)
                else:
                    self._seat = message if isinstance(message, Seated) else self._seat
                    self.saying = self._actor.hear.remote()
                    return message
        return None

    def _lost(self, error: RayError) -> End:
        """Find out what became of a worker that answers no longer."""
        if self._seat is None:
            return End(how="an error of Ray", log=str(error))
        lines = _read(self._seat)
        if lines is None:
            return End(how="the loss of its machine", log=str(error), own=False)
        return End(how="the loss of its process", log=f"{error}\n{lines}")


class Actors(Workers[Actor]):
    """The actors of a run."""

    def __init__(self, settings: Ray, run: Run, count: int) -> None:
        super().__init__(settings, run, count)
        self._ray = settings
        self._meters = Meters(run.folder.name)

    def _start(self, hello: Hello) -> Actor:
        return Actor(replace(hello, send=self._ray.files == "send"), self._ray)

    def _speaking(self) -> Collection[Actor]:
        by_answer = {worker.saying: worker for worker in self._workers}
        there, _ = ray.wait(list(by_answer), timeout=1.0)
        if there:
            there, _ = ray.wait(list(by_answer), num_returns=len(by_answer), timeout=0)
        return [by_answer[answer] for answer in there]

    def _note_made(self, record: Mapping[str, Any]) -> None:
        self._meters.made(record)

    def _note_set_aside(self, frame: SetAside) -> None:
        self._meters.set_aside()


def _read(seat: Seated) -> str | None:
    """Return the last lines of a worker's log; None if its machine does not answer either."""
    there = NodeAffinitySchedulingStrategy(seat.node, soft=False)
    read = ray.remote(last_lines).options(num_cpus=0, max_retries=0, scheduling_strategy=there)
    with suppress(RayError):
        return str(ray.get(read.remote(seat.logs), timeout=GRACE))
    return None
