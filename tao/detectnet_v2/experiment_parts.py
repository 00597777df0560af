"""The parts of a DetectNet_v2 experiment: what the network, its targets, losses, boxes and schedule are made by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Augmentation:
    """What is done to pictures, in pixels, radians, degrees, and shares of the full range.

    A zoom above 1 shows more of the scene, one below 1 less. ``crop`` is (left, top, right, bottom), zeros for none;
    ``scale`` (width, height), zeros for none; ``smallest_box`` (width, height) [px].
    """

    crop: tuple[int, int, int, int]
    scale: tuple[float, float]
    smallest_box: tuple[float, float]
    flip_probability: float
    vertical_flip_probability: float
    zoom: tuple[float, float]
    translate: tuple[float, float]
    rotation: float
    rotation_probability: float
    brightness_deviation: float
    hue: float
    saturation: float
    contrast: float
    contrast_center: float


@dataclass(frozen=True, kw_only=True)
class Model:
    """The network. ``box_scale`` and ``box_offset`` [px] are the units of its boxes; ``frozen`` the block numbers."""

    architecture: str
    layers: int
    pretrained: str
    load_graph: bool
    freeze_pretrained: bool
    frozen: tuple[int, ...]
    freeze_norm: bool
    batch_norm: bool
    pooling: bool
    all_projections: bool
    dropout: float
    half_precision: bool
    box_scale: float
    box_offset: float


@dataclass(frozen=True, kw_only=True)
class Raster:
    """How a class's boxes become targets: centre and radius as shares of the box, the least radius in cells."""

    center: tuple[float, float]
    radius: tuple[float, float]
    min_radius: float


@dataclass(frozen=True, kw_only=True)
class Clustering:
    """How a class's cells become boxes: ``algorithm`` is "DBSCAN" or "NMS"; heights in pixels of the input.

    In training and evaluation TAO takes each algorithm's ``_confidence`` for the other's; ``applied_confidence`` is
    what counts then.
    """

    algorithm: str
    coverage_threshold: float
    min_height: int
    eps: float
    min_samples: int
    dbscan_confidence: float
    nms_confidence: float
    nms_iou: float

    @property
    def applied_confidence(self) -> float:
        """The threshold that TAO applies outside of inference."""
        return self.dbscan_confidence if self.algorithm == "NMS" else self.nms_confidence


@dataclass(frozen=True, kw_only=True)
class Objective:
    """One part of a class's cost, "cov" or "bbox": its weight at first, and what auto-weighting aims at."""

    initial_weight: float
    target_weight: float


@dataclass(frozen=True, kw_only=True)
class TargetClass:
    """All that one class has for itself; only boxes of ``heights`` and ``widths`` (least, largest) [px] are counted."""

    name: str
    weight: float
    foreground_weight: float
    objectives: Mapping[str, Objective]
    raster: Raster
    clustering: Clustering
    overlap: float
    heights: tuple[int, int]
    widths: tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """The learning rate's course: from ``low`` up to ``high`` within ``soft_start``, back down from ``annealing`` on.

    Both are shares of the training; where it stops early (``patience_steps`` above 0) they are taken from epochs.
    """

    low: float
    high: float
    soft_start: float
    annealing: float
    patience_steps: int = 0


@dataclass(frozen=True, kw_only=True)
class Optimization:
    """Adam, its regularizer ("NO_REG", "L1", "L2") and the scaling of the cost, as powers of two, where enabled."""

    epsilon: float
    beta1: float
    beta2: float
    regularizer: str
    regularizer_weight: float
    cost_scaling: bool
    scaling_exponent: float
    scaling_increment: float
    scaling_decrement: float


@dataclass(frozen=True, kw_only=True)
class Logging:
    """What is shown of a training: points an epoch, epochs between pictures and histograms."""

    enabled: bool
    pictures: int
    points: int
    infrequent: int
    coverage_thresholds: Mapping[str, float]
