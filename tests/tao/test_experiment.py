"""An experiment that says little is read with TAO's defaults; one that says too little is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from training_sets import make_config, make_set

from palletjack_dr.tao.detectnet_v2.experiment import Experiment
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
    assert (read.sources[0].weight, read.checkpoint_interval, read.logging.points) == (1.0, 10, 10)
    assert (read.extension, read.seed, read.classes[0].clustering.min_samples) == ("png", 42, 1)
    assert (read.dataloader, read.sampling, read.others) == ("MULTISOURCE", "USER_DEFINED", ())


def test_the_other_algorithm_s_confidence_counts_in_training(text: str) -> None:
    read = Experiment.read(text.replace("nms_confidence_threshold: 0.9", "nms_confidence_threshold: 0.3"))
    assert {c.clustering.applied_confidence for c in read.classes} == {0.3}
    assert {c.clustering.dbscan_confidence for c in read.classes} == {0.9}


def test_a_schedule_that_stops_early_is_told_in_shares(text: str) -> None:
    schedule = text[text.index("    soft_start_annealing_schedule") : text.index("  regularizer")]
    early = (
        "    early_stopping_annealing_schedule { min_learning_rate: 1e-6 max_learning_rate: 1e-3 "
        "soft_start_epochs: 8 annealing_epochs: 60 patience_steps: 500 }\n  }\n"
    )
    read = Experiment.read(text.replace(schedule, early))
    assert (read.schedule.soft_start, read.schedule.annealing, read.schedule.patience_steps) == (0.1, 0.75, 500)


def test_what_is_not_held_is_named(text: str) -> None:
    kitti = 'root_directory_path: "a" image_dir_name: "b" label_dir_name: "c" num_partitions: 2'
    export = (
        f'dataset_export_config {{ image_directory_path: "a" kitti_config {{ {kitti} partition_mode: "random" }} }}'
    )
    read = Experiment.read(f"{text}\nloss_mask_label_filter {{ mask_multiplier: 1 }}\n{export}")
    assert read.others == ("loss_mask_label_filter", "dataset_export_config")


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
    assert [s.folder for s in (*read.sources, read.validation)] == [
        Path.cwd() / "results" / "data" / name for name in ("synthetic", "validation")
    ]
