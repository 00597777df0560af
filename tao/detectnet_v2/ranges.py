"""The ranges that TAO's validator holds fields to, by their name alone, in every message that is given."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from palletjack_dr.tao.findings import Finding

if TYPE_CHECKING:
    from google.protobuf.message import Message

SHARE = """
    cov_center_x cov_center_y cov_radius_x cov_radius_y bbox_min_radius deadzone_radius coverage_threshold
    confidence_threshold nms_iou_threshold nms_confidence_threshold dbscan_eps dbscan_min_samples neighborhood_size
    dbscan_confidence_threshold hflip_probability vflip_probability color_shift_stddev saturation_shift_max
    contrast_scale_max contrast_center
"""
BELOW_ONE = "soft_start annealing"
POSITIVE = """
    batch_size_per_gpu num_epochs min_learning_rate max_learning_rate validation_period_during_training
    first_validation_epoch maximum_height maximum_width initial_exponent increment decrement epsilon beta1 beta2 scale
"""
NOT_NEGATIVE = """
    offset weight source_weight class_weight coverage_foreground_weight initial_weight weight_target
    max_objective_weight min_objective_weight zoom_min zoom_max translate_max_x translate_max_y hue_rotation_max
"""
NOT_EMPTY = "name tfrecords_path image_directory_path"

RANGES: dict[str, tuple[str, Callable[[Any], bool]]] = {
    **dict.fromkeys(SHARE.split(), ("0 to 1", lambda v: 0 <= v <= 1)),
    **dict.fromkeys(BELOW_ONE.split(), ("0 or above and below 1", lambda v: 0 <= v < 1)),
    **dict.fromkeys(POSITIVE.split(), ("above 0", lambda v: v > 0)),
    **dict.fromkeys(NOT_NEGATIVE.split(), ("0 or above", lambda v: v >= 0)),
    **dict.fromkeys(NOT_EMPTY.split(), ("a text that is not empty", bool)),
}
"""Name of a field -> what is wanted, in words and as a test. A field that is not given counts as 0 or empty."""


def check_ranges(message: Message, path: str = "") -> Iterator[Finding]:
    """Say which fields of a message and those below it are outside their range."""
    for known in message.DESCRIPTOR.fields:
        below = f"{path}.{known.name}" if path else known.name
        if known.name in RANGES and not known.is_repeated and known.message_type is None:
            wanted, holds = RANGES[known.name]
            value = getattr(message, known.name)
            if not holds(_rounded(value)):
                given = message.HasField(known.name)
                found = f"{_rounded(value)!r}" if given else "nothing, which counts as " + repr(_rounded(value))
                yield Finding(level="error", path=below, found=found, wanted=wanted)
        for name, child in children(message, known.name):
            yield from check_ranges(child, f"{below}{name}")


def children(message: Message, name: str) -> Iterator[tuple[str, Message]]:
    """Yield the messages that a field holds, each with "", "[2]" or "[forklift]" for its place in it."""
    known = message.DESCRIPTOR.fields_by_name[name]
    held = getattr(message, name)
    if known.message_type is None:
        return
    if known.message_type.GetOptions().map_entry:
        if known.message_type.fields_by_name["value"].message_type is not None:
            yield from ((f"[{key}]", held[key]) for key in sorted(held))
    elif known.is_repeated:
        yield from ((f"[{number}]", child) for number, child in enumerate(held))
    elif message.HasField(name):
        yield "", held


def _rounded(value: Any) -> Any:
    """Return a float without what its 32 bits add; 0.05 reads 0.05."""
    return float(f"{value:.7g}") if isinstance(value, float) else value
