"""Toy sets: bright blocks on noise, in the form that TAO reads, and a spec for them."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from palletjack_dr.validate.findings import Label
from palletjack_dr.validate.kitti import kitti_line

SIZE = (96, 64)
CLASSES = ("block", "bar")

CLASS_RULES = """
bbox_rasterizer_config {{ deadzone_radius: 0.4 {raster} }}
postprocessing_config {{ {clusters} }}
evaluation_config {{
  validation_period_during_training: {validate} first_validation_epoch: {validate}
  {overlaps} {boxes}
  average_precision_mode: INTEGRATE
}}
cost_function_config {{
  enable_autoweighting: true max_objective_weight: 0.9999 min_objective_weight: 0.0001 {costs}
}}
"""
SPEC = """
random_seed: 7
dataset_config {{
  data_sources {{ tfrecords_path: "{train}/records-fold-*" image_directory_path: "{train}" }}
  validation_data_source {{ tfrecords_path: "{held_out}/records-fold-*" image_directory_path: "{held_out}" }}
  image_extension: "png" {mapping}
}}
augmentation_config {{
  preprocessing {{ output_image_width: 96 output_image_height: 64 output_image_channel: 3 }}
  spatial_augmentation {{ hflip_probability: 0.5 zoom_min: 0.9 zoom_max: 1.1 translate_max_x: 4 translate_max_y: 4 }}
  color_augmentation {{ contrast_scale_max: 0.1 contrast_center: 0.5 }}
}}
model_config {{
  arch: "resnet" num_layers: 10 use_batch_norm: true objective_set {{ bbox {{ scale: 35 offset: 0.5 }} cov {{ }} }}
}}
training_config {{
  batch_size_per_gpu: 4 num_epochs: {epochs} checkpoint_interval: 2
  learning_rate {{ soft_start_annealing_schedule {{
    min_learning_rate: 5e-5 max_learning_rate: 2e-3 soft_start: 0.1 annealing: 0.6 }} }}
  regularizer {{ type: L1 weight: 3e-9 }}
  optimizer {{ adam {{ epsilon: 1e-8 beta1: 0.9 beta2: 0.999 }} }}
  cost_scaling {{ enabled: false initial_exponent: 20 increment: 0.005 decrement: 1 }}
}}
"""


def write_set(folder: Path, count: int, seed: int) -> Path:
    """Write ``count`` pictures with their KITTI labels, some without any object."""
    rng = np.random.default_rng(seed)
    for name in ("images", "labels"):
        (folder / name).mkdir(parents=True)
    for number in range(count):
        picture = rng.integers(0, 90, (SIZE[1], SIZE[0], 3), dtype=np.uint8)
        lines = []
        for kind in range(2 if number % 5 else 0):
            width, height = (int(rng.integers(30, 40)), int(rng.integers(30, 40))) if kind == 0 else (56, 20)
            x, y = int(rng.integers(0, SIZE[0] - width)), int(rng.integers(0, SIZE[1] - height))
            picture[y : y + height, x : x + width] = (220, 60, 40) if kind == 0 else (40, 200, 230)
            box = (float(x), float(y), float(x + width), float(y + height))
            lines.append(kitti_line(Label(where="", name=CLASSES[kind], box=box)))
        cv2.imwrite(str(folder / "images" / f"{number:04d}.png"), picture)
        (folder / "labels" / f"{number:04d}.txt").write_text("".join(lines))
    return folder


def spec_text(train: Path, held_out: Path, epochs: int, validate: int = 100) -> str:
    """Return an experiment spec for two toy sets."""

    def each(text: str) -> str:
        return " ".join(text.replace("NAME", name) for name in CLASSES)

    rules = CLASS_RULES.format(
        raster=each(
            'target_class_config { key: "NAME" value { cov_center_x: 0.5 cov_center_y: 0.5 cov_radius_x: 1.0 '
            "cov_radius_y: 1.0 bbox_min_radius: 1.0 } }"
        ),
        clusters=each(
            'target_class_config { key: "NAME" value { clustering_config { coverage_threshold: 0.05 dbscan_eps: 0.4 '
            "dbscan_min_samples: 1 dbscan_confidence_threshold: 0.9 nms_confidence_threshold: 0.9 "
            "nms_iou_threshold: 0.5 minimum_bounding_box_height: 2 } } }"
        ),
        validate=validate,
        overlaps=each('minimum_detection_ground_truth_overlap { key: "NAME" value: 0.5 }'),
        boxes=each(
            'evaluation_box_config { key: "NAME" value { minimum_height: 2 maximum_height: 9999 minimum_width: 2 '
            "maximum_width: 9999 } }"
        ),
        costs=each(
            'target_classes { name: "NAME" class_weight: 1.0 coverage_foreground_weight: 0.3 '
            'objectives { name: "cov" initial_weight: 1.0 weight_target: 1.0 } '
            'objectives { name: "bbox" initial_weight: 10.0 weight_target: 10.0 } }'
        ),
    )
    mapping = each('target_class_mapping { key: "NAME" value: "NAME" }')
    return SPEC.format(train=train, held_out=held_out, epochs=epochs, mapping=mapping) + rules
