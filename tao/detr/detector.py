"""A trained RT-DETR: the highest of all queries' scores, without non-maximum suppression."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from palletjack_dr.tao.detector import Detections, Detector, TrainingError
from palletjack_dr.tao.detr.network import RtDetr
from palletjack_dr.tao.detr.spec import Spec, read_spec
from palletjack_dr.tao.exported import BACKGROUND
from palletjack_dr.tao.fitting import fit_picture, unfit_boxes
from palletjack_dr.tao.onnx_files import OnnxModel

Answer = Callable[[torch.Tensor], tuple[torch.Tensor, torch.Tensor]]
"""Pictures (N, 3, H, W) in 0..1 to logits (N, queries, channels) and boxes (N, queries, 4), cx cy w h in 0..1."""


class RtDetrDetector(Detector):
    """Scores are in 0..1, at most ``most`` in each picture; one box may have two classes.

    ``channels`` are the logits' of ``classes``; pictures go to ``device`` before the network ``answer``s.
    """

    def __init__(
        self,
        answer: Answer,
        classes: Sequence[str],
        channels: Sequence[int],
        *,
        size: tuple[int, int],
        most: int,
        device: torch.device,
        fit: str = "letterbox",
    ) -> None:
        self.answer, self.channels, self.most, self.device = answer, list(channels), most, device
        self.classes, self.size, self.fit = tuple(classes), size, fit

    @torch.no_grad()
    def detect(self, pictures: Sequence[npt.NDArray[np.uint8]]) -> list[Detections]:
        """Return the detections of each picture (uint8, (H, W, 3), RGB, of any size), batched as given."""
        if not pictures:
            return []
        fitted = [fit_picture(picture, self.size, self.fit) for picture in pictures]
        stacked = torch.from_numpy(np.stack([canvas for canvas, _ in fitted])).to(self.device)
        logits, answered = self.answer(stacked.permute(0, 3, 1, 2).float() / 255)
        scores = logits[:, :, self.channels].float().sigmoid().flatten(1)
        best, places = scores.topk(min(self.most, scores.shape[1]), dim=1)
        boxes = answered.double().cpu().numpy()
        found = zip(pictures, fitted, boxes, best.double().cpu().numpy(), places.cpu().numpy(), strict=True)
        return [
            Detections(
                boxes=unfit_boxes(
                    _corners(boxes_of[place // len(self.classes)], self.size), fitting, picture.shape[1::-1]
                ),
                scores=score,
                classes=place % len(self.classes),
            )
            for picture, (_, fitting), boxes_of, score, place in found
        ]


def detector_of(model: RtDetr, spec: Spec, classes: Sequence[str], fit: str = "letterbox") -> RtDetrDetector:
    """Return a detector that runs ``model`` on the device that it is on."""

    def answer(pictures: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        was_training = model.training
        outputs = model.eval()(pictures)
        model.train(was_training)
        return outputs["logits"][:, -1], outputs["boxes"][:, -1]

    channels = model.channels.tolist()
    most, device = spec.model.num_select, model.channels.device
    return RtDetrDetector(answer, classes, channels, size=spec.detection_size, most=most, device=device, fit=fit)


def network_of(content: Mapping[str, Any]) -> tuple[RtDetr, Spec]:
    """Return the trained network of a checkpoint's content, and its spec."""
    spec = read_spec(content["spec"], "the checkpoint's spec")
    weights = content["model"]
    try:
        model = RtDetr(spec, weights["channels"].tolist())
        model.load_state_dict(weights)
    except (KeyError, RuntimeError) as error:
        reason = str(error).splitlines()[0]
        raise TrainingError(f"the checkpoint's weights do not fit its spec ({reason}); take an earlier one") from error
    return model.eval(), spec


def restore(content: Mapping[str, Any], device: str, fit: str) -> RtDetrDetector:
    """Return the detector that a checkpoint holds."""
    model, spec = network_of(content)
    return detector_of(model.to(device), spec, content["classes"], fit)


def from_onnx(model: OnnxModel, fit: str) -> RtDetrDetector:
    """Return the detector in an exported file."""
    named = [(name, channel) for channel, name in enumerate(model.metadata["classes"]) if name != BACKGROUND]

    def answer(pictures: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        logits, boxes = (torch.from_numpy(part) for part in model(pictures.numpy()))
        return logits, boxes

    return RtDetrDetector(
        answer,
        [name for name, _ in named],
        [channel for _, channel in named],
        size=(int(model.metadata["width"]), int(model.metadata["height"])),
        most=int(model.metadata["num_select"]),
        device=torch.device("cpu"),
        fit=fit,
    )


def _corners(boxes: npt.NDArray[np.float64], size: tuple[int, int]) -> npt.NDArray[np.float64]:
    """Return boxes (n, 4), cx cy w h in 0..1, as x1 y1 x2 y2 [px] of a picture of ``size`` (width, height)."""
    middle, half = boxes[:, :2], boxes[:, 2:] / 2
    return np.concatenate([middle - half, middle + half], axis=1) * [*size, *size]
