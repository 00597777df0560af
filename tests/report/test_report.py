from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from palletjack_dr.errors import DatasetError
from palletjack_dr.report import facts, write_report


def thing(i: int, x: int, **changes: Any) -> dict[str, Any]:
    box = [x, 20, x + 40, 60]
    row = {"id": i, "path": f"/World/o{i}", "label": "palletjack", "role": "target", "asset": "a", "visible_px": 1600}
    row |= {"box": box, "distance": 3.0 + i, "amodal_px": 2000, "amodal_box": [x - 5, 20, x + 40, 60]}
    return {**row, "occlusion": 0.2, "truncation": 0.0, **changes}


def dataset(folder: Path, frames: int, objects: Any = None, label: str = "palletjack") -> Path:
    (folder / "Camera/rgb").mkdir(parents=True)
    (folder / "gt/instance_segmentation").mkdir(parents=True)
    lines = []
    for f in range(frames):
        rows = (
            [thing(1, 30 + f % 50, label=label), thing(2, 120, role="distractor", label="drum")]
            if objects is None
            else objects
        )
        image, ids = np.full((144, 240, 3), 90, np.uint8), np.zeros((144, 240), np.uint16)
        for row in rows:
            x1, y1, x2, y2 = row["box"]
            ids[y1:y2, x1:x2] = row["id"]
        names = [f"Camera/rgb/{f:06d}.png", f"gt/instance_segmentation/{f:06d}.png"]
        cv2.imwrite(str(folder / names[0]), image)
        cv2.imwrite(str(folder / names[1]), ids)
        edits = [
            ["lighting", "/World/L", "light.intensity", 100.0 + f],
            ["lighting", "/World/L", "light.enabled", True],
        ]
        record = {
            "frame": f,
            "attempt": 0,
            "refused": [[0, "too dark"]] if f % 2 else [],
            "edits": edits,
            "objects": rows,
        }
        record |= {"seconds": {"rgb": 0.5, "encode": 0.1}, "files": dict.fromkeys(names, "0"), "camera": {}}
        lines.append(json.dumps(record))
    (folder / "frames.jsonl").write_text("\n".join(lines) + "\n")
    (folder / "run.yaml").write_text("seed: 4\nresolution: [240, 144]\nquality: draft\n")
    (folder / "manifest.json").write_text(json.dumps({"palletjack_dr": "0.1.0", "engine": {"engine": "embedded"}}))
    return folder


def test_the_page_needs_nothing_but_itself(tmp_path: Path) -> None:
    text = write_report(dataset(tmp_path / "ds", 3)).read_text()
    assert not re.findall(r"(?:src|href)=\"(?!data:)", text)
    assert "http" not in text.replace("http-equiv", "")


def test_counts_are_those_of_the_journal(tmp_path: Path) -> None:
    folder = dataset(tmp_path / "ds", 5)
    records = [json.loads(line) for line in (folder / "frames.jsonl").read_text().splitlines()]
    rows = facts.class_counts(records)
    assert [(r.label, r.objects, r.frames) for r in rows] == [("palletjack", 5, 5), ("drum", 5, 5)]
    assert facts.measures(records)["distance [m]"] == [4.0] * 5
    assert facts.refusals(records) == [("too dark", 2)]
    assert dict(facts.stage_seconds(records)) == pytest.approx({"rgb": 0.5, "encode": 0.1})
    assert facts.drawn_fields(records)[0].values == (100.0, 101.0, 102.0, 103.0, 104.0)
    assert facts.file_counts(records) == [("Camera/rgb", 5), ("gt/instance_segmentation", 5)]


def test_a_name_cannot_become_markup(tmp_path: Path) -> None:
    text = write_report(dataset(tmp_path / "ds", 1, label="<script>alert(1)</script>")).read_text()
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert" in text


def test_a_single_frame_with_nothing_in_it_has_a_page(tmp_path: Path) -> None:
    assert "nothing measured" in write_report(dataset(tmp_path / "ds", 1, objects=[])).read_text()


def test_a_missing_picture_is_named_on_the_page(tmp_path: Path) -> None:
    folder = dataset(tmp_path / "ds", 2)
    (folder / "Camera/rgb/000001.png").unlink()
    assert "Camera/rgb/000001.png is missing" in write_report(folder).read_text()


def test_the_page_of_many_frames_stays_small(tmp_path: Path) -> None:
    page = write_report(dataset(tmp_path / "ds", 200))
    assert page.stat().st_size < 2e6
    assert page.read_text().count("<figure>") == 24


def test_a_folder_that_is_no_dataset_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="no dataset"):
        write_report(tmp_path)
    (tmp_path / "frames.jsonl").write_text("")
    with pytest.raises(DatasetError, match="no finished frame"):
        write_report(tmp_path)
