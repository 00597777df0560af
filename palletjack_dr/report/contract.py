"""How far a coverage contract is met: every bin's quota, what is in it, and what kept the rest out."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from palletjack_dr.coverage.contract import in_words, measured, misses
from palletjack_dr.dataset import Record


@dataclass(frozen=True, kw_only=True)
class BinRow:
    """One bin: its measure and edges as text, how many frames were for it, how many met it, and why others did not."""

    measure: str
    edges: str
    quota: int
    filled: int
    why: str


@dataclass(frozen=True, kw_only=True)
class Fulfilment:
    """The contract of a dataset: its bins, frames met, and ids renders needed in all."""

    bins: tuple[BinRow, ...]
    frames: int
    met: int
    renders: int
    unmet: tuple[tuple[int, str, str], ...]
    """Frame, goal and most common reason of each frame whose goal was given up; at most twelve."""


def fulfilment(records: Sequence[Record]) -> Fulfilment | None:
    """Return how far the contract of a dataset is met, or None where it has none."""
    steered = [r for r in records if r.get("goal")]
    if not steered:
        return None
    quota: Counter[tuple[str, tuple[float, float]]] = Counter()
    filled: Counter[tuple[str, tuple[float, float]]] = Counter()
    reasons: defaultdict[tuple[str, tuple[float, float]], Counter[str]] = defaultdict(Counter)
    unmet = []
    for record in steered:
        goal = {name: (float(low), float(high)) for name, (low, high) in record["goal"].items()}
        rows = [o for o in record["objects"] if o["id"] == record["subject"]]
        missed = misses(goal, measured(rows[0], record.get("light")) if rows else {})
        most = Counter(reason for _, reason in record["refused"]).most_common(1)
        for cell in goal.items():
            quota[cell] += 1
            filled[cell] += cell[0] not in missed
            if cell[0] in missed:
                reasons[cell].update(reason for _, reason in record["refused"])
        if missed:
            unmet.append((int(record["frame"]), in_words(goal), most[0][0] if most else ""))
    rows_of_bins = [
        BinRow(
            measure=name,
            edges=f"{edges[0]:g} to {edges[1]:g}",
            quota=quota[name, edges],
            filled=filled[name, edges],
            why=", ".join(f"{reason} ({n} times)" for reason, n in reasons[name, edges].most_common(2)),
        )
        for name, edges in sorted(quota)
    ]
    renders = sum(len({attempt for attempt, _ in r["refused"]} | {r["attempt"]}) for r in steered)
    return Fulfilment(
        bins=tuple(rows_of_bins),
        frames=len(steered),
        met=len(steered) - len(unmet),
        renders=renders,
        unmet=tuple(unmet[:12]),
    )
