"""The properties of a label by which misses are told apart: occlusion, truncation, size, distance."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import inf, sqrt

from palletjack_dr.tao.labelled_set import Label


@dataclass(frozen=True, kw_only=True)
class Property:
    """What is measured on a label, None where it does not tell, and the bins: name and [lowest, highest)."""

    name: str
    of: Callable[[Label], float | None]
    bins: tuple[tuple[str, float, float], ...]

    def bin_of(self, label: Label) -> str | None:
        """Return the name of the bin that a label falls into."""
        value = self.of(label)
        return None if value is None else next(n for n, low, high in self.bins if low <= value < high)


def side(label: Label) -> float:
    """Return the side [px] of the square of a label's area."""
    x1, y1, x2, y2 = label.box
    return sqrt(max(x2 - x1, 0) * max(y2 - y1, 0))


PROPERTIES = (
    Property(
        name="occlusion",
        of=lambda label: label.occlusion,
        bins=(("none", -inf, 0.05), ("partly", 0.05, 0.5), ("largely", 0.5, inf)),
    ),
    Property(name="truncation", of=lambda label: label.truncation, bins=(("whole", -inf, 0.01), ("cut", 0.01, inf))),
    Property(
        name="size",
        of=side,
        bins=(("below 32 px", 0, 32), ("32 to 96 px", 32, 96), ("from 96 px", 96, inf)),
    ),
    Property(
        name="distance",
        of=lambda label: label.distance,
        bins=(
            ("below 2 m", -inf, 2),
            ("2 to 4 m", 2, 4),
            ("4 to 8 m", 4, 8),
            ("8 to 16 m", 8, 16),
            ("from 16 m", 16, inf),
        ),
    ),
)
