"""A trained DetectNet_v2 as a detector: grid of boxes to objects."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from palletjack_dr.tao.detectnet_v2.cluster import cluster
from palletjack_dr.tao.detectnet_v2.experiment import Experiment
from palletjack_dr.tao.detectnet_v2.network import DetectNet
from palletjack_dr.tao.detectnet_v2.raster import decode
from palletjack_dr.tao.detectnet_v2.shapes import with_shapes_of
from palletjack_dr.tao.detectnet_v2.weights import is_keras
from palletjack_dr.tao.detector import Detections, Detector
from palletjack_dr.tao.fitting import fit_picture, unfit_boxes
from palletjack_dr.tao.onnx_files import OnnxModel

Answer = Callable[[torch.Tensor], tuple[torch.Tensor, torch.Tensor]]
"""Pictures (N, 3, H, W) in [0, 1] to coverage (N, C, H/16, W/16) in [0, 1] and distances (N, C, 4, H/16, W/16)."""


class DetectNetDetector(Detector):
    """Makes objects of what the network ``answer``s on ``device``. Scores are sums of coverage: unlimited."""

    def __init__(self, answer: Answer, experiment: Experiment, device: torch.device, fit: str) -> None:
        self.answer, self.device, self.fit = answer, device, fit
        self.classes, self.size = experiment.classes, experiment.size
        self.scale, self.offset = experiment.scale, experiment.offset
        self.clustering = [experiment.clustering(name) for name in experiment.classes]

    @torch.no_grad()
    def detect(self, pictures: Sequence[npt.NDArray[np.uint8]]) -> list[Detections]:
        """Return the objects of each picture."""
        fitted = [fit_picture(p, self.size, self.fit) for p in pictures]
        stacked = torch.from_numpy(np.stack([canvas for canvas, _ in fitted])).to(self.device)
        coverage, distances = self.answer(stacked.permute(0, 3, 1, 2).float() / 255)
        cells = coverage.flatten(2).cpu().double().numpy()
        boxes = self._clipped(decode(distances.float(), self.scale, self.offset))
        found = []
        for picture, (_, fitting), c, b in zip(pictures, fitted, cells, boxes, strict=True):
            height, width = picture.shape[:2]
            found.append(self._objects(c, b, fitting, (width, height)))
        return found

    def _clipped(self, boxes: torch.Tensor) -> npt.NDArray[np.float64]:
        """Return decoded boxes (N, C, cells, 4), inside the network's input, none turned inside out."""
        limit = torch.tensor([*self.size, *self.size], device=boxes.device)[:, None]
        inside = torch.minimum(boxes.flatten(3).clamp(min=0), limit)
        inside[:, :, 2:] = torch.maximum(inside[:, :, 2:], inside[:, :, :2])
        rows: npt.NDArray[np.float64] = inside.transpose(2, 3).cpu().double().numpy()
        return rows

    def _objects(
        self,
        coverage: npt.NDArray[np.float64],
        boxes: npt.NDArray[np.float64],
        fitting: npt.NDArray[np.float64],
        size: tuple[int, int],
    ) -> Detections:
        parts = [cluster(b, c, how) for b, c, how in zip(boxes, coverage, self.clustering, strict=True)]
        scores = np.concatenate([s for _, s in parts])
        classes = np.concatenate([np.full(len(s), i, np.int64) for i, (_, s) in enumerate(parts)])
        order = np.argsort(-scores, kind="stable")
        placed = unfit_boxes(np.concatenate([b for b, _ in parts]), fitting, size)
        return Detections(boxes=placed[order], scores=scores[order], classes=classes[order])


def untrained(experiment: Experiment) -> DetectNet:
    """Return the network of a spec as it begins."""
    chosen = experiment.message.model_config
    return DetectNet(
        len(experiment.classes),
        depth=chosen.num_layers,
        all_projections=chosen.all_projections,
        same=is_keras(chosen.pretrained_model_file),
        norm=chosen.use_batch_norm,
        dropout=chosen.dropout_rate,
    )


def network_of(experiment: Experiment, weights: Mapping[str, torch.Tensor]) -> DetectNet:
    """Return the network of a spec with trained weights, as narrow as they are."""
    model = with_shapes_of(untrained(experiment), weights)
    model.load_state_dict(dict(weights))
    return model.eval()


def detector_of(experiment: Experiment, model: torch.nn.Module, fit: str) -> DetectNetDetector:
    """Return a model with the classes, the size and the clustering of its spec."""

    def answer(pictures: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        logits, distances = model.eval()(pictures)
        return torch.sigmoid(logits.float()), distances

    return DetectNetDetector(answer, experiment, next(model.parameters()).device, fit)


def restore(content: Mapping[str, Any], device: str, fit: str) -> DetectNetDetector:
    """Return the detector of a checkpoint's content."""
    experiment = Experiment.read(content["spec"])
    return detector_of(experiment, network_of(experiment, content["model"]).to(device), fit)


def from_onnx(model: OnnxModel, fit: str) -> DetectNetDetector:
    """Return the detector in an exported file."""

    def answer(pictures: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        coverage, distances = (torch.from_numpy(part) for part in model(pictures.numpy()))
        return coverage, distances.view(len(distances), -1, 4, *distances.shape[-2:])

    return DetectNetDetector(answer, Experiment.read(model.metadata["spec"]), torch.device("cpu"), fit)
