"""The contract: bins of outcomes, quotas over them, and which frame is for which bin."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from typing import Any, Final

import numpy as np

from palletjack_dr.errors import ConfigError, did_you_mean
from palletjack_dr.labels.truth import ObjectTruth
from palletjack_dr.randomness import stream

MEASURES: Final[dict[str, tuple[float, float]]] = {
    "occlusion": (0.0, 1.0),
    "truncation": (0.0, 1.0),
    "distance": (0.0, math.inf),
    "size": (0.0, math.inf),
    "light": (0.0, 1.0),
}
"""What can be binned, and its range: shares, metres, the root of the visible box's area [px], and mean luma."""

Goal = Mapping[str, tuple[float, float]]
"""An interval [low, high) for each binned measure."""


@dataclass(frozen=True, kw_only=True)
class Contract:
    """``bins`` are the edges of each measure's bins, ``classes`` those of the targets that count (all, if empty).

    With ``joint`` every combination of bins gets the same share of the frames; else every bin of each measure
    does, in combinations drawn at random. Each frame is for one target: the one that is nearest to its goal.
    """

    bins: Mapping[str, Sequence[float]]
    classes: Sequence[str] = ()
    joint: bool = False

    def __post_init__(self) -> None:
        """Refuse bins that nothing can fall into."""
        if not self.bins:
            raise ConfigError("coverage.bins: none are given; name edges, e.g. {occlusion: [0, 0.2, 0.5, 0.9]}")
        for name, edges in self.bins.items():
            if name not in MEASURES:
                raise ConfigError(f"coverage.bins.{name}: no such measure{did_you_mean(name, MEASURES)}")
            low, high = MEASURES[name]
            rising = all(a < b for a, b in pairwise(edges))
            if len(edges) < 2 or not rising or edges[0] < low or edges[-1] > high:
                raise ConfigError(
                    f"coverage.bins.{name}: got {list(edges)}, wanted two or more rising edges in [{low:g}, {high:g}]"
                )

    def intervals(self, measure: str) -> list[tuple[float, float]]:
        """Return the bins of a measure; the last one includes its upper edge where that is the end of the range."""
        return list(pairwise(self.bins[measure]))

    def goals(self, count: int, seed: int) -> list[Goal]:
        """Return the goals of ``count`` frames: each bin (or combination) as often as any other, in mixed order."""
        rng = stream(seed, 0, 0, "coverage goals")
        if self.joint:
            cells = [dict(zip(self.bins, cell, strict=True)) for cell in product(*map(self.intervals, self.bins))]
            order = _dealt(len(cells), count, rng)
            return [cells[i] for i in order]
        columns = {}
        for name in self.bins:
            intervals = self.intervals(name)
            columns[name] = [intervals[i] for i in _dealt(len(intervals), count, rng)]
        return [{name: column[i] for name, column in columns.items()} for i in range(count)]

    def quotas(self, goals: Sequence[Goal]) -> Counter[tuple[str, tuple[float, float]]]:
        """Return how many frames each bin of each measure is to get."""
        return Counter((name, interval) for goal in goals for name, interval in goal.items())

    def counts(self, thing: ObjectTruth) -> bool:
        """Return whether an object of the table is one that the contract is about."""
        return thing.role == "target" and (not self.classes or thing.label in self.classes)


def measured(thing: ObjectTruth | Mapping[str, Any], light: float | None = None) -> dict[str, float]:
    """Return the measures of a row of the object table; nothing of an object that is not seen.

    ``light`` is the mean luma of its visible pixels, which is known once rgb is rendered.
    """
    row: Mapping[str, Any] = thing if isinstance(thing, Mapping) else thing.to_json()
    if not row["visible_px"] or row["occlusion"] is None:
        return {}
    x1, y1, x2, y2 = row["box"]
    size = math.sqrt((x2 - x1) * (y2 - y1))
    values = {"occlusion": row["occlusion"], "truncation": row["truncation"], "distance": row["distance"], "size": size}
    return values if light is None else values | {"light": light}


def misses(goal: Goal, values: Mapping[str, float]) -> list[str]:
    """Return the measures that lie outside their interval; all of them for an object that is not seen."""
    return [name for name, interval in goal.items() if name not in values or not within(values[name], interval, name)]


def within(value: float, interval: tuple[float, float], measure: str) -> bool:
    """Return whether a value lies in [low, high), or at the very end of its measure's range."""
    low, high = interval
    return low <= value < high or value == high == MEASURES[measure][1]


def in_words(goal: Goal) -> str:
    """Return a goal as text: "occlusion 0.2 to 0.4, distance 4 to 8"."""
    return ", ".join(f"{name} {low:g} to {high:g}" for name, (low, high) in goal.items())


def _dealt(kinds: int, count: int, rng: np.random.Generator) -> list[int]:
    """Return ``count`` numbers below ``kinds``, each as often as any other give or take one, in random order."""

    def rounds() -> Iterator[int]:
        while True:
            yield from rng.permutation(kinds).tolist()

    source = rounds()
    numbers = [next(source) for _ in range(count)]
    return [numbers[i] for i in rng.permutation(count)]
