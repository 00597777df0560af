"""A worker in an actor of Ray: what runs there. An actor is a process, and one thread of it drives the engine."""

from __future__ import annotations

import faulthandler
import logging
import os
import socket
import sys
import traceback
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import IO, Any, TypeVar, cast

import ray

from palletjack_dr.journal import hold
from palletjack_dr.runtimes.handle import LAST_LINES
from palletjack_dr.runtimes.messages import Hello, Refused
from palletjack_dr.runtimes.work import Line, work

HEARING, TELLING = "hearing", "telling"
GROUPS = {HEARING: 1, TELLING: 1}
"""Threads of an actor for messages: one for each direction, so that they keep their order."""
_OF_RAY = (":job_id:", ":actor_name:", ":task_name:")
"""Beginnings of lines that Ray writes into its workers' logs for itself."""
F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, kw_only=True)
class Seated:
    """From a worker, first: the id of the node that it was put on, and the files there that it prints to."""

    node: str
    logs: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Ended:
    """From a worker, last: it is done, or failed by an error that it printed."""

    how: str
    log: str = ""


def _in(group: str) -> Callable[[F], F]:
    """Have a method run in the thread of a group."""
    return cast("Callable[[F], F]", ray.method(concurrency_group=group))


class FrameWorker:
    """Works in a thread of its own, while others of the actor carry messages.

    It works in the ``folder`` of the main process, where there is one of that name, so that relative paths mean the
    same, and with the same ``variables``.
    """

    def __init__(self, hello: Hello, folder: str, variables: Mapping[str, str], threads: int) -> None:
        os.environ.update(variables)
        os.environ.setdefault("LP_NUM_THREADS", str(threads))
        with suppress(OSError):
            os.chdir(folder)
        faulthandler.enable()  # what crashes in native code still says where
        logging.basicConfig(level=os.environ.get("PALLETJACK_DR_LOG", "INFO"), format="%(message)s")
        self._hello, self._line = hello, _Mailbox(hello)
        self._held: IO[bytes] | None = None
        self._logs = _logs()
        self._line.tell(Seated(node=ray.get_runtime_context().get_node_id(), logs=self._logs))
        Thread(target=self._work, daemon=True).start()

    def __repr__(self) -> str:
        return f"palletjack-dr worker {self._hello.worker}"

    @_in(HEARING)
    def hear(self) -> object:
        """Return the next message of the worker, as soon as there is one."""
        return self._line.said.get()

    @_in(TELLING)
    def tell(self, message: object) -> None:
        """Take a message to the worker."""
        self._line.hear(message)

    @_in(TELLING)
    def hold(self) -> None:
        """Hold the dataset folder as long as this process lives."""
        folder = Path(self._hello.config["output_dir"]).expanduser()
        try:
            self._held = hold(folder)
        except OSError as error:
            text = (
                f"worker {self._hello.worker} on {socket.gethostname()} cannot share the folder {folder.absolute()} "
                f"with the main process: {error.strerror}; set output_dir to a folder that all machines share, "
                f"or runtime.files=send"
            )
            self._line.tell(Refused(kind="DatasetError", text=text))

    def _work(self) -> None:
        try:
            work(self._line)
        except BaseException:
            traceback.print_exc()
            sys.stdout.flush()
            sys.stderr.flush()
            self._line.tell(Ended(how="exit code 1", log=last_lines(self._logs)))
        else:
            self._line.tell(Ended(how="exit code 0"))


class _Mailbox(Line):
    """The line to the main process, which comes and takes what was said."""

    def __init__(self, hello: Hello) -> None:
        super().__init__(hello)
        self.said: SimpleQueue[object] = SimpleQueue()

    def tell(self, message: object) -> None:
        """Put a message where ``hear`` finds it."""
        self.said.put(message)


def last_lines(logs: Iterable[str]) -> str:
    """Return the last lines of the files that a worker on this machine printed to."""
    lines: list[str] = []
    for log in logs:
        with suppress(OSError):
            lines += Path(log).read_text(errors="replace").splitlines()
    return "\n".join([line for line in lines if not line.startswith(_OF_RAY)][-LAST_LINES:])


def _logs() -> tuple[str, ...]:
    """Return the files behind standard output and error, where the system tells."""
    try:
        return tuple(dict.fromkeys(os.readlink(f"/proc/self/fd/{descriptor}") for descriptor in (1, 2)))
    except OSError:
        return ()
