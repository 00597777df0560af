"""How well ``palletjack-dr validate`` finds faults: each is put into every fifth frame of a sound dataset.

    python benchmarks/fault_injection.py DATASET

Digests are left out, so that a fault has to be found by what the labels say; with them every changed file is found.
The dataset should have the annotators boxes_2d, masks, instance_segmentation, semantic_segmentation and depth.
"""

from __future__ import annotations

import copy
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from rich.console import Console
from rich.table import Table

from palletjack_dr.dataset import Dataset, read_image
from palletjack_dr.images import png, tiff
from palletjack_dr.journal import LINES
from palletjack_dr.labels.rle import mask_of, rle
from palletjack_dr.validate.findings import Label
from palletjack_dr.validate.kitti import kitti_line
from palletjack_dr.validate.own_dataset import check_dataset

EVERY = 5
Record = dict[str, Any]


def file_of(record: Record, part: str) -> str:
    """Return the name of a frame's file by the folder that it is in."""
    return str(next(name for name in record["files"] if name.split("/")[-2] == part))


class Copy:
    """A dataset made of links to another, in which single files are replaced."""

    def __init__(self, source: Path, folder: Path) -> None:
        shutil.copytree(source, folder, copy_function=os.link, ignore=shutil.ignore_patterns(LINES, "*.lock"))
        self.folder = folder

    def put(self, name: str, content: bytes) -> None:
        """Replace a file, leaving the original alone."""
        (self.folder / name).unlink()
        (self.folder / name).write_bytes(content)

    def image(self, record: Record, part: str) -> Any:
        """Return an annotation's image."""
        return read_image(self.folder / file_of(record, part))

    def relabel(self, record: Record) -> None:
        """Write the KITTI lines anew from the box table."""
        rows = record["tables"]["boxes_2d"]
        lines = [
            Label(where="", name=r["label"], box=tuple(r["box"]), truncated=r["truncation"], occluded=0) for r in rows
        ]
        self.put(file_of(record, "object_detection"), "".join(map(kitti_line, lines)).encode())


Fault = Callable[[Copy, Record, Record, np.random.Generator], bool]
"""Puts a fault into a frame, given the frame before; False where the frame has nothing to spoil."""


def seen_targets(record: Record) -> list[Record]:
    """Return the rows of visible targets."""
    return [o for o in record["objects"] if o["role"] == "target" and o["visible_px"]]


def drop_id(made: Copy, record: Record, before: Record, rng: np.random.Generator) -> bool:
    """Lose one object in the id image, and in all that follows from it."""
    rows = seen_targets(record)
    if not rows:
        return False
    lost = rows[rng.integers(len(rows))]
    ids = made.image(record, "instance_segmentation").copy()
    classes = made.image(record, "semantic_segmentation").copy()
    classes[ids == lost["id"]] = 0
    ids[ids == lost["id"]] = 0
    made.put(file_of(record, "instance_segmentation"), png(ids))
    made.put(file_of(record, "semantic_segmentation"), png(classes))
    record["objects"] = [o for o in record["objects"] if o["id"] != lost["id"]]
    for name, table in record["tables"].items():
        record["tables"][name] = [row for row in table if row["id"] != lost["id"]]
    made.relabel(record)
    return True


def labels_late(made: Copy, record: Record, before: Record, rng: np.random.Generator) -> bool:
    """Give the frame the boxes of the one before."""
    if record["tables"]["boxes_2d"] == before["tables"]["boxes_2d"]:
        return False
    record["tables"] = copy.deepcopy(before["tables"])
    made.relabel(record)
    return True


def truth_late(made: Copy, record: Record, before: Record, rng: np.random.Generator) -> bool:
    """Give the frame all ground truth of the one before: ids, classes, depth, tables, poses, camera."""
    for part in ("instance_segmentation", "semantic_segmentation", "depth", "object_detection"):
        made.put(file_of(record, part), (made.folder / file_of(before, part)).read_bytes())
    for key in ("objects", "tables", "placed", "camera"):
        record[key] = copy.deepcopy(before[key])
    return True


def record_late(made: Copy, record: Record, before: Record, rng: np.random.Generator) -> bool:
    """Give the frame all ground truth and the edits of the one before: the picture alone is its own."""
    record["edits"] = copy.deepcopy(before["edits"])
    return truth_late(made, record, before, rng)


def swap_classes(made: Copy, record: Record, before: Record, rng: np.random.Generator) -> bool:
    """Call one target by another's class, everywhere but in the instance table."""
    rows = seen_targets(record)
    if not rows:
        return False
    wrong = rows[rng.integers(len(rows))]["id"]
    for table in (record["objects"], *record["tables"].values()):
        for row in table:
            if row["id"] == wrong and "label" in row:
                row["label"] = "drum"
    made.relabel(record)
    return True


def shift_boxes(made: Copy, record: Record, before: Record, rng: np.random.Generator) -> bool:
    """Move all boxes three pixels right."""
    rows = record["tables"]["boxes_2d"]
    for row in rows:
        x1, y1, x2, y2 = row["box"]
        row["box"] = [x1 + 3, y1, x2 + 3, y2]
    made.relabel(record)
    return bool(rows)


def shift_everything(made: Copy, record: Record, before: Record, rng: np.random.Generator) -> bool:
    """Move boxes, masks and ids three pixels right together, as a wrong principal point would."""
    if not seen_targets(record):
        return False
    for part in ("instance_segmentation", "semantic_segmentation"):
        moved = np.roll(made.image(record, part), 3, axis=1)
        moved[:, :3] = 0
        made.put(file_of(record, part), png(moved))
    ids = made.image(record, "instance_segmentation")
    for row in [*record["objects"], *record["tables"]["boxes_2d"]]:
        y, x = np.nonzero(ids == row["id"])
        if len(x):
            row["box"] = [int(x.min()), int(y.min()), int(x.max()) + 1, int(y.max()) + 1]
    for row in record["objects"]:
        row["visible_px"] = int((ids == row["id"]).sum())
    for row in record["tables"]["masks"]:
        row["visible"] = rle(ids == row["id"])
        row["amodal"] = rle(mask_of(row["visible"]) | np.roll(mask_of(row["amodal"]), 3, axis=1))
    made.relabel(record)
    return True


def zero_depth(made: Copy, record: Record, before: Record, rng: np.random.Generator) -> bool:
    """Set the depth of one target to 0."""
    rows = seen_targets(record)
    if not rows:
        return False
    depth = made.image(record, "depth").copy()
    depth[made.image(record, "instance_segmentation") == rows[rng.integers(len(rows))]["id"]] = 0
    made.put(file_of(record, "depth"), tiff(depth))
    return True


def wrong_depth(made: Copy, record: Record, before: Record, rng: np.random.Generator) -> bool:
    """Push one target half a metre back in depth."""
    rows = seen_targets(record)
    if not rows:
        return False
    depth = made.image(record, "depth").copy()
    depth[made.image(record, "instance_segmentation") == rows[rng.integers(len(rows))]["id"]] += 0.5
    made.put(file_of(record, "depth"), tiff(depth))
    return True


def duplicate(made: Copy, record: Record, before: Record, rng: np.random.Generator) -> bool:
    """Repeat the frame before, picture and all, with fresh noise in the picture."""
    picture = cv2.imread(str(made.folder / before["picture"]))
    assert picture is not None
    noisy = np.clip(picture.astype(int) + rng.integers(-1, 2, picture.shape), 0, 255).astype(np.uint8)
    made.put(record["picture"], png(noisy[..., ::-1]))
    return record_late(made, record, before, rng)


def cut_picture(made: Copy, record: Record, before: Record, rng: np.random.Generator) -> bool:
    """Cut the picture's file short."""
    content = (made.folder / record["picture"]).read_bytes()
    made.put(record["picture"], content[: int(len(content) * rng.uniform(0.5, 0.99))])
    return True


FAULTS: dict[str, Fault] = {
    "one instance id dropped": drop_id,
    "boxes of the frame before": labels_late,
    "all ground truth of the frame before": truth_late,
    "the whole record of the frame before": record_late,
    "two classes swapped": swap_classes,
    "boxes shifted by 3 px": shift_boxes,
    "boxes, masks and ids shifted by 3 px": shift_everything,
    "depth of one object zero": zero_depth,
    "depth of one object 0.5 m off": wrong_depth,
    "a frame duplicated": duplicate,
    "a PNG cut short": cut_picture,
}


def main() -> None:
    """Print a table of detection and false alarms."""
    source = Dataset.open(Path(sys.argv[1]))
    table = Table("fault", "put in", "found", "rate", "clean frames", "false alarms", "found by")
    with tempfile.TemporaryDirectory(dir=source.folder.parent) as folder:
        alarms = [frame for frame, found in check_dataset(source, digests=False) if found]
        table.add_row("none", "0", "", "", str(len(source.records)), str(len(alarms)), "")
        for n, (name, fault) in enumerate(FAULTS.items()):
            made = Copy(source.folder, Path(folder) / str(n))
            records = copy.deepcopy(list(source.records))
            rng = np.random.default_rng(n)
            chosen = range(EVERY - 1, len(records), EVERY)
            spoiled = {records[i]["frame"] for i in chosen if fault(made, records[i], source.records[i - 1], rng)}  # type: ignore[arg-type]
            (made.folder / LINES).write_text("".join(json.dumps(r) + "\n" for r in records))
            reasons: dict[str, int] = {}
            flagged = set()
            for frame, found in check_dataset(Dataset.open(made.folder), digests=False):
                if found:
                    flagged.add(frame)
                    if frame in spoiled:
                        for check in {f.check for f in found}:
                            reasons[check] = reasons.get(check, 0) + 1
            hits, wrong = len(flagged & spoiled), len(flagged - spoiled)
            by = ", ".join(f"{check} {count}" for check, count in sorted(reasons.items(), key=lambda x: -x[1]))
            rate = f"{hits / max(len(spoiled), 1):.1%}"
            table.add_row(name, str(len(spoiled)), str(hits), rate, str(len(records) - len(spoiled)), str(wrong), by)
            if missed := sorted(spoiled - flagged):
                Console(stderr=True).print(f"{name}: missed in frames {missed[:20]}")
            shutil.rmtree(made.folder)
    Console(width=150).print(table)


if __name__ == "__main__":
    main()
