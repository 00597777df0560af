"""Shards that are merged are the dataset that one run would have made."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from palletjack_dr.cli import main
from palletjack_dr.errors import DatasetError
from palletjack_dr.merge import merge

pytestmark = pytest.mark.renders
SMALL = [
    "resolution=[160,96]",
    "quality=draft",
    "seed=5",
    "frames.count=7",
    "asset=[palletjack]",
    "randomizer=[exposure,target_placement,robot_camera]",
    "writer=[kitti,yolo,coco]",
    "annotator=[boxes_2d,boxes_3d,masks,instance_segmentation,depth]",
    "split={train: 0.6, val: 0.4}",
]


def generate(folder: Path | str, *overrides: str) -> Path:
    main(["generate", *SMALL, f"output_dir={folder}", *overrides])
    return Path(folder)


def contents(folder: Path) -> dict[str, Any]:
    """Return every file but the pictures, which are dithered, and the journal; and its records without seconds."""
    found: dict[str, Any] = {}
    pictures: set[str] = set()
    for line in (folder / "frames.jsonl").read_text().splitlines():
        record = json.loads(line)
        same = {n for n, digest in record["files"].items() if digest == record["files"][record["picture"]]}
        pictures |= same
        files = {name: digest for name, digest in record["files"].items() if name not in same}
        found[f"record {record['frame']}"] = {**record, "seconds": None, "bytes": None, "files": files}
    for path in folder.rglob("*"):
        name = str(path.relative_to(folder))
        if path.is_file() and name not in {*pictures, "frames.jsonl"}:
            found[name] = path.read_bytes().replace(f"output_dir: {folder}\n".encode(), b"")
    return found


@pytest.fixture(scope="module")
def shards(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("shards")
    return [generate(folder / f"part{i}", f"frames.shard={i}/3") for i in (1, 2, 3)]


def merged(folders: list[Path]) -> Path:
    main(["merge", *map(str, folders), "--out", "out"])
    return Path("out")


def test_the_result_is_that_of_one_run_in_every_file(shards: list[Path], capsys: pytest.CaptureFixture[str]) -> None:
    whole = generate("single/out")  # of the same name, which tables hold
    out = merged([shards[2], shards[0], shards[1]])
    assert contents(out) == contents(whole)
    assert "nothing wrong found" in capsys.readouterr().out
    picture = "Camera/rgb/000001.png"
    assert (out / picture).stat().st_ino == (shards[1] / picture).stat().st_ino


def test_an_interrupted_merge_goes_on_and_one_that_is_done_changes_nothing(shards: list[Path]) -> None:
    first = contents(merged(shards))
    lines = (Path("out/frames.jsonl")).read_bytes().splitlines(keepends=True)
    Path("out/frames.jsonl").write_bytes(b"".join(lines[:3]) + b'{"fra')
    Path("out/Camera/rgb/000003.png.partial").touch()
    assert contents(merged(shards)) == first
    assert contents(merged(shards)) == first


def test_a_run_goes_on_in_a_merged_folder(shards: list[Path]) -> None:
    out = merged(shards)
    before = (out / "frames.jsonl").read_text()
    generate("out", "frames.count=8")
    assert (out / "frames.jsonl").read_text().startswith(before)
    assert len((out / "frames.jsonl").read_text().splitlines()) == 8


def refusal(folders: list[Path]) -> str:
    from palletjack_dr.discovery import load_plugins

    with pytest.raises(DatasetError) as refused:
        merge(folders, Path("out"), load_plugins())
    assert not Path("out").exists()
    return str(refused.value)


def test_a_shard_that_is_missing_is_named(shards: list[Path]) -> None:
    message = refusal([shards[0], shards[2]])
    assert "2 of 7 frames are missing, the first is 1, of shard 2/3, which none of the folders is" in message


def test_a_shard_that_is_not_finished_is_named(shards: list[Path]) -> None:
    shutil.copytree(shards[1], "half")
    lines = Path("half/frames.jsonl").read_bytes().splitlines(keepends=True)
    Path("half/frames.jsonl").write_bytes(lines[0])
    message = refusal([shards[0], Path("half"), shards[2]])
    assert "1 of 7 frames are missing, the first is 4, which half should hold: repeat its command" in message


def test_a_shard_that_is_named_twice_is_refused(shards: list[Path]) -> None:
    assert "frame 0 is in both" in refusal([*shards, shards[0]])


def test_shards_of_different_configs_assets_or_versions_are_refused(shards: list[Path]) -> None:
    for change, word in (("seed: 5", "in their config, seed differs"), ("count: 7", "in their config, frames.count")):
        shutil.copytree(shards[1], "other", dirs_exist_ok=True)
        text = (shards[1] / "run.yaml").read_text()
        assert change in text
        Path("other/run.yaml").write_text(text.replace(change, change[:-1] + "9"))
        assert word in refusal([shards[0], Path("other"), shards[2]])
    Path("other/run.yaml").write_text(text)
    manifest = json.loads((shards[1] / "manifest.json").read_text())
    changes = {"assets": {**manifest["assets"], "mine.obj": "other digest"}, "palletjack_dr": "0.0.9"}
    for key, value in changes.items():
        Path("other/manifest.json").write_text(json.dumps({**manifest, key: value}))
        assert f"in their manifest, {key}" in refusal([shards[0], Path("other"), shards[2]])


def test_a_folder_that_holds_something_else_is_left_alone(
    shards: list[Path], capsys: pytest.CaptureFixture[str]
) -> None:
    Path("out").mkdir()
    Path("out/thesis.txt").write_text("important")
    with pytest.raises(SystemExit):
        merged(shards)
    assert "is not empty" in " ".join(capsys.readouterr().err.split())
    assert [p.name for p in Path("out").iterdir()] == ["thesis.txt"]
