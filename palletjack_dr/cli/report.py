"""``palletjack-dr report``: a page about a dataset."""

from __future__ import annotations

import argparse

from palletjack_dr.report import write_report
from palletjack_dr.url import local


def run(arguments: list[str]) -> None:
    """Write the page and print its path."""
    parser = argparse.ArgumentParser(prog="palletjack-dr report", description="write a page about a dataset")
    parser.add_argument("folder", type=local)
    print(write_report(parser.parse_args(arguments).folder))
