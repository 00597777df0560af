"""What TAO asks of an inference spec, and of clustering in any spec, beyond types."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from palletjack_dr.errors import did_you_mean
from palletjack_dr.tao.findings import Finding, error, warning

STRIDE = 16
"""Pixels of the input for one cell of the network's grid."""


def check_inference(spec: Any) -> Iterator[Finding]:
    """Say what is wrong with the message."""
    config, handlers = spec.inferencer_config, spec.bbox_handler_config.classwise_bbox_handler_config
    key, handler_key = "inferencer_config", "bbox_handler_config.classwise_bbox_handler_config"
    if config.WhichOneof("model") is None:
        yield error(f"{key}.tlt_config", "neither it nor tensorrt_config", "one of them")
    if not config.target_classes:
        yield error(f"{key}.target_classes", "none", "those of the training, in the order of its target_classes")
    for side in ("image_width", "image_height"):
        if getattr(config, side) <= 0 or getattr(config, side) % STRIDE:
            yield error(f"{key}.{side}", str(getattr(config, side)), f"a multiple of {STRIDE} above 0")
    if config.image_channels not in (1, 3):
        yield error(f"{key}.image_channels", str(config.image_channels), "1 or 3")
    for name in [n for n in config.target_classes if n not in handlers and "default" not in handlers]:
        yield error(handler_key, f"no entry for the class {name!r}", "one, or one named 'default'")
    for name in sorted(handlers):
        path = f"{handler_key}[{name}]"
        if name != "default" and name not in config.target_classes:
            hint = did_you_mean(name, config.target_classes)
            yield warning(path, "an entry for no class", f"one of inferencer_config.target_classes{hint}")
        if handlers[name].confidence_model not in ("", "aggregate_cov", "mean_cov"):
            yield error(
                f"{path}.confidence_model", repr(handlers[name].confidence_model), "'aggregate_cov' or 'mean_cov'"
            )
        yield from check_clustering(handlers[name].clustering_config, f"{path}.clustering_config", trains=False)


def check_clustering(config: Any, path: str, trains: bool = True) -> Iterator[Finding]:
    """Say what is wrong with how cells become boxes; ``trains`` where the spec is not one of inference."""
    values = type(config).DESCRIPTOR.fields_by_name["clustering_algorithm"].enum_type.values_by_name
    if trains and config.clustering_algorithm == values["HYBRID"].number:
        yield error(f"{path}.clustering_algorithm", "HYBRID", "DBSCAN or NMS; HYBRID is for inference")
    if config.clustering_algorithm == values["NMS"].number:
        for name in ("nms_iou_threshold", "nms_confidence_threshold"):
            if getattr(config, name) == 0:
                yield error(f"{path}.{name}", "0, with which NMS leaves nothing useful", "above 0, such as 0.5")
        if trains and config.nms_confidence_threshold != config.dbscan_confidence_threshold:
            yield warning(
                f"{path}.dbscan_confidence_threshold",
                f"{config.dbscan_confidence_threshold:g}",
                f"{config.nms_confidence_threshold:g} as for NMS: in training TAO takes one for the other",
            )
    elif config.dbscan_eps == 0:
        yield warning(f"{path}.dbscan_eps", "0, with which no two cells are neighbours", "such as 0.2")
