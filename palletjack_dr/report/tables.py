"""Counts of targets in cross tables, in which holes in the data strike the eye."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from palletjack_dr.report.bins import DISTANCE, OCCLUSION, SIZE, UNMEASURED, Bins
from palletjack_dr.report.facts import Row


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A count and its ``shade``: the root of its share of the table's largest count, in [0, 1].

    A ``hole`` is a cell that a target could have fallen into and none did.
    """

    count: int
    shade: float
    hole: bool


@dataclass(frozen=True, kw_only=True)
class Table:
    """Counts of targets: one row per label of ``down``, one column per label of ``across``."""

    title: str
    down: tuple[str, ...]
    across: tuple[str, ...]
    cells: tuple[tuple[Cell, ...], ...]

    @property
    def total(self) -> int:
        """The targets in the table."""
        return sum(cell.count for row in self.cells for cell in row)

    @property
    def holes(self) -> int:
        """The cells that no target fell into."""
        return sum(cell.hole for row in self.cells for cell in row)


@dataclass(frozen=True, kw_only=True)
class Group:
    """The tables of one class, or of all: two cross tables, and the whole as one table a size."""

    label: str
    crossed: tuple[Table, Table]
    by_size: tuple[Table, ...]


def cross(title: str, down: Bins, across: Bins, rows: Sequence[Row], most: int | None = None) -> Table:
    """Count targets by two measures; ``most`` is the count that is shaded fully, the table's largest if None."""
    counts = Counter((down.of(row), across.of(row)) for row in rows)
    top = max(most or max(counts.values(), default=0), 1)
    downs, acrosses = _labels(down, rows), _labels(across, rows)
    cells = tuple(tuple(_cell(counts[d, a], top, UNMEASURED not in (d, a)) for a in acrosses) for d in downs)
    return Table(title=title, down=downs, across=acrosses, cells=cells)


def groups(rows: Sequence[Row]) -> list[Group]:
    """Return the tables of all targets, then of every class if there are several, by name."""
    labels = sorted({row["label"] for row in rows})
    each = [_group(label, [row for row in rows if row["label"] == label]) for label in labels]
    return [_group("all classes", rows), *(each if len(each) > 1 else [])]


def class_rows(rows: Sequence[Row]) -> list[tuple[str, tuple[Table, ...]]]:
    """Return for every class one-row tables of its occlusion, size and distance, most frequent class first."""
    found = []
    for label, count in Counter(row["label"] for row in rows).most_common():
        own = [row for row in rows if row["label"] == label]
        found.append((label, tuple(_line(bins, own, rows, count) for bins in (OCCLUSION, SIZE, DISTANCE))))
    return found


def _group(label: str, rows: Sequence[Row]) -> Group:
    joint = Counter((SIZE.of(row), OCCLUSION.of(row), DISTANCE.of(row)) for row in rows)
    most = max(joint.values(), default=1)
    return Group(
        label=label,
        crossed=(
            cross("occlusion x distance", OCCLUSION, DISTANCE, rows),
            cross("box area x distance", SIZE, DISTANCE, rows),
        ),
        by_size=tuple(
            cross(size, OCCLUSION, DISTANCE, [row for row in rows if SIZE.of(row) == size], most)
            for size in SIZE.labels
        ),
    )


def _line(bins: Bins, own: Sequence[Row], rows: Sequence[Row], most: int) -> Table:
    counts = Counter(bins.of(row) for row in own)
    labels = _labels(bins, rows)
    cells = tuple(_cell(counts[label], max(most, 1), label != UNMEASURED) for label in labels)
    return Table(title=bins.title, down=("",), across=labels, cells=(cells,))


def _cell(count: int, most: int, measured: bool) -> Cell:
    return Cell(count=count, shade=(count / most) ** 0.5, hole=measured and not count)


def _labels(bins: Bins, rows: Sequence[Row]) -> tuple[str, ...]:
    missing = any(bins.measure(row) is None for row in rows)
    return (*bins.labels, UNMEASURED) if missing else bins.labels
