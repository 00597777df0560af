"""Every mistake ends in one clear message and exit code 2, before anything is written or lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from palletjack_dr.cli import main

BROKEN_PLUGIN = "import a_module_that_is_not_there\n"
MISSPELT_HOOK = "from palletjack_dr import hookimpl\n@hookimpl\ndef dr_rejcet(frame):\n    return None\n"
CLASH = (
    "from palletjack_dr import hookimpl\n"
    "from palletjack_dr.plugins.randomizers.lighting import Lighting\n"
    "@hookimpl\n"
    "def dr_register(registry):\n"
    "    registry.randomizer(Lighting)\n"
)


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        (["sed=3"], ["sed", "did you mean 'seed'?"]),
        (["frames.cuont=3"], ["frames.cuont", "did you mean 'count'?"]),
        (["randomizers.lighting.intensty=[1,2]"], ["randomizers.lighting.intensty", "did you mean 'intensity'?"]),
        (["randomizer=[lightning]"], ["randomizer=lightning", "did you mean 'lighting'?"]),
        (["asset=[palletjak]"], ["asset=palletjak", "did you mean 'palletjack'?"]),
        (["experiment=seed_warehose"], ["experiment=seed_warehose", "did you mean 'seed_warehouse'?"]),
        (["quality=best"], ["quality='best'", "draft, high, standard"]),
        (["seed=many"], ["seed", "many", "Integer"]),
        (["frames.shard=4/3"], ["frames.shard", "'4/3'", "1 <= i <= n"]),
        (["frames.count=0"], ["count=0", "wanted count >= 1"]),
        (["resolution=[960]"], ["resolution", "[width, height]"]),
        (
            ["randomizers.lighting.intensity={normal: [100000, 600000]}"],
            ["randomizers.lighting.intensity", "must stay within [0, inf]", "clip"],
        ),
        (["randomizers.lighting.intensity=[-1,10]"], ["randomizers.lighting.intensity", "[-1, 10]"]),
        (["randomizers.lighting.probability=1.5"], ["randomizers.lighting.probability", "[0, 1]"]),
        (["randomizers.lighting.role=lihgt"], ["randomizers.lighting", "no role 'lihgt'", "did you mean 'light'?"]),
        (
            ["randomizers.floor_texture.material=Flor"],
            ["randomizers.floor_texture", "no material 'Flor'", "did you mean 'Floor'?"],
        ),
        (["randomizers.floor_texture.families=[marble]"], ["randomizers.floor_texture", "no texture family", "marble"]),
        (
            ["assets.palletjack.models=[standart]"],
            ["assets.palletjack", "no generated palletjack 'standart'", "did you mean 'standard'?"],
        ),
        (["environment._target_=os.system"], ["environment._target_", "'os.system'", "only those are built"]),
        (["+writers.kitti.colour=red"], ["writers.kitti.colour"]),
        (["annotator=[depth]"], ["writers.kitti", "'boxes_2d'", "no annotator"]),
        (["asset=[usd_file]", "assets.usd_file.path=x.usda"], ["assets.usd_file.label"]),
        (
            ["asset=[usd_file]", "assets.usd_file.path=x.usda", "assets.usd_file.label=x"],
            ["assets.usd_file", "'x.usda'", "cannot be opened"],
        ),
        (
            ["asset=[usd_file]", "assets.usd_file.path=bad.usda", "assets.usd_file.label=x"],
            ["assets.usd_file", "'bad.usda'", "cannot be opened"],
        ),
        (
            ["asset=[usd_file]", "assets.usd_file.path=empty.usda", "assets.usd_file.label=x"],
            ["assets.usd_file", "no default prim"],
        ),
        (["engine=embeded"], ["engine=embeded", "did you mean 'embedded'?"]),
    ],
)
def test_a_bad_config_is_refused_with_its_key_before_the_first_frame(
    overrides: list[str], words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    Path("bad.usda").write_text("#usda 1.0\ndef Xform {")
    Path("empty.usda").write_text("#usda 1.0\n")
    with pytest.raises(SystemExit) as left:
        main(["generate", "output_dir=out", *overrides])
    message = capsys.readouterr().err
    assert left.value.code == 2
    assert [w for w in words if w not in message] == []
    assert message.count("error:") == 1
    assert "Traceback" not in message
    assert not Path("out").exists()


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (BROKEN_PLUGIN, ["failed to load", "a_module_that_is_not_there", "PALLETJACK_DR_DISABLE=./mine.py"]),
        (MISSPELT_HOOK, ["failed to load", "dr_rejcet", "did you mean 'dr_reject'?"]),
        (CLASH, ["failed to load", "randomizer=lighting is offered by both", "name=..."]),
        (None, ["failed to load", "no such file"]),
    ],
)
def test_a_broken_plugin_is_named_blamed_and_left_out_or_stops_the_run(
    source: str | None, words: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    if source is not None:
        Path("mine.py").write_text(source)
    monkeypatch.setenv("PALLETJACK_DR_PLUGINS", "./mine.py")
    with pytest.raises(SystemExit) as left:
        main(["generate", "output_dir=out", "strict_plugins=true"])
    message = " ".join(capsys.readouterr().err.split())
    assert left.value.code == 2
    assert [w for w in words if w not in message] == []
    assert not Path("out").exists()
    main(["plugins"])
    assert "randomizer=lighting" in capsys.readouterr().out


def test_an_unknown_command_is_refused_with_the_nearest_one(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["genarate"])
    assert left.value.code == 2
    assert "did you mean 'generate'?" in capsys.readouterr().err


SMALL = ["resolution=[96,64]", "quality=draft", "frames.count=1", "asset=[palletjack]", "randomizer=[robot_camera]"]


@pytest.mark.renders
def test_a_folder_of_another_config_is_left_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    main(["generate", "output_dir=out", *SMALL])
    before = {p: p.read_bytes() for p in Path("out").rglob("*") if p.is_file()}
    with pytest.raises(SystemExit) as left:
        main(["generate", "output_dir=out", *SMALL, "seed=9"])
    assert left.value.code == 2
    assert "belongs to another config: seed differs" in " ".join(capsys.readouterr().err.split())
    assert {p: p.read_bytes() for p in Path("out").rglob("*") if p.is_file()} == before


@pytest.mark.renders
def test_a_folder_with_something_else_in_it_is_left_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    Path("out").mkdir()
    Path("out/thesis.txt").write_text("important")
    with pytest.raises(SystemExit) as left:
        main(["generate", "output_dir=out", *SMALL])
    assert left.value.code == 2
    assert "is not empty" in " ".join(capsys.readouterr().err.split())
    assert [p.name for p in Path("out").iterdir()] == ["thesis.txt"]


@pytest.mark.renders
def test_a_damaged_journal_line_in_the_middle_is_named_and_nothing_is_lost(capsys: pytest.CaptureFixture[str]) -> None:
    main(["generate", "output_dir=out", *SMALL, "frames.count=2"])
    lines = Path("out/frames.jsonl").read_bytes()
    damaged = b"not json\n" + lines
    Path("out/frames.jsonl").write_bytes(damaged)
    with pytest.raises(SystemExit) as left:
        main(["generate", "output_dir=out", *SMALL, "frames.count=3"])
    assert left.value.code == 2
    assert "frames.jsonl:1: not a journal line" in " ".join(capsys.readouterr().err.split())
    assert Path("out/frames.jsonl").read_bytes() == damaged


@pytest.mark.renders
def test_a_constraint_that_nothing_meets_says_what_refused_the_frames(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["generate", "output_dir=out", *SMALL, "max_attempts=3", "constraints.target_visible.min_px=100000"])
    assert left.value.code == 2
    message = " ".join(capsys.readouterr().err.split())
    assert "frame 0: all 3 attempts were refused (3 x fewer than 1 visible target)" in message


def test_without_a_vulkan_driver_the_packages_to_install_are_named(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VK_DRIVER_FILES", "/nowhere/none.json")
    with pytest.raises(SystemExit) as left:
        main(["generate", "output_dir=out", *SMALL])
    assert left.value.code == 2
    assert "apt-get install libvulkan1 mesa-vulkan-drivers" in " ".join(capsys.readouterr().err.split())
    assert not Path("out").exists()
