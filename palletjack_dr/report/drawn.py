"""What each randomizer drew, as charts: numbers, components of vectors and poses, booleans, texts."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from palletjack_dr.dataset import Record
from palletjack_dr.edits import VOCABULARY
from palletjack_dr.geometry import rotation_matrix
from palletjack_dr.report.charts import Histogram, Shares, histogram, shares

CAMERA = "camera"
LONGEST = 9
"""Vectors with more components than this are counted, not drawn."""
NAMES = {
    "color": "r g b",
    "base_color": "r g b",
    "white_balance": "r g b",
    "scale": "x y z",
    "motion_blur": "right down",
}


@dataclass(frozen=True, kw_only=True)
class Attribute:
    """One attribute as a randomizer drew it, over all frames and things that it was drawn for."""

    name: str
    histograms: tuple[Histogram, ...]
    shares: tuple[Shares, ...]


@dataclass(frozen=True, kw_only=True)
class Source:
    """All that one randomizer drew over all frames; ``edits`` counts single values."""

    name: str
    edits: int
    attributes: tuple[Attribute, ...]


def drawn(records: Sequence[Record]) -> list[Source]:
    """Return the sources of all edits in the order of their first, with one entry per attribute."""
    values: dict[str, dict[str, list[tuple[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    for record in records:
        for source, target, attribute, value in record["edits"]:
            values[source][attribute].append((target, value))
    return [
        Source(
            name=source,
            edits=sum(len(pairs) for pairs in found.values()),
            attributes=tuple(_attribute(name, pairs) for name, pairs in found.items()),
        )
        for source, found in values.items()
    ]


def components(attribute: str, target: str, value: Any) -> dict[str, Any]:
    """Split a drawn value into what one chart shows each, by name; a plain value is its own only part, "".

    Poses become x, y, z [m] and yaw [deg]: the heading of a thing's +X axis, or of a camera's view, from the
    world's +X to +Y.
    """
    if not isinstance(value, (list, tuple)):
        return {"": value}
    if attribute == "pose" and len(value) == 7:
        turn = rotation_matrix(value[3:])
        ahead = -turn[:, 2] if target == CAMERA else turn[:, 0]
        return dict(zip("xyz", value[:3], strict=True)) | {"yaw": math.degrees(math.atan2(ahead[1], ahead[0]))}
    if len(value) > LONGEST or not all(isinstance(part, (int, float)) for part in value):
        return {"": f"{len(value)} values"}
    names = NAMES.get(attribute.rsplit(".", 1)[-1], "").split()
    return {names[i] if len(names) == len(value) else str(i + 1): part for i, part in enumerate(value)}


def _attribute(name: str, pairs: Sequence[tuple[str, Any]]) -> Attribute:
    numbers: dict[str, list[float]] = defaultdict(list)
    texts: dict[str, list[str]] = defaultdict(list)
    for target, value in pairs:
        for part, single in components(name, target, value).items():
            if isinstance(single, bool) or not isinstance(single, (int, float)):
                texts[part].append(str(single).lower() if isinstance(single, bool) else str(single) or "as authored")
            else:
                numbers[part].append(float(single))
    things = len({target for target, _ in pairs})
    known = VOCABULARY[name].meaning if name in VOCABULARY else name
    meaning = f"{known}; drawn for {things} thing{'s' * (things != 1)}"
    return Attribute(
        name=name,
        histograms=tuple(histogram(_title(name, part), found, meaning) for part, found in numbers.items()),
        shares=tuple(shares(_title(name, part), found, meaning) for part, found in texts.items()),
    )


def _title(name: str, part: str) -> str:
    unit = {"x": " [m]", "y": " [m]", "z": " [m]", "yaw": " [deg]"}.get(part, "") if name == "pose" else ""
    return f"{name} {part}{unit}".strip()
