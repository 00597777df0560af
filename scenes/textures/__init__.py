"""Tiling textures, made by formula: albedo, roughness and normal map of each."""

from palletjack_dr.scenes.textures.recipes import RECIPES, Recipe
from palletjack_dr.scenes.textures.texture import Texture, write_texture

__all__ = ["RECIPES", "Recipe", "Texture", "write_texture"]
