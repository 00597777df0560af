from __future__ import annotations

from pathlib import Path

import pytest

from palletjack_dr.errors import ConfigError
from palletjack_dr.tao.jobs import (
    evaluate_job,
    export_job,
    inference_job,
    prune_job,
    training_jobs,
)
from palletjack_dr.tao.mounts import mounts_of


@pytest.fixture
def specs(tmp_path: Path) -> dict[str, Path]:
    (tmp_path / "specs").mkdir()
    (tmp_path / "data" / "pictures").mkdir(parents=True)
    found = {}
    for name in ("convert_synthetic", "convert_validation", "train"):
        found[name] = tmp_path / "specs" / f"{name}.txt"
        found[name].write_text(f'image_directory_path: "{tmp_path}/data/pictures"\n')
    return found


def test_detectnet_converts_each_set_and_then_trains(specs: dict[str, Path], tmp_path: Path) -> None:
    results = tmp_path / "results"
    records = {f"convert_{name}": f"{results}/tfrecords/{name}/{name}" for name in ("synthetic", "validation")}
    first, second, train = training_jobs("detectnet_v2", specs, results, records=records, gpus=2)
    assert first.arguments == (
        *("-d", f"{specs['convert_synthetic']}", "-o", f"{results}/tfrecords/synthetic/synthetic"),
        *("-r", f"{results}/convert_synthetic"),
    )
    assert first.expected == (results / "tfrecords/synthetic/synthetic-fold-*",)
    assert second.arguments[3] == f"{results}/tfrecords/validation/validation"
    assert train.arguments == ("-e", f"{specs['train']}", "-r", f"{results}", "--gpus", "2")
    assert train.expected == (results / "weights/*.hdf5",)
    assert len({job.results for job in (first, second, train)}) == 3  # a converter begins its status.json anew


def test_the_pytorch_networks_take_overrides(specs: dict[str, Path], tmp_path: Path) -> None:
    for network in ("rtdetr", "dino"):
        (job,) = training_jobs(network, {"train": specs["train"]}, tmp_path / "out")
        assert job.arguments == ("-e", f"{specs['train']}", f"results_dir={tmp_path}/out")
        assert job.results == tmp_path / "out/train"
        (wide,) = training_jobs(network, {"train": specs["train"]}, tmp_path / "out", gpus=4)
        assert wide.arguments[-1] == "train.num_gpus=4"


@pytest.mark.parametrize("network", ["yolo_v4", "ssd"])
def test_networks_that_read_labels_as_they_are_are_trained_at_once(
    network: str, specs: dict[str, Path], tmp_path: Path
) -> None:
    (job,) = training_jobs(network, {"train": specs["train"]}, tmp_path / "out")
    assert job.arguments == ("-e", f"{specs['train']}", "-r", f"{tmp_path}/out", "--gpus", "1")
    with pytest.raises(ConfigError, match=f"evaluate: no job is made here for '{network}'"):
        evaluate_job(network, specs["train"], tmp_path / "m.hdf5", tmp_path)


def test_everything_that_a_spec_names_is_mounted_once(specs: dict[str, Path], tmp_path: Path) -> None:
    inner = tmp_path / "data" / "pictures" / "inner"
    inner.mkdir()
    assert mounts_of(specs.values(), [tmp_path / "results", inner]) == (
        tmp_path / "data" / "pictures",
        tmp_path / "results",
        tmp_path / "specs",
    )


def test_yaml_specs_and_globs_are_looked_through_for_paths(tmp_path: Path) -> None:
    spec = tmp_path / "specs" / "train.yaml"
    spec.parent.mkdir()
    (tmp_path / "d").mkdir()
    spec.write_text(
        f"dataset: {{image_dir: {tmp_path}/d/, json: '{tmp_path}/j/a.json', records: [{tmp_path}/r/x-fold-*]}}\n"
        f"ratio: 1/2  # see https://docs.example.com/tao\n"
    )
    assert mounts_of([spec], []) == tuple(tmp_path / name for name in ("d", "j", "r", "specs"))


def test_what_is_yet_to_be_made_below_a_mount_mounts_nothing_more(tmp_path: Path) -> None:
    spec = tmp_path / "results" / "specs" / "train.txt"
    spec.parent.mkdir(parents=True)
    spec.write_text(f'tfrecords_path: "{tmp_path}/results/tfrecords/train/train-fold-*"\n')
    assert mounts_of([spec], [tmp_path / "results"]) == (tmp_path / "results",)


def test_tao_4_has_other_flags_and_suffixes(specs: dict[str, Path], tmp_path: Path) -> None:
    train = training_jobs("detectnet_v2", specs, tmp_path, version="4.0.0", key="k")[-1]
    assert train.expected == (tmp_path / "weights/*.tlt",)
    assert train.arguments[-2:] == ("-k", "k")
    model, pictures = tmp_path / "model.tlt", tmp_path / "data"
    old = inference_job("detectnet_v2", specs["train"], model, pictures, tmp_path, version="4.0.0", key="k")
    new = inference_job("detectnet_v2", specs["train"], model, pictures, tmp_path)
    assert "-o" in old.arguments
    assert "-r" not in old.arguments
    assert "-r" in new.arguments
    assert "-o" not in new.arguments
    with pytest.raises(ConfigError, match="a key is wanted"):
        training_jobs("detectnet_v2", specs, tmp_path, version="4.0.0")


def test_the_other_verbs_get_what_their_entry_points_take(specs: dict[str, Path], tmp_path: Path) -> None:
    spec, model = specs["train"], tmp_path / "m" / "model.hdf5"
    evaluate = evaluate_job("detectnet_v2", spec, model, tmp_path / "r")
    assert evaluate.arguments == ("-e", f"{spec}", "-m", f"{model}", "-r", f"{tmp_path}/r/evaluate")
    pruned = prune_job("detectnet_v2", model, tmp_path / "p" / "pruned.hdf5", threshold=0.25)
    assert pruned.arguments[4:] == ("--results_dir", f"{tmp_path}/p", "-pth", "0.25", "-pg", "8")
    assert pruned.expected == (tmp_path / "p/pruned.hdf5",)
    exported = export_job("rtdetr", spec, tmp_path / "m.pth", tmp_path / "x" / "m.onnx", size=(640, 640))
    assert "export.input_width=640" in exported.arguments
    assert exported.results == tmp_path / "x/export"


def test_what_tao_would_refuse_late_is_refused_at_once(specs: dict[str, Path], tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="did you mean 'rtdetr'"):
        training_jobs("rt_detr", specs, tmp_path)
    with pytest.raises(ConfigError, match="no 'train' spec"):
        training_jobs("dino", {}, tmp_path)
    with pytest.raises(ConfigError, match=r"ends in \.hdf5"):
        prune_job("detectnet_v2", tmp_path / "m.hdf5", tmp_path / "pruned.tlt")
    with pytest.raises(ConfigError, match="not for rtdetr"):
        prune_job("rtdetr", tmp_path / "m.pth", tmp_path / "pruned.hdf5")
    with pytest.raises(ConfigError, match="960x544 is taken otherwise"):
        export_job("rtdetr", specs["train"], tmp_path / "m.pth", tmp_path / "m.onnx")
    (tmp_path / "m.onnx").touch()
    with pytest.raises(ConfigError, match="overwrites nothing"):
        export_job("rtdetr", specs["train"], tmp_path / "m.pth", tmp_path / "m.onnx", size=(640, 640))
