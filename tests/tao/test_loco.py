"""LOCO's layout, in a miniature made here with its folders, names and quirks, becomes a set that training reads."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from palletjack_dr.cli import main
from palletjack_dr.tao.labelled_set import LabelledSet

CATEGORIES = {3: "small_load_carrier", 5: "forklift", 7: "pallet", 10: "stillage", 11: "pallet_truck"}
FORKLIFT, PALLET, TRUCK = 5, 7, 11
SIZE = (64, 48)


class MiniatureOfLoco:
    """A folder like LOCO's, unpacked: labels in ``rgb``, pictures in ``dataset/subset-N``, all of it made here."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.tables: dict[str, dict[str, Any]] = {}
        for site, part in ((1, "val"), (2, "train"), (3, "train"), (4, "val"), (5, "train")):
            categories = [{"id": i, "name": name, "supercategory": ""} for i, name in CATEGORIES.items()]
            name = f"loco-sub{site}-v1-{part}.json"
            self.tables[name] = {"images": [], "annotations": [], "categories": categories}

    def add(
        self, site: int, name: str, *labels: tuple[int, list[float]], seed: int | None = None, write: bool = True
    ) -> None:
        """List a picture, and write it, its content drawn by ``seed``, unless told."""
        path = self.root / "dataset" / f"subset-{site}" / name
        if write:
            path.parent.mkdir(parents=True, exist_ok=True)
            drawn = np.random.default_rng(hash_of(site, name) if seed is None else seed)
            cv2.imwrite(str(path), drawn.integers(0, 255, (SIZE[1], SIZE[0], 3)).astype(np.uint8))
        table = self.table(site)
        number = 1000 * site + len(table["images"])
        place = {"file_name": Path(name).name, "path": f"/dataset/subset-{site}/{name}"}
        table["images"].append({"id": number, "width": SIZE[0], "height": SIZE[1], **place})
        for category, bbox in labels:
            self.annotate(site, number, category, bbox)

    def annotate(self, site: int, image: int, category: int, bbox: Any) -> None:
        rows = self.table(site)["annotations"]
        rows.append({"id": len(rows) + 1, "image_id": image, "category_id": category, "bbox": bbox, "area": 1.0})

    def table(self, site: int) -> dict[str, Any]:
        return next(t for name, t in self.tables.items() if f"sub{site}-" in name)

    def write(self) -> Path:
        (self.root / "rgb").mkdir(parents=True, exist_ok=True)
        every: dict[str, Any] = {"images": [], "annotations": [], "categories": []}
        for name, table in self.tables.items():
            (self.root / "rgb" / name).write_text(json.dumps(table))
            every = {key: every[key] + table[key] for key in ("images", "annotations")}
            every["categories"] = table["categories"]
        (self.root / "rgb" / "loco-all-v1.json").write_text(json.dumps(every))
        return self.root


def hash_of(site: int, name: str) -> int:
    return site * 10_000 + sum(map(ord, name))


@pytest.fixture
def miniature() -> MiniatureOfLoco:
    loco = MiniatureOfLoco(Path("loco"))
    loco.add(1, "1.jpg", (TRUCK, [5, 5, 20, 30]), (PALLET, [1, 1, 9, 9]))
    loco.add(2, "1.jpg", (FORKLIFT, [0, 0, 40, 40]), (TRUCK, [10, 10, 12, 14]))
    loco.add(3, "aisle/2.jpg", (PALLET, [3, 3, 20, 20]))
    loco.add(4, "3.jpg")
    loco.add(5, "4.jpg", (FORKLIFT, [20, 20, 10, 10]))
    return loco


def imported(*more: str) -> dict[str, Any]:
    main(["import-loco", "loco", "--out", "ours", *more])
    content: dict[str, Any] = json.loads(Path("ours/import.json").read_text())
    return content


def boxes(split: str) -> dict[str, list[tuple[str, tuple[float, ...]]]]:
    found = LabelledSet.open(Path("ours"), split).pictures
    return {str(p.path.relative_to("ours/images")): [(x.name, x.box) for x in p.labels] for p in found}


def test_sites_are_split_as_by_the_authors_and_classes_renamed(miniature: MiniatureOfLoco) -> None:
    miniature.write()
    counts = imported()["splits"]
    assert boxes("train") == {
        "subset-2/1.jpg": [("forklift", (0, 0, 40, 40)), ("palletjack", (10, 10, 22, 24))],
        "subset-3/aisle/2.jpg": [],
        "subset-5/4.jpg": [("forklift", (20, 20, 30, 30))],
    }
    assert boxes("val") == {"subset-1/1.jpg": [("palletjack", (5, 5, 25, 35))], "subset-4/3.jpg": []}
    assert counts["train"] == {"pictures": 3, "without labels": 1, "forklift": 2, "palletjack": 1}
    assert LabelledSet.open(Path("ours")).classes == ("forklift", "palletjack")


def test_each_site_can_be_a_split_of_its_own(miniature: MiniatureOfLoco) -> None:
    miniature.write()
    imported("--split", "site")
    for site in range(1, 6):
        (name,) = boxes(f"site{site}")
        assert name.startswith(f"subset-{site}/")


def test_the_file_of_all_labels_gives_the_same_as_those_of_the_sites(miniature: MiniatureOfLoco) -> None:
    miniature.write()
    imported()
    first = boxes("train"), boxes("val")
    for path in Path("loco/rgb").glob("loco-sub*.json"):
        path.unlink()
    imported()
    assert (boxes("train"), boxes("val")) == first


def test_pictures_are_linked_and_keep_their_bytes(miniature: MiniatureOfLoco) -> None:
    root = miniature.write()
    imported()
    source = root / "dataset/subset-3/aisle/2.jpg"
    assert Path("ours/images/subset-3/aisle/2.jpg").samefile(source)


def test_quirks_of_labels_are_mended_or_left_out_with_a_count(miniature: MiniatureOfLoco) -> None:
    image = miniature.table(4)["images"][0]["id"]
    for bbox in (
        [10, 10, 0, 20],
        [10, 10, 20, -3],
        [70, 10, 20, 20],
        [63.5, 0, 30, 30],
        None,
        [1, 2, 3],
        [1, 2, 3, float("nan")],
    ):
        miniature.annotate(4, image, TRUCK, bbox)
    for bbox in ([-5, -5, 20, 20], [50, 40, 30, 30], [8, 8, 10, 10], [8, 8, 10, 10]):
        miniature.annotate(4, image, TRUCK, bbox)
    miniature.annotate(4, 99999, TRUCK, [1, 1, 5, 5])
    miniature.write()
    assert imported()["left_out"] == {
        "label without a box": 3,
        "label without area": 2,
        "label outside its picture or thinner than a pixel": 2,
        "label clipped, and kept": 2,
        "label of class pallet": 2,
        "label given twice": 1,
        "label of a picture that is left out": 1,
    }
    kept = [("palletjack", box) for box in ((0, 0, 15, 15), (50, 40, 64, 48), (8, 8, 18, 18))]
    assert boxes("val")["subset-4/3.jpg"] == kept


def test_quirks_of_pictures_are_left_out_with_a_count(miniature: MiniatureOfLoco) -> None:
    miniature.add(2, "gone.jpg", (TRUCK, [1, 1, 5, 5]), write=False)
    miniature.add(2, "broken.jpg")
    miniature.add(2, "small.jpg")
    miniature.add(2, "first.jpg", (TRUCK, [1, 1, 5, 5]), seed=7)
    miniature.add(3, "copy.jpg", (TRUCK, [1, 1, 5, 5]), seed=7)
    miniature.add(5, "4.jpg", (FORKLIFT, [20, 20, 10, 10]), (TRUCK, [30, 30, 9, 9]))
    root = miniature.write()
    (root / "dataset/subset-2/broken.jpg").write_bytes(b"no picture")
    cv2.imwrite(str(root / "dataset/subset-2/small.jpg"), np.zeros((24, 32, 3), np.uint8))
    left_out = imported()["left_out"]
    assert left_out == {
        "label of class pallet": 2,
        "label of a picture that is left out": 2,
        "picture not there": 1,
        "picture broken": 1,
        "picture of another size than its labels": 1,
        "picture the same as an earlier one": 1,
        "picture listed twice": 1,
        "label given twice": 1,
    }
    train = boxes("train")
    assert train["subset-5/4.jpg"] == [("forklift", (20, 20, 30, 30)), ("palletjack", (30, 30, 39, 39))]
    assert "subset-2/first.jpg" in train
    assert "subset-3/copy.jpg" not in train


def test_pictures_are_found_by_name_where_folders_between_were_lost(miniature: MiniatureOfLoco) -> None:
    root = miniature.write()
    (root / "dataset/subset-3/aisle/2.jpg").rename(root / "dataset/subset-3/2.jpg")
    (root / "dataset").rename(root / "pictures")
    assert "picture not there" not in imported()["left_out"]
    assert "subset-3/2.jpg" in boxes("train")


def test_more_classes_are_taken_or_left_when_asked(miniature: MiniatureOfLoco) -> None:
    miniature.write()
    imported("--map", "pallet=pallet", "--map", "forklift=")
    assert LabelledSet.open(Path("ours")).classes == ("pallet", "palletjack")
    assert boxes("train")["subset-3/aisle/2.jpg"] == [("pallet", (3, 3, 23, 23))]


def test_a_second_import_replaces_the_first_even_inside_of_loco(miniature: MiniatureOfLoco) -> None:
    miniature.write()
    for _ in range(2):
        main(["import-loco", "loco", "--out", "loco/ours"])
    assert len(LabelledSet.open(Path("loco/ours")).pictures) == 5
    main(["import-loco", "loco", "--out", "loco/ours", "--split", "site"])
    names = sorted(p.name for p in Path("loco/ours/annotations").iterdir())
    assert names == [f"instances_site{n}.json" for n in range(1, 6)]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowhere", "--out", "ours"], ["'nowhere' is no folder"]),
        (["blank", "--out", "ours"], ["loco-sub1-v1-val.json", "github.com/tum-fml/loco"]),
        (["loco", "--out", "ours", "--map", "palet=pallet"], ["no class 'palet'; did you mean 'pallet'?"]),
        (["loco", "--out", "ours", "--map", "pallet"], ["--map: got 'pallet'", "NAME=CLASS"]),
        (["loco", "--out", "loco"], ["--out: 'loco' holds files, but no import.json"]),
        (["labels_only", "--out", "ours"], ["none of the 5 pictures", "unpack"]),
    ],
)
def test_mistakes_are_told_in_one_message(
    arguments: list[str], words: list[str], miniature: MiniatureOfLoco, capsys: pytest.CaptureFixture[str]
) -> None:
    root = miniature.write()
    Path("blank").mkdir()
    Path("labels_only").mkdir()
    for path in (root / "rgb").glob("loco-sub*.json"):
        (Path("labels_only") / path.name).write_text(path.read_text())
    with pytest.raises(SystemExit) as left:
        main(["import-loco", *arguments])
    assert left.value.code == 2
    message = " ".join(capsys.readouterr().err.split())
    for word in words:
        assert word in message
    assert not Path("ours").exists()
