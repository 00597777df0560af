"""The gallery: everything that is generated or registered has its picture. After a change: docs/gallery/make.py."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from palletjack_dr import Randomizer, scenes
from palletjack_dr.discovery import load_plugins

FOLDER = Path(__file__).parents[2] / "docs" / "gallery"
SHEETS: list[dict[str, Any]] = json.loads((FOLDER / "index.json").read_text())["sheets"]
ASSETS = ("palletjack", "forklift", "ladder", "distractor", "environment", "decal")
FAINTEST = {"texture": 0.3, "decal": 3.0}
"""Standard deviation [8-bit levels] below which a picture is blank: new paint has 0.4, scuffs have 4."""
FAINTEST_ELSEWHERE = 15.0
NEAREST = 2.0
"""Mean difference [8-bit levels] below which two pictures are the same but for JPEG; two scuffs have 2.2."""
LARGEST_BYTES = 3_000_000


def shown(family: str) -> set[str]:
    return {tile["name"] for sheet in SHEETS if sheet["family"] == family for tile in sheet["tiles"]}


def pictures(sheet: dict[str, Any]) -> dict[str, np.ndarray]:
    whole = cv2.imread(str(FOLDER / sheet["file"]))
    assert whole is not None, sheet["file"]
    found = {}
    for place, tile in enumerate(sheet["tiles"]):
        x, y, width, height = tile["rectangle"]
        assert 0 <= x <= whole.shape[1] - width, tile
        assert 0 <= y <= whole.shape[0] - height, tile
        found[f"{place} {tile['name']}"] = whole[y : y + height, x : x + width].astype(float)
    return found


@pytest.mark.parametrize("family", ASSETS)
def test_every_asset_has_a_picture(family: str) -> None:
    assert shown(family) == set(scenes.names(family))


def test_every_texture_has_a_picture() -> None:
    assert shown("texture") == set(scenes.texture_names())


def test_every_randomizer_has_a_picture() -> None:
    offers = load_plugins().registry.of("randomizer").values()
    own = [o for o in offers if o.plugin.startswith("palletjack_dr.")]
    needs_no_content_of_an_engine = [o for o in own if o.cls.engine_assets is Randomizer.engine_assets]
    assert shown("randomizer") == {o.name for o in needs_no_content_of_an_engine}


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet["file"])
def test_every_picture_of_a_sheet_shows_something_of_its_own(sheet: dict[str, Any]) -> None:
    found = pictures(sheet)
    for name, picture in found.items():
        assert picture.std(axis=(0, 1)).max() > FAINTEST.get(sheet["family"], FAINTEST_ELSEWHERE), name
    for one, other in itertools.combinations(found, 2):
        assert np.abs(found[one] - found[other]).mean() > NEAREST, (one, other)


def test_the_page_shows_every_sheet_and_the_folder_holds_no_others() -> None:
    page = (FOLDER / "README.md").read_text()
    files = {sheet["file"] for sheet in SHEETS}
    assert all(f"]({name})" in page for name in files)
    assert files == {path.name for path in FOLDER.glob("*.jpg")}
    assert sum((FOLDER / name).stat().st_size for name in files) < LARGEST_BYTES
