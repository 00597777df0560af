"""RT-DETR as ONNX, with the names and shapes that TAO's export of rtdetr has."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.jit._trace import TracerWarning

from palletjack_dr.tao.detr.detector import network_of
from palletjack_dr.tao.detr.network import RtDetr
from palletjack_dr.tao.exported import BACKGROUND
from palletjack_dr.tao.onnx_files import OnnxModel, agreed, stamp


class _Heads(nn.Module):
    """The last decoder layer's logits and boxes."""

    def __init__(self, model: RtDetr) -> None:
        super().__init__()
        self.core = model.core

    def forward(self, inputs: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        found = self.core(inputs)
        return found.intermediate_logits[:, -1], found.intermediate_reference_points[:, -1]


def export(content: Mapping[str, Any], path: Path, *, opset: int) -> float:
    """Write a checkpoint's content to ``path``; return how far onnxruntime's answer is from torch's.

    Input ``inputs`` float (N, 3, H, W), RGB in 0..1, N free; outputs ``pred_logits`` (N, queries, channels), before
    the sigmoid, and ``pred_boxes`` (N, queries, 4), cx cy w h in 0..1. The metadata has "network", "width", "height",
    "num_select" and "classes", a JSON list with one name for each channel: one without a class is "background".
    """
    import onnx

    model, spec = network_of(content)
    width, height = spec.detection_size
    channels = [BACKGROUND] * spec.dataset.num_classes
    for name, channel in zip(content["classes"], model.channels.tolist(), strict=True):
        channels[channel] = name
    heads = _Heads(model).eval()
    path.parent.mkdir(parents=True, exist_ok=True)
    sample = torch.rand(2, 3, height, width, generator=torch.Generator().manual_seed(0))
    with warnings.catch_warnings(), torch.no_grad():
        for known in (".*legacy TorchScript-based ONNX export", "The feature will be removed"):
            warnings.filterwarnings("ignore", category=DeprecationWarning, message=known)
        warnings.filterwarnings("ignore", category=TracerWarning)  # the size of the input is fixed
        torch.onnx.export(
            heads,
            (sample,),
            str(path),
            input_names=["inputs"],
            output_names=["pred_logits", "pred_boxes"],
            dynamic_axes={"inputs": {0: "batch"}, "pred_logits": {0: "batch"}, "pred_boxes": {0: "batch"}},
            opset_version=opset,
            dynamo=False,
        )
    metadata = {"network": "rtdetr", "classes": channels, "width": width, "height": height}
    stamp(path, metadata | {"num_select": spec.model.num_select})
    onnx.checker.check_model(str(path))
    return agreed(_difference(heads, path, sample[:1]), path)


def _difference(heads: nn.Module, path: Path, sample: torch.Tensor) -> float:
    """Return by how much a query's answer differs from the nearest of the other's: equal scores may change places."""
    with torch.no_grad():
        wanted = torch.cat(heads(sample), dim=2)[0]
    answered = torch.cat([torch.from_numpy(part) for part in OnnxModel(path)(sample.numpy())], dim=2)[0]
    apart = (wanted[:, None] - answered[None]).abs().amax(dim=2)
    return float(torch.maximum(apart.amin(dim=0).max(), apart.amin(dim=1).max()))
