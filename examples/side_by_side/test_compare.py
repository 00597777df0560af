"""The sheet, on synthetic pictures."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import cv2
import numpy as np
import pytest

HERE = Path(__file__).parent
RED, BLUE = (0, 0, 200), (200, 0, 0)


def _compare() -> ModuleType:
    spec = importlib.util.spec_from_file_location("compare_example", HERE / "compare.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


compare = _compare()


def _pictures(folder: Path, color: tuple[int, int, int], sizes: list[tuple[int, int]]) -> None:
    folder.mkdir(parents=True)
    for index, (width, height) in enumerate(sizes):
        picture = np.full((height, width, 3), color, np.uint8)
        assert cv2.imwrite(str(folder / f"{index}.png"), picture)


def test_photos_are_on_the_left_and_frames_on_the_right(tmp_path: Path) -> None:
    _pictures(tmp_path / "photos", RED, [(200, 100), (100, 200), (64, 64), (480, 288)])
    _pictures(tmp_path / "data" / "Camera" / "rgb", BLUE, [(64, 40)] * 7)
    _pictures(tmp_path / "data" / "Camera" / "depth", (0, 200, 0), [(64, 40)])
    compare.main(
        [str(tmp_path / "photos"), str(tmp_path / "data"), str(tmp_path / "out" / "sheet.png"), "--count", "4"]
    )
    made = cv2.imread(str(tmp_path / "out" / "sheet.png"))
    assert made is not None
    width, height = 2 * compare.TILE[0], 2 * compare.TILE[1]
    assert made.shape == (height, 2 * width + compare.GAP, 3)
    assert (made[:, :width] == RED).all()
    assert (made[:, -width:] == BLUE).all()


def test_pictures_are_spread_over_a_long_folder() -> None:
    files = [Path(f"{i}.png") for i in range(10)]
    assert compare.spread(files, 3) == [files[0], files[3], files[6]]
    assert compare.spread(files, 20) == files


def test_an_empty_folder_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "photos").mkdir()
    with pytest.raises(SystemExit):
        compare.main([str(tmp_path / "photos"), str(tmp_path), str(tmp_path / "sheet.png")])
    assert str(tmp_path / "photos") in capsys.readouterr().err
