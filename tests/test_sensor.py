"""The sensor model: what each effect must do, on pictures for which the answer is known."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from palletjack_dr.sensor import expose


def flat(level: int, size: tuple[int, int] = (120, 160)) -> Any:
    return np.full((*size, 3), level, np.uint8)


def light(picture: Any) -> Any:
    return ((picture / 255 + 0.055) / 1.055) ** 2.4


def noise_of(level: int, **settings: Any) -> Any:
    return expose(flat(level), {"full_well": 10_000.0, "noise_seed": 5.0, **settings}).astype(float)


def test_no_settings_leave_the_picture_as_it_is() -> None:
    picture = np.random.default_rng(0).integers(0, 256, (40, 60, 3)).astype(np.uint8)
    assert np.array_equal(expose(picture, {}), picture)


def test_settings_that_say_nothing_change_no_value_by_more_than_rounding() -> None:
    picture = np.random.default_rng(0).integers(0, 256, (40, 60, 3)).astype(np.uint8)
    same = expose(
        picture, {"exposure": 0.0, "white_balance": (1.0, 1.0, 1.0), "vignetting": 0.0, "motion_blur": (0, 0)}
    )
    assert np.abs(same.astype(int) - picture).max() <= 1


def test_one_stop_doubles_the_light() -> None:
    grey = 55.0 / 255
    linear = ((grey + 0.055) / 1.055) ** 2.4
    expected = 255 * (1.055 * (2 * linear) ** (1 / 2.4) - 0.055)
    assert expose(flat(55), {"exposure": 1.0})[0, 0, 0] == pytest.approx(expected, abs=1)


def test_white_balance_scales_each_channel() -> None:
    r, g, b = expose(flat(120), {"white_balance": (1.3, 1.0, 0.7)})[5, 5]
    assert r > g > b
    assert g == pytest.approx(120, abs=1)


def test_noise_keeps_the_mean_and_grows_with_gain() -> None:
    quiet, loud = noise_of(128), noise_of(128, gain=16.0)
    assert quiet.mean() == pytest.approx(128, abs=0.5)
    assert loud.mean() == pytest.approx(128, abs=1.0)
    assert loud.std() == pytest.approx(4 * quiet.std(), rel=0.1)  # sixteen times fewer electrons


def test_the_noise_has_the_variance_of_counted_photons() -> None:
    linear = ((128 / 255 + 0.055) / 1.055) ** 2.4
    slope = 255 * 1.055 / 2.4 * linear ** (1 / 2.4 - 1)  # of the sRGB curve, there
    expected = slope * np.sqrt(linear * 2000) / 2000
    assert noise_of(128, full_well=2000.0).std() == pytest.approx(expected, rel=0.05)


def test_read_noise_is_there_in_the_dark() -> None:
    assert noise_of(0).std() == 0.0
    assert noise_of(0, read_noise=20.0).std() > 0.5


def test_the_same_seed_gives_the_same_noise_and_another_seed_another() -> None:
    assert np.array_equal(noise_of(90), noise_of(90))
    assert not np.array_equal(noise_of(90), noise_of(90, noise_seed=6.0))


def dot() -> Any:
    picture = flat(0, (61, 61))
    picture[30, 30] = 255
    return picture


def test_motion_smears_along_its_direction_only() -> None:
    smear = expose(dot(), {"motion_blur": (10.0, 0.0)})[..., 0]
    rows, columns = np.nonzero(smear > 20)
    assert set(rows) == {30}
    assert 9 <= np.ptp(columns) + 1 <= 12


def test_defocus_spreads_a_dot_over_a_disk() -> None:
    rows, columns = np.nonzero(expose(dot(), {"defocus": 4.0})[..., 0] > 10)
    assert np.hypot(rows - 30, columns - 30).max() == pytest.approx(4.0, abs=1.0)


@pytest.mark.parametrize("settings", [{"motion_blur": (7.0, -4.0)}, {"defocus": 3.0}])
def test_blur_moves_no_light_in_or_out(settings: Any) -> None:
    picture = np.random.default_rng(0).integers(60, 200, (80, 90, 3)).astype(np.uint8)
    assert light(expose(picture, settings)).mean() == pytest.approx(light(picture).mean(), rel=0.03)


def test_vignetting_darkens_the_corners_and_not_the_middle() -> None:
    seen = expose(flat(200), {"vignetting": 0.5})[..., 1]
    assert seen[60, 80] == pytest.approx(200, abs=1)
    assert seen[0, 0] < 150


def test_chromatic_aberration_parts_red_and_blue_at_the_edges() -> None:
    picture = flat(0, (120, 160))
    picture[:, 150:] = 255
    edge = expose(picture, {"chromatic_aberration": 5.0})[60].astype(int)
    red, green, blue = (int(np.argmax(edge[:, c] > 128)) for c in range(3))
    assert red - green == pytest.approx(5 * 70 / 100, abs=1)
    assert green - blue == pytest.approx(5 * 70 / 100, abs=1)


def test_jpeg_of_low_quality_leaves_blocks() -> None:
    picture = np.random.default_rng(0).integers(0, 256, (64, 64, 3)).astype(np.uint8)
    assert np.abs(expose(picture, {"jpeg_quality": 10.0}).astype(int) - picture).mean() > 10
