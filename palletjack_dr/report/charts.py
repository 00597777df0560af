"""Histograms, bars and the heat map, as numbers that the page draws in its own colours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from palletjack_dr.report.facts import Row

BINS, WIDTH, HEIGHT = 20, 260, 90
COLUMNS, LINES = 24, 14
TOP = 8
SHARES = ("occlusion", "truncation")


@dataclass(frozen=True, kw_only=True)
class Histogram:
    """Bars as (x, y, width, height, caption) in a picture of WIDTH x HEIGHT, with the axis' ends and a summary."""

    title: str
    meaning: str
    bars: tuple[tuple[float, float, float, float, str], ...]
    low: str
    high: str
    summary: str


@dataclass(frozen=True, kw_only=True)
class Shares:
    """How often each of a few values came, as (value, count, share), most frequent first; ``more`` are not shown."""

    title: str
    meaning: str
    bars: tuple[tuple[str, int, float], ...]
    more: int
    summary: str


@dataclass(frozen=True, kw_only=True)
class HeatMap:
    """Counts of box centres, [line][column], over a picture of ``width`` x ``height`` [px]."""

    counts: tuple[tuple[int, ...], ...]
    width: int
    height: int

    @property
    def most(self) -> int:
        """The largest count, at least 1."""
        return max(1, *(count for line in self.counts for count in line))

    @property
    def empty(self) -> float:
        """The share of cells without a centre."""
        return sum(not count for line in self.counts for count in line) / (COLUMNS * LINES)


def histogram(title: str, values: Sequence[float], meaning: str = "") -> Histogram:
    """Return the histogram of the finite ones of some values; no values give no bars."""
    data = np.asarray(values, dtype=float)
    data = data[np.isfinite(data)] + 0.0  # adding zero turns -0 into 0
    if not len(data):
        return Histogram(title=title, meaning=meaning, bars=(), low="", high="", summary="nothing measured")
    least, most = float(data.min()), float(data.max())
    low, high = (0.0, 1.0) if title in SHARES else (least, most)
    whole = bool((data == np.round(data)).all()) and high - low < BINS and title not in SHARES
    edges = np.arange(low - 0.5, high + 1) if whole else np.linspace(low, high if high > low else low + 1.0, BINS + 1)
    counts, _ = np.histogram(data, edges)
    step, top = WIDTH / len(counts), max(int(counts.max()), 1)
    bars = tuple(
        (i * step, HEIGHT * (1 - n / top), max(step - 1.5, 1.0), HEIGHT * n / top, _caption(edges, i, int(n), whole))
        for i, n in enumerate(counts)
        if n
    )
    middle = f"always {_text(least)}" if least == most else f"median {_text(float(np.median(data)))}"
    reach = f" · {_text(least)} to {_text(most)}" if title in SHARES and least != most else ""
    return Histogram(
        title=title,
        meaning=meaning,
        bars=bars,
        low=_text(low),
        high=_text(high),
        summary=f"n {len(data)} · {middle}{reach}",
    )


def shares(title: str, values: Sequence[str], meaning: str = "") -> Shares:
    """Return the TOP most frequent of some texts."""
    counts = Counter(values)
    bars = tuple((value, n, n / len(values)) for value, n in sorted(counts.items(), key=lambda v: (-v[1], v[0]))[:TOP])
    many = len(counts)
    return Shares(
        title=title,
        meaning=meaning,
        bars=bars,
        more=many - len(bars),
        summary=f"n {len(values)} · {many} value{'s' * (many != 1)}",
    )


def heat_map(rows: Sequence[Row], width: int, height: int) -> HeatMap:
    """Count the centres of the targets' visible boxes in COLUMNS x LINES cells of the picture."""
    counts = np.zeros((LINES, COLUMNS), int)
    for row in rows:
        x1, y1, x2, y2 = row["box"]
        column, line = int((x1 + x2) / 2 / width * COLUMNS), int((y1 + y2) / 2 / height * LINES)
        counts[min(max(line, 0), LINES - 1), min(max(column, 0), COLUMNS - 1)] += 1
    return HeatMap(counts=tuple(tuple(int(n) for n in line) for line in counts), width=width, height=height)


def _text(value: float) -> str:
    return f"{value:.0f}" if 1000 <= abs(value) < 1e7 else f"{value:.3g}"


def _caption(edges: np.ndarray[tuple[int], np.dtype[np.float64]], i: int, count: int, whole: bool) -> str:
    return f"{_text(edges[i] + 0.5)}: {count}" if whole else f"{_text(edges[i])} to {_text(edges[i + 1])}: {count}"
