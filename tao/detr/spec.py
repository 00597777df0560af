"""TAO's rtdetr experiment spec: the part of the YAML that decides about a local training."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from pathlib import Path
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from palletjack_dr.errors import did_you_mean
from palletjack_dr.tao.detector import TrainingError

BACKBONES = ("resnet_18", "resnet_34", "resnet_50", "resnet_101")
STRIDE = 32
"""Every input size is a multiple of this: the deepest features are sampled up and laid over the next finer ones."""


@dataclass(frozen=True, kw_only=True)
class Model:
    """The network, its losses and the costs of matching queries to objects."""

    backbone: str = "resnet_50"
    pretrained_backbone_path: str | None = None
    train_backbone: bool = True
    num_queries: int = 300
    num_select: int = 300
    hidden_dim: int = 256
    nheads: int = 8
    dropout_ratio: float = 0.0
    enc_layers: int = 1
    use_encoder_idx: tuple[int, ...] = (2,)
    dim_feedforward: int = 1024
    pe_temperature: int = 10000
    expansion: float = 1.0
    enc_act: str = "gelu"
    act: str = "silu"
    dec_layers: int = 6
    dn_number: int = 100
    vfl_loss_coef: float = 1.0
    bbox_loss_coef: float = 5.0
    giou_loss_coef: float = 2.0
    class_cost: float = 2.0
    bbox_cost: float = 5.0
    giou_cost: float = 2.0
    alpha: float = 0.75
    gamma: float = 2.0
    num_feature_levels: int = 3
    return_interm_indices: tuple[int, ...] = (1, 2, 3)
    feat_strides: tuple[int, ...] = (8, 16, 32)
    feat_channels: tuple[int, ...] = (256, 256, 256)
    depth_mult: int = 1
    eval_idx: int = -1
    aux_loss: bool = True
    loss_types: tuple[str, ...] = ("vfl", "boxes")
    clip_max_norm: float = 0.1
    load_teacher_enc_dec: bool = False
    backbone_names: tuple[str, ...] = ()
    linear_proj_names: tuple[str, ...] = ()
    distillation_loss_coef: float = 1.0
    frozen_fm: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Augmentation:
    """Sizes are (height, width) [px]; ``multi_scales`` are long sides [px], () for the training's size alone.

    Left out, the scales are TAO's 480 to 800 for 640, in proportion to the size of the training, and
    ``eval_spatial_size`` is the size of the training.
    """

    train_spatial_size: tuple[int, ...] = (640, 640)
    eval_spatial_size: tuple[int, ...] | None = None
    multi_scales: tuple[int, ...] | None = None
    distortion_prob: float = 0.8
    iou_crop_prob: float = 0.8
    preserve_aspect_ratio: bool = False


@dataclass(frozen=True, kw_only=True)
class Data:
    """Pictures with COCO labels. A category's id is its channel, so ``num_classes`` exceeds the largest id."""

    train_data_sources: tuple[Mapping[str, Any], ...] | None = None
    val_data_sources: Mapping[str, Any] | None = None
    test_data_sources: Mapping[str, Any] | None = None
    infer_data_sources: Mapping[str, Any] | None = None
    quant_calibration_data_sources: Mapping[str, Any] | None = None
    batch_size: int = 4
    workers: int = 8
    remap_mscoco_category: bool = False
    pin_memory: bool = True
    dataset_type: str = "serialized"
    num_classes: int = 80
    eval_class_ids: tuple[int, ...] | None = None
    augmentation: Augmentation = Augmentation()


@dataclass(frozen=True, kw_only=True)
class Optim:
    """Steps of the schedule are epochs, those of the warm-up are batches."""

    optimizer: str = "AdamW"
    monitor_name: str = "val_loss"
    lr: float = 1e-4
    lr_backbone: float = 1e-5
    momentum: float = 0.9
    weight_decay: float = 1e-4
    lr_scheduler: str = "MultiStep"
    lr_steps: tuple[int, ...] = (1000,)
    lr_step_size: int = 1000
    lr_decay: float = 0.1
    warmup_steps: int = 0


@dataclass(frozen=True, kw_only=True)
class Ema:
    """The moving average of the weights."""

    decay: float = 0.999
    every_n_steps: int = 1
    validate_original_weights: bool = False
    cpu_offload: bool = False


@dataclass(frozen=True, kw_only=True)
class Train:
    """How long and how fast."""

    num_gpus: int = 1
    gpu_ids: tuple[int, ...] = (0,)
    num_nodes: int = 1
    seed: int = 1234
    cudnn: Mapping[str, Any] = field(default_factory=dict)
    num_epochs: int = 10
    checkpoint_interval: int = 1
    checkpoint_interval_unit: str = "epoch"
    validation_interval: int = 1
    resume_training_checkpoint_path: str | None = None
    results_dir: str | None = None
    pretrained_model_path: str | None = None
    freeze: tuple[str, ...] = ()
    clip_grad_norm: float = 0.1
    is_dry_run: bool = False
    enable_ema: bool = False
    ema: Ema = Ema()
    optim: Optim = Optim()
    precision: str = "fp32"
    distributed_strategy: str = "ddp"
    activation_checkpoint: bool = True


@dataclass(frozen=True, kw_only=True)
class Spec:
    """An experiment. The sections of other tasks (evaluate, export, ...) are let through unread."""

    model: Model = Model()
    dataset: Data = Data()
    train: Train = Train()
    model_name: str | None = None
    encryption_key: str | None = None
    results_dir: str | None = None
    wandb: Mapping[str, Any] = field(default_factory=dict)
    evaluate: Mapping[str, Any] = field(default_factory=dict)
    inference: Mapping[str, Any] = field(default_factory=dict)
    export: Mapping[str, Any] = field(default_factory=dict)
    gen_trt_engine: Mapping[str, Any] = field(default_factory=dict)
    distill: Mapping[str, Any] | None = None
    quantize: Mapping[str, Any] | None = None

    @property
    def size(self) -> tuple[int, int]:
        """The training's (width, height) [px]."""
        height, width = self.dataset.augmentation.train_spatial_size
        return width, height

    @property
    def detection_size(self) -> tuple[int, int]:
        """The trained detector's (width, height) [px]."""
        height, width = self.dataset.augmentation.eval_spatial_size or self.dataset.augmentation.train_spatial_size
        return width, height

    @property
    def scaled_sizes(self) -> list[tuple[int, int]]:
        """The (width, height) [px] among which each batch draws: in the training's proportions, multiples of 32."""
        long = max(self.size)
        sides = self.dataset.augmentation.multi_scales
        if sides is None:
            sides = tuple(round(s / 640 * long) for s in range(480, 801, 32))
        width, height = self.size
        return [(_multiple(width * s / long), _multiple(height * s / long)) for s in sides] or [self.size]


CHOICES: Mapping[str, tuple[str, ...]] = {
    "model.backbone": BACKBONES,
    "train.optim.optimizer": ("AdamW", "SGD"),
    "train.optim.lr_scheduler": ("MultiStep", "StepLR"),
    "train.precision": ("fp32", "fp16", "bf16"),
    "train.checkpoint_interval_unit": ("epoch",),
    "train.distributed_strategy": ("ddp",),
}
"""What a local training offers; TAO has more of some."""

FIXED: Mapping[str, Any] = {
    "model.num_feature_levels": 3,
    "model.return_interm_indices": (1, 2, 3),
    "model.feat_strides": (8, 16, 32),
    "model.depth_mult": 1,
    "model.eval_idx": -1,
    "model.aux_loss": True,
    "model.loss_types": ("vfl", "boxes"),
    "model.load_teacher_enc_dec": False,
    "dataset.remap_mscoco_category": False,
    "train.ema.every_n_steps": 1,
}
"""Fields that change the network or the data in TAO, of which a local training knows one value only."""


def read_spec(text: str, where: str) -> Spec:
    """Return the experiment of a YAML text; ``where`` names it in errors.

    Raises ``TrainingError`` for broken YAML, unknown fields, wrong types, and values that are not offered here.
    """
    from omegaconf import OmegaConf
    from omegaconf.errors import OmegaConfBaseException
    from yaml import YAMLError

    try:
        content: Any = OmegaConf.to_container(OmegaConf.create(text), resolve=True)
    except (YAMLError, OmegaConfBaseException) as error:
        raise TrainingError(f"{where}: not readable as YAML ({str(error).splitlines()[0]})") from error
    if not isinstance(content, dict) or (None in content.values() and not any(content.values())):
        raise TrainingError(f"{where}: got no sections, wanted 'model:', 'dataset:' and 'train:' as in TAO's rtdetr")
    spec = _build(Spec, content, where, "")
    _check(spec, where)
    return spec


def load_spec(path: Path) -> tuple[Spec, str]:
    """Return the experiment of a YAML file, and its text."""
    if not path.is_file():
        raise TrainingError(f"{str(path)!r}: there is no such spec")
    text = path.read_text(encoding="utf-8")
    return read_spec(text, str(path)), text


T = TypeVar("T")


def _build(kind: type[T], content: Mapping[str, Any], where: str, path: str) -> T:
    hints = get_type_hints(kind)
    offered = [f.name for f in fields(kind)]  # type: ignore[arg-type]
    for name in content:
        if name not in offered:
            raise TrainingError(f"{where}: no field {path + str(name)!r}{did_you_mean(str(name), offered)}")
    return kind(**{name: _value(hints[name], value, where, path + name) for name, value in content.items()})


def _value(hint: Any, value: Any, where: str, path: str) -> Any:
    """Return a YAML value as the type of its field."""
    if get_origin(hint) in (Union, types.UnionType):
        if value is None or value == "":
            return None
        hint = next(h for h in get_args(hint) if h is not type(None))
    if is_dataclass(hint) and isinstance(hint, type) and isinstance(value, dict):
        return _build(hint, value, where, f"{path}.")
    if get_origin(hint) is tuple and isinstance(value, list):
        return tuple(_value(get_args(hint)[0], v, where, f"{path}[{n}]") for n, v in enumerate(value))
    if get_origin(hint) is Mapping and (value is None or isinstance(value, dict)):
        return value or {}
    if hint is float and isinstance(value, (int, float, str)) and not isinstance(value, bool):
        try:
            return float(value)  # YAML 1.1 takes 1e-4 for text
        except ValueError:
            pass
    if hint in (int, str, bool) and type(value) is hint:
        return value
    wanted = {"Mapping": "a mapping", "tuple": "a list"}.get(getattr(get_origin(hint) or hint, "__name__", ""), "")
    raise TrainingError(f"{where}: {path}: got {value!r}, wanted {wanted or getattr(hint, '__name__', str(hint))}")


def _check(spec: Spec, where: str) -> None:
    for path, offered in CHOICES.items():
        if (value := _at(spec, path)) not in offered:
            raise TrainingError(f"{where}: {path}: got {value!r}, not offered here{did_you_mean(str(value), offered)}")
    for path, only in FIXED.items():
        if (value := _at(spec, path)) != only:
            raise TrainingError(f"{where}: {path}: got {value!r}, a local training knows only {only!r}; train with TAO")
    if spec.model.frozen_fm.get("enabled") or spec.distill:
        raise TrainingError(f"{where}: distillation and frozen foundation models are TAO's alone; remove the section")
    for path in ("train_spatial_size", "eval_spatial_size"):
        size = getattr(spec.dataset.augmentation, path) or spec.dataset.augmentation.train_spatial_size
        if len(size) != 2 or any(side < STRIDE or side % STRIDE for side in size):
            name = f"dataset.augmentation.{path}"
            raise TrainingError(f"{where}: {name}: got {list(size)}, wanted [height, width], multiples of {STRIDE}")
    smallest = min([*spec.scaled_sizes, spec.detection_size], key=lambda size: size[0] * size[1])
    places = sum((smallest[0] // stride) * (smallest[1] // stride) for stride in spec.model.feat_strides)
    if not 0 < spec.model.num_queries <= places:
        got = f"got {spec.model.num_queries}, wanted 1 to {places}"
        raise TrainingError(f"{where}: model.num_queries: {got}, the places that pictures of {smallest} px have")
    for path in ("train.num_epochs", "dataset.batch_size", "dataset.num_classes", "model.dec_layers", "model.nheads"):
        if (value := _at(spec, path)) < 1:
            raise TrainingError(f"{where}: {path}: got {value}, wanted 1 or more")
    if spec.model.hidden_dim % max(spec.model.nheads, 4):
        raise TrainingError(
            f"{where}: model.hidden_dim: got {spec.model.hidden_dim}, wanted a multiple of 4 and of nheads"
        )


def _at(spec: Spec, path: str) -> Any:
    value: Any = spec
    for name in path.split("."):
        value = getattr(value, name)
    return value


def _multiple(side: float) -> int:
    return max(round(side / STRIDE), 1) * STRIDE
