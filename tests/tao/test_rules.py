"""TAO's rules beyond types: a sound spec has no findings, and each broken rule is told with its path."""

from __future__ import annotations

from pathlib import Path

import pytest
from training_sets import make_config, make_set

from palletjack_dr.cli import main
from palletjack_dr.tao.detectnet_v2.rules import check_text
from palletjack_dr.tao.specs.prepare import prepare


@pytest.fixture
def texts() -> dict[str, str]:
    """Return sound specs by kind."""
    make_set("train")
    make_set("val", count=3)
    specs = prepare(make_config()).specs
    return {stem: path.read_text() for stem, path in specs.items()}


def changed(text: str, old: str, new: str) -> str:
    assert old in text
    return text.replace(old, new, 1)


TRAINING = [
    ("output_image_width: 128", "output_image_width: 130", "preprocessing.output_image_width", "multiple of 16"),
    ("output_image_channel: 3", "output_image_channel: 2", "output_image_channel", "1 or 3"),
    ("zoom_min: 1.0", "zoom_min: 0.0", "spatial_augmentation.zoom_min", "0 < zoom_min <= zoom_max"),
    ("zoom_min: 1.0", "zoom_min: 1.5", "spatial_augmentation.zoom_min", "0 < zoom_min <= zoom_max"),
    ("hflip_probability: 0.5", "hflip_probability: 1.5", "hflip_probability", "0 to 1"),
    ("soft_start: 0.1", "soft_start: 0.9", "soft_start_annealing_schedule.soft_start", "at most annealing"),
    ("annealing: 0.7", "annealing: 1.0", "annealing", "below 1"),
    ("num_epochs: 80", "num_epochs: 0", "training_config.num_epochs", "above 0"),
    ("  num_epochs: 80\n", "", "training_config.num_epochs", "nothing"),
    ("beta1: 0.9", "", "optimizer.adam.beta1", "nothing"),
    ("dbscan_min_samples: 1", "dbscan_min_samples: 2", "clustering_config.dbscan_min_samples", "0 to 1"),
    ('image_extension: "png"', 'image_extension: ".png"', "dataset_config.image_extension", "without a dot"),
    ('image_extension: "png"', 'image_extension: "bmp"', "dataset_config.image_extension", "png, jpg, jpeg"),
    ('key: "palletjack"', 'key: "Palletjack"', "target_class_mapping[Palletjack]", "lower case"),
    ('value: "palletjack"', 'value: "jack"', "target_class_mapping[palletjack]", "did you mean 'palletjack'?"),
    ('value: "palletjack"', 'value: "forklift"', "dataset_config.target_class_mapping", "'palletjack'"),
    ("class_weight: 1.0", "class_weight: 0.0", "target_classes[0].class_weight", "above 0"),
    (
        "coverage_foreground_weight: 0.05",
        "coverage_foreground_weight: 1.0",
        "target_classes[0].coverage_foreground_weight",
        "below 1",
    ),
    ('name: "cov"', 'name: "cvo"', "target_classes[0].objectives", "bbox and cov"),
    ("initial_weight: 1.0", "initial_weight: -1.0", "objectives[0].initial_weight", "0 or above"),
    ('name: "palletjack"', 'name: "forklift"', "target_classes[1].name", "second time"),
    ('arch: "resnet"', 'arch: "resent"', "model_config.arch", "did you mean 'resnet'?"),
    ("num_layers: 18", "num_layers: 19", "model_config.num_layers", "10 or 18"),
    ("use_pooling: false", "freeze_blocks: 0", "model_config.freeze_blocks", "pretrained_model_file"),
    ("clustering_algorithm: DBSCAN", "clustering_algorithm: HYBRID", "clustering_algorithm", "inference"),
    (
        "clustering_algorithm: DBSCAN\n        dbscan_eps: 0.2\n        dbscan_min_samples: 1\n"
        "        dbscan_confidence_threshold: 0.9\n        nms_iou_threshold: 0.5",
        "clustering_algorithm: NMS\n        dbscan_confidence_threshold: 0.9",
        "clustering_config.nms_iou_threshold",
        "above 0",
    ),
    ("scalar_logging_frequency: 3", "scalar_logging_frequency: 4", "scalar_logging_frequency", "at most 3"),
    ("scalar_logging_frequency: 3", "", "scalar_logging_frequency", "10 points"),
    ("batch_size_per_gpu: 2", "batch_size_per_gpu: 7", "training_config.batch_size_per_gpu", "7 for 6 pictures"),
    ("infrequent_logging_frequency: 10", "infrequent_logging_frequency: 99", "infrequent_logging_frequency", "at most"),
    ("maximum_height: 9999", "maximum_height: 2", "evaluation_box_config[forklift].minimum_height", "at most"),
    ("    value: 0.5\n", "    value: 0.0\n", "minimum_detection_ground_truth_overlap[forklift]", "above 0"),
    ("    decrement: 1.0\n", "", "training_config.cost_scaling.decrement", "above 0"),
    ("scale: 35.0", "scale: 0.0", "objective_set.bbox.scale", "above 0"),
    ("    num_images: 3", "    wandb_config {}", "visualizer.wandb_config.name", "not empty"),
]


@pytest.mark.parametrize(("old", "new", "path", "words"), TRAINING, ids=[f"{p} {n[:18]}" for _, n, p, _ in TRAINING])
def test_a_broken_rule_of_training_is_told(texts: dict[str, str], old: str, new: str, path: str, words: str) -> None:
    text = changed(texts["train"], old, new)
    found = [f for f in check_text(text, frames=6, validation=3) if f.path.endswith(path)]
    assert found
    assert words in f"{found[0].found} {found[0].wanted}"
    assert found[0].level == "error"


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("vflip_probability: 0.0", "vflip_probability: 0.5", "vflip_probability"),
        ("use_pooling: false", "use_pooling: true", "use_pooling"),
        ("synthetic-fold-*", "*", "tfrecords_path"),
        ("synthetic-fold-*", "synthetic*", "tfrecords_path"),
        ("first_validation_epoch: 10", "first_validation_epoch: 90", "first_validation_epoch"),
        ("enable_auto_resize: false", "enable_auto_resize: true", "enable_auto_resize"),
    ],
)
def test_what_tao_takes_but_hardly_was_meant_is_a_warning(texts: dict[str, str], old: str, new: str, path: str) -> None:
    found = check_text(changed(texts["train"], old, new), frames=6, validation=3)
    assert [(f.level, f.path.rpartition(".")[2]) for f in found] == [("warning", path)]
    assert found[0].line > 0


@pytest.mark.parametrize(
    "section",
    ["bbox_rasterizer_config", "postprocessing_config", "evaluation_config", "cost_function_config", "model_config"],
)
def test_a_missing_section_is_told(texts: dict[str, str], section: str) -> None:
    text, depth, start = texts["train"], 0, texts["train"].index(f"\n{section} {{")
    for end in range(start, len(text)):
        depth += (text[end] == "{") - (text[end] == "}")
        if text[end] == "}" and not depth:
            break
    found = check_text(text[:start] + text[end + 1 :])
    assert [f for f in found if f.path.startswith(section) and f.level == "error"]


@pytest.mark.parametrize(
    "name", ["bbox_rasterizer_config", "postprocessing_config", "minimum_detection_ground_truth_overlap"]
)
def test_a_class_without_its_entry_is_told(texts: dict[str, str], name: str) -> None:
    before, after = texts["train"].split(f"{name} {{", 1)
    text = before + f"{name} {{" + changed(after, 'key: "forklift"', 'key: "forklifts"')
    found = check_text(text)
    assert [f for f in found if name in f.path and "'forklift'" in f.found]
    assert [f for f in found if f.level == "warning" and "forklifts" in f.path]


@pytest.mark.parametrize(
    ("spec", "old", "new", "path"),
    [
        ("convert_synthetic", 'partition_mode: "random"', "", "kitti_config.partition_mode"),
        ("convert_synthetic", 'partition_mode: "random"', 'partition_mode: "sequence"', "sequence_to_frames_file"),
        ("convert_synthetic", "num_partitions: 2", "num_partitions: 3", "kitti_config.num_partitions"),
        ("convert_synthetic", "val_split: 0.0", "val_split: 100", "kitti_config.val_split"),
        ("convert_synthetic", 'image_extension: ".png"', 'image_extension: "png"', "kitti_config.image_extension"),
        ("convert_synthetic", 'label_dir_name: "labels"', "", "kitti_config.label_dir_name"),
        ("inference", "image_height: 80", "image_height: 90", "inferencer_config.image_height"),
        ("inference", 'key: "forklift"', 'key: "lift"', "bbox_handler_config.classwise_bbox_handler_config"),
        ("inference", '"aggregate_cov"', '"sum_cov"', "confidence_model"),
        (
            "inference",
            'target_classes: "forklift"\n  target_classes: "palletjack"',
            "",
            "inferencer_config.target_classes",
        ),
    ],
)
def test_a_broken_rule_of_the_other_specs_is_told(
    texts: dict[str, str], spec: str, old: str, new: str, path: str
) -> None:
    found = check_text(changed(texts[spec], old, new))
    assert [f for f in found if f.level == "error" and f.path.endswith(path)]


def test_an_inference_without_a_model_is_told() -> None:
    found = check_text("inferencer_config { batch_size: 1 } bbox_handler_config {}")
    assert [f for f in found if f.path == "inferencer_config.tlt_config" and "tensorrt_config" in f.found]


EARLIER_TRAINING = """
postprocessing_config { target_class_config { key: "palletjack" value { clustering_config {
  clustering_algorithm: DBSCAN
  dbscan_eps: 0.2
  dbscan_min_samples: 0.05
  minimum_bounding_box_height: 20
} } } }
"""
EARLIER_INFERENCE = """
inferencer_config { target_classes: "palletjack" image_width: 960 image_height: 544 image_channels: 3
  tlt_config { model: "weights/model.tlt" } }
bbox_handler_config { classwise_bbox_handler_config { key: "palletjack" value { clustering_config {
  coverage_threshold: 0.005
  dbscan_eps: 0.3
  dbscan_min_samples: 0.05
  coverage_threshold: 0.005
} } } }
"""


def test_specs_of_version_4_are_told_what_version_5_refuses() -> None:
    assert [(f.line, f.found) for f in check_text(EARLIER_TRAINING) if f.line and f.level == "error"] == [(5, "0.05")]
    assert [f for f in check_text(EARLIER_TRAINING, version=4) if f.line and f.level == "error"] == []
    inference = check_text(EARLIER_INFERENCE)
    assert [(f.line, f.level) for f in inference] == [(7, "error"), (8, "warning")]
    assert [f.level for f in check_text(EARLIER_INFERENCE, version=4)] == ["warning"]


def test_the_command_tells_findings_and_exits_with_1(capsys: pytest.CaptureFixture[str]) -> None:
    Path("inference.txt").write_text(EARLIER_INFERENCE)
    with pytest.raises(SystemExit) as left:
        main(["check-spec", "inference.txt"])
    out = capsys.readouterr().out
    assert left.value.code == 1
    assert "inference.txt:7:23 error: bbox_handler_config" in out
    assert "inference.txt:8:3 warning: bbox_handler_config" in out
    main(["check-spec", "inference.txt", "--version", "4"])
    with pytest.raises(SystemExit):
        main(["check-spec", "inference.txt", "--version", "4", "--strict"])
    with pytest.raises(SystemExit) as left:
        main(["check-spec", "nowhere.txt"])
    assert left.value.code == 2
    assert "nowhere.txt" in capsys.readouterr().err


def test_a_sound_spec_is_told_to_be_one(texts: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    paths = [str(p) for p in sorted(Path("results/specs").glob("*.txt"))]
    main(["check-spec", *paths, "--strict"])
    assert capsys.readouterr().out.count("nothing wrong found") == len(paths) == len(texts)


def test_fewer_pictures_to_validate_with_than_a_batch_are_a_warning(texts: dict[str, str]) -> None:
    found = check_text(texts["train"], frames=6, validation=1)
    assert [(f.level, f.path) for f in found] == [("warning", "training_config.batch_size_per_gpu")]
    assert "2 for 1 pictures" in found[0].found
