"""Lenses against OpenCV, which computes the same projections on its own."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest

from palletjack_dr.lens import PINHOLE, Lens, lens

K1, K2, K3, K4, P1, P2 = -0.28, 0.09, -0.012, 0.002, 0.0012, -0.0007
BROWN = Lens(model="brown_conrady", coefficients=(K1, K2, P1, P2, K3))
BARREL = Lens(model="brown_conrady", coefficients=(-0.3, 0.0, 0.0, 0.0, 0.0))
PINCUSHION = Lens(model="brown_conrady", coefficients=(0.2, 0.05, 0.001, 0.001, 0.0))
FISHEYE = Lens(model="fisheye", coefficients=(0.05, -0.01, 0.003, -0.0004, 0.0))
EQUIDISTANT = Lens(model="fisheye")
LENSES = {"brown": BROWN, "barrel": BARREL, "pincushion": PINCUSHION, "fisheye": FISHEYE, "equidistant": EQUIDISTANT}


def rays(count: int = 400, reach: float = 0.7) -> Any:
    return np.random.default_rng(1).uniform(-reach, reach, (count, 2))


def by_opencv(model: Lens, points: Any) -> Any:
    solid = np.concatenate([points, np.ones((len(points), 1))], axis=1)[None]
    zero, k = np.zeros(3), np.eye(3)
    if model.model == "fisheye":
        return cv2.fisheye.projectPoints(solid, zero, zero, k, np.array(model.coefficients[:4]))[0][0]
    return cv2.projectPoints(solid[0], zero, zero, k, np.array(model.coefficients))[0][:, 0]


@pytest.mark.parametrize("name", LENSES)
def test_points_land_where_opencv_puts_them(name: str) -> None:
    assert np.allclose(LENSES[name].distort(rays()), by_opencv(LENSES[name], rays()), atol=1e-12)


@pytest.mark.parametrize("name", LENSES)
def test_there_and_back_is_the_same_ray(name: str) -> None:
    there = LENSES[name].distort(rays())
    assert np.allclose(LENSES[name].undistort(there), rays(), atol=1e-8)


@pytest.mark.parametrize("name", LENSES)
def test_the_middle_stays_and_keeps_its_scale(name: str) -> None:
    near = np.array([[0.0, 0.0], [1e-5, 0.0], [0.0, -1e-5]])
    assert np.allclose(LENSES[name].distort(near), near, atol=1e-8)
    assert np.allclose(LENSES[name].undistort(near), near, atol=1e-8)


def test_a_place_that_no_ray_reaches_has_none() -> None:
    widest = BARREL.widest()
    assert widest == pytest.approx(np.sqrt(1 / 0.9), abs=2e-3)  # where r - 0.3 r^3 turns
    assert np.isnan(BARREL.undistort(np.array([[0.8, 0.0]]))).all()
    assert np.isnan(BARREL.distort(np.array([[widest + 0.1, 0.0]]))).all()


def test_a_fisheye_sees_wide() -> None:
    angle = np.radians(74.0)
    assert EQUIDISTANT.distort(np.array([[np.tan(angle), 0.0]]))[0, 0] == pytest.approx(angle)
    assert np.isnan(EQUIDISTANT.distort(np.array([[np.tan(np.radians(76.0)), 0.0]]))).all()


def test_a_pinhole_and_a_lens_without_coefficients_change_nothing() -> None:
    for model in (PINHOLE, Lens(model="brown_conrady")):
        assert model.straight
        assert np.array_equal(model.distort(rays()), rays())
        assert np.array_equal(model.undistort(rays()), rays())


def test_an_unknown_model_is_named() -> None:
    with pytest.raises(ValueError, match="'f_theta'"):
        lens("f_theta", (0.0,) * 5)
