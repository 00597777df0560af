from __future__ import annotations

import numpy as np
import pytest
from pxr import Usd

import palletjack_dr.scene as scene_module
from palletjack_dr.edits import Edit
from palletjack_dr.errors import SelectorError
from palletjack_dr.geometry import pose
from palletjack_dr.testing import small_scene


def test_ids_count_from_one_in_stage_order() -> None:
    assert [o.id for o in small_scene().objects] == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    ("target", "count"),
    [
        ("target", 2),
        ("light", 2),
        ("dome", 1),
        ("camera", 1),
        ("/World/Objects/target_0", 1),
        ("/World/Objects/*", 4),
        ("/World/*/target_*", 2),
    ],
)
def test_paths_patterns_and_roles_select(target: str, count: int) -> None:
    assert len(small_scene().select(target)) == count


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("targets", "did you mean 'target'?"),
        ("/World/Objects/target_9", "did you mean '/World/Objects/target_"),
        ("/World/Objekts/*", "matches no prim"),
    ],
)
def test_what_matches_nothing_is_an_error_with_the_nearest_name(target: str, words: str) -> None:
    with pytest.raises(SelectorError) as caught:
        small_scene().select(target)
    assert words in str(caught.value)


def test_edits_show_in_the_later_scene_and_leave_the_earlier_alone() -> None:
    scene = small_scene()
    thing = scene.having("target")[0]
    later = scene.after([Edit(thing.path, "pose", pose((3, 2, 0.5))), Edit("distractor", "visible", False)])
    assert np.allclose(later.bounds(thing).mean(axis=0), [3, 2, 0.5])
    assert np.allclose(scene.bounds(thing).mean(axis=0), [-1, 0, 0.5])
    assert not any(later.visible(o) for o in later.having("distractor"))
    assert all(scene.visible(o) for o in scene.having("distractor"))


def test_hidden_things_and_floors_take_no_ground() -> None:
    scene = small_scene().after([Edit("distractor", "visible", False)])
    assert {o.role for o in scene.standing()} == {"rack", "target"}


def test_surfaces_are_found_by_the_name_of_their_material() -> None:
    scene = small_scene()
    assert scene.surfaces("/World/Objects/target_0", "Pa*") == ("/World/Objects/target_0/shape",)
    with pytest.raises(SelectorError, match="did you mean 'Paint'"):
        scene.surfaces("/World/Objects/target_0", "Pant")


def test_the_hull_of_an_asset_is_found_once_for_all_its_copies_and_frames(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []

    def hull(root: Usd.Prim) -> np.ndarray:
        looked.append(str(root.GetPath()))
        return np.eye(3)

    monkeypatch.setattr(scene_module, "hull_corners", hull)
    scene = small_scene()
    for frame in range(3):
        later = scene.after([Edit("/World/Objects/crate_0", "pose", (float(frame), 0, 0, 1, 0, 0, 0))])
        for thing in later.having("distractor"):
            assert later.hull(thing).shape == (3, 3)
    assert looked == ["/World/Objects/crate_0", "/World/Objects/crate_1"]
