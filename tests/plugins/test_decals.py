"""Decals lie on their surface, clear of each other, in colours only; wear changes what is there by degrees."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pytest

from palletjack_dr import Edit, Scene
from palletjack_dr.builder import SceneBuilder
from palletjack_dr.distributions import distribution
from palletjack_dr.engines.embedded.engine import Embedded
from palletjack_dr.errors import ConfigError
from palletjack_dr.footprints import footprint, overlaps
from palletjack_dr.geometry import look_at, rotation_matrix
from palletjack_dr.plugins.assets import decals as pool
from palletjack_dr.plugins.environments.halls import Warehouse
from palletjack_dr.plugins.randomizers.decals import Decals
from palletjack_dr.plugins.randomizers.wear import LEVELS, Wear
from palletjack_dr.randomness import stream
from palletjack_dr.testing import RandomizerContract, small_scene


@lru_cache(maxsize=1)
def hall() -> Scene:
    builder = SceneBuilder((320, 192))
    Warehouse().build(builder)
    pool.Decals(copies=1).populate(builder)
    return builder.scene()


class TestWallDecals(RandomizerContract):
    randomizer = Decals(surface="wall", gap=0.002, count=distribution(6, whole=True))

    def scene(self) -> Scene:
        return hall()


def shown(randomizer: Decals, seed: int) -> tuple[Scene, list[str]]:
    drawn = list(randomizer.sample(stream(seed, 0, 0, "decals"), hall()))
    return hall().after(drawn), [e.target for e in drawn if e.attribute == "visible" and e.value]


@pytest.mark.parametrize("seed", range(3))
def test_decals_lie_on_the_floor_clear_of_each_other_and_the_rest_is_hidden(seed: int) -> None:
    scene, paths = shown(Decals(count=distribution(9, whole=True)), seed)
    low, high = scene.floor()
    spots = [footprint(scene.world_from(scene.thing(p)), scene.thing(p).bounds) for p in paths]
    assert len(paths) >= 7
    for path, spot in zip(paths, spots, strict=True):
        assert scene.pose(path)[2] == 0.005
        assert (spot.corners >= low).all()
        assert (spot.corners <= high).all()
        assert not any(overlaps(spot, other) for other in spots if other is not spot)
    others = [d for d in scene.having("decal") if d.path not in paths and d.label == "floor"]
    assert others
    assert not any(scene.visible(d) for d in others)


def test_decals_hang_on_walls_upright_and_face_the_hall() -> None:
    scene, paths = shown(Decals(surface="wall", gap=0.002, count=distribution(6, whole=True)), 1)
    assert len(paths) >= 3
    for path in paths:
        turn = rotation_matrix(scene.pose(path)[3:])
        at = np.array(scene.pose(path)[:3])
        assert abs(turn[2, 2]) < 1e-6  # its face is upright
        assert turn[2, 1] > 0.98  # and its top is up
        assert turn[:2, 2] @ (scene.floor().mean(axis=0) - at[:2]) > 0
        behind = at - 0.002 * turn[:, 2]
        distance = [
            np.abs((scene.triangles(w) @ w_from[:3, :3].T + w_from[:3, 3] - behind) @ turn[:, 2]).max(axis=1).min()
            for w in scene.having("wall")
            for w_from in [scene.world_from(w)]
        ]
        assert min(distance) < 1e-4  # a triangle of a wall lies in the plane behind it


def test_a_surface_without_decals_is_refused() -> None:
    with pytest.raises(ConfigError, match="wanted 'floor' or 'wall'"):
        Decals(surface="ceiling")


@pytest.mark.renders
def test_decals_are_seen_in_colours_and_neither_in_ids_nor_in_depth() -> None:
    scene = hall()
    engine = Embedded()
    engine.open(scene, (240, 144), "draft")
    try:
        path = next(d.path for d in scene.having("decal") if d.asset == "decal_floor_warning")
        aim = [Edit("camera", "pose", look_at((-2.2, 1.0, 1.8), (0.0, 1.0, 0.0)))]
        there = [Edit("decal", "visible", False), Edit(path, "visible", True), Edit(path, "scale", (2.0, 2.0, 1.0))]
        changed = []
        for height in (-1.0, 0.005, 0.05):
            engine.apply([*aim, *there, Edit(path, "pose", (0.0, 1.0, height, 1.0, 0.0, 0.0, 0.0))])
            seen = engine.capture(["rgb", "instance_id", "depth"])
            assert seen.rgb is not None
            assert seen.instance_id is not None
            assert seen.depth is not None
            assert scene.thing(path).id not in seen.instance_id
            changed.append(seen)
        without, close, clear = changed
        assert np.array_equal(without.instance_id, close.instance_id)  # type: ignore[arg-type]
        assert np.array_equal(without.depth, close.depth)  # type: ignore[arg-type]
        at_gap, well_off = (
            (np.abs(c.rgb.astype(int) - without.rgb).max(axis=2) > 30).sum()  # type: ignore[union-attr]
            for c in (close, clear)
        )
        assert at_gap > 300
        assert at_gap == pytest.approx(well_off, rel=0.1)  # as whole as one that cannot fight with the floor
    finally:
        engine.close()


def test_wear_changes_the_colour_that_is_there_more_the_more_is_drawn() -> None:
    red = (0.6, 0.05, 0.05)
    scene = small_scene()
    surface = scene.surfaces("/World/Objects/target_0", "Paint")[0]
    before = scene.after([Edit(surface, "material.base_color", red), Edit(surface, "material.roughness", 0.3)])
    looks = []
    for amount in (0.0, 0.4, 0.7, 1.0):
        drawn = Wear(amount=distribution(amount)).sample(stream(0, 0, 0, "wear"), before)
        looks.append({e.attribute: e.value for e in drawn if e.target == surface})
    assert looks[0]["material.base_color"] == pytest.approx(red)
    assert looks[0]["material.roughness"] == pytest.approx(0.3)
    assert [look["material.texture"] for look in looks] == list(LEVELS)
    saturation = [max(c) - min(c) for look in looks for c in [look["material.base_color"]] if isinstance(c, tuple)]
    rough = [look["material.roughness"] for look in looks]
    assert saturation == sorted(saturation, reverse=True)
    assert rough == sorted(rough, key=str)
    assert len({*saturation}) == len({*rough}) == 4


def test_wear_reads_the_authored_colour_of_what_nobody_changed() -> None:
    scene = hall()
    colors = {
        surface: scene.authored(surface).color for w in scene.having("wall") for surface in scene.surfaces(w.path)
    }
    assert any(c == pytest.approx((0.95, 0.94, 0.9)) for c in colors.values())  # the factor on a texture
    assert any(c == pytest.approx((0.12, 0.18, 0.24)) for c in colors.values())  # a plain colour
