"""Dummies of a grown person in work clothes, hi-vis vest and helmet, facing +X. They have no faces."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from palletjack_dr.scenes.distractors.fittings import Point, stood
from palletjack_dr.scenes.goods import boxed
from palletjack_dr.scenes.materials import RUBBER, cloth
from palletjack_dr.scenes.mesh import AXES, Array, Mesh, box, join, lathe, turned
from palletjack_dr.scenes.stage import Color, Material, Part

SKIN = Material("Skin", (0.42, 0.24, 0.16), roughness=0.6)
BANDS = Material("Reflective", (0.72, 0.73, 0.72), roughness=0.3)
NAVY, GREY = (0.03, 0.045, 0.1), (0.16, 0.17, 0.19)


@dataclass(frozen=True, kw_only=True)
class Pose:
    """Where the joints of the left side are [m], hip and shoulder being fixed; the right side's are ``*_right``."""

    knee: Point = (0.01, 0.11, 0.5)
    ankle: Point = (-0.01, 0.12, 0.09)
    knee_right: Point = (0.02, -0.11, 0.5)
    ankle_right: Point = (0.02, -0.13, 0.09)
    elbow: Point = (-0.03, 0.27, 1.14)
    hand: Point = (0.05, 0.27, 0.88)
    elbow_right: Point = (-0.02, -0.27, 1.14)
    hand_right: Point = (0.07, -0.26, 0.88)


WALKING = Pose(
    knee=(0.17, 0.1, 0.52),
    ankle=(0.24, 0.1, 0.1),
    knee_right=(-0.06, -0.1, 0.5),
    ankle_right=(-0.34, -0.1, 0.17),
    elbow=(-0.17, 0.25, 1.16),
    hand=(-0.1, 0.24, 0.92),
    elbow_right=(0.1, -0.25, 1.16),
    hand_right=(0.3, -0.22, 1.02),
)
CARRYING = Pose(
    elbow=(0.03, 0.27, 1.13), hand=(0.27, 0.2, 1.09), elbow_right=(0.03, -0.27, 1.13), hand_right=(0.27, -0.2, 1.09)
)


def person_standing() -> list[Part]:
    """A worker who waits."""
    return stood(
        _person(Pose(), trousers=NAVY, shirt=(0.05, 0.06, 0.09), vest=(0.62, 0.75, 0.03), helmet=(0.8, 0.8, 0.78))
    )


def person_walking() -> list[Part]:
    """A worker in mid stride."""
    return stood(
        _person(WALKING, trousers=GREY, shirt=(0.02, 0.06, 0.2), vest=(0.85, 0.22, 0.02), helmet=(0.75, 0.5, 0.02))
    )


def person_carrying() -> list[Part]:
    """A worker with a carton in his arms."""
    worker = _person(
        CARRYING, trousers=(0.1, 0.09, 0.07), shirt=(0.3, 0.3, 0.32), vest=(0.62, 0.75, 0.03), helmet=(0.02, 0.1, 0.4)
    )
    return stood(worker + boxed((0.3, 0.38, 0.28), (0.33, 0, 1.02), shade=0))


def _person(pose: Pose, *, trousers: Color, shirt: Color, vest: Color, helmet: Color) -> list[Part]:
    legs, sleeves, hands, boots = [], [], [], []
    for s, knee, ankle in ((1, pose.knee, pose.ankle), (-1, pose.knee_right, pose.ankle_right)):
        legs += [_limb((0, s * 0.09, 0.93), knee, 0.092, 0.066), _limb(knee, ankle, 0.064, 0.056)]
        pitch = turned("y", float(np.clip((ankle[2] - 0.09) * 450, 0, 40)))  # a lifted heel
        boots += [
            box(size, at, bevel=0.035).moved((ankle[0], ankle[1], ankle[2] - 0.09), turn=pitch)
            for size, at in (((0.28, 0.1, 0.085), (0.06, 0, 0.0425)), ((0.12, 0.1, 0.13), (-0.01, 0, 0.085)))
        ]
    for s, elbow, hand in ((1, pose.elbow, pose.hand), (-1, pose.elbow_right, pose.hand_right)):
        sleeves += [_limb((0, s * 0.19, 1.42), elbow, 0.062, 0.05), _limb(elbow, hand, 0.048, 0.04)]
        ahead = np.subtract(hand, elbow) / np.linalg.norm(np.subtract(hand, elbow))
        hands.append(_limb(hand, _point(np.add(hand, 0.12 * ahead)), 0.042, 0.03))
    hips = lathe([(0.0, 0.82), (0.12, 0.83), (0.18, 0.9), (0.175, 1.0), (0.16, 1.08)], 18)
    chest = [(0.165, 0.98), (0.17, 1.1), (0.19, 1.28), (0.2, 1.38), (0.17, 1.46), (0.08, 1.51), (0.06, 1.53)]
    over = [(r + 0.012, z) for r, z in ((0.178, 0.96), *chest[1:4], (0.185, 1.44), (0.12, 1.49))]
    bands = [_flat(lathe([(r, z), (r2, z + 0.05)], 18)) for r, r2, z in ((0.1935, 0.2, 1.12), (0.2055, 0.212, 1.27))]
    head = [lathe([(0.055, 1.46), (0.053, 1.58)], 14)]
    face = [(0.0, 1.54), (0.045, 1.545), (0.07, 1.59), (0.08, 1.66), (0.075, 1.72), (0.04, 1.77), (0.0, 1.78)]
    head.append(lathe(face, 16).moved((0.015, 0, 0)))
    shell = [(0.125, 1.695), (0.105, 1.7), (0.1, 1.74), (0.08, 1.79), (0.04, 1.815), (0.0, 1.82)]
    hat = [lathe(shell, 18).moved((0.01, 0, 0)), box((0.09, 0.13, 0.012), (0.115, 0, 1.697), bevel=0.005)]
    return [
        (cloth(trousers, "Trousers"), join([*legs, _flat(hips)])),
        (cloth(shirt, "Shirt"), join([*sleeves, _flat(lathe(chest, 18))])),
        (cloth(vest, "Paint"), _flat(lathe(over, 18))),
        (BANDS, join(bands)),
        (SKIN, join(head + hands)),
        (Material("Helmet", helmet, roughness=0.35), join(hat)),
        (RUBBER, join(boots)),
    ]


def _limb(start: Point, end: Point, first: float, last: float) -> Mesh:
    """A tapered round limb with rounded ends, between two joints."""
    along = np.subtract(end, start)
    length = float(np.linalg.norm(along))
    profile = [(0.0, -0.7 * first), (0.7 * first, -0.5 * first), (first, 0.0), (last, length)]
    profile += [(0.7 * last, length + 0.5 * last), (0.0, length + 0.7 * last)]
    return lathe(profile, 12).moved(start, turn=_towards(along / length))


def _point(place: Array) -> Point:
    return (float(place[0]), float(place[1]), float(place[2]))


def _towards(direction: Array) -> Array:
    """Return a rotation that turns Z into ``direction``."""
    side = np.cross(AXES[1], direction)
    side /= np.linalg.norm(side)
    return np.stack([side, np.cross(direction, side), direction], axis=1)


def _flat(mesh: Mesh) -> Mesh:
    """Return a round body pressed front to back, as a trunk is."""
    factor = np.array([0.66, 1.0, 1.0])
    normals = mesh.normals / factor
    normals /= np.linalg.norm(normals, axis=2, keepdims=True)
    return Mesh(points=mesh.points * factor, normals=normals, uvs=mesh.uvs)
