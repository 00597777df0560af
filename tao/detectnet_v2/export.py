"""DetectNet_v2 as ONNX, as TAO's export names and shapes it, so that its consumers take either."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import torch

from palletjack_dr.tao.detectnet_v2.detector import network_of
from palletjack_dr.tao.detectnet_v2.experiment import Experiment
from palletjack_dr.tao.onnx_files import write_onnx

INPUT: Final = "input_1:0"
OUTPUTS: Final = ("output_cov/Sigmoid:0", "output_bbox/BiasAdd:0")


class _Named(torch.nn.Module):
    """Coverage in [0, 1], (N, C, H/16, W/16), and box distances, (N, 4C, H/16, W/16), class by class."""

    def __init__(self, model: torch.nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, pictures: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        logits, boxes = self.model(pictures)
        return torch.sigmoid(logits), boxes.flatten(1, 2)


def export(content: Mapping[str, Any], path: Path, *, opset: int) -> float:
    """Write a checkpoint's content to ``path``; return how far onnxruntime's answer is from torch's."""
    experiment = Experiment.read(content["spec"])
    clustering = experiment.clustering(content["classes"][0])
    metadata = {
        "network": content["network"],
        "classes": list(content["classes"]),
        "width": content["size"][0],
        "height": content["size"][1],
        "bbox_scale": experiment.scale,
        "bbox_offset": experiment.offset,
        "dbscan_eps": clustering.dbscan_eps,
        "coverage_threshold": clustering.coverage_threshold,
        "spec": content["spec"],
    }
    size = (int(content["size"][0]), int(content["size"][1]))
    model = _Named(network_of(experiment, content["model"]))
    return write_onnx(model, path, size=size, names=(INPUT, OUTPUTS), metadata=metadata, opset=opset)
