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
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from types import MappingProxyType

from stopwatch import VARIABLE, Moment, rows

from palletjack_dr.journal import read_journal
from palletjack_dr.report.facts import stage_seconds
from palletjack_dr.runtimes.gpus import launchers

HERE = Path(__file__).parent
PLUGINS = ",".join(str(HERE / name) for name in ("stopwatch.py", "lamps_on.py"))


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
    rate = _timed([["-m", "palletjack_dr", "generate", *words]])
    records = read_journal(folder)
    size = sum(p.stat().st_size for p in folder.rglob("*") if p.is_file())
    return Made(rate=rate, stages=dict(stage_seconds(records)), mb=size / len(records) / 1e6)


def bare(dataset: Path, *, workers: int) -> Rate:
    """Render the frames of a dataset again, from their edits, keeping nothing; dealt out to GPUs as workers are."""
    threads = {"LP_NUM_THREADS": str(max(len(os.sched_getaffinity(0)) // workers, 1))}  # as runtime=local shares cores
    script = str(HERE / "bare.py")
    return _timed([[script, str(dataset), str(n), str(workers)] for n in range(workers)], launchers(), threads)


@contextmanager
def visible(gpus: int) -> Iterator[None]:
    """Let workers use the first ``gpus`` GPUs only."""
    before = os.environ.get("CUDA_VISIBLE_DEVICES")
    os.environ["CUDA_VISIBLE_DEVICES"] = ",".join(str(n) for n in range(gpus))
    try:
        yield
    finally:
        os.environ.pop("CUDA_VISIBLE_DEVICES")
        if before is not None:
            os.environ["CUDA_VISIBLE_DEVICES"] = before


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


def _timed(
    commands: Sequence[Sequence[str]],
    before: Sequence[Sequence[str]] = ((),),
    environment: Mapping[str, str] = MappingProxyType({}),
) -> Rate:
    """Run commands of Python side by side, each behind its launcher, and read the stopwatches of all."""
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile("w+") as log:
        environment = {**environment, **os.environ, "PALLETJACK_DR_PLUGINS": PLUGINS, VARIABLE: folder}
        start = time.monotonic()
        running = [
            subprocess.Popen([*launcher, sys.executable, *command], env=environment, stdout=log, stderr=log)
            for launcher, command in zip(islice(cycle(before), len(commands)), commands, strict=True)
        ]
        while any(process.poll() is None for process in running) and not any(p.returncode for p in running):
            time.sleep(0.05)
        for process in running:
            process.kill()
        if ended := [process.wait() for process in running if process.wait()]:
            log.seek(0)
            raise SystemExit(f"{' '.join(commands[0])} ended with {ended}:\n{log.read()[-3000:]}")
        stamps = rows(Path(folder))
    fps, frames = steady(stamps)
    startup = min(row[0] for row in stamps)[0] - start
    return Rate(fps=fps, frames=frames, cpu=cpu_seconds(stamps), processes=len(stamps), startup=startup)
