"""The main job through its front door, small: what is on disk, and that it can be repeated, split and resumed."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import trimesh

from palletjack_dr.cli import main

pytestmark = pytest.mark.renders
SMALL = ["resolution=[240,144]", "quality=draft", "seed=5"]


def generate(folder: str, *overrides: str) -> Path:
    main(["generate", *SMALL, f"output_dir={folder}", *overrides])
    return Path(folder)


def records(folder: Path) -> dict[int, dict[str, Any]]:
    return {r["frame"]: r for r in map(json.loads, (folder / "frames.jsonl").read_text().splitlines())}


def truths(folder: Path) -> dict[str, Any]:
    """Return everything but colour and timing: digests of labels, ids and depth, edits, objects."""
    found: dict[str, Any] = {}
    for index, record in records(folder).items():
        files = {name: digest for name, digest in record["files"].items() if "/rgb/" not in name}
        found[str(index)] = [record["attempt"], record["edits"], record["objects"], record["camera"], files]
    return found


def picture(path: Path) -> np.ndarray:
    image = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    assert image is not None
    return image


def assert_same_but_for_dithering(first: np.ndarray, second: np.ndarray) -> None:
    """Temporal dithering moves most values by 1 or 2, and now and then one on an edge by more."""
    difference = np.abs(first - second)
    assert difference.mean() < 1.0
    assert (difference > 6).mean() < 0.01


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return generate(str(tmp_path_factory.mktemp("made") / "ds"), "frames.count=8")


def test_every_frame_has_a_picture_and_a_label_file(dataset: Path) -> None:
    names = [f"{i:06d}" for i in range(8)]
    assert sorted(p.stem for p in (dataset / "Camera/rgb").iterdir()) == names
    assert sorted(p.stem for p in (dataset / "Camera/object_detection").iterdir()) == names
    assert picture(dataset / "Camera/rgb/000003.png").shape == (144, 240, 3)
    assert list(records(dataset)) == list(range(8))


def test_every_kitti_line_is_whole_and_its_box_is_the_extent_of_its_ids(dataset: Path) -> None:
    seen = 0
    for path in sorted((dataset / "Camera/object_detection").iterdir()):
        ids = picture(dataset / f"ground_truth/instance_segmentation/{path.stem}.png")
        wanted = [o for o in records(dataset)[int(path.stem)]["objects"] if o["role"] == "target" and o["visible_px"]]
        lines = path.read_text().splitlines()
        assert len(lines) == len(wanted)
        for line, thing in zip(lines, wanted, strict=True):
            columns = line.split()
            ys, xs = np.nonzero(ids == thing["id"])
            x1, y1, x2, y2 = map(float, columns[4:8])
            assert len(columns) == 15
            assert columns[0] == "palletjack"
            assert 0.0 <= float(columns[1]) <= 1.0
            assert columns[2] in {"0", "1", "2"}
            assert 0 <= x1 < x2 <= 240
            assert 0 <= y1 < y2 <= 144
            assert (x1, y1, x2, y2) == (xs.min(), ys.min(), xs.max() + 1, ys.max() + 1)
            seen += 1
    assert seen >= 8


def test_depth_and_classes_belong_to_the_ids(dataset: Path) -> None:
    legends = json.loads((dataset / "manifest.json").read_text())["legends"]
    ids = picture(dataset / "ground_truth/instance_segmentation/000001.png")
    classes = picture(dataset / "ground_truth/semantic_segmentation/000001.png")
    depth = picture(dataset / "ground_truth/depth/000001.tiff")
    jack = legends["semantic_segmentation"]["palletjack"]
    jacks = [i for path, i in legends["instance_segmentation"].items() if "palletjack" in path]
    assert np.array_equal(np.isin(ids, jacks), classes == jack)
    assert np.array_equal(np.isfinite(depth), ids > 0)


def test_the_same_command_twice_gives_the_same_truth(dataset: Path) -> None:
    again = generate("again", "frames.count=8")
    assert truths(again) == truths(dataset)
    first, second = (picture(d / "Camera/rgb/000002.png").astype(int) for d in (dataset, again))
    assert_same_but_for_dithering(first, second)


def test_a_frame_made_alone_equals_the_frame_of_the_run(dataset: Path) -> None:
    alone = generate("alone", "frames.start=7", "frames.count=1")
    assert truths(alone)["7"] == truths(dataset)["7"]


def test_shards_together_are_the_run(dataset: Path) -> None:
    parts: dict[str, Any] = {}
    for shard in ("1/2", "2/2"):
        parts |= truths(generate(f"part{shard[0]}", "frames.count=8", f"frames.shard={shard}"))
    assert parts == truths(dataset)


def test_adding_a_randomizer_leaves_all_other_draws_alone(dataset: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("haze.py").write_text(
        "from dataclasses import dataclass\n"
        "from palletjack_dr import Edit, Randomizer, hookimpl, drawn, Distribution\n"
        "@dataclass(frozen=True, kw_only=True)\n"
        "class Haze(Randomizer):\n"
        "    density: Distribution = drawn([0.0, 0.1], low=0.0)\n"
        "    def sample(self, rng, scene):\n"
        "        yield Edit('world', 'environment.fog_density', self.density.draw(rng))\n"
        "@hookimpl\n"
        "def dr_register(registry):\n"
        "    registry.randomizer(Haze)\n"
    )
    monkeypatch.setenv("PALLETJACK_DR_PLUGINS", "./haze.py")
    hazy = generate("hazy", "frames.count=3", "+randomizer@randomizers.haze=haze")
    for index, record in records(hazy).items():
        kept = [e for e in record["edits"] if e[0] != "haze"]
        assert kept == records(dataset)[index]["edits"]
        assert len(kept) == len(record["edits"]) - 1


def test_a_longer_run_into_the_same_folder_only_adds_frames(dataset: Path) -> None:
    folder = shutil.copytree(dataset, Path("grown"))
    before = {p: p.stat().st_mtime_ns for p in (folder / "Camera/rgb").iterdir()}
    generate("grown", "frames.count=9")
    assert {p: p.stat().st_mtime_ns for p in before} == before
    assert len(list((folder / "Camera/rgb").iterdir())) == 9
    assert {k: v for k, v in truths(folder).items() if k != "8"} == truths(dataset)


def test_a_run_that_is_killed_goes_on_and_ends_with_the_same_truth(dataset: Path) -> None:
    command = [sys.executable, "-m", "palletjack_dr", "generate", *SMALL, "output_dir=killed", "frames.count=8"]
    folder = Path("killed")
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    lines, until = folder / "frames.jsonl", time.monotonic() + 300
    while process.poll() is None and time.monotonic() < until:
        if lines.exists() and lines.read_bytes().count(b"\n") >= 3:
            os.kill(process.pid, signal.SIGKILL)
        time.sleep(0.002)
    assert process.wait() == -signal.SIGKILL
    with (folder / "frames.jsonl").open("ab") as journal:
        journal.write(b'{"frame":7,"attempt":0,"edi')  # what a kill in the middle of a line leaves
    (folder / "Camera/rgb/000007.png.partial").write_bytes(b"half a picture")
    generate("killed", "frames.count=8")
    assert truths(folder) == truths(dataset)
    assert list(records(folder)) == list(range(8))
    assert not list(folder.rglob("*.partial"))
    assert len(list((folder / "Camera/rgb").iterdir())) == 8


def test_a_lost_picture_is_made_again(dataset: Path) -> None:
    folder = shutil.copytree(dataset, Path("lost"))
    (folder / "Camera/rgb/000001.png").unlink()
    generate("lost", "frames.count=8")
    assert (folder / "Camera/rgb/000001.png").is_file()
    assert list(records(folder)) == list(range(8))
    assert truths(folder) == truths(dataset)


def test_replay_gives_the_frame_from_its_stored_edits(dataset: Path) -> None:
    main(["replay", str(dataset), "--frame", "3"])
    again = picture(Path("ds_000003.png")).astype(int)
    first = picture(dataset / "Camera/rgb/000003.png").astype(int)
    assert_same_but_for_dithering(again, first)


def test_a_changed_asset_is_not_mixed_into_a_dataset_that_was_begun_without_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def cube(size: float) -> None:
        trimesh.creation.box((size, size, size)).export("cube.obj")

    own = ["asset=[file,warehouse_distractors]", "assets.file.path=cube.obj", "assets.file.label=cube"]
    cube(0.8)
    generate("cubes", *own, "~randomizers.object_colors", "frames.count=1")
    cube(0.9)
    with pytest.raises(SystemExit):
        generate("cubes", *own, "~randomizers.object_colors", "frames.count=2")
    assert "cube.obj has changed since" in capsys.readouterr().err
    assert len(records(Path("cubes"))) == 1
