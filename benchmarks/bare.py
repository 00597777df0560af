"""One process of the bare renderer: apply the stored edits of a dataset's frames and capture rgb, nothing else.

    STOPWATCH=FOLDER python benchmarks/bare.py DATASET NUMBER PROCESSES

Frames are dealt out like cards. The processes wait for each other, by files in FOLDER, before they begin.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import cast

from omegaconf import DictConfig, OmegaConf
from stopwatch import BEGUN, DONE, VARIABLE, note

from palletjack_dr.config import build
from palletjack_dr.dataset_config import CONFIG
from palletjack_dr.discovery import load_plugins
from palletjack_dr.edits import Edit
from palletjack_dr.journal import read_journal
from palletjack_dr.run import open_studio


def main() -> None:
    """Render every PROCESSES-th frame from NUMBER on."""
    dataset, number, count = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    plugins = load_plugins()
    plan = build(cast(DictConfig, OmegaConf.load(dataset / CONFIG)), plugins.registry)
    frames = [[Edit.from_json(row) for row in record["edits"]] for record in read_journal(dataset)[number::count]]
    with open_studio(plan, plugins):
        wait_for_all(count)
        for edits in frames:
            note(BEGUN)
            plan.engine.apply(edits)
            plan.engine.capture(["rgb"])
        note(DONE)


def wait_for_all(count: int) -> None:
    """Return when so many processes have said that they are ready."""
    folder = Path(os.environ[VARIABLE])
    (folder / f"{os.getpid()}.ready").touch()
    while sum(1 for _ in folder.glob("*.ready")) < count:
        time.sleep(0.005)


if __name__ == "__main__":
    main()
