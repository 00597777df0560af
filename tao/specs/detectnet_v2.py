"""DetectNet_v2: the specs of training, inference and dataset_convert."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from palletjack_dr.tao.detectnet_v2.rules import check
from palletjack_dr.tao.detectnet_v2.schema import spec_class
from palletjack_dr.tao.findings import Finding
from palletjack_dr.tao.layout import View
from palletjack_dr.tao.message_tree import fill, write_text
from palletjack_dr.tao.specs.inputs import Inputs, completed, merged, of_classes, spread

OFTEN = 10
"""Points of a curve in an epoch, and epochs between validations and checkpoints, unless the training is shorter."""
COLORS = ((0, 160, 255), (255, 140, 0), (80, 200, 80), (230, 60, 120), (160, 100, 240), (240, 220, 60))


def resizes(tao: Mapping[str, Any]) -> bool:
    """Return whether the network brings pictures of any size to its own."""
    preprocessing = tao["spec"].get("augmentation_config", {}).get("preprocessing", {})
    return bool(preprocessing.get("enable_auto_resize"))


def write(tao: Mapping[str, Any], inputs: Inputs) -> tuple[dict[str, str], list[Finding]]:
    """Return the texts of the specs by file name, the training's first, and what there is to say about them."""
    version = int(tao["version"])
    experiment = spec_class("experiment", version)()
    fill(experiment, experiment_tree(tao, inputs), "tao.spec")
    findings = check(experiment, "experiment", inputs.frames, inputs.validation.frames if inputs.validation else None)
    texts = {"train.txt": write_text(experiment, f"DetectNet_v2 for TAO {version}: train, evaluate, prune, export")}
    inference = spec_class("inference", version)()
    fill(inference, _inference_tree(tao, inputs), "tao.inference.spec")
    findings += check(inference, "inference")
    texts["inference.txt"] = write_text(inference, f"DetectNet_v2 for TAO {version}: inference")
    for view in inputs.views:
        export = spec_class("dataset_export", version)()
        fill(export, _export_tree(tao, inputs, view), "tao.convert")
        findings += check(export, "dataset_export")
        texts[f"convert_{view.name}.txt"] = write_text(export, f"dataset_convert -o {inputs.records(view)}")
    return texts, findings


def experiment_tree(tao: Mapping[str, Any], inputs: Inputs) -> dict[str, Any]:
    """Return the experiment as a tree: the config's, filled in from the sets."""
    given: Any = spec_class("experiment", int(tao["version"]))()
    tree: dict[str, Any] = merged(_data(tao, inputs), tao["spec"])
    for name, own in of_classes(tao["per_class"], inputs.classes, "tao.per_class").items():
        tree = merged(tree, spread(own, given.DESCRIPTOR, name, f"tao.per_class.{name}"))
    fill(given, tree, "tao.spec")
    often = min(OFTEN, given.training_config.num_epochs or OFTEN)
    steps = inputs.frames // (given.training_config.batch_size_per_gpu or 1)
    visualizer = {"scalar_logging_frequency": max(min(OFTEN, steps), 1), "infrequent_logging_frequency": often}
    derived = {
        "training_config": {"checkpoint_interval": often, "visualizer": visualizer},
        "evaluation_config": {"validation_period_during_training": often, "first_validation_epoch": often},
    }
    return completed(tree, derived)


def _data(tao: Mapping[str, Any], inputs: Inputs) -> dict[str, Any]:
    def source(view: View) -> dict[str, Any]:
        return {"tfrecords_path": f"{inputs.records(view)}-fold-*", "image_directory_path": str(view.folder)}

    rows = [source(v) | {"source_weight": w} for v, w in zip(inputs.train, inputs.weights, strict=True)]
    data: dict[str, Any] = {
        "data_sources": rows,
        "image_extension": inputs.extension,
        "target_class_mapping": {name: name for name in inputs.classes},
    }
    if inputs.validation is None:
        data["validation_fold"] = tao["validation_fold"]
    else:
        data["validation_data_source"] = source(inputs.validation)
    width, height = inputs.size
    sizes = {"output_image_width": width, "output_image_height": height}
    return {"dataset_config": data, "augmentation_config": {"preprocessing": sizes}}


def _inference_tree(tao: Mapping[str, Any], inputs: Inputs) -> dict[str, Any]:
    descriptor = spec_class("inference", int(tao["version"])).DESCRIPTOR
    config = tao["inference"]
    model = inputs.results_dir / "weights" / ("model.hdf5" if int(tao["version"]) >= 5 else "model.tlt")
    filled = {
        "target_classes": list(inputs.classes),
        "image_width": inputs.size[0],
        "image_height": inputs.size[1],
    }
    if not config["spec"].get("inferencer_config", {}).get("tensorrt_config"):
        filled["tlt_config"] = {"model": str(model)}
    tree: dict[str, Any] = merged({"inferencer_config": filled}, config["spec"])
    trained = of_classes(tao["per_class"], inputs.classes, "tao.per_class")
    for number, (name, own) in enumerate(
        of_classes(config["per_class"], inputs.classes, "tao.inference.per_class").items()
    ):
        clustering = trained[name].get("postprocessing_config", {}).get("target_class_config", {})
        red, green, blue = COLORS[number % len(COLORS)]
        handler = {"output_map": name, "bbox_color": {"R": red, "G": green, "B": blue}, **clustering}
        handler.pop("confidence_config", None)
        default = {"bbox_handler_config": {"classwise_bbox_handler_config": handler}}
        tree = merged(tree, spread(merged(default, own), descriptor, name, f"tao.inference.per_class.{name}"))
    return tree


def _export_tree(tao: Mapping[str, Any], inputs: Inputs, view: View) -> dict[str, Any]:
    """Return the tree of dataset_convert; without a validation source, the first frames by name are held out."""
    folds = inputs.validation is None
    kitti = {
        "root_directory_path": str(view.folder),
        "image_dir_name": "images",
        "label_dir_name": "labels",
        "image_extension": f".{inputs.extension}",
        "num_partitions": 2,
        "partition_mode": "random",
        "val_split": tao["val_split"] if folds else 0,
        "num_shards": max(1, min(int(tao["num_shards"]), view.frames)),
    }
    return {"kitti_config": kitti, "image_directory_path": str(view.folder)}
