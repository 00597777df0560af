"""Does a worker grow? Make many small frames in one process, print the memory that it holds, and the slope of that.

    python benchmarks/memory.py [--frames 5000] [--every 50] [--settled 0.5] [--trace] [hydra overrides]

A worker's shard function makes the frames, with every cache in play, and stores them in a folder that goes with this
process. Caches fill as textures and objects first come up, so the slope is that of the last part of the run, from the
share ``--settled`` on: by least squares and, since single steps pull at that, as the median of all pairs' slopes
(Theil and Sen). ``--trace`` tells which lines of Python hold more at the end than when the caches were full; it slows
the run down and adds to what it measures.
"""

from __future__ import annotations

import argparse
import gc
import tempfile
import time
import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import theilslopes

from palletjack_dr.cli.hydra_app import compose
from palletjack_dr.config import build
from palletjack_dr.discovery import load_plugins
from palletjack_dr.runtime import Stored
from palletjack_dr.shard import open_shard

ALWAYS = ["resolution=[160,96]", "quality=draft"]
PARTS = ("VmRSS", "RssAnon", "RssFile")
"""Of Linux's account of a process: all that it holds, its own, and mapped files, which the system can take back."""


def main() -> None:
    """Make the frames and print curve and slopes."""
    parser = argparse.ArgumentParser(description="measure the memory of a worker over many frames")
    parser.add_argument("--frames", type=int, default=5000)
    parser.add_argument("--every", type=int, default=50, help="frames between two samples")
    parser.add_argument("--settled", type=float, default=0.5, help="share of the run after which the slope counts")
    parser.add_argument("--trace", action="store_true", help="tell where Python's own memory grows")
    parser.add_argument("overrides", nargs="*")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        overrides = [*ALWAYS, *options.overrides, f"frames.count={options.frames}", f"output_dir={folder}"]
        samples = measure(overrides, options.every, int(options.frames * options.settled), options.trace)
    late = samples[samples[:, 0] >= options.frames * options.settled]
    for name, column in zip(PARTS, late.T[1:], strict=True):
        squares = 1000 * np.polyfit(late[:, 0], column, 1)[0]
        robust = 1000 * theilslopes(column, late[:, 0]).slope
        print(
            f"{name}: {column[0]:.1f} MB at frame {late[0, 0]:.0f}, {column[-1]:.1f} MB at frame {late[-1, 0]:.0f}; "
            f"per 1,000 frames {squares:+.2f} MB by least squares, {robust:+.2f} MB by Theil and Sen"
        )


def measure(overrides: list[str], every: int, settled: int, trace: bool) -> Any:
    """Return rows of frame and MB by ``PARTS``, and print each as it is measured."""
    plugins = load_plugins()
    (config,) = compose("generate", overrides, plugins)
    plan = build(config, plugins.registry)
    rows: list[list[float]] = []
    begun = time.monotonic()
    before: list[tracemalloc.Snapshot] = []
    print(f"{'frame':>6} {'s':>6} " + " ".join(f"{name:>9}" for name in PARTS), flush=True)

    def keep(stored: Stored) -> None:
        made = stored.record["frame"] + 1
        if made % every == 0:
            rows.append([made, *held()])
            print(
                f"{made:6} {time.monotonic() - begun:6.0f} " + " ".join(f"{mb:9.1f}" for mb in rows[-1][1:]), flush=True
            )
        if trace and made == settled:
            tracemalloc.start(8)
            before.append(tracemalloc.take_snapshot())

    with open_shard(plan.config, worker=1) as shard:
        shard.make(plan.frames, keep)
        if trace:
            gc.collect()
            for line in tracemalloc.take_snapshot().compare_to(before[0], "lineno")[:20]:
                print(line)
    return np.array(rows)


def held() -> list[float]:
    """Return the memory of this process [MB] by ``PARTS``."""
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return [int(status[name].split()[0]) / 1024 for name in PARTS]


if __name__ == "__main__":
    main()
