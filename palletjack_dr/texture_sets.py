"""Texture sets by name: the built-in tiles, and the user's own image files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from palletjack_dr.errors import SceneError, did_you_mean


@dataclass(frozen=True, kw_only=True)
class TextureSet:
    """Image files of one surface; '' = none. ``size_m`` is the edge of one tile [m], 0 = the mesh's own UVs."""

    albedo: str
    roughness: str
    normal: str
    size_m: float
    metallic: float = 0.0


def texture_set(name: str) -> TextureSet:
    """Return a texture set: the name of a built-in one ("concrete_smooth"), or the path of an image file."""
    from palletjack_dr import scenes

    if Path(name).is_file():
        return TextureSet(albedo=name, roughness="", normal="", size_m=1.0)
    if name not in scenes.texture_names():
        raise SceneError(
            f"no texture {name!r}: neither a file nor a built-in set{did_you_mean(name, scenes.texture_names())}"
        )
    found = scenes.texture(name)
    return TextureSet(
        albedo=str(found.albedo),
        roughness=str(found.roughness),
        normal=str(found.normal),
        size_m=found.size_m,
        metallic=found.metallic,
    )
