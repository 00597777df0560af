"""``palletjack-dr infer`` from a folder of photos to predictions and pictures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import bright_rectangles
import cv2
import numpy as np
import pytest

from palletjack_dr.cli import main
from palletjack_dr.tao.detecting import read_photo
from palletjack_dr.tao.detector import NETWORKS, Detections
from palletjack_dr.tao.drawing import DETECTED, FOUND, IGNORED, MISSED, annotate
from palletjack_dr.tao.labelled_set import Label
from palletjack_dr.tao.metrics.coco import coco_figures
from palletjack_dr.validate.findings import Reading
from palletjack_dr.validate.kitti import parse_line

pytest.importorskip("torch")
FIRST = ["infer", "model=model.pt", "data.folder=photos", "device=cpu", "threshold=0.3", "sheet.width=160"]
OUT = Path("results/infer")


@pytest.fixture(autouse=True)
def model(monkeypatch: pytest.MonkeyPatch, own_folder: None) -> None:
    monkeypatch.setitem(NETWORKS, bright_rectangles.NETWORK, "bright_rectangles")
    bright_rectangles.save(Path("model.pt"))


def write_photo(path: Path, seed: int, size: tuple[int, int] = (320, 240)) -> list[dict[str, Any]]:
    picture, rows = bright_rectangles.photograph(np.random.default_rng(seed), size)
    path.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(path), picture[..., ::-1])
    return [row for row in rows if not row["dim"]]


def shape(path: Path) -> tuple[int, ...]:
    picture, flaw = read_photo(path)
    assert picture is not None, flaw
    return picture.shape


def tree(folder: Path) -> list[str]:
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())


def test_every_photo_of_any_size_in_any_folder_gets_labels_and_a_picture() -> None:
    bright = {
        "a": write_photo(Path("photos/a.png"), 1),
        "gate/b": write_photo(Path("photos/gate/b.JPG"), 2, (900, 500)),
        "gate/north/c": write_photo(Path("photos/gate/north/c.jpeg"), 3, (200, 400)),
    }
    main(FIRST)
    assert tree(OUT / "labels") == [f"{name}.txt" for name in bright]
    assert tree(OUT / "annotated") == [f"{name}.jpg" for name in bright]
    for name, rows in bright.items():
        lines = (OUT / "labels" / f"{name}.txt").read_text().splitlines()
        assert len(lines) == len(rows) > 0
        for line in lines:
            words = line.split()
            assert len(words) == 16
            assert 0.3 <= float(words[15]) <= 1
            reading = Reading()
            label = parse_line(" ".join(words[:15]), name, reading)
            assert label is not None
            assert reading.findings == []
            truth = [r for r in rows if bright_rectangles.CLASSES[r["category_id"] - 1] == label.name]
            x1, y1, x2, y2 = label.box
            assert any(np.abs(np.array(r["bbox"]) - [x1, y1, x2 - x1, y2 - y1]).max() < 8 for r in truth)
    assert shape(OUT / "annotated/gate/b.jpg") == (500, 900, 3)


def test_coco_results_have_their_ids_in_the_table_of_images() -> None:
    for number in range(3):
        write_photo(Path(f"photos/{number}.png"), number)
    main([*FIRST, "threshold=2"])
    table = json.loads((OUT / "images.json").read_text())
    rows = json.loads((OUT / "detections.json").read_text())
    assert [image["file_name"] for image in table["images"]] == [f"photos/{n}.png" for n in range(3)]
    assert {row["image_id"] for row in rows} <= {image["id"] for image in table["images"]}
    assert {row["category_id"] for row in rows} <= {category["id"] for category in table["categories"]}
    assert len(rows) > 3  # of every score
    assert all((OUT / "labels" / f"{n}.txt").read_text() == "" for n in range(3))  # at the threshold only


def test_bad_photos_are_named_and_the_others_done(caplog: pytest.LogCaptureFixture) -> None:
    write_photo(Path("photos/good.jpg"), 1)
    whole = Path("photos/good.jpg").read_bytes()
    Path("photos/cut.jpg").write_bytes(whole[: len(whole) * 2 // 3])
    Path("photos/empty.png").write_bytes(b"")
    Path("photos/text.jpeg").write_text("hello")
    main(FIRST)
    assert tree(OUT / "labels") == ["good.txt"]
    for name, flaw in (("cut.jpg", "cut short"), ("empty.png", "is empty"), ("text.jpeg", "no picture")):
        assert any(name in m and flaw in m for m in caplog.messages)


def test_photos_of_one_name_do_not_overwrite_each_other() -> None:
    write_photo(Path("photos/a.png"), 1)
    write_photo(Path("photos/a.jpg"), 2)
    main(FIRST)
    assert tree(OUT / "labels") == ["a.jpg.txt", "a.png.txt"]


def test_a_second_run_replaces_the_first_and_takes_no_output_for_a_photo() -> None:
    write_photo(Path("photos/a.png"), 1)
    write_photo(Path("photos/b.png"), 2)
    inside = "results_dir=photos/found"
    main([*FIRST, inside])
    first = tree(Path("photos/found"))
    Path("photos/b.png").unlink()
    main([*FIRST, inside])
    assert tree(Path("photos/found")) == [name for name in first if "b." not in name]


def test_a_folder_of_somebody_else_is_not_touched(capsys: pytest.CaptureFixture[str]) -> None:
    write_photo(Path("photos/a.png"), 1)
    Path("mine/labels").mkdir(parents=True)
    Path("mine/labels/a.txt").write_text("mine")
    with pytest.raises(SystemExit) as left:
        main([*FIRST, "results_dir=mine"])
    assert left.value.code == 2
    assert "'mine' holds files, but no infer.json" in " ".join(capsys.readouterr().err.split())
    assert tree(Path("mine")) == ["labels/a.txt"]


def test_contact_sheets_hold_all_pictures() -> None:
    for number in range(5):
        write_photo(Path(f"photos/{number}.png"), number)
    main([*FIRST, "sheet.columns=2", "sheet.rows=2"])
    assert [p.name for p in sorted(OUT.glob("sheet_*.jpg"))] == ["sheet_01.jpg", "sheet_02.jpg"]
    assert shape(OUT / "sheet_01.jpg") == (2 * 140, 2 * 160, 3)
    assert shape(OUT / "sheet_02.jpg") == (140, 160, 3)


def test_labels_of_the_folder_are_drawn_and_misses_stand_out(capsys: pytest.CaptureFixture[str]) -> None:
    dim = bright_rectangles.write_photos(Path("photos"), "test", 6, seed=4)
    assert dim > 0
    main(FIRST)
    assert "magenta: label, missed" in " ".join(capsys.readouterr().err.split())
    assert len(tree(OUT / "annotated")) == 6
    drawn = [p.astype(int) for f in sorted((OUT / "annotated").rglob("*.jpg")) if (p := read_photo(f)[0]) is not None]
    for colour in (FOUND, MISSED, DETECTED):
        assert any((np.abs(picture - np.array(colour)).max(axis=2) < 40).sum() > 20 for picture in drawn)


def test_a_label_is_drawn_by_what_became_of_it() -> None:
    box, elsewhere = (10.0, 10.0, 60.0, 60.0), (100.0, 10.0, 160.0, 60.0)
    one = Detections(boxes=np.array([box]), scores=np.array([0.9]), classes=np.array([1]))
    blank = np.zeros((120, 200, 3), np.uint8)
    for label, colour in (
        (Label(name="palletjack", box=elsewhere, alternative=box), FOUND),
        (Label(name="palletjack", box=elsewhere), MISSED),
        (Label(name="forklift", box=elsewhere, alternative=box), MISSED),
        (Label(name="palletjack", box=elsewhere, ignore=True), IGNORED),
    ):
        drawn = annotate(blank, one, bright_rectangles.CLASSES, [label])
        assert tuple(drawn[30, 100]) == colour
        assert tuple(drawn[40, 10]) == DETECTED
    assert not blank.any()


def test_predictions_are_measured_by_pycocotools_as_they_are_written() -> None:
    from pycocotools.coco import COCO
    from pycocotools.cocoeval import COCOeval

    bright_rectangles.write_photos(Path("photos"), "test", 8, seed=5)
    main(FIRST)
    labels = json.loads(Path("photos/annotations/instances_test.json").read_text())
    table = json.loads((OUT / "images.json").read_text())
    assert [Path(i["file_name"]).name for i in table["images"]] == [i["file_name"] for i in labels["images"]]
    truth = COCO()
    truth.dataset = labels
    truth.createIndex()
    judge = COCOeval(truth, truth.loadRes(str(OUT / "detections.json")), "bbox")
    judge.evaluate()
    judge.accumulate()
    judge.summarize()
    assert judge.stats[1] > 0.5
    assert coco_figures([])["all"].ap50 is None


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        (["data.folder=null"], ["data.folder: none given"]),
        (["data.folder=nowhere"], ["data.folder: 'nowhere' is no folder"]),
        (["data.folder=blank"], ["blank: no jpg or png"]),
        (["threshold={palletjack: 0.5}"], ["threshold: none for forklift"]),
        (["sheet.columns=0"], ["sheet.columns: got 0"]),
        (["model=photos/a.png"], ["photos/a.png: cannot be read"]),
    ],
)
def test_mistakes_are_told_in_one_message_and_nothing_is_written(
    overrides: list[str], words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    write_photo(Path("photos/a.png"), 1)
    Path("blank").mkdir()
    with pytest.raises(SystemExit) as left:
        main([*FIRST, *overrides])
    assert left.value.code == 2
    message = " ".join(capsys.readouterr().err.split())
    for word in words:
        assert word in message
    assert not OUT.exists()
