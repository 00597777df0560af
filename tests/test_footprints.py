from __future__ import annotations

import numpy as np
import pytest

from palletjack_dr.footprints import footprint, overlaps
from palletjack_dr.geometry import matrix, pose

UNIT = np.array([[-0.5, -0.5, 0.0], [0.5, 0.5, 1.0]])


def at(x: float, y: float, degrees: float = 0.0, margin: float = 0.0) -> object:
    return footprint(matrix(pose((x, y, 0), yaw=np.radians(degrees))), UNIT, margin=margin)


@pytest.mark.parametrize(
    ("x", "y", "degrees", "expected"),
    [
        (0.9, 0, 0, True),
        (1.1, 0, 0, False),
        (1.1, 0, 45, True),
        (1.3, 0, 45, False),
        (0.85, 0.85, 45, True),
        (0, 0, 30, True),
    ],
)
def test_turned_squares_overlap_exactly_when_they_share_ground(
    x: float, y: float, degrees: float, expected: bool
) -> None:
    assert overlaps(at(0, 0), at(x, y, degrees)) is expected  # type: ignore[arg-type]
    assert overlaps(at(x, y, degrees), at(0, 0)) is expected  # type: ignore[arg-type]


def test_overlap_agrees_with_counting_points() -> None:
    rng = np.random.default_rng(0)
    grid = np.stack(np.meshgrid(*[np.linspace(-0.5, 0.5, 60)] * 2), axis=-1).reshape(-1, 2)
    for _ in range(200):
        x, y, a = rng.uniform(-1.6, 1.6), rng.uniform(-1.6, 1.6), rng.uniform(0, 360)
        c, s = np.cos(np.radians(a)), np.sin(np.radians(a))
        points = grid @ np.array([[c, s], [-s, c]]) + [x, y]
        shared = (np.abs(points) < 0.5).all(axis=1).sum()
        if shared == 0 or shared > 3:  # a touch of a corner is below what the grid can tell
            near = overlaps(at(0, 0), at(x, y, a))  # type: ignore[arg-type]
            assert near or shared == 0
            if near and shared == 0:
                assert overlaps(at(0, 0, margin=0.02), at(x, y, a))  # type: ignore[arg-type]


def test_a_margin_widens_a_footprint_on_every_side() -> None:
    assert overlaps(at(0, 0, margin=0.1), at(1.05, 0))  # type: ignore[arg-type]
