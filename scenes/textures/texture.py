"""What a texture is, and how it is painted and written."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

import numpy as np

from palletjack_dr.scenes.textures.recipes import RECIPES

SIZE = 1024


@dataclass(frozen=True, kw_only=True)
class Texture:
    """Image files of one tiling surface; ``size_m`` is the real edge of one tile [m], ``metallic`` 1 for bare metal."""

    name: str
    family: str
    albedo: Path
    roughness: Path
    normal: Path
    size_m: float
    metallic: float = 0.0


def write_texture(name: str, folder: Path) -> None:
    """Paint one texture and write its three images into ``folder``."""
    import cv2

    recipe = RECIPES[name]
    color, roughness, height = recipe.paint(np.random.default_rng(crc32(name.encode())), SIZE)
    slope = height * SIZE / recipe.size_m
    right, down = ((np.roll(slope, -1, axis) - np.roll(slope, 1, axis)) / 2 for axis in (1, 0))
    normal = np.stack([-right, down, np.ones_like(right)], axis=2)  # v points up, rows count down
    normal /= np.linalg.norm(normal, axis=2, keepdims=True)
    files = texture_files(name, folder)
    for file, image in (
        (files.albedo, color[..., ::-1]),
        (files.roughness, roughness),
        (files.normal, (normal[..., ::-1] + 1) / 2),
    ):
        cv2.imwrite(str(file), np.round(np.clip(image, 0, 1) * 255).astype(np.uint8), [cv2.IMWRITE_PNG_COMPRESSION, 4])


def texture_files(name: str, folder: Path) -> Texture:
    """Return where the images of a texture lie below ``folder``."""
    recipe = RECIPES[name]
    albedo, roughness, normal = (folder / f"{name}_{kind}.png" for kind in ("albedo", "roughness", "normal"))
    return Texture(
        name=name,
        family=recipe.family,
        albedo=albedo,
        roughness=roughness,
        normal=normal,
        size_m=recipe.size_m,
        metallic=recipe.metallic,
    )
