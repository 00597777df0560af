"""Networks whose layers are narrower than their spec says, as pruning leaves them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

import torch
from torch import nn

Model = TypeVar("Model", bound=nn.Module)


def with_shapes_of(model: Model, weights: Mapping[str, torch.Tensor]) -> Model:
    """Return the model with every convolution and normalisation as wide as some weights are; untrained.

    ``weights`` is a state of a network of the same layers. What fits already is left alone.
    """
    for name, module in list(model.named_modules()):
        shape = weights[f"{name}.weight"].shape if f"{name}.weight" in weights else None
        if shape is None or not isinstance(module, nn.Conv2d | nn.BatchNorm2d) or module.weight.shape == shape:
            continue
        parent = model.get_submodule(name.rpartition(".")[0])
        setattr(parent, name.rpartition(".")[2], _resized(module, shape))
    return model


def _resized(module: nn.Conv2d | nn.BatchNorm2d, shape: torch.Size) -> nn.Module:
    if isinstance(module, nn.BatchNorm2d):
        return nn.BatchNorm2d(shape[0], eps=module.eps, momentum=module.momentum)
    kernel, stride, padding = (tuple(part) for part in (module.kernel_size, module.stride, module.padding))
    return nn.Conv2d(shape[1], shape[0], kernel, stride, padding, bias=module.bias is not None)  # type: ignore[arg-type]
