"""All frames of a run in several processes of this machine, each with an engine of its own."""

from __future__ import annotations

import logging
import os
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import wait
from typing import TYPE_CHECKING

from palletjack_dr import errors
from palletjack_dr.distributions import setting
from palletjack_dr.errors import ConfigError, EngineError, PalletjackError
from palletjack_dr.runtime import Runtime, SetAside
from palletjack_dr.runtimes.core_shares import core_shares
from palletjack_dr.runtimes.gpus import launchers
from palletjack_dr.runtimes.messages import Ask, Begun, Committed, Hand, Hello, Kept, Leave, Ready, Refused
from palletjack_dr.runtimes.process import Process
from palletjack_dr.set_aside import write_bundle

if TYPE_CHECKING:
    from palletjack_dr.journal import Journal
    from palletjack_dr.progress import FrameProgress
    from palletjack_dr.run import Run

log = logging.getLogger(__name__)
LONGEST_HAND = 8
"""Frames handed out at a time, at most: few enough that a slow worker keeps none from an idle one for long."""
FALSE_STARTS = 5
"""So many workers in a row that end before they are ready end the run."""
DEATHS = 2
"""A frame that ends so many workers is set aside."""


@dataclass(frozen=True, kw_only=True)
class Local(Runtime):
    """Make frames in ``workers`` processes; "auto" is one for every two cores of this machine that we may use.

    The renderer and the encoder of one worker keep two cores busy. A worker is replaced after ``recycle_after``
    frames, or when it holds ``max_growth_mb`` MB more than after its first; it is ended when it says nothing for
    ``stuck_after`` seconds. A frame that ends its worker twice is set aside, and more than ``max_failed`` of those
    end the run. Where there are several NVIDIA GPUs each worker is kept to one of them, unless ``one_gpu_each`` is off.
    """

    workers: int | str = "auto"
    recycle_after: int = setting(2000, low=1)
    max_growth_mb: int = setting(1024, low=1)
    stuck_after: float = setting(900.0, low=1.0)
    max_failed: int = setting(20, low=0)
    one_gpu_each: bool = True

    def __post_init__(self) -> None:
        """Refuse a number of workers that is none."""
        super().__post_init__()
        if self.workers != "auto" and not (type(self.workers) is int and self.workers >= 1):
            raise ConfigError(f"workers: got {self.workers!r}, wanted auto or a number of processes, 1 or more")

    @property
    def count(self) -> int:
        """How many worker processes there are."""
        return max(cores() // 2, 1) if isinstance(self.workers, str) else self.workers

    @contextmanager
    def crew(self, run: Run) -> Iterator[Workers]:
        """Start the workers, and wait for the first that is ready."""
        workers = Workers(self, run)
        try:
            workers.start()
            yield workers
        finally:
            workers.end()


class Workers:
    """The worker processes of a run, seen from the main process, which alone decides and alone keeps the journal.

    Frames wait in ``_todo`` until a worker asks. Those of a worker that ended come back: what it had not begun to
    the front, what it had begun (one frame in the making, one being stored) to ``_suspects``, from where each is
    handed out alone, so that the next death has one culprit.
    """

    def __init__(self, settings: Local, run: Run) -> None:
        self._settings, self._run = settings, run
        self._shares = core_shares(settings.count)
        self._launchers = launchers() if settings.one_gpu_each else [[]]
        self._processes: list[Process] = []
        self._numbers = iter(range(1, 1 << 30))
        self._made_with: Mapping[str, str] | None = None
        self._todo: deque[int] = deque()
        self._suspects: deque[int] = deque()
        self._deaths: defaultdict[int, list[str]] = defaultdict(list)
        self._failed: list[SetAside] = []
        self._false_starts = 0
        self._journal: Journal | None = None

    def start(self) -> None:
        """Start all processes and return when one has its engine open."""
        for _ in range(min(self._settings.count, len(self._run.plan.frames))):
            self._hire()
        while self._made_with is None:
            self._listen()

    def made_with(self) -> Mapping[str, str]:
        """Return what the workers' engines say of themselves."""
        assert self._made_with is not None
        return self._made_with

    def make(self, frames: Iterable[int], journal: Journal, progress: FrameProgress) -> list[SetAside]:
        """Make and commit the frames, in whatever order they are done."""
        self._todo.extend(frames)
        self._journal = journal
        for process in self._processes:
            process.tell_locked(journal.fileno())
        while self._todo or self._suspects or any(process.handed for process in self._processes):
            for process in self._processes:
                if process.asking:
                    self._hand_out(process)
            self._commit(self._listen(), journal, progress)
        return self._failed

    def end(self) -> None:
        """End every process: those that are idle in good order, all others at once."""
        for process in self._processes:
            process.dismiss()
        for process in self._processes:
            process.end()

    def _hire(self) -> None:
        hello = Hello(
            config=self._run.plan.config,
            worker=next(self._numbers),
            recycle_after=self._settings.recycle_after,
            max_growth_mb=self._settings.max_growth_mb,
        )
        at_work = [process.launcher for process in self._processes if not process.leaving]
        launcher = min(self._launchers, key=at_work.count)  # the GPU with the fewest workers
        taken = [process.cores for process in self._processes if not process.leaving]
        process = Process(hello, cores=min(self._shares, key=taken.count), launcher=launcher)
        if self._journal is not None:
            process.tell_locked(self._journal.fileno())
        self._processes.append(process)

    def _hand_out(self, process: Process) -> None:
        if self._suspects:
            process.hand(Hand(frames=(self._suspects.popleft(),), alone=True))
        elif self._todo:
            size = min(max(len(self._todo) // (2 * self._settings.count), 1), LONGEST_HAND)
            process.hand(Hand(frames=tuple(self._todo.popleft() for _ in range(size))))

    def _listen(self) -> list[tuple[Process, Kept]]:
        """Hear what has been said, at most one message of each worker; return the frames that are stored."""
        kept: list[tuple[Process, Kept]] = []
        speaking = wait([process.connection for process in self._processes], timeout=1.0)
        for process in list(self._processes):
            if process.connection in speaking:
                match process.hear():
                    case None:
                        self._bury(process)
                    case Ready(made_with=made_with):
                        self._welcome(process, made_with)
                    case Ask():
                        process.asking = True
                    case Begun(frame):
                        process.begun.append(frame)
                    case Kept() as message:
                        kept.append((process, message))
                    case Leave():
                        self._todo.extendleft(reversed(process.leave()))
                        self._hire()
                    case Refused(kind=kind, text=text):
                        raise getattr(errors, kind, PalletjackError)(text)
            elif process.silent_for > self._settings.stuck_after and not process.asking:
                log.warning("worker %d has been stuck for %.0f s; it is replaced", process.number, process.silent_for)
                process.kill()
        return kept

    def _welcome(self, process: Process, made_with: Mapping[str, str]) -> None:
        self._false_starts = 0
        if self._made_with is None:
            self._made_with = made_with
            log.info("%d workers: %s", len(self._processes), ", ".join(f"{k} {v}" for k, v in made_with.items()))
        elif made_with != self._made_with:
            raise EngineError(
                f"worker {process.number} renders with {dict(made_with)}, those before it with "
                f"{dict(self._made_with)}; their frames would differ; look at the driver, or set engine.device"
            )

    def _commit(self, kept: list[tuple[Process, Kept]], journal: Journal, progress: FrameProgress) -> None:
        """Put frames into the journal, all at once, and tell their workers."""
        if not kept:
            return
        journal.append([message.frame.record for _, message in kept])
        for process, message in kept:
            index = message.frame.record["frame"]
            process.handed.remove(index)
            process.begun.remove(index)
            process.made += 1
            process.tell(Committed())
            progress.add(message.frame.size)
            progress.say(process.number, f"{process.made} made, frame {index}, {message.rss_mb} MB")

    def _bury(self, process: Process) -> None:
        """Replace a worker that has ended; its frames come back, and what it was making is under suspicion."""
        end, lines = process.end()
        self._processes.remove(process)
        if process.leaving:
            return
        if not process.ready:
            self._false_starts += 1
            if self._false_starts >= FALSE_STARTS:
                raise EngineError(
                    f"{FALSE_STARTS} workers in a row ended before they could make a frame, the last by {end}; "
                    f"try runtime=inline; the last lines of its log:\n{lines}"
                )
        for index in process.begun:
            self._deaths[index].append(end)
            if len(self._deaths[index]) >= DEATHS and len(process.begun) == 1:
                self._set_aside(SetAside(frame=index, ends=tuple(self._deaths[index]), log=lines))
            else:
                self._suspects.append(index)
        self._todo.extendleft(reversed([index for index in process.handed if index not in process.begun]))
        log.warning("worker %d ended by %s; its frames go to others", process.number, end)
        self._hire()

    def _set_aside(self, frame: SetAside) -> None:
        assert self._journal is not None
        write_bundle(self._run.plan, self._journal, frame)
        self._failed.append(frame)
        log.warning("frame %d is set aside: it ended %d workers", frame.frame, len(frame.ends))
        if len(self._failed) > self._settings.max_failed:
            raise EngineError(
                f"{len(self._failed)} frames ended their workers, the last by {frame.ends[-1]}: something is wrong "
                f"with more than a frame; all frames that are made are safe; the last lines of the log:\n{frame.log}"
            )


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
