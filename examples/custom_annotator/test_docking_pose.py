"""The annotator's contract, its geometry, and the command of its page."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from palletjack_dr.cli import main
from palletjack_dr.geometry import inverse, transform
from palletjack_dr.testing import AnnotatorContract, small_frame

HERE = Path(__file__).parent


def _docking_pose() -> Any:
    spec = importlib.util.spec_from_file_location("docking_example", HERE / "docking_pose.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module.DockingPose


class TestDockingPose(AnnotatorContract):
    annotator = _docking_pose()()


def test_the_spot_is_on_the_floor_behind_the_target_and_looks_at_it() -> None:
    frame = small_frame()
    rows = _docking_pose()(gap=1.0).annotate(frame)
    assert rows
    for row in rows:
        thing = next(o for o in frame.scene.objects if o.id == row["id"])
        spot = transform(inverse(frame.capture.view), np.array([row["position"]]))[0]
        assert spot[2] == pytest.approx(0.0, abs=1e-6)
        local = transform(inverse(frame.scene.world_from(thing)), spot[None])[0]
        assert local[0] == pytest.approx(thing.bounds[0, 0] - 1.0)
        assert np.linalg.norm(row["heading"]) == pytest.approx(1.0)


@pytest.mark.renders
def test_the_page_s_command_writes_the_rows(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PALLETJACK_DR_PLUGINS", str(HERE / "docking_pose.py"))
    monkeypatch.chdir(tmp_path)
    small = ["resolution=[160,96]", "quality=draft", "frames.count=2", "output_dir=docking"]
    listed = "[boxes_2d,instance_segmentation,semantic_segmentation,depth,docking_pose]"
    main(["generate", "+annotator=docking_pose", f"writers.ground_truth.annotations={listed}", *small])
    for line in Path("docking/frames.jsonl").read_text().splitlines():
        record = json.loads(line)
        rows = record["tables"]["docking_pose"]
        assert [r["id"] for r in rows] == [r["id"] for r in record["tables"]["boxes_2d"]]
        assert json.loads(Path(f"docking/ground_truth/docking_pose/{record['frame']:06d}.json").read_text()) == rows
