"""Where processes land: which GPU's device file each worker holds open, what nvidia-smi says, how busy each GPU is."""

from __future__ import annotations

import os
import re
import subprocess
from collections import defaultdict
from pathlib import Path
from statistics import mean
from threading import Event, Thread
from types import TracebackType
from typing import Any

from machine import smi

EVERY = 0.5
"""Seconds between two looks."""
MAKERS = ("palletjack_dr.runtimes.worker", "benchmarks/bare.py")
"""What the command line of a process that makes frames holds, if several do."""


class GpuWatch:
    """Looks on while something runs: ``with GpuWatch() as watch: ...; watch.found()``."""

    def __init__(self) -> None:
        self._end, self._thread = Event(), Thread(target=self._look, daemon=True)
        self._opened: defaultdict[int, set[int]] = defaultdict(set)
        self._listed: defaultdict[int, set[int]] = defaultdict(set)
        self._busy: defaultdict[int, list[float]] = defaultdict(list)
        self._memory: defaultdict[int, float] = defaultdict(float)

    def __enter__(self) -> GpuWatch:
        """Begin to look."""
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self._end.set()
        self._thread.join()

    def found(self) -> dict[str, Any]:
        """Return, for every process, the numbers of the device files that it held open and of the GPUs that nvidia-smi
        lists it on; for every GPU its mean load [%], idle moments left out, and most memory [MB]."""
        return {
            "opened": {str(pid): sorted(gpus) for pid, gpus in self._opened.items()},
            "listed": {str(pid): sorted(gpus) for pid, gpus in self._listed.items()},
            "load": {str(gpu): round(mean([b for b in busy if b > 0] or [0.0])) for gpu, busy in self._busy.items()},
            "memory_mb": {str(gpu): round(most) for gpu, most in self._memory.items()},
        }

    def _look(self) -> None:
        while not self._end.wait(EVERY):
            makers = _makers()
            for pid in makers:
                self._opened[pid] |= _open_gpus(pid)
            for gpu, pid in _listed():
                if pid in makers:
                    self._listed[pid].add(gpu)
            for index, load, memory in smi("index,utilization.gpu,memory.used"):
                self._busy[int(index)].append(float(load))
                self._memory[int(index)] = max(self._memory[int(index)], float(memory))


def apart(found: dict[str, Any], gpus: int) -> bool:
    """Return whether each process held the device file of one GPU open and all GPUs had processes."""
    opened = list(found["opened"].values())
    return all(len(one) == 1 for one in opened) and len({tuple(one) for one in opened}) == gpus


def _makers() -> list[int]:
    """Return our processes that make frames, however deep below this one."""
    parents, words = {}, {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            pid, stat = int(folder.name), (folder / "stat").read_text()
            words[pid] = (folder / "cmdline").read_bytes().decode(errors="replace").replace("\0", " ")
        except OSError:
            continue
        parents[pid] = int(stat.rpartition(")")[2].split()[1])

    def ours(pid: int) -> bool:
        return pid == os.getpid() or (pid in parents and ours(parents[pid]))

    makes = [pid for pid, line in words.items() if any(maker in line for maker in MAKERS) and "one_gpu.py" not in line]
    return [pid for pid in makes if ours(pid)]


def _open_gpus(pid: int) -> set[int]:
    found = set()
    for link in Path(f"/proc/{pid}/fd").glob("*"):
        try:
            match = re.fullmatch(r"/dev/nvidia(\d+)", os.readlink(link))
        except OSError:
            continue
        if match:
            found.add(int(match[1]))
    return found


def _listed() -> list[tuple[int, int]]:
    """Return (GPU, process) as ``nvidia-smi pmon`` lists them; it knows graphics, compute-apps does not."""
    try:
        said = subprocess.run(["nvidia-smi", "pmon", "-c", "1"], capture_output=True, text=True, timeout=20).stdout
    except (OSError, subprocess.TimeoutExpired):
        return []
    rows = [line.split() for line in said.splitlines() if not line.startswith("#")]
    return [(int(row[0]), int(row[1])) for row in rows if len(row) > 1 and row[1].isdigit()]
