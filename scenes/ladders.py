"""Ladders: step ladders, leaning ladders and rolling steps. The climber faces -X; metres."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from palletjack_dr.scenes.materials import DARK_STEEL, PLASTIC, RUBBER, paint
from palletjack_dr.scenes.mesh import Mesh, box, cylinder, join, plate, tube, turned
from palletjack_dr.scenes.stage import Color, Material, Part, centred

ALUMINIUM: Final = Material("Aluminium", (0.72, 0.73, 0.74), metallic=0.9, texture="metal_brushed")
PINE: Final = Material("Pine", (0.8, 0.66, 0.48), texture="wood_plywood")
FIBREGLASS: Final = Material("Paint", (0.75, 0.42, 0.02), roughness=0.55)
RED_PLASTIC: Final = Material("Paint", (0.5, 0.02, 0.015), roughness=0.5)
RED_STEEL: Final = Material("Paint", (0.4, 0.03, 0.02), texture="metal_brushed")
GRIP: Final = Material("Rung", (0.6, 0.61, 0.62), roughness=0.35, metallic=0.9)
GRATING: Final = Material("Tread", (0.16, 0.16, 0.165), metallic=0.5, texture="metal_brushed")


@dataclass(frozen=True, kw_only=True)
class StepLadder:
    """An A-frame: ``height`` [m] of its top cap, ``treads`` below that, ``spread`` of its feet along X."""

    height: float = 1.75
    treads: int = 6
    spread: float = 1.0
    rails: Material = ALUMINIUM
    both_sides: bool = False


@dataclass(frozen=True, kw_only=True)
class LeaningLadder:
    """A ladder of one or two sections [m] at ``lean`` [deg] from upright; the second slides up by ``out``."""

    length: float = 3.0
    out: float = 0.0
    lean: float = 16.0
    rails: Material = ALUMINIUM


@dataclass(frozen=True, kw_only=True)
class RollingSteps:
    """Steps with handrails on castors, as order pickers push about; ``treads`` count the platform."""

    treads: int = 4
    color: Color = (0.015, 0.1, 0.36)


LADDERS: Final[dict[str, StepLadder | LeaningLadder | RollingSteps]] = {
    "step_ladder": StepLadder(),
    "step_ladder_tall": StepLadder(height=2.6, treads=9, spread=1.5, rails=FIBREGLASS),
    "step_ladder_wooden": StepLadder(height=1.5, treads=5, spread=0.9, rails=PINE, both_sides=True),
    "extension_ladder": LeaningLadder(out=0.8),
    "single_ladder": LeaningLadder(length=2.5, lean=20.0, rails=FIBREGLASS),
    "platform_steps": RollingSteps(),
    "platform_steps_tall": RollingSteps(treads=7, color=(0.6, 0.35, 0.02)),
    "platform_steps_low": RollingSteps(treads=3, color=(0.42, 0.44, 0.45)),
}


def ladder(model: str) -> list[Part]:
    """Return the parts of a model, its footprint centred on the origin."""
    made = LADDERS[model]
    if isinstance(made, StepLadder):
        return centred(_step_ladder(made))
    if isinstance(made, LeaningLadder):
        return centred(_leaning(made))
    return centred(_rolling_steps(made))


def _bar(start: tuple[float, float, float], end: tuple[float, float, float], size: tuple[float, float]) -> Mesh:
    """Return a bar of a section (x, y) between two points of one XZ plane or slanted a little to the side."""
    a, b = np.asarray(start), np.asarray(end)
    along = b - a
    length = float(np.linalg.norm(along))
    tilt = float(np.degrees(np.arcsin(along[0] / length)))
    roll = float(np.degrees(np.arctan2(-along[1], along[2])))
    return box((*size, length), bevel=0.004).moved((a + b) / 2, turn=turned("x", roll) @ turned("y", tilt))


def _step_ladder(s: StepLadder) -> list[Part]:
    front, back, top = s.spread * 0.55, -s.spread * 0.45, s.height - 0.03
    foot, head = 0.16 + 0.055 * s.height, 0.155
    rails, treads, feet, stays = [], [], [], []
    for y in (-1, 1):
        for x, hinge, size in ((front, 0.06, (0.065, 0.026)), (back, -0.06, (0.05, 0.024))):
            rails.append(_bar((x, y * foot, 0.02), (hinge, y * head, top), size))
            feet.append(box((0.085, 0.045, 0.05), (x, y * foot, 0.025), bevel=0.008))
        stays.append(
            tube(
                [(front * 0.55, y * foot * 0.82, top * 0.42), (back * 0.6, y * foot * 0.82, top * 0.42)],
                0.007,
                segments=6,
            )
        )
    for i in range(1, s.treads + 1):
        u = i / (s.treads + 1)
        half = foot + (head - foot) * u - 0.01
        treads.append(box((0.085, 2 * half, 0.022), (front + (0.06 - front) * u, 0, top * u), bevel=0.004))
        if s.both_sides:
            treads.append(box((0.06, 2 * half, 0.022), (back + (-0.06 - back) * u, 0, top * u), bevel=0.004))
    if not s.both_sides:
        for u in (0.14, 0.5, 0.8):
            half = foot + (head - foot) * u
            rails.append(box((0.028, 2 * half, 0.04), (back + (-0.06 - back) * u, 0, top * u), bevel=0.004))
    cap = box((0.24, 2 * head + 0.07, 0.045), (0, 0, s.height - 0.022), bevel=0.01)
    tread = ALUMINIUM if s.rails is not PINE else PINE
    cap_material = {ALUMINIUM: RED_PLASTIC, PINE: PINE}.get(s.rails, PLASTIC)
    return [
        (s.rails, join(rails)),
        (tread, join(treads)),
        (cap_material, cap),
        (RUBBER, join(feet)),
        (RED_STEEL if s.rails is PINE else DARK_STEEL, join(stays)),
    ]


def _leaning(s: LeaningLadder) -> list[Part]:
    sections = [(0.0, 0.0, 0.21)] + ([(s.out, 0.065, 0.175)] if s.out else [])
    rails, rungs, caps, feet = [], [], [], []
    for shift, forward, half in sections:
        for y in (-half, half):
            rails.append(box((0.06, 0.026, s.length), (forward, y, shift + s.length / 2), bevel=0.004))
            caps.append(box((0.064, 0.03, 0.025), (forward, y, shift + s.length), bevel=0.004))
        for i in range(int(s.length / 0.28)):
            rungs.append(
                tube(
                    [(forward, -half, shift + 0.2 + 0.28 * i), (forward, half, shift + 0.2 + 0.28 * i)],
                    0.015,
                    segments=8,
                )
            )
    for y in (-0.21, 0.21):
        feet.append(box((0.085, 0.045, 0.09), (0, y, 0.01), bevel=0.012))
        if s.out:
            caps.append(box((0.13, 0.02, 0.06), (0.03, y * 0.94, s.length - 0.12), bevel=0.004))
    lean = turned("y", -s.lean)
    if s.out:
        feet.append(box((0.07, 0.95, 0.05), (0, 0, -0.03), bevel=0.01))
    caps_of = RED_PLASTIC if s.rails is ALUMINIUM else PLASTIC
    groups: list[tuple[Material, list[Mesh]]] = [(s.rails, rails), (GRIP, rungs), (caps_of, caps), (RUBBER, feet)]
    return [(material, join(meshes).moved(turn=lean)) for material, meshes in groups]


def _rolling_steps(s: RollingSteps) -> list[Part]:
    rise, going, wide = 0.245, 0.2, 0.31
    top = s.treads * rise + 0.03
    deck = 0.5
    back = -(s.treads - 1) * going - deck
    edge = back + deck
    frame, treads, tyres, forks = [], [], [], []
    for i in range(1, s.treads):
        treads.append(box((0.21, 2 * wide, 0.03), (-(i - 0.5) * going, 0, i * rise + 0.015), bevel=0.005))
    treads.append(box((deck + 0.02, 2 * wide, 0.03), (back + deck / 2, 0, top - 0.015), bevel=0.005))
    guard = top + 0.95
    for y in (-wide - 0.013, wide + 0.013):
        frame.append(tube([(0.04, y, 0.1), (edge, y, top - 0.09), (back, y, top - 0.09)], 0.019, segments=10))
        frame.append(
            tube(
                [(back, y, 0.12), (back, y, guard), (edge, y, guard), (0.02, y, 0.98), (0.04, y, 0.1)],
                0.018,
                segments=10,
            )
        )
        frame.append(tube([(back, y, top + 0.48), (edge, y, top + 0.48), (0.028, y, 0.62)], 0.014, segments=8))
        frame.append(tube([(edge, y, 0.12), (edge, y, guard)], 0.016, segments=8))
        frame.append(tube([(back, y, 0.16), (0.04, y, 0.12)], 0.017, segments=8))
        frame.append(tube([(back, y, top * 0.9), (edge, y, 0.16)], 0.012, segments=8))
        for x in (back + 0.02, 0.02):
            tyres.append(cylinder(0.06, 0.032, (x, y, 0.06), axis="y", bevel=0.006, segments=18))
            forks += [box((0.045, 0.005, 0.09), (x, y + side * 0.022, 0.085)) for side in (-1, 1)]
            forks.append(box((0.06, 0.06, 0.01), (x, y, 0.127)))
    frame += [tube([(back, -wide, z), (back, wide, z)], 0.015, segments=8) for z in (0.3, top * 0.6, guard, top + 0.48)]
    plates = [
        plate([(back, top), (edge, top), (edge, top + 0.1), (back, top + 0.1)], 0.006, edge=0.001, plane="xz", at=y)
        for y in (-wide, wide)
    ]
    return [
        (paint(s.color), join([*frame, *plates])),
        (GRATING, join(treads)),
        (RUBBER, join(tyres)),
        (DARK_STEEL, join(forks)),
    ]
