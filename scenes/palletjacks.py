"""Pallet trucks: forks, welded body, hydraulic pump, steer wheels, tiller with a loop handle.

The forks point to +X, the tiller stands at the other end. Dimensions [m] are those of common trucks.
"""

from __future__ import annotations

from typing import Final

from palletjack_dr.scenes import palletjack_chassis as chassis
from palletjack_dr.scenes import palletjack_steering as steering
from palletjack_dr.scenes import palletjack_variants as variants
from palletjack_dr.scenes.materials import DARK_STEEL, PLASTIC, STEEL, paint
from palletjack_dr.scenes.mesh import join
from palletjack_dr.scenes.palletjack_models import TRUCKS, Truck
from palletjack_dr.scenes.stage import Material, Part, centred

BARE: Final = Material("BareSteel", (0.2, 0.185, 0.17), metallic=0.6, texture="metal_brushed")
CAST: Final = Material("CastIron", (0.05, 0.05, 0.054), texture="metal_brushed")
HUB: Final = Material("Hub", (0.3, 0.3, 0.3), roughness=0.5, metallic=0.6)
HOLE: Final = Material("Hole", (0.012, 0.012, 0.012), roughness=0.9)
TYRE: Final = Material("Tyre", (0.05, 0.048, 0.045), roughness=0.9)
NYLON: Final = Material("Nylon", (0.42, 0.38, 0.3), roughness=0.55)
PUMP_BLUE: Final = (0.02, 0.08, 0.3)
STICKER: Final = Material("Sticker", (0.75, 0.7, 0.6), roughness=0.35)


def palletjack(model: str) -> list[Part]:
    """Return the parts of a model, its footprint centred on the origin."""
    t = TRUCKS[model]
    body = _finish(t)
    tyres, links = chassis.rollers(t)
    parts = [(body, join(chassis.forks(t)))]
    if t.kind != "scissor":
        parts += [(NYLON if t.pale_wheels else TYRE, join(tyres)), (STEEL, join(links))]
    if t.wear > 0:
        chips = chassis.scuffs(t) + (chassis.leg_chips(t) if t.kind != "electric" else [])
        parts.append((BARE, join(chips)))
    parts += variants.electric(t, body) if t.kind == "electric" else _hand_truck(t, body)
    if t.kind == "scale":
        parts += variants.scale(t, body)
    if t.kind == "scissor":
        parts += variants.scissor(t, body)
    if t.load:
        parts += variants.load(t)
    return centred(parts)


def _hand_truck(t: Truck, body: Material) -> list[Part]:
    shaft, handle = steering.tiller(t)
    tyres, hubs, holes = steering.steer_wheels(t)
    return [
        (body, join(chassis.frame(t))),
        (STICKER, join(chassis.sticker(t))),
        (CAST if t.finish == "painted" else paint(PUMP_BLUE), join(steering.pump(t))),
        (paint(t.tiller_color, "TillerPaint") if t.tiller_color else DARK_STEEL, join(shaft)),
        (PLASTIC, join(handle)),
        (NYLON if t.pale_wheels else TYRE, join(tyres)),
        (HUB, join(hubs)),
        (HOLE, join(holes)),
        (STEEL, join(steering.piston(t))),
    ]


def _finish(t: Truck) -> Material:
    if t.finish == "painted":
        return paint(t.color)
    return Material("Bright", t.color, metallic=0.9, texture="metal_brushed")
