"""Weights from elsewhere for the network's backbone: TAO's hdf5 files, torchvision's, or our own checkpoints."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np
import torch

from palletjack_dr.tao.detector import TrainingError, read_checkpoint

TORCHVISION: Final = "torchvision"
"""In place of a file: the ImageNet weights that torchvision fetches, where it is installed and online."""
NORM: Final = {"gamma": "weight", "beta": "bias", "moving_mean": "running_mean", "moving_variance": "running_var"}
log = logging.getLogger(__name__)


def is_keras(file: str) -> bool:
    """Return whether a weights file is Keras's, for which convolutions must pad as Keras does."""
    return file.endswith((".hdf5", ".h5"))


def load_pretrained(model: torch.nn.Module, file: str, depth: int) -> None:
    """Take over every weight that fits by name and shape, and say what did not.

    ``file`` is TAO's ``.hdf5``, a state of torchvision's ResNet or a checkpoint of ours (``.pt``, ``.pth``), or
    "torchvision". Raises ``TrainingError`` where nothing fits.
    """
    found = _read(file, depth)
    own = model.state_dict()
    fitting = {n: v for n, v in found.items() if n in own and own[n].shape == v.shape}
    if not fitting:
        raise TrainingError(
            f"model_config.pretrained_model_file: nothing in {file} fits this network by name and shape; wanted TAO's "
            f"resnet{depth}.hdf5, torchvision's resnet{depth} or a model.pt"
        )
    model.load_state_dict({**own, **fitting})
    learned = [n for n in own if not n.endswith("num_batches_tracked") and n not in fitting]
    log.info("%s: %d weights taken over, %d left as they were drawn", file, len(fitting), len(learned))


def _read(file: str, depth: int) -> dict[str, torch.Tensor]:
    if file == TORCHVISION:
        return _from_torchvision(_download(depth))
    path = Path(file).expanduser()
    if not path.is_file():
        raise TrainingError(f"model_config.pretrained_model_file: {file!r} is not there; give a file or leave it empty")
    if is_keras(file):
        return _from_keras(path)
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # torch raises whatever the broken file leads to
        raise TrainingError(f"{file}: cannot be read ({str(error).splitlines()[0]})") from error
    if isinstance(content, dict) and "network" in content:
        return dict(read_checkpoint(path)["model"])
    return _from_torchvision(content)


def _download(depth: int) -> Mapping[str, torch.Tensor]:
    try:
        import torchvision
    except ImportError as error:
        raise TrainingError(
            "model_config.pretrained_model_file: torchvision is not installed; install it, or give a file of weights"
        ) from error
    made = getattr(torchvision.models, f"resnet{depth}", None)
    if made is None:
        raise TrainingError(f"torchvision offers no ResNet-{depth}; take num_layers 18 or 34, or no pretrained weights")
    try:
        weights: Mapping[str, torch.Tensor] = made(weights="IMAGENET1K_V1").state_dict()
    except OSError as error:
        raise TrainingError(
            f"torchvision's weights cannot be fetched ({error}); give a file of weights instead"
        ) from error
    return weights


def _from_torchvision(state: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Return a torchvision ResNet's weights under our names. Its convolutions have no biases: ours become 0."""
    found = {}
    for name, value in state.items():
        match = re.fullmatch(r"(?:layer(\d)\.(\d+)\.)?(conv|bn|downsample\.)(\d)\.(\w+)", name)
        if not match:
            continue
        block, place, kind, number, what = match.groups()
        part = f"blocks.{int(block) - 1}.{place}." if block else ""
        if kind == "downsample.":
            layer, index = "shortcut", number
        else:
            layer = f"conv_{number}" if block else "conv1"
            index = "0" if kind == "conv" else "1"
        found[f"{part}{layer}.{index}.{what}"] = value
        if what == "weight" and value.ndim == 4:
            found[f"{part}{layer}.{index}.bias"] = torch.zeros(len(value))
    return found


def _from_keras(path: Path) -> dict[str, torch.Tensor]:
    """Return the weights of a Keras file under our names, kernels turned from HWIO to OIHW."""
    try:
        import h5py
    except ImportError as error:
        raise TrainingError(f"{path}: reading hdf5 weights needs h5py; pip install h5py") from error
    found: dict[str, torch.Tensor] = {}

    def take(name: str, item: object) -> None:
        layer, _, what = name.rpartition("/")
        ours = _keras_layer(layer.rpartition("/")[2])
        if ours is None or not isinstance(item, h5py.Dataset):
            return
        value = torch.from_numpy(np.asarray(item, np.float32))
        what = what.partition(":")[0]
        found[f"{ours}.{NORM.get(what, 'weight' if what == 'kernel' else what)}"] = (
            value.permute(3, 2, 0, 1).contiguous() if value.ndim == 4 else value
        )

    try:
        with h5py.File(path) as file:
            file.visititems(take)
    except OSError as error:
        raise TrainingError(
            f"{path}: not a readable hdf5 file ({error}); encrypted .tlt files cannot be read"
        ) from error
    return found


def _keras_layer(name: str) -> str | None:
    """Return our name of a layer of TAO's ResNet: "block_2b_conv_1" -> "blocks.1.1.conv_1.0"."""
    fixed = {"conv1": "conv1.0", "bn_conv1": "conv1.1", "output_cov": "cov", "output_bbox": "bbox"}
    if name in fixed:
        return fixed[name]
    match = re.fullmatch(r"block_(\d)([a-z])_(conv|bn)_(1|2|shortcut)", name)
    if not match:
        return None
    block, letter, kind, number = match.groups()
    layer = "shortcut" if number == "shortcut" else f"conv_{number}"
    return f"blocks.{int(block) - 1}.{ord(letter) - ord('a')}.{layer}.{0 if kind == 'conv' else 1}"
