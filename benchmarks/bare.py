"""The bare renderer: apply the stored edits of a dataset's frames and capture rgb, in several processes.

    STOPWATCH=FOLDER python benchmarks/bare.py DATASET PROCESSES

Frames are dealt out like cards. All processes wait for each other before they begin.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import cast

from omegaconf import DictConfig, OmegaConf
from stopwatch import BEGUN, DONE, note

from palletjack_dr.config import build
from palletjack_dr.discovery import load_plugins
from palletjack_dr.edits import Edit
from palletjack_dr.journal import CONFIG, read_journal
from palletjack_dr.run import open_studio


def main() -> None:
    """Start the processes and wait for them."""
    dataset, count = Path(sys.argv[1]), int(sys.argv[2])
    os.environ.setdefault("LP_NUM_THREADS", str(max(len(os.sched_getaffinity(0)) // count, 1)))
    fresh = multiprocessing.get_context("spawn")
    together = fresh.Barrier(count)
    processes = [fresh.Process(target=render, args=(dataset, n, count, together)) for n in range(count)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    if any(process.exitcode for process in processes):
        sys.exit(f"processes ended with {[process.exitcode for process in processes]}")


def render(dataset: Path, number: int, count: int, together: Barrier) -> None:
    """Render every ``count``-th frame from ``number`` on."""
    plugins = load_plugins()
    plan = build(cast(DictConfig, OmegaConf.load(dataset / CONFIG)), plugins.registry)
    records = read_journal(dataset)[number::count]
    frames = [[Edit.from_json(row) for row in record["edits"]] for record in records]
    with open_studio(plan, plugins):
        together.wait()
        for edits in frames:
            note(BEGUN)
            plan.engine.apply(edits)
            plan.engine.capture(["rgb"])
        note(DONE)


if __name__ == "__main__":
    main()
