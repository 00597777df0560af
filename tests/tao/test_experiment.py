"""An experiment that says little is read with TAO's defaults; one that says too little is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from training_sets import make_config, make_set

from palletjack_dr.tao.detectnet_v2.experiment import Experiment
from palletjack_dr.tao.detector import TrainingError
from palletjack_dr.tao.findings import SpecError
from palletjack_dr.tao.specs.prepare import prepare


@pytest.fixture
def text() -> str:
    make_set("train")
    make_set("val", count=3)
    return prepare(make_config()).spec.read_text()


def without(text: str, *lines: str) -> str:
    for line in lines:
        assert f"{line}\n" in text
        text = text.replace(f"{line}\n", "\n")
    return text


def test_what_is_not_given_is_what_tao_takes(text: str) -> None:
    often = "    scalar_logging_frequency: 3"
    silent = without(text, "    source_weight: 1.0", "  checkpoint_interval: 10", often, "random_seed: 42")
    read = Experiment.read(without(silent, '  image_extension: "png"', "        dbscan_min_samples: 1"))
    assert (read.sources()[0].weight, read.seed) == (1.0, 42)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('arch: "resnet"', 'arch: "darknet"', "model_config.arch"),
        ("output_image_channel: 3", "output_image_channel: 1", "output_image_channel"),
        ("output_image_channel: 3", "output_image_channel: 3 crop_left: 8", "crop_left"),
        ("random_seed: 42", "random_seed: 42 loss_mask_label_filter { mask_multiplier: 1 }", "loss_mask_label_filter"),
        ("enable_qat: false", "enable_qat: true", "quantize"),
    ],
)
def test_what_only_tao_trains_with_is_refused_by_name(text: str, old: str, new: str, words: str) -> None:
    assert old in text
    with pytest.raises(TrainingError, match=words):
        Experiment.read(text.replace(old, new))


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("  validation_data_source", "nothing to validate with"),
        ("  num_epochs: 80", "training_config.num_epochs"),
        ('    name: "forklift"', "target_classes"),
    ],
)
def test_what_no_trainer_can_do_without_is_wanted(text: str, line: str, words: str) -> None:
    start = text.index(line)
    end = text.index("}\n", start) + 2 if "source" in line else start + len(line)
    with pytest.raises(SpecError, match=words):
        Experiment.read(text[:start] + text[end:])


def test_folders_of_an_experiment_are_those_of_the_views(text: str) -> None:
    read = Experiment.read(text)
    assert [s.folder for s in (*read.sources(), read.validation())] == [
        Path.cwd() / "results" / "data" / name for name in ("synthetic", "validation")
    ]
