"""Generated content: USD assets and textures, made by formula and built into a cache on first use."""

from palletjack_dr.scenes.library import asset, cache, names, texture, texture_names
from palletjack_dr.scenes.textures import Texture

__all__ = ["Texture", "asset", "cache", "names", "texture", "texture_names"]
