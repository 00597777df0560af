"""``palletjack-dr merge``: make one dataset of the folders of its shards."""

from __future__ import annotations

import argparse
from pathlib import Path

from palletjack_dr.cli import validate
from palletjack_dr.discovery import load_plugins
from palletjack_dr.merge import merge


def run(arguments: list[str]) -> None:
    """Merge, validate the result, and print its folder; exit with 1 if anything is wrong with it."""
    parser = argparse.ArgumentParser(prog="palletjack-dr merge", description="make one dataset of its shards")
    parser.add_argument("folders", type=Path, nargs="+", metavar="DIR")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    parser.add_argument("--no-validate", action="store_true", help="do not check every label of the result")
    options = parser.parse_args(arguments)
    merge(options.folders, options.out, load_plugins())
    if not options.no_validate:
        validate.run([str(options.out)])
    print(options.out)
