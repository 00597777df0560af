"""The bins that targets are counted in: occlusion, size, distance."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass

from palletjack_dr.report.facts import Row, area

UNMEASURED = "n/a"
"""The bin of targets whose value nobody measured; tables show it only where it holds some."""


@dataclass(frozen=True, kw_only=True)
class Bins:
    """Half-open bins of one measure of a target; the label of bin i belongs to [edges[i - 1], edges[i])."""

    title: str
    labels: tuple[str, ...]
    edges: tuple[float, ...]
    measure: Callable[[Row], float | None]

    def of(self, row: Row) -> str:
        """Return the label of a target's bin, ``UNMEASURED`` without a value."""
        value = self.measure(row)
        return UNMEASURED if value is None else self.labels[bisect_right(self.edges, value)]


OCCLUSION = Bins(
    title="occlusion",
    labels=("0 %", "0-10 %", "10-40 %", "40-80 %", "80-100 %"),
    edges=(math.nextafter(0.0, 1.0), 0.1, 0.4, 0.8),
    measure=lambda row: row["occlusion"],
)
SIZE = Bins(
    title="box area",
    labels=("small, below 32²", "medium, below 96²", "large, below 288²", "very large"),
    edges=(32.0**2, 96.0**2, 288.0**2),
    measure=area,
)
"""COCO's small, medium and large, by the area of the visible box [px], and what fills a good part of the picture."""
DISTANCE = Bins(
    title="distance",
    labels=("0-2 m", "2-4 m", "4-8 m", "8-16 m", "16+ m"),
    edges=(2.0, 4.0, 8.0, 16.0),
    measure=lambda row: row["distance"],
)
