"""``palletjack-dr import-loco``: bring LOCO's photos and labels to our classes."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from rich.console import Console
from rich.table import Table

from palletjack_dr.errors import ConfigError
from palletjack_dr.tao.cli.folders import clear, refuse_foreign
from palletjack_dr.tao.loco import CLASSES, read_loco, write_coco

MARK = "import.json"


def run(arguments: list[str]) -> None:
    """Write the folder and print what it holds and what was left out."""
    parser = argparse.ArgumentParser(prog="palletjack-dr import-loco", description="bring LOCO to our classes")
    parser.add_argument("folder", type=Path, metavar="DIR", help="where LOCO's labels and pictures were unpacked")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="the folder to write")
    parser.add_argument(
        "--split",
        choices=["official", "site"],
        default="official",
        help="official: sites 2, 3, 5 are train, 1 and 4 val; site: each site is a split, site1 to site5",
    )
    parser.add_argument(
        "--map",
        action="append",
        default=[],
        metavar="NAME=CLASS",
        help="take one more class of LOCO, e.g. pallet=pallet; an empty CLASS leaves one out",
    )
    options = parser.parse_args(arguments)
    classes = CLASSES | dict(_pair(text) for text in options.map)
    refuse_foreign(options.out, MARK, "--out")
    loco = read_loco(options.folder, classes, without=options.out)
    clear(options.out, ("annotations", "images"))
    counts = write_coco(loco, options.split, options.out)
    told = {"source": str(options.folder), "classes": classes, "splits": counts, "left_out": loco.left_out}
    (options.out / MARK).write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    console = Console()
    table = Table("split", *next(iter(counts.values())), title=f"LOCO in {options.out}")
    for split, row in counts.items():
        table.add_row(split, *map(str, row.values()))
    console.print(table)
    for reason, count in loco.left_out.items():
        console.print(f"{count} x {reason}", markup=False, highlight=False)
    print(options.out)


def _pair(text: str) -> tuple[str, str]:
    name, equals, new = text.partition("=")
    if not equals or not name:
        raise ConfigError(f"--map: got {text!r}, wanted NAME=CLASS, e.g. --map pallet=pallet")
    return name, new
