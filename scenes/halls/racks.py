"""Pallet racks: perforated uprights, braces, beams, decks, guards, labels, and goods on all levels."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from palletjack_dr.scenes.halls.hall import placed
from palletjack_dr.scenes.halls.loads import load
from palletjack_dr.scenes.halls.shell import HAZARD
from palletjack_dr.scenes.materials import LABEL, STEEL, paint
from palletjack_dr.scenes.mesh import Mesh, box, join, turned
from palletjack_dr.scenes.stage import Material, Part

UPRIGHT = Material("Upright", (0.02, 0.09, 0.3), texture="steel_perforated")
BRACE = Material("Brace", (0.5, 0.51, 0.52), roughness=0.4, metallic=0.8)
BEAM = paint((0.72, 0.17, 0.02), "Beam")


@dataclass(frozen=True, kw_only=True)
class Rack:
    """A row of bays along X, its front towards -Y.

    ``levels`` [m] are the heights that pallets stand at, ``height`` the uprights', ``bay`` and ``depth`` [m] the
    size of one bay, ``fill`` the share of slots in use, ``coarse_above`` [m] where goods lose their detail,
    ``end_guards`` puts a barrier before the ends towards -X (-1) and +X (1).
    """

    bays: int
    levels: tuple[float, ...] = (0.0, 1.75, 3.45)
    height: float = 4.55
    bay: float = 2.7
    depth: float = 1.1
    fill: float = 0.88
    coarse_above: float = 3.0
    end_guards: tuple[int, ...] = ()

    @property
    def length(self) -> float:
        """How far it reaches along X [m], without end guards."""
        return self.bays * self.bay + 0.1


def rack(rng: np.random.Generator, r: Rack) -> list[Part]:
    """Return a rack with its goods, its footprint centred on the origin."""
    return [*_frames(r), *_beams(r), *_guards(r), *_goods(rng, r)]


def _frames(r: Rack) -> list[Part]:
    posts: list[Mesh] = []
    braces: list[Mesh] = []
    inner = r.depth - 0.08
    knots = np.linspace(0.25, r.height - 0.15, max(2, round(r.height / 1.1)) + 1)
    for x in _uprights(r):
        for y in (-r.depth / 2, r.depth / 2):
            posts.append(box((0.1, 0.08, r.height)).moved((x, y, r.height / 2)))
            posts.append(box((0.18, 0.15, 0.012), (x, y, 0.006)))
        for k, (a, b) in enumerate(pairwise(knots)):
            angle = float(np.degrees(np.arctan2(inner, b - a))) * (1 if k % 2 else -1)
            bar = box((0.04, 0.03, float(np.hypot(inner, b - a))))
            braces.append(bar.moved((x, 0, (a + b) / 2), turn=turned("x", angle)))
        braces += [box((0.035, inner, 0.035), (x, 0, z)) for z in (knots[0], knots[-1])]
    return [(UPRIGHT, join(posts)), (BRACE, join(braces))]


def _beams(r: Rack) -> list[Part]:
    beams: list[Mesh] = []
    decks: list[Mesh] = []
    labels: list[Mesh] = []
    for x in _middles(r):
        for level in r.levels:
            if level == 0:
                continue
            beams += [box((r.bay - 0.08, 0.05, 0.13), (x, s * r.depth / 2, level - 0.07)) for s in (-1, 1)]
            if level < r.coarse_above:
                decks += [
                    box((0.1, r.depth - 0.06, 0.02), (x + d, 0, level - 0.001)) for d in np.linspace(-1.2, 1.2, 9)
                ]
                labels += [
                    box((0.16, 0.004, 0.07), (x + d, -r.depth / 2 - 0.026, level - 0.07)) for d in (-0.9, 0, 0.9)
                ]
            else:
                decks.append(box((r.bay - 0.1, r.depth - 0.06, 0.02), (x, 0, level - 0.001)))
    return [(BEAM, join(beams)), (STEEL, join(decks))] + ([(LABEL, join(labels))] if labels else [])


def _guards(r: Rack) -> list[Part]:
    front = -r.depth / 2
    shoes = [box((0.16, 0.05, 0.4), (x, front - 0.075, 0.2), bevel=0.015) for x in _uprights(r)]
    shoes += [box((0.03, 0.16, 0.4), (x + s * 0.085, front - 0.04, 0.2)) for x in _uprights(r) for s in (-1, 1)]
    for s in r.end_guards:
        x = s * (r.length / 2 + 0.16)
        shoes += [box((0.09, r.depth + 0.1, 0.16), (x, -0.05, z), bevel=0.02) for z in (0.12, 0.38)]
        shoes += [box((0.12, 0.12, 0.5), (x, y, 0.25), bevel=0.02) for y in (front - 0.08, -front - 0.04)]
    return [(HAZARD, join(shoes))]


def _goods(rng: np.random.Generator, r: Rack) -> list[Part]:
    parts: list[Part] = []
    tops = [*r.levels[1:], r.levels[-1] + 1.5]
    for x in _middles(r):
        for level, above in zip(r.levels, tops, strict=True):
            for slot in (-1, 0, 1):
                if rng.random() >= r.fill:
                    continue
                room = above - level - 0.144 - 0.25
                goods = load(rng, float(rng.uniform(0.35, 0.95)) * room, detail=0 if level > r.coarse_above else 1)
                at = (x + slot * 0.87 + float(rng.normal(0, 0.015)), float(rng.normal(0, 0.02)), level + 0.012)
                parts += placed(goods, at, 90 * (1 if rng.random() < 0.5 else -1) + float(rng.normal(0, 1.2)))
    return parts


def _uprights(r: Rack) -> list[float]:
    return [(k - r.bays / 2) * r.bay for k in range(r.bays + 1)]


def _middles(r: Rack) -> list[float]:
    return [(k + 0.5 - r.bays / 2) * r.bay for k in range(r.bays)]
