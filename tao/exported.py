"""An exported detector: what an ONNX file tells of the network in it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from palletjack_dr.errors import did_you_mean
from palletjack_dr.tao.detector import TrainingError

STRIDE = 16
"""Pixels that one cell of DetectNet_v2's outputs is wide and high."""
OUTPUTS = {
    "detectnet_v2": ("output_cov/Sigmoid:0", "output_bbox/BiasAdd:0"),
    "rtdetr": ("pred_logits", "pred_boxes"),
}
"""Outputs by network: first what tells the class, then the boxes."""
BACKGROUND = "background"
"""Name of channel 0 where categories count from 1, as in TAO's own RT-DETR exports."""


@dataclass(frozen=True, kw_only=True)
class Tensor:
    """An input or output: ``shape`` without the batch; None for an extent that is free."""

    name: str
    shape: tuple[int | None, ...]


@dataclass(frozen=True, kw_only=True)
class Exported:
    """The network in an ONNX file, parts of which may lie in ``weights``, files beside it.

    ``labels`` names every channel, ``size`` is the input's (width, height) [px]. ``free_batch``: the file takes any
    number of pictures at once, else ``batch`` of them. ``box_scale`` and ``box_offset`` [px], ``eps`` (1 - IoU) and
    ``coverage_threshold`` are DetectNet_v2's.
    """

    path: Path
    network: str
    labels: tuple[str, ...]
    size: tuple[int, int]
    input: Tensor
    outputs: tuple[Tensor, Tensor]
    weights: tuple[Path, ...]
    batch: int
    free_batch: bool
    box_scale: float = 35.0
    box_offset: float = 0.5
    eps: float = 0.15
    coverage_threshold: float = 0.005

    @property
    def has_background(self) -> bool:
        """Return whether channel 0 is no object."""
        return self.labels[0] == BACKGROUND


def read_exported(path: Path, network: str | None = None, classes: Sequence[str] | None = None) -> Exported:
    """Return what is in an ONNX file; ``network`` and ``classes`` count where the file's metadata do not tell.

    Raises ``TrainingError`` for a file that is none, that holds another network than it says, or tells too little.
    """
    try:
        import onnx
    except ImportError:
        raise TrainingError("reading ONNX files needs more packages; pip install 'palletjack-dr[train]'") from None
    if not path.is_file():
        raise TrainingError(f"model: there is no file {str(path)!r}; palletjack-dr export writes one")
    try:
        model = onnx.load(str(path), load_external_data=False)
    except Exception as error:  # protobuf's own error, or whatever the broken file leads to
        raise TrainingError(f"model: {path} is no ONNX file ({str(error).splitlines()[0]}); export it again") from error
    told = {entry.key: entry.value for entry in model.metadata_props}
    weights = {tensor.name for tensor in model.graph.initializer}
    inputs = [_tensor(value) for value in model.graph.input if value.name not in weights]
    outputs = {value.name: _tensor(value) for value in model.graph.output}
    network = network or told.get("network") or _guess(outputs)
    if network not in OUTPUTS:
        raise TrainingError(
            f"network: {path} holds no known network{did_you_mean(str(network), OUTPUTS)}; set network="
        )
    missing = [name for name in OUTPUTS[network] if name not in outputs]
    if missing or len(inputs) != 1 or len(inputs[0][0].shape) != 3:
        raise TrainingError(
            f"model: {path} is no {network}: got the inputs {[tensor.name for tensor, _ in inputs]} and outputs "
            f"{sorted(outputs)}, wanted one picture and {', '.join(OUTPUTS[network])}"
        )
    picture, batch = inputs[0]
    scores, boxes = (outputs[name][0] for name in OUTPUTS[network])
    return Exported(
        path=path,
        network=network,
        labels=_labels(path, network, scores, list(classes) if classes else _told_classes(path, told)),
        size=_size(path, told, picture),
        input=picture,
        outputs=(scores, boxes),
        weights=_weights(path, model.graph),
        batch=batch or 1,
        free_batch=batch is None,
        **_numbers(path, told),
    )


def _weights(path: Path, graph: Any) -> tuple[Path, ...]:
    """Return the files beside an ONNX file in which it keeps tensors that are too large for itself."""
    names = {e.value for tensor in graph.initializer for e in tensor.external_data if e.key == "location"}
    for name in sorted(names):
        if not (path.parent / name).is_file():
            raise TrainingError(f"model: {path} keeps weights in {name}, which is not beside it; put it there")
    return tuple(path.parent / name for name in sorted(names))


def _tensor(value: Any) -> tuple[Tensor, int | None]:
    """Return an ONNX value without its batch, and the batch, None if free."""
    dimensions = value.type.tensor_type.shape.dim
    extents = [d.dim_value if d.HasField("dim_value") and d.dim_value > 0 else None for d in dimensions]
    return Tensor(name=value.name, shape=tuple(extents[1:])), (extents[0] if extents else None)


def _guess(outputs: Mapping[str, object]) -> str:
    return next((network for network, names in OUTPUTS.items() if set(names) <= set(outputs)), "")


def _told_classes(path: Path, told: Mapping[str, str]) -> list[str]:
    if "classes" not in told:
        raise TrainingError(
            f"classes: {path} does not name them; give them in channel order, e.g. classes=[palletjack]"
        )
    try:
        return [str(name) for name in json.loads(told["classes"])]
    except ValueError:
        raise TrainingError(f"classes: {path} holds {told['classes']!r}, wanted a JSON list; export it again") from None


def _labels(path: Path, network: str, scores: Tensor, classes: list[str]) -> tuple[str, ...]:
    channels = scores.shape[0] if network == "detectnet_v2" else scores.shape[-1]
    if channels is None or channels == len(classes):
        return tuple(classes)
    if network == "rtdetr" and channels == len(classes) + 1:
        return (BACKGROUND, *classes)
    raise TrainingError(f"classes: got {len(classes)} ({', '.join(classes)}), and {path} has {channels} channels")


def _size(path: Path, told: Mapping[str, str], picture: Tensor) -> tuple[int, int]:
    _, height, width = picture.shape
    if width is None or height is None:
        if not {"width", "height"} <= told.keys():
            raise TrainingError(f"model: {path} tells no input size; export it with a fixed width and height")
        return int(told["width"]), int(told["height"])
    if (int(told.get("width", width)), int(told.get("height", height))) != (width, height):
        raise TrainingError(
            f"model: {path} takes {width}x{height} and says {told.get('width')}x{told.get('height')}; export it again"
        )
    return width, height


def _numbers(path: Path, told: Mapping[str, str]) -> dict[str, float]:
    names = {
        "bbox_scale": "box_scale",
        "bbox_offset": "box_offset",
        "dbscan_eps": "eps",
        "coverage_threshold": "coverage_threshold",
    }
    try:
        return {ours: float(told[key]) for key, ours in names.items() if key in told}
    except ValueError as error:
        raise TrainingError(f"model: {path} holds a figure that is none ({error}); export it again") from None
