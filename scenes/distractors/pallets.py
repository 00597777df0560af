"""Pallets: wooden ones of several sizes, plastic, in piles of 3, 8 and 15, leaning, with collars."""

from __future__ import annotations

import numpy as np

from palletjack_dr.scenes.distractors.fittings import placed, stood
from palletjack_dr.scenes.goods import boxed, euro_pallet, pallet_mesh
from palletjack_dr.scenes.materials import LABEL, STEEL, WOOD
from palletjack_dr.scenes.mesh import Mesh, box, join, turned
from palletjack_dr.scenes.stage import Material, Part

GREY_WOOD = Material("GreyWood", (0.52, 0.57, 0.65), texture="wood_planks")
FRESH_WOOD = Material("FreshWood", (1.08, 1.06, 1.0), texture="wood_planks")


def pallet() -> list[Part]:
    """An empty pallet of 1.2 x 0.8 m."""
    return euro_pallet()


def pallet_stack_3() -> list[Part]:
    """Three pallets, put down carelessly."""
    return _pile(3, seed=2, yaw=2.5)


def pallet_stack_8() -> list[Part]:
    """Eight pallets."""
    return _pile(8, seed=8, yaw=1.2)


def pallet_stack_15() -> list[Part]:
    """Fifteen pallets, a full pile of empties."""
    return _pile(15, seed=15, yaw=0.8)


def pallet_industrial() -> list[Part]:
    """A pallet of 1.2 x 1.0 m."""
    return [(FRESH_WOOD, _boards(1.2, 1.0, 7))]


def pallet_half() -> list[Part]:
    """A pallet of 0.8 x 0.6 m, with steel feet."""
    top = [box((0.8, 0.09, 0.02), (0, y, 0.133), bevel=0.002) for y in np.linspace(-0.255, 0.255, 5)]
    ties = [box((0.1, 0.6, 0.02), (x, 0, 0.113), bevel=0.002) for x in (-0.35, 0.35)]
    feet = [box((0.08, 0.07, 0.098), (x, y, 0.054), bevel=0.012) for x in (-0.35, 0.35) for y in (-0.26, 0, 0.26)]
    skids = [box((0.1, 0.58, 0.012), (x, 0, 0.006)) for x in (-0.35, 0.35)]
    return [(WOOD, join(top + ties)), (STEEL, join(feet + skids))]


def pallet_display() -> list[Part]:
    """A quarter pallet of 0.6 x 0.4 m in blue plastic, with a shop display on it."""
    blue = Material("Paint", (0.02, 0.09, 0.36), roughness=0.45)
    deck = [box((0.6, 0.4, 0.025), (0, 0, 0.13), bevel=0.006)]
    deck += [box((0.09, 0.09, 0.12), (x, y, 0.06), bevel=0.01) for x in (-0.25, 0.25) for y in (-0.15, 0.15)]
    load = boxed((0.56, 0.36, 0.28), (0, 0, 0.1425), shade=2) + boxed((0.56, 0.36, 0.28), (0, 0, 0.4225), shade=0)
    return [(blue, join(deck)), *load]


def pallet_plastic() -> list[Part]:
    """A hygienic plastic pallet: ribbed deck, nine feet, three runners."""
    black = Material("Paint", (0.05, 0.055, 0.06), roughness=0.5)
    deck = [box((1.2, 0.035, 0.028), (0, y, 0.136), bevel=0.004) for y in np.linspace(-0.3825, 0.3825, 14)]
    deck += [box((0.04, 0.8, 0.04), (x, 0, 0.128), bevel=0.004) for x in np.linspace(-0.58, 0.58, 7)]
    feet = [box((0.15, 0.12, 0.1), (x, y, 0.06), bevel=0.012) for x in (-0.52, 0, 0.52) for y in (-0.34, 0, 0.34)]
    runners = [box((1.2, 0.12, 0.022), (0, y, 0.011), bevel=0.004) for y in (-0.34, 0, 0.34)]
    return [(black, join(deck + feet + runners))]


def pallet_leaning() -> list[Part]:
    """A pallet that leans against a small pile."""
    pile = placed(_pile(4, seed=21, yaw=1.5), (0.25, 0, 0))
    tilt = turned("y", -68) @ turned("z", 90)
    leaning = stood([(FRESH_WOOD, pallet_mesh(detail=False).moved(turn=tilt))])
    return stood([*pile, *placed(leaning, (-0.66, 0.02, 0))])


def pallet_collars() -> list[Part]:
    """Two pallets with wooden collars, one on the other, their corners hinged in steel."""
    parts: list[Part] = []
    base = 0.0
    for tiers, wood in ((2, FRESH_WOOD), (1, WOOD)):
        parts += [(GREY_WOOD, pallet_mesh(detail=False).moved((0, 0, base)))]
        for k in range(tiers):
            z = base + 0.144 + 0.2 * k + 0.1
            walls = [box((1.19, 0.022, 0.194), (0, s * 0.384, z), bevel=0.003) for s in (-1, 1)]
            walls += [box((0.022, 0.745, 0.194), (s * 0.584, 0, z), bevel=0.003) for s in (-1, 1)]
            hinges = [box((0.05, 0.028, 0.13), (i * 0.573, j * 0.3845, z)) for i in (-1, 1) for j in (-1, 1)]
            hinges += [box((0.028, 0.05, 0.13), (i * 0.5845, j * 0.376, z)) for i in (-1, 1) for j in (-1, 1)]
            parts += [(wood, join(walls)), (STEEL, join(hinges))]
        parts.append((LABEL, box((0.21, 0.001, 0.15), (0.25, -0.396, base + 0.25))))
        base += 0.144 + 0.2 * tiers
    lid = box((1.18, 0.77, 0.012), (0, 0, base - 0.03))
    return [*parts, (Material("Lid", (0.8, 0.78, 0.75), texture="wood_plywood"), lid)]


def _pile(count: int, *, seed: int, yaw: float) -> list[Part]:
    """A pile of pallets of different age, none quite straight; ``yaw`` [deg] is how far they are off."""
    rng = np.random.default_rng(seed)
    woods = (WOOD, WOOD, GREY_WOOD, FRESH_WOOD)
    by_wood: dict[Material, list[Mesh]] = {}
    for k in range(count):
        spot = (*rng.normal(0, 0.008, 2), 0.1445 * k)
        leaf = pallet_mesh(detail=False).moved(spot, turn=turned("z", float(rng.normal(0, yaw))))
        by_wood.setdefault(woods[int(rng.integers(len(woods)))], []).append(leaf)
    return stood([(wood, join(leaves)) for wood, leaves in by_wood.items()])


def _boards(x: float, y: float, count: int) -> Mesh:
    """A block pallet with ``count`` deck boards along X and three runners."""
    deck = [box((x, 0.1, 0.022), (0, v, 0.127), bevel=0.002) for v in np.linspace(-y / 2 + 0.05, y / 2 - 0.05, count)]
    ties = [box((0.1, y, 0.022), (u, 0, 0.105), bevel=0.002) for u in (-x / 2 + 0.05, 0, x / 2 - 0.05)]
    places = [(u, v) for u in (-x / 2 + 0.05, 0, x / 2 - 0.05) for v in (-y / 2 + 0.05, 0, y / 2 - 0.05)]
    blocks = [box((0.1, 0.1, 0.075), (u, v, 0.058), bevel=0.002) for u, v in places]
    skids = [box((x, 0.1, 0.021), (0, v, 0.0105), bevel=0.002) for v in (-y / 2 + 0.05, 0, y / 2 - 0.05)]
    return join(deck + ties + blocks + skids)
