"""The learning rate of DetectNet_v2: a soft start, a plateau, an annealing, all exponential."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class SoftStartAnnealing:
    """Rates between ``low`` and ``high``; ``soft_start`` and ``annealing`` are shares of the training, in [0, 1)."""

    low: float
    high: float
    soft_start: float
    annealing: float

    def rate(self, progress: float) -> float:
        """Return the learning rate at ``progress``, the share of all steps done, in [0, 1]."""
        height = 1.0
        if progress < self.soft_start:
            height = progress / self.soft_start
        elif progress > self.annealing:
            height = (1 - progress) / (1 - self.annealing)
        return math.exp(math.log(self.low) + height * (math.log(self.high) - math.log(self.low)))
