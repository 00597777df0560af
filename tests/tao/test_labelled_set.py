"""What other people's labels tell of occlusion reaches the figures."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from palletjack_dr.tao.labelled_set import LabelledSet


def write_picture(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(path), np.zeros((48, 64, 3), np.uint8))


@pytest.mark.parametrize(
    ("told", "occlusion", "truncation"),
    [
        ({"occluded": 0, "truncated": 1}, 0.0, 1),
        ({"occluded": 2, "truncated": 0}, 0.75, 0),
        ({"occlusion": 0.4, "truncation": 0.1}, 0.4, 0.1),
        ({"occlusion": 0.4, "occluded": 2}, 0.4, None),
        ({}, None, None),
    ],
)
def test_coco_levels_become_shares_and_shares_stay(
    told: dict[str, float], occlusion: float | None, truncation: float | None
) -> None:
    write_picture(Path("photos/images/a.png"))
    content = {
        "images": [{"id": 1, "file_name": "a.png", "width": 64, "height": 48}],
        "categories": [{"id": 1, "name": "forklift"}],
        "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "bbox": [1, 2, 30, 20], "area": 600, **told}],
    }
    Path("photos/labels.json").write_text(json.dumps(content))
    (label,) = LabelledSet.open(Path("photos")).pictures[0].labels
    assert (label.occlusion, label.truncation) == (occlusion, truncation)


def test_kitti_levels_become_shares_but_unknown_stays_unknown() -> None:
    write_picture(Path("photos/images/a.png"))
    rest = "-1.00 -1.00 -1.00 -1000.00 -1000.00 -1000.00 -10.00"
    lines = [f"forklift 0.50 {level} -10.00 1 2 31 22 {rest}\n" for level in range(4)]
    Path("photos/labels").mkdir()
    Path("photos/labels/a.txt").write_text("".join(lines))
    labels = LabelledSet.open(Path("photos")).pictures[0].labels
    assert [label.occlusion for label in labels] == [0.0, 0.25, 0.75, None]
    assert {label.truncation for label in labels} == {0.5}
