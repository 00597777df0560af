"""A worker process of ``runtime=local``: makes the frames that it is handed and forgets everything in the end.

Started as ``python -m palletjack_dr.runtimes.worker DESCRIPTOR`` with one end of a socket. The other end's closing,
for whatever reason, ends the process at once: no worker outlives the run that it works for. On Linux the kernel sees
to that too, for a worker that hangs and hears nothing.
"""

from __future__ import annotations

import ctypes
import faulthandler
import logging
import os
import resource
import signal
import sys
from collections.abc import Iterator
from multiprocessing.connection import Connection
from multiprocessing.reduction import recv_handle
from pathlib import Path
from queue import SimpleQueue
from threading import Lock, Thread

from palletjack_dr.errors import PalletjackError
from palletjack_dr.runtime import Stored
from palletjack_dr.runtimes.messages import Ask, Begun, Committed, Hand, Hello, KeepLocked, Kept, Leave, Ready, Refused
from palletjack_dr.shard import Shard, open_shard

PR_SET_PDEATHSIG = 1
"""Of Linux's prctl: the signal that this process gets when the thread that started it ends."""


def main() -> None:
    """Work until there are no frames any more, or enough were made, or the main process is gone."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    faulthandler.enable()  # what crashes in native code still says where
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the main process decides
    logging.basicConfig(level=os.environ.get("PALLETJACK_DR_LOG", "INFO"), format="%(message)s")
    descriptor = int(sys.argv[1])
    os.set_inheritable(descriptor, False)  # no process that a plugin starts shall hold the line open
    line = _Line(Connection(descriptor))
    try:
        with open_shard(line.hello.config, worker=line.hello.worker) as shard:
            line.tell(Ready(made_with=shard.made_with()))
            shard.make(_handed(line, shard), line.keep)
    except PalletjackError as error:
        line.tell(Refused(kind=type(error).__name__, text=str(error)))


def _handed(line: _Line, shard: Shard) -> Iterator[int]:
    """Yield frames as they are handed out, and end with them or when this process has done its share."""
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


class _Line:
    """The socket to the main process: one thread listens, any may tell."""

    def __init__(self, connection: Connection) -> None:
        self._connection, self._telling = connection, Lock()
        hello = connection.recv()
        assert isinstance(hello, Hello)
        self.hello = hello
        self.hands: SimpleQueue[Hand | None] = SimpleQueue()
        self._committed: SimpleQueue[Committed] = SimpleQueue()
        Thread(target=self._listen, daemon=True).start()

    def tell(self, message: object) -> None:
        """Send a message."""
        with self._telling:
            self._connection.send(message)

    def keep(self, stored: Stored) -> None:
        """Report a stored frame and wait until it is in the journal."""
        self.tell(Kept(stored, rss_mb()))
        self._committed.get()

    def _listen(self) -> None:
        try:
            while True:
                match self._connection.recv():
                    case Hand() as hand:
                        self.hands.put(hand)
                    case Committed() as committed:
                        self._committed.put(committed)
                    case Leave():
                        self.hands.put(None)
                    case KeepLocked():
                        os.set_inheritable(recv_handle(self._connection), False)
        finally:  # the main process is gone, or speaks no longer: so does this one, in the middle of whatever it does
            os._exit(1)


def rss_mb() -> int:
    """Return the memory that this process holds [MB]; where the system does not tell, the most it ever held."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak // (1 << 20 if sys.platform == "darwin" else 1 << 10)
    return pages * resource.getpagesize() >> 20


if __name__ == "__main__":
    main()
