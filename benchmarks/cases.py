"""The questions of ``speed.py``: which configs are timed, each differing from the default run in one thing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import cast

import yaml

from palletjack_dr.registry import Registry

MANY = "asset=[palletjack,warehouse_distractors,additional_distractors]"


@dataclass(frozen=True, kw_only=True)
class Case:
    """One row of the table; ``value`` is what a plot has on its axis, 0 where there is none."""

    question: str
    label: str
    value: float = 0.0
    overrides: tuple[str, ...] = ()
    workers: int = 1


def cases(registry: Registry, cores: int) -> Iterator[Case]:
    """Yield all cases, with all annotators and writers that there are, for a machine with so many cores."""
    for quality in ("draft", "standard", "high"):
        overrides = (f"quality={quality}",) if quality != "standard" else ()
        yield Case(question="quality", label=quality, overrides=overrides)
    for width, height in ((480, 272), (960, 544), (1440, 816), (1920, 1088)):
        overrides = (f"resolution=[{width},{height}]",) if width != 960 else ()
        yield Case(question="pixels", label=f"{width}x{height}", value=width * height / 1e6, overrides=overrides)
    for count in (10, 30, 50, 70):
        placed = (f"randomizers.distractor_placement.count={count}", "randomizers.distractor_placement.tries=400")
        yield Case(question="objects", label=f"{count} distractors", value=count, overrides=(MANY, *placed))
    chosen = _listed("randomizer", [*_default("randomizer"), "lamps_on"])
    for count in (1, 3, 6, 12):
        shining = (chosen, f"randomizers.lamps_on.count={count}")
        yield Case(question="lights", label=f"{count} of 12 lamps", value=count, overrides=shining)
    annotators, writers = ([n for n in registry.of(group) if n != "basic"] for group in ("annotator", "writer"))
    everything = _listed("annotator", annotators), _listed("writer", [*writers, "ground_truth"])
    yield Case(question="labels", label="boxes, KITTI", overrides=("annotator=[boxes_2d]", "writer=[kitti]"))
    yield Case(question="labels", label="default")
    yield Case(question="labels", label="all", overrides=everything)
    workers = 1
    while workers <= cores:
        yield Case(question="workers", label=str(workers), value=workers, workers=workers)
        workers *= 2


def _listed(group: str, names: list[str]) -> str:
    return f"{group}=[{','.join(names)}]"


def _default(group: str) -> list[str]:
    """Return what the default config chooses of a group."""
    config = yaml.safe_load(files("palletjack_dr.conf").joinpath("config.yaml").read_text())
    return cast("list[str]", next(row[group] for row in config["defaults"] if isinstance(row, dict) and group in row))
