"""Containers for solids: small load carriers, crates, wire-mesh boxes, stillages, bins."""

from __future__ import annotations

import numpy as np

from palletjack_dr.scenes.distractors.fittings import posts, wire_walls
from palletjack_dr.scenes.goods import boxed, euro_pallet
from palletjack_dr.scenes.materials import DARK_STEEL, LABEL, PLYWOOD, RUBBER, STEEL, WOOD, paint
from palletjack_dr.scenes.mesh import Mesh, box, cylinder, join, lathe, tube, turned
from palletjack_dr.scenes.stage import Material, Part

FRAME = paint((0.2, 0.23, 0.25), "Paint")
GALVANISED = Material("Galvanised", (0.42, 0.43, 0.44), roughness=0.5, metallic=0.6)


def plastic_crate() -> list[Part]:
    """A stackable tote of 60 x 40 cm, open at the top."""
    shell = Material("Paint", (0.03, 0.09, 0.4), roughness=0.42)
    x, y, h, wall = 0.6, 0.4, 0.32, 0.012
    pieces = [box((x, y, wall), (0, 0, wall / 2))]
    pieces += [box((x, wall, h), (0, s * (y - wall) / 2, h / 2), bevel=0.004) for s in (-1, 1)]
    pieces += [box((wall, y, h), (s * (x - wall) / 2, 0, h / 2), bevel=0.004) for s in (-1, 1)]
    pieces += [box((x + 0.02, 0.024, 0.03), (0, s * y / 2, h - 0.015), bevel=0.006) for s in (-1, 1)]
    pieces += [box((0.024, y + 0.02, 0.03), (s * x / 2, 0, h - 0.015), bevel=0.006) for s in (-1, 1)]
    pieces += [box((0.012, 0.012, h - 0.04), (u, s * (y / 2 + 0.004), h / 2)) for u in (-0.2, 0, 0.2) for s in (-1, 1)]
    return [(shell, join(pieces)), (LABEL, box((0.12, 0.002, 0.08), (0.1, -y / 2 - 0.002, 0.17)))]


def wood_crate() -> list[Part]:
    """A shipping crate of boards and battens."""
    x, y, h = 1.0, 0.7, 0.7
    battens = [box((0.09, y + 0.05, 0.09), (u, 0, 0.045)) for u in (-0.4, 0, 0.4)]
    frame = [
        box((0.1, 0.025, h), (u, s * (y / 2 + 0.012), 0.09 + h / 2), bevel=0.004)
        for u in (-0.45, 0.45)
        for s in (-1, 1)
    ]
    frame += [box((x, 0.025, 0.1), (0, s * (y / 2 + 0.012), z), bevel=0.004) for z in (0.14, 0.04 + h) for s in (-1, 1)]
    return [(PLYWOOD, box((x, y, h), (0, 0, 0.09 + h / 2), bevel=0.004)), (WOOD, join(battens + frame))]


def small_load_carriers() -> list[Part]:
    """Small load carriers of 60 x 40, 40 x 30 and 30 x 20 cm, piled on a pallet as a supplier sends them."""
    blue = Material("Paint", (0.025, 0.08, 0.3), roughness=0.45)
    grey = Material("GreyPlastic", (0.28, 0.29, 0.3), roughness=0.5)
    shells: dict[Material, list[Mesh]] = {blue: [], grey: []}
    labels = []
    for x, y, tiers in ((-0.3, -0.2, 3), (0.3, -0.2, 4), (-0.3, 0.2, 4), (0.3, 0.2, 2)):
        for k in range(tiers):
            at, material = (x, y, 0.144 + 0.215 * k), (grey if (k + (x > 0)) % 3 == 0 else blue)
            shells[material].append(_carrier((0.59, 0.39, 0.22), at, is_open=k == tiers - 1))
            if y < 0:
                labels.append(box((0.1, 0.002, 0.06), (x + 0.15, y - 0.197, at[2] + 0.09)))
    shells[grey].append(_carrier((0.39, 0.29, 0.15), (0.2, 0.2, 0.144 + 0.43), is_open=True))
    shells[blue].append(_carrier((0.29, 0.19, 0.15), (-0.12, -0.2, 0.144 + 0.645), is_open=True))
    return [*euro_pallet(), *((m, join(pieces)) for m, pieces in shells.items()), (LABEL, join(labels))]


def wire_mesh_box() -> list[Part]:
    """A mesh box pallet of 1.24 x 0.84 x 0.97 m, with the upper half of its front folded down, half full."""
    x, y, top = 0.6, 0.4, 0.97
    frame = posts(x, y, top - 0.06, width=0.05, base=0.03)
    frame += [box((2 * x, 0.045, 0.06), (0, s * y, z)) for s in (-1, 1) for z in (0.135, 0.52)]
    frame += [box((0.045, 2 * y, 0.06), (s * x, 0, z)) for s in (-1, 1) for z in (0.135,)]
    frame += [
        box((2 * x, 0.045, 0.045), (0, y, top - 0.06)),
        *(box((0.045, 2 * y, 0.045), (s * x, 0, top - 0.06)) for s in (-1, 1)),
    ]
    frame += [
        box((0.11, 0.11, 0.04), (i * x, j * y, z), bevel=0.01)
        for i in (-1, 1)
        for j in (-1, 1)
        for z in (0.02, top - 0.02)
    ]
    walls = wire_walls((2 * x - 0.02, 2 * y - 0.02, top - 0.2), (20, 14, 13)).moved((0, 0, 0.14))
    keep = walls.points[:, :, 2].min(axis=1) < 0.56  # the front above this height is the folded flap
    keep |= walls.points[:, :, 1].min(axis=1) > -y + 0.06
    cut = Mesh(points=walls.points[keep], normals=walls.normals[keep], uvs=walls.uvs[keep])
    cut.points[..., 2] = np.where(
        cut.points[..., 1] < -y + 0.04, np.minimum(cut.points[..., 2], 0.55), cut.points[..., 2]
    )
    floor = box((2 * x - 0.03, 2 * y - 0.03, 0.03), (0, 0, 0.1285))
    plate = box((0.3, 0.006, 0.22), (0.3, -y - 0.024, 0.36))
    load = boxed((0.5, 0.35, 0.4), (-0.28, 0.15, 0.145), shade=0) + boxed((0.4, 0.6, 0.3), (0.3, 0, 0.145), shade=2)
    return [(FRAME, join(frame)), (GALVANISED, cut), (DARK_STEEL, floor), (LABEL, plate), *load]


def stillage() -> list[Part]:
    """A stacking steel box with sheet walls, open at the front above a low board."""
    x, y, top = 0.58, 0.39, 0.85
    frame = posts(x, y, top, width=0.06)
    frame += [box((0.1, 0.1, 0.012), (i * x, j * y, 0.006)) for i in (-1, 1) for j in (-1, 1)]
    frame += [box((2 * x, 0.05, 0.05), (0, s * y, 0.14)) for s in (-1, 1)]
    frame += [box((0.05, 2 * y, 0.05), (s * x, 0, z)) for s in (-1, 1) for z in (0.14, top - 0.1)]
    frame += [box((2 * x, 0.05, 0.05), (0, y, top - 0.1))]
    sheets = [
        box((2 * x - 0.04, 0.004, 0.6), (0, y - 0.01, 0.45)),
        box((2 * x - 0.02, 2 * y - 0.02, 0.01), (0, 0, 0.158)),
    ]
    sheets += [box((0.004, 2 * y - 0.04, 0.6), (s * (x - 0.01), 0, 0.45)) for s in (-1, 1)]
    sheets += [box((2 * x - 0.04, 0.004, 0.24), (0, 0.01 - y, 0.27))]
    ribs = [box((0.04, 0.012, 0.58), (u, y + 0.0, 0.46)) for u in (-0.3, 0, 0.3)]
    ribs += [box((0.012, 0.04, 0.58), (s * x, v, 0.46)) for v in (-0.14, 0.14) for s in (-1, 1)]
    rng = np.random.default_rng(3)
    rods = [
        cylinder(0.035, 0.9, (float(rng.uniform(-0.05, 0.05)), v, z), axis="x", segments=10)
        for z, row in ((0.2, 9), (0.262, 8))
        for v in np.linspace(-0.33, 0.33, row)
    ]
    return [
        (paint((0.03, 0.12, 0.3)), join(frame + ribs)),
        (paint((0.04, 0.14, 0.34), "Sheet"), join(sheets)),
        (STEEL, join(rods)),
    ]


def bin_container() -> list[Part]:
    """A two-wheeled waste container."""
    body = [box((0.5, 0.46, 0.06), (0, 0, 0.06), bevel=0.02)]
    sides = lathe(
        [(0.31, 0.08), (0.38, 0.94), None, (0.38, 0.94), (0.4, 0.94), (0.4, 0.99), None, (0.4, 0.99), (0.0, 1.04)], 4
    )
    body.append(sides.moved(turn=turned("z", 45)))
    wheels = [cylinder(0.1, 0.05, (-0.26, s * 0.2, 0.1), axis="y", bevel=0.012) for s in (-1, 1)]
    handle = tube([(-0.28, -0.18, 0.97), (-0.36, -0.18, 0.98), (-0.36, 0.18, 0.98), (-0.28, 0.18, 0.97)], 0.014)
    return [(Material("Paint", (0.02, 0.07, 0.03), roughness=0.5), join([*body, handle])), (RUBBER, join(wheels))]


def _carrier(size: tuple[float, float, float], at: tuple[float, float, float], *, is_open: bool) -> Mesh:
    """One carrier: tapered foot, ribbed walls, a rim with grips; a closed one is a plain block to save triangles."""
    (x, y, h), wall = size, 0.01
    if is_open:
        body = [box((x - 0.03, y - 0.03, wall), (0, 0, 0.012))]
        body += [box((x - 0.03, wall, h - 0.01), (0, s * (y / 2 - 0.02), h / 2)) for s in (-1, 1)]
        body += [box((wall, y - 0.03, h - 0.01), (s * (x / 2 - 0.02), 0, h / 2)) for s in (-1, 1)]
    else:
        body = [box((x - 0.03, y - 0.03, h - 0.01), (0, 0, h / 2))]
    body += [box((x, 0.02, 0.035), (0, s * (y / 2 - 0.01), h - 0.0175)) for s in (-1, 1)]
    body += [box((0.02, y, 0.035), (s * (x / 2 - 0.01), 0, h - 0.0175)) for s in (-1, 1)]
    body += [box((x - 0.012, y - 0.012, 0.02), (0, 0, 0.035))]
    ribs = np.linspace(-x / 2 + 0.05, x / 2 - 0.05, 5)
    body += [box((0.012, 0.012, h - 0.05), (u, s * (y / 2 - 0.012), h / 2)) for u in ribs for s in (-1, 1)]
    return join(body).moved(at)
