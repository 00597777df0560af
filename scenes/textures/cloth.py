"""Woven cloth, as clothes are made of."""

from __future__ import annotations

import numpy as np

from palletjack_dr.scenes.textures.noise import clouds, smoothstep, speckle
from palletjack_dr.scenes.textures.painting import Painted, tinted


def twill(rng: np.random.Generator, size: int) -> Painted:
    """Washed twill, neutral, so that a colour can multiply it: soft folds along v, creases, wear on their ridges."""
    folds = clouds(rng, size, falloff=2.2, stretch=(2.6, 0.6), coarsest=3)
    creases = np.exp(-np.abs(clouds(rng, size, falloff=1.9, stretch=(0.6, 1.6), coarsest=3)) / 0.12)
    threads = speckle(rng, size, grain=1.2)
    tone = 0.74 + 0.07 * folds - 0.07 * creases + 0.05 * smoothstep(0.6, 2.0, folds) + 0.03 * threads
    return tinted(tone, (1.0, 1.0, 1.0)), 0.93 + 0.02 * threads, 0.004 * folds - 0.002 * creases
