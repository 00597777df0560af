"""The halls: roles, room to drive, parameters that show, surroundings of unit mean."""

from __future__ import annotations

import itertools

import cv2
import numpy as np
import pytest
from pxr import Usd, UsdGeom, UsdLux

from palletjack_dr import scenes
from palletjack_dr.builder import SceneBuilder
from palletjack_dr.plugins.environments.halls import LoadingDock, NarrowAisle, Warehouse
from palletjack_dr.scene import Scene
from palletjack_dr.scenes import halls
from palletjack_dr.scenes.sky import SKIES

HALLS = {"warehouse": Warehouse(), "narrow_aisle": NarrowAisle(), "loading_dock": LoadingDock()}


@pytest.fixture(scope="module", params=HALLS)
def scene(request: pytest.FixtureRequest) -> Scene:
    builder = SceneBuilder((480, 360))
    HALLS[request.param].build(builder)
    return builder.scene()


def test_a_hall_has_the_roles_and_materials_that_randomizers_select(scene: Scene) -> None:
    assert {"floor", "wall", "ceiling", "rack", "column", "obstacle", "light", "dome"} <= set(scene.roles())
    assert all(scene.surfaces(path, "Floor") for path in scene.select("floor"))
    assert all(scene.surfaces(path, "Wall") for path in scene.select("wall"))


def test_a_hall_has_free_floor(scene: Scene) -> None:
    low, high = scene.floor()
    x, y = np.meshgrid(np.arange(low[0], high[0], 0.1), np.arange(low[1], high[1], 0.1))
    free = np.ones_like(x, bool)
    for thing in scene.standing():
        (x0, y0, _), (x1, y1, _) = scene.bounds(thing)
        free &= ~((x > x0) & (x < x1) & (y > y0) & (y < y1))
    assert free.sum() * 0.01 > 60.0


def test_nothing_in_a_hall_stands_in_another_thing(scene: Scene) -> None:
    standing = [t for t in scene.standing() if t.role != "wall"]
    for index, thing in enumerate(standing):
        low, high = scene.bounds(thing)
        assert low[2] > -0.01, thing.path
        for other in standing[index + 1 :]:
            a, b = scene.bounds(other)
            assert not ((low[:2] < b[:2]) & (a[:2] < high[:2])).all(), (thing.path, other.path)


def test_the_racks_of_the_narrow_aisle_keep_its_width() -> None:
    for width in (1.8, 3.2):
        builder = SceneBuilder((480, 360))
        NarrowAisle(aisle_width=width).build(builder)
        scene = builder.scene()
        boxes = sorted((scene.bounds(r)[:, 1] for r in scene.having("rack")), key=lambda b: float(b[0]))
        gaps = [float(after[0] - before[1]) for before, after in itertools.pairwise(boxes)]
        assert max(gaps) == pytest.approx(width, abs=0.35)  # guards and goods reach into it
        assert sum(gap > 0.7 * width for gap in gaps) == 2


def test_parameters_make_another_file_and_the_defaults_the_plain_one() -> None:
    plain = scenes.asset("environment/warehouse")
    assert scenes.hall(halls.Warehouse()) == plain
    empty = scenes.hall(halls.Warehouse(fill=0.0))
    assert empty != plain
    assert triangles(empty) < 0.7 * triangles(plain)
    assert triangles(scenes.hall(halls.Warehouse(seed=7))) != triangles(plain)


def test_daylight_can_be_switched_off() -> None:
    def lights(**settings: bool) -> set[str]:
        stage = Usd.Stage.Open(str(scenes.hall(halls.LoadingDock(**settings))))
        return {p.GetName() for p in stage.Traverse() if p.HasAPI(UsdLux.LightAPI)}

    assert {"Sun", "Daylight_0", "Daylight_1", "Dome"} <= lights(daylight=True)
    night = lights(daylight=False)
    assert not any(name == "Sun" or name.startswith("Daylight") for name in night)
    assert "Lamp_0" in night


@pytest.mark.parametrize("name", SKIES)
def test_a_sky_is_a_lat_long_image_whose_mean_is_one(name: str) -> None:
    image = cv2.imread(str(scenes.sky_map(name)), cv2.IMREAD_UNCHANGED)
    assert image is not None
    assert image.shape == (256, 512, 3)
    assert image.dtype == np.float32
    weight = np.cos(np.pi * (0.5 - (np.arange(256) + 0.5) / 256))[:, None, None]
    assert (image * weight).sum() / (weight.sum() * 512 * 3) == pytest.approx(1.0, abs=0.02)


def triangles(path: object) -> int:
    stage = Usd.Stage.Open(str(path))
    return sum(len(UsdGeom.Mesh(p).GetFaceVertexCountsAttr().Get()) for p in stage.Traverse() if p.IsA(UsdGeom.Mesh))
