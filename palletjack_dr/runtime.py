"""The seam between a run and the processes that make its frames."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from palletjack_dr.component import Component

if TYPE_CHECKING:
    from palletjack_dr.journal import Journal
    from palletjack_dr.progress import FrameProgress
    from palletjack_dr.run import Run


@dataclass(frozen=True, kw_only=True)
class Stored:
    """A frame whose files are on disk under their final names: its journal line, and the files' bytes in all.

    Where its maker does not share the dataset folder, ``files`` holds them for whoever commits the frame to write.
    """

    record: dict[str, Any]
    size: int
    files: tuple[tuple[str, bytes], ...] = ()


@dataclass(frozen=True, kw_only=True)
class SetAside:
    """A frame that ended the process that made it, again and again.

    ``ends`` says how each process ended ("signal 11 (SIGSEGV)"), ``log`` holds the last lines that it printed.
    """

    frame: int
    ends: tuple[str, ...]
    log: str


class Crew(Protocol):
    """The processes of one run, ready to make frames."""

    def made_with(self) -> Mapping[str, str]:
        """Return what the engine says of itself; the same in every process."""

    def make(self, frames: Iterable[int], journal: Journal, progress: FrameProgress) -> list[SetAside]:
        """Make frames, in any order, and commit each to the journal; return those that were set aside instead."""


@dataclass(frozen=True, kw_only=True)
class Runtime(Component, ABC):
    """Where frames are made: in this process, in several, on a cluster.

    Whatever the runtime, the journal has one writer, the process that called ``execute``. A frame depends on
    the config and its index alone, so a runtime may make frames in any order and anywhere.
    """

    @abstractmethod
    def crew(self, run: Run) -> AbstractContextManager[Crew]:
        """Start what makes frames, and end it when the context closes, whatever happened.

        Raises ``EngineError`` where the engine cannot start: nothing is on disk yet.
        """
