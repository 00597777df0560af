"""EfficientDet of TAO's TensorFlow 2 container: a YAML spec for training, and one for each source's records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from omegaconf import OmegaConf

from palletjack_dr.tao.findings import Finding
from palletjack_dr.tao.layout import View
from palletjack_dr.tao.specs.inputs import Inputs, merged
from palletjack_dr.tao.specs.yaml_schema import check_tree, schema

SCHEMA = schema(
    """
(top): results_dir str, encryption_key str?, num_gpus int, gpu_ids int*, data_format str, verbose bool
dataset_convert: image_dir str, annotations_file str, results_dir str, output_dir str, tag str, num_shards int,
    include_masks bool, log_dir str
dataset: train_tfrecords str*, train_dirs str*, val_tfrecords str*, val_dirs str*, val_json_file str, num_classes int,
    max_instances_per_image int, skip_crowd_during_training bool, use_fake_data bool
dataset.loader: shuffle_buffer int, cycle_length int, block_length int, shuffle_file bool, prefetch_size int
dataset.augmentation: rand_hflip bool, random_crop_min_scale float, random_crop_max_scale float,
    auto_color_distortion bool, auto_translate_xy bool
train: num_examples_per_epoch int, batch_size int, num_epochs int, checkpoint str, random_seed int,
    l1_weight_decay float, l2_weight_decay float, amp bool, pruned_model_path str, moving_average_decay float,
    clip_gradients_norm float, skip_checkpoint_variables str, checkpoint_interval int, validation_interval int,
    image_preview bool, qat bool, label_smoothing float, results_dir str?, gpu_ids int*, num_gpus int,
    wandb any, clearml any
train.optimizer: name str, momentum float
train.lr_schedule: name cosine|soft_anneal, warmup_epoch int, warmup_init float, learning_rate float,
    annealing_epoch int
model: name str, input_width int, input_height int, aspect_ratios str, anchor_scale int, min_level int, max_level int,
    num_scales int, freeze_bn bool, freeze_blocks int*
evaluate: batch_size int, num_samples int, max_detections_per_image int, label_map str, max_nms_inputs int,
    checkpoint str, start_eval_epoch int, sigma float, results_dir str?, trt_engine str?
inference: *
export: *
gen_trt_engine: *
prune: *
"""
)


def write(tao: Mapping[str, Any], inputs: Inputs) -> tuple[dict[str, str], list[Finding]]:
    """Return the training's spec, one for each dataset_convert, and the class names; and what there is to say."""
    assert inputs.validation is not None
    tree = merged(_filled(inputs, inputs.validation), tao["spec"])
    texts = {"train.yaml": _yaml(tree)}
    for view in inputs.views:
        texts[f"convert_{view.name}.yaml"] = _yaml({"dataset_convert": _convert(inputs, view, tao)})
    texts["label_map.yaml"] = _yaml(dict(enumerate(inputs.classes, start=1)))
    return texts, list(check(tree))


def _yaml(tree: Mapping[Any, Any]) -> str:
    return str(OmegaConf.to_yaml(OmegaConf.create(dict(tree))))


def _filled(inputs: Inputs, validation: View) -> dict[str, Any]:
    width, height = inputs.size
    return {
        "results_dir": str(inputs.results_dir),
        "dataset": {
            "train_tfrecords": [f"{inputs.records(view)}-*" for view in inputs.train],
            "val_tfrecords": [f"{inputs.records(validation)}-*"],
            "val_json_file": str(validation.table),
            "num_classes": len(inputs.classes) + 1,
        },
        "train": {"num_examples_per_epoch": inputs.frames},
        "model": {"input_width": width, "input_height": height},
        "evaluate": {
            "num_samples": validation.frames,
            "label_map": str(inputs.results_dir / "specs" / "label_map.yaml"),
        },
    }


def _convert(inputs: Inputs, view: View, tao: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "image_dir": str(view.images),
        "annotations_file": str(view.table),
        "results_dir": str(inputs.results_dir / "tfrecords" / view.name),
        "tag": view.name,
        "num_shards": max(1, min(int(tao["num_shards"]), view.frames)),
        "include_masks": False,
    }


def check(tree: Mapping[str, Any]) -> Iterator[Finding]:
    """Say what is wrong with a spec."""
    yield from check_tree(tree, SCHEMA)
    model = tree.get("model")
    if isinstance(model, Mapping):
        step = 2 ** int(model.get("max_level", 7))
        for side in ("input_width", "input_height"):
            pixels = model.get(side, 512)
            if isinstance(pixels, int) and (pixels <= 0 or pixels % step):
                wanted = f"a multiple of {step}, the stride of the coarsest level; set tao.size"
                yield Finding(level="error", path=f"model.{side}", found=str(pixels), wanted=wanted)
