"""What is known of one frame from independent sources: pixels, geometry, and the labels that were written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from palletjack_dr.dataset import Dataset, Record, read_image
from palletjack_dr.edits import Edit
from palletjack_dr.engine import Capture
from palletjack_dr.frame import Frame
from palletjack_dr.geometry import Array, Pose, matrix, transform
from palletjack_dr.labels.cuboid import cuboid_corners, cuboid_outline
from palletjack_dr.lens import lens
from palletjack_dr.validate.findings import Label, Reading
from palletjack_dr.validate.kitti import parse_line

Row = Mapping[str, Any]
CAMERA = "/World/Camera"


@dataclass(frozen=True, kw_only=True)
class Solid:
    """A thing where the frame's edits put it: its row of the instance table and its place."""

    row: Row
    world_from_object: Array

    @property
    def bounds(self) -> Array:
        """The box [[min], [max]] [m] in the object's own frame."""
        return np.asarray(self.row["bounds"], dtype=float)

    def outline(self, capture: Capture) -> Array:
        """Return points (n, 2) [px] along the edges of its 3D box."""
        return cuboid_outline(transform(self.world_from_object, cuboid_corners(self.bounds)), capture)


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """One frame. ``capture`` holds the stored id and depth images, ``objects`` the rows of the object table.

    ``solids`` are all visible targets and distractors by id, seen or not. ``lines`` are the boxes as KITTI
    labels have them, None without such a writer. ``boxes_of`` is the setting of the box annotator,
    ``poses`` what the edits say, by target.
    """

    where: str
    capture: Capture
    classes: npt.NDArray[Any] | None
    legend: Mapping[str, int]
    instances: Mapping[int, Row]
    objects: Sequence[Row]
    solids: Mapping[int, Solid]
    tables: Mapping[str, Sequence[Row]]
    boxes_of: Row | None
    poses: Mapping[str, Pose]
    lines: Sequence[Label] | None


def from_record(dataset: Dataset, record: Record) -> Evidence:
    """Return the evidence of a stored frame; images that are not there, or cannot be read, are None."""
    camera = record["camera"]
    ids, depth = dataset.image(record, "instance_segmentation"), dataset.image(record, "depth")
    capture = Capture(
        k=np.array(camera["k"]),
        view=np.array(camera["view"]),
        lens=lens(camera["lens"], camera["distortion"]),
        instance_id=None if ids is None else ids.astype(np.int32),
        depth=None if depth is None or depth.ndim != 2 else depth.astype(np.float32),
        rgb=read_image(dataset.picture(record)),
    )
    table = dataset.instances
    solids = {
        row["id"]: Solid(row=table[row["id"]], world_from_object=matrix(row["pose"], row["scale"]))
        for row in record["placed"]
    }
    return Evidence(
        where=f"frame {record['frame']}",
        capture=capture,
        classes=dataset.image(record, "semantic_segmentation"),
        legend=dataset.manifest.get("legends", {}).get("semantic_segmentation", {}),
        instances=table,
        objects=record["objects"],
        solids=solids,
        tables=record["tables"],
        boxes_of=dataset.config["annotators"].get("boxes_2d"),
        lines=_lines(dataset, record),
        poses=_poses([Edit.from_json(row) for row in record["edits"]]),
    )


def from_frame(frame: Frame, annotators: Mapping[str, Any], roles: Sequence[str]) -> Evidence:
    """Return the evidence of a frame that was just made; ``annotators`` are their configs."""
    scene = frame.scene
    classes = frame.annotations.get("semantic_segmentation")
    return Evidence(
        where=f"frame {frame.index}",
        capture=frame.capture,
        classes=classes if isinstance(classes, np.ndarray) else None,
        legend={name: n for n, name in enumerate(sorted({t.label for t in scene.objects}), start=1)},
        instances={thing.id: thing.to_json() for thing in scene.objects},
        objects=[row.to_json() for row in frame.objects],
        solids={
            thing.id: Solid(row=thing.to_json(), world_from_object=scene.world_from(thing))
            for thing in scene.objects
            if thing.role in roles and scene.visible(thing)
        },
        tables={name: rows for name, rows in frame.annotations.items() if isinstance(rows, list)},
        boxes_of=annotators.get("boxes_2d"),
        lines=None,
        poses=_poses(frame.edits),
    )


def _poses(edits: Iterable[Edit]) -> dict[str, Pose]:
    posed = (edit for edit in edits if edit.attribute == "pose")
    return {CAMERA if e.target == "camera" else e.target: cast(Pose, e.value) for e in posed}  # the last one counts


def _lines(dataset: Dataset, record: Record) -> list[Label] | None:
    writers = dataset.config["writers"].values()
    folder = next((w["label_folder"] for w in writers if "label_folder" in w), None)
    name = f"{folder}/{record['frame']:06d}.txt"
    if folder is None or name not in record["files"]:
        return None
    try:
        text = (dataset.folder / name).read_text()
    except (OSError, UnicodeDecodeError):
        return []
    reading = Reading()
    labels = [parse_line(line, f"{name}:{n}", reading) for n, line in enumerate(text.splitlines(), start=1)]
    return [label for label in labels if label is not None]
