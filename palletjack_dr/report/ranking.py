"""The worst and rarest frames: those to look at first."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from palletjack_dr.dataset import Record
from palletjack_dr.report.bins import DISTANCE, OCCLUSION, SIZE, UNMEASURED
from palletjack_dr.report.facts import Row, area, brightness, targets

EACH = 3
"""How many frames each ranking names."""
RAREST = (
    "A target's surprise is the sum, over class, occlusion, box area, distance and place in the picture (thirds), of "
    "-log2 of the share of all targets in the same bin; a frame counts as its most surprising target [bits]."
)

Scored = tuple[float, Record, str]
"""How far a frame goes (more is worse), the frame, and the reason in words."""


@dataclass(frozen=True, kw_only=True)
class Pick:
    """A frame and why it was picked."""

    frame: int
    why: str


@dataclass(frozen=True, kw_only=True)
class Ranking:
    """The first frames by one criterion; ``meaning`` explains it."""

    title: str
    meaning: str
    picks: tuple[Pick, ...]


def rankings(records: Sequence[Record], width: int, height: int) -> list[Ranking]:
    """Return all rankings that have a frame; ``width`` and ``height`` are the picture's [px]."""
    found = [
        _ranking("most occluded", "largest hidden share of a visible target", _share(records, "occlusion", "hidden")),
        _ranking(
            "most truncated", "largest share of a target outside the picture", _share(records, "truncation", "out")
        ),
        _ranking("smallest", "smallest visible box of a target", _each(records, lambda o: -area(o), _extent)),
        _ranking("farthest", "largest distance of a visible target", _each(records, lambda o: o["distance"], _metres)),
        _ranking("darkest", "lowest mean brightness of a target, 0 to 1", _darkest(records)),
        _ranking("most refused", "most attempts refused before the frame", _refused(records)),
        _ranking("rarest", RAREST, rarity(records, width, height)),
    ]
    return [ranking for ranking in found if ranking.picks]


def rarity(records: Sequence[Record], width: int, height: int) -> list[Scored]:
    """Score every frame with a visible target by how rare its rarest one is among all targets of the dataset.

    The score of a target is the sum over five features (class, bins of occlusion, box area and distance, and the
    third of the picture's width and height that its box centre lies in) of -log2(share of all targets in the same
    bin): the bits that it takes to name it if the features were independent. A frame scores as its highest target,
    so crowded frames have no advantage. The reason names the two features that add most.
    """
    every = [_features(row, width, height) for row in targets(records)]
    counts = Counter(feature for features in every for feature in features)
    found = []
    for record in records:
        best: Scored | None = None
        for row in targets([record]):
            bits = {f: math.log2(len(every) / counts[f]) for f in _features(row, width, height)}
            if best is None or sum(bits.values()) > best[0]:
                best = (sum(bits.values()), record, _surprise(row, bits, counts, len(every)))
        found += [best] if best else []
    return found


def choose(records: Sequence[Record], ranked: Iterable[Ranking], most: int) -> list[Record]:
    """Return at most ``most`` records in their order: the ranked ones, the rest evenly spread over the dataset."""
    wanted = {pick.frame for ranking in ranked for pick in ranking.picks}
    chosen = {i for i, record in enumerate(records) if record["frame"] in wanted}
    rest = [i for i in range(len(records)) if i not in chosen]
    count = min(max(most - len(chosen), 0), len(rest))
    chosen.update(rest[i] for i in np.linspace(0, len(rest) - 1, count).round().astype(int))
    return [records[i] for i in sorted(chosen)]


def _ranking(title: str, meaning: str, scored: Iterable[Scored]) -> Ranking:
    """Take the highest EACH frames, the earlier one of equals; only its worst target counts for a frame."""
    picks: dict[int, Pick] = {}
    for _, record, why in sorted(scored, key=lambda s: (-s[0], s[1]["frame"])):
        picks.setdefault(record["frame"], Pick(frame=record["frame"], why=why))
        if len(picks) == EACH:
            break
    return Ranking(title=title, meaning=meaning, picks=tuple(picks.values()))


def _each(records: Sequence[Record], score: Callable[[Row], float], why: Callable[[Row], str]) -> list[Scored]:
    return [(score(row), record, why(row)) for record in records for row in targets([record])]


def _share(records: Sequence[Record], measure: str, word: str) -> list[Scored]:
    scored = _each(
        records, lambda o: o[measure] or 0.0, lambda o: f"{_name(o)} {100 * (o[measure] or 0.0):.0f} % {word}"
    )
    return [s for s in scored if s[0] > 0]


def _darkest(records: Sequence[Record]) -> list[Scored]:
    found = []
    for record in records:
        means = brightness(record)
        rows = [row for row in targets([record]) if row["id"] in means]
        found += [(-means[row["id"]], record, f"{_name(row)} mean {means[row['id']]:.3f}") for row in rows]
    return found


def _refused(records: Sequence[Record]) -> list[Scored]:
    return [
        (len(r["refused"]), r, f"{len(r['refused'])} refused, last: {r['refused'][-1][1]}")
        for r in records
        if r["refused"]
    ]


def _features(row: Row, width: int, height: int) -> list[str]:
    x1, y1, x2, y2 = row["box"]
    column, line = (min(max(int(3 * v), 0), 2) for v in ((x1 + x2) / 2 / width, (y1 + y2) / 2 / height))
    place = f"{('top', 'middle', 'bottom')[line]} {('left', 'centre', 'right')[column]}"
    binned = (
        f"{bins.title} {bins.of(row).split(',')[0]}"
        for bins in (OCCLUSION, SIZE, DISTANCE)
        if bins.of(row) != UNMEASURED
    )
    return [f"class {row['label']}", *binned, place]


def _surprise(row: Row, bits: dict[str, float], counts: Counter[str], total: int) -> str:
    first = sorted(bits, key=lambda f: -bits[f])[:2]
    named = ", ".join(f"{f} ({counts[f]} of {total})" for f in first)
    return f"{sum(bits.values()):.1f} bits, {_name(row)}: {named}"


def _extent(row: Row) -> str:
    x1, y1, x2, y2 = row["box"]
    return f"{_name(row)} {x2 - x1} x {y2 - y1} px"


def _metres(row: Row) -> str:
    return f"{_name(row)} {row['distance']:.1f} m"


def _name(row: Row) -> str:
    return f"{row['label']} {row['id']}"
