from __future__ import annotations

import sys
import types
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fake_docker import FakeDocker, fake_driver
from hydra.core.config_store import ConfigStore

from palletjack_dr.cli import main
from palletjack_dr.tao.runners.local import TRAINERS


@dataclass(frozen=True)
class Prepared:
    network: str
    specs: dict[str, Path]
    records: dict[str, str]
    results_dir: Path


@pytest.fixture
def prepared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Put a double in the place of what writes specs; it notes the configs that it is given."""
    ConfigStore.instance().store(group="tao", name="double", node={"network": "detectnet_v2", "version": 5})
    configs: list[Any] = []

    def prepare(config: Any) -> Prepared:
        configs.append(config)
        specs = {}
        for name in ("train", "convert_synthetic", "convert_validation"):
            specs[name] = tmp_path / config.results_dir / "specs" / f"{name}.txt"
            specs[name].parent.mkdir(parents=True, exist_ok=True)
            specs[name].write_text("")
        records = {name: f"{tmp_path}/{config.results_dir}/{name}" for name in specs if name != "train"}
        return Prepared("detectnet_v2", specs, records, tmp_path / config.results_dir)

    monkeypatch.setattr("palletjack_dr.tao.cli.train.prepare", prepare)
    return configs


def test_the_specs_go_to_the_runner_and_the_results_are_named(
    prepared: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    trained = []
    module = types.ModuleType(TRAINERS["detectnet_v2"])
    module.train = lambda spec, results, options: trained.append((spec, results))  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    main(["train", "tao=double", "results_dir=mine"])
    assert trained == [(tmp_path / "mine/specs/train.txt", tmp_path / "mine")]
    assert capsys.readouterr().out.strip() == str(tmp_path / "mine")


def test_a_dry_run_prints_one_command_a_job(prepared: list[Any], capsys: pytest.CaptureFixture[str]) -> None:
    main(["train", "tao=double", "runner=docker", "runner.image=mine:2", "dry_run=true"])
    commands = [text for text in capsys.readouterr().out.splitlines() if text.startswith("docker run")]
    assert [text.split("mine:2 detectnet_v2 ")[1].split()[0] for text in commands] == [
        "dataset_convert",
        "dataset_convert",
        "train",
    ]


def test_tao_4_is_asked_for_by_its_version(prepared: list[Any], capsys: pytest.CaptureFixture[str]) -> None:
    main(
        [
            "train",
            "tao=double",
            "runner=docker",
            "tao.version=4",
            "runner.version=4.0.0",
            "runner.key=k",
            "dry_run=true",
        ]
    )
    assert ":4.0.0-tf1.15.5 detectnet_v2 train" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        (["runner=dokcer"], "did you mean 'docker'"),
        (["runner=docker", "runner.imgae=x"], "did you mean 'image'"),
        (["runner=docker", "+runner.imgae=x"], "runner.imgae: runner=docker has no such option"),
        (["runner=local", "+runner.image=x"], "runner.image: runner=local has no such option"),
        (["runner=docker", "runner.version=4.0.0"], "tao.version=5 writes specs of TAO 5, and runner.version is 4.0.0"),
        (["runner=docker", "runner.gpus=none"], "runner.gpus: got 'none'"),
    ],
)
def test_a_bad_runner_ends_the_command_before_anything_is_written(
    prepared: list[Any], overrides: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        main(["train", "tao=double", *overrides])
    assert left.value.code == 2
    assert words in " ".join(capsys.readouterr().err.split())
    assert prepared == []
    assert list(Path().iterdir()) == []


def test_without_docker_the_user_is_told_of_the_local_runner(
    prepared: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fake_driver(tmp_path / "bin", "NVIDIA H100, 550.54.15, 9.0")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    with pytest.raises(SystemExit) as left:
        main(["train", "tao=double", "runner=docker"])
    assert left.value.code == 2
    message = " ".join(capsys.readouterr().err.split())
    assert message.count("error:") == 1
    assert "docker is not on the PATH" in message
    assert "runner=local" in message


def test_a_failed_job_ends_the_command_with_its_message(
    prepared: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    docker = FakeDocker(tmp_path / "bin")
    docker.plan(images=["mine:2"], output="unauthorized: authentication required")
    fake_driver(tmp_path / "bin", "NVIDIA H100, 550.54.15, 9.0")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    with pytest.raises(SystemExit) as left:
        main(["train", "tao=double", "runner=docker", "runner.image=mine:2", "runner.ipc=null", "runner.free_gb=0"])
    assert left.value.code == 2
    message = " ".join(capsys.readouterr().err.split())
    assert "detectnet_v2 dataset_convert failed (exit code 0)" in message
    assert "docker login nvcr.io" in message
