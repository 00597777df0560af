from __future__ import annotations

import numpy as np
import pytest

from palletjack_dr.edits import Edit
from palletjack_dr.engine import Window
from palletjack_dr.geometry import look_at, pose
from palletjack_dr.labels.amodal import amodal_mask
from palletjack_dr.labels.extents import extents
from palletjack_dr.testing import small_frame
from palletjack_dr.testing.small_scene import CAMERA, FOCAL, HEIGHT, WIDTH

A, B = "/World/Objects/target_0", "/World/Objects/target_1"
CRATES = (Edit("distractor", "visible", False),)
FRONT = Edit(CAMERA, "pose", look_at((0, -5, 0.5), (0, 0, 0.5)))


def truth(*edits: Edit, path: str = A) -> object:
    return next((o for o in small_frame((*CRATES, FRONT, *edits)).objects if o.path == path), None)


def test_extents_equal_a_search_for_every_id() -> None:
    ids = np.random.default_rng(0).integers(0, 5, (40, 60)).astype(np.int32)
    ids[:, :7] = 0
    found = extents(ids)
    assert set(found) == {1, 2, 3, 4}
    for i, (count, box) in found.items():
        ys, xs = np.nonzero(ids == i)
        assert count == len(xs)
        assert box == (xs.min(), ys.min(), xs.max() + 1, ys.max() + 1)
    assert extents(ids, only={2, 4, 9}) == {i: found[i] for i in (2, 4)}
    assert extents(ids, only=()) == {}


def test_an_empty_picture_has_no_extents() -> None:
    assert extents(np.zeros((4, 4), np.int32)) == {}


@pytest.mark.parametrize("share", [0.0, 0.25, 0.5, 0.75])
def test_occlusion_is_the_hidden_share_of_a_box_behind_a_box(share: float) -> None:
    far = 5 - 0.25  # depth of target_0's front; both are 1.2 m wide and 0.5 m deep
    left = -0.6 + 1.2 * share  # where the cover's right edge must appear on the covered front
    near = 5 - (0.75 if left < 0 else 1.25)  # the cover's silhouette is its back edge left of the middle
    cover = pose((left * near / far - 0.6, -1.0, 0.5))
    found = truth(Edit(A, "pose", pose((0, 0, 0.5))), Edit(B, "pose", cover), Edit(B, "scale", (1.0, 1.0, 3.0)))
    assert found.occlusion == pytest.approx(share, abs=0.03)  # type: ignore[attr-defined]  # a pixel is 1.5 %
    assert found.truncation == 0.0  # type: ignore[attr-defined]


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_truncation_is_the_share_of_a_box_outside_the_picture(share: float) -> None:
    half = 0.5 * WIDTH / FOCAL * 5  # half of what the picture shows at the depth of the box, which is made thin
    found = truth(
        Edit(B, "visible", False),
        Edit(A, "pose", pose((half - 0.6 + 1.2 * share, 0, 0.5))),
        Edit(A, "scale", (1.0, 0.01, 1.0)),
    )
    assert found.truncation == pytest.approx(share, abs=0.03)  # type: ignore[attr-defined]
    assert found.box[2] == WIDTH  # type: ignore[attr-defined]
    assert found.amodal_box[2] > WIDTH  # type: ignore[attr-defined]


def test_a_target_that_is_all_hidden_is_in_the_table_with_no_box() -> None:
    found = truth(
        Edit(A, "pose", pose((0, 0, 0.5))), Edit(B, "pose", pose((0, -2, 0.6))), Edit(B, "scale", (2.0, 1.0, 3.0))
    )
    assert (found.visible_px, found.box, found.occlusion) == (0, None, 1.0)  # type: ignore[attr-defined]


def test_a_target_out_of_the_picture_is_not_in_the_table() -> None:
    assert truth(Edit(A, "pose", pose((60, 0, 0.5)))) is None
    assert truth(Edit(A, "pose", pose((0, -30, 0.5)))) is None


def test_the_amodal_box_contains_the_visible_one() -> None:
    for thing in small_frame().objects:
        if thing.role == "target" and thing.box and thing.amodal_box:
            (x1, y1, x2, y2), (u1, v1, u2, v2) = thing.box, thing.amodal_box
            assert u1 <= x1 < x2 <= u2
            assert v1 <= y1 < y2 <= v2
            assert y2 <= HEIGHT


@pytest.mark.parametrize(("x", "y"), [(-3, 2), (0, 0), (7, 9), (40, 0)])
def test_an_amodal_mask_holds_what_is_seen_of_the_object_even_where_the_lone_pass_missed_it(x: int, y: int) -> None:
    window = Window(x=x, y=y, width=8, height=6)
    lone = np.zeros((6, 8), np.int32)
    lone[2:4, 2:5] = 5
    seen = np.zeros((12, 20), dtype=bool)
    rows, columns = np.arange(12)[:, None] - y, np.arange(20)[None] - x
    seen[(rows >= 1) & (rows < 4) & (columns >= 2) & (columns < 5)] = True  # one row more than the lone pass saw
    mask = amodal_mask(lone > 0, window, seen)
    assert (mask.inside(seen.shape) >= seen).all()
    assert mask.pixels.sum() == 6 + seen[: y + 2].sum()
    assert mask.box() == (x + 2, y + (1 if seen[: y + 2].any() else 2), x + 5, y + 4)
