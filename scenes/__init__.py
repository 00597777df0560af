"""Generated content: USD assets and textures, made by formula and built into a cache on first use."""

from palletjack_dr.scenes.halls import HALLS, Hall
from palletjack_dr.scenes.library import asset, cache, hall, names, sky_map, texture, texture_names
from palletjack_dr.scenes.textures import Texture

__all__ = ["HALLS", "Hall", "Texture", "asset", "cache", "hall", "names", "sky_map", "texture", "texture_names"]
