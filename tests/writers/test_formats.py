"""One real run with every writer, read back by the readers that others use."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import cv2
import numpy as np
import pytest
import webdataset
import yaml
from pycocotools import mask as coco_mask
from pycocotools.coco import COCO

from palletjack_dr.cli import main
from palletjack_dr.dataset import Dataset, read_image
from palletjack_dr.labels.rle import area, mask_of, rle
from palletjack_dr.plugins.writers.yolo import polygon
from palletjack_dr.validate.any_dataset import check_images
from palletjack_dr.validate.coco import read_coco
from palletjack_dr.validate.findings import Label, Reading
from palletjack_dr.validate.kitti import kitti_line, parse_line, read_kitti
from palletjack_dr.validate.yolo import read_yolo

pytestmark = pytest.mark.renders
ALL = [
    "annotator=[boxes_2d,boxes_3d,pose,masks,instance_segmentation,semantic_segmentation,"
    "panoptic_segmentation,panoptic_segments,depth]",
    "writer=[kitti,coco,yolo,bop,webdataset,ground_truth]",
    "split={train: 0.5, val: 0.5}",
    "writers.webdataset.frames_per_shard=3",
]
SIZE = (320, 192)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    folder = tmp_path_factory.mktemp("formats") / "ds"
    small = [f"resolution=[{SIZE[0]},{SIZE[1]}]", "quality=draft", "seed=3", "frames.count=8", f"output_dir={folder}"]
    main(["generate", *small, *ALL])
    return Dataset.open(folder)


def ids_of(made: Dataset, record: Any) -> Any:
    ids = made.image(record, "instance_segmentation")
    assert ids is not None
    return ids


def boxes(made: Dataset) -> Iterator[tuple[Any, Any]]:
    for record in made.records:
        for row in record["tables"]["boxes_2d"]:
            yield record, row


def random_masks() -> Iterator[Any]:
    rng = np.random.default_rng(0)
    yield np.zeros((7, 5), bool)
    yield np.ones((7, 5), bool)
    for _ in range(60):
        shape = rng.integers(1, 60, 2)
        yield rng.random(shape) < rng.random()
        filled = np.zeros(shape, bool)
        filled[rng.integers(shape[0]) :, rng.integers(shape[1]) :] = True
        yield filled


def test_run_lengths_are_those_of_pycocotools_and_come_back_bit_for_bit() -> None:
    for mask in random_masks():
        ours = rle(mask)
        theirs = coco_mask.encode(np.asfortranarray(mask.astype(np.uint8)))
        assert ours["counts"].encode() == theirs["counts"]
        assert np.array_equal(mask_of(ours), mask)
        assert area(ours) == mask.sum()


def coco(made: Dataset, split: str, kind: str = "instances") -> COCO:
    return COCO(made.folder / f"coco/{kind}_{split}.json")


def test_both_splits_hold_all_frames_between_them(made: Dataset) -> None:
    parts = {split: {r["frame"] for r in records} for split, records in made.splits().items()}
    assert all(parts.values())
    assert parts["train"] | parts["val"] == set(range(8))
    assert not parts["train"] & parts["val"]
    for split, frames in parts.items():
        assert set(coco(made, split).imgs) == frames
        assert {int(n) for n in (made.folder / f"ImageSets/{split}.txt").read_text().split()} == frames
        assert {int(p.stem) for p in (made.folder / f"yolo/images/{split}").iterdir()} == frames


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # pycocotools under numpy 2
def test_coco_masks_equal_ours_bit_for_bit_in_pycocotools(made: Dataset) -> None:
    seen = 0
    for split, records in made.splits().items():
        table = coco(made, split)
        for record in records:
            ids = ids_of(made, record)
            for row in table.loadAnns(table.getAnnIds(imgIds=[record["frame"]])):
                own = ids == row["object_id"]
                assert np.array_equal(table.annToMask(row).astype(bool), own)
                assert row["area"] == own.sum()
                assert not row.keys() & {"instance_id", "label", "index", "tags", "mask"}  # reserved by FiftyOne
                assert coco_mask.toBbox(row["segmentation"]).tolist() == row["bbox"]
                whole = coco_mask.decode(row["amodal_segmentation"]).astype(bool)
                assert (whole >= own).all()
                seen += 1
            assert table.loadImgs([record["frame"]])[0]["file_name"] == record["picture"]
    assert seen == len(list(boxes(made))) > 4
    assert [c["id"] for c in table.dataset["categories"]] == [1]


def test_the_panoptic_pictures_hold_the_segments_that_their_table_lists(made: Dataset) -> None:
    for split, records in made.splits().items():
        table = json.loads((made.folder / f"coco/panoptic_{split}.json").read_text())
        categories = {c["id"]: c for c in table["categories"]}
        assert len(table["annotations"]) == len(records)
        for annotation, record in zip(table["annotations"], records, strict=True):
            r, g, b = np.moveaxis(
                cast(Any, read_image(made.folder / f"coco/panoptic_{split}/{annotation['file_name']}")).astype(int),
                2,
                0,
            )
            numbers = r + 256 * g + 65536 * b
            listed = {s["id"]: s for s in annotation["segments_info"]}
            assert set(np.unique(numbers)) - {0} == set(listed)
            assert all((numbers == i).sum() == s["area"] for i, s in listed.items())
            things = {s["id"] for s in listed.values() if categories[s["category_id"]]["isthing"]}
            ids = ids_of(made, record)
            shown = {o["id"] for o in record["objects"] if o["visible_px"]}
            assert {int(n) for n in np.unique(numbers[np.isin(ids, list(shown))])} == things


def test_yolo_boxes_are_ours_as_shares_of_the_picture(made: Dataset) -> None:
    reading = read_yolo(made.folder / "yolo")
    assert reading.findings == []
    found = {int(i.picture.stem): i for i in reading.images}
    for record in made.records:
        labels = found[record["frame"]].labels
        rows = record["tables"]["boxes_2d"]
        assert [label.name for label in labels] == [row["label"] for row in rows]
        for label, row in zip(labels, rows, strict=True):
            assert np.allclose(label.box, row["box"], atol=2e-3)
    described = yaml.safe_load((made.folder / "yolo/data.yaml").read_text())
    assert described["names"] == {0: "palletjack"}
    assert (made.folder / "yolo" / described["val"]).is_dir()


def test_a_polygon_covers_its_mask(made: Dataset) -> None:
    for record in made.records:
        for row in record["tables"]["masks"]:
            mask = mask_of(row["visible"])
            outline = polygon(mask)
            large = np.zeros((SIZE[1] * 4, SIZE[0] * 4), np.uint8)
            cv2.fillPoly(large, [np.rint(outline * 4).astype(np.int32)], (1,))
            drawn = large.reshape(SIZE[1], 4, SIZE[0], 4).mean(axis=(1, 3)) > 0.5
            filled = np.zeros(mask.shape, np.uint8)
            parts, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
            solid = cv2.drawContours(filled, parts, -1, (1,), -1) > 0  # holes filled, as the format wants
            assert (drawn & solid).sum() >= 0.9 * (drawn | solid).sum() - 8


def test_bop_visibility_equals_the_occlusion_annotator_and_the_masks(made: Dataset) -> None:
    for split, records in made.splits().items():
        scene = made.folder / f"bop/{split}/000000"
        infos = json.loads((scene / "scene_gt_info.json").read_text())
        for record in records:
            rows = {o["id"]: o for o in record["objects"]}
            for n, (info, table) in enumerate(
                zip(infos[str(record["frame"])], record["tables"]["boxes_2d"], strict=True)
            ):
                row = rows[table["id"]]
                assert info["visib_fract"] == pytest.approx((1 - row["occlusion"]) * (1 - row["truncation"]), abs=1e-9)
                stem = f"{record['frame']:06d}_{n:06d}.png"
                visible, whole = (cast(Any, read_image(scene / m / stem)) > 0 for m in ("mask_visib", "mask"))
                assert visible.sum() == info["px_count_visib"]
                assert whole.sum() == info["px_count_valid"]
                assert (whole >= visible).all()
                ys, xs = np.nonzero(visible)
                x, y, w, h = info["bbox_visib"]
                assert (xs.min(), ys.min(), np.ptp(xs) + 1, np.ptp(ys) + 1) == (x, y, w, h)


def test_bop_poses_put_the_centre_of_the_model_into_its_amodal_box(made: Dataset) -> None:
    """By the toolkit's rules: millimetres, x_c = R x_m + t, u = K x_c with pixel centres at whole numbers."""
    bounds = {row["id"]: np.array(row["bounds"]) for row in made.manifest["instances"]}
    for split, records in made.splits().items():
        scene = made.folder / f"bop/{split}/000000"
        poses, cameras = (json.loads((scene / f"scene_{n}.json").read_text()) for n in ("gt", "camera"))
        models = json.loads((made.folder / "bop/models.json").read_text())
        for record in records:
            k = np.reshape(cameras[str(record["frame"])]["cam_K"], (3, 3))
            scale = cameras[str(record["frame"])]["depth_scale"]
            depth = cast(Any, read_image(scene / f"depth/{record['frame']:06d}.png")) * scale
            rows = {o["id"]: o for o in record["objects"]}
            for gt, table in zip(poses[str(record["frame"])], record["tables"]["pose"], strict=True):
                centre = bounds[table["id"]].mean(axis=0) * 1000
                x, y, z = np.reshape(gt["cam_R_m2c"], (3, 3)) @ centre + gt["cam_t_m2c"]
                u, v = k[0, 0] * x / z + k[0, 2] + 0.5, k[1, 1] * y / z + k[1, 2] + 0.5
                x1, y1, x2, y2 = rows[table["id"]]["amodal_box"]
                assert x1 - 1 <= u <= x2 + 1
                assert y1 - 1 <= v <= y2 + 1
                assert models[str(gt["obj_id"])] == table["asset"]
                own = depth[ids_of(made, record) == table["id"]]
                assert np.abs(own - z).min() < 2000
            metres = made.image(record, "depth")
            finite = np.isfinite(metres) & (metres < 65)  # type: ignore[operator,arg-type]
            assert np.abs(depth[finite] / 1000 - metres[finite]).max() < 1e-3  # type: ignore[index]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # the library leaves closing to chance
@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")
def test_webdataset_streams_the_record_of_every_frame(made: Dataset) -> None:
    for split, records in made.splits().items():
        shards = sorted(str(p) for p in (made.folder / "webdataset").glob(f"{split}-*.tar"))
        assert len(shards) == -(-len(records) // 3)
        samples = list(webdataset.WebDataset(shards, shardshuffle=False, empty_check=False))
        assert [int(s["__key__"]) for s in samples] == [r["frame"] for r in records]
        for sample, record in zip(samples, records, strict=True):
            assert sample["png"] == (made.folder / record["picture"]).read_bytes()
            assert json.loads(sample["json"])["objects"] == record["objects"]
            label = f"Camera/object_detection/{record['frame']:06d}.txt"
            assert sample["object_detection.txt"] == (made.folder / label).read_bytes()
            assert {"depth.tiff", "instance_segmentation.png"} <= sample.keys()


def corners(box: list[float]) -> tuple[float, float, float, float]:
    x, y, width, height = box
    return x, y, x + width, y + height


def test_kitti_to_coco_and_back_loses_nothing_that_both_hold(made: Dataset) -> None:
    first = {i.name: i.labels for i in read_kitti(made.folder / "Camera").images}
    back: dict[str, list[Label]] = {}
    for path in sorted((made.folder / "coco").glob("instances_*.json")):
        table = COCO(path)
        for i, image in table.imgs.items():
            rows = table.loadAnns(table.getAnnIds(imgIds=[i]))
            lines = [
                Label(
                    where="",
                    name=table.cats[row["category_id"]]["name"],
                    box=corners(row["bbox"]),
                    truncated=row["truncation"],
                    occluded=0 if row["occlusion"] < 0.05 else 1 if row["occlusion"] < 0.5 else 2,
                )
                for row in rows
            ]
            parsed = [parse_line(kitti_line(line), "", Reading()) for line in lines]
            back[Path(image["file_name"]).stem] = [p for p in parsed if p is not None]
    assert back.keys() == first.keys()
    for name, labels in first.items():
        assert [(b.name, b.box, b.truncated, b.occluded) for b in back[name]] == [
            (a.name, a.box, a.truncated, a.occluded) for a in labels
        ]


def test_kitti_3d_columns_are_those_of_the_box_annotator(made: Dataset) -> None:
    for record in made.records:
        lines = (made.folder / f"Camera/object_detection/{record['frame']:06d}.txt").read_text().splitlines()
        for line, row in zip(lines, record["tables"]["boxes_3d"], strict=True):
            h, w, l, x, y, z, turn = map(float, line.split()[8:])  # noqa: E741  # KITTI's own name
            corners = np.array(row["corners_camera"])
            assert np.allclose(np.mean(corners[[2, 3, 6, 7]], axis=0), [x, y, z], atol=0.01)
            size = [np.linalg.norm(corners[a] - corners[b]) for a, b in ((0, 3), (0, 1), (0, 4))]
            assert np.allclose(size, [h, w, l], atol=0.01)
            ahead = corners[0] - corners[4]
            assert np.cos(turn - np.arctan2(-ahead[2], ahead[0])) > 0.999
            alpha = float(line.split()[3])
            assert np.cos(alpha - (turn - np.arctan2(x, z))) > 0.999


def test_every_writers_output_passes_the_strict_readers(made: Dataset) -> None:
    for reading in (read_coco(made.folder), read_yolo(made.folder / "yolo"), read_kitti(made.folder / "Camera")):
        assert len(reading.images) == 8
        assert check_images(reading) == []


def test_a_picture_is_stored_once_however_many_formats_list_it(made: Dataset) -> None:
    record = made.records[0]
    split = record["split"]
    names = [record["picture"], f"yolo/images/{split}/000000.png", f"bop/{split}/000000/rgb/000000.png"]
    assert len({(made.folder / name).stat().st_ino for name in names}) == 1
    assert all(name in record["files"] for name in names)
