"""RT-DETR's part of a training, by TAO's rtdetr spec."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import Any

import torch

from palletjack_dr.tao.detector import Detector, TrainingError
from palletjack_dr.tao.detr.augmentation import clip_boxes, distort, draw_windows, move_boxes, see
from palletjack_dr.tao.detr.detector import detector_of
from palletjack_dr.tao.detr.network import RtDetr, fill, losses
from palletjack_dr.tao.detr.sources import read_categories, read_source
from palletjack_dr.tao.detr.spec import read_spec
from palletjack_dr.tao.recipe import Batch, Recipe

MIRROR = 0.5
"""Share of the pictures that are mirrored, which TAO's spec has no field for."""


class RtDetrRecipe(Recipe):
    """RT-DETR with AdamW or SGD, a rate of its own for the backbone, and steps down at given epochs.

    Sources have one weight: the losses are normalised over the batch, so ``Batch.weights`` is not looked at.
    """

    stretch = True
    model: RtDetr

    def __init__(self, text: str, where: str) -> None:
        """Read the spec ``text``, which ``where`` names in errors, and the categories of its sources; build the model.

        Raises ``TrainingError`` for a spec, source or file of weights that cannot be used.
        """
        self._spec = spec = read_spec(text, where)
        train, data = spec.train, spec.dataset
        if not data.train_data_sources or not data.val_data_sources:
            raise TrainingError(f"{where}: wanted dataset.train_data_sources and dataset.val_data_sources")
        ids = read_categories(data.train_data_sources, f"{where}: dataset.train_data_sources", data.num_classes)
        self.network = "rtdetr"
        self.spec = text
        self.classes = tuple(ids)
        self.size = spec.size
        self.sources = [
            read_source(entry, f"{where}: dataset.train_data_sources[{n}]")
            for n, entry in enumerate(data.train_data_sources)
        ]
        self.validation = read_source(data.val_data_sources, f"{where}: dataset.val_data_sources")
        self.seed = train.seed
        self.epochs = train.num_epochs
        self.batch_size = data.batch_size
        self.checkpoint_interval = train.checkpoint_interval
        self.validation_interval = train.validation_interval
        self.clip_norm = train.clip_grad_norm
        self.average = train.ema.decay if train.enable_ema else 0.0
        self._steps = 0
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(train.seed)
            self.model = RtDetr(spec, tuple(ids.values()))
        fill(self.model, spec)

    def optimizer(self) -> torch.optim.Optimizer:
        """Return the optimizer over backbone and rest, each in two groups: weights, then norms and biases undecayed."""
        groups: list[list[torch.nn.Parameter]] = [[], [], [], []]
        for name, parameter in self.model.named_parameters():
            if parameter.requires_grad:
                rest = not name.startswith("core.backbone.")
                groups[2 * rest + (parameter.ndim < 2)].append(parameter)
        optim = self._spec.train.optim
        settings = [
            {"params": group, "lr": rate, "weight_decay": optim.weight_decay * (number % 2 == 0)}
            for number, (group, rate) in enumerate(zip(groups, self.rates(0), strict=True))
        ]
        if optim.optimizer == "SGD":
            return torch.optim.SGD(settings, momentum=optim.momentum)
        return torch.optim.AdamW(settings)

    def rates(self, progress: float) -> Sequence[float]:
        """Return the rate of each group: backbone twice, rest twice; both warm up and step down together."""
        optim = self._spec.train.optim
        epoch = progress * self.epochs + 1e-6  # so that the first step of an epoch is not taken for the last one's
        if optim.lr_scheduler == "MultiStep":
            falls = bisect_right(sorted(optim.lr_steps), epoch)
        else:
            falls = int(epoch / optim.lr_step_size)
        factor = optim.lr_decay**falls * min(1.0, (self._steps + 1) / (optim.warmup_steps + 1))
        return [optim.lr_backbone * factor] * 2 + [optim.lr * factor] * 2

    def prepare(self, batch: Batch, generator: torch.Generator) -> tuple[torch.Tensor, list[dict[str, torch.Tensor]]]:
        """Return pictures in 0..1 and, for each, "class_labels" (n,) channels and "boxes" (n, 4) cx cy w h in 0..1.

        All pictures of the batch get one of the spec's sizes. The model is told the targets too, for denoising.
        """
        self._steps += 1
        device = batch.pictures.device
        seed = int(torch.randint(2**62, (1,), generator=generator))
        generator = torch.Generator(device).manual_seed(seed)
        augmentation = self._spec.dataset.augmentation
        height, width = batch.pictures.shape[2:]
        shares = [(boxes / boxes.new_tensor([width, height, width, height])).to(device) for boxes in batch.boxes]
        windows = draw_windows(shares, augmentation.iou_crop_prob, MIRROR, generator)
        sizes = self._spec.scaled_sizes
        draw = torch.randint(2**31, (2,), generator=generator, device=device).tolist()
        size = sizes[draw[0] % len(sizes)]
        pictures = distort(batch.pictures.float() / 255, augmentation.distortion_prob, generator)
        targets = []
        for boxes, classes, window in zip(shares, batch.classes, windows, strict=True):
            clipped, stay = clip_boxes(move_boxes(boxes, window), size)
            middle, extent = (clipped[:, :2] + clipped[:, 2:]) / 2, clipped[:, 2:] - clipped[:, :2]
            channels = self.model.channels.to(device)[classes.to(device)]
            targets.append({"class_labels": channels[stay], "boxes": torch.cat([middle, extent], dim=1)[stay]})
        self.model.hint(targets, draw[1])
        return see(pictures, windows, size), targets

    def losses(self, outputs: Mapping[str, Any], targets: list[dict[str, torch.Tensor]]) -> dict[str, torch.Tensor]:
        """Return "vfl", "l1", "giou" and "denoising", with the spec's coefficients."""
        return losses(self.model.config, outputs, targets)

    def detector(self, model: torch.nn.Module) -> Detector:
        """Return a detector that runs ``model``, the recipe's or a copy of it with other weights."""
        model = model if isinstance(model, RtDetr) else getattr(model, "module", model)  # of an AveragedModel
        if not isinstance(model, RtDetr):
            raise TypeError(f"got a {type(model).__name__}, wanted an RtDetr")
        return detector_of(model, self._spec, self.classes)

    def state(self) -> dict[str, Any]:
        """Return the number of batches so far, for the warm-up."""
        return {"steps": self._steps}

    def load_state(self, state: Mapping[str, Any]) -> None:
        """Go on with the warm-up."""
        self._steps = int(state["steps"])
