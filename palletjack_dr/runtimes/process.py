"""A worker that is a process of this machine."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from multiprocessing import Pipe
from multiprocessing.reduction import send_handle
from pathlib import Path

from palletjack_dr.journal import Journal
from palletjack_dr.runtimes.core_shares import kept_to
from palletjack_dr.runtimes.handle import GRACE, LAST_LINES, End, Handle
from palletjack_dr.runtimes.messages import Hello, KeepLocked

SAFE_PATH = ("-P",) if sys.version_info >= (3, 11) else ()
"""Keeps files of the current folder from being taken for modules of Python."""


class Process(Handle):
    """A worker process, the socket to it and the log that it writes.

    It is a fresh interpreter and not a fork, since drivers and threads do not survive one. Its log is a file
    without a name, so that nothing is left whatever ends whom. It is kept to ``cores``; ``launcher`` holds words that
    go before its command.
    """

    def __init__(self, hello: Hello, cores: frozenset[int], launcher: Sequence[str] = ()) -> None:
        super().__init__(hello.worker)
        self.cores, self.launcher = cores, launcher
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 (open as long as the process)
        self.connection, theirs = Pipe()
        with theirs, kept_to(cores):
            self._process = subprocess.Popen(
                [*launcher, sys.executable, *SAFE_PATH, "-m", "palletjack_dr.runtimes.worker", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=self._log,
                stderr=self._log,
                env=_environment(len(cores)),
            )
        self.tell(hello)

    def tell(self, message: object) -> None:
        """Send a message."""
        with suppress(OSError):
            self.connection.send(message)

    def hold(self, journal: Journal) -> None:
        """Give the worker its share of the lock on the dataset folder."""
        self.tell(KeepLocked())
        with suppress(OSError):
            send_handle(self.connection, journal.fileno(), self._process.pid)

    def kill(self) -> None:
        """End the process at once."""
        self._process.kill()

    def end(self) -> End:
        """Wait until the process has ended."""
        try:
            code = self._process.wait(timeout=GRACE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            code = self._process.wait()
        self.connection.close()
        self._log.seek(0)
        lines = self._log.read().decode(errors="replace").splitlines()[-LAST_LINES:]
        self._log.close()
        how = f"signal {-code} ({_signal_name(-code)})" if code < 0 else f"exit code {code}"
        return End(how=how, log="\n".join(lines))

    def _next(self) -> object:
        try:
            return self.connection.recv()
        except (EOFError, OSError):
            return None


def python_path() -> str:
    """Return the PYTHONPATH of a process that imports what this one imports."""
    return os.pathsep.join(dict.fromkeys(str(Path(entry or ".").resolve()) for entry in sys.path))


def _environment(threads: int) -> dict[str, str]:
    """Return our environment, for a process that imports what we import and does not take every core to draw."""
    lavapipe = {"LP_NUM_THREADS": str(threads)} if threads else {}
    return {**lavapipe, **os.environ, "PYTHONPATH": python_path()}


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return "unknown"
