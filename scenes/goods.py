"""Cartons, pallets and loads, as they stand on floors and in racks."""

from __future__ import annotations

import numpy as np

from palletjack_dr.scenes.materials import LABEL, TAPE, WOOD, carton
from palletjack_dr.scenes.mesh import Mesh, box, join, turned
from palletjack_dr.scenes.stage import Part


def boxed(
    size: tuple[float, float, float],
    at: tuple[float, float, float],
    *,
    shade: int,
    yaw: float = 0.0,
    detail: bool = True,
) -> list[Part]:
    """Return a carton that stands at ``at`` (the middle of its base), taped along its top, with a label."""
    x, y, z = size
    parts = [(carton(shade), box(size, (0, 0, z / 2), bevel=0.004 if detail else 0.0))]
    if detail:
        strip = [box((x + 0.001, 0.05, 0.001), (0, 0, z)), box((0.001, 0.05, z * 0.2), (x / 2, 0, z * 0.9))]
        strip.append(box((0.001, 0.05, z * 0.2), (-x / 2, 0, z * 0.9)))
        parts += [
            (TAPE, join(strip)),
            (LABEL, box((min(0.12, x / 3), 0.001, min(0.09, z / 3)), (x / 5, -y / 2, z * 0.55))),
        ]
    turn = turned("z", yaw)
    return [(material, mesh.moved(at, turn=turn)) for material, mesh in parts]


def euro_pallet() -> list[Part]:
    """Return a pallet of 1.2 x 0.8 x 0.144 m: boards, blocks, runners."""
    return [(WOOD, pallet_mesh(detail=True))]


def pallet_mesh(*, detail: bool) -> Mesh:
    """Return a pallet as one mesh; without detail its boards have no cut edges."""
    bevel = 0.002 if detail else 0.0
    boards = [
        box((1.2, w, 0.022), (0, y, 0.133), bevel=bevel)
        for y, w in ((-0.3275, 0.145), (-0.17, 0.1), (0, 0.145), (0.17, 0.1), (0.3275, 0.145))
    ]
    boards += [box((0.145, 0.8, 0.022), (x, 0, 0.111), bevel=bevel) for x in (-0.5275, 0, 0.5275)]
    boards += [
        box((0.145, w, 0.078), (x, y, 0.061), bevel=bevel)
        for x in (-0.5275, 0, 0.5275)
        for y, w in ((-0.35, 0.1), (0, 0.145), (0.35, 0.1))
    ]
    boards += [box((1.2, w, 0.022), (0, y, 0.011), bevel=bevel) for y, w in ((-0.35, 0.1), (0, 0.145), (0.35, 0.1))]
    return join(boards)


def stacked_cartons(
    rng: np.random.Generator, ground: tuple[float, float], height: float, *, base: float, detail: bool = True
) -> list[Part]:
    """Return layers of cartons on a ground of (x, y) [m], up to about ``height`` above ``base``."""
    parts: list[Part] = []
    columns, rows = int(rng.integers(2, 4)), int(rng.integers(1, 3))
    x, y = ground[0] / columns, ground[1] / rows
    z, shade = base, int(rng.integers(4))
    done: set[tuple[int, int]] = set()
    while z < base + height - 0.1:
        layer = min(float(rng.uniform(0.24, 0.42)), base + height - z)
        for i in range(columns):
            for j in range(rows):
                if z > base + 0.3 and rng.random() < 0.12:
                    done.add((i, j))  # nothing stands on a gap
                if (i, j) in done:
                    continue
                spot = ((i + 0.5) * x - ground[0] / 2, (j + 0.5) * y - ground[1] / 2, z)
                yaw = float(rng.normal(0, 0.8))
                parts += boxed((x - 0.02, y - 0.02, layer - 0.004), spot, shade=shade, yaw=yaw, detail=detail)
        z += layer
    return parts
