"""The materials that several assets share."""

from __future__ import annotations

from palletjack_dr.scenes.stage import Color, Material

STEEL = Material("Steel", (0.56, 0.57, 0.58), roughness=0.32, metallic=1.0)
DARK_STEEL = Material("DarkSteel", (0.045, 0.045, 0.05), roughness=0.45)
RUBBER = Material("Rubber", (0.022, 0.022, 0.024), roughness=0.85)
PLASTIC = Material("Plastic", (0.03, 0.03, 0.032), roughness=0.5)
WOOD = Material("Wood", (0.86, 0.9, 0.98), texture="wood_planks")
PLYWOOD = Material("Plywood", texture="wood_plywood")
CARDBOARD = Material("Cardboard", texture="cardboard")
TAPE = Material("Tape", (0.42, 0.27, 0.12), roughness=0.25)
LABEL = Material("Label", (0.78, 0.78, 0.76), roughness=0.6)


def paint(color: Color, name: str = "Paint") -> Material:
    """Return a worn paint of a linear RGB colour; "Paint" is the name that colour randomizers look for."""
    return Material(name, color, texture="metal_brushed")


def film(color: Color, name: str) -> Material:
    """Return stretch film through which goods of a linear RGB colour show."""
    return Material(name, color, texture="film_crumpled")


def cloth(color: Color, name: str) -> Material:
    """Return the cloth of clothes, of a linear RGB colour."""
    return Material(name, color, texture="cloth_twill")


def carton(index: int) -> Material:
    """Return one of a few kinds of cardboard: plain, printed, pale, dark."""
    shades = ((1.0, 1.0, 1.0), (0.9, 0.9, 0.9), (1.12, 1.12, 1.1), (0.7, 0.68, 0.66))
    kind, texture = index % len(shades), "cardboard_printed" if index % 4 == 1 else "cardboard"
    return Material(f"Cardboard{kind}", shades[kind], texture=texture)


WRAP = film((1.15, 1.15, 1.12), "Wrap")
