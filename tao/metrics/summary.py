"""The figures of an evaluation as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from palletjack_dr.tao.metrics.curves import Figure
from palletjack_dr.tao.metrics.evaluation import ClassFigures, Evaluation


def markdown(measured: Mapping[str, Any], figures: Evaluation) -> str:
    """Return a page: what was measured (``measured``, as ``evaluate`` writes it), classes, and bins."""
    split = f", split {measured['split']}" if measured["split"] else ""
    left_out = f"; {measured['left_out']} more could not be used" if measured["left_out"] else ""
    head = [
        "# Evaluation",
        "",
        f"`{measured['model']}` on `{measured['folder']}`{split}: {figures.pictures} pictures{left_out}, "
        f"fit {measured['fit']}. Thresholds: {measured['thresholds']}.",
        f"In brackets: 95 % interval of {figures.resamples} resamples of the pictures.",
        "",
    ]
    columns = (
        "class labels ignored threshold right wrong missed precision recall F1 AP50 AP50-95 TAO-sample TAO-integrate"
    )
    rows = [_class_cells(row) for row in figures.classes]
    rows.append(["mean", *[""] * 9, plain(figures.mean_ap50), plain(figures.mean_ap), "", ""])
    bins = [
        [row.name, b.property, b.name, str(b.labels), str(b.found), plain(b.recall), plain(b.ap50)]
        for row in figures.classes
        for b in row.bins
    ]
    return "\n".join(
        [
            *head,
            *_table(columns.split(), rows),
            "",
            "## Recall by property, at the threshold",
            "",
            *_table(["class", "property", "bin", "labels", "found", "recall", "AP50"], bins),
            "",
        ]
    )


def plain(value: Figure | float | None) -> str:
    """Return a figure in three places, with its interval if it has one; "-" where it is not defined."""
    if isinstance(value, Figure):
        interval = f" ({value.low:.3f} to {value.high:.3f})" if value.low is not None else ""
        return plain(value.value) + interval
    return "-" if value is None else f"{value:.3f}"


def _class_cells(row: ClassFigures) -> list[str]:
    counts = (row.true_positives, row.false_positives, row.false_negatives)
    figures = (row.precision, row.recall, row.f1, row.ap50, row.ap, row.tao_sample, row.tao_integrate)
    return [
        row.name,
        str(row.labels),
        str(row.ignored),
        f"{row.threshold:.3g}",
        *map(str, counts),
        *map(plain, figures),
    ]


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    lines = [columns, ["---"] * len(columns), *rows]
    return [f"| {' | '.join(cells)} |" for cells in lines]
