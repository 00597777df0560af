from __future__ import annotations

import cv2
import numpy as np
import pytest

from palletjack_dr.geometry import (
    camera_from_world,
    decompose,
    look_at,
    matrix,
    pose,
    project,
    quaternion,
    rotation_matrix,
    transform,
)

RNG = np.random.default_rng(2)


def rotations(n: int) -> list[np.ndarray]:
    return [rotation_matrix(RNG.normal(size=4)) for _ in range(n)] + [
        np.diag(d) for d in ([1.0, -1.0, -1.0], [-1.0, 1.0, -1.0], [-1.0, -1.0, 1.0])
    ]


@pytest.mark.parametrize("rotation", rotations(30))
def test_a_rotation_survives_as_a_quaternion(rotation: np.ndarray) -> None:
    q = quaternion(rotation)
    assert q[0] >= 0
    assert np.allclose(rotation_matrix(q), rotation, atol=1e-12)


def test_a_matrix_splits_into_the_pose_and_scale_that_make_it() -> None:
    frame, scale = pose((1, 2, 3), rotation_matrix((0.3, 0.1, -0.5, 0.8))), (0.5, 2.0, 3.0)
    again, factors = decompose(matrix(frame, scale))
    assert np.allclose(again, frame)
    assert np.allclose(factors, scale)


def test_a_camera_sees_its_target_in_the_middle_with_up_upwards() -> None:
    camera = look_at((3, -5, 2), (0.5, 1, 0.4))
    k = np.array([[600.0, 0, 320], [0, 600, 200], [0, 0, 1]])
    points = np.array([[0.5, 1, 0.4], [0.5, 1, 0.9]])
    pixels = project(points, k, camera_from_world(camera))
    assert np.allclose(pixels[0], [320, 200])
    assert pixels[1, 0] == pytest.approx(320)
    assert pixels[1, 1] < 200


def test_projection_agrees_with_opencv() -> None:
    camera = look_at((3, -5, 2), (0.5, 1, 0.4), roll=0.2)
    k = np.array([[600.0, 0, 320], [0, 580, 200], [0, 0, 1]])
    view = camera_from_world(camera)
    points = RNG.uniform(-1, 1, (50, 3))
    expected, _ = cv2.projectPoints(points, cv2.Rodrigues(view[:3, :3])[0], view[:3, 3], k, None)
    assert np.allclose(project(points, k, view), expected[:, 0], atol=1e-9)


def test_points_behind_the_camera_have_no_pixel() -> None:
    camera = look_at((0, -5, 1), (0, 0, 1))
    with np.errstate(all="raise", invalid="ignore", divide="ignore"):
        pixels = project(np.array([[0.0, -9.0, 1.0]]), np.eye(3), camera_from_world(camera))
    assert np.isnan(pixels).all()


def test_a_camera_that_looks_straight_down_has_a_pose() -> None:
    view = camera_from_world(look_at((1, 2, 5), (1, 2, 0)))
    assert np.allclose(transform(view, np.array([[1.0, 2.0, 0.0]])), [[0, 0, 5]])
