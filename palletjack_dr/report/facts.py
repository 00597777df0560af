"""The plain numbers of a dataset, from its journal."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

import numpy as np

from palletjack_dr.dataset import Record

Row = dict[str, Any]
"""One object of a record."""


@dataclass(frozen=True, kw_only=True)
class ClassCount:
    """How often a class is to be seen: objects, and frames with at least one."""

    label: str
    role: str
    objects: int
    frames: int


def targets(records: Sequence[Record]) -> list[Row]:
    """Return the rows of all visible targets."""
    return [o for r in records for o in r["objects"] if o["role"] == "target" and o["visible_px"]]


def area(row: Row) -> float:
    """Return the area [px] of an object's visible box."""
    x1, y1, x2, y2 = row["box"]
    return float((x2 - x1) * (y2 - y1))


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
        "box size, root of its area [px]": [float(np.sqrt(area(o))) for o in seen],
        "distance [m]": [o["distance"] for o in seen],
        "occlusion": [o["occlusion"] for o in seen if o["occlusion"] is not None],
        "truncation": [o["truncation"] for o in seen if o["truncation"] is not None],
        "targets per frame": [float(len(targets([r]))) for r in records],
    } | _light(records)


def splits(records: Sequence[Record]) -> list[tuple[str, int]]:
    """Return the frames of each split that has any; nothing for datasets from before there were splits."""
    return Counter(str(r["split"]) for r in records if r.get("split")).most_common()


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


def file_counts(records: Sequence[Record]) -> list[tuple[str, int]]:
    """Return how many files lie in each folder."""
    return sorted(Counter(str(PurePosixPath(name).parent) for r in records for name in r["files"]).items())


def rows_of(record: Record, column: str) -> list[Row]:
    """Return the rows of the frame's first table that has ``column``, whatever its annotator's key in the config."""
    for rows in record.get("tables", {}).values():
        if rows and column in rows[0]:
            return list(rows)
    return []


def brightness(record: Record) -> dict[int, float]:
    """Return the mean brightness, 0 to 1, of each visible target by id; nothing where it was not measured."""
    means = {row["id"]: float(row["mean"]) for row in rows_of(record, "burnt")}
    return {o["id"]: means[o["id"]] for o in targets([record]) if o["id"] in means}


def _light(records: Sequence[Record]) -> dict[str, list[float]]:
    means = [mean for r in records for mean in brightness(r).values()]
    return {"mean brightness of a target": means} if means else {}
