"""Lamps: area lights in grids, and the housings with glowing glass that belong to them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from palletjack_dr.scenes.materials import DARK_STEEL
from palletjack_dr.scenes.mesh import Mesh, box, cylinder, join
from palletjack_dr.scenes.stage import Lamp, Material, Part

GLOW = Material("LampGlass", (1.0, 1.0, 1.0), roughness=0.5, emissive=(20_000.0, 18_500.0, 16_500.0))


def grid(
    xs: Iterable[float],
    ys: Iterable[float],
    z: float,
    *,
    size: tuple[float, float] = (1.5, 0.3),
    luminance: float = 20_000.0,
    name: str = "Lamp",
) -> list[Lamp]:
    """Return downward lamps at every crossing of ``xs`` and ``ys``."""
    places = [(x, y) for y in ys for x in xs]
    return [
        Lamp(name=f"{name}_{i}", position=(x, y, z), size=size, luminance=luminance) for i, (x, y) in enumerate(places)
    ]


def tubes(lamps: Sequence[Lamp], ceiling: float) -> list[Part]:
    """Return trough-shaped housings on two rods, a glowing tube pair in each."""
    steel: list[Mesh] = []
    glass: list[Mesh] = []
    for lamp in lamps:
        x, y, z = lamp.position
        long, wide = lamp.size
        steel.append(box((long + 0.1, wide + 0.06, 0.06), (x, y, z + 0.1)))
        steel += [box((long + 0.1, 0.02, 0.08), (x, y + s * (wide / 2 + 0.04), z + 0.06)) for s in (-1, 1)]
        steel += [
            box((0.012, 0.012, ceiling - z - 0.1), (x + s * long * 0.4, y, (ceiling + z + 0.1) / 2)) for s in (-1, 1)
        ]
        glass += [cylinder(0.03, long, (x, y + s * wide / 4, z + 0.04), axis="x", segments=8).moved() for s in (-1, 1)]
    return [(DARK_STEEL, join(steel)), (GLOW, join(glass))]


def high_bays(lamps: Sequence[Lamp], ceiling: float) -> list[Part]:
    """Return flat LED panels with cooling ribs, hung on a rod."""
    steel: list[Mesh] = []
    glass: list[Mesh] = []
    for lamp in lamps:
        x, y, z = lamp.position
        long, wide = lamp.size
        steel.append(box((long + 0.08, wide + 0.08, 0.05), (x, y, z + 0.09), bevel=0.012))
        steel += [box((long * 0.9, 0.015, 0.06), (x, y + k * wide / 4, z + 0.14)) for k in (-1, 0, 1)]
        steel.append(cylinder(0.012, ceiling - z - 0.12, (x, y, (ceiling + z + 0.12) / 2), segments=6))
        glass += [box((long * 0.46, wide, 0.02), (x + s * long * 0.25, y, z + 0.06)) for s in (-1, 1)]
    return [(DARK_STEEL, join(steel)), (GLOW, join(glass))]


def daylight(name: str, at: tuple[float, float, float], size: tuple[float, float], towards: tuple[float, ...]) -> Lamp:
    """Return the light of the sky that enters an opening: soft, cool, as strong as a square metre of lamp."""
    x, y, z = towards
    return Lamp(name=name, position=at, size=size, luminance=20_000.0, temperature=6500.0, towards=(x, y, z), even=True)
