"""Benchmarks say what was measured: rates of full load only, scenes exported whole, pages that hold their results."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from palletjack_dr.edits import Edit
from palletjack_dr.geometry import pose, transform
from palletjack_dr.testing.small_scene import HEIGHT, WIDTH, small_frame, small_scene

sys.path.append(str(Path(__file__).parents[1] / "benchmarks"))  # at the end: its modules have common names

from document import written
from exported import export
from rates import cpu_seconds, steady


def test_one_process_is_timed_from_its_second_frame_to_the_last_file() -> None:
    begun = [0.0, 10.0, 12.0, 14.0]  # the first frame warms up
    assert steady([[*((at, 0.0) for at in begun), (16.0, 0.0)]]) == (0.5, 3)


def test_only_the_time_counts_in_which_all_processes_are_at_work() -> None:
    early = [(float(at), 0.0) for at in range(11)]
    late = [(5.5 + at, 0.0) for at in range(11)]
    rate, frames = steady([early, late])
    assert frames == 7  # between 6.5, when the late one has warmed up, and 10, when the early one ends
    assert rate == pytest.approx(2.0)


def test_processes_that_never_work_side_by_side_have_no_rate() -> None:
    with pytest.raises(SystemExit, match="more frames are wanted"):
        steady([[(0.0, 0.0), (1.0, 0.0), (2.0, 0.0)], [(5.0, 0.0), (6.0, 0.0), (7.0, 0.0)]])


def test_cpu_is_counted_for_every_frame_but_the_first() -> None:
    assert cpu_seconds([[(0.0, 1.0), (1.0, 9.0), (2.0, 10.0), (3.0, 13.0)]]) == 2.0


def test_an_exported_frame_has_every_object_whole_and_where_the_edits_put_it(tmp_path: Path) -> None:
    edits = (
        Edit("/World/Objects/target_0", "pose", pose((2.0, -1.0, 0.5), yaw=0.7)),
        Edit("/World/Objects/crate_1", "visible", False),
        Edit("/World/Objects/target_1", "material.base_color", (1.0, 0.0, 0.0)),
    )
    frame = small_frame(edits)
    camera = {"k": frame.capture.k.tolist(), "view": frame.capture.view.tolist()}
    record = {"frame": 7, "edits": [edit.to_json() for edit in edits], "camera": camera}
    export(small_scene(), [record], (WIDTH, HEIGHT), tmp_path)
    about, frames = (json.loads((tmp_path / name).read_text()) for name in ("scene.json", "frames.json"))
    arrays = np.load(tmp_path / "scene.npz")
    shown = {thing.id: thing for thing in frame.scene.objects if frame.scene.visible(thing)}
    assert set(map(int, frames[0]["things"])) == set(shown)
    for n, part in enumerate(about["parts"]):
        points = arrays[f"{n}/points"].astype(float)
        assert arrays[f"{n}/counts"].sum() == len(arrays[f"{n}/corners"]) == len(arrays[f"{n}/normals"])
        if part["thing"] in shown:
            world = transform(np.array(frames[0]["things"][str(part["thing"])]), points)
            corners = np.stack([world.min(axis=0), world.max(axis=0)])
            np.testing.assert_allclose(corners, frame.scene.bounds(shown[part["thing"]]), atol=1e-5)
    red = [
        about["parts"][int(n)]["thing"] for n, look in frames[0]["surfaces"].items() if look["base_color"] == [1, 0, 0]
    ]
    assert red == [frame.scene.thing("/World/Objects/target_1").id]


PAGE = """before
<!-- result cpu.json quality -->
what was here
<!-- end -->
between
<!-- result peer.json peer -->
<!-- end -->
after
"""


def test_a_page_gets_its_results_between_the_marks_and_says_what_is_not_measured(tmp_path: Path) -> None:
    case = {"question": "quality", "label": "draft", "pipeline_fps": [1.0, 2.0, 4.0], "bare_fps": [4.0, 4.0, 4.0]}
    machine = {"cpu": "A CPU", "cores": 2, "gpus": []}
    result: dict[str, Any] = {"kind": "speed", "date": "2026-01-01", "commit": "abc", "machine": machine}
    result["cases"] = [{**case, "pipeline_cpu": [0.5, 0.5, 0.5]}]
    page = written(PAGE, {"cpu.json": result}, tmp_path)
    assert "| draft | 0.500 | 2.00 | 4.00 | 0.50 (0.25 to 1.00) | 0.500 |" in page
    assert "*Not measured yet:* `python benchmarks/peer.py --json benchmarks/results/peer.json`" in page
    assert "what was here" not in page
    assert page.startswith("before\n")
    assert page.endswith("\nafter\n")
    assert written(page, {"cpu.json": result}, tmp_path) == page
