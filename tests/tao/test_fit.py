"""A source of pictures of other sizes is brought to the network's, boxes and all; its own files stay as they are."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from training_sets import make_config, make_set

from palletjack_dr.errors import PalletjackError
from palletjack_dr.tao.fitting import fit_picture, fitting_of, unfit_boxes
from palletjack_dr.tao.labelled_set import LabelledSet
from palletjack_dr.tao.loading import read_file
from palletjack_dr.tao.specs.prepare import prepare
from palletjack_dr.validate.kitti import read_kitti

VIEW = Path("results/data/real")
BOX = (60, 40, 260, 140)
BRIGHT = 200


def make_photos(sizes: list[tuple[int, int]], suffix: str = ".jpg", box: tuple[int, ...] = BOX) -> dict[Path, bytes]:
    """Make dark photos of some sizes, each with a bright palletjack in ``box``."""
    for folder in ("images", "labels"):
        (Path("photos") / folder).mkdir(parents=True)
    for number, (width, height) in enumerate(sizes):
        pixels = np.full((height, width, 3), 20, np.uint8)
        pixels[max(box[1], 0) : box[3], max(box[0], 0) : box[2]] = 250
        cv2.imwrite(f"photos/images/{number}{suffix}", pixels)
        line = f"palletjack 0.00 0 -10 {' '.join(map(str, box))} -1 -1 -1 -1000 -1000 -1000 -10\n"
        Path(f"photos/labels/{number}.txt").write_text(line)
    return {path: path.read_bytes() for path in Path("photos").rglob("*") if path.is_file()}


def with_photos(**changes: Any) -> dict[str, Any]:
    config = make_config(tao__spec__training_config__batch_size_per_gpu=1, **changes)
    config["data"]["train"]["real"] = {"folder": "photos", "fit": "letterbox", "weight": 4}
    config["classes"] = ["palletjack"]
    return config


@pytest.fixture(autouse=True)
def synthetic() -> None:
    make_set("train", count=3)
    make_set("val", count=3)


def test_boxes_lie_on_their_objects_in_fitted_pictures() -> None:
    make_photos([(640, 360), (300, 600), (301, 181)])
    prepared = prepare(with_photos())
    assert (prepared.size, prepared.extension) == ((128, 80), "png")
    assert prepared.weights == {"synthetic": 1.0, "real": 4.0}
    pictures = LabelledSet.open(VIEW).pictures
    assert [p.path.suffix for p in pictures] == [".png"] * 3
    for picture in pictures:
        assert picture.size == (128, 80)
        bright = read_file(picture.path)[..., 0] > BRIGHT
        rows, columns = np.flatnonzero(bright.any(axis=1)), np.flatnonzero(bright.any(axis=0))
        seen = (columns[0], rows[0], columns[-1] + 1, rows[-1] + 1)
        assert np.abs(np.subtract(picture.labels[0].box, seen)).max() <= 1.5


def test_an_object_that_its_photo_cuts_ends_where_the_photo_ends() -> None:
    make_photos([(300, 600)], box=(-50, 100, 200, 700))
    prepare(with_photos())
    (picture,) = LabelledSet.open(VIEW).pictures
    left, top, right, bottom = unfit_boxes(
        np.array([picture.labels[0].box]), fitting_of((300, 600), (128, 80), "letterbox"), (300, 600)
    )[0]
    assert (left, top, right, bottom) == pytest.approx((0, 100, 200, 600), abs=0.1)
    assert picture.labels[0].box[0] == pytest.approx(44)


def test_a_fitted_view_is_a_sound_set_and_photos_stay_as_they_are() -> None:
    before = make_photos([(640, 360), (300, 600)])
    prepare(with_photos())
    assert read_kitti(VIEW).findings == []
    assert {p: p.read_bytes() for p in Path("photos").rglob("*") if p.is_file()} == before


def test_a_link_in_the_place_of_a_fitted_picture_is_replaced_and_not_written_through() -> None:
    before = make_photos([(128, 80), (128, 80)], suffix=".png", box=(20, 20, 90, 60))
    prepare(with_photos())
    assert all((VIEW / f"images/real-{n}.png").samefile(f"photos/images/{n}.png") for n in range(2))
    for name in ("train", "val"):
        for path in Path(name, "images").iterdir():
            cv2.imwrite(str(path), np.zeros((48, 64, 3), np.uint8))
    prepare(with_photos())
    assert {p.size for p in LabelledSet.open(VIEW).pictures} == {(64, 48)}
    assert {p: p.read_bytes() for p in Path("photos").rglob("*") if p.is_file()} == before


def test_fitted_pictures_are_made_once_and_again_when_a_photo_changes() -> None:
    make_photos([(640, 360), (300, 600)])
    prepare(with_photos())
    made = {path.name: path.stat().st_ino for path in VIEW.glob("images/*")}
    prepare(with_photos())
    assert {path.name: path.stat().st_ino for path in VIEW.glob("images/*")} == made
    photo = Path("photos/images/0.jpg")
    cv2.imwrite(str(photo), np.zeros((360, 640, 3), np.uint8))
    os.utime(photo, (1_000_000_000, 1_000_000_000))
    prepare(with_photos())
    assert read_file(VIEW / "images/real-0.png").max() <= 128
    assert not list(VIEW.rglob("*.part"))


def test_all_sources_are_brought_to_a_size_that_is_given() -> None:
    make_photos([(640, 360)])
    config = with_photos(tao__size=[160, 96], data__validate__fit="letterbox", data__train__synthetic__fit="stretch")
    prepared = prepare(config)
    assert prepared.size == (160, 96)
    for name in ("synthetic", "real", "validation"):
        assert {p.size for p in LabelledSet.open(Path("results/data") / name).pictures} == {(160, 96)}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"data__train__real__fit": "leterbox"}, ["data.train.real.fit", "did you mean 'letterbox'?"]),
        ({"data__validate__fit": True}, ["data.validate.fit", "True", "letterbox or stretch"]),
        ({"data__train__real__fit": None}, ["mixed extensions", "fit=letterbox"]),
        ({"data__train__synthetic__fit": "letterbox", "data__validate__fit": "letterbox"}, ["tao.size", "every"]),
    ],
)
def test_a_wrong_fit_is_told_before_anything_is_made(changes: dict[str, Any], words: list[str]) -> None:
    make_photos([(640, 360)])
    config = with_photos(**{key: value for key, value in changes.items() if "real" not in key})
    config["data"]["train"]["real"] |= {k.rpartition("__")[2]: v for k, v in changes.items() if "real" in k}
    with pytest.raises(PalletjackError) as refused:
        prepare(config)
    assert [word for word in words if word not in str(refused.value)] == []
    assert not Path("results").exists()


def test_a_photo_of_another_size_than_its_labels_is_named() -> None:
    make_photos([(640, 360)])
    table = (
        '{"images": [{"id": 1, "file_name": "images/0.jpg", "width": 360, "height": 640}], "annotations": [{"id": 1, '
        '"image_id": 1, "category_id": 1, "bbox": [1, 1, 50, 50]}], "categories": [{"id": 1, "name": "palletjack"}]}'
    )
    Path("photos/labels.json").write_text(table)
    with pytest.raises(PalletjackError, match=r"0\.jpg: 640x360, but its labels are for 360x640"):
        prepare(with_photos())


@pytest.mark.parametrize("how", ["letterbox", "stretch"])
@pytest.mark.parametrize("before", [(640, 360), (33, 97), (128, 80), (1, 500)])
def test_where_a_picture_lies_is_where_it_is_drawn(before: tuple[int, int], how: str) -> None:
    picture = np.full((before[1], before[0], 3), 255, np.uint8)
    canvas, fitting = fit_picture(picture, (128, 80), how)
    assert np.array_equal(fitting, fitting_of(before, (128, 80), how))
    drawn = canvas[..., 0] == 255
    rows, columns = np.flatnonzero(drawn.any(axis=1)), np.flatnonzero(drawn.any(axis=0))
    scale_x, scale_y, left, top = fitting
    assert (columns[0], rows[0]) == (left, top)
    assert (columns[-1] + 1, rows[-1] + 1) == pytest.approx((left + before[0] * scale_x, top + before[1] * scale_y))
