"""The textures: of every family enough, in the range of real surfaces, painted when needed and no sooner."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import cv2
import numpy as np
import pytest

from palletjack_dr import scenes
from palletjack_dr.scenes.textures import RECIPES, Texture
from palletjack_dr.scenes.textures.sheet import sheet

FEWEST = {
    "concrete": 6,
    "epoxy": 5,
    "floor_wear": 2,
    "asphalt": 3,
    "tiles": 5,
    "brick": 4,
    "plaster": 3,
    "metal": 7,
    "paint": 4,
    "wood": 4,
    "cardboard": 3,
    "carpet": 3,
    "pattern": 5,
    "plastic": 2,
    "film": 1,
    "cloth": 1,
    "rack": 1,
}


def image(path: Path) -> np.ndarray:
    return np.asarray(cv2.imread(str(path)), dtype=float) / 255


def test_every_family_has_its_members() -> None:
    counts = Counter(recipe.family for recipe in RECIPES.values())
    assert counts.keys() == FEWEST.keys()
    assert all(counts[family] >= fewest for family, fewest in FEWEST.items())


@pytest.mark.parametrize("name", [n for n, r in RECIPES.items() if r.family != "pattern"])
def test_a_surface_reflects_as_much_as_real_ones_do(name: str) -> None:
    """Nothing real is blacker than coal or whiter than fresh paint, mirrors its lamp or is without any shine."""
    texture = scenes.texture(name)
    linear = image(texture.albedo) ** 2.2
    assert 0.02 < linear.mean() < 0.95
    assert (linear.min(axis=2) < 0.999).mean() > 0.95  # not burnt out
    roughness = image(texture.roughness)
    assert 0.1 < roughness.mean() < 0.99
    assert roughness.std() > 0 or texture.family == "carpet"


@pytest.mark.parametrize("name", RECIPES)
def test_normals_point_out_of_the_surface(name: str) -> None:
    normal = 2 * image(scenes.texture(name).normal)[..., ::-1] - 1
    assert np.allclose(np.linalg.norm(normal, axis=2), 1, atol=0.02)
    assert np.abs(normal[..., :2].mean(axis=(0, 1))).max() < 0.02  # a tile ends as high as it began
    assert normal[..., 2].min() > 0
    assert np.median(normal[..., 2]) > 0.6


def test_a_texture_is_painted_when_first_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PALLETJACK_DR_CACHE", str(tmp_path))
    assert "asphalt" in scenes.texture_names()
    assert not list(tmp_path.rglob("*.png"))
    scenes.texture("asphalt")
    assert {p.name for p in tmp_path.rglob("*.png")} == {f"asphalt_{k}.png" for k in ("albedo", "roughness", "normal")}


def test_a_contact_sheet_shows_each_texture(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[Texture] = []

    def look_up(name: str) -> Texture:
        shown.append(scenes.texture(name))
        return shown[-1]

    monkeypatch.setattr("palletjack_dr.scenes.textures.sheet.texture", look_up)
    picture = sheet(["asphalt", "plaster", "brick_red"], edge=64, columns=2)
    assert [t.name for t in shown] == ["asphalt", "plaster", "brick_red"]
    assert picture.shape[1] == 2 * 64
    assert picture[:, :64].std() > 5
