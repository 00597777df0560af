"""One worker process, seen from the main process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from multiprocessing import Pipe
from multiprocessing.reduction import send_handle
from pathlib import Path

from palletjack_dr.runtimes.core_shares import kept_to
from palletjack_dr.runtimes.messages import Hand, Hello, KeepLocked, Leave, Ready

LAST_LINES = 60
SAFE_PATH = ("-P",) if sys.version_info >= (3, 11) else ()
"""Keeps files of the current folder from being taken for modules of Python."""
GRACE = 30.0
"""Seconds that an idle worker has to end in good order."""


class Process:
    """A worker: its socket, what it was handed and has begun, and the log that it writes.

    It is a fresh interpreter and not a fork, since drivers and threads do not survive one. Its log is a file
    without a name, so that nothing is left whatever ends whom. It is kept to ``cores``; ``launcher`` holds words that
    go before its command.
    """

    def __init__(self, hello: Hello, cores: frozenset[int], launcher: Sequence[str] = ()) -> None:
        self.number, self.cores, self.launcher = hello.worker, cores, launcher
        self.ready = self.asking = self.leaving = False
        self.made = 0
        self.handed: list[int] = []
        self.begun: list[int] = []
        self._heard = time.monotonic()
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

    @property
    def silent_for(self) -> float:
        """Seconds since the worker last said something."""
        return time.monotonic() - self._heard

    def tell(self, message: object) -> None:
        """Send a message; that the worker is gone shows when it is heard next."""
        with suppress(OSError):
            self.connection.send(message)

    def tell_locked(self, descriptor: int) -> None:
        """Give the worker its share of the lock on the dataset folder."""
        self.tell(KeepLocked())
        with suppress(OSError):
            send_handle(self.connection, descriptor, self._process.pid)

    def hand(self, hand: Hand) -> None:
        """Hand frames to a worker that asks."""
        self.handed.extend(hand.frames)
        self.asking = False
        self.tell(hand)

    def hear(self) -> object:
        """Return the next message, or None if the worker has ended."""
        try:
            message = self.connection.recv()
        except (EOFError, OSError):
            return None
        self._heard = time.monotonic()
        self.ready = self.ready or isinstance(message, Ready)
        return message

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

    def kill(self) -> None:
        """End the process at once."""
        self._process.kill()

    def end(self) -> tuple[str, str]:
        """Wait until the process has ended, return how ("signal 11 (SIGSEGV)") and the last lines that it printed."""
        try:
            code = self._process.wait(timeout=GRACE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            code = self._process.wait()
        self.connection.close()
        self._log.seek(0)
        lines = self._log.read().decode(errors="replace").splitlines()[-LAST_LINES:]
        self._log.close()
        return f"signal {-code} ({_signal_name(-code)})" if code < 0 else f"exit code {code}", "\n".join(lines)


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
