"""The view of a set is what TAO reads: same pictures, sound labels, nothing of others touched."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from pycocotools.coco import COCO
from training_sets import make_config, make_set

from palletjack_dr.errors import DatasetError
from palletjack_dr.tao.labelled_set import LabelledSet
from palletjack_dr.tao.layout import is_solid
from palletjack_dr.tao.specs.prepare import prepare
from palletjack_dr.validate.any_dataset import check_images
from palletjack_dr.validate.coco import read_coco
from palletjack_dr.validate.kitti import read_kitti

VIEW = Path("results/data/synthetic")


def test_a_view_is_a_kitti_set_without_findings() -> None:
    make_set("train")
    make_set("val", count=3)
    prepared = prepare(make_config())
    for name, view in {**prepared.views, "validation": prepared.validation}.items():
        assert view is not None
        reading = read_kitti(view.folder)
        assert reading.findings == []
        assert len(reading.images) == view.frames
        for image in reading.images:
            assert image.name.startswith(f"{name}-")
            assert all(label.name == label.name.lower() and is_solid(label.box) for label in image.labels)
            assert all(0 <= x <= 128 and 0 <= y <= 80 for la in image.labels for x, y in (la.box[:2], la.box[2:]))
    assert prepared.views["synthetic"].dropped == 2
    assert [p.read_text() for p in sorted(VIEW.glob("labels/*"))][1] == ""


def test_kitti_and_coco_of_a_view_say_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    make_set("train")
    make_set("val", count=3)
    view = prepare(make_config()).views["synthetic"]
    table = COCO(str(view.table))
    capsys.readouterr()
    kitti = {p.path.name: p.labels for p in LabelledSet.open(view.folder).pictures}
    names = {c["id"]: c["name"] for c in table.loadCats(table.getCatIds())}
    assert names == {1: "forklift", 2: "palletjack"}
    for image in table.loadImgs(table.getImgIds()):
        rows = table.loadAnns(table.getAnnIds(imgIds=[image["id"]]))
        assert all(row["area"] == row["bbox"][2] * row["bbox"][3] > 0 and row["iscrowd"] == 0 for row in rows)
        boxes = [(names[r["category_id"]], (x, y, x + w, y + h)) for r in rows for x, y, w, h in [r["bbox"]]]
        assert boxes == [(la.name, la.box) for la in kitti[image["file_name"]]]
    assert len(kitti) == 6
    reading = read_coco(view.folder.parent)
    assert [f for f in check_images(reading) if f.check in ("schema", "class")] == []


def test_pictures_are_linked_and_the_source_is_left_as_it_is() -> None:
    source = make_set("train")
    make_set("val", count=3)
    before = {p: p.read_bytes() for p in source.rglob("*") if p.is_file()}
    prepare(make_config())
    assert all((VIEW / "images" / f"synthetic-{n:06d}.png").samefile(source / f"images/{n:06d}.png") for n in range(6))
    assert {p: p.read_bytes() for p in source.rglob("*") if p.is_file()} == before


def test_pictures_are_copied_once_where_links_cannot_be_made(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise OSError(18, "Invalid cross-device link")

    make_set("train")
    make_set("val", count=3)
    monkeypatch.setattr("os.link", refuse)
    prepare(make_config())
    copies = {p: p.stat().st_ino for p in VIEW.glob("images/*")}
    assert len(copies) == 6
    assert not (VIEW / "images/synthetic-000000.png").samefile("train/images/000000.png")
    prepare(make_config())
    assert {p: p.stat().st_ino for p in VIEW.glob("images/*")} == copies


def test_a_view_follows_its_source() -> None:
    make_set("train")
    make_set("val", count=3)
    prepare(make_config())
    Path("train/images/000004.png").unlink()
    Path("train/labels/000004.txt").unlink()
    shutil.copy("train/labels/000000.txt", "train/labels/000001.txt")
    assert prepare(make_config()).frames == 5
    assert len(list(VIEW.glob("images/*"))) == len(list(VIEW.glob("labels/*"))) == 5
    assert (VIEW / "labels/synthetic-000001.txt").read_text() == (VIEW / "labels/synthetic-000000.txt").read_text()


def test_names_are_unique_when_folders_repeat_them() -> None:
    for folder in ("one", "two"):
        make_set(f"train/{folder}", count=2)
    make_set("val", count=3)
    table = {"images": [], "annotations": [], "categories": [{"id": 1, "name": "palletjack"}]}
    rows: Any = table["images"]
    for number, folder in enumerate(("one", "two"), start=1):
        rows.append({"id": number, "file_name": f"{folder}/images/000000.png", "width": 128, "height": 80})
    boxes: Any = table["annotations"]
    boxes.append({"id": 1, "image_id": 1, "category_id": 1, "bbox": [1, 1, 20, 20], "area": 400})
    Path("train/labels.json").write_text(json.dumps(table))
    prepare(make_config(classes=["palletjack"], tao__spec__training_config__batch_size_per_gpu=1))
    assert sorted(p.name for p in VIEW.glob("images/*")) == ["synthetic-000000-2.png", "synthetic-000000.png"]


def test_only_the_wanted_classes_are_labelled() -> None:
    make_set("train")
    make_set("val", count=3)
    view = prepare(make_config(classes=["Palletjack"])).views["synthetic"]
    assert dict(view.counts()) == {"palletjack": 4}
    assert {c["id"]: c["name"] for c in json.loads(view.table.read_text())["categories"]} == {1: "palletjack"}


def mixed_extensions() -> None:
    make_set("train", suffix=".jpg")


def other_multiple() -> None:
    make_set("train", size=(120, 72))
    make_set("val", size=(120, 72))


def mixed_sizes() -> None:
    shutil.rmtree("train")
    make_set("train", count=6)
    make_set("big", count=1, size=(256, 80))
    shutil.copy("big/images/000000.png", "train/images/000003.png")


def other_size() -> None:
    make_set("val", count=6, size=(256, 80))


def no_labels() -> None:
    make_set("train", boxes=((),))


def one_class_only() -> None:
    make_set("val", boxes=((("ladder", 1, 1, 30, 30),),))


def nothing_to_validate() -> None:
    make_set("val", boxes=((),))


@pytest.mark.parametrize(
    ("spoil", "changes", "words"),
    [
        (mixed_extensions, {}, ["mixed extensions", ".jpg", ".png"]),
        (other_multiple, {}, ["120x72", "multiples of 16", "resolution=[128, 64]", "enable_auto_resize"]),
        (mixed_sizes, {}, ["synthetic", "mixed sizes", "256x80", "128x80"]),
        (other_size, {}, ["sources of different size", "synthetic", "validation", "256x80"]),
        (no_labels, {}, ["train", "no labels at all"]),
        (one_class_only, {}, ["val", "no label of forklift, palletjack", "ladder"]),
        (nothing_to_validate, {}, ["val", "no labels at all"]),
        (None, {"classes": ["palletjak"]}, ["classes", "'palletjak'", "did you mean 'palletjack'?"]),
        (None, {"classes": ["forklift", "Forklift"]}, ["classes", "'forklift'", "2 times"]),
        (None, {"data__train__synthetic__split": "trian"}, ["train", "'trian'"]),
        (None, {"data__train__synthetic__rename": {"forklft": "x"}}, ["'forklft'", "did you mean 'forklift'?"]),
    ],
)
def test_a_set_that_tao_cannot_train_on_is_refused_before_the_first_link(
    spoil: Any, changes: dict[str, Any], words: list[str]
) -> None:
    for name in ("train", "val"):
        make_set(name)
    if spoil is not None:
        if spoil is mixed_extensions:
            shutil.rmtree("train")
        spoil()
    with pytest.raises(DatasetError) as refused:
        prepare(make_config(**changes))
    assert [w for w in words if w not in str(refused.value)] == []
    assert not Path("results").exists()


def test_pictures_of_any_size_are_taken_where_tao_resizes() -> None:
    make_set("train", size=(120, 72))
    make_set("val", count=3)
    resize: dict[str, Any] = {"tao__spec__augmentation_config__preprocessing__enable_auto_resize": True}
    prepared = prepare(make_config(tao__size=[128, 64], **resize))
    assert prepared.size == (128, 64)
    assert [f.level for f in prepared.findings] == ["warning"]


def test_a_folder_that_is_somebody_s_own_is_left_as_it_is() -> None:
    make_set("train")
    make_set("val", count=3)
    (VIEW / "images").mkdir(parents=True)
    (VIEW / "images" / "mine.png").write_text("mine")
    with pytest.raises(DatasetError, match="was not made by a training"):
        prepare(make_config())
    assert [p.name for p in VIEW.rglob("*") if p.is_file()] == ["mine.png"]


@pytest.mark.parametrize(
    ("box", "solid"),
    [((1, 1, 2, 2), True), ((1.2, 1.2, 1.9, 5), False), ((1.9, 1.9, 2.1, 2.1), True), ((5, 5, 4, 9), False)],
)
def test_a_box_counts_as_tao_counts_it(box: tuple[float, float, float, float], solid: bool) -> None:
    assert is_solid(box) == solid
