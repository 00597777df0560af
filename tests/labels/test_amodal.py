"""Whole silhouettes cost few passes, and are those that a pass for every target would give."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pytest

from palletjack_dr.edits import Edit
from palletjack_dr.engine import Capture, Window
from palletjack_dr.geometry import Array, camera_from_world, look_at, pose
from palletjack_dr.labels.amodal import AmodalMask, amodal_mask, amodal_masks, amodal_window, keeping_apart
from palletjack_dr.scene import Scene
from palletjack_dr.testing import small_scene
from palletjack_dr.testing.small_scene import CAMERA, FOCAL, HEIGHT, WIDTH, cast_rays

K = np.array([[FOCAL, 0.0, WIDTH / 2], [0.0, FOCAL, HEIGHT / 2], [0.0, 0.0, 1.0]])
DOWN = Edit(CAMERA, "pose", look_at((0, -3.0, 4.0), (0, 0.4, 0.3)))
"""A camera that sees nothing but the floor and what stands on it."""


class Passes:
    """Draws objects alone by casting rays, and keeps count."""

    def __init__(self, scene: Scene, view: Array) -> None:
        self._scene, self._view = scene, view
        self.drawn: list[set[int]] = []

    def __call__(self, instances: Collection[int], window: Window) -> Capture:
        self.drawn.append(set(instances))
        part = (window.x, window.y, window.width, window.height)
        ids, _ = cast_rays(self._scene, K, self._view, part, only=instances)
        return Capture(k=K, view=self._view, instance_id=ids)


def masks_of(*edits: Edit) -> tuple[dict[int, AmodalMask], dict[int, AmodalMask], Passes]:
    """Return the masks of all targets, those of one pass each, and the passes that the former took."""
    scene = small_scene().after(edits)
    view = camera_from_world(scene.pose(CAMERA))
    seen = Capture(k=K, view=view, instance_id=cast_rays(scene, K, view, (0, 0, WIDTH, HEIGHT))[0])
    passes, each = Passes(scene, view), Passes(scene, view)
    targets = [thing for thing in scene.having("target") if scene.visible(thing)]
    single = {}
    for thing in targets:
        window = amodal_window(scene.world_from(thing), thing.bounds, seen)
        if window is not None:
            lone = each({thing.id}, window).instance_id
            assert lone is not None
            assert seen.instance_id is not None
            mask = amodal_mask(lone > 0, window, seen.instance_id == thing.id)
            if mask.inside((HEIGHT, WIDTH)).any():
                single[thing.id] = mask
    return amodal_masks(scene, targets, seen, passes), single, passes


@pytest.mark.parametrize("seed", range(24))
def test_masks_equal_those_of_one_pass_for_every_target(seed: int) -> None:
    rng = np.random.default_rng(seed)
    names = ["target_0", "target_1", "crate_0", "crate_1"]
    spots = [pose((*rng.uniform(-1.8, 1.8, 2), rng.uniform(0.3, 0.6)), yaw=rng.uniform(-3, 3)) for _ in names]
    eye = (*rng.uniform(-1, 1, 1), *rng.uniform(-5, -2.5, 1), *rng.uniform(0.3, 4.0, 1))
    placed = [Edit(f"/World/Objects/{name}", "pose", spot) for name, spot in zip(names, spots, strict=True)]
    found, single, passes = masks_of(Edit(CAMERA, "pose", look_at(eye, (0, 0, 0.4))), *placed)
    assert found.keys() == single.keys()
    for i, mask in found.items():
        assert mask.window == single[i].window
        assert (mask.pixels == single[i].pixels).all()
    assert len(passes.drawn) <= len(single)


def test_a_target_that_stands_free_needs_no_pass() -> None:
    found, single, passes = masks_of(DOWN, Edit("distractor", "visible", False))
    assert len(found) == len(single) == 2
    assert passes.drawn == []


def test_targets_that_may_be_hidden_share_a_pass_where_they_keep_apart() -> None:
    fronts = [Edit(f"/World/Objects/crate_{i}", "pose", pose((x, -0.9, 0.3))) for i, x in enumerate((-0.9, 0.9))]
    aside = [Edit(f"/World/Objects/target_{i}", "pose", pose((x, 0, 0.5))) for i, x in enumerate((-0.9, 0.9))]
    found, single, passes = masks_of(DOWN, *aside, *fronts)
    assert len(found) == len(single) == 2
    assert passes.drawn == [set(found)]


def test_a_pass_is_made_where_something_without_an_id_is_in_the_way() -> None:
    _, single, passes = masks_of(Edit(CAMERA, "pose", look_at((0, -5, 0.5), (0, 0, 0.5))))  # empty sky behind
    assert single
    assert passes.drawn


def test_groups_hold_every_window_once_and_none_that_meet() -> None:
    rng = np.random.default_rng(0)
    corners = rng.integers(0, 300, (40, 2))
    sizes = rng.integers(10, 90, (40, 2))
    windows = {
        i: Window(x=int(x), y=int(y), width=int(w), height=int(h))
        for i, ((x, y), (w, h)) in enumerate(zip(corners, sizes, strict=True))
    }
    groups = keeping_apart(windows)
    assert sorted(i for group in groups for i in group) == list(windows)
    assert len(groups) < len(windows)
    for group in groups:
        taken = np.zeros((400, 400), int)
        for i in group:
            w = windows[i]
            taken[w.y : w.y + w.height, w.x : w.x + w.width] += 1
        assert taken.max() == 1
