"""``palletjack-dr preview``: twelve small frames of a config in seconds, and what was drawn for them."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from rich.console import Console
from rich.table import Table

from palletjack_dr.cli.hydra_app import compose
from palletjack_dr.config import build
from palletjack_dr.dataset import Dataset, read_image
from palletjack_dr.discovery import load_plugins
from palletjack_dr.run import execute

FRAMES, COLUMNS, WIDTH = 12, 4, 320
BLOCKS = " ▁▂▃▄▅▆▇█"
BINS = 12
NAME = "preview.png"


def run(arguments: list[str]) -> None:
    """Render the sheet into the current folder, print its path and the table."""
    plugins = load_plugins()
    for config in compose("preview", arguments, plugins):
        width, height = config.resolution
        with tempfile.TemporaryDirectory() as folder:
            config.output_dir = folder
            config.quality = "draft"
            config.resolution = [WIDTH, max(round(WIDTH * height / width), 16)]
            config.frames.count = min(FRAMES, config.frames.count)
            execute(build(config, plugins.registry), plugins)
            dataset = Dataset.open(Path(folder))
            write_sheet(dataset, Path(NAME))
        Console().print(_table(dataset))
        print(NAME)


def write_sheet(dataset: Dataset, path: Path) -> None:
    """Write all pictures of a dataset as one, with the boxes of the visible targets."""
    import cv2

    tiles = [_tile(dataset, record) for record in dataset.records]
    tiles += [np.zeros_like(tiles[0])] * (-len(tiles) % COLUMNS)
    rows = [np.hstack(tiles[i : i + COLUMNS]) for i in range(0, len(tiles), COLUMNS)]
    cv2.imwrite(str(path), np.vstack(rows)[..., ::-1])


def sparkline(values: Sequence[float]) -> str:
    """Return a histogram of some numbers in one line of text."""
    counts, _ = np.histogram(values, BINS)
    heights = np.ceil(counts / max(int(counts.max()), 1) * (len(BLOCKS) - 1)).astype(int)
    return "".join(BLOCKS[h] for h in heights)


def _tile(dataset: Dataset, record: Any) -> npt.NDArray[np.uint8]:
    import cv2

    picture = read_image(dataset.picture(record))
    assert picture is not None
    tile = np.ascontiguousarray(picture)
    for row in record["objects"]:
        if row["role"] == "target" and row["box"] is not None:
            x1, y1, x2, y2 = row["box"]
            cv2.rectangle(tile, (x1, y1), (x2 - 1, y2 - 1), (255, 64, 64), 1)
    cv2.putText(tile, str(record["frame"]), (5, 14), cv2.FONT_HERSHEY_SIMPLEX, 0.45, (255, 255, 255), 1, cv2.LINE_AA)
    return tile


def _table(dataset: Dataset) -> Table:
    table = Table("randomizer", "attribute", "drawn", "lowest", "median", "highest", "values")
    drawn: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
    for record in dataset.records:
        for source, _, attribute, value in record["edits"]:
            if isinstance(value, (int, float)):
                drawn[source, attribute].append(float(value))
    for (source, attribute), values in drawn.items():
        low, middle, high = np.percentile(values, [0, 50, 100])
        shape = sparkline(values) if high > low else ""
        table.add_row(source, attribute, shape, *(f"{n:.4g}" for n in (low, middle, high)), str(len(values)))
    return table
