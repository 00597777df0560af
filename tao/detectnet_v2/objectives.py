"""The losses of DetectNet_v2, and how their weights follow the course of the training."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import torch

from palletjack_dr.tao.detectnet_v2.raster import Targets

OBJECTIVES: Final = ("cov", "bbox")
TINY: Final = 1e-5


@dataclass(frozen=True, kw_only=True)
class ClassObjectives:
    """The part of one class in the cost: ``weight`` of the class, of its ``foreground`` cells, of each objective.

    ``initial`` and ``aim`` are by name of ``OBJECTIVES``: the weight at the start, and the share of the cost that
    automatic weighting aims at.
    """

    name: str
    weight: float
    foreground: float
    initial: Mapping[str, float]
    aim: Mapping[str, float]


@dataclass(kw_only=True)
class Cost:
    """The cost of an answer. ``weights`` (class, objective) change at the end of each epoch where ``automatic``."""

    classes: Sequence[ClassObjectives]
    automatic: bool
    least: float
    most: float
    weights: dict[str, float] = field(init=False)

    def __post_init__(self) -> None:
        """Start with the initial weights, each class's summing to 1."""
        self.weights = {
            key(c.name, o): c.initial[o] / sum(c.initial[p] for p in OBJECTIVES)
            for c in self.classes
            for o in OBJECTIVES
        }

    def parts(
        self, logits: torch.Tensor, boxes: torch.Tensor, targets: Targets, picture_weights: torch.Tensor
    ) -> dict[str, torch.Tensor]:
        """Return the weighted cost of every class and objective, scalars; their sum is to be minimised.

        ``logits`` and ``boxes`` are the network's answer, ``picture_weights`` (N,) multiply each picture's cells.
        """
        answered = torch.sigmoid(logits.float())
        cov, boxes = targets.coverage, boxes.float()
        per_picture = picture_weights[:, None, None]
        total = sum(c.weight for c in self.classes)
        found = {}
        for channel, c in enumerate(self.classes):
            t, p = cov[:, channel], answered[:, channel]
            cross = -(t * torch.log(p + TINY) + (1 - t) * torch.log(1 - p + TINY))
            balance = torch.where(t > 0.5, c.foreground, 1 - c.foreground)
            off = (boxes[:, channel] - targets.boxes[:, channel]).abs() * targets.weight[:, channel, None]
            costs = {"cov": (cross * balance * per_picture).mean(), "bbox": (off * per_picture[:, None]).mean()}
            for objective, cost in costs.items():
                name = key(c.name, objective)
                found[name] = cost * (self.weights[name] * c.weight / total)
        return found

    def reweigh(self, sums: Mapping[str, float]) -> None:
        """Set the weights from an epoch's sums of ``parts``, so that objectives come to their aimed shares.

        A class of which any sum is zero keeps its weights.
        """
        if not self.automatic:
            return
        total = sum(c.weight for c in self.classes)
        for c in self.classes:
            names = {o: key(c.name, o) for o in OBJECTIVES}
            raw = {o: sums[n] / (self.weights[n] * c.weight / total) for o, n in names.items()}
            if min(raw.values()) <= 0:
                continue
            wanted = {o: c.aim[o] / raw[o] for o in OBJECTIVES}
            for o, n in names.items():
                self.weights[n] = min(max(wanted[o] / sum(wanted.values()), self.least), self.most)


def key(name: str, objective: str) -> str:
    """Return under which name the cost of a class's objective is kept: "palletjack/cov"."""
    return f"{name}/{objective}"
