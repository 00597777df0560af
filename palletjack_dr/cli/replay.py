"""``palletjack-dr replay``: make one frame of a dataset again, from its stored edits."""

from __future__ import annotations

import argparse
from pathlib import Path

from omegaconf import OmegaConf

from palletjack_dr.config import build
from palletjack_dr.dataset_config import read_config
from palletjack_dr.discovery import load_plugins
from palletjack_dr.edits import Edit
from palletjack_dr.errors import DatasetError
from palletjack_dr.images import png
from palletjack_dr.journal import read_journal
from palletjack_dr.run import open_studio
from palletjack_dr.url import local


def run(arguments: list[str]) -> None:
    """Write the frame's picture into the current folder."""
    parser = argparse.ArgumentParser(prog="palletjack-dr replay", description="make one frame of a dataset again")
    parser.add_argument("folder", type=local)
    parser.add_argument("--frame", type=int, required=True)
    options = parser.parse_args(arguments)
    records = {r["frame"]: r for r in read_journal(options.folder)}
    if options.frame not in records:
        raise DatasetError(f"{options.folder} holds no frame {options.frame}; it has {min(records)} to {max(records)}")
    edits = [Edit.from_json(row) for row in records[options.frame]["edits"]]
    plugins = load_plugins()
    plan = build(OmegaConf.create(read_config(options.folder)), plugins.registry)
    with open_studio(plan, plugins) as studio:
        frame = studio.replay(options.frame, records[options.frame]["attempt"], edits)
    assert frame.capture.rgb is not None
    path = Path(f"{options.folder.name}_{options.frame:06d}.png")
    path.write_bytes(png(frame.capture.rgb))
    print(path)
