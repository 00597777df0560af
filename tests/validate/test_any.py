"""Datasets of other tools: each kind of bad input is named, and none keeps the rest from being checked."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from palletjack_dr.cli import main
from palletjack_dr.cli.validate import READERS, kind_of
from palletjack_dr.validate.any_dataset import check_images
from palletjack_dr.validate.findings import Finding

GOOD = "car 0.00 0 -10.00 5.00 6.00 40.00 30.00 -1.00 -1.00 -1.00 -1000.00 -1000.00 -1000.00 -10.00\n"


def picture(path: Path, seed: int, size: tuple[int, int] = (60, 80)) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    coarse = np.random.default_rng(seed).integers(0, 256, (6, 8, 3)).astype(np.uint8)
    cv2.imwrite(str(path), cv2.resize(coarse, size[::-1], interpolation=cv2.INTER_CUBIC))


def kitti(folder: Path) -> None:
    (folder / "labels").mkdir(parents=True)
    for i in range(5):
        picture(folder / f"images/{i}.png", i)
        (folder / f"labels/{i}.txt").write_text(GOOD)


def yolo(folder: Path) -> None:
    (folder / "labels/train").mkdir(parents=True)
    for i in range(5):
        picture(folder / f"images/train/{i}.jpg", i)
        (folder / f"labels/train/{i}.txt").write_text("0 0.5 0.5 0.2 0.2\n1 0.2 0.2 0.3 0.2 0.3 0.4\n")
    (folder / "data.yaml").write_text("train: images/train\nval: images/train\nnames: {0: car, 1: van}\n")


def coco(folder: Path) -> None:
    for i in range(5):
        picture(folder / f"images/{i}.png", i)
    images = [{"id": i, "file_name": f"{i}.png", "width": 80, "height": 60} for i in range(5)]
    row = {"category_id": 1, "bbox": [5, 6, 30, 20], "area": 600, "iscrowd": 0}
    rows = [{"id": i + 1, "image_id": i, **row} for i in range(5)]
    table = {"images": images, "annotations": rows, "categories": [{"id": 1, "name": "car"}]}
    (folder / "instances.json").write_text(json.dumps(table))


MAKERS: dict[str, Callable[[Path], None]] = {"kitti": kitti, "yolo": yolo, "coco": coco}


def found(folder: Path) -> list[Finding]:
    return check_images(READERS[kind_of(folder)](folder))


@pytest.mark.parametrize("form", MAKERS)
def test_a_sound_dataset_is_recognized_and_has_no_findings(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    MAKERS[form](Path("ds"))
    assert kind_of(Path("ds")) == form
    main(["validate", "ds"])
    assert f"nothing wrong found ({form} dataset)" in capsys.readouterr().out


def line(**changes: str) -> str:
    words = GOOD.split()
    places = {"name": 0, "truncated": 1, "occluded": 2, "x1": 4, "y1": 5, "x2": 6, "y2": 7}
    for name, word in changes.items():
        words[places[name]] = word
    return " ".join(words) + "\n"


@pytest.mark.parametrize(
    ("text", "check", "words"),
    [
        (GOOD.rsplit(" ", 1)[0] + "\n", "schema", "14 columns, wanted 15"),
        (GOOD.strip() + " 0.9\n", "schema", "16 columns, wanted 15"),
        (line(name="pallet jack"), "schema", "the class name holds a blank"),
        (line(x1="nan"), "schema", "'nan' is not a finite number"),
        (line(y2="thirty"), "schema", "'thirty' is not a finite number"),
        (line(x2="81"), "box", "leaves the picture of 80 x 60 px"),
        (line(x1="-4"), "box", "leaves the picture"),
        (line(x2="5.9"), "box", "less than a pixel"),
        (line(truncated="1.5"), "schema", "truncated is 1.5"),
        (line(occluded="0.35"), "schema", "occluded is 0.35"),
        (line(occluded="4"), "schema", "occluded is 4"),
        (line(name="Car"), "class", "not in lower case"),
    ],
)
def test_a_bad_kitti_line_is_named_with_its_number(text: str, check: str, words: str) -> None:
    kitti(Path("ds"))
    Path("ds/labels/2.txt").write_text(GOOD + text)
    findings = found(Path("ds"))
    assert [(f.check, f.where) for f in findings] == [(check, "labels/2.txt:2")]
    assert words in findings[0].what


def lose_labels(folder: Path) -> None:
    (folder / "labels/2.txt").unlink()


def lose_picture(folder: Path) -> None:
    (folder / "images/2.png").unlink()


def mix_sizes(folder: Path) -> None:
    picture(folder / "images/2.png", 2, (60, 100))


def cut_short(folder: Path) -> None:
    content = (folder / "images/2.png").read_bytes()
    (folder / "images/2.png").write_bytes(content[: len(content) // 2])


def empty_picture(folder: Path) -> None:
    (folder / "images/2.png").write_bytes(b"")


def no_picture_at_all(folder: Path) -> None:
    (folder / "images/2.png").write_text("an HTML page of an error, perhaps")


def repeat(folder: Path) -> None:
    image = cv2.imread(str(folder / "images/1.png"))
    assert image is not None
    cv2.imwrite(str(folder / "images/2.png"), np.clip(image.astype(int) + 1, 0, 255).astype(np.uint8))


def loop(folder: Path) -> None:
    (folder / "labels/again").symlink_to(folder.resolve())


def dangle(folder: Path) -> None:
    (folder / "images/lost.png").symlink_to("nowhere.png")


def not_text(folder: Path) -> None:
    (folder / "labels/2.txt").write_bytes(b"\xff\xfe\x00car")


@pytest.mark.parametrize(
    ("spoil", "check", "words"),
    [
        (lose_labels, "missing", "has no label file"),
        (lose_picture, "missing", "has no picture"),
        (mix_sizes, "size", "is 100 x 60 px, most others are 80 x 60"),
        (cut_short, "picture", "cut short"),
        (empty_picture, "picture", "neither PNG nor JPEG"),
        (no_picture_at_all, "picture", "neither PNG nor JPEG"),
        (repeat, "duplicate", "shows the same as 1"),
        (loop, "layout", "leads back to itself"),
        (dangle, "layout", "leads nowhere"),
        (not_text, "schema", "cannot be read"),
    ],
)
def test_bad_input_is_named_and_the_rest_is_checked(spoil: Callable[[Path], None], check: str, words: str) -> None:
    kitti(Path("ds"))
    Path("ds/labels/4.txt").write_text(line(x2="300"))
    spoil(Path("ds"))
    findings = found(Path("ds"))
    assert ("box", "labels/4.txt:1") in [(f.check, f.where) for f in findings]
    assert [(f.check, words in f.what) for f in findings if f.check == check] == [(check, True)]
    assert len(findings) == 2


@pytest.mark.parametrize("form", READERS)
def test_an_empty_folder_is_no_dataset(form: str) -> None:
    Path("ds").mkdir()
    with pytest.raises(SystemExit) as done:
        main(["validate", "ds", "--format", form])
    assert done.value.code == 1


def test_a_folder_that_is_not_there_is_the_user_s_mistake() -> None:
    with pytest.raises(SystemExit) as done:
        main(["validate", "nowhere"])
    assert done.value.code == 2


@pytest.mark.parametrize(
    ("change", "check", "words"),
    [
        ({"bbox": [5, 6, 300, 20]}, "box", "leaves the picture"),
        ({"bbox": [5, 6, float("nan"), 20]}, "schema", "four finite numbers"),
        ({"bbox": [5, 6, 30]}, "schema", "four finite numbers"),
        ({"category_id": 7}, "class", "category_id 7"),
        ({"image_id": 70}, "schema", "image_id 70"),
        ({"area": 0}, "schema", "area is 0"),
        ({"iscrowd": 2}, "schema", "iscrowd is 2"),
        ({"id": 1}, "schema", "annotation id 1 is given 2 times"),
    ],
)
def test_a_bad_coco_annotation_is_named(change: dict[str, object], check: str, words: str) -> None:
    coco(Path("ds"))
    table = json.loads(Path("ds/instances.json").read_text())
    table["annotations"][2] |= change
    Path("ds/instances.json").write_text(json.dumps(table))
    findings = found(Path("ds"))
    assert [f.check for f in findings] == [check]
    assert words in findings[0].what


@pytest.mark.parametrize(
    ("text", "check", "words"),
    [
        ("0 0.5 0.5 0.2\n", "schema", "4 columns"),
        ("0 0.5 0.5 0.2 0.2 0.9\n", "schema", "6 columns"),
        ("2 0.5 0.5 0.2 0.2\n", "class", "class 2 is not one of 2 classes"),
        ("0.5 0.5 0.5 0.2 0.2\n", "class", "class 0.5"),
        ("0 0.5 0.5 nan 0.2\n", "schema", "not finite"),
        ("car 0.5 0.5 0.2 0.2\n", "schema", "no number"),
        ("0 0.95 0.5 0.2 0.2\n", "box", "leaves the picture"),
    ],
)
def test_a_bad_yolo_line_is_named(text: str, check: str, words: str) -> None:
    yolo(Path("ds"))
    Path("ds/labels/train/2.txt").write_text(text)
    findings = found(Path("ds"))
    assert [(f.check, f.where) for f in findings] == [(check, "labels/train/2.txt:1")]
    assert words in findings[0].what


def test_fix_puts_pictures_and_labels_of_other_tools_aside() -> None:
    kitti(Path("ds"))
    Path("ds/labels/2.txt").write_text(line(x2="300"))
    with pytest.raises(SystemExit):
        main(["validate", "ds", "--fix"])
    assert sorted(p.name for p in Path("ds/images").iterdir()) == ["0.png", "1.png", "3.png", "4.png"]
    assert Path("ds/rejected/labels/2.txt").is_file()
    main(["validate", "ds"])
