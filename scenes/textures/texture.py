"""What a texture is, how it is written, and the list of all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

import numpy as np

from palletjack_dr.scenes.textures import goods, ground, steel, walls
from palletjack_dr.scenes.textures.noise import Image

SIZE = 1024


@dataclass(frozen=True, kw_only=True)
class Texture:
    """Image files of one tiling surface; ``size_m`` is the real edge of one tile [m]."""

    name: str
    family: str
    albedo: Path
    roughness: Path
    normal: Path
    size_m: float


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """How a texture is made: ``paint(rng, size)`` returns sRGB albedo (n, n, 3), roughness and height [m] (n, n)."""

    family: str
    size_m: float
    paint: Callable[[np.random.Generator, int], tuple[Image, Image, Image]]


RECIPES: dict[str, Recipe] = {
    "concrete_smooth": Recipe(family="concrete", size_m=4.0, paint=ground.smooth_concrete),
    "concrete_worn": Recipe(family="concrete", size_m=4.0, paint=ground.worn_concrete),
    "epoxy_grey": Recipe(family="epoxy", size_m=4.0, paint=ground.grey_epoxy),
    "epoxy_green": Recipe(family="epoxy", size_m=4.0, paint=ground.green_epoxy),
    "asphalt": Recipe(family="asphalt", size_m=2.0, paint=ground.asphalt),
    "tiles_grey": Recipe(family="tiles", size_m=1.8, paint=ground.tiles),
    "brick_red": Recipe(family="brick", size_m=2.0, paint=walls.brick),
    "brick_painted": Recipe(family="brick", size_m=2.0, paint=walls.painted_brick),
    "plaster": Recipe(family="plaster", size_m=3.0, paint=walls.plaster),
    "metal_corrugated": Recipe(family="metal", size_m=1.2, paint=walls.corrugated),
    "metal_brushed": Recipe(family="metal", size_m=1.0, paint=walls.worn_paint),
    "steel_perforated": Recipe(family="pattern", size_m=0.1, paint=steel.perforated),
    "wood_planks": Recipe(family="wood", size_m=1.2, paint=goods.planks),
    "wood_plywood": Recipe(family="wood", size_m=1.2, paint=goods.plywood),
    "cardboard": Recipe(family="cardboard", size_m=0.8, paint=goods.cardboard),
    "pattern_hazard": Recipe(family="pattern", size_m=0.4, paint=goods.hazard_stripes),
}


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
        name=name, family=recipe.family, albedo=albedo, roughness=roughness, normal=normal, size_m=recipe.size_m
    )
