"""The chassis of a pallet truck: forks, load rollers, A-frame, and its wear. The heel of the forks is at x = 0."""

from __future__ import annotations

import numpy as np

from palletjack_dr.scenes.mesh import Mesh, arc, box, cylinder, extrude, loft, plate, tube
from palletjack_dr.scenes.palletjack_models import Truck


def forks(t: Truck) -> list[Mesh]:
    """Return folded channels: a flat top with a rounded tip, skirts on both sides, a ramp under the tip."""
    w, length, top = t.fork_width / 2, t.fork_length, t.fork_height + t.lift
    outline = [(-0.04, -w), (length - 0.2, -w), (length - 0.06, -w * 0.7)]
    outline += [
        (length - 0.06 + 0.06 * c, s * w * 0.7) for c, s in ((0.72, -0.72), (1.0, -0.25), (1.0, 0.25), (0.72, 0.72))
    ]
    outline += [(length - 0.06, w * 0.7), (length - 0.2, w), (-0.04, w)]
    fork = [plate(outline, 0.009, edge=0.003, at=top - 0.0045)]
    low = top - t.fork_depth
    for side in (-1, 1):
        skirt = [(-0.04, top - 0.003), (length - 0.19, top - 0.003), (length - 0.24, low), (-0.04, low)]
        fork.append(extrude(skirt, 0.007, plane="xz", at=side * (w - 0.005)))
        fork.append(box((length - 0.24, 0.02, 0.007), (length / 2 - 0.13, side * (w - 0.0115), low + 0.001)))
    ramp = [
        (length - 0.2, top - 0.006),
        (length - 0.03, top - 0.006),
        (length - 0.06, top - 0.02),
        (length - 0.15, low),
    ]
    fork.append(extrude(ramp, t.fork_width * 0.66, plane="xz"))
    return [m.moved((0, y, 0)) for y in fork_places(t) for m in fork]


def fork_places(t: Truck) -> tuple[float, float]:
    """Return the y of both forks' middles."""
    return (t.fork_width - t.span) / 2, (t.span - t.fork_width) / 2


def frame_lift(t: Truck) -> float:
    """Return how far the frame rises with the forks: a scissor lift leaves it on the floor."""
    return 0.0 if t.kind == "scissor" else t.lift


def scuffs(t: Truck) -> list[Mesh]:
    """Return bare patches where paint has gone: the tips, the edges of the forks, the heels."""
    rng = np.random.default_rng(int(1000 * (t.fork_length + t.wear + t.span + t.color[0])))
    w, top = t.fork_width / 2, t.fork_height + t.lift

    def patch(x: float, y: float, long: float, wide: float) -> Mesh:
        angles = (np.arange(9) + rng.uniform(-0.3, 0.3, 9)) * 2 * np.pi / 9
        long, wide = min(long, t.fork_length - 0.004 - x), min(wide, w - abs(y))
        outline = [(x + long * np.cos(a), y + wide * np.sin(a)) for a in angles]
        return extrude(outline, 0.004, at=top - 0.0008 + float(rng.uniform(0, 0.0004)))

    patches = []
    for y in fork_places(t):
        tip = t.fork_length - 0.06
        found = [patch(tip + float(rng.uniform(-0.03, 0.01)), 0, 0.08, w * 0.62) for _ in range(2 * (t.wear > 0.2))]
        for _ in range(round(26 * t.wear)):
            x = t.fork_length - 0.16 - float(rng.exponential(0.25))
            if x > 0.18:
                edge = float(rng.choice([-1, 1])) * w * float(rng.uniform(0.5, 0.92))
                found.append(patch(x, edge, float(rng.uniform(0.01, 0.07)), float(rng.uniform(0.004, 0.014))))
        patches += [m.moved((0, y, 0)) for m in found]
    return patches


def leg_chips(t: Truck) -> list[Mesh]:
    """Return bare patches on the outer faces of the legs, most of them near the edges, where loads knock."""
    rng = np.random.default_rng(round(1000 * (t.body_height + t.wear + t.color[1])))
    chips = []
    for side in (-1, 1):
        corners = [np.asarray(leg_ring(t, side, u, out=0.0009)) for u in (0.0, 1.0)]
        for _ in range(round(9 * t.wear)):
            u, v = rng.uniform(0.05, 0.95), rng.choice([-1, 1]) * rng.uniform(0.55, 0.85)
            angles = (np.arange(8) + rng.uniform(-0.3, 0.3, 8)) * np.pi / 4
            tall, wide = rng.uniform(0.015, 0.09), min(rng.uniform(0.08, 0.4), 0.985 - abs(v))
            face = []
            for a in angles:
                share = 0.5 - 0.5 * (v + wide * np.cos(a))
                at = min(max(u + tall * np.sin(a), 0.01), 0.98)
                low, high = (c[0] + (c[3] - c[0]) * share for c in corners)
                face.append(low + (high - low) * at)
            inner = [p - [0.0, side * 0.003, 0.0] for p in face]
            chips.append(loft(np.asarray([inner, face]).tolist()).moved((0, 0, frame_lift(t))))
    return chips


def rollers(t: Truck) -> tuple[list[Mesh], list[Mesh]]:
    """Return the tandem load rollers and the linkage that pushes them down as the forks rise."""
    radius = min(0.041, t.fork_height / 2 - 0.003)
    tyres, steel = [], []
    hinge = (t.fork_length - 0.46, t.fork_height + t.lift - t.fork_depth * 0.6)
    middle = t.fork_length - 0.27 - 1.1 * radius
    for y in fork_places(t):
        for x in (middle - 1.1 * radius, middle + 1.1 * radius):
            tyres.append(cylinder(radius, 0.075, (x, y, radius), axis="y", bevel=0.005, segments=20))
            steel.append(cylinder(0.012, 0.12, (x, y, radius), axis="y", segments=10))
        for s in (-1, 1):
            steel.append(box((0.15, 0.01, 0.022), (middle, y + s * 0.047, radius), bevel=0.004))
            arm = [
                (hinge[0], hinge[1] - 0.014),
                (hinge[0], hinge[1] + 0.014),
                (middle, radius + 0.02),
                (middle, radius - 0.01),
            ]
            steel.append(extrude(arm, 0.009, plane="xz", at=y + s * 0.034))
    return tyres, steel


def frame(t: Truck) -> list[Mesh]:
    """Return the welded A-frame: two legs that rise from the heels and lean back to the head, and a web between."""
    half, narrow, top = t.span / 2, t.body_width / 2, t.body_height
    foot = 0.125 if t.fork_height > 0.06 else 0.1
    pieces = []
    for s in (-1, 1):
        pieces.append(loft([leg_ring(t, s, u) for u in (-0.14, 0.0, 1.0)]))
        cheek = [(-0.09, 0.05), (0.11, t.fork_height - 0.003), (0.05, foot + 0.05), (0.02, foot + 0.06), (-0.08, foot)]
        pieces.append(plate(cheek, 0.012, edge=0.003, plane="xz", at=s * (half - 0.007)))
        pieces.append(plate(cheek, 0.012, edge=0.003, plane="xz", at=s * (half - t.fork_width + 0.007)))
        rise = [(0.105, t.fork_height - 0.004), (0.1, t.fork_height + 0.007), (0.03, foot + 0.066), (0.0, foot + 0.05)]
        pieces.append(extrude(rise, t.fork_width - 0.006, plane="xz", at=s * (half - t.fork_width / 2)))
    low, high = leg_ring(t, 1, 0.0), leg_ring(t, 1, 1.0)
    web = [
        [(x - 0.012 - d, s * (y - 0.005), z) for s, d in ((-1, 0.0), (1, 0.0), (1, 0.012), (-1, 0.012))]
        for x, y, z in (low[1], high[1])
    ]
    pieces.append(loft(web))
    pieces.append(box((0.1, t.span - 0.02, 0.085), (-0.035, 0, 0.098 if t.fork_height > 0.06 else 0.085), bevel=0.012))
    pieces.append(plate(_head_outline(top), 2 * narrow, edge=0.018, plane="xz"))
    for s in (-1, 1):
        pieces.append(
            tube([(-0.1, s * (narrow + 0.02), top * 0.55), (-0.19, s * 0.045, top - 0.05)], 0.012, segments=8)
        )
    pieces.append(
        plate(
            [(-0.115, top - 0.01), (-0.155, top - 0.01), *arc((-0.135, top + 0.03), 0.02, 180, 0, 6)],
            0.016,
            edge=0.003,
            plane="xz",
        )
    )
    return [m.moved((0, 0, frame_lift(t))) for m in pieces]


def leg_ring(
    t: Truck, side: int, u: float, *, inset: float = 0.0, out: float = 0.0
) -> list[tuple[float, float, float]]:
    """Return the corners of a leg's section: ``u`` is 0 at its foot and 1 at the head; front corners, then back."""
    thick = 0.05
    x = 0.04 - 0.125 * u
    z = 0.09 + u * (t.body_height - 0.13)
    outer = (t.span / 2 - 0.014) * (1 - u) + t.body_width / 2 * u if u > 0 else t.span / 2 - 0.014
    wide = 0.108
    front, back = x - inset, x - wide + inset
    y = side * (outer + out), side * (outer - thick)
    return [(front, y[0], z), (front, y[1], z), (back, y[1], z + 0.02), (back, y[0], z + 0.02)]


def sticker(t: Truck) -> list[Mesh]:
    """Return the maker's label on the outer side of each leg."""
    return [
        loft([leg_ring(t, s, u, inset=0.02, out=0.0012) for u in (0.42, 0.8)]).moved((0, 0, frame_lift(t)))
        for s in (-1, 1)
    ]


def _head_outline(top: float) -> list[tuple[float, float]]:
    points = [(-0.055, top - 0.12), (-0.068, top - 0.05)]
    points += arc((-0.105, top - 0.035), 0.035, 20, 90, 5)
    points += arc((-0.205, top - 0.035), 0.035, 90, 180, 5)
    return [*points, (-0.24, top - 0.07), (-0.15, top - 0.12)]
