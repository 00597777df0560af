"""Frames per second of the whole pipeline and of the bare renderer, by one or several processes, start-up left out.

The pipeline is ``palletjack-dr generate`` as users run it: labels, files on disk, journal. The bare renderer
(``bare.py``) applies the edits that such a run has stored and captures rgb, nothing else, in as many processes. Both
note the time of every frame; a rate is that of the time in which all processes were at work: from the moment when the
last of them has made its first frame, which warms up, to the moment when the first of them has made its last.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from stopwatch import VARIABLE, Moment, rows

from palletjack_dr.journal import read_journal
from palletjack_dr.report.facts import stage_seconds

HERE = Path(__file__).parent
PLUGINS = ("stopwatch.py", "lamps_on.py")


@dataclass(frozen=True, kw_only=True)
class Rate:
    """``fps`` frames per second of ``processes``, over ``frames`` of them, each at ``cpu`` seconds of CPU.

    ``startup`` seconds went by until the first frame began.
    """

    fps: float
    frames: int
    cpu: float
    processes: int
    startup: float


@dataclass(frozen=True, kw_only=True)
class Made:
    """A dataset that was made: how fast, the mean seconds of each stage of a frame, and the megabytes of a frame."""

    rate: Rate
    stages: Mapping[str, float]
    mb: float


def pipeline(folder: Path, overrides: Sequence[str], *, workers: int, frames: int) -> Made:
    """Make a dataset in ``folder`` with the command of users; more than one worker means ``runtime=local``."""
    runtime = ["runtime=local", f"runtime.workers={workers}"] if workers > 1 else []
    words = [*overrides, *runtime, f"frames.count={frames}", f"output_dir={folder}"]
    plugins = ",".join(str(HERE / name) for name in PLUGINS)
    rate = _timed(["-m", "palletjack_dr", "generate", *words], {"PALLETJACK_DR_PLUGINS": plugins})
    records = read_journal(folder)
    size = sum(p.stat().st_size for p in folder.rglob("*") if p.is_file())
    return Made(rate=rate, stages=dict(stage_seconds(records)), mb=size / len(records) / 1e6)


def bare(dataset: Path, *, workers: int) -> Rate:
    """Render the frames of a dataset again, from their edits, keeping nothing."""
    plugins = ",".join(str(HERE / name) for name in PLUGINS[1:])
    return _timed([str(HERE / "bare.py"), str(dataset), str(workers)], {"PALLETJACK_DR_PLUGINS": plugins})


def steady(stamps: Sequence[Sequence[Moment]]) -> tuple[float, int]:
    """Return frames per second, and of how many frames, while all processes were at work.

    ``stamps`` has a row for each process: when it began each frame, then when the last one was done. While a frame is
    stored its process makes the next, so a frame counts when the next begins.
    """
    begin, end = max(row[1] for row in stamps)[0], min(row[-1] for row in stamps)[0]
    inside = sum(begin < done <= end for row in stamps for done, _ in row[1:])
    if end <= begin:
        raise SystemExit(f"{len(stamps)} processes were never all at work: more frames are wanted")
    return inside / (end - begin), inside


def cpu_seconds(stamps: Sequence[Sequence[Moment]]) -> float:
    """Return the mean seconds of CPU that a frame took, all threads of its process, first frames left out."""
    return sum(row[-1][1] - row[1][1] for row in stamps) / sum(len(row) - 2 for row in stamps)


def _timed(command: Sequence[str], environment: Mapping[str, str]) -> Rate:
    with tempfile.TemporaryDirectory() as folder:
        start = time.monotonic()
        done = subprocess.run(
            [sys.executable, *command],
            env={**os.environ, **environment, VARIABLE: folder},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        if done.returncode:
            raise SystemExit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout[-3000:]}")
        stamps = rows(Path(folder))
    fps, frames = steady(stamps)
    startup = min(row[0] for row in stamps)[0] - start
    return Rate(fps=fps, frames=frames, cpu=cpu_seconds(stamps), processes=len(stamps), startup=startup)
