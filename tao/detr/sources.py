"""The pictures and the classes that a spec's data sources name."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from palletjack_dr.errors import did_you_mean
from palletjack_dr.tao.detector import TrainingError
from palletjack_dr.tao.recipe import Source
from palletjack_dr.validate.coco import is_coco

KEYS = ("image_dir", "json_file")


def read_source(entry: Mapping[str, Any], field: str) -> Source:
    """Return the source of an ``{image_dir, json_file}`` entry; ``field`` names it in errors."""
    table = _table(entry, field)
    return Source(folder=Path(entry["image_dir"]).resolve(), table=table)


def read_categories(entries: Sequence[Mapping[str, Any]], field: str, num_classes: int) -> dict[str, int]:
    """Return the id of every category of the sources, by name, in the order of ids; an id is a channel.

    Raises ``TrainingError`` for sources that disagree, and for an id that has no channel among ``num_classes``.
    """
    ids: dict[str, int] = {}
    for number, entry in enumerate(entries):
        table = _table(entry, f"{field}[{number}]")
        for row in json.loads(table.read_text(encoding="utf-8"))["categories"]:
            name, channel = str(row["name"]), int(row["id"])
            if ids.setdefault(name, channel) != channel:
                raise TrainingError(f"{field}: {name!r} has the id {ids[name]} in one file and {channel} in {table}")
    if len(set(ids.values())) < len(ids) or not ids:
        raise TrainingError(f"{field}: wanted one category or more, each with an id of its own, got {ids}")
    if max(ids.values()) >= num_classes or min(ids.values()) < 0:
        raise TrainingError(
            f"dataset.num_classes: got {num_classes}, but the largest category id is {max(ids.values())}; "
            f"wanted {max(ids.values()) + 1} (as many as there are classes plus one, for ids that count from 1)"
        )
    return dict(sorted(ids.items(), key=lambda item: item[1]))


def _table(entry: Mapping[str, Any], field: str) -> Path:
    for key in entry:
        if key not in KEYS:
            raise TrainingError(f"{field}: no field {key!r}{did_you_mean(str(key), KEYS)}")
    for key in KEYS:
        if not isinstance(entry.get(key), str):
            raise TrainingError(f"{field}.{key}: got {entry.get(key)!r}, wanted a path")
    path = Path(entry["json_file"]).resolve()
    if not path.is_file() or not is_coco(path):
        raise TrainingError(f"{field}.json_file: {str(path)!r} is no COCO file with images, annotations and categories")
    return path
