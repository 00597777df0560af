"""A trained detector, whatever its network: pictures in, boxes with scores out."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt

from palletjack_dr.errors import PalletjackError, did_you_mean

NETWORKS = {
    "detectnet_v2": "palletjack_dr.tao.detectnet_v2.detector",
    "rtdetr": "palletjack_dr.tao.detr.detector",
}
"""The networks that are trained here, and the module that brings one back: by
``restore(content, device, fit)`` from a checkpoint, by ``from_onnx(model, fit)`` from an exported file."""


class TrainingError(PalletjackError):
    """A training, evaluation or export that cannot go on: a bad spec, checkpoint, set or device."""


@dataclass(frozen=True, kw_only=True)
class Detections:
    """What was found in one picture, highest score first.

    ``boxes`` (N, 4) float, x1 y1 x2 y2 in pixels of the picture as given; ``scores`` (N,) float, of any positive
    range (DetectNet_v2's is a sum); ``classes`` (N,) int, indices into the detector's ``classes``.
    """

    boxes: npt.NDArray[np.float64]
    scores: npt.NDArray[np.float64]
    classes: npt.NDArray[np.int64]


class Detector(ABC):
    """Finds objects. ``size`` is the network's input (width, height) [px]; channels are in the order of ``classes``."""

    classes: tuple[str, ...]
    size: tuple[int, int]

    @abstractmethod
    def detect(self, pictures: Sequence[npt.NDArray[np.uint8]]) -> list[Detections]:
        """Return the detections of each picture (uint8, (H, W, 3), RGB, of any size), batched as given."""


def load_detector(checkpoint: Path, device: str = "auto", fit: str = "letterbox") -> Detector:
    """Return the detector of a checkpoint that a local training wrote, or of an ONNX file that ``export`` wrote.

    ``fit`` says how a picture of another shape is brought to the network's size: "letterbox" keeps its proportions
    and fills up, "stretch" does as TAO does. Raises ``TrainingError`` for a file that holds no detector.
    """
    if checkpoint.suffix == ".onnx":
        return _of_onnx(checkpoint, fit)
    content = read_checkpoint(checkpoint)
    restored: Detector = _module(checkpoint, content["network"]).restore(content, resolve_device(device), fit)
    return restored


def _of_onnx(path: Path, fit: str) -> Detector:
    from palletjack_dr.tao.onnx_files import OnnxModel

    model = OnnxModel(path)
    network = str(model.metadata.get("network"))
    restored: Detector = _module(path, network).from_onnx(model, fit)
    return restored


def _module(path: Path, network: str) -> ModuleType:
    if network not in NETWORKS:
        raise TrainingError(f"{path}: no network {network!r}{did_you_mean(network, NETWORKS)}")
    return import_module(NETWORKS[network])


def read_checkpoint(path: Path) -> dict[str, Any]:
    """Return what a checkpoint holds: "network" (a key of ``NETWORKS``), "spec" (text), "classes", "model", ..."""
    import torch

    if not path.is_file():
        raise TrainingError(f"{str(path)!r}: there is no such checkpoint; a training writes model.pt into its results")
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # torch raises whatever the broken file leads to
        raise TrainingError(f"{path}: cannot be read ({str(error).splitlines()[0]}); take an earlier one") from error
    if not isinstance(content, dict) or not {"network", "spec", "classes", "model"} <= content.keys():
        raise TrainingError(f"{path}: not a checkpoint of a local training; wanted the model.pt of a results folder")
    return content


def resolve_device(name: str) -> str:
    """Return a torch device; "auto" is the first GPU, or the CPU where there is none."""
    import torch

    if name != "auto":
        return name
    return "cuda" if torch.cuda.is_available() else "cpu"
