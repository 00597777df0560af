"""``palletjack-dr deploy``: write what DeepStream, Isaac ROS, Triton and TensorRT need for an exported detector."""

from __future__ import annotations

from pathlib import Path

from omegaconf import DictConfig, OmegaConf

from palletjack_dr.cli.hydra_app import compose
from palletjack_dr.discovery import load_plugins
from palletjack_dr.errors import ConfigError
from palletjack_dr.tao.calibration import calibration_pictures
from palletjack_dr.tao.deploy import Options, write_deployment
from palletjack_dr.tao.exported import read_exported


def run(arguments: list[str]) -> None:
    """Write the folder and print its files."""
    for config in compose("deploy", arguments, load_plugins(), config="deploy"):
        for path in _deploy(config):
            print(path)


def _deploy(config: DictConfig) -> list[Path]:
    if missing := sorted(OmegaConf.missing_keys(config)):
        raise ConfigError(f"{missing[0]}: a value is wanted and none is given; e.g. model=results/model.onnx")
    options = Options(
        precision=config.precision, batch_size=config.batch_size, fit=config.fit, threshold=config.threshold
    )
    model = read_exported(Path(config.model).expanduser(), config.network, config.classes)
    pictures = []
    if config.pictures is not None:
        pictures = calibration_pictures(Path(config.pictures).expanduser(), config.calibration_count)
    return write_deployment(model, options, pictures, Path(config.output_dir).expanduser())
