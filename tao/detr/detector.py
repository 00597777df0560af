"""A trained RT-DETR: the highest of all queries' scores, without non-maximum suppression."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from palletjack_dr.tao.detector import Detections, Detector, TrainingError
from palletjack_dr.tao.detr.network import RtDetr
from palletjack_dr.tao.detr.spec import Spec, read_spec
from palletjack_dr.tao.fitting import fit_picture, unfit_boxes


class RtDetrDetector(Detector):
    """Scores are in 0..1, at most ``model.num_select`` of the spec in each picture; one box may have two classes."""

    def __init__(self, model: RtDetr, spec: Spec, classes: Sequence[str], fit: str = "letterbox") -> None:
        """Run ``model`` on the device that it is on; ``fit`` is one of ``fitting.FITS``."""
        self.model = model
        self.spec = spec
        self.classes = tuple(classes)
        self.size = spec.detection_size
        self.fit = fit

    def detect(self, pictures: Sequence[npt.NDArray[np.uint8]]) -> list[Detections]:
        """Return the detections of each picture (uint8, (H, W, 3), RGB, of any size), batched as given."""
        if not pictures:
            return []
        fitted = [fit_picture(picture, self.size, self.fit) for picture in pictures]
        stacked = torch.from_numpy(np.stack([canvas for canvas, _ in fitted])).to(self.model.channels.device)
        was_training = self.model.training
        self.model.eval()
        with torch.no_grad():
            outputs = self.model(stacked.permute(0, 3, 1, 2).float() / 255)
        self.model.train(was_training)
        scores = outputs["logits"][:, -1][:, :, self.model.channels].float().sigmoid().flatten(1)
        best, places = scores.topk(min(self.spec.model.num_select, scores.shape[1]), dim=1)
        boxes = outputs["boxes"][:, -1].double().cpu().numpy()
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


def restore(content: Mapping[str, Any], device: str, fit: str) -> RtDetrDetector:
    """Return the detector that a checkpoint holds."""
    spec = read_spec(content["spec"], "the checkpoint's spec")
    weights = content["model"]
    try:
        model = RtDetr(spec, weights["channels"].tolist())
        model.load_state_dict(weights)
    except (KeyError, RuntimeError) as error:
        reason = str(error).splitlines()[0]
        raise TrainingError(f"the checkpoint's weights do not fit its spec ({reason}); take an earlier one") from error
    return RtDetrDetector(model.to(device).eval(), spec, content["classes"], fit)


def _corners(boxes: npt.NDArray[np.float64], size: tuple[int, int]) -> npt.NDArray[np.float64]:
    """Return boxes (n, 4), cx cy w h in 0..1, as x1 y1 x2 y2 [px] of a picture of ``size`` (width, height)."""
    middle, half = boxes[:, :2], boxes[:, 2:] / 2
    return np.concatenate([middle - half, middle + half], axis=1) * [*size, *size]
