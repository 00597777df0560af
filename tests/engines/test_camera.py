"""Lens and sensor on the embedded engine, against rays cast through the lens and against OpenCV."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

import cv2
import numpy as np
import pytest

from palletjack_dr.camera import Camera
from palletjack_dr.edits import Edit
from palletjack_dr.engine import Capture, Window
from palletjack_dr.engines.embedded.engine import Embedded
from palletjack_dr.errors import ConfigError
from palletjack_dr.frame import Frame
from palletjack_dr.geometry import look_at, pose, rotation_matrix, transform
from palletjack_dr.labels.cuboid import cuboid_corners, loose_box
from palletjack_dr.labels.truth import object_truths
from palletjack_dr.lens import lens
from palletjack_dr.plugins.annotators.pose import Pose
from palletjack_dr.plugins.annotators.surface import Normals, PointCloud
from palletjack_dr.scene import Scene
from palletjack_dr.testing import small_scene
from palletjack_dr.testing.small_scene import CAMERA, cast_along

pytestmark = pytest.mark.renders
SIZE = (480, 288)
A = "/World/Objects/target_0"
LENSES = {
    "pinhole": ("pinhole", (0.0, 0.0, 0.0, 0.0, 0.0)),
    "barrel": ("brown_conrady", (-0.25, 0.06, 0.001, -0.0008, -0.005)),
    "pincushion": ("brown_conrady", (0.15, 0.02, 0.0, 0.001, 0.0)),
    "fisheye": ("fisheye", (0.02, -0.01, 0.001, 0.0, 0.0)),
}


@pytest.fixture(scope="module")
def scene() -> Scene:
    return small_scene()


@pytest.fixture(scope="module")
def camera(scene: Scene) -> Iterator[Camera]:
    engine = Embedded()
    engine.open(scene, SIZE, "draft")
    yield Camera(engine, SIZE)
    engine.close()


def edits(name: str, seed: int) -> list[Edit]:
    rng = np.random.default_rng(seed)
    eye, target = rng.uniform([-2, -5.0, 0.4], [2, -3.0, 3.0]), rng.uniform([-1.5, -0.5, 0], [0.5, 0.5, 1])
    model, coefficients = LENSES[name]
    return [
        Edit(CAMERA, "pose", look_at(eye, target, roll=rng.uniform(-0.3, 0.3))),
        Edit("camera", "lens.model", model),
        Edit("camera", "lens.distortion", coefficients),
        Edit(A, "pose", pose((-0.6, -0.4, 0.8), yaw=rng.uniform(-3, 3))),
        Edit(A, "scale", (1.2, 1.0, 0.8)),
    ]


@pytest.mark.parametrize("size", [(160, 96), (960, 544)])
def test_every_pixel_has_its_place_even_where_a_lens_hardly_sees_farther(size: tuple[int, int]) -> None:
    width, height = size
    camera = Camera(Embedded(), size)
    camera._lens = lens("brown_conrady", (-0.1336, 0.00175, -0.0007, -0.0002, 0.0))
    k = np.array([[width / 1.97, 0, width / 2], [0, width / 1.97, height / 2], [0, 0, 1.0]])
    columns, rows = np.meshgrid(np.arange(width), np.arange(height))
    exact = camera._place(k, columns, rows)
    off = np.abs(camera._places(k, Window(x=0, y=0, width=width, height=height)) - exact)
    assert np.isfinite(exact).mean() > 0.9
    assert np.array_equal(np.isfinite(off), np.isfinite(exact))
    assert np.nanmax(off) < 0.2


def frame_of(camera: Camera, scene: Scene, name: str, seed: int) -> Frame:
    wanted = edits(name, seed)
    camera.apply(wanted)
    seen, after = camera.capture(["instance_id", "depth", "rgb"]), scene.after(wanted)

    def alone(instances: Collection[int], window: Any) -> Capture:
        return camera.capture(["instance_id"], only=set(instances), window=window)

    objects, amodal = object_truths(after, seen, alone, ("target", "distractor"))
    return Frame(index=0, attempt=0, scene=after, capture=seen, objects=objects, amodal=amodal)


@pytest.mark.parametrize("name", LENSES)
@pytest.mark.parametrize("seed", range(4))
def test_ids_and_depth_agree_with_rays_cast_through_the_lens(
    camera: Camera, scene: Scene, name: str, seed: int
) -> None:
    frame = frame_of(camera, scene, name, seed)
    seen = frame.capture
    assert seen.instance_id is not None
    assert seen.depth is not None
    ids, depth = cast_along(frame.scene, seen.rays(), seen.view)
    same = seen.instance_id == ids
    assert same.mean() > 0.99  # the nearest pixel of the straight picture may lie across an edge
    inside = same & (ids > 0)
    assert np.median(np.abs(seen.depth[inside] - depth[inside])) < 0.005


@pytest.mark.parametrize("name", LENSES)
@pytest.mark.parametrize("seed", range(6))
def test_keypoints_are_where_opencv_projects_the_cuboid(camera: Camera, scene: Scene, name: str, seed: int) -> None:
    frame = frame_of(camera, scene, name, seed)
    row = next(r for r in Pose().annotate(frame) if r["id"] == scene.thing(A).id)
    assert isinstance(row, dict)
    bounds = scene.thing(A).bounds * row["scale"]
    corners = cuboid_corners(bounds)
    points = np.concatenate([corners, corners.mean(axis=0, keepdims=True)])
    turn = cv2.Rodrigues(np.array(row["rotation"]))[0]
    model, coefficients = LENSES[name]
    shift, k = np.array(row["translation"]), frame.capture.k
    if model == "fisheye":
        expected = cv2.fisheye.projectPoints(points[None], turn, shift, k, np.array(coefficients[:4]))[0][0]
    else:
        expected = cv2.projectPoints(points, turn, shift, k, np.array(coefficients))[0][:, 0]
    found = np.array(row["keypoints"])[:, :2]
    assert np.abs(found - expected).max() < 0.5
    x, y, z, w = row["quaternion_xyzw"]
    assert np.allclose(frame.capture.view[:3, :3] @ matrix_of(frame, A), rotation_matrix([w, x, y, z]), atol=1e-9)


def matrix_of(frame: Frame, path: str) -> Any:
    thing = frame.scene.thing(path)
    return frame.scene.world_from(thing)[:3, :3] / frame.scene.scale(thing)


@pytest.mark.parametrize("name", LENSES)
@pytest.mark.parametrize("seed", range(6))
def test_what_is_drawn_of_a_box_ends_where_its_projected_corners_end(
    camera: Camera, scene: Scene, name: str, seed: int
) -> None:
    """The targets are boxes, so that their silhouette is that of their cuboid: pixels against projection."""
    frame = frame_of(camera, scene, name, seed)
    for row in frame.objects:
        if row.role == "target" and row.box and row.occlusion == row.truncation == 0.0:
            thing = frame.scene.thing(row.path)
            corners = transform(frame.scene.world_from(thing), cuboid_corners(thing.bounds))
            loose = loose_box(corners, frame.capture)
            assert loose is not None
            assert np.abs(np.subtract(loose, row.box)).max() <= 1.01


@pytest.mark.parametrize("name", LENSES)
def test_the_amodal_mask_contains_the_visible_one(camera: Camera, scene: Scene, name: str) -> None:
    frame = frame_of(camera, scene, name, 1)
    ids = frame.capture.instance_id
    assert ids is not None
    assert frame.amodal
    for instance, mask in frame.amodal.items():
        assert (mask.inside(ids.shape) >= (ids == instance)).all()


@pytest.mark.parametrize("name", LENSES)
def test_points_lie_on_the_floor_and_normals_of_the_floor_point_up(camera: Camera, scene: Scene, name: str) -> None:
    frame = frame_of(camera, scene, name, 2)
    floor = frame.capture.instance_id == scene.having("floor")[0].id
    points, normals = (a(frame="world").annotate(frame) for a in (PointCloud, Normals))
    assert np.nanmax(np.abs(points[floor][:, 2])) < 0.05  # type: ignore[index]
    tilt = np.degrees(np.arccos(np.clip(normals[floor][:, 2], -1, 1)))  # type: ignore[index]
    assert np.nanpercentile(tilt, 90) < 1.0


def test_a_lens_moves_colours_and_ids_together(camera: Camera, scene: Scene) -> None:
    """Paint one object red: in the picture, what turns red is what its id covers."""
    wanted = [*edits("barrel", 3), Edit("distractor", "visible", False)]
    camera.apply([*wanted, Edit(A, "material.base_color", (0.0, 0.0, 0.0))])
    black = camera.capture(["instance_id", "rgb"])
    camera.apply([*wanted, Edit(A, "material.base_color", (1.0, 0.0, 0.0))])
    red = camera.capture(["rgb"])
    assert black.rgb is not None
    assert red.rgb is not None
    assert black.instance_id is not None
    own = black.instance_id == scene.thing(A).id
    painted = (red.rgb[..., 0].astype(int) - black.rgb[..., 0]) > 30
    middle = cv2.erode(own.astype(np.uint8), np.ones((5, 5))) > 0
    around = cv2.dilate(own.astype(np.uint8), np.ones((5, 5))) > 0
    assert middle.sum() > 1000
    assert painted[middle].mean() > 0.99
    assert painted[~around].mean() < 0.01


def test_sensor_edits_change_colours_and_nothing_else(camera: Camera, scene: Scene) -> None:
    wanted = edits("fisheye", 3)
    camera.apply(wanted)
    clean = camera.capture(["instance_id", "depth", "rgb"])
    camera.apply([*wanted, Edit("camera", "sensor.exposure", -2.0), Edit("camera", "sensor.motion_blur", (6.0, 0.0))])
    dim = camera.capture(["instance_id", "depth", "rgb"])
    assert clean.rgb is not None
    assert dim.rgb is not None
    assert clean.rgb.mean() > 1.3 * dim.rgb.mean()
    assert np.array_equal(clean.instance_id, dim.instance_id)  # type: ignore[arg-type]
    assert np.array_equal(clean.depth, dim.depth)  # type: ignore[arg-type]


def test_a_lens_that_takes_in_too_much_is_refused(camera: Camera) -> None:
    camera.apply(
        [
            Edit("camera", "camera.fov", 8.0),
            Edit("camera", "lens.model", "brown_conrady"),
            Edit("camera", "lens.distortion", (-1e-7, 0, 0, 0, 0)),
        ]
    )
    with pytest.raises(ConfigError, match="use a longer focal length"):
        camera.capture(["instance_id"], window=Window(x=0, y=0, width=9000, height=8))
