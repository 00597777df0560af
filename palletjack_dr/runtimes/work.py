"""What a worker does, wherever it runs: it makes the frames that it is handed and forgets everything in the end."""

from __future__ import annotations

import resource
import sys
from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path
from queue import SimpleQueue

from palletjack_dr.errors import PalletjackError
from palletjack_dr.runtime import Stored
from palletjack_dr.runtimes.messages import Ask, Begun, Committed, Hand, Hello, Kept, Leave, Ready, Refused
from palletjack_dr.shard import Shard, open_shard


class Line(ABC):
    """The line to the main process: any thread of the worker may tell, and whatever listens calls ``hear``."""

    def __init__(self, hello: Hello) -> None:
        self.hello = hello
        self.hands: SimpleQueue[Hand | None] = SimpleQueue()
        self._committed: SimpleQueue[Committed] = SimpleQueue()

    @abstractmethod
    def tell(self, message: object) -> None:
        """Send a message."""

    def hear(self, message: object) -> None:
        """Take in what the main process says."""
        match message:
            case Hand() as hand:
                self.hands.put(hand)
            case Committed() as committed:
                self._committed.put(committed)
            case Leave():
                self.hands.put(None)

    def keep(self, stored: Stored) -> None:
        """Report a stored frame and wait until it is in the journal."""
        self.tell(Kept(stored, rss_mb()))
        self._committed.get()


def work(line: Line) -> None:
    """Work until there are no frames any more, or enough were made."""
    try:
        with open_shard(line.hello.config, worker=line.hello.worker, send=line.hello.send) as shard:
            line.tell(Ready(made_with=shard.made_with()))
            shard.make(_handed(line, shard), line.keep)
    except PalletjackError as error:
        line.tell(Refused(kind=type(error).__name__, text=str(error)))


def _handed(line: Line, shard: Shard) -> Iterator[int]:
    """Yield frames as they are handed out, and end with them or when this worker has done its share."""
    made, first = 0, 0
    while True:
        line.tell(Ask())
        hand = line.hands.get()
        if hand is None:
            return
        for index in hand.frames:
            if hand.alone:
                shard.flush()
            line.tell(Begun(index))
            yield index
            made += 1
            if hand.alone:
                shard.flush()
            first = first or rss_mb()
            if made >= line.hello.recycle_after or rss_mb() - first > line.hello.max_growth_mb:
                shard.flush()
                line.tell(Leave())
                return


def rss_mb() -> int:
    """Return the memory that this process holds [MB]; where the system does not tell, the most it ever held."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak // (1 << 20 if sys.platform == "darwin" else 1 << 10)
    return pages * resource.getpagesize() >> 20
