"""A DetectNet_v2 experiment as a trainer takes it: every value that counts, TAO's defaults where the spec is silent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from palletjack_dr.tao.detectnet_v2.experiment_parts import (
    Augmentation,
    Clustering,
    Logging,
    Model,
    Objective,
    Optimization,
    Raster,
    Schedule,
    TargetClass,
)
from palletjack_dr.tao.detectnet_v2.rules import LOGGED_AN_EPOCH, check
from palletjack_dr.tao.detectnet_v2.spec import read_spec
from palletjack_dr.tao.findings import SpecError, refuse
from palletjack_dr.tao.recipe import Source

SEED = 42
CHECKPOINT_INTERVAL = 10
"""Epochs; what TAO takes when none is given."""
OTHERS = """
    loss_mask_label_filter dataset_export_config model_config.activation training_config.visualizer.wandb_config
    training_config.visualizer.clearml_config augmentation_config.preprocessing.output_image_min
    augmentation_config.preprocessing.output_image_max
"""
"""What a spec may give that is not held here."""


@dataclass(frozen=True, kw_only=True)
class Experiment:
    """A whole experiment; ``size`` is the input (width, height) [px], ``classes`` are in channel order.

    ``others`` are the paths of what the spec gives beyond the fields here; a trainer may tell that it ignores them.

    ``sources`` and ``validation`` name the folders above images/ and labels/; records are not read. With a validation
    fold, ``fold`` is its number and the sources' splits "train" and "val" stand for it: other frames than TAO's, the
    same share; ``validation`` is then the first source's.
    """

    seed: int
    size: tuple[int, int]
    channels: int
    auto_resize: bool
    extension: str
    sources: tuple[Source, ...]
    validation: Source
    fold: int | None
    classes: tuple[TargetClass, ...]
    augmentation: Augmentation
    model: Model
    deadzone_radius: float
    autoweighting: bool
    max_objective_weight: float
    min_objective_weight: float
    schedule: Schedule
    optimization: Optimization
    logging: Logging
    batch_size: int
    epochs: int
    checkpoint_interval: int
    validation_interval: int
    first_validation: int
    early_stopping_patience: int
    precision_mode: str
    """How average precision is taken: "SAMPLE" at 11 recalls, or "INTEGRATE"."""
    quantization_aware: bool
    dataloader: str
    sampling: str
    others: tuple[str, ...]

    @staticmethod
    def read(text: str, version: int = 5) -> Experiment:
        """Read an experiment spec. Raises ``SpecError`` for what TAO would refuse."""
        spec: Any = read_spec(text, "experiment", version)
        refuse(check(spec, "experiment"), "spec")
        data, training, evaluation = spec.dataset_config, spec.training_config, spec.evaluation_config
        mapping = dict(data.target_class_mapping)
        choice = data.WhichOneof("validation")
        if choice is None:
            raise SpecError("spec: dataset_config: found nothing to validate with, wanted validation_data_source")
        fold = data.validation_fold if choice == "validation_fold" else None
        split = None if fold is None else "train"
        sources = tuple(_source(s, mapping, split) for s in data.data_sources)
        held_out = data.data_sources[0] if fold is not None else data.validation_data_source
        before = spec.augmentation_config.preprocessing
        return Experiment(
            seed=spec.random_seed or SEED,
            size=(before.output_image_width, before.output_image_height),
            channels=before.output_image_channel,
            auto_resize=before.enable_auto_resize,
            extension=data.image_extension or "png",
            sources=sources,
            validation=_source(held_out, mapping, None if fold is None else "val"),
            fold=fold,
            classes=tuple(_target_class(c, spec) for c in spec.cost_function_config.target_classes),
            augmentation=_augmentation(spec.augmentation_config),
            model=_model(spec.model_config),
            deadzone_radius=_number(spec.bbox_rasterizer_config.deadzone_radius),
            autoweighting=spec.cost_function_config.enable_autoweighting,
            max_objective_weight=_number(spec.cost_function_config.max_objective_weight),
            min_objective_weight=_number(spec.cost_function_config.min_objective_weight),
            schedule=_schedule(training),
            optimization=_optimization(training),
            logging=_logging(training.visualizer),
            batch_size=training.batch_size_per_gpu,
            epochs=training.num_epochs,
            checkpoint_interval=training.checkpoint_interval or CHECKPOINT_INTERVAL,
            validation_interval=evaluation.validation_period_during_training,
            first_validation=evaluation.first_validation_epoch,
            early_stopping_patience=evaluation.early_stopping_patience_steps,
            precision_mode=_chosen(evaluation, "average_precision_mode"),
            quantization_aware=training.enable_qat,
            dataloader=_chosen(data, "dataloader_mode"),
            sampling=_chosen(data, "sampling_mode"),
            others=tuple(path for path in OTHERS.split() if _is_given(spec, path)),
        )


def _source(source: Any, mapping: Mapping[str, str], split: str | None) -> Source:
    weight = _number(source.source_weight) or 1.0
    return Source(folder=Path(source.image_directory_path), split=split, weight=weight, classes=mapping)


def _target_class(config: Any, spec: Any) -> TargetClass:
    raster = spec.bbox_rasterizer_config.target_class_config[config.name]
    clustering = spec.postprocessing_config.target_class_config[config.name].clustering_config
    box = spec.evaluation_config.evaluation_box_config[config.name]
    return TargetClass(
        name=config.name,
        weight=_number(config.class_weight),
        foreground_weight=_number(config.coverage_foreground_weight),
        objectives={
            o.name: Objective(initial_weight=_number(o.initial_weight), target_weight=_number(o.weight_target))
            for o in config.objectives
        },
        raster=Raster(
            center=(_number(raster.cov_center_x), _number(raster.cov_center_y)),
            radius=(_number(raster.cov_radius_x), _number(raster.cov_radius_y)),
            min_radius=_number(raster.bbox_min_radius),
        ),
        clustering=Clustering(
            algorithm=_chosen(clustering, "clustering_algorithm"),
            coverage_threshold=_number(clustering.coverage_threshold),
            min_height=clustering.minimum_bounding_box_height,
            eps=_number(clustering.dbscan_eps),
            min_samples=max(int(clustering.dbscan_min_samples), 1),
            dbscan_confidence=_number(clustering.dbscan_confidence_threshold),
            nms_confidence=_number(clustering.nms_confidence_threshold),
            nms_iou=_number(clustering.nms_iou_threshold),
        ),
        overlap=_number(spec.evaluation_config.minimum_detection_ground_truth_overlap[config.name]),
        heights=(box.minimum_height, box.maximum_height),
        widths=(box.minimum_width, box.maximum_width),
    )


def _augmentation(config: Any) -> Augmentation:
    before, space, color = config.preprocessing, config.spatial_augmentation, config.color_augmentation
    return Augmentation(
        crop=(before.crop_left, before.crop_top, before.crop_right, before.crop_bottom),
        scale=(_number(before.scale_width), _number(before.scale_height)),
        smallest_box=(_number(before.min_bbox_width), _number(before.min_bbox_height)),
        flip_probability=_number(space.hflip_probability),
        vertical_flip_probability=_number(space.vflip_probability),
        zoom=(_number(space.zoom_min), _number(space.zoom_max)),
        translate=(_number(space.translate_max_x), _number(space.translate_max_y)),
        rotation=_number(space.rotate_rad_max),
        rotation_probability=_number(space.rotate_probability),
        brightness_deviation=_number(color.color_shift_stddev),
        hue=_number(color.hue_rotation_max),
        saturation=_number(color.saturation_shift_max),
        contrast=_number(color.contrast_scale_max),
        contrast_center=_number(color.contrast_center),
    )


def _model(config: Any) -> Model:
    return Model(
        architecture=config.arch,
        layers=config.num_layers,
        pretrained=config.pretrained_model_file,
        load_graph=config.load_graph,
        freeze_pretrained=config.freeze_pretrained_layers,
        frozen=tuple(int(block) for block in config.freeze_blocks),
        freeze_norm=config.freeze_bn,
        batch_norm=config.use_batch_norm,
        pooling=config.use_pooling,
        all_projections=config.all_projections,
        dropout=_number(config.dropout_rate),
        half_precision=_chosen(config.training_precision, "backend_floatx") == "FLOAT16",
        box_scale=_number(config.objective_set.bbox.scale),
        box_offset=_number(config.objective_set.bbox.offset),
    )


def _schedule(training: Any) -> Schedule:
    rates = getattr(training.learning_rate, training.learning_rate.WhichOneof("schedule"))
    low, high = _number(rates.min_learning_rate), _number(rates.max_learning_rate)
    if training.learning_rate.WhichOneof("schedule") == "soft_start_annealing_schedule":
        start, annealing = _number(rates.soft_start), _number(rates.annealing)
        return Schedule(low=low, high=high, soft_start=start, annealing=annealing)
    return Schedule(
        low=low,
        high=high,
        soft_start=min(rates.soft_start_epochs / training.num_epochs, 1.0),
        annealing=min(rates.annealing_epochs / training.num_epochs, 1.0),
        patience_steps=rates.patience_steps,
    )


def _optimization(training: Any) -> Optimization:
    adam, scaling = training.optimizer.adam, training.cost_scaling
    return Optimization(
        epsilon=_number(adam.epsilon),
        beta1=_number(adam.beta1),
        beta2=_number(adam.beta2),
        regularizer=_chosen(training.regularizer, "type"),
        regularizer_weight=_number(training.regularizer.weight),
        cost_scaling=scaling.enabled,
        scaling_exponent=scaling.initial_exponent,
        scaling_increment=scaling.increment,
        scaling_decrement=scaling.decrement,
    )


def _logging(config: Any) -> Logging:
    classes = config.target_class_config
    return Logging(
        enabled=config.enabled,
        pictures=config.num_images,
        points=config.scalar_logging_frequency or LOGGED_AN_EPOCH,
        infrequent=config.infrequent_logging_frequency or 1,
        coverage_thresholds={name: _number(classes[name].coverage_threshold) for name in sorted(classes)},
    )


def _is_given(message: Any, path: str) -> bool:
    head, _, rest = path.partition(".")
    known = message.DESCRIPTOR.fields_by_name[head]
    there = bool(getattr(message, head)) if known.is_repeated else message.HasField(head)
    return there and (not rest or _is_given(getattr(message, head), rest))


def _number(value: float) -> float:
    """Return a 32-bit number as it was written: 0.05, not 0.0500000007."""
    return float(f"{value:.7g}")


def _chosen(message: Any, name: str) -> str:
    values = message.DESCRIPTOR.fields_by_name[name].enum_type.values_by_number
    return str(values[getattr(message, name)].name)
