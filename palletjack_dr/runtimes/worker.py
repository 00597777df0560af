"""A worker process of ``runtime=local``.

Started as ``python -m palletjack_dr.runtimes.worker DESCRIPTOR`` with one end of a socket. The other end's closing,
for whatever reason, ends the process at once: no worker outlives the run that it works for. On Linux the kernel sees
to that too, for a worker that hangs and hears nothing.
"""

from __future__ import annotations

import ctypes
import faulthandler
import logging
import os
import signal
import sys
from multiprocessing.connection import Connection
from multiprocessing.reduction import recv_handle
from threading import Lock, Thread

from palletjack_dr.runtimes.messages import Hello, KeepLocked
from palletjack_dr.runtimes.work import Line, work

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
    connection = Connection(descriptor)
    hello = connection.recv()
    assert isinstance(hello, Hello)
    work(_Socket(connection, hello))


class _Socket(Line):
    """The socket to the main process, to which a thread listens."""

    def __init__(self, connection: Connection, hello: Hello) -> None:
        super().__init__(hello)
        self._connection, self._telling = connection, Lock()
        Thread(target=self._listen, daemon=True).start()

    def tell(self, message: object) -> None:
        """Send a message."""
        with self._telling:
            self._connection.send(message)

    def _listen(self) -> None:
        try:
            while True:
                message = self._connection.recv()
                if isinstance(message, KeepLocked):
                    os.set_inheritable(recv_handle(self._connection), False)
                else:
                    self.hear(message)
        finally:  # the main process is gone, or speaks no longer: so does this one, in the middle of whatever it does
            os._exit(1)


if __name__ == "__main__":
    main()
