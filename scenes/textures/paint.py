"""Paint on metal, from new to battered: neutral, so that a colour can multiply it, with dark spots where it is off."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from palletjack_dr.scenes.textures.marks import chips, scratches
from palletjack_dr.scenes.textures.noise import clouds, smoothstep, softened, speckle
from palletjack_dr.scenes.textures.painting import Painted, mixed, tinted

BARE = (0.3, 0.26, 0.23)
"""Steel that has darkened, sRGB."""


def worn(amount: float) -> Callable[[np.random.Generator, int], Painted]:
    """Return a painter of paint whose wear is ``amount``: 0 new, 1 battered."""

    def paint(rng: np.random.Generator, size: int) -> Painted:
        fine = scratches(rng, size, count=round(20 + 180 * amount), length=0.3, heading=0.0, spread=0.6)
        deep = softened(scratches(rng, size, count=round(70 * amount**1.5), length=0.2), 0.7)
        dust = smoothstep(-0.6, 2.6, clouds(rng, size, falloff=1.2, coarsest=3))
        grime = smoothstep(0.2, 2.4, clouds(rng, size, falloff=1.3, coarsest=4))
        blots = chips(rng, size, share=0.002 + 0.09 * amount**2, finest=1.0) if amount > 0.2 else np.zeros((size, size))
        off = np.clip(blots + 0.9 * deep, 0, 1)
        tone = 0.96 - 0.16 * amount * dust - 0.28 * amount * grime - 0.22 * (0.3 + 0.7 * amount) * fine
        tone += 0.01 * speckle(rng, size)
        rough = 0.3 + 0.22 * amount + 0.2 * amount * dust + 0.25 * amount * grime + 0.15 * fine + 0.2 * off
        height = 0.00003 * speckle(rng, size, grain=5) - 0.0001 * fine - 0.00025 * off
        bare = tinted(1 + 0.15 * clouds(rng, size, falloff=0.9, coarsest=8), BARE)
        return mixed(tinted(tone, (1.0, 1.0, 1.0)), bare, off), np.clip(rough, 0.05, 1.0), height

    return paint
