"""``palletjack-dr export``: a trained detector as ONNX, with TAO's names of inputs and outputs."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from rich.console import Console

from palletjack_dr.cli.hydra_app import compose
from palletjack_dr.discovery import load_plugins
from palletjack_dr.tao.detector import read_checkpoint

PACKAGES = {"detectnet_v2": "detectnet_v2", "rtdetr": "detr"}


def run(arguments: list[str]) -> None:
    """Write the file and say how closely onnxruntime follows torch."""
    for config in compose("export", arguments, load_plugins(), config="export"):
        checkpoint = Path(config.model)
        target = Path(config.output) if config.output else checkpoint.with_suffix(".onnx")
        content = read_checkpoint(checkpoint)
        package = PACKAGES[content["network"]]
        difference = import_module(f"palletjack_dr.tao.{package}.export").export(content, target, opset=config.opset)
        Console(stderr=True).print(f"onnxruntime's answer is within {difference:.1e} of torch's")
        print(target)
