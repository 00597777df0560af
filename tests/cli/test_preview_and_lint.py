from __future__ import annotations

from pathlib import Path

import cv2
import pytest

from palletjack_dr.cli import main
from palletjack_dr.cli.preview import sparkline
from palletjack_dr.lint import _check_lights
from palletjack_dr.testing import small_scene

pytestmark = pytest.mark.renders


def test_a_preview_is_one_picture_and_a_table_and_leaves_no_dataset(capsys: pytest.CaptureFixture[str]) -> None:
    main(["preview", "frames.count=3"])
    sheet = cv2.imread("preview.png")
    assert sheet is not None
    assert sheet.shape == (181, 4 * 320, 3)
    assert sheet[:, :960].std() > 20
    assert "exposure" in capsys.readouterr().out
    assert sorted(p.name for p in Path().iterdir()) == ["preview.png"]


def test_a_sparkline_is_highest_where_most_values_are() -> None:
    assert sparkline([0.0] * 9 + [1.0]).startswith("█")
    assert sparkline([0.0] + [1.0] * 9).endswith("█")


def lint(*overrides: str) -> int:
    try:
        main(["lint", *overrides])
    except SystemExit as done:
        return int(done.code or 0)
    return 0


def test_the_default_run_has_nothing_to_lint(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("palletjack_dr.cli.lint.FRAMES", 16)
    assert lint() == 0


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        (["randomizers.target_placement.count=0"], "is not visible in any of"),
        (["+randomizer@randomizers.again=exposure"], "randomizers.exposure"),
        (["randomizers.robot_camera.height=[9.0,9.5]", "environment=narrow_aisle"], ""),
    ],
)
def test_what_would_go_wrong_is_said(
    overrides: list[str], words: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("palletjack_dr.cli.lint.FRAMES", 6)
    monkeypatch.setenv("COLUMNS", "200")
    if words:
        assert lint(*overrides) == 1
        assert words in capsys.readouterr().out
    else:
        lint(*overrides)


def test_a_camera_inside_a_rack_is_found(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    Path("inside.py").write_text(
        "from dataclasses import dataclass\n"
        "from palletjack_dr import Edit, Randomizer, hookimpl\n"
        "from palletjack_dr.geometry import look_at\n"
        "@dataclass(frozen=True, kw_only=True)\n"
        "class Inside(Randomizer):\n"
        "    def sample(self, rng, scene):\n"
        "        middle = scene.bounds(scene.having('rack')[0]).mean(axis=0)\n"
        "        yield Edit('camera', 'pose', look_at(middle, middle + [1, 0, 0]))\n"
        "@hookimpl\n"
        "def dr_register(registry):\n"
        "    registry.randomizer(Inside)\n"
    )
    monkeypatch.setenv("PALLETJACK_DR_PLUGINS", "./inside.py")
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr("palletjack_dr.cli.lint.FRAMES", 4)
    assert lint("+randomizer@randomizers.inside=inside") == 1
    out = capsys.readouterr().out
    assert "is inside a mesh in 4 of 4 frames" in out
    assert "randomizers.robot_camera" not in out  # its field of view is kept


def test_two_lamps_in_one_place_are_a_duplicate() -> None:
    scene = small_scene()
    assert list(_check_lights(scene)) == []
    from pxr import Gf, UsdLux

    again = UsdLux.RectLight.Define(scene.stage, "/World/Environment/Again")
    again.AddTranslateOp().Set(Gf.Vec3d(-2.0, 0, 4))
    from palletjack_dr.scene import Scene

    assert [f.where for f in _check_lights(Scene(scene.stage))] == ["/World/Environment/Again"]
