"""DetectNet_v2's part of a training."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from palletjack_dr.tao.detectnet_v2.average_precision import average_precision
from palletjack_dr.tao.detectnet_v2.detector import detector_of, untrained
from palletjack_dr.tao.detectnet_v2.experiment import DEFAULT_INTERVAL, Experiment
from palletjack_dr.tao.detectnet_v2.raster import Targets, rasterize
from palletjack_dr.tao.detectnet_v2.shapes import with_shapes_of
from palletjack_dr.tao.detectnet_v2.weights import load_pretrained
from palletjack_dr.tao.detector import Detector, TrainingError, read_checkpoint
from palletjack_dr.tao.recipe import Batch, Recipe, Results


class DetectNetRecipe(Recipe):
    """Trains what an experiment spec says."""

    network = "detectnet_v2"

    def __init__(self, text: str) -> None:
        experiment = self.experiment = Experiment.read(text)
        training, evaluation = experiment.message.training_config, experiment.message.evaluation_config
        self.spec, self.classes, self.size = text, experiment.classes, experiment.size
        self.sources, self.validation = experiment.sources(), experiment.validation()
        self.seed, self.epochs, self.batch_size = experiment.seed, training.num_epochs, training.batch_size_per_gpu
        self.checkpoint_interval = training.checkpoint_interval or DEFAULT_INTERVAL
        self.validation_interval = evaluation.validation_period_during_training
        self.first_validation = evaluation.first_validation_epoch
        self.patience = evaluation.early_stopping_patience_steps
        self.stretch = experiment.message.augmentation_config.preprocessing.enable_auto_resize
        self.augmentation, self.rasters, self.cost = experiment.augmentation(), experiment.rasters(), experiment.cost()
        self.schedule = experiment.schedule()
        torch.manual_seed(self.seed)
        self.model = self._model()
        convolutions = [m for m in self.model.modules() if isinstance(m, torch.nn.Conv2d)]
        self.kernels: list[torch.Tensor] = [p for m in convolutions for p in m.parameters() if p.requires_grad]

    def _model(self) -> torch.nn.Module:
        chosen = self.experiment.message.model_config
        model = untrained(self.experiment)
        file = chosen.pretrained_model_file
        if chosen.load_graph:  # of a pruned model, whose layers are narrower
            model = with_shapes_of(model, read_checkpoint(Path(file))["model"])
        if file:
            load_pretrained(model, file, chosen.num_layers)
        frozen = range(5) if chosen.freeze_pretrained_layers else [int(n) for n in chosen.freeze_blocks]
        if not file and (frozen or chosen.freeze_bn):
            raise TrainingError("model_config: freezing needs a pretrained_model_file; give one, or freeze nothing")
        model.freeze(list(frozen), norms=chosen.freeze_bn)
        return model

    def optimizer(self) -> torch.optim.Optimizer:
        """Return Adam over what is not frozen."""
        adam = self.experiment.message.training_config.optimizer.adam
        learning = [p for p in self.model.parameters() if p.requires_grad]
        return torch.optim.Adam(learning, lr=1.0, betas=(adam.beta1, adam.beta2), eps=adam.epsilon, fused=True)

    def rates(self, progress: float) -> Sequence[float]:
        """Return the one rate."""
        return [self.schedule.rate(progress)]

    def prepare(self, batch: Batch, generator: torch.Generator) -> tuple[torch.Tensor, tuple[Targets, torch.Tensor]]:
        """Return augmented pictures, and their targets with the weights of their sources."""
        pictures, boxes, classes = self.augmentation.apply(batch, generator)
        deadzone = self.experiment.message.bbox_rasterizer_config.deadzone_radius
        targets = rasterize(
            boxes,
            classes,
            self.rasters,
            self.experiment.grid,
            deadzone=deadzone,
            scale=self.experiment.scale,
            offset=self.experiment.offset,
            device=pictures.device,
        )
        return pictures, (targets, batch.weights.to(pictures.device, non_blocking=True))

    def losses(self, outputs: Any, targets: Any) -> dict[str, torch.Tensor]:
        """Return the cost of each class's objectives, and of the size of the weights."""
        logits, boxes = outputs
        wanted, picture_weights = targets
        found = self.cost.parts(logits, boxes, wanted, picture_weights)
        rule = self.experiment.message.training_config.regularizer
        if power := rule.type:
            norms = torch.stack(torch._foreach_norm(self.kernels, power))
            found["regularizer"] = rule.weight * (norms**power).sum()
        return found

    def end_epoch(self, sums: Mapping[str, float]) -> None:
        """Weigh the objectives anew."""
        self.cost.reweigh(sums)

    def state(self) -> dict[str, Any]:
        """Return the objectives' weights."""
        return {"weights": dict(self.cost.weights)}

    def load_state(self, state: Mapping[str, Any]) -> None:
        """Take up the objectives' weights."""
        self.cost.weights = dict(state["weights"])

    def detector(self, model: torch.nn.Module) -> Detector:
        """Return a detector that takes pictures as the training does."""
        return detector_of(self.experiment, model, "stretch")

    def average_precisions(self, results: Results) -> dict[str, float]:
        """Return what TAO's evaluation would."""
        found = {}
        for number, name in enumerate(self.classes):
            overlap, sizes, mode = self.experiment.evaluation(name)
            labels = [np.array([x.box for x in row if x.name == name], np.float64).reshape(-1, 4) for row, _ in results]
            boxes = [d.boxes[d.classes == number] for _, d in results]
            scores = [d.scores[d.classes == number] for _, d in results]
            found[name] = average_precision(boxes, scores, labels, overlap=overlap, sizes=sizes, mode=mode)
        return found
