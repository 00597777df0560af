from __future__ import annotations

import base64
import json
import re
import sys
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))

from synthetic import dataset, thing

from palletjack_dr.dataset import Dataset
from palletjack_dr.errors import DatasetError
from palletjack_dr.report import facts, write_report
from palletjack_dr.report.layers import layers
from palletjack_dr.report.page import FRAMES


def pixels(uri: str) -> Any:
    return cv2.imdecode(np.frombuffer(base64.b64decode(uri.split(",")[1]), np.uint8), cv2.IMREAD_UNCHANGED)


def test_the_page_needs_nothing_but_itself(tmp_path: Path) -> None:
    text = write_report(dataset(tmp_path / "ds", 3, labelled=True)).read_text()
    assert not re.findall(r"(?:src|href)=\"(?!data:|#)", text)
    assert "http" not in text.replace("http-equiv", "")
    assert "url(" not in text


def test_counts_are_those_of_the_journal(tmp_path: Path) -> None:
    records = Dataset.open(dataset(tmp_path / "ds", 5, labelled=True)).records
    rows = facts.class_counts(records)
    assert [(r.label, r.objects, r.frames) for r in rows] == [("palletjack", 5, 5), ("drum", 5, 5)]
    assert facts.measures(records)["distance [m]"] == [4.0] * 5
    assert facts.refusals(records) == [("too dark", 2)]
    assert facts.splits(records) == [("train", 3), ("val", 2)]
    assert dict(facts.stage_seconds(records)) == pytest.approx({"rgb": 0.5, "encode": 0.1})
    places = ["Camera/rgb", "gt/depth", "gt/instance_segmentation"]
    assert facts.file_counts(records) == [(place, 5) for place in places]


def test_a_name_cannot_become_markup(tmp_path: Path) -> None:
    text = write_report(dataset(tmp_path / "ds", 1, label="</script><script>alert(1)</script>")).read_text()
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert" in text


def test_a_single_frame_with_nothing_in_it_has_a_page(tmp_path: Path) -> None:
    assert "nothing measured" in write_report(dataset(tmp_path / "ds", 1, objects=[])).read_text()


def test_a_dataset_without_tables_depth_or_splits_has_a_page(tmp_path: Path) -> None:
    text = write_report(dataset(tmp_path / "ds", 2)).read_text()
    assert "annotator pose brings it" in text
    assert "annotator depth brings it" in text


def test_a_missing_picture_is_named_on_the_page(tmp_path: Path) -> None:
    folder = dataset(tmp_path / "ds", 2)
    (folder / "Camera/rgb/000001.png").unlink()
    assert "Camera/rgb/000001.png is missing" in write_report(folder).read_text()


def test_the_page_of_many_frames_stays_small(tmp_path: Path) -> None:
    page = write_report(dataset(tmp_path / "ds", 200))
    assert page.stat().st_size < 1e6
    assert page.read_text().count('class="thumb') == FRAMES


def test_the_page_of_the_noisiest_pictures_is_below_5_mb(tmp_path: Path) -> None:
    """White noise is the most that a picture of 960 x 544 can take."""
    things = [thing(i, 20 + 100 * i, box=[20 + 100 * i, 100, 110 + 100 * i, 500]) for i in range(1, 8)]
    folder = dataset(tmp_path / "ds", FRAMES + 2, things, labelled=True, size=(960, 544), noise=True)
    assert 2e6 < write_report(folder).stat().st_size < 5e6


def test_masks_cover_the_pixels_that_the_tables_say(tmp_path: Path) -> None:
    made = Dataset.open(dataset(tmp_path / "ds", 1, [thing(1, 60)], labelled=True))
    found = layers(made, made.records[0], facts.targets(made.records))
    visible, amodal = pixels(found.masks), pixels(found.amodal_masks)
    wanted = np.zeros((144, 240), bool)
    wanted[20:60, 60:100] = True
    assert np.array_equal(visible[..., 3] > 0, wanted)
    wanted[20:60, 50:60] = True
    assert np.array_equal(amodal[..., 3] > 0, wanted)
    assert amodal[20:60, 60:100, 3].max() < amodal[20:60, 50:60, 3].max()


def test_masks_come_from_the_id_image_where_there_is_no_table(tmp_path: Path) -> None:
    made = Dataset.open(dataset(tmp_path / "ds", 1, [thing(1, 60)]))
    found = layers(made, made.records[0], facts.targets(made.records))
    assert np.count_nonzero(pixels(found.masks)[..., 3]) == 1600
    assert found.amodal_masks == ""


def test_depth_is_red_near_blue_far_and_black_where_there_is_nothing(tmp_path: Path) -> None:
    made = Dataset.open(dataset(tmp_path / "ds", 1, labelled=True))
    found = layers(made, made.records[0], [])
    assert found.depth_range == (2.0, 9.0)
    colors = pixels(found.depth).astype(int)
    assert colors[100, 20, 2] > colors[100, 20, 0] + 50
    assert colors[100, 220, 0] > colors[100, 220, 2] + 20
    assert colors[3].max() < 40


def test_a_folder_that_is_no_dataset_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="no dataset"):
        write_report(tmp_path)
    folder = dataset(tmp_path / "ds", 1)
    (folder / "frames.jsonl").write_text("")
    with pytest.raises(DatasetError, match="no finished frame"):
        write_report(folder)


def test_the_viewer_s_data_are_strict_json(tmp_path: Path) -> None:
    text = write_report(dataset(tmp_path / "ds", 1, [thing(1, 60, distance=float("inf"))], labelled=True)).read_text()
    found = re.search(r'id="data">(.*?)</script>', text, re.DOTALL)
    assert found
    frames = json.loads(found[1], parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))
    assert frames[0]["things"][0]["distance"] is None


def test_a_contract_is_told_bin_by_bin_with_what_kept_frames_out() -> None:
    from palletjack_dr.report.contract import fulfilment

    def steered(frame: int, distance: float, goal: list[float], refused: list[Any]) -> dict[str, Any]:
        row = {"id": 1, "visible_px": 9, "box": [0, 0, 3, 3], "occlusion": 0.0, "truncation": 0.0, "distance": distance}
        base = {"frame": frame, "attempt": len(refused), "objects": [row], "subject": 1}
        return {**base, "goal": {"distance": goal}, "refused": refused}

    told = fulfilment(
        [
            steered(0, 3.0, [2, 4], []),
            steered(1, 5.0, [4, 8], [[0, "coverage: distance"]]),
            steered(2, 5.0, [20, 30], [[0, "coverage: distance"], [1, "coverage: distance"]]),
        ]
    )
    assert told is not None
    assert (told.frames, told.met, told.renders) == (3, 2, 6)
    assert [(b.edges, b.quota, b.filled) for b in told.bins] == [("2 to 4", 1, 1), ("4 to 8", 1, 1), ("20 to 30", 1, 0)]
    assert told.bins[2].why == "coverage: distance (2 times)"
    assert told.unmet == ((2, "distance 20 to 30", "coverage: distance"),)
    assert fulfilment([{"frame": 0}]) is None
