"""RT-DETR as ONNX, with the names and shapes that TAO's export of rtdetr has."""

from __future__ import annotations

import copy
import json
import warnings
from pathlib import Path

import torch
from torch import nn
from torch.jit._trace import TracerWarning

from palletjack_dr.tao.detr.detector import RtDetrDetector
from palletjack_dr.tao.detr.network import RtDetr

OPSET = 17


class _Heads(nn.Module):
    """The last decoder layer's logits and boxes."""

    def __init__(self, model: RtDetr) -> None:
        super().__init__()
        self.core = model.core

    def forward(self, inputs: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        found = self.core(inputs)
        return found.intermediate_logits[:, -1], found.intermediate_reference_points[:, -1]


def export(detector: RtDetrDetector, path: Path) -> Path:
    """Write ``path`` and return it.

    Input ``inputs`` float (N, 3, H, W), RGB in 0..1, N free; outputs ``pred_logits`` (N, queries, channels), before
    the sigmoid, and ``pred_boxes`` (N, queries, 4), cx cy w h in 0..1. The metadata has "network", "width",
    "height" and "classes", a JSON list with one name for each channel: a channel without a class is "background".
    """
    import onnx

    width, height = detector.size
    channels = ["background"] * detector.spec.dataset.num_classes
    for name, channel in zip(detector.classes, detector.model.channels.tolist(), strict=True):
        channels[channel] = name
    heads = _Heads(copy.deepcopy(detector.model)).cpu().eval()
    path.parent.mkdir(parents=True, exist_ok=True)
    with warnings.catch_warnings(), torch.no_grad():
        for known in (".*legacy TorchScript-based ONNX export", "The feature will be removed"):
            warnings.filterwarnings("ignore", category=DeprecationWarning, message=known)
        warnings.filterwarnings("ignore", category=TracerWarning)  # the size of the input is fixed
        torch.onnx.export(
            heads,
            (torch.zeros(2, 3, height, width),),
            str(path),
            input_names=["inputs"],
            output_names=["pred_logits", "pred_boxes"],
            dynamic_axes={"inputs": {0: "batch"}, "pred_logits": {0: "batch"}, "pred_boxes": {0: "batch"}},
            opset_version=OPSET,
            dynamo=False,
        )
    model = onnx.load(str(path))
    facts = {"network": "rtdetr", "classes": json.dumps(channels), "width": str(width), "height": str(height)}
    onnx.helper.set_model_props(model, facts)
    onnx.checker.check_model(model)
    onnx.save(model, str(path))
    return path
