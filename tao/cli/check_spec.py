"""``palletjack-dr check-spec``: check specs by TAO's rules, before a container does."""

from __future__ import annotations

import argparse
from pathlib import Path

from rich.console import Console

from palletjack_dr.tao.detectnet_v2.schema import VERSIONS
from palletjack_dr.tao.findings import Finding, SpecError, errors
from palletjack_dr.tao.specs.check import check_spec


def run(arguments: list[str]) -> None:
    """Print the findings about each file; exit with 1 if there is an error, or with --strict a warning."""
    parser = argparse.ArgumentParser(
        prog="palletjack-dr check-spec",
        description="check specs of DetectNet_v2 (train, inference, dataset_convert), YOLO v4 and SSD, and YAML specs "
        "of RT-DETR, DINO and EfficientDet",
    )
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE")
    parser.add_argument("--version", type=int, choices=VERSIONS, default=5, help="TAO's version, for DetectNet_v2")
    parser.add_argument("--frames", type=int, help="pictures to train on, for rules about steps")
    parser.add_argument("--strict", action="store_true", help="exit with 1 for warnings too")
    options = parser.parse_args(arguments)
    found: list[Finding] = []
    for path in options.files:
        found += _one(path, options.version, options.frames)
    if errors(found) or (options.strict and found):
        raise SystemExit(1)


def _one(path: Path, version: int, frames: int | None) -> list[Finding]:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SpecError(f"{str(path)!r} cannot be read ({error}); wanted a spec file") from error
    kind, findings = check_spec(text, path.name, version, frames)
    console = Console(soft_wrap=True)
    for finding in findings:
        style = "red" if finding.level == "error" else "yellow"
        console.print(f"{path}:{finding}", style=style, markup=False, highlight=False)
    if not findings:
        console.print(f"{path}: nothing wrong found ({kind})", markup=False, highlight=False)
    return findings
