"""Cartons: parcels, open and tall ones, piles, pallets of them, with and without stretch film."""

from __future__ import annotations

import numpy as np

from palletjack_dr.scenes.goods import boxed, euro_pallet, stacked_cartons
from palletjack_dr.scenes.materials import LABEL, carton, film
from palletjack_dr.scenes.mesh import box, join, turned
from palletjack_dr.scenes.stage import Material, Part

FILM = film((0.85, 0.68, 0.48), "Film")
"""Cartons seen through stretch film."""
DOUBLED = film((1.02, 0.88, 0.68), "Doubled")
"""Where one turn of the film lies on another."""
SEAM = Material("Seam", (0.12, 0.09, 0.06), roughness=0.3)


def box_small() -> list[Part]:
    """One parcel."""
    return boxed((0.4, 0.3, 0.28), (0, 0, 0), shade=0)


def box_large() -> list[Part]:
    """A removal-size carton."""
    return boxed((0.8, 0.6, 0.62), (0, 0, 0), shade=1)


def box_tall() -> list[Part]:
    """A carton for an appliance, upright, on battens."""
    foot = box((0.62, 0.62, 0.05), (0, 0, 0.025))
    return [(carton(3), foot), *boxed((0.6, 0.6, 1.45), (0, 0, 0.05), shade=2)]


def box_stack() -> list[Part]:
    """Cartons piled by hand."""
    parts = boxed((0.6, 0.5, 0.42), (0, 0, 0), shade=0) + boxed((0.5, 0.4, 0.35), (0.03, -0.02, 0.42), shade=2, yaw=8)
    return parts + boxed((0.35, 0.3, 0.25), (-0.04, 0.02, 0.77), shade=3, yaw=-14)


def box_open() -> list[Part]:
    """An emptied carton, its four flaps hanging out."""
    x, y, h, wall = 0.6, 0.4, 0.4, 0.005
    shell = [box((x, y, wall), (0, 0, wall / 2))]
    shell += [box((x, wall, h), (0, s * (y - wall) / 2, h / 2)) for s in (-1, 1)]
    shell += [box((wall, y - 2 * wall, h), (s * (x - wall) / 2, 0, h / 2)) for s in (-1, 1)]
    flaps = []
    for s, droop in ((-1, 38), (1, 62)):
        flap = box((x - 0.004, y / 2, wall), (0, s * y / 4, 0))
        flaps.append(flap.moved((0, s * y / 2, h), turn=turned("x", -s * droop)))
    for s, droop in ((-1, 20), (1, 105)):
        flap = box((y / 2, y - 0.02, wall), (s * y / 4, 0, 0))
        flaps.append(flap.moved((s * x / 2, 0, h), turn=turned("y", s * droop)))
    label = box((0.14, 0.001, 0.1), (0.1, -y / 2, 0.2))
    return [(carton(0), join(shell)), (carton(2), join(flaps)), (LABEL, label)]


def pallet_loaded() -> list[Part]:
    """A pallet of cartons."""
    return euro_pallet() + stacked_cartons(np.random.default_rng(11), (1.16, 0.76), 0.95, base=0.144)


def pallet_wrapped() -> list[Part]:
    """A pallet of cartons in stretch film: glossy bands wound around at a slight slant, cartons seen at the top."""
    x, y, top = 1.16, 0.76, 1.38
    rng = np.random.default_rng(5)
    block = box((x, y, top - 0.3), (0, 0, 0.15 + (top - 0.3) / 2), bevel=0.035)
    bands = []
    for z in np.arange(0.22, top - 0.2, 0.15):
        slant = turned("y", float(rng.uniform(-3.5, 3.5))) @ turned("x", float(rng.uniform(-3, 3)))
        wide = float(rng.uniform(0.004, 0.014))
        bands.append(box((x + wide, y + wide, float(rng.uniform(0.03, 0.11))), bevel=0.03).moved((0, 0, z), turn=slant))
    seams = [box((0.006, y + 0.001, top - 0.42), (u, 0, 0.16 + (top - 0.42) / 2)) for u in (-0.19, 0.19)]
    seams += [box((x + 0.001, 0.006, top - 0.42), (0, 0, 0.16 + (top - 0.42) / 2))]
    seams += [box((x + 0.0015, y + 0.0015, 0.006), (0, 0, z)) for z in (0.45, 0.76)]
    crown = [
        boxed((0.37, 0.36, 0.3), (u, v, top - 0.3), shade=int(rng.integers(3)), detail=False)
        for u in (-0.38, 0, 0.38)
        for v in (-0.185, 0.185)
    ]
    sheet = box((0.21, 0.003, 0.297), (0.2, -y / 2 - 0.014, 0.9))
    return [
        *euro_pallet(),
        *(part for carton_parts in crown for part in carton_parts),
        (FILM, block),
        (DOUBLED, join(bands)),
        (SEAM, join(seams)),
        (LABEL, sheet),
    ]
