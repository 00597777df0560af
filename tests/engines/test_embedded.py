"""The embedded engine against analytic truth. One engine is opened per scene; the process has one context."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Collection, Iterator
from textwrap import dedent

import numpy as np
import pytest

from palletjack_dr.edits import Edit
from palletjack_dr.engine import Window
from palletjack_dr.engines.embedded.engine import Embedded
from palletjack_dr.geometry import look_at, pose
from palletjack_dr.labels.truth import object_truths
from palletjack_dr.scene import Scene
from palletjack_dr.testing import small_scene
from palletjack_dr.testing.small_scene import CAMERA, cast_rays

pytestmark = pytest.mark.renders
SIZE = (480, 288)
A, B = "/World/Objects/target_0", "/World/Objects/target_1"
RNG = np.random.default_rng(4)


@pytest.fixture(scope="module")
def scene() -> Scene:
    return small_scene()


@pytest.fixture(scope="module")
def engine(scene: Scene) -> Iterator[Embedded]:
    engine = Embedded()
    engine.open(scene, SIZE, "draft")
    yield engine
    engine.close()


def cameras(n: int) -> list[Edit]:
    eyes = RNG.uniform([-5.5, -5.5, 0.3], [5.5, 4.0, 4.0], (n, 3))
    return [Edit(CAMERA, "pose", look_at(eye, RNG.uniform([-4, -4, 0], [4, 4, 1.5]))) for eye in eyes]


@pytest.mark.parametrize("camera", cameras(25))
def test_ids_and_depth_agree_with_rays_cast_through_pixel_centres(engine: Embedded, scene: Scene, camera: Edit) -> None:
    edits = [camera, Edit(A, "pose", pose((-0.5, -1, 0.9), yaw=0.7)), Edit(A, "scale", (1.0, 1.5, 0.7))]
    engine.apply(edits)
    seen = engine.capture(["instance_id", "depth"])
    assert seen.instance_id is not None
    assert seen.depth is not None
    ids, depth = cast_rays(scene.after(edits), seen.k, seen.view, (0, 0, *SIZE))
    same = seen.instance_id == ids
    assert same.mean() > 0.997  # edges between two pixels may fall either way
    inside = same & (ids > 0)
    assert np.abs(seen.depth[inside] - depth[inside]).max() < 0.02
    assert np.isinf(seen.depth[same & (ids == 0)]).all()


def test_a_window_beyond_the_picture_continues_it(engine: Embedded) -> None:
    engine.apply([])
    whole = engine.capture(["instance_id"]).instance_id
    wide = engine.capture(["instance_id"], window=Window(x=-100, y=-50, width=680, height=388)).instance_id
    assert whole is not None
    assert wide is not None
    assert (wide[50:338, 100:580] != whole).mean() < 1e-4
    assert (wide[:, :100] > 0).any()


def test_a_window_larger_than_the_picture_is_put_together_from_pieces(engine: Embedded, scene: Scene) -> None:
    engine.apply([])
    beyond = Window(x=-100, y=-50, width=1100, height=700)
    in_one = engine.capture(["instance_id"], window=beyond).instance_id
    engine.apply([])
    everything = {thing.id for thing in scene.objects}
    pieces = engine.capture(["instance_id"], only=everything, window=beyond).instance_id
    assert in_one is not None
    assert pieces is not None
    assert pieces.shape == in_one.shape == (700, 1100)
    assert (pieces != in_one).mean() < 1e-4
    assert len(np.unique(pieces)) > 2


def test_an_error_that_holds_the_scene_is_not_hidden_by_closing_the_engine() -> None:
    program = """
        from palletjack_dr.engines.embedded.engine import Embedded
        from palletjack_dr.testing import small_scene

        engine = Embedded()
        engine.open(small_scene(), (64, 64), "draft")
        try:
            held = engine._state["view"]
            engine.capture(["instance_id"])
            raise ValueError("what went wrong")
        finally:
            engine.close()
    """
    ended = subprocess.run([sys.executable, "-c", dedent(program)], capture_output=True, text=True, check=False)
    assert ended.stderr.splitlines()[-1] == "ValueError: what went wrong"
    assert "Filament" not in ended.stderr


def test_only_shows_the_instances_that_are_asked_for(engine: Embedded, scene: Scene) -> None:
    engine.apply([])
    wanted = scene.thing(A).id
    alone = engine.capture(["instance_id"], only={wanted}).instance_id
    again = engine.capture(["instance_id"]).instance_id
    assert alone is not None
    assert again is not None
    assert set(np.unique(alone)) == {0, wanted}
    assert len(np.unique(again)) > 3


def truth(engine: Embedded, scene: Scene, *edits: Edit) -> object:
    front = Edit(CAMERA, "pose", look_at((0, -4, 0.5), (0, 0, 0.5)))
    every = [front, Edit("distractor", "visible", False), *edits]
    engine.apply(every)

    def alone(instances: Collection[int], window: Window) -> object:
        return engine.capture(["instance_id"], only=set(instances), window=window)

    rows, _ = object_truths(scene.after(every), engine.capture(["instance_id"]), alone, ("target",))  # type: ignore[arg-type]
    return next(row for row in rows if row.path == A)


@pytest.mark.parametrize("share", [0.1, 0.25, 0.5, 0.75, 0.9])
def test_occlusion_of_a_box_half_behind_another_is_right(engine: Embedded, scene: Scene, share: float) -> None:
    left = -0.6 + 1.2 * share  # where the cover's silhouette must end on the front of target_0, 3.75 m away
    near = 4 - (0.75 if left < 0 else 1.25)
    cover = Edit(B, "pose", pose((left * near / 3.75 - 0.6, -1.0, 0.5)))
    found = truth(engine, scene, Edit(A, "pose", pose((0, 0, 0.5))), cover, Edit(B, "scale", (1.0, 1.0, 3.0)))
    assert found.occlusion == pytest.approx(share, abs=0.02)  # type: ignore[attr-defined]


@pytest.mark.parametrize("share", [0.1, 0.25, 0.5, 0.75, 0.9])
def test_truncation_of_a_box_half_out_of_the_picture_is_right(engine: Embedded, scene: Scene, share: float) -> None:
    k = engine.capture(["instance_id"]).k
    half = SIZE[0] / 2 / k[0, 0] * 4.0  # half of what the picture shows at the depth of the box, which is made thin
    moved = Edit(A, "pose", pose((half - 0.6 + 1.2 * share, 0, 0.5)))
    found = truth(engine, scene, moved, Edit(A, "scale", (1.0, 0.01, 1.0)), Edit(B, "visible", False))
    assert found.truncation == pytest.approx(share, abs=0.02)  # type: ignore[attr-defined]


def test_a_frame_owes_nothing_to_the_frame_before_it(engine: Embedded) -> None:
    engine.apply([])
    before = engine.capture(["rgb", "instance_id", "depth"])
    engine.apply(
        [
            Edit(A, "pose", pose((2, -1, 0.5))),
            Edit(B, "visible", False),
            Edit("target", "material.base_color", (0.0, 1.0, 0.0)),
            Edit("light", "light.intensity", 500.0),
            Edit("light", "light.temperature", 2500.0),
            Edit("world", "environment.exposure", 11.0),
            Edit("world", "environment.fog_density", 0.3),
            Edit(CAMERA, "camera.fov", 100.0),
        ]
    )
    engine.capture(["rgb"])
    engine.apply([])
    after = engine.capture(["rgb", "instance_id", "depth"])
    assert np.array_equal(before.instance_id, after.instance_id)  # type: ignore[arg-type]
    assert np.array_equal(before.depth, after.depth)  # type: ignore[arg-type]
    assert before.rgb is not None
    assert after.rgb is not None
    assert (np.abs(before.rgb.astype(int) - after.rgb) > 2).mean() < 0.005  # dithering moves values by 1 or so


def brightness(engine: Embedded, *edits: Edit) -> float:
    engine.apply(edits)
    rgb = engine.capture(["rgb"]).rgb
    assert rgb is not None
    return float(rgb.mean())


def test_every_edit_of_light_and_air_shows(engine: Embedded) -> None:
    plain = brightness(engine)
    assert brightness(engine, Edit("world", "environment.exposure", 9.5)) < 0.8 * plain
    assert brightness(engine, Edit("light", "light.enabled", False)) < 0.8 * plain
    assert brightness(engine, Edit("light", "light.intensity", 60_000.0)) > 1.1 * plain
    assert brightness(engine, Edit("light", "light.color", (0.0, 0.0, 0.0)), Edit("dome", "light.intensity", 0.0)) < 3.0
    assert abs(brightness(engine, Edit("world", "environment.fog_density", 0.5)) - plain) > 3.0


def test_every_edit_of_material_shows_on_its_object_only(engine: Embedded, scene: Scene) -> None:
    engine.apply([])
    plain = engine.capture(["rgb", "instance_id"])
    for edit in (
        Edit(A, "material.base_color", (0.9, 0.0, 0.0)),
        Edit(A, "material.metallic", 1.0),
        Edit(A, "material.texture", "pattern_hazard"),
    ):
        engine.apply([edit])
        rgb = engine.capture(["rgb"]).rgb
        assert rgb is not None
        assert plain.rgb is not None
        changed = np.abs(rgb.astype(int) - plain.rgb).max(axis=2) > 6
        mine = plain.instance_id == scene.thing(A).id
        other = plain.instance_id == scene.thing(B).id
        assert changed[mine].mean() > 0.3, edit
        assert changed[other].mean() < 0.02, edit


def test_warm_light_is_redder_than_cold_light(engine: Embedded) -> None:
    def redness(kelvin: float) -> float:
        engine.apply([Edit("light", "light.temperature", kelvin)])
        rgb = engine.capture(["rgb"]).rgb
        assert rgb is not None
        return float(rgb[..., 0].mean() / rgb[..., 2].mean())

    assert redness(2500.0) > 1.2 * redness(7000.0)
