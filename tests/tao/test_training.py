"""A local training: it learns, it goes on exactly where it was cut off, and its mistakes are one message each."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import torch
from toy_sets import CLASSES, SIZE, spec_text, write_set

from palletjack_dr.errors import DatasetError, PalletjackError
from palletjack_dr.tao import checkpoints
from palletjack_dr.tao.detectnet_v2.training import train
from palletjack_dr.tao.detector import TrainingError, load_detector, read_checkpoint
from palletjack_dr.tao.loading import read_file
from palletjack_dr.tao.options import Options
from palletjack_dr.tao.runners.status import read_status

CPU = Options(device="cpu", workers=1)


@pytest.fixture(scope="module")
def sets(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("toy")
    return write_set(folder / "train", 24, seed=1), write_set(folder / "held_out", 12, seed=2)


def spec_file(folder: Path, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "spec.txt"
    path.write_text(text)
    return path


def losses(results: Path) -> list[dict[str, float]]:
    return [json.loads(line) for line in (results / "losses.jsonl").read_text().splitlines()]


@pytest.fixture(scope="module")
def trained(sets: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("trained")
    train(spec_file(folder, spec_text(*sets, epochs=50, validate=25)), folder / "results", CPU)
    return folder / "results"


def test_a_training_finds_the_objects_of_pictures_it_has_not_seen(trained: Path) -> None:
    last = [line for line in read_status(trained) if "mean average precision" in line.kpi][-1]
    assert last.kpi["mean average precision"] > 70
    assert set(last.categorical["average_precision"]) == set(CLASSES)
    assert read_status(trained)[-1].is_success


def test_a_training_leaves_what_its_docs_say(trained: Path) -> None:
    left = {str(path.relative_to(trained)) for path in trained.rglob("*") if path.is_file()}
    wanted = {"model.pt", "best.pt", "checkpoints/last.pt", "checkpoints/epoch_002.pt", "losses.jsonl", "status.json"}
    assert wanted <= left
    assert any(name.startswith("tensorboard/") for name in left)
    assert [row["step"] for row in losses(trained)] == list(range(50 * 6))


def test_a_restored_detector_gives_boxes_in_pixels_of_any_picture(trained: Path, sets: tuple[Path, Path]) -> None:
    detector = load_detector(trained / "model.pt", device="cpu")
    assert (detector.classes, detector.size) == (CLASSES, SIZE)
    picture = read_file(sets[0] / "images" / "0001.png")
    once, doubled = detector.detect([picture, picture.repeat(2, axis=0).repeat(2, axis=1)])
    assert len(once.boxes) >= 2
    assert np.allclose(once.boxes * 2, doubled.boxes, atol=6)
    assert list(once.scores) == sorted(once.scores, reverse=True)


def test_a_killed_training_goes_on_to_the_same_losses(sets: tuple[Path, Path], tmp_path: Path) -> None:
    spec = spec_file(tmp_path, spec_text(*sets, epochs=4))
    whole = tmp_path / "whole"
    train(spec, whole, CPU)
    cut = tmp_path / "cut"
    script = (
        "from pathlib import Path\n"
        "from palletjack_dr.tao.detectnet_v2.training import train\n"
        "from palletjack_dr.tao.options import Options\n"
        f"train(Path({str(spec)!r}), Path({str(cut)!r}), Options(device='cpu', workers=1))\n"
    )
    process = subprocess.Popen([sys.executable, "-c", script], stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 120
    while not (cut / checkpoints.LAST).is_file() and time.monotonic() < deadline:
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert read_checkpoint(cut / checkpoints.LAST)["progress"]["epoch"] < 4
    train(spec, cut, CPU)
    assert losses(cut) == losses(whole)
    for name, value in read_checkpoint(whole / "model.pt")["model"].items():
        assert torch.equal(value, read_checkpoint(cut / "model.pt")["model"][name]), name


def test_a_finished_training_is_not_done_again(trained: Path) -> None:
    before = (trained / "losses.jsonl").read_bytes()
    train(trained.parent / "spec.txt", trained, CPU)
    assert (trained / "losses.jsonl").read_bytes() == before


def test_two_processes_train_one_model(sets: tuple[Path, Path], tmp_path: Path) -> None:
    results = tmp_path / "two"
    train(spec_file(tmp_path, spec_text(*sets, epochs=2)), results, Options(device="cpu", workers=1, gpus=2))
    assert [row["step"] for row in losses(results)] == list(range(2 * 3))
    assert load_detector(results / "model.pt", device="cpu").classes == CLASSES


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("num_epochs", "num_epoch"), ["num_epoch", "did you mean 'num_epochs'?"]),
        (('arch: "resnet"', 'arch: "darknet"'), ["model_config.arch", "'darknet'", "runner=docker"]),
        (("num_layers: 10", "num_layers: 50"), ["num_layers", "ResNet-50", "10, 18, 34"]),
        (("batch_size_per_gpu: 4", "batch_size_per_gpu: 400"), ["24 pictures", "batch of 400"]),
        (('value: "bar"', 'value: "barr"'), ["'barr'", "did you mean 'bar'?"]),
        (('arch: "resnet"', 'arch: "resnet" pretrained_model_file: "none.pt"'), ["'none.pt'", "not there"]),
        (('arch: "resnet"', 'arch: "resnet" freeze_blocks: 1'), ["freeze_blocks", "without pretrained_model_file"]),
    ],
)
def test_a_spec_that_cannot_be_trained_is_refused_in_one_message(
    sets: tuple[Path, Path], tmp_path: Path, change: tuple[str, str], words: list[str]
) -> None:
    text = spec_text(*sets, epochs=1)
    assert change[0] in text
    with pytest.raises(PalletjackError) as refused:
        train(spec_file(tmp_path, text.replace(*change)), tmp_path / "results", CPU)
    for word in words:
        assert word in str(refused.value)
    assert not (tmp_path / "results" / "model.pt").exists()


def test_results_of_another_spec_are_not_gone_on_with(trained: Path, sets: tuple[Path, Path], tmp_path: Path) -> None:
    other = spec_file(tmp_path, spec_text(*sets, epochs=51, validate=25))
    with pytest.raises(TrainingError, match="another spec"):
        train(other, trained, CPU)
    assert (trained / "model.pt").is_file()


def test_a_broken_checkpoint_is_named_and_left_alone(trained: Path, sets: tuple[Path, Path], tmp_path: Path) -> None:
    spec = spec_file(tmp_path, spec_text(*sets, epochs=1))
    last = tmp_path / "results" / checkpoints.LAST
    last.parent.mkdir(parents=True)
    last.write_bytes((trained / "model.pt").read_bytes()[:5000])
    with pytest.raises(TrainingError, match=r"last\.pt: cannot be read"):
        train(spec, tmp_path / "results", CPU)
    assert last.stat().st_size == 5000


def test_a_broken_picture_is_named(tmp_path: Path) -> None:
    train_set, held_out = write_set(tmp_path / "a", 8, seed=3), write_set(tmp_path / "b", 4, seed=4)
    picture = train_set / "images" / "0003.png"
    picture.write_bytes(picture.read_bytes()[:60])
    with pytest.raises(DatasetError, match=r"0003\.png"):
        train(spec_file(tmp_path, spec_text(train_set, held_out, epochs=1)), tmp_path / "results", CPU)


def test_a_full_disk_keeps_the_last_checkpoint(
    sets: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec, results = spec_file(tmp_path, spec_text(*sets, epochs=3)), tmp_path / "results"
    real = torch.save

    def full_after_the_first_epoch(content: dict[str, object], path: Path) -> None:
        if "progress" in content and content["progress"]["epoch"] == 2:  # type: ignore[index]
            path.write_bytes(b"half")
            raise OSError(28, "No space left on device")
        real(content, path)

    monkeypatch.setattr(torch, "save", full_after_the_first_epoch)
    with pytest.raises(TrainingError, match="No space left on device"):
        train(spec, results, CPU)
    assert read_checkpoint(results / checkpoints.LAST)["progress"]["epoch"] == 1
    assert not list(results.rglob("*.part"))
    monkeypatch.undo()
    train(spec, results, CPU)
    assert len(losses(results)) == 3 * 6


def test_a_training_that_no_longer_gets_better_ends_early(sets: tuple[Path, Path], tmp_path: Path) -> None:
    still = spec_text(*sets, epochs=9, validate=1).replace("e-5", "e-12").replace("e-3", "e-11")
    patient = still.replace("average_precision_mode", "early_stopping_patience_steps: 2 average_precision_mode")
    results = tmp_path / "results"
    train(spec_file(tmp_path, patient), results, CPU)
    assert len(losses(results)) == 3 * 6  # one that could only be the best, two that were no better
    assert read_status(results)[-1].is_success
