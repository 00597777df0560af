"""Histograms as small SVG pictures that take their colours from the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

BINS, WIDTH, HEIGHT = 20, 260, 110


@dataclass(frozen=True, kw_only=True)
class Histogram:
    """Bars as (x, y, width, height) in a picture of WIDTH x HEIGHT, with the ends of the axis and a summary."""

    title: str
    bars: tuple[tuple[float, float, float, float], ...]
    low: str
    high: str
    summary: str


def histogram(title: str, values: Sequence[float]) -> Histogram:
    """Return the histogram of some values; no values give no bars."""
    if not values:
        return Histogram(title=title, bars=(), low="", high="", summary="nothing measured")
    data = np.asarray(values, dtype=float)
    low, high = (0.0, 1.0) if title in ("occlusion", "truncation") else (float(data.min()), float(data.max()))
    whole = bool((data == np.round(data)).all()) and high - low < BINS
    edges = np.arange(low - 0.5, high + 1) if whole else np.linspace(low, high if high > low else low + 1.0, BINS + 1)
    counts, _ = np.histogram(data, edges)
    step, top = WIDTH / len(counts), max(int(counts.max()), 1)
    bars = tuple(
        (i * step, HEIGHT * (1 - n / top), max(step - 1.5, 1.0), HEIGHT * n / top) for i, n in enumerate(counts) if n
    )
    summary = f"n {len(data)} · median {np.median(data):.3g} · {data.min():.3g} to {data.max():.3g}"
    return Histogram(title=title, bars=bars, low=f"{low:.3g}", high=f"{high:.3g}", summary=summary)
