"""The workers of a run, seen from the process that keeps the journal, wherever they run."""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from palletjack_dr import errors
from palletjack_dr.distributions import setting
from palletjack_dr.errors import ConfigError, EngineError, PalletjackError
from palletjack_dr.journal import Journal
from palletjack_dr.runtime import Runtime, SetAside
from palletjack_dr.runtimes.frame_queue import FrameQueue
from palletjack_dr.runtimes.handle import End, Handle
from palletjack_dr.runtimes.messages import Ask, Begun, Committed, Hello, Kept, Leave, Ready, Refused
from palletjack_dr.set_aside import write_bundle
from palletjack_dr.storage import store

if TYPE_CHECKING:
    from palletjack_dr.progress import FrameProgress
    from palletjack_dr.run import Run

log = logging.getLogger(__name__)
FALSE_STARTS = 5
"""After so many workers in a row that end before they are ready no other is started; if none works, the run ends."""
H = TypeVar("H", bound=Handle)


@dataclass(frozen=True, kw_only=True)
class ManyWorkers(Runtime):
    """What every runtime of several workers can be told.

    A worker is replaced after ``recycle_after`` frames, or when it holds ``max_growth_mb`` MB more than after its
    first; it is ended when it says nothing for ``stuck_after`` seconds. A frame that ends its worker twice is set
    aside, and more than ``max_failed`` of those end the run.
    """

    workers: int | str = "auto"
    recycle_after: int = setting(2000, low=1)
    max_growth_mb: int = setting(1024, low=1)
    stuck_after: float = setting(900.0, low=1.0)
    max_failed: int = setting(20, low=0)

    def __post_init__(self) -> None:
        """Refuse a number of workers that is none."""
        super().__post_init__()
        if self.workers != "auto" and not (type(self.workers) is int and self.workers >= 1):
            raise ConfigError(f"workers: got {self.workers!r}, wanted auto or a number of processes, 1 or more")


class Workers(ABC, Generic[H]):
    """The crew of ``count`` workers. Its process alone decides who makes what, and alone keeps the journal."""

    def __init__(self, settings: ManyWorkers, run: Run, count: int) -> None:
        self._settings, self._run, self._count = settings, run, count
        self._workers: list[H] = []
        self._hired = 0
        self._made_with: Mapping[str, str] | None = None
        self._frames = FrameQueue()
        self._failed: list[SetAside] = []
        self._false_starts = 0
        self._journal: Journal | None = None

    @abstractmethod
    def _start(self, hello: Hello) -> H:
        """Start a worker that is greeted with ``hello``."""

    @abstractmethod
    def _speaking(self) -> Collection[H]:
        """Return the workers that have something to say; wait a second for the first."""

    def _note_made(self, record: Mapping[str, Any]) -> None:
        """Take note of a frame that is in the journal now."""

    def _note_set_aside(self, frame: SetAside) -> None:
        """Take note of a frame that was set aside."""

    def start(self) -> None:
        """Start all workers and return when one has its engine open."""
        for _ in range(min(self._count, len(self._run.plan.frames))):
            self._hire()
        while self._made_with is None:
            self._listen()

    def made_with(self) -> Mapping[str, str]:
        """Return what the workers' engines say of themselves."""
        assert self._made_with is not None
        return self._made_with

    def make(self, frames: Iterable[int], journal: Journal, progress: FrameProgress) -> list[SetAside]:
        """Make and commit the frames, in whatever order they are done."""
        self._frames.put(frames)
        self._journal = journal
        for worker in self._workers:
            worker.hold(journal)
        while self._frames or any(worker.handed for worker in self._workers):
            for worker in self._workers:
                if worker.asking and self._frames:
                    worker.hand(self._frames.hand(self._count))
            self._commit(self._listen(), journal, progress)
        return self._failed

    def end(self) -> None:
        """End every worker: those that are idle in good order, all others at once."""
        for worker in self._workers:
            worker.dismiss()
        for worker in self._workers:
            worker.end()

    def _hire(self) -> None:
        self._hired += 1
        worker = self._start(
            Hello(
                config=self._run.plan.config,
                worker=self._hired,
                recycle_after=self._settings.recycle_after,
                max_growth_mb=self._settings.max_growth_mb,
            )
        )
        if self._journal is not None:
            worker.hold(self._journal)
        self._workers.append(worker)

    def _listen(self) -> list[tuple[H, Kept]]:
        """Hear what has been said, at most one message of each worker; return the frames that are stored."""
        kept: list[tuple[H, Kept]] = []
        speaking = self._speaking()
        for worker in list(self._workers):
            if worker in speaking:
                match worker.hear():
                    case None:
                        self._bury(worker)
                    case Ready(made_with=made_with):
                        self._welcome(worker, made_with)
                    case Ask():
                        worker.asking = True
                    case Begun(frame):
                        worker.begun.append(frame)
                    case Kept() as message:
                        kept.append((worker, message))
                    case Leave():
                        self._frames.back(worker.leave())
                        self._hire()
                    case Refused(kind=kind, text=text):
                        raise getattr(errors, kind, PalletjackError)(text)
            elif worker.silent_for > self._settings.stuck_after and not worker.asking:
                log.warning("worker %d has been stuck for %.0f s; it is replaced", worker.number, worker.silent_for)
                worker.kill()
        return kept

    def _welcome(self, worker: H, made_with: Mapping[str, str]) -> None:
        self._false_starts = 0
        if self._made_with is None:
            self._made_with = made_with
            log.info("%d workers: %s", len(self._workers), ", ".join(f"{k} {v}" for k, v in made_with.items()))
        elif made_with != self._made_with:
            raise EngineError(
                f"worker {worker.number} renders with {dict(made_with)}, those before it with "
                f"{dict(self._made_with)}; their frames would differ; look at the driver, or set engine.device"
            )

    def _commit(self, kept: list[tuple[H, Kept]], journal: Journal, progress: FrameProgress) -> None:
        """Put frames into the journal, all at once, and tell their workers."""
        if not kept:
            return
        for _, message in kept:
            if message.frame.files:
                store(journal.place, message.frame.record, message.frame.files)
        journal.append([message.frame.record for _, message in kept])
        for worker, message in kept:
            index = message.frame.record["frame"]
            worker.handed.remove(index)
            worker.begun.remove(index)
            worker.made += 1
            worker.tell(Committed())
            self._note_made(message.frame.record)
            progress.add(message.frame.size)
            progress.say(worker.number, f"{worker.made} made, frame {index}, {message.rss_mb} MB")

    def _bury(self, worker: H) -> None:
        """Replace a worker that has ended; its frames come back, and what it was making is under suspicion."""
        end = worker.end()
        self._workers.remove(worker)
        if worker.leaving:
            return
        if not worker.ready and end.own:
            self._false_starts += 1
            if self._false_starts >= FALSE_STARTS:
                self._false_starts = 0
                self._go_on_without(end)
                return
        culprit = self._frames.bury(worker.handed, worker.begun, end)
        if culprit is not None:
            self._set_aside(culprit)
        log.warning("worker %d ended by %s; its frames go to others", worker.number, end.how)
        self._hire()

    def _go_on_without(self, end: End) -> None:
        """Leave a worker that cannot start to be missed by the others; end the run if there is none at work."""
        why = f"{FALSE_STARTS} workers in a row ended before they could make a frame, the last by {end.how}"
        at_work = sum(worker.ready and not worker.leaving for worker in self._workers)
        if not at_work:
            raise EngineError(f"{why}; try runtime=inline; the last lines of its log:\n{end.log}")
        log.warning("%s; going on with %d", why, at_work)

    def _set_aside(self, frame: SetAside) -> None:
        assert self._journal is not None
        write_bundle(self._run.plan, self._journal, frame)
        self._failed.append(frame)
        self._note_set_aside(frame)
        log.warning("frame %d is set aside: it ended %d workers", frame.frame, len(frame.ends))
        if len(self._failed) > self._settings.max_failed:
            raise EngineError(
                f"{len(self._failed)} frames ended their workers, the last by {frame.ends[-1]}: something is wrong "
                f"with more than a frame; all frames that are made are safe; the last lines of the log:\n{frame.log}"
            )
