"""``palletjack-dr merge``: make one dataset of the folders of its shards."""

from __future__ import annotations

import argparse

from palletjack_dr.cli import validate
from palletjack_dr.dataset import Dataset
from palletjack_dr.discovery import load_plugins
from palletjack_dr.merge import merge
from palletjack_dr.packed import packed_files
from palletjack_dr.progress import console
from palletjack_dr.url import Place, Url, place


def run(arguments: list[str]) -> None:
    """Merge, validate the result, and print its folder; exit with 1 if anything is wrong with it.

    A URL is not validated, nor what is only in shards: ``fetch`` makes a folder of both, which can be.
    """
    parser = argparse.ArgumentParser(prog="palletjack-dr merge", description="make one dataset of its shards")
    parser.add_argument("folders", type=place, nargs="+", metavar="DIR", help="a folder or a URL")
    parser.add_argument("--out", type=place, required=True, metavar="DIR", help="a folder or a URL")
    parser.add_argument("--no-validate", action="store_true", help="do not check every label of the result")
    options = parser.parse_args(arguments)
    merge(options.folders, options.out, load_plugins())
    if not options.no_validate:
        _validate(options.out)
    print(options.out)


def _validate(place: Place) -> None:
    if isinstance(place, Url) or any(map(packed_files, Dataset.anywhere(place).records)):
        console.print(f"not validated; for that: palletjack-dr fetch {place} DIR", markup=False, soft_wrap=True)
    else:
        validate.run([str(place)])
