"""One worker, seen from the process that keeps the journal, wherever the worker runs."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING

from palletjack_dr.runtimes.messages import Hand, Leave, Ready

if TYPE_CHECKING:
    from palletjack_dr.journal import Journal

LAST_LINES = 60
GRACE = 30.0
"""Seconds that an idle worker has to end in good order."""


@dataclass(frozen=True, kw_only=True)
class End:
    """How a worker ended ("signal 11 (SIGSEGV)"), and the last lines that it printed.

    ``own`` is False where its machine was lost with it: then no frame is to blame.
    """

    how: str
    log: str
    own: bool = True


class Handle(ABC):
    """What a worker was handed and has begun, and the way to talk with it; ``number`` is its own for the whole run."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.ready = self.asking = self.leaving = False
        self.made = 0
        self.handed: list[int] = []
        self.begun: list[int] = []
        self._heard = time.monotonic()

    @abstractmethod
    def tell(self, message: object) -> None:
        """Send a message; that the worker is gone shows when it is heard next."""

    @abstractmethod
    def hold(self, journal: Journal) -> None:
        """Have the worker hold the dataset folder, so that it stays locked until the worker is gone."""

    @abstractmethod
    def kill(self) -> None:
        """End the worker at once."""

    @abstractmethod
    def end(self) -> End:
        """Wait until the worker has ended, and end it if it does not by itself."""

    @abstractmethod
    def _next(self) -> object:
        """Return the next message, or None if the worker has ended."""

    @property
    def silent_for(self) -> float:
        """Seconds since the worker last said something."""
        return time.monotonic() - self._heard

    def hear(self) -> object:
        """Return the next message, or None if the worker has ended."""
        message = self._next()
        if message is not None:
            self._heard = time.monotonic()
            self.ready = self.ready or isinstance(message, Ready)
        return message

    def hand(self, hand: Hand) -> None:
        """Hand frames to a worker that asks."""
        self.handed.extend(hand.frames)
        self.asking = False
        self.tell(hand)

    def leave(self) -> list[int]:
        """Note that the worker ends by itself, and return the frames that it has not made."""
        self.leaving = True
        left, self.handed = self.handed, []
        return left

    def dismiss(self) -> None:
        """Send an idle worker home; end at once what is at work, whose frames do not count."""
        if self.leaving:
            return
        if self.ready and not self.handed:
            self.tell(Leave())
        else:
            self.kill()
