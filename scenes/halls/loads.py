"""What stands on pallets and in racks: cartons, wrapped blocks, crates, totes, wire boxes. Few triangles each."""

from __future__ import annotations

import numpy as np

from palletjack_dr.scenes.goods import boxed, pallet_mesh, stacked_cartons
from palletjack_dr.scenes.halls.hall import placed
from palletjack_dr.scenes.materials import LABEL, PLYWOOD, STEEL, WOOD, WRAP, carton, film
from palletjack_dr.scenes.mesh import Mesh, box, cylinder, join, turned
from palletjack_dr.scenes.stage import Material, Part

TOTES = (
    Material("ToteBlue", (0.02, 0.09, 0.33), roughness=0.45),
    Material("ToteGrey", (0.2, 0.21, 0.22), roughness=0.5),
    Material("ToteRed", (0.38, 0.03, 0.02), roughness=0.45),
)
DRUM = Material("DrumBlue", (0.02, 0.1, 0.3), roughness=0.4)
FILM = (
    film((0.9, 0.74, 0.54), "FilmBrown"),
    film((1.0, 1.02, 1.02), "FilmGrey"),
    film((0.14, 0.145, 0.15), "FilmDark"),
)
WIRE = Material("Wire", (0.32, 0.33, 0.34), roughness=0.45, metallic=0.6)
DECK = 0.144
"""Height [m] of a pallet."""


def pallet(detail: int = 2) -> Mesh:
    """Return a pallet: all its boards (2), a closed deck for where goods hide it (1), without bottom boards too (0)."""
    if detail == 2:
        return pallet_mesh(detail=False)
    pieces = [box((1.2, 0.8, 0.024), (0, 0, 0.132)), *(box((1.2, 0.1, 0.1), (0, y, 0.07)) for y in (-0.35, 0, 0.35))]
    if detail == 1:
        pieces += [box((1.2, 0.13, 0.02), (0, y, 0.01)) for y in (-0.335, 0, 0.335)]
    return join(pieces)


def load(rng: np.random.Generator, height: float, *, detail: int = 2) -> list[Part]:
    """Return a pallet with goods of about ``height``, its long side along X.

    With ``detail`` 0, for high racks, it is made to be seen from its ends: nothing is divided along X.
    """
    parts: list[Part] = [(WOOD, pallet(detail))]
    kind = rng.random()
    if kind < 0.42:
        parts += stacked_cartons(rng, (1.1, 0.74), height, base=DECK, detail=False) if detail else block(rng, height)
    elif kind < 0.66:
        parts += wrapped(rng, height, depth=2 if detail else 1)
    elif kind < 0.78:
        parts += boxed((1.14, 0.76, height), (0, 0, DECK), shade=int(rng.integers(4)), detail=False)
        parts.append((LABEL, box((0.002, 0.15, 0.21), (0.5715, 0.1, DECK + height * 0.55))))
    elif kind < 0.9:
        parts += totes(rng, height, depth=2 if detail else 1)
    else:
        parts += crate(height)
    return parts


def block(rng: np.random.Generator, height: float) -> list[Part]:
    """Return cartons in two columns whose layers show as gaps; the cheapest pile."""
    layers = max(1, round(height / float(rng.uniform(0.4, 0.65))))
    each, shade = height / layers, int(rng.integers(4))
    rows = [
        box((1.12 - float(rng.uniform(0, 0.04)), 0.365, each - 0.008), (0, y, DECK + (k + 0.5) * each))
        for k in range(layers)
        for y in (-0.19, 0.19)
    ]
    return [(carton(shade), join(rows[: len(rows) - int(rng.integers(2))]))]


def wrapped(rng: np.random.Generator, height: float, *, depth: int = 2) -> list[Part]:
    """Return goods in stretch film: a smooth block below a sheet, or cartons whose edges show, and a label."""
    label = (LABEL, box((0.004, 0.15, 0.21), (0.5805, -0.1, DECK + height * 0.5)))
    if rng.random() < 0.4:
        sheet = box((1.1, 0.7, 0.02), (0, 0, DECK + height - 0.005))
        return [
            (WRAP, box((1.16, 0.78, height), (0, 0, DECK + height / 2 - 0.02), bevel=0.018)),
            (carton(1), sheet),
            label,
        ]
    layers = max(2, round(height / float(rng.uniform(0.3, 0.5))))
    each = height / layers
    film = box((1.13, 0.75, height - 0.03), (0, 0, DECK + height / 2 - 0.02))
    cartons = [
        box((1.155 / depth - 0.015, 0.378, each - 0.012), (x, y, DECK + (k + 0.5) * each - 0.004))
        for k in range(layers)
        for x in _columns(depth)
        for y in (-0.1965, 0.1965)
    ]
    return [(FILM[int(rng.integers(len(FILM)))], join([film, *cartons])), label]


def shipment(rng: np.random.Generator, height: float) -> list[Part]:
    """Return a pallet whose goods are wrapped for the road."""
    return [(WOOD, pallet()), *wrapped(rng, height)]


def totes(rng: np.random.Generator, height: float, *, depth: int = 2) -> list[Part]:
    """Return stacks of plastic boxes with rims, ``depth`` of them along X."""
    layers = max(1, int(height / 0.33))
    kind, long = TOTES[int(rng.integers(len(TOTES)))], 1.155 / depth
    shells = [
        piece
        for k in range(layers)
        for x in _columns(depth)
        for piece in (
            box((long - 0.04, 0.74, 0.28), (x, 0, DECK + 0.33 * k + 0.14)),
            box((long - 0.01, 0.765, 0.05), (x, 0, DECK + 0.33 * k + 0.3)),
        )
    ]
    return [(kind, join(shells))]


def crate(height: float) -> list[Part]:
    """Return a plywood box with battens."""
    battens = [box((0.08, 0.82, height + 0.02), (x, 0, DECK + height / 2 + 0.011)) for x in (-0.45, 0.45)]
    return [(PLYWOOD, box((1.1, 0.76, height), (0, 0, DECK + height / 2 + 0.003))), (WOOD, join(battens))]


def drums() -> list[Part]:
    """Return a pallet with drums."""
    cans = [cylinder(0.28, 0.88, (x, 0, DECK + 0.44), segments=14) for x in (-0.3, 0.3)]
    rings = [cylinder(0.29, 0.02, (x, 0, DECK + z), segments=14) for x in (-0.3, 0.3) for z in (0.29, 0.59, 0.87)]
    return [(WOOD, pallet()), (DRUM, join(cans + rings))]


def empties(rng: np.random.Generator, count: int) -> list[Part]:
    """Return a stack of empty pallets."""
    stack = [
        pallet(0 if k < count - 2 else 2).moved((0, 0, 0.146 * k), turn=turned("z", float(rng.normal(0, 1.5))))
        for k in range(count)
    ]
    return [(WOOD, join(stack))]


def wire_box(rng: np.random.Generator, *, stacked: int = 1) -> list[Part]:
    """Return mesh boxes of 1.2 x 0.8 m on feet, one on another, with goods inside."""
    frame: list[Mesh] = []
    wires: list[Mesh] = []
    parts: list[Part] = []
    for level in range(stacked):
        z = level * 0.97
        frame += [box((0.05, 0.05, 0.95), (x, y, z + 0.475)) for x in (-0.575, 0.575) for y in (-0.375, 0.375)]
        for h in (0.13, 0.55, 0.93):
            frame += [box((1.1, 0.035, 0.035), (0, s * 0.375, z + h)) for s in (-1, 1)]
            frame += [box((0.035, 0.7, 0.035), (s * 0.575, 0, z + h)) for s in (-1, 1)]
        frame.append(box((1.14, 0.74, 0.02), (0, 0, z + 0.115)))
        for s in (-1, 1):
            wires += [box((0.006, 0.006, 0.8), (x, s * 0.375, z + 0.53)) for x in np.arange(-0.5, 0.51, 0.1)]
            wires += [box((1.1, 0.006, 0.006), (0, s * 0.375, z + h)) for h in np.arange(0.23, 0.9, 0.1)]
            wires += [box((0.006, 0.006, 0.8), (s * 0.575, y, z + 0.53)) for y in np.arange(-0.3, 0.31, 0.1)]
            wires += [box((0.006, 0.7, 0.006), (s * 0.575, 0, z + h)) for h in np.arange(0.23, 0.9, 0.1)]
        inside = float(rng.uniform(0.25, 0.6))
        parts += [
            (carton(2), box((0.5, 0.6, inside), (-0.27, 0, z + 0.13 + inside / 2))),
            (TOTES[int(rng.integers(len(TOTES)))], box((0.48, 0.6, inside * 0.7), (0.27, 0, z + 0.13 + inside * 0.35))),
        ]
    plate = box((0.3, 0.004, 0.2), (0, -0.395, 0.75))
    return [*parts, (STEEL, join(frame)), (WIRE, join(wires)), (LABEL, plate)]


def hand_stack() -> list[Part]:
    """Return a few cartons piled on the floor."""
    parts = boxed((0.7, 0.5, 0.5), (0, 0, 0), shade=1) + boxed((0.5, 0.4, 0.4), (0.05, 0, 0.5), shade=2, yaw=10)
    return placed(parts + boxed((0.5, 0.4, 0.4), (0.62, 0.1, 0), shade=0, yaw=-8), (-0.25, 0, 0))


def _columns(count: int) -> list[float]:
    """Return the middles of ``count`` columns along a pallet."""
    return [(k - (count - 1) / 2) * 1.155 / count for k in range(count)]
