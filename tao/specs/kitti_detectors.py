"""YOLO v4 and SSD: training specs that read pictures and KITTI labels as they are, without records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from palletjack_dr.tao.findings import Finding, error
from palletjack_dr.tao.layout import View
from palletjack_dr.tao.message_table import message_class
from palletjack_dr.tao.message_tree import fill, write_text
from palletjack_dr.tao.specs.inputs import Inputs, merged
from palletjack_dr.tao.specs.kitti_detector_messages import SSD, YOLO_V4
from palletjack_dr.tao.text_proto import read_text

if TYPE_CHECKING:
    from google.protobuf.message import Message

TABLES = {"yolo_v4": YOLO_V4, "ssd": SSD}
SECTIONS = {"yolov4_config": "yolo_v4", "ssd_config": "ssd", "dssd_config": "ssd"}
"""The top-level field that only one network has."""
YOLO_STRIDE = 32
"""Pixels of the input for one cell of the coarsest grid."""
ANCHORS = ("small_anchor_shape", "mid_anchor_shape", "big_anchor_shape")


def network_of(names: set[str]) -> str | None:
    """Return the network that a spec with these top-level fields is for, None for neither of the two."""
    return next((SECTIONS[name] for name in SECTIONS if name in names), None)


def write(tao: Mapping[str, Any], inputs: Inputs) -> tuple[dict[str, str], list[Finding]]:
    """Return the spec, and what there is to say about it."""
    network = tao["network"]
    message = message_class(TABLES[network], "Experiment")()
    fill(message, merged(_filled(network, inputs), _without_null_anchors(tao["spec"])), "tao.spec")
    return {"train.txt": write_text(message, f"{network} for TAO 5")}, list(check(message, network))


def _without_null_anchors(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Return the config's spec without anchors that are to be taken from the labels."""
    yolo = {k: v for k, v in spec.get("yolov4_config", {}).items() if k not in ANCHORS or v is not None}
    return {**spec, "yolov4_config": yolo} if yolo else dict(spec)


def _filled(network: str, inputs: Inputs) -> dict[str, Any]:
    assert inputs.validation is not None
    width, height = inputs.size
    sources = [_source(view) for view in inputs.train]
    if network == "yolo_v4":
        sources = [row | {"source_weight": w} for row, w in zip(sources, inputs.weights, strict=True)]
    data: dict[str, Any] = {
        "data_sources": sources,
        "validation_data_sources": [_source(inputs.validation)],
        "target_class_mapping": {name: name for name in inputs.classes},
    }
    tree: dict[str, Any] = {
        "dataset_config": data,
        "augmentation_config": {"output_width": width, "output_height": height},
    }
    if network == "yolo_v4":
        data["image_extension"] = inputs.extension
        tree["yolov4_config"] = dict(zip(ANCHORS, anchors(inputs.train, inputs.size), strict=True))
    return tree


def _source(view: View) -> dict[str, Any]:
    return {"label_directory_path": str(view.labels), "image_directory_path": str(view.images)}


def anchors(views: Sequence[View], size: tuple[int, int]) -> list[str]:
    """Return YOLO's anchors for the labels: nine groups of equal number by area, each one's median width and height.

    One text for each of the three grids, finest first, in pixels of the network's input.
    """
    found = np.array([box for view in views for box in view.boxes()]) * size
    groups = np.array_split(found[np.argsort(found.prod(axis=1), kind="stable")], 9)
    medians = [np.median(group if len(group) else found, axis=0) for group in groups]
    shapes = [f"({width:.2f}, {height:.2f})" for width, height in medians]
    return [f"[{', '.join(shapes[n : n + 3])}]" for n in (0, 3, 6)]


def check_text(text: str, network: str) -> list[Finding]:
    """Return the findings about the text of a spec."""
    reading = read_text(text, message_class(TABLES[network], "Experiment"))
    unread = {f.path for f in reading.findings if f.level == "error"}
    rules = [f.at(reading.places.get(f.path, (0, 0))) for f in check(reading.message, network) if f.path not in unread]
    return sorted([*reading.findings, *rules], key=lambda f: (f.line == 0, f.line, f.column))


def check(message: Message, network: str) -> Iterator[Finding]:
    """Say what is wrong with a spec beyond types."""
    spec: Any = message
    for name in ("data_sources", "validation_data_sources", "target_class_mapping"):
        if not getattr(spec.dataset_config, name):
            yield error(f"dataset_config.{name}", "nothing", "one at least")
    for name in spec.dataset_config.target_class_mapping:
        if name != name.lower() or len(name.split()) != 1:
            wanted = f"{'_'.join(name.lower().split())!r}: labels are matched in lower case"
            yield error(f"dataset_config.target_class_mapping[{name}]", repr(name), wanted)
    stride = YOLO_STRIDE if network == "yolo_v4" else 1
    for side in ("output_width", "output_height"):
        pixels = getattr(spec.augmentation_config, side)
        if pixels <= 0 or pixels % stride:
            wanted = f"a multiple of {stride} above 0; set tao.size" if stride > 1 else "above 0"
            yield error(f"augmentation_config.{side}", str(pixels), wanted)
    if spec.augmentation_config.output_channel not in (1, 3):
        found = str(spec.augmentation_config.output_channel)
        yield error("augmentation_config.output_channel", found, "1 or 3")
    for name in ("batch_size_per_gpu", "num_epochs"):
        if not getattr(spec.training_config, name):
            yield error(f"training_config.{name}", "0", "above 0")
    if spec.training_config.learning_rate.WhichOneof("schedule") is None:
        yield error("training_config.learning_rate", "no schedule", "one")
