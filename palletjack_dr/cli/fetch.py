"""``palletjack-dr fetch``: copy a dataset from a URL into a folder."""

from __future__ import annotations

import argparse

from palletjack_dr.config import frame_indices
from palletjack_dr.fetch import fetch
from palletjack_dr.progress import console
from palletjack_dr.url import local, place


def run(arguments: list[str]) -> None:
    """Copy, say how many frames there are, and print the folder."""
    about = "copy a dataset into a folder, unpacked from its shards, with every digest checked"
    parser = argparse.ArgumentParser(prog="palletjack-dr fetch", description=about)
    parser.add_argument("source", type=place, metavar="URL", help="of a dataset; or a folder that holds shards")
    parser.add_argument("folder", type=local, metavar="DIR")
    options = parser.parse_args(arguments)
    dataset = fetch(options.source, options.folder)
    console.print(f"{len(dataset.records)} of {len(frame_indices(**dataset.config['frames']))} frames", markup=False)
    print(options.folder)
