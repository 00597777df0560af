"""The network of DetectNet_v2: a ResNet of stride 16 with a coverage head and a box head."""

from __future__ import annotations

from typing import Final

import torch
import torch.nn.functional as F  # noqa: N812  # its usual name
from torch import nn

from palletjack_dr.tao.detector import TrainingError

SUB_BLOCKS: Final = {10: (1, 1, 1, 1), 18: (2, 2, 2, 2), 34: (3, 4, 6, 3)}
"""Depths built here, and the sub-blocks of their four blocks."""
WIDTHS: Final = (64, 128, 256, 512)
STRIDES: Final = (2, 2, 2, 1)
MOMENTUM: Final = 0.01


class Convolution(nn.Sequential):
    """A convolution with batch normalisation. ``same`` pads as Keras does, which at stride 2 is off centre."""

    def __init__(self, inside: int, outside: int, kernel: int, stride: int, *, same: bool, norm: bool = True) -> None:
        padding = 0 if same else kernel // 2
        parts: list[nn.Module] = [nn.Conv2d(inside, outside, kernel, stride, padding)]
        if norm:
            parts.append(nn.BatchNorm2d(outside, eps=1e-3, momentum=MOMENTUM))
        super().__init__(*parts)
        total = max(kernel - stride, 0)
        self.pad = (total // 2, total - total // 2) * 2 if same and total else None

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return (N, outside, H / stride, W / stride) of (N, inside, H, W)."""
        out = F.pad(x, self.pad) if self.pad else x
        for part in self:
            out = part(out)
        return out


class SubBlock(nn.Module):
    """Two 3 x 3 convolutions beside a shortcut, which is a 1 x 1 convolution where ``projected``."""

    def __init__(
        self, inside: int, outside: int, stride: int, *, projected: bool, same: bool, norm: bool, dropout: float
    ) -> None:
        super().__init__()
        self.conv_1 = Convolution(inside, outside, 3, stride, same=same, norm=norm)
        self.conv_2 = Convolution(outside, outside, 3, 1, same=same, norm=norm)
        self.shortcut = Convolution(inside, outside, 1, stride, same=same, norm=norm) if projected else None
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return the sum of both ways, rectified."""
        beside = self.shortcut(x) if self.shortcut is not None else x
        return F.relu(self.dropout(self.conv_2(F.relu(self.conv_1(x)))) + beside)


class DetectNet(nn.Module):
    """Answers a picture, float (N, 3, H, W) in [0, 1], RGB, with coverage logits and box distances.

    Returns (N, C, H/16, W/16) and (N, C, 4, H/16, W/16): left, top, right, bottom, by the scale of the targets.
    """

    def __init__(
        self,
        classes: int,
        *,
        depth: int = 18,
        all_projections: bool = False,
        same: bool = False,
        norm: bool = True,
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        if depth not in SUB_BLOCKS:
            offered = ", ".join(map(str, SUB_BLOCKS))
            raise TrainingError(f"model_config.num_layers: a ResNet-{depth} is not built here; wanted one of {offered}")
        self.conv1 = Convolution(3, WIDTHS[0], 7, 2, same=same, norm=norm)
        self.blocks = nn.ModuleList()
        inside = WIDTHS[0]
        for count, width, stride in zip(SUB_BLOCKS[depth], WIDTHS, STRIDES, strict=True):
            block = nn.Sequential()
            for place in range(count):
                block.append(
                    SubBlock(
                        inside,
                        width,
                        stride if place == 0 else 1,
                        projected=all_projections or place == 0,
                        same=same,
                        norm=norm,
                        dropout=dropout,
                    )
                )
                inside = width
            self.blocks.append(block)
        self.keep_norms = False
        self.batches: int | None = None
        self.cov = nn.Conv2d(inside, classes, 1)
        self.bbox = nn.Conv2d(inside, 4 * classes, 1)
        self._begin()

    def _begin(self) -> None:
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
                if module.bias is not None:
                    nn.init.zeros_(module.bias)
        for head in (self.cov, self.bbox):
            nn.init.xavier_uniform_(head.weight)

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return coverage logits and box distances."""
        if self.training and not self.keep_norms:
            self._follow()
        x = F.relu(self.conv1(x))
        for block in self.blocks:
            x = block(x)
        count, _, height, width = x.shape
        return self.cov(x), self.bbox(x).view(count, -1, 4, height, width)

    def _follow(self) -> None:
        """Let the running statistics be plain means at first, so that they do not remember how they began."""
        norms = [m for m in self.modules() if isinstance(m, nn.BatchNorm2d)]
        if self.batches is None:
            seen = norms[0].num_batches_tracked if norms else None
            self.batches = int(seen) if seen is not None else 0
        self.batches += 1
        if self.batches <= 1 / MOMENTUM + 1:
            for norm in norms:
                norm.momentum = max(1 / self.batches, MOMENTUM)

    def freeze(self, blocks: list[int], *, norms: bool) -> None:
        """Keep some parts as they are: 0 is the first convolution, 1 to 4 the blocks; ``norms``: all statistics."""
        parts = [self.conv1, *self.blocks]
        for number in blocks:
            if not 0 <= number < len(parts):
                raise TrainingError(f"model_config.freeze_blocks: got {number}, wanted numbers from 0 to 4")
            parts[number].requires_grad_(False)
        self.keep_norms = norms

    def train(self, mode: bool = True) -> DetectNet:
        """Enter training, in which frozen normalisations go on as in use."""
        super().train(mode)
        if self.keep_norms:
            for module in self.modules():
                if isinstance(module, nn.BatchNorm2d):
                    module.eval().requires_grad_(False)
        return self
