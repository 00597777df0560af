"""ONNX files that say what they are: the network, its classes, its input and its spec travel as metadata."""

from __future__ import annotations

import json
import logging
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from palletjack_dr.tao.detector import TrainingError

TOLERANCE = 1e-3
"""How far onnxruntime's answer may be from torch's."""


def write_onnx(
    model: torch.nn.Module,
    path: Path,
    *,
    size: tuple[int, int],
    names: tuple[str, Sequence[str]],
    metadata: Mapping[str, Any],
    opset: int,
) -> float:
    """Export ``model`` with a free batch size, and return by how much onnxruntime's answer differs from torch's.

    ``size`` is the input (width, height) [px], ``names`` those of the input and the outputs, ``metadata`` is stored
    as JSON under its keys. Raises ``TrainingError`` if the two differ by more than ``TOLERANCE``.
    """
    model = model.cpu().eval()
    sample = torch.rand(2, 3, size[1], size[0], generator=torch.Generator().manual_seed(0))
    path.parent.mkdir(parents=True, exist_ok=True)
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the exporter, about its own parts
        torch.onnx.export(
            model,
            (sample,),
            str(path),
            input_names=[names[0]],
            output_names=list(names[1]),
            dynamic_shapes=({0: torch.export.Dim("batch", min=1, max=1024)},),
            opset_version=opset,
            external_data=False,
            dynamo=True,
            verbose=False,
        )
    stamp(path, metadata)
    return difference(model, path, sample[:1])


def stamp(path: Path, metadata: Mapping[str, Any]) -> None:
    """Store ``metadata`` in an ONNX file, as JSON under its keys."""
    import onnx

    graph = onnx.load(str(path))
    onnx.helper.set_model_props(graph, {key: _text(value) for key, value in metadata.items()})
    onnx.save(graph, str(path))


def difference(model: torch.nn.Module, path: Path, sample: torch.Tensor) -> float:
    """Return by how much onnxruntime's answer differs from torch's; too much raises ``TrainingError``."""
    with torch.no_grad():
        wanted = [part.numpy() for part in model(sample)]
    answered = OnnxModel(path)(sample.numpy())
    return agreed(max(float(np.abs(a - b).max()) for a, b in zip(wanted, answered, strict=True)), path)


def agreed(largest: float, path: Path) -> float:
    """Return the largest difference between the two, or raise ``TrainingError`` if it is too large."""
    if not largest <= TOLERANCE:
        raise TrainingError(f"{path}: onnxruntime answers {largest:.2g} away from torch, wanted {TOLERANCE:g} or less")
    return largest


class OnnxModel:
    """An ONNX file run by onnxruntime on the CPU. ``metadata`` is what ``write_onnx`` stored."""

    def __init__(self, path: Path) -> None:
        import onnxruntime

        if not path.is_file():
            raise TrainingError(f"{str(path)!r}: there is no such file; 'palletjack-dr export' writes one")
        try:
            self.session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime has no common class of its errors
            raise TrainingError(f"{path}: not an ONNX file that runs ({str(error).splitlines()[0]})") from error
        self.input = self.session.get_inputs()[0].name
        stored = self.session.get_modelmeta().custom_metadata_map
        self.metadata: dict[str, Any] = {key: _value(text) for key, text in stored.items()}

    def __call__(self, pictures: npt.NDArray[np.float32]) -> list[npt.NDArray[np.float32]]:
        """Return the outputs for pictures (N, 3, H, W)."""
        answered: list[npt.NDArray[np.float32]] = self.session.run(None, {self.input: pictures})
        return answered


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
