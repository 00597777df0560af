"""``palletjack-dr evaluate`` from a checkpoint and labelled pictures to figures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import bright_rectangles
import numpy as np
import pytest

from palletjack_dr.cli import main
from palletjack_dr.tao.detector import NETWORKS
from palletjack_dr.tao.metrics.evaluation import Evaluation

pytest.importorskip("torch")
pytest.importorskip("pycocotools")
FIRST = ["evaluate", "model=model.pt", "data.folder=photos", "data.split=test", "device=cpu", "resamples=50"]


@pytest.fixture(autouse=True)
def model_and_photos(monkeypatch: pytest.MonkeyPatch, own_folder: None) -> None:
    monkeypatch.setitem(NETWORKS, bright_rectangles.NETWORK, "bright_rectangles")
    bright_rectangles.save(Path("model.pt"))
    bright_rectangles.write_photos(Path("photos"), "val", 12, seed=1)
    bright_rectangles.write_photos(Path("photos"), "test", 20, seed=2)


def measured(folder: str = "results/evaluation") -> tuple[dict[str, Any], Evaluation]:
    content = json.loads((Path(folder) / "evaluation.json").read_text())
    return content, Evaluation.from_json(json.dumps(content["figures"]))


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    with pytest.raises(SystemExit) as left:
        main(words)
    assert left.value.code == 2
    return " ".join(capsys.readouterr().err.split())


def test_bright_rectangles_are_found_and_dim_ones_are_the_misses(capsys: pytest.CaptureFixture[str]) -> None:
    dim = bright_rectangles.write_photos(Path("photos"), "test", 20, seed=2)
    main([*FIRST, "threshold=0.3"])
    content, figures = measured()
    assert figures.pictures == 20
    assert dim > 0
    assert sum(row.false_negatives for row in figures.classes) == dim
    assert all(row.precision.value == 1 for row in figures.classes)
    assert content["thresholds"] == "given"
    shown = capsys.readouterr().out
    page = Path("results/evaluation/evaluation.md").read_text()
    for row in figures.classes:
        assert f"{row.recall.value:.3f}" in shown
        assert f"| {row.name} | {row.labels} |" in page


def test_a_threshold_is_chosen_on_validation_pictures_or_taken_from_the_checkpoint() -> None:
    main([*FIRST, "threshold_from.folder=photos"])
    content, figures = measured()
    assert content["thresholds"] == "highest F1 on photos, split val"
    chosen = {row.name: row.threshold for row in figures.classes}
    assert all(0.5 < threshold < 0.75 for threshold in chosen.values())
    bright_rectangles.save(Path("model.pt"), threshold=chosen)
    main([*FIRST, "results_dir=again"])
    content, again = measured("again")
    assert content["thresholds"] == "stored with the model"
    assert again == figures


def test_a_threshold_chosen_on_the_measured_pictures_is_said_to_flatter(caplog: pytest.LogCaptureFixture) -> None:
    main([*FIRST, "threshold_from.folder=photos", "threshold_from.split=test"])
    assert "flatter" in caplog.text
    assert "flatter" in measured()[0]["thresholds"]


def test_pictures_that_cannot_be_used_are_named_and_left_out(caplog: pytest.LogCaptureFixture) -> None:
    Path("photos/images/test_003.png").write_bytes(b"not a picture")
    picture, _ = bright_rectangles.photograph(np.random.default_rng(0), (200, 150))
    import cv2

    cv2.imwrite("photos/images/test_005.png", picture)
    main([*FIRST, "threshold=0.3"])
    content, figures = measured()
    assert (figures.pictures, content["left_out"]) == (18, 2)
    assert "test_003.png is no picture" in caplog.text
    assert "test_005.png is 200x150, but its labels are for 320x240" in caplog.text


def test_classes_are_renamed_and_chosen() -> None:
    path = Path("photos/annotations/instances_test.json")
    path.write_text(path.read_text().replace('"palletjack"', '"pallet_truck"'))
    path.with_name("instances_val.json").unlink()
    main([*FIRST, "threshold=0.3"])
    assert [row.name for row in measured()[1].classes] == ["forklift"]
    main([*FIRST, "threshold=0.3", "data.rename={pallet_truck: palletjack}", "classes=[palletjack]"])
    (row,) = measured()[1].classes
    assert row.name == "palletjack"
    assert row.true_positives > 3


def test_the_fit_changes_what_a_picture_of_another_shape_looks_like_to_the_network() -> None:
    for fit in ("letterbox", "stretch"):
        main([*FIRST, "threshold=0.3", f"fit={fit}", f"results_dir={fit}"])
        assert measured(fit)[0]["fit"] == fit
        assert min(row.ap50.value or 0 for row in measured(fit)[1].classes) > 0.5


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        (["data.folder=null"], ["data.folder: none given", "data.folder=photos"]),
        (["data.folder=nowhere"], ["'nowhere' is no folder"]),
        ([], ["threshold: none given and none stored", "threshold_from.folder=FOLDER"]),
        (["threshold=high"], ["threshold: got 'high', wanted a number"]),
        (["threshold={palletjak: 0.5}"], ["threshold: no class 'palletjak'; did you mean 'palletjack'?"]),
        (["threshold={palletjack: 0.5}"], ["threshold: none for forklift"]),
        (["classes=[palletjak]", "threshold=0.5"], ["classes: the detector has no 'palletjak'", "'palletjack'?"]),
        (["treshold=0.5"], ["treshold", "did you mean 'threshold'?"]),
        (["threshold=0.5", "resamples=0"], ["resamples: got 0"]),
        (["threshold=0.5", "model=nowhere.pt"], ["'nowhere.pt'", "no such checkpoint"]),
        (["threshold=0.5", "fit=crop"], ["fit: got 'crop'"]),
        (["threshold=0.5", "results_dir=photos"], ["results_dir: 'photos' holds files", "name another folder"]),
    ],
)
def test_mistakes_are_told_in_one_message_and_nothing_is_written(
    overrides: list[str], words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    message = refused(capsys, *FIRST, *overrides)
    assert "Traceback" not in message
    for word in words:
        assert word in message
    assert not Path("results").exists()
    assert not Path("photos/evaluation.json").exists()
