"""Isaac Sim's own content: configs that name it, through a stand-in for its assets root."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))

from double_runs import assets_stand_in, palletjack_dr

from palletjack_dr.assets_root import AssetsRoot, EngineAsset, check_engine_assets
from palletjack_dr.errors import EngineError, SceneError

SMALL = ("resolution=[160,96]", "quality=draft", "frames.count=2", "output_dir=out", "constraint=[]")
EXPERIMENTS = ("isaac_seed_warehouse", "isaac_seed_additional", "isaac_seed_none")


@pytest.fixture(scope="module")
def assets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return assets_stand_in(tmp_path_factory.mktemp("assets"))


def manifest() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Path("out/manifest.json").read_text())
    return found


@pytest.mark.renders
@pytest.mark.parametrize("experiment", EXPERIMENTS)
def test_the_workflow_runs_with_isaac_sim_s_own_content(experiment: str, assets: Path) -> None:
    run = ["generate", f"experiment={experiment}", *SMALL, "frames.count=1"]
    ended = palletjack_dr(*run, double="6.0.1", ISAAC_DOUBLE_ASSETS=str(assets))
    assert (ended.code, ended.calls("rule broken")) == (0, []), ended.said
    things = manifest()["instances"]
    trucks = [t for t in things if t["label"] == "palletjack"]
    assert len(trucks) == 6
    distractors = {"isaac_seed_warehouse": 62, "isaac_seed_additional": 34, "isaac_seed_none": 0}[experiment]
    assert sum(t["role"] == "distractor" for t in things) == distractors
    for truck in trucks:  # drawn in centimetres, one of them with Y up
        low, high = np.array(truck["bounds"])
        assert np.allclose(high - low, (1.2, 0.55, 1.15), atol=1e-3), truck["path"]


@pytest.mark.renders
def test_all_missing_assets_are_told_at_once_before_the_stage_is_built(assets: Path, tmp_path: Path) -> None:
    root = shutil.copytree(assets, tmp_path / "assets")
    for name in ("Props/S_TrafficCone.usd", "Props/SM_PushcartA_02.usd", "warehouse.usd"):
        (root / "Isaac/Environments/Simple_Warehouse" / name).unlink()
    run = ["generate", "experiment=isaac_seed_warehouse", *SMALL]
    ended = palletjack_dr(*run, double="5.1.0", ISAAC_DOUBLE_ASSETS=str(root))
    assert ended.code == 2
    assert "3 of" in ended.said
    for name in ("environment: ", "warehouse.usd", "assets.isaac_warehouse_distractors: ", "S_TrafficCone", "Pushcart"):
        assert name in ended.said
    assert not ended.calls("open_stage")


@pytest.mark.parametrize("experiment", EXPERIMENTS)
def test_on_the_embedded_engine_they_end_in_one_message(experiment: str) -> None:
    ended = palletjack_dr("generate", f"experiment={experiment}", "engine=embedded", "output_dir=out")
    assert ended.code == 2
    assert ended.said.count("error:") == 1
    assert "Isaac Sim's assets root, which engine=embedded does not have" in ended.said
    assert not Path("out").exists()


def test_an_assets_root_that_does_not_answer_is_said() -> None:
    ended = palletjack_dr("generate", "experiment=isaac_seed_none", *SMALL, double="6.0.1")
    assert ended.code == 2
    assert "assets root" in ended.said


def test_a_second_place_is_tried_where_the_root_lacks_a_file() -> None:
    there = {"https://elsewhere/truck.usd"}
    root = AssetsRoot(url="https://root/", has=there.__contains__)
    truck = EngineAsset(path="/NVIDIA/truck.usd", otherwise="https://elsewhere/truck.usd")
    assert root.locate(truck) == "https://elsewhere/truck.usd"
    check_engine_assets({"assets.truck": [truck]}, root, "replicator")
    with pytest.raises(SceneError, match=r"/NVIDIA/cone\.usd"):
        root.locate(EngineAsset(path="/NVIDIA/cone.usd"))


def test_a_component_without_engine_assets_needs_no_root() -> None:
    check_engine_assets({"environment": []}, None, "embedded")
    with pytest.raises(EngineError, match="engine=embedded does not have"):
        check_engine_assets({"environment": [EngineAsset(path="/Isaac/hall.usd")]}, None, "embedded")
