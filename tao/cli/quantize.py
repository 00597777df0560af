"""``palletjack-dr quantize``: an exported detector to INT8."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from palletjack_dr.cli.hydra_app import compose
from palletjack_dr.discovery import load_plugins
from palletjack_dr.tao.calibration import calibration_pictures
from palletjack_dr.tao.detector import TrainingError


def run(arguments: list[str]) -> None:
    """Write the INT8 file; 'palletjack-dr evaluate model=FILE' tells what it costs."""
    for config in compose("quantize", arguments, load_plugins(), config="quantize"):
        source = Path(config.model)
        if source.suffix != ".onnx":
            raise TrainingError(f"{source}: wanted an ONNX file; 'palletjack-dr export model={source}' writes one")
        target = Path(config.output) if config.output else source.with_name(f"{source.stem}_int8.onnx")
        from palletjack_dr.tao.quantization import quantize

        pictures = calibration_pictures(Path(config.pictures), config.count)
        quantize(source, target, pictures, config.fit)
        size, before = target.stat().st_size / 2**20, source.stat().st_size / 2**20
        Console(stderr=True).print(f"{size:.1f} of {before:.1f} MB, ranges from {len(pictures)} pictures")
        print(target)
