"""What differs between networks in a training; the loop around it is the same for all."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from palletjack_dr.tao.detector import Detections, Detector
from palletjack_dr.tao.labelled_set import Label

if TYPE_CHECKING:
    import torch


Results = Sequence[tuple[Sequence[Label], Detections]]
"""The labels and the detections of each picture, in pixels of the network's input."""


@dataclass(frozen=True, kw_only=True)
class Source:
    """Pictures to train on or to validate with: a ``folder`` that ``LabelledSet`` reads, its loss times ``weight``.

    ``table`` is a COCO file about the pictures in ``folder``; without it the folder tells what is in them.
    """

    folder: Path
    table: Path | None = None
    split: str | None = None
    weight: float = 1.0
    classes: Mapping[str, str] | None = None
    """Class names of the folder -> classes of the network; others are left out. None: all, under their own names."""


@dataclass(frozen=True, kw_only=True)
class Batch:
    """N pictures at the network's size, on the training's device, and what is in them, on the CPU.

    ``pictures`` uint8 (N, 3, H, W), RGB; per picture ``boxes`` float32 (n, 4), x1 y1 x2 y2 [px], and ``classes``
    int64 (n,), channel numbers; ``weights`` float32 (N,), of the source that each picture comes from.
    """

    pictures: torch.Tensor
    boxes: Sequence[torch.Tensor]
    classes: Sequence[torch.Tensor]
    weights: torch.Tensor


class Recipe(ABC):
    """One network's part of a training, built from its spec: model, targets, losses, optimizer, schedule.

    The loop moves ``model`` to the device, calls ``parameter_groups`` and ``rates`` for the optimizer, and for each
    step ``prepare`` (augmentation, on the device) and ``losses``; it owns data, checkpoints, status and progress.
    """

    network: str
    """The key of ``detector.NETWORKS`` under which checkpoints are restored."""
    spec: str
    """The text of the spec, stored in checkpoints."""
    classes: tuple[str, ...]
    size: tuple[int, int]
    """Input (width, height) [px]."""
    sources: Sequence[Source]
    validation: Source
    seed: int
    epochs: int
    batch_size: int
    checkpoint_interval: int
    """Epochs between checkpoints."""
    validation_interval: int
    """Epochs between validations; the last epoch is validated too."""
    first_validation: int = 1
    patience: int = 0
    """Validations without a better figure after which the training ends; 0: never."""
    clip_norm: float = 0.0
    """Largest norm of the gradient; 0: unlimited."""
    average: float = 0.0
    """Decay of the moving average of the weights that is validated and kept in the end; 0: none."""
    stretch: bool = False
    """Whether pictures of another size are stretched to ``size``; else they are cut, or filled up with black."""
    model: torch.nn.Module

    @abstractmethod
    def optimizer(self) -> torch.optim.Optimizer:
        """Return the optimizer over the parameters of ``model``, one group for each rate of ``rates``."""

    @abstractmethod
    def rates(self, progress: float) -> Sequence[float]:
        """Return the learning rate of each parameter group at ``progress``, the share of all steps done, in [0, 1)."""

    @abstractmethod
    def prepare(self, batch: Batch, generator: torch.Generator) -> tuple[torch.Tensor, Any]:
        """Return the augmented input float (N, 3, H, W) and targets for ``losses``.

        ``generator`` lives on the CPU and is the only source of chance, so that every device draws alike. A step
        that never asks the device for a value keeps it busy.
        """

    @abstractmethod
    def losses(self, outputs: Any, targets: Any) -> dict[str, torch.Tensor]:
        """Return the named parts, of which the loop minimises the sum; scalars, in float32.

        ``outputs`` is what ``model`` returned for the input; the loop runs the model itself under autocast.
        """

    @abstractmethod
    def detector(self, model: torch.nn.Module) -> Detector:
        """Return a detector that runs ``model`` (which may be the averaged one) on the device that it is on."""

    def average_precisions(self, results: Results) -> dict[str, float]:
        """Return each class's average precision in [0, 1] as the network's own evaluation has it; none: COCO's."""
        return {}

    def end_epoch(self, sums: Mapping[str, float]) -> None:  # noqa: B027  # most networks have nothing to do
        """Look at the epoch's sums of the losses, e.g. to weigh objectives anew."""

    def state(self) -> dict[str, Any]:
        """Return what beside the weights a checkpoint must keep."""
        return {}

    def load_state(self, state: Mapping[str, Any]) -> None:  # noqa: B027  # the counterpart of ``state``
        """Take up what ``state`` returned."""
