"""Configs become views and specs: what was set stands in the text, and a mistake is told before anything is made."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from training_sets import CONF, make_config, make_set

from palletjack_dr.errors import PalletjackError
from palletjack_dr.tao.detectnet_v2.experiment import Experiment
from palletjack_dr.tao.detectnet_v2.spec import read_spec
from palletjack_dr.tao.findings import SpecError
from palletjack_dr.tao.specs.check import check_spec
from palletjack_dr.tao.specs.prepare import NETWORKS, prepare

YOLO_SIZE = {"tao__size": [128, 96]}


@pytest.fixture(autouse=True)
def sets() -> None:
    make_set("train")
    make_set("val", count=3)


def test_every_network_has_a_config() -> None:
    assert {path.stem for path in CONF.glob("*.yaml")} == set(NETWORKS)


@pytest.mark.parametrize("network", NETWORKS)
def test_the_specs_of_every_network_pass_its_checks(network: str) -> None:
    prepared = prepare(make_config(network, **(YOLO_SIZE if network == "yolo_v4" else {})))
    checked = {p.name: check_spec(p.read_text(), p.name) for s, p in prepared.specs.items() if "map" not in s}
    assert prepared.spec.name in checked
    assert all(found == [] and kind.startswith(network) for kind, found in checked.values())
    assert (prepared.frames, prepared.classes) == (6, ("forklift", "palletjack"))
    assert prepared.validation is not None
    assert prepared.validation.frames == 3


@pytest.mark.parametrize("network", NETWORKS)
def test_preparing_twice_writes_the_same(network: str) -> None:
    config = make_config(network, **(YOLO_SIZE if network == "yolo_v4" else {}))

    def content() -> dict[Path, bytes]:
        prepare(config)
        return {path: path.read_bytes() for path in Path("results").rglob("*") if path.is_file()}

    assert content() == content()


def test_what_a_config_sets_stands_in_the_experiment() -> None:
    config = make_config(
        tao__spec__training_config__num_epochs=40,
        tao__spec__random_seed=7,
        tao__spec__model_config__pretrained_model_file="resnet18.hdf5",
        tao__spec__model_config__freeze_blocks=[0, 1],
        tao__spec__augmentation_config__spatial_augmentation__zoom_max=1.5,
        tao__per_class__default__cost_function_config__target_classes__class_weight=2.0,
        tao__per_class__forklift__cost_function_config__target_classes__class_weight=4.0,
        tao__per_class__forklift__cost_function_config__target_classes__objectives__bbox__initial_weight=5,
        tao__per_class__forklift__evaluation_config__minimum_detection_ground_truth_overlap=0.7,
        data__train__synthetic__weight=0.5,
        classes=["palletjack", "forklift"],
    )
    prepared = prepare(config)
    read = Experiment.read(prepared.spec.read_text())
    training, model = read.message.training_config, read.message.model_config
    assert (training.num_epochs, read.seed, read.size, training.batch_size_per_gpu) == (40, 7, (128, 80), 2)
    assert (model.pretrained_model_file, list(model.freeze_blocks)) == ("resnet18.hdf5", [0, 1])
    assert read.augmentation().zoom == (1.0, 1.5)
    palletjack, forklift = read.cost().classes
    assert (palletjack.name, palletjack.weight) == ("palletjack", 2.0)
    assert (forklift.name, forklift.weight) == ("forklift", 4.0)
    assert [round(read.evaluation(name)[0], 6) for name in read.classes] == [0.5, 0.7]
    assert forklift.initial == {"cov": 1.0, "bbox": 5.0}
    assert forklift.aim == palletjack.aim
    schedule = read.schedule()
    assert [schedule.low, schedule.high, schedule.annealing] == pytest.approx([5e-6, 5e-4, 0.7])
    assert (training.regularizer.type, training.regularizer.weight) == (1, pytest.approx(3e-9))
    clustering = read.clustering("palletjack")
    assert clustering.dbscan_confidence_threshold == clustering.nms_confidence_threshold == pytest.approx(0.9)
    assert [(s.folder, s.weight, s.split) for s in read.sources()] == [
        (prepared.results_dir / "data" / "synthetic", 0.5, None)
    ]
    assert read.validation().folder == prepared.results_dir / "data" / "validation"
    assert read.validation().classes == {"palletjack": "palletjack", "forklift": "forklift"}


def test_a_fold_validates_where_no_set_does() -> None:
    prepared = prepare(make_config(data__validate=None, tao__val_split=25))
    convert: Any = read_spec(prepared.specs["convert_synthetic"].read_text(), "dataset_export")
    assert (convert.kitti_config.val_split, convert.kitti_config.num_partitions) == (25, 2)
    read = Experiment.read(prepared.spec.read_text())
    assert (prepared.validation, read.message.dataset_config.validation_fold) == (None, 0)
    assert (read.sources()[0].split, read.validation().split) == ("train", "val")
    assert read.sources()[0].folder == read.validation().folder


def test_version_4_gets_its_own_types() -> None:
    prepared = prepare(make_config(tao__version=4))
    assert "dbscan_min_samples: 1.0" in prepared.spec.read_text()
    assert "model.tlt" in prepared.specs["inference"].read_text()
    with pytest.raises(SpecError, match=r"dbscan_min_samples"):
        read_spec(prepared.spec.read_text(), version=5)
    read_spec(prepared.spec.read_text(), version=4)


def test_curves_have_no_more_points_than_an_epoch_has_steps() -> None:
    def points() -> int:
        spec: Any = read_spec(prepare(make_config()).spec.read_text())
        return int(spec.training_config.visualizer.scalar_logging_frequency)

    assert points() == 3
    make_set("train", count=40)
    assert points() == 10


def test_several_sources_are_trained_on_together() -> None:
    make_set("real", count=4)
    prepared = prepare(make_config(data__train__real={"folder": "real", "weight": 3}))
    read = Experiment.read(prepared.spec.read_text())
    assert [(s.folder.name, s.weight) for s in read.sources()] == [("synthetic", 1.0), ("real", 3.0)]
    assert set(prepared.records) == {"convert_synthetic", "convert_real", "convert_validation"}
    assert prepared.frames == 10


def test_detr_takes_sources_as_its_schema_wants_them() -> None:
    rtdetr = yaml.safe_load(prepare(make_config("rtdetr")).spec.read_text())
    dino = yaml.safe_load(prepare(make_config("dino", results_dir="dino")).spec.read_text())
    assert isinstance(rtdetr["dataset"]["val_data_sources"], dict)
    assert isinstance(dino["dataset"]["val_data_sources"], list)
    assert rtdetr["dataset"]["remap_mscoco_category"] is False
    assert rtdetr["dataset"]["num_classes"] == dino["dataset"]["num_classes"] == 3
    assert Path("results/specs/classmap.txt").read_text().split() == ["background", "forklift", "palletjack"]
    assert Path("dino/specs/classmap.txt").read_text().split() == ["forklift", "palletjack"]


@pytest.mark.parametrize(
    ("network", "change", "words"),
    [
        ("detectnet_v2", {"tao__network": "detectnet"}, ["tao.network", "did you mean 'detectnet_v2'?"]),
        (
            "detectnet_v2",
            {"tao__spec__training_config__num_epoch": 3},
            ["tao.spec.training_config.num_epoch", "did you mean 'num_epochs'?"],
        ),
        ("detectnet_v2", {"tao__spec__training_config__num_epochs": 2.5}, ["training_config.num_epochs", "2.5"]),
        ("detectnet_v2", {"tao__spec__training_config__batch_size_per_gpu": 16}, ["batch_size_per_gpu", "16 for 6"]),
        (
            "detectnet_v2",
            {"tao__per_class__forklfit": {}},
            ["tao.per_class.forklfit", "did you mean 'forklift'?"],
        ),
        (
            "detectnet_v2",
            {"tao__per_class__default__cost_function_config__target_clases": {}},
            ["tao.per_class", "target_clases", "did you mean 'target_classes'?"],
        ),
        (
            "detectnet_v2",
            {"tao__per_class__default__cost_function_config__enable_autoweighting": True},
            ["enable_autoweighting", "set it in tao.spec"],
        ),
        (
            "detectnet_v2",
            {
                "tao__spec__training_config__learning_rate__early_stopping_annealing_schedule": {
                    "min_learning_rate": 1e-6
                }
            },
            ["learning_rate", "soft_start_annealing_schedule and early_stopping_annealing_schedule", "null"],
        ),
        ("detectnet_v2", {"tao__size": [64, 64]}, ["tao.size", "128x80", "enable_auto_resize"]),
        ("detectnet_v2", {"tao__version": 6}, ["TAO version", "4, 5"]),
        ("detectnet_v2", {"data__train": None}, ["data.train", "at least one"]),
        ("detectnet_v2", {"data__train__synthetic__foldr": "x"}, ["data.train.synthetic.foldr", "'folder'"]),
        ("detectnet_v2", {"data__train__synthetic__weight": 0}, ["data.train.synthetic.weight", "above 0"]),
        ("detectnet_v2", {"data__train__validation": {"folder": "val"}}, ["data.train.validation", "kept"]),
        ("detectnet_v2", {"data__train__a-b": {"folder": "val"}}, ["data.train.a-b", "lower-case"]),
        ("detectnet_v2", {"data__train__synthetic__folder": "nowhere"}, ["nowhere", "no folder"]),
        ("rtdetr", {"data__train__synthetic__weight": 2}, ["data.train.synthetic.weight", "no weights"]),
        ("rtdetr", {"data__validate": None}, ["data.validate", "set to validate with"]),
        ("rtdetr", {"tao__size": [640, 480]}, ["tao.size", "equal sides"]),
        ("rtdetr", {"tao__spec__train__optim__lrr": 1e-4}, ["train.optim.lrr", "did you mean 'lr'?"]),
        ("rtdetr", {"tao__spec__model__backbone": "resnet_51"}, ["model.backbone", "resnet_50"]),
        ("rtdetr", {"tao__spec__dataset__remap_mscoco_category": True}, ["remap_mscoco_category", "false"]),
        ("rtdetr", {"tao__spec__export__input_width": 960}, ["export", "eval_spatial_size"]),
        ("dino", {"tao__spec__train__precision": "bf16"}, ["train.precision", "fp16, fp32"]),
        ("yolo_v4", {}, ["augmentation_config.output_height", "80", "32"]),
        ("yolo_v4", YOLO_SIZE | {"tao__spec__yolov4_config__archs": "x"}, ["tao.spec.yolov4_config.archs", "'arch'"]),
        ("ssd", {"tao__spec__ssd_config__nlayer": 3}, ["tao.spec.ssd_config.nlayer", "'nlayers'"]),
        ("efficientdet", {"tao__size": [500, 512]}, ["model.input_width", "500", "128"]),
        ("efficientdet", {"tao__spec__train__epochs": 3}, ["train.epochs", "did you mean 'num_epochs'?"]),
    ],
)
def test_a_mistake_in_the_config_is_told_with_its_key(network: str, change: dict[str, Any], words: list[str]) -> None:
    with pytest.raises(PalletjackError) as refused:
        prepare(make_config(network, **change))
    assert [w for w in words if w not in str(refused.value)] == []
    assert not Path("results").exists()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("dataset:\n  val_data_source: {}\n", ["2:3 error: dataset.val_data_source:", "'val_data_sources'"]),
        ("model: 3\ntrain: {num_epochs: ten}\n", ["1:1 error: model:", "2:9 error: train.num_epochs: found 'ten'"]),
        (
            "dataset: {train_data_sources: [{image_dir: a, json_file: bad.json}], num_classes: 2, "
            "val_data_sources: {image_dir: a, json_file: bad.json}}\n",
            ["category ids 0 to 2 in bad.json", "1 to 1", "1 annotations without area"],
        ),
    ],
)
def test_a_yaml_spec_is_checked_with_places_and_with_its_tables(text: str, words: list[str]) -> None:
    Path("bad.json").write_text('{"images": [], "annotations": [{"id": 1}], "categories": [{"id": 0}, {"id": 2}]}')
    told = "\n".join(map(str, check_spec(text, "spec.yaml")[1]))
    assert [w for w in words if w not in told] == []


def test_what_is_no_yaml_is_refused() -> None:
    for text in ("a: [", "", "- 1\n"):
        with pytest.raises(SpecError, match=r"spec\.yaml"):
            check_spec(text, "spec.yaml")
