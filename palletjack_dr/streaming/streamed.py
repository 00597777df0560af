"""What a stream gives: one frame, or several as a batch, in tensors.

All are named tuples, since torch's own pinning and everybody's transfer to a device go through those.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import torch

from palletjack_dr.component import Annotation
from palletjack_dr.dataset import Dataset, Record, read_image
from palletjack_dr.frame import Frame

Value = torch.Tensor | list[dict[str, Any]]
"""An annotation: an array as a tensor, or a table with one row per object."""
SIGNED = {np.dtype(np.uint16): np.int32, np.dtype(np.uint32): np.int64}
"""Types that torch can hardly calculate with, and what is given instead."""


class Objects(NamedTuple):
    """The targets that are seen in one frame, a row each, in the order of their ids.

    ``boxes`` float32 (n, 4) are tight around the visible pixels, ``amodal_boxes`` float32 (n, 4) around the whole
    object, also where it is hidden or beyond the picture; both x1 y1 x2 y2, [x1, x2) x [y1, y2) [px]. ``classes``
    int64 (n,) are numbers in the stream's ``classes``. ``occlusion`` and ``truncation`` float32 (n,) are shares in
    [0, 1], ``distance`` float32 (n,) is in metres. ``ids`` int64 (n,) are the objects' in all annotations.
    """

    boxes: torch.Tensor
    classes: torch.Tensor
    amodal_boxes: torch.Tensor
    occlusion: torch.Tensor
    truncation: torch.Tensor
    distance: torch.Tensor
    ids: torch.Tensor

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel between processes by value: shared memory takes a file descriptor for every tensor."""
        return _objects_of_arrays, tuple(column.cpu().numpy() for column in self)


class StreamedFrame(NamedTuple):
    """One frame. ``picture`` uint8 (3, H, W), RGB; ``annotations`` are those that were asked for, by key."""

    frame_index: int
    split: str
    picture: torch.Tensor
    objects: Objects
    annotations: dict[str, Value]


class FrameBatch(NamedTuple):
    """N frames. ``pictures`` uint8 (N, 3, H, W); of arrays among ``annotations`` (N, ...), of tables a list of N."""

    frame_indices: list[int]
    splits: list[str]
    pictures: torch.Tensor
    objects: list[Objects]
    annotations: dict[str, torch.Tensor | list[list[dict[str, Any]]]]


def collate(frames: Sequence[StreamedFrame]) -> FrameBatch:
    """Return frames as a batch, for ``DataLoader(collate_fn=...)``: pictures stacked, objects a list."""
    annotations: dict[str, Any] = {}
    for name in frames[0].annotations:
        values = [frame.annotations[name] for frame in frames]
        tensors = [value for value in values if isinstance(value, torch.Tensor)]
        annotations[name] = torch.stack(tensors) if tensors else values
    return FrameBatch(
        frame_indices=[frame.frame_index for frame in frames],
        splits=[frame.split for frame in frames],
        pictures=torch.stack([frame.picture for frame in frames]),
        objects=[frame.objects for frame in frames],
        annotations=annotations,
    )


def streamed(frame: Frame, classes: Sequence[str], annotations: Iterable[str]) -> StreamedFrame:
    """Return a frame that was made just now; nothing in it is shared with the frame."""
    assert frame.capture.rgb is not None
    return StreamedFrame(
        frame_index=frame.index,
        split=frame.split,
        picture=_picture(frame.capture.rgb),
        objects=_objects([thing.to_json() for thing in frame.objects], classes),
        annotations={name: _value(frame.annotations[name]) for name in annotations},
    )


def read_back(
    dataset: Dataset, record: Record, classes: Sequence[str], annotations: Iterable[str]
) -> StreamedFrame | None:
    """Return a frame of a dataset on disk; None where its picture or an annotation is not there or broken."""
    picture = read_image(dataset.picture(record))
    tables = record["tables"]
    found = {name: tables[name] if name in tables else dataset.image(record, name) for name in annotations}
    whole = {name: value for name, value in found.items() if value is not None}
    if picture is None or len(whole) < len(found):
        return None
    return StreamedFrame(
        frame_index=record["frame"],
        split=record["split"],
        picture=_picture(picture),
        objects=_objects(record["objects"], classes),
        annotations={name: _value(value) for name, value in whole.items()},
    )


def _picture(rgb: npt.NDArray[np.uint8]) -> torch.Tensor:
    return torch.from_numpy(rgb.transpose(2, 0, 1).copy())


def _objects(rows: Iterable[Mapping[str, Any]], classes: Sequence[str]) -> Objects:
    numbers = {name: number for number, name in enumerate(classes)}
    seen = [r for r in rows if r["role"] == "target" and r["box"] is not None and r["label"] in numbers]

    def column(name: str, kind: torch.dtype) -> torch.Tensor:
        return torch.tensor([row[name] for row in seen], dtype=kind)

    return Objects(
        boxes=column("box", torch.float32).view(-1, 4),
        classes=torch.tensor([numbers[row["label"]] for row in seen], dtype=torch.int64),
        amodal_boxes=column("amodal_box", torch.float32).view(-1, 4),
        occlusion=column("occlusion", torch.float32),
        truncation=column("truncation", torch.float32),
        distance=column("distance", torch.float32),
        ids=column("id", torch.int64),
    )


def _objects_of_arrays(*columns: npt.NDArray[Any]) -> Objects:
    return Objects(*map(torch.from_numpy, columns))


def _value(annotation: Annotation) -> Value:
    """Return an array as a tensor of its own, a table as the journal would give it back."""
    if isinstance(annotation, list):
        return json.loads(json.dumps(annotation))  # type: ignore[no-any-return]
    return torch.from_numpy(annotation.astype(SIGNED.get(annotation.dtype, annotation.dtype)))
