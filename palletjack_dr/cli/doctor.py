"""``palletjack-dr doctor``: what this machine has, what is missing for which engine, and what to do about it."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict

from rich.console import Console

from palletjack_dr.doctor import MISSING, examine


def run(arguments: list[str]) -> None:
    """Print a line for each thing and its remedy, or JSON; exit with 1 if neither engine can run."""
    parser = argparse.ArgumentParser(prog="palletjack-dr doctor", description="tell what is there and what is missing")
    parser.add_argument("--json", action="store_true", help="print one JSON list instead of lines")
    wanted = parser.parse_args(arguments)
    findings = examine()
    if wanted.json:
        print(json.dumps([asdict(f) for f in findings], indent=1))
    else:
        for finding in findings:
            line = f"{finding.state:8} {finding.what}: {finding.found}  (for {finding.needed_for})"
            remedy = f"\n         {finding.remedy}" if finding.remedy else ""
            Console(soft_wrap=True).print(line + remedy, markup=False, highlight=False)
    blocked = {f.needed_for for f in findings if f.state == MISSING}
    if {"engine=embedded", "engine=replicator"} <= blocked or "everything" in blocked:
        raise SystemExit(1)
