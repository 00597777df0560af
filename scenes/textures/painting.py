"""What a recipe paints, and how two surfaces are laid over one another."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from palletjack_dr.scenes.textures.noise import Image

Painted = tuple[Image, Image, Image]
"""sRGB albedo (n, n, 3), roughness (n, n) and height [m] (n, n) of one tile."""


def tinted(tone: Image, color: Sequence[float]) -> Image:
    """Return ``color`` at every pixel, times the pixel's tone."""
    made: Image = tone[..., None] * np.asarray(color)
    return made


def mixed(below: Image | Sequence[float], above: Image | Sequence[float], share: Image) -> Image:
    """Return ``share`` of the colour above and the rest of the colour below."""
    made: Image = np.asarray(below) * (1 - share[..., None]) + np.asarray(above) * share[..., None]
    return made
