"""Contract tests on a real Isaac Sim: what the double only claims. They run where ``isaacsim`` can be imported.

Isaac Sim starts once a process and ends it as it closes, so every run is a process of its own:
``python -m pytest tests/isaac/test_isaac_sim.py`` with Isaac Sim's Python, on a machine with an RTX GPU.
"""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("isaacsim") is None,
    reason="Isaac Sim is not installed here (no module isaacsim); its double is tested in test_replicator.py",
)
SMALL = ("resolution=[640,384]", "quality=draft", "seed=5", "asset=[palletjack]", "frames.count=4")
RANDOMIZERS = "randomizer=[lighting,exposure,floor_texture,wall_texture,object_colors,target_placement,robot_camera]"


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "palletjack_dr", *arguments], capture_output=True, text=True)


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("isaac") / "out"
    ended = run("generate", *SMALL, RANDOMIZERS, "engine=replicator", f"output_dir={folder}")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return folder


def records(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "frames.jsonl").read_text().splitlines()]


def test_ids_boxes_and_depth_agree_with_known_scenes() -> None:
    ended = run("selftest", "engine=replicator")
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_every_frame_is_there_and_its_labels_hold(dataset: Path) -> None:
    assert [r["frame"] for r in records(dataset)] == [0, 1, 2, 3]
    assert run("validate", str(dataset)).returncode == 0


def test_pictures_are_neither_black_nor_burnt_nor_alike(dataset: Path) -> None:
    pictures = [np.asarray(cv2.imread(str(p)), dtype=float) for p in sorted((dataset / "Camera/rgb").iterdir())]
    assert all(8 < p.mean() < 247 for p in pictures), [p.mean() for p in pictures]
    assert all(np.abs(a - b).mean() > 2 for a, b in pairwise(pictures))


def test_a_run_that_fails_after_isaac_sim_has_started_keeps_its_exit_code_and_message() -> None:
    ended = run("generate", "engine=replicator", "quality=best")
    assert ended.returncode == 2
    assert "'best'" in ended.stdout + ended.stderr


def test_a_process_makes_its_share_and_the_same_command_goes_on(tmp_path: Path) -> None:
    command = ("generate", *SMALL, RANDOMIZERS, "engine=replicator", f"output_dir={tmp_path / 'out'}")
    assert [run(*command, "frames_per_process=2").returncode for _ in range(2)] == [75, 0]
