"""engine=replicator, driven through a double of Isaac Sim: same labels, calls in order, every pitfall code can meet.

What a double cannot show is listed in ARCHITECTURE.md; the contract tests beside this file run where Isaac Sim is.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))

from double_runs import RANDOMIZERS, SMALL, Ended, generate, palletjack_dr

pytestmark = pytest.mark.renders
PIXELS = 2
"""Pixels by which two ways of drawing an object alone may differ; USD keeps focal lengths as 32-bit floats."""


def records(folder: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (Path(folder) / "frames.jsonl").read_text().splitlines()]


def label_files(folder: str) -> dict[str, bytes]:
    """Return what a training reads besides pictures: KITTI lines, id and class images."""
    kept = ("object_detection", "instance_segmentation", "semantic_segmentation", "ImageSets")
    found = [p for p in Path(folder).rglob("*") if p.is_file() and set(p.parts) & set(kept)]
    return {str(p.relative_to(folder)): p.read_bytes() for p in found}


def pictures(folder: str) -> list[np.ndarray[Any, Any]]:
    return [np.asarray(cv2.imread(str(p)), dtype=int) for p in sorted((Path(folder) / "Camera/rgb").iterdir())]


def assert_same_truth(one: str, other: str) -> None:
    assert [r["edits"] for r in records(one)] == [r["edits"] for r in records(other)]
    assert label_files(one) == label_files(other) != {}
    for mine, theirs in zip(records(one), records(other), strict=True):
        assert (mine["attempt"], mine["camera"]) == (theirs["attempt"], theirs["camera"])
        for a, b in zip(mine["objects"], theirs["objects"], strict=True):
            measured = ("amodal_px", "amodal_box", "occlusion", "truncation")
            assert {k: v for k, v in a.items() if k not in measured} == {
                k: v for k, v in b.items() if k not in measured
            }
            if a["amodal_px"] is not None:
                assert abs(a["amodal_px"] - b["amodal_px"]) <= PIXELS


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return a dataset that the embedded engine made."""
    folder = str(tmp_path_factory.mktemp("embedded") / "out")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(Path(folder).parent)
        assert generate(folder, "frames.count=3").code == 0
    return folder


@pytest.mark.parametrize("version", ["5.0.0", "6.0.1"])
def test_one_config_gives_the_same_edits_and_label_files_on_both_engines(version: str, embedded: str) -> None:
    ended = generate("replicator", "frames.count=3", double=version)
    assert (ended.code, ended.calls("rule broken")) == (0, []), ended.said
    assert_same_truth(embedded, "replicator")
    for mine, theirs in zip(pictures(embedded), pictures("replicator"), strict=True):
        assert np.abs(mine - theirs).mean() < 2  # paint, light and exposure have arrived; dithering differs


def test_a_lens_and_objects_beyond_the_border_take_wider_views_and_give_the_same_labels() -> None:
    lens = [
        "+randomizers.lens._target_=palletjack_dr.plugins.randomizers.lens_distortion.LensDistortion",
        "frames.count=2",
        "randomizers.robot_camera.distance=[1.2, 2.0]",
    ]
    assert generate("embedded", *lens).code == 0
    ended = generate("replicator", *lens, double="6.0.1")
    assert ended.code == 0, ended.said
    assert len(ended.calls("render_product")) > 1
    assert len(ended.calls("render_product")) <= 4, "a few fixed views, none made for a frame"
    assert [r["edits"] for r in records("embedded")] == [r["edits"] for r in records("replicator")]
    for mine, theirs in zip(records("embedded"), records("replicator"), strict=True):
        for a, b in zip(mine["objects"], theirs["objects"], strict=True):
            assert a["path"] == b["path"]
            assert abs(a["visible_px"] - b["visible_px"]) <= PIXELS


def test_decals_are_seen_in_pictures_and_never_in_labels() -> None:
    decals = ["asset=[palletjack,decals]", "+randomizer=decals", "frames.count=2"]
    assert generate("embedded", *decals).code == 0
    ended = generate("replicator", *decals, double="6.0.1")
    assert (ended.code, ended.calls("rule broken")) == (0, []), ended.said
    assert_same_truth("embedded", "replicator")
    for mine, theirs in zip(pictures("embedded"), pictures("replicator"), strict=True):
        assert np.abs(mine - theirs).mean() < 2


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> Ended:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("run"))
        return generate("out", "frames.count=2", "engine.exit_file=exit.json", double="6.0.1")


def test_isaac_sim_starts_before_everything_and_sees_no_argument_of_ours(ended: Ended) -> None:
    assert ended.order()[0] == "SimulationApp"
    assert ended.log[0]["argv"] == []


def test_settings_come_after_the_stage_and_its_own_are_reset_first(ended: Ended) -> None:
    order = ended.order()
    assert order.index("open_stage") < order.index("reset_render_settings") < order.index("setting")
    settings = {line["name"]: line["value"] for line in ended.calls("setting")}
    assert settings["/rtx/post/dlss/execMode"] == 2
    assert settings["/rtx/hydra/materialSyncLoads"] is True
    assert settings["/omni/kit/plugin/syncUsdLoads"] is True


def test_labels_are_cleared_on_the_whole_stage_before_objects_get_theirs(ended: Ended) -> None:
    order = ended.order()
    assert order.index("remove_all_labels") < order.index("add_labels")
    assert {"palletjack", "floor", "wall"} <= {line["labels"][0] for line in ended.calls("add_labels")}


def test_a_warm_up_precedes_the_first_frame(ended: Ended) -> None:
    first = ended.order().index("step")
    assert ended.order()[:first].count("update") >= 20
    assert len(ended.calls("step")) > 2 + 2 * 2


def test_pictures_take_subframes_and_labels_one(ended: Ended) -> None:
    subframes = [line["subframes"] for line in ended.calls("step")]
    assert set(subframes) == {1, 2}
    assert subframes.count(2) == 2 + 2  # two throw-away steps, two pictures


def test_every_step_renders_one_view(ended: Ended) -> None:
    assert {len(line["views"]) for line in ended.calls("step")} == {1}


def test_nothing_is_lost_at_the_end_and_the_marker_is_there_before_the_process_ends(ended: Ended) -> None:
    order = ended.order()
    last_step = len(order) - 1 - order[::-1].index("step")
    assert last_step < order.index("wait_until_complete") < order.index("destroy") < order.index("close")
    assert order[-1] == "close"


@pytest.mark.parametrize("version", ["5.1.0", "6.0.1"])
def test_a_failed_run_keeps_its_exit_code_and_its_message(version: str) -> None:
    ended = generate("out", "engine.exit_file=exit.json", double=version, ISAAC_DOUBLE_STAGE_FAILS="1")
    assert ended.code == 2
    assert "Isaac Sim could not open the stage" in ended.said
    assert json.loads(Path("exit.json").read_text()) == {"exit_code": 2}


def test_a_process_makes_its_share_and_the_same_command_goes_on(embedded: str) -> None:
    codes = [generate("parts", "frames.count=3", "frames_per_process=2", double="6.0.1").code for _ in range(2)]
    assert codes == [75, 0]
    assert label_files(embedded) == label_files("parts")


def test_fog_is_refused_by_name_unless_rtx_s_own_is_taken() -> None:
    fog = ["+randomizers.fog._target_=palletjack_dr.plugins.randomizers.atmosphere.Atmosphere", "frames.count=1"]
    refused = generate("out", *fog, double="6.0.1")
    assert refused.code == 2
    assert "randomizers.fog" in refused.said
    assert "environment.fog_density" in refused.said
    taken = generate("out2", *fog, "engine.fog=rtx", double="6.0.1")
    assert taken.code == 0, taken.said
    assert {line["name"]: line["value"] for line in taken.calls("setting")}["/rtx/fog/fogDensity"] > 0


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        (["engine.renderer=minimal"], ["engine.renderer", "5.1", "minimal"]),
        (["engine.renderer=raster"], ["engine.renderer", "'raster'", "real_time"]),
        (["engine.anti_aliasing=fxxa"], ["engine.anti_aliasing", "did you mean 'fxaa'?"]),
        (["engine.label_subframes=0"], ["engine.label_subframes", "wanted 1 or more"]),
        (["engine.version=4.5.0"], ["4.5.0", "wanted 5.0, 5.1 or 6.0"]),
        (["quality=best"], ["'best'", "draft, high, standard"]),
        (["frames_per_process=-1"], ["frames_per_process", "-1"]),
    ],
)
def test_what_isaac_sim_would_ignore_is_refused(overrides: list[str], words: list[str]) -> None:
    ended = generate("out", *overrides, double="5.1.0")
    assert ended.code == 2, ended.said
    assert [w for w in words if w not in ended.said] == []


@pytest.fixture(scope="module")
def path_traced(tmp_path_factory: pytest.TempPathFactory) -> Ended:
    own = [
        "engine.renderer=path_tracing",
        "engine.samples=16",
        "+engine.settings={/rtx/post/tonemap/op: 4, /rtx/post/dlss/execMode: 0}",
        "engine.kit_arguments=['--/log/level=error']",
        "engine.assets_root=/mirror",
        "engine.exit_file=exit.json",
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("path_traced"))
        return generate("out", "frames.count=1", *own, double="5.1.0")


def test_renderer_settings_and_arguments_reach_isaac_sim(path_traced: Ended) -> None:
    assert path_traced.code == 0, path_traced.said
    launch = path_traced.log[0]
    assert (launch["config"]["renderer"], launch["config"]["samples_per_pixel_per_frame"]) == ("PathTracing", 16)
    assert launch["argv"] == ["--/log/level=error", "--/persistent/isaac/asset_root/default=/mirror"]
    settings = {line["name"]: line["value"] for line in path_traced.calls("setting")}
    assert (settings["/rtx/pathtracing/totalSpp"], settings["/rtx/post/tonemap/op"]) == (16, 4)
    assert settings["/rtx/post/dlss/execMode"] == 0, "the user's own settings win"


def test_the_exit_file_tells_how_a_run_ended(path_traced: Ended, ended: Ended) -> None:
    for run in (path_traced, ended):
        assert json.loads((run.folder / "exit.json").read_text()) == {"exit_code": run.code} == {"exit_code": 0}


def test_several_runs_share_one_isaac_sim() -> None:
    many = ["generate", "-m", *SMALL, RANDOMIZERS, "engine=replicator", "frames.count=1"]
    ended = palletjack_dr(*many, "seed=1,2", "output_dir=out_${seed}", double="6.0.1")
    assert ended.code == 0, ended.said
    assert [len(ended.calls(name)) for name in ("SimulationApp", "open_stage", "close")] == [1, 2, 1]
    assert records("out_1")[0]["edits"] != records("out_2")[0]["edits"]
    assert label_files("out_1") != label_files("out_2")


def test_runs_that_want_different_renderers_want_a_process_each() -> None:
    many = ["generate", "-m", *SMALL, RANDOMIZERS, "engine=replicator", "frames.count=1"]
    ended = palletjack_dr(*many, "engine.renderer=auto,path_tracing", "output_dir=${engine.renderer}", double="6.0.1")
    assert ended.code == 2
    assert "a process has one Isaac Sim" in ended.said
    assert len(records("auto")) == 1


def test_the_manifest_says_what_rendered(ended: Ended) -> None:
    assert ended.code == 0
    engine = json.loads((ended.folder / "out/manifest.json").read_text())["engine"]
    assert engine["engine"] == "replicator"
    assert engine["isaac_sim"].startswith("6.0.1")
    assert engine["renderer"] == "RealTimePathTracing"


def test_an_old_isaac_sim_is_refused_by_its_version() -> None:
    ended = generate("out", double="4.5.0")
    assert ended.code == 2
    assert "Isaac Sim 4.5.0" in ended.said
    assert ended.log == [], "it was not even started"


@pytest.mark.parametrize("more", [[], ["engine.version=6.0"]])
def test_without_isaac_sim_one_message_tells_how_to_install_it(more: list[str]) -> None:
    ended = palletjack_dr("generate", "engine=replicator", *more)
    assert ended.code == 2
    assert "no module isaacsim" in ended.said
    assert "pip install 'isaacsim" in ended.said
    assert not Path("dataset").exists()


def test_a_plugin_that_imports_usd_too_early_is_pointed_at() -> None:
    Path("early.py").write_text("import pxr.Usd\n")
    ended = generate("out", double="6.0.1", PALLETJACK_DR_PLUGINS="./early.py")
    assert ended.code == 2
    assert "before pxr is imported" in ended.said


@pytest.mark.parametrize("version", ["5.1.0", "6.0.0"])
def test_the_selftest_passes_through_the_double(version: str) -> None:
    ended = palletjack_dr("selftest", "engine=replicator", double=version)
    assert (ended.code, ended.calls("rule broken")) == (0, []), ended.said
    assert "engine=replicator sees what geometry says" in ended.said
