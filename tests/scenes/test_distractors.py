"""The catalogue of distractors: its lists, what the configuration shows of them, materials that keep apart."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest
import yaml

from palletjack_dr.scenes.distractors import ADDITIONAL, DISTRACTORS, LOOK_ALIKES, WAREHOUSE
from palletjack_dr.scenes.stage import Material

CONF = Path(__file__).parents[2] / "conf" / "asset"


def test_every_distractor_is_in_one_list() -> None:
    assert sorted((*WAREHOUSE, *ADDITIONAL, *LOOK_ALIKES)) == sorted(DISTRACTORS)
    assert len(WAREHOUSE) >= 30
    assert len(ADDITIONAL) >= 30
    assert len(LOOK_ALIKES) >= 6


@pytest.mark.parametrize(
    ("file", "names"),
    [("warehouse_distractors", WAREHOUSE), ("additional_distractors", ADDITIONAL), ("look_alikes", LOOK_ALIKES)],
)
def test_the_configuration_shows_each_list_in_full(file: str, names: tuple[str, ...]) -> None:
    assert tuple(yaml.safe_load((CONF / f"{file}.yaml").read_text())["models"]) == names


@pytest.mark.parametrize("name", DISTRACTORS)
def test_a_name_means_one_material_within_a_distractor(name: str) -> None:
    """Materials are written under their names: of two that share one, the second would be lost."""
    named: dict[str, set[Material]] = defaultdict(set)
    for material, _ in DISTRACTORS[name]():
        named[material.name].add(material)
    assert all(len(materials) == 1 for materials in named.values())
