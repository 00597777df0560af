"""The numbers of a dataset, from its journal."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

import numpy as np

Record = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class ClassCount:
    """How often a class is to be seen: objects, and frames with at least one."""

    label: str
    role: str
    objects: int
    frames: int


@dataclass(frozen=True, kw_only=True)
class DrawnField:
    """What one randomizer drew for one attribute, over all frames."""

    source: str
    attribute: str
    values: tuple[float, ...]


def targets(records: Sequence[Record]) -> list[dict[str, Any]]:
    """Return the rows of all visible targets."""
    return [o for r in records for o in r["objects"] if o["role"] == "target" and o["visible_px"]]


def class_counts(records: Sequence[Record]) -> list[ClassCount]:
    """Return one row per class, targets first, most frequent first."""
    objects: Counter[tuple[str, str]] = Counter()
    frames: Counter[tuple[str, str]] = Counter()
    for record in records:
        seen = [(o["role"], o["label"]) for o in record["objects"] if o["visible_px"]]
        objects.update(seen)
        frames.update(set(seen))
    rows = [ClassCount(label=k[1], role=k[0], objects=n, frames=frames[k]) for k, n in objects.items()]
    return sorted(rows, key=lambda row: (row.role != "target", -row.objects, row.label))


def measures(records: Sequence[Record]) -> dict[str, list[float]]:
    """Return the values of the report's histograms by title."""
    seen = targets(records)
    return {
        "box size, root of its area [px]": [_size(o["box"]) for o in seen],
        "distance [m]": [o["distance"] for o in seen],
        "occlusion": [o["occlusion"] for o in seen if o["occlusion"] is not None],
        "truncation": [o["truncation"] for o in seen if o["truncation"] is not None],
        "targets per frame": [float(len(targets([r]))) for r in records],
    }


def refusals(records: Sequence[Record]) -> list[tuple[str, int]]:
    """Return why attempts were refused, and how often."""
    return Counter(reason for r in records for _, reason in r["refused"]).most_common()


def stage_seconds(records: Sequence[Record]) -> list[tuple[str, float]]:
    """Return the mean seconds of each stage per frame, in the order of the stages."""
    sums: dict[str, float] = defaultdict(float)
    for record in records:
        for stage, seconds in record["seconds"].items():
            sums[stage] += seconds
    return [(stage, total / len(records)) for stage, total in sums.items()]


def drawn_fields(records: Sequence[Record]) -> list[DrawnField]:
    """Return the plain numbers that were drawn, by randomizer and attribute."""
    values: dict[tuple[str, str], list[float]] = defaultdict(list)
    for record in records:
        for source, _, attribute, value in record["edits"]:
            if isinstance(value, (int, float)) and not isinstance(value, bool):
                values[source, attribute].append(float(value))
    return [DrawnField(source=s, attribute=a, values=tuple(v)) for (s, a), v in sorted(values.items())]


def file_counts(records: Sequence[Record]) -> list[tuple[str, int]]:
    """Return how many files lie in each folder."""
    return sorted(Counter(str(PurePosixPath(name).parent) for r in records for name in r["files"]).items())


def picture_of(record: Record) -> str | None:
    """Return the name of a frame's colour picture, below the dataset folder."""
    named = [n for n in record["files"] if PurePosixPath(n).parent.name == "rgb"]
    return named[0] if named else None


def ids_of(record: Record) -> str | None:
    """Return the name of a frame's id image, below the dataset folder."""
    named = [n for n in record["files"] if PurePosixPath(n).parent.name == "instance_segmentation"]
    return named[0] if named else None


def _size(box: Sequence[int]) -> float:
    return float(np.sqrt((box[2] - box[0]) * (box[3] - box[1])))
