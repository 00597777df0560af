"""Post-training quantization to INT8, by onnxruntime, with pictures that show it the range of every activation."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process

from palletjack_dr.tao.fitting import fit_picture
from palletjack_dr.tao.loading import read_file
from palletjack_dr.tao.onnx_files import OnnxModel


class _Pictures(CalibrationDataReader):  # type: ignore[misc]
    def __init__(self, name: str, pictures: Sequence[Path], size: tuple[int, int], fit: str) -> None:
        self.name, self.left = name, self._read(pictures, size, fit)

    def _read(self, pictures: Sequence[Path], size: tuple[int, int], fit: str) -> Iterator[npt.NDArray[np.float32]]:
        for path in pictures:
            canvas, _ = fit_picture(read_file(path), size, fit)
            yield (canvas.transpose(2, 0, 1)[None] / np.float32(255)).astype(np.float32)

    def get_next(self) -> dict[str, npt.NDArray[np.float32]] | None:
        picture = next(self.left, None)
        return None if picture is None else {self.name: picture}


def quantize(source: Path, target: Path, pictures: Sequence[Path], fit: str) -> None:
    """Write ``target``, the network of ``source`` with INT8 weights and activations (QDQ, weights per channel).

    ``pictures`` are some dozens to hundreds of those that the network will see; inputs are x / 255. The heads keep
    their precision: their few weights decide how good boxes are, and cost next to nothing.
    """
    original = OnnxModel(source)
    size = (int(original.metadata["width"]), int(original.metadata["height"]))
    prepared = target.with_suffix(".prepared.onnx")
    logging.getLogger("onnxruntime.quantization").setLevel(logging.ERROR)
    try:
        quant_pre_process(str(source), str(prepared), skip_symbolic_shape=True)
        graph = onnx.load(str(prepared)).graph
        ends = {output.name for output in graph.output}
        heads = [node.name for node in graph.node if _leads_to(node, ends, graph)]
        quantize_static(
            str(prepared),
            str(target),
            _Pictures(original.input, pictures, size, fit),
            quant_format=QuantFormat.QDQ,
            per_channel=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            nodes_to_exclude=heads,
        )
    finally:
        prepared.unlink(missing_ok=True)
    made = onnx.load(str(target))
    kept = {p.key: p.value for p in onnx.load(str(source), load_external_data=False).metadata_props}
    onnx.helper.set_model_props(made, kept | {"precision": "int8"})
    onnx.save(made, str(target))


def _leads_to(node: onnx.NodeProto, ends: set[str], graph: onnx.GraphProto) -> bool:
    """Return whether an output of the network hangs on a node without another convolution between."""
    names = set(node.output)
    while names:
        if names & ends:
            return True
        after = [n for n in graph.node if names & set(n.input) and n.op_type != "Conv"]
        names = {name for n in after for name in n.output}
    return False
