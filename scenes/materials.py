"""The materials that several assets share."""

from __future__ import annotations

from palletjack_dr.scenes.stage import Color, Material

STEEL = Material("Steel", (0.56, 0.57, 0.58), roughness=0.32, metallic=1.0)
DARK_STEEL = Material("DarkSteel", (0.045, 0.045, 0.05), roughness=0.45)
RUBBER = Material("Rubber", (0.022, 0.022, 0.024), roughness=0.85)
PLASTIC = Material("Plastic", (0.03, 0.03, 0.032), roughness=0.5)
WOOD = Material("Wood", (1.0, 0.95, 0.88), texture="wood_planks")
PLYWOOD = Material("Plywood", texture="wood_plywood")
CARDBOARD = Material("Cardboard", texture="cardboard")
TAPE = Material("Tape", (0.42, 0.27, 0.12), roughness=0.25)
LABEL = Material("Label", (0.78, 0.78, 0.76), roughness=0.6)
WRAP = Material("Wrap", (0.62, 0.66, 0.7), roughness=0.18)


def paint(color: Color, name: str = "Paint") -> Material:
    """Return a worn paint of a linear RGB colour; "Paint" is the name that colour randomizers look for."""
    return Material(name, color, texture="metal_brushed")


def carton(index: int) -> Material:
    """Return one of a few shades of cardboard."""
    shades = ((1.0, 1.0, 1.0), (0.82, 0.8, 0.78), (1.12, 1.08, 1.0), (0.68, 0.64, 0.6))
    return Material(f"Cardboard{index % len(shades)}", shades[index % len(shades)], texture="cardboard")
