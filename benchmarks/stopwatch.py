"""A plugin that notes when each process begins each of its frames, and when its last one is in the dataset.

``PALLETJACK_DR_PLUGINS=benchmarks/stopwatch.py STOPWATCH=FOLDER palletjack-dr generate ...`` leaves one file a process
in FOLDER: seconds of the system's monotonic clock, which is the same for all processes, and of CPU that it used.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

from palletjack_dr.frame import Frame
from palletjack_dr.hookspecs import hookimpl

VARIABLE = "STOPWATCH"
BEGUN, DONE = "begun", "done"
Moment = tuple[float, float]
"""Seconds of the clock, and of CPU that the process has used by then."""
_frame = -1


def note(what: str) -> None:
    """Add the time to this process's file: ``begun`` for a frame that begins, ``done`` for one that is done."""
    with (Path(os.environ[VARIABLE]) / f"{os.getpid()}.txt").open("a") as file:
        file.write(f"{what} {time.monotonic()} {time.process_time()}\n")


def rows(folder: Path) -> list[list[Moment]]:
    """Return for each process that made a frame when it began each of them, and when the last one was done."""
    found = []
    for path in folder.glob("*.txt"):
        noted = [line.split() for line in path.read_text().splitlines()]
        begun, done = ([(float(at), float(cpu)) for w, at, cpu in noted if w == what] for what in (BEGUN, DONE))
        found.append([*begun, max(done)])
    return found


@hookimpl
def dr_edits(frame: Frame) -> None:
    """Note the beginning of each frame, whose first attempt this is."""
    global _frame
    if frame.index != _frame:
        _frame = frame.index
        note(BEGUN)


@hookimpl
def dr_written() -> None:
    """Note a frame that is in the dataset."""
    note(DONE)
