"""What TAO asks of a DetectNet_v2 spec beyond types: rules that it tells late, in code, or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatch
from typing import TYPE_CHECKING, Any

from palletjack_dr.errors import did_you_mean
from palletjack_dr.tao.detectnet_v2.export_rules import check_export
from palletjack_dr.tao.detectnet_v2.inference_rules import STRIDE, check_clustering, check_inference
from palletjack_dr.tao.detectnet_v2.ranges import check_ranges
from palletjack_dr.tao.detectnet_v2.spec import kind_of, reading
from palletjack_dr.tao.findings import Finding, error, warning

if TYPE_CHECKING:
    from google.protobuf.message import Message

LOGGED_AN_EPOCH = 10
"""What TAO takes for ``scalar_logging_frequency`` when none is given."""
DEPTHS = {"resnet": (10, 18, 34, 50, 101), "vgg": (16, 19)}
ARCHITECTURES = (
    *DEPTHS,
    *("darknet", "mobilenet_v1", "mobilenet_v2", "squeezenet", "googlenet", "efficientnet_b0"),
)
EXTENSIONS = ("png", "jpg", "jpeg")
REQUIRED = """
    dataset_config.data_sources dataset_config.target_class_mapping augmentation_config.preprocessing
    augmentation_config.spatial_augmentation bbox_rasterizer_config.target_class_config
    postprocessing_config.target_class_config model_config.objective_set.bbox model_config.objective_set.cov
    model_config.arch evaluation_config.minimum_detection_ground_truth_overlap evaluation_config.evaluation_box_config
    cost_function_config.target_classes training_config.learning_rate.schedule training_config.regularizer
    training_config.optimizer.adam training_config.cost_scaling
"""
PER_CLASS = """
    bbox_rasterizer_config.target_class_config postprocessing_config.target_class_config
    evaluation_config.minimum_detection_ground_truth_overlap evaluation_config.evaluation_box_config
"""
"""Maps that need an entry for every class."""


def check_text(text: str, version: int = 5, frames: int | None = None, validation: int | None = None) -> list[Finding]:
    """Return all findings about the text of a spec, in the order of the text; those about missing fields come last."""
    kind = kind_of(text)
    read = reading(text, kind, version)
    unread = {f.path for f in read.findings if f.level == "error"}
    found = [
        f.at(read.places.get(f.path, (0, 0)))
        for f in check(read.message, kind, frames, validation)
        if f.path not in unread
    ]
    return sorted([*read.findings, *found], key=lambda f: (f.line == 0, f.line, f.column))


def check(message: Message, kind: str, frames: int | None = None, validation: int | None = None) -> list[Finding]:
    """Return the findings about a message. ``frames`` and ``validation`` are the numbers of pictures, where known."""
    if kind == "dataset_export":
        return list(check_export(message, ""))
    if kind == "inference":
        return [*check_ranges(message), *check_inference(message)]
    return [*check_ranges(message), *_experiment(message, frames, validation)]


def _experiment(spec: Any, frames: int | None, validation: int | None) -> Iterator[Finding]:
    for path in REQUIRED.split():
        if not _given(spec, path):
            yield error(path, "nothing", "it to be given")
    yield from _data(spec.dataset_config)
    yield from _augmentation(spec.augmentation_config)
    yield from _model(spec.model_config)
    yield from _classes(spec)
    for name in spec.postprocessing_config.target_class_config:
        config = spec.postprocessing_config.target_class_config[name].clustering_config
        yield from check_clustering(config, f"postprocessing_config.target_class_config[{name}].clustering_config")
    yield from _training(spec.training_config, frames, validation)
    yield from _evaluation(spec)
    for number, export in enumerate(spec.dataset_export_config):
        yield from check_export(export, f"dataset_export_config[{number}].")


def _data(data: Any) -> Iterator[Finding]:
    key = "dataset_config"
    sources = [(f"{key}.data_sources[{n}]", source) for n, source in enumerate(data.data_sources)]
    if data.HasField("validation_data_source"):
        sources.append((f"{key}.validation_data_source", data.validation_data_source))
    for path, source in sources:
        if _takes_warnings(source.tfrecords_path):
            yield warning(
                f"{path}.tfrecords_path",
                f"{source.tfrecords_path!r}, which also takes the _warning.json that dataset_convert may write",
                "a glob of records alone, such as 'folder/name-fold-*'",
            )
    if data.WhichOneof("validation") is None and data.data_sources:
        yield warning(key, "nothing to validate with", "validation_fold or validation_data_source")
    if data.image_extension.startswith("."):
        yield error(f"{key}.image_extension", repr(data.image_extension), "it without a dot")
    elif data.image_extension and data.image_extension not in EXTENSIONS:
        yield error(f"{key}.image_extension", repr(data.image_extension), f"one of {', '.join(EXTENSIONS)}")
    for name in data.target_class_mapping:
        if name != name.lower() or len(name.split()) != 1:
            yield error(
                f"{key}.target_class_mapping[{name}]",
                repr(name),
                f"{'_'.join(name.lower().split())!r}: records hold names in lower case, others match nothing",
            )


def _takes_warnings(glob: str) -> bool:
    """Return whether a glob of records matches the file of rejected boxes, PREFIX_warning.json.

    Records are PREFIX-fold-000-of-002-shard-00000-of-00010; a glob that holds a part of that takes nothing else.
    """
    name = glob.rpartition("/")[2]
    if any(part in name for part in ("-fold", "-of-", "-shard")):
        return False
    return fnmatch(f"{name.partition('*')[0]}_warning.json", name)


def _augmentation(config: Any) -> Iterator[Finding]:
    key = "augmentation_config"
    if config.HasField("preprocessing"):
        for side in ("output_image_width", "output_image_height"):
            pixels = getattr(config.preprocessing, side)
            if pixels <= 0 or pixels % STRIDE:
                yield error(f"{key}.preprocessing.{side}", str(pixels), f"a multiple of {STRIDE} above 0")
        if config.preprocessing.output_image_channel not in (1, 3):
            found = str(config.preprocessing.output_image_channel)
            yield error(f"{key}.preprocessing.output_image_channel", found, "1 or 3")
        if config.preprocessing.enable_auto_resize:
            yield warning(
                f"{key}.preprocessing.enable_auto_resize", "true, which changes proportions", "pictures of that size"
            )
    if config.HasField("spatial_augmentation"):
        low, high = config.spatial_augmentation.zoom_min, config.spatial_augmentation.zoom_max
        if not 0 < low <= high:
            yield error(
                f"{key}.spatial_augmentation.zoom_min", f"{low:g} to {high:g}", "0 < zoom_min <= zoom_max, 1 for none"
            )
        if config.spatial_augmentation.vflip_probability > 0:
            yield warning(
                f"{key}.spatial_augmentation.vflip_probability", "it given", "0: the usual loader does not heed it"
            )


def _model(model: Any) -> Iterator[Finding]:
    key = "model_config"
    if model.arch and model.arch not in ARCHITECTURES:
        yield error(f"{key}.arch", repr(model.arch), f"a known one{did_you_mean(model.arch, ARCHITECTURES)}")
    if model.arch in DEPTHS and model.num_layers not in DEPTHS[model.arch]:
        wanted = " or ".join(map(str, DEPTHS[model.arch]))
        yield error(f"{key}.num_layers", str(model.num_layers), f"{wanted} for {model.arch}")
    if not 0 <= model.dropout_rate < 1:
        yield error(f"{key}.dropout_rate", f"{model.dropout_rate:g}", "0 or above and below 1")
    if not model.pretrained_model_file:
        for name in ("freeze_pretrained_layers", "freeze_blocks", "load_graph"):
            if getattr(model, name):
                yield error(f"{key}.{name}", "it given without pretrained_model_file", "that file, or none frozen")
    if model.use_pooling:
        yield warning(f"{key}.use_pooling", "true, with which the grid is coarser than its decoder expects", "false")


def _classes(spec: Any) -> Iterator[Finding]:
    key = "cost_function_config.target_classes"
    names = [c.name for c in spec.cost_function_config.target_classes]
    for number, config in enumerate(spec.cost_function_config.target_classes):
        path = f"{key}[{number}]"
        if names.index(config.name) < number:
            yield error(f"{path}.name", f"{config.name!r} for a second time", "every class once")
        if config.class_weight == 0:
            yield error(f"{path}.class_weight", "0", "above 0")
        if not 0 < config.coverage_foreground_weight < 1:
            found = f"{config.coverage_foreground_weight:g}"
            yield error(f"{path}.coverage_foreground_weight", found, "above 0 and below 1")
        objectives = sorted(o.name for o in config.objectives)
        if objectives != ["bbox", "cov"]:
            yield error(f"{path}.objectives", ", ".join(objectives) or "none", "bbox and cov, each once")
        for weight in ("initial_weight", "weight_target"):
            if config.objectives and sum(getattr(o, weight) for o in config.objectives) <= 0:
                yield error(f"{path}.objectives", f"0 as the sum of {weight}", "above 0")
    for path in PER_CLASS.split():
        group, _, name = path.partition(".")
        entries = getattr(getattr(spec, group), name)
        for missing in [n for n in names if n not in entries]:
            yield error(path, f"no entry for the class {missing!r}", "one for every class of cost_function_config")
        for extra in sorted(set(entries) - set(names)):
            hint = did_you_mean(extra, names)
            yield warning(f"{path}[{extra}]", "an entry for no class", f"a class of cost_function_config{hint}")
    mapping = spec.dataset_config.target_class_mapping
    for source, target in sorted(mapping.items()):
        if target not in names and names:
            hint = did_you_mean(target, names)
            yield error(
                f"dataset_config.target_class_mapping[{source}]", repr(target), f"a class that is trained{hint}"
            )
    for unmapped in [n for n in names if n not in mapping.values()]:
        yield error(
            "dataset_config.target_class_mapping", f"nothing that leads to the class {unmapped!r}", "a key for it"
        )


def _training(config: Any, frames: int | None, validation: int | None) -> Iterator[Finding]:
    key, batch = "training_config", config.batch_size_per_gpu
    schedule = config.learning_rate.WhichOneof("schedule")
    if schedule is not None:
        path, rates = f"{key}.learning_rate.{schedule}", getattr(config.learning_rate, schedule)
        if rates.min_learning_rate > rates.max_learning_rate:
            wanted = f"at most max_learning_rate, {rates.max_learning_rate:g}"
            yield error(f"{path}.min_learning_rate", f"{rates.min_learning_rate:g}", wanted)
        if schedule == "soft_start_annealing_schedule" and rates.soft_start > rates.annealing:
            yield error(f"{path}.soft_start", f"{rates.soft_start:g}", f"at most annealing, {rates.annealing:g}")
        if schedule == "early_stopping_annealing_schedule":
            yield warning(path, "it given", "soft_start_annealing_schedule, unless no average precision is wanted")
    path = f"{key}.visualizer.scalar_logging_frequency"
    points = config.visualizer.scalar_logging_frequency or LOGGED_AN_EPOCH
    if frames is not None and batch and points > max(frames // batch, 1):
        steps = frames // batch
        found = f"{points} points an epoch, in which {frames} pictures give {steps} steps of {batch}"
        yield error(path, found, f"at most {max(steps, 1)}, or smaller batches")
    often = config.visualizer.infrequent_logging_frequency
    if often > config.num_epochs:
        wanted = f"at most num_epochs, {config.num_epochs}"
        yield error(f"{key}.visualizer.infrequent_logging_frequency", str(often), wanted)
    if frames is not None and frames < batch:
        yield error(f"{key}.batch_size_per_gpu", f"{batch} for {frames} pictures", f"at most {frames}")
    elif validation is not None and validation < batch:
        found = f"{batch} for {validation} pictures to validate with, of which TAO then takes none"
        yield warning(f"{key}.batch_size_per_gpu", found, f"at most {validation}")


def _evaluation(spec: Any) -> Iterator[Finding]:
    key, config, epochs = "evaluation_config", spec.evaluation_config, spec.training_config.num_epochs
    if epochs and config.first_validation_epoch > epochs:
        found = f"{config.first_validation_epoch} of {epochs} epochs"
        yield warning(f"{key}.first_validation_epoch", found, "an epoch that is reached")
    for name, overlap in sorted(config.minimum_detection_ground_truth_overlap.items()):
        if not 0 < overlap <= 1:
            yield error(f"{key}.minimum_detection_ground_truth_overlap[{name}]", f"{overlap:g}", "above 0, at most 1")
    for name in sorted(config.evaluation_box_config):
        box = config.evaluation_box_config[name]
        for side in ("height", "width"):
            low, high = getattr(box, f"minimum_{side}"), getattr(box, f"maximum_{side}")
            if low > high > 0:
                path = f"{key}.evaluation_box_config[{name}].minimum_{side}"
                yield error(path, str(low), f"at most maximum_{side}, {high}")


def _given(message: Any, path: str) -> bool:
    """Return whether something stands at a path: a message, a choice of a group, a text or a non-empty list."""
    head, _, rest = path.partition(".")
    if head in message.DESCRIPTOR.oneofs_by_name:
        return message.WhichOneof(head) is not None
    known = message.DESCRIPTOR.fields_by_name[head]
    held = getattr(message, head)
    there = bool(held) if known.is_repeated or known.message_type is None else message.HasField(head)
    return there and (not rest or _given(held, rest))
