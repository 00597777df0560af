"""YOLO: a label file beside every picture, in the folders that Ultralytics' tools expect."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar, cast

import numpy as np
import numpy.typing as npt
import yaml

from palletjack_dr import Registry, Scene, Writer, hookimpl
from palletjack_dr.dataset import Dataset
from palletjack_dr.errors import ConfigError
from palletjack_dr.frame import Frame
from palletjack_dr.labels.rle import mask_of

FORMS = ("boxes", "segments")


@dataclass(frozen=True, kw_only=True)
class Yolo(Writer):
    """Writes ``folder``/images/train/000007.png, ``folder``/labels/train/000007.txt and ``folder``/data.yaml.

    A line is the class, counted from 0 in alphabetical order of the target classes, then with
    ``form: boxes`` centre x, centre y, width, height, with ``form: segments`` the polygon x1 y1 x2 y2 ..., all
    as shares of the picture's size. A mask in several parts becomes one polygon that runs to each part and back;
    holes are filled, as the format has none. Objects of fewer than three outline points are left to boxes.
    """

    reads: ClassVar[tuple[str, ...]] = ("boxes_2d", "masks")
    folder: str = "yolo"
    form: str = "boxes"

    def __post_init__(self) -> None:
        """Refuse a form that is none."""
        super().__post_init__()
        if self.form not in FORMS:
            raise ConfigError(f"form: got {self.form!r}, wanted boxes or segments")

    def files(self, frame: Frame) -> Iterable[tuple[str, bytes]]:
        """Return the picture, which is stored once however many writers list it, and its labels."""
        assert frame.picture is not None
        assert frame.capture.instance_id is not None
        yield f"{self.folder}/images/{frame.split}/{frame.name}{frame.picture.suffix}", frame.picture.content
        height, width = frame.capture.instance_id.shape
        names = classes(frame.scene)
        masks = {row["id"]: row for row in cast("list[dict[str, Any]]", frame.annotations["masks"])}
        lines = []
        for row in cast("list[dict[str, Any]]", frame.annotations["boxes_2d"]):
            if row["label"] in names:
                x1, y1, x2, y2 = row["box"]
                numbers = [(x1 + x2) / 2 / width, (y1 + y2) / 2 / height, (x2 - x1) / width, (y2 - y1) / height]
                if self.form == "segments":
                    outline = polygon(mask_of(masks[row["id"]]["visible"]))
                    if len(outline) >= 3:
                        numbers = (outline / [width, height]).ravel().tolist()
                lines.append(f"{names.index(row['label'])} {' '.join(f'{n:.6f}' for n in numbers)}\n")
        yield f"{self.folder}/labels/{frame.split}/{frame.name}.txt", "".join(lines).encode()

    def summary(self, dataset: Dataset) -> Iterable[tuple[str, bytes]]:
        """Return data.yaml; paths in it are relative to its own folder."""
        splits = dataset.splits()
        folders = {split: f"images/{split}" for split in splits}
        folders.setdefault("val", folders[next(iter(splits))])  # the trainer insists on one
        names = dict(enumerate(dataset.classes()))
        yield f"{self.folder}/data.yaml", yaml.safe_dump({**folders, "names": names}, sort_keys=False).encode()


def classes(scene: Scene) -> list[str]:
    """Return the class names of the targets of a scene, in alphabetical order."""
    return sorted({thing.label for thing in scene.having("target")})


def polygon(mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    """Return the outline (n, 2) of a mask [px], along pixel edges; parts are joined by a line there and back."""
    import cv2

    doubled = mask.astype(np.uint8).repeat(2, axis=0).repeat(2, axis=1)  # so that outlines run around pixels
    parts, _ = cv2.findContours(doubled, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    outlines = [(part[:, 0].astype(float) + 0.5) / 2 for part in sorted(parts, key=len, reverse=True)]
    if not outlines:
        return np.zeros((0, 2))
    joined = outlines[0]
    for part in outlines[1:]:
        gaps = np.linalg.norm(joined[:, None] - part[None], axis=2)
        here, there = np.unravel_index(gaps.argmin(), gaps.shape)
        loop = np.roll(part, -int(there), axis=0)
        joined = np.concatenate([joined[: here + 1], loop, loop[:1], joined[here:]])
    return joined


@hookimpl
def dr_register(registry: Registry) -> None:
    """Offer ``writer=yolo``."""
    registry.writer(Yolo)
