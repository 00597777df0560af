"""Faults put into one of our datasets are found, named, and mended."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

from palletjack_dr.cli import main
from palletjack_dr.dataset import Dataset, read_image
from palletjack_dr.images import png, tiff
from palletjack_dr.validate.findings import Finding
from palletjack_dr.validate.own_dataset import check_dataset

pytestmark = pytest.mark.renders
SMALL = ["resolution=[320,192]", "quality=draft", "seed=5", "frames.count=6"]
Spoil = Callable[[Path, dict[str, Any], dict[str, Any]], None]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("validated") / "ds"
    annotators = "annotator=[boxes_2d,masks,instance_segmentation,semantic_segmentation,depth]"
    main(["generate", *SMALL, f"output_dir={folder}", annotators])
    return folder


def found(folder: Path, *, digests: bool = False) -> list[Finding]:
    return [f for _, part in check_dataset(Dataset.open(folder), digests=digests) for f in part]


def spoiled(sound: Path, spoil: Spoil) -> Path:
    folder = Path("spoiled")
    shutil.copytree(sound, folder)
    records = [json.loads(line) for line in (folder / "frames.jsonl").read_text().splitlines()]
    spoil(folder, records[3], records[2])
    (folder / "frames.jsonl").write_text("".join(json.dumps(r) + "\n" for r in records))
    return folder


def target(record: dict[str, Any]) -> dict[str, Any]:
    return max((o for o in record["objects"] if o["role"] == "target"), key=lambda o: int(o["visible_px"]))


def ids(folder: Path, record: dict[str, Any]) -> Any:
    return cast(Any, read_image(folder / f"ground_truth/instance_segmentation/{record['frame']:06d}.png")).copy()


def drop_id(folder: Path, record: dict[str, Any], before: dict[str, Any]) -> None:
    lost, image = target(record)["id"], ids(folder, record)
    image[image == lost] = 0
    (folder / "ground_truth/instance_segmentation/000003.png").write_bytes(png(image))
    record["objects"] = [o for o in record["objects"] if o["id"] != lost]
    record["tables"] = {name: [r for r in rows if r["id"] != lost] for name, rows in record["tables"].items()}


def late_boxes(folder: Path, record: dict[str, Any], before: dict[str, Any]) -> None:
    labels = folder / "Camera/object_detection"
    shutil.copy(labels / "000002.txt", labels / "000003.txt")


def wrong_class(folder: Path, record: dict[str, Any], before: dict[str, Any]) -> None:
    path = folder / "Camera/object_detection/000003.txt"
    path.write_text(path.read_text().replace("palletjack", "forklift", 1))


def shifted_boxes(folder: Path, record: dict[str, Any], before: dict[str, Any]) -> None:
    for row in (*record["objects"], *record["tables"]["boxes_2d"]):
        if row["box"]:
            row["box"] = [n + 3 for n in row["box"]]


def zero_depth(folder: Path, record: dict[str, Any], before: dict[str, Any]) -> None:
    path = folder / "ground_truth/depth/000003.tiff"
    depth = cast(Any, read_image(path)).copy()
    depth[ids(folder, record) == target(record)["id"]] = 0
    path.write_bytes(tiff(depth))


def same_picture(folder: Path, record: dict[str, Any], before: dict[str, Any]) -> None:
    shutil.copy(folder / before["picture"], folder / record["picture"])


def cut_picture(folder: Path, record: dict[str, Any], before: dict[str, Any]) -> None:
    path = folder / record["picture"]
    path.write_bytes(path.read_bytes()[:-40])


def no_label_file(folder: Path, record: dict[str, Any], before: dict[str, Any]) -> None:
    (folder / "Camera/object_detection/000003.txt").unlink()


def blank_picture(folder: Path, record: dict[str, Any], before: dict[str, Any]) -> None:
    (folder / record["picture"]).write_bytes(png(np.zeros((192, 320, 3), np.uint8)))


def shrunken_amodal(folder: Path, record: dict[str, Any], before: dict[str, Any]) -> None:
    row = target(record)
    x1, y1, x2, y2 = row["amodal_box"]
    row["amodal_box"] = [x1 + 4, y1, x2, y2]


FAULTS: dict[str, tuple[Spoil, str]] = {
    "an id is lost": (drop_id, "depth"),
    "boxes of the frame before": (late_boxes, "late"),
    "a wrong class": (wrong_class, "class"),
    "boxes are shifted": (shifted_boxes, "boxes"),
    "depth is zero": (zero_depth, "depth"),
    "a picture appears twice": (same_picture, "duplicate"),
    "a picture is cut short": (cut_picture, "picture"),
    "a label file is gone": (no_label_file, "missing"),
    "a picture is blank": (blank_picture, "presence"),
    "an amodal box is too small": (shrunken_amodal, "amodal"),
}


def test_a_sound_dataset_has_no_findings(sound: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert found(sound, digests=True) == []
    main(["validate", str(sound)])
    assert "nothing wrong found" in capsys.readouterr().out


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found_in_its_frame_by_the_check_that_is_meant_for_it(sound: Path, fault: str) -> None:
    spoil, check = FAULTS[fault]
    findings = found(spoiled(sound, spoil))
    assert check in {f.check for f in findings}
    assert {f.where for f in findings} == {"frame 3"}


def test_a_changed_file_is_found_by_its_digest_alone(sound: Path) -> None:
    def relabel(folder: Path, record: dict[str, Any], before: dict[str, Any]) -> None:
        path = folder / "ground_truth/boxes_2d/000003.json"
        path.write_text(path.read_text() + " ")

    assert [f.check for f in found(spoiled(sound, relabel), digests=True)] == ["digest"]


def test_fix_puts_bad_frames_aside_and_makes_them_again(sound: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = spoiled(sound, cut_picture)
    (folder / "Camera/object_detection/000001.txt").write_text("nonsense\n")
    with pytest.raises(SystemExit) as done:
        main(["validate", str(folder), "--json"])
    assert done.value.code == 1
    assert {json.loads(line)["where"] for line in capsys.readouterr().out.splitlines()} == {"frame 1", "frame 3"}
    main(["validate", str(folder), "--fix"])
    assert "nothing wrong found" in capsys.readouterr().out
    assert (folder / "rejected/Camera/rgb/000003.png").is_file()
    assert (folder / "rejected/Camera/object_detection/000001.txt").read_text() == "nonsense\n"
    names = [p.name for p in sorted((folder / "Camera/object_detection").iterdir())]
    assert names == [f"{i:06d}.txt" for i in range(6)]
    for name in names:
        again, first = (f / "Camera/object_detection" / name for f in (folder, sound))
        assert again.read_bytes() == first.read_bytes()


def test_a_plugin_that_spoils_labels_is_caught_while_generating(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("shifty.py").write_text(
        "from palletjack_dr import hookimpl\n"
        "@hookimpl\n"
        "def dr_label(frame):\n"
        "    for row in frame.annotations['boxes_2d']:\n"
        "        row['box'] = tuple(n + 3 for n in row['box'])\n"
    )
    monkeypatch.setenv("PALLETJACK_DR_PLUGINS", "./shifty.py")
    with pytest.raises(SystemExit) as done:
        main(["generate", *SMALL, "output_dir=shifted", "check_share=1.0"])
    assert done.value.code == 2
    assert not Path("shifted/Camera").exists()
