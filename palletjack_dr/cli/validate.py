"""``palletjack-dr validate``: check a dataset, ours or any in KITTI, COCO or YOLO form."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table

from palletjack_dr.dataset import Dataset
from palletjack_dr.errors import DatasetError
from palletjack_dr.journal import LINES
from palletjack_dr.url import local
from palletjack_dr.validate.any_dataset import check_images
from palletjack_dr.validate.coco import is_coco, read_coco
from palletjack_dr.validate.findings import Finding
from palletjack_dr.validate.kitti import read_kitti
from palletjack_dr.validate.mend import make_again, reject_frames, reject_images
from palletjack_dr.validate.own_dataset import check_dataset, check_tables
from palletjack_dr.validate.yolo import read_yolo

READERS = {"kitti": read_kitti, "coco": read_coco, "yolo": read_yolo}
SHOWN = 40


def run(arguments: list[str]) -> None:
    """Print what is wrong; exit with 1 if anything is."""
    parser = argparse.ArgumentParser(prog="palletjack-dr validate", description="check a dataset")
    parser.add_argument("folder", type=local)
    parser.add_argument("--format", choices=["auto", "own", *READERS], default="auto")
    parser.add_argument("--fix", action="store_true", help="move what is wrong to rejected/ and make our frames again")
    parser.add_argument("--json", action="store_true", help="print findings as JSON lines")
    options = parser.parse_args(arguments)
    if not options.folder.is_dir():
        raise DatasetError(f"{str(options.folder)!r} is no folder")
    form = kind_of(options.folder) if options.format == "auto" else options.format
    findings = _own(options.folder, options.fix) if form == "own" else _any(options.folder, form, options.fix)
    if options.json:
        for finding in findings:
            print(json.dumps(asdict(finding)))
    else:
        _print(options.folder, form, findings)
    if findings:
        raise SystemExit(1)


def kind_of(folder: Path) -> str:
    """Return which format a folder seems to hold: own, coco, yolo or kitti."""
    if (folder / LINES).is_file():
        return "own"
    tables = [*folder.glob("*.json"), *folder.glob("annotations/*.json")]
    if any(is_coco(path) for path in tables):
        return "coco"
    return "yolo" if (folder / "data.yaml").is_file() or _begins_with_numbers(folder / "labels") else "kitti"


def _begins_with_numbers(folder: Path) -> bool:
    """Return whether the first label below a folder begins with a class number, as YOLO's do, and not with a name."""
    for path in sorted(folder.glob("**/*.txt")):
        words = path.read_text(errors="replace").split()
        if words:
            return words[0].isdigit()
    return False


def _own(folder: Path, fix: bool) -> list[Finding]:
    dataset = Dataset.open(folder)
    findings: list[Finding] = []
    wrong: set[int] = set()
    steps = track(
        check_dataset(dataset), "frames", total=len(dataset.records), console=Console(stderr=True), transient=True
    )
    for frame, found in steps:
        findings += found
        wrong |= {frame} if found else set()
    findings += check_tables(dataset)
    if fix and wrong:
        moved = reject_frames(dataset, wrong)
        Console(stderr=True).print(
            f"{len(wrong)} frames put aside ({len(moved)} files in rejected/), making them again"
        )
        make_again(folder)
        return _own(folder, False)
    return findings


def _any(folder: Path, form: str, fix: bool) -> list[Finding]:
    reading = READERS[form](folder)
    findings = check_images(reading)
    if fix and findings:
        places = {f.where.partition(":")[0] for f in findings} | {f.where for f in findings}
        wrong = [image for image in reading.images if _named(image.name, image.files, folder) & places]
        moved = reject_images(folder, wrong)
        Console(stderr=True).print(f"{len(wrong)} pictures put aside ({len(moved)} files in rejected/)")
    return findings


def _named(name: str, files: Sequence[Path], folder: Path) -> set[str]:
    return {name, *(str(path.relative_to(folder)) for path in files if path.is_relative_to(folder))}


def _print(folder: Path, form: str, findings: list[Finding]) -> None:
    console = Console()
    if not findings:
        console.print(f"{folder}: nothing wrong found ({form} dataset)", markup=False)
        return
    table = Table("check", "where", "what", title=f"{folder} ({form} dataset)")
    for finding in findings[:SHOWN]:
        table.add_row(finding.check, finding.where, finding.what)
    console.print(table)
    if len(findings) > SHOWN:
        console.print(f"... and {len(findings) - SHOWN} more; --json prints all")
    console.print(", ".join(f"{check}: {n}" for check, n in Counter(f.check for f in findings).most_common()))
