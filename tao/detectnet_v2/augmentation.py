"""DetectNet_v2's augmentation: drawn on the CPU, done for a whole batch at once on its device."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F  # noqa: N812  # its usual name

from palletjack_dr.tao.recipe import Batch

LUMINANCE = (0.299, 0.587, 0.114)


@dataclass(frozen=True, kw_only=True)
class Augmentation:
    """What is done to a picture, in this order; the fields are those of TAO's augmentation_config.

    Flip with a probability; translation by whole pixels, uniform within +- ``translate_max`` (x, y); zoom by a
    uniform factor of which values above 1 shrink the picture; rotation with a probability, uniform within
    +- ``rotate_max`` [rad]; then brightness, hue [degrees], saturation and contrast.
    """

    flip: float = 0.5
    flip_vertical: float = 0.0
    translate_max: tuple[float, float] = (8.0, 8.0)
    zoom: tuple[float, float] = (1.0, 1.0)
    rotate_max: float = 0.0
    rotate: float = 0.0
    brightness: float = 0.0
    hue_max: float = 25.0
    saturation_max: float = 0.2
    contrast_max: float = 0.1
    contrast_center: float = 0.5

    def apply(
        self, batch: Batch, generator: torch.Generator
    ) -> tuple[torch.Tensor, list[torch.Tensor], list[torch.Tensor]]:
        """Return pictures float (N, 3, H, W) in [0, 1], and each one's boxes [px] and classes.

        Boxes are those around the moved corners; what left the picture or is below a pixel is dropped, what is cut
        off by the border is kept whole.
        """
        count, _, height, width = batch.pictures.shape
        moves = self._moves(count, width, height, generator)
        colours = self._colours(count, generator).to(batch.pictures.device, non_blocking=True)
        pictures = _recolour(_warp(batch.pictures, moves), colours)
        moved = [_move_boxes(b, m, width, height) for b, m in zip(batch.boxes, moves, strict=True)]
        boxes = [b[keep] for b, keep in moved]
        classes = [c[keep] for c, (_, keep) in zip(batch.classes, moved, strict=True)]
        return pictures, boxes, classes

    def _moves(self, count: int, width: int, height: int, generator: torch.Generator) -> torch.Tensor:
        """Return matrices (N, 3, 3) from pixels of the picture to pixels of the augmented one."""

        def uniform(low: float, high: float) -> torch.Tensor:
            return low + (high - low) * torch.rand(count, generator=generator)

        mirror = torch.where(uniform(0, 1) < self.flip, -1.0, 1.0)
        upset = torch.where(uniform(0, 1) < self.flip_vertical, -1.0, 1.0)
        x_max, y_max = int(self.translate_max[0]), int(self.translate_max[1])
        shift_x = torch.floor(uniform(-x_max, x_max + 1)).clamp(max=x_max)
        shift_y = torch.floor(uniform(-y_max, y_max + 1)).clamp(max=y_max)
        grow = 1 / uniform(*self.zoom)
        place_x, place_y = uniform(0, 1) * (1 - grow) * width, uniform(0, 1) * (1 - grow) * height
        angle = torch.where(uniform(0, 1) < self.rotate, uniform(-self.rotate_max, self.rotate_max), 0.0)

        flip = _matrix(mirror, upset, torch.where(mirror < 0, width, 0), torch.where(upset < 0, height, 0))
        ones = torch.ones(count)
        translate = _matrix(ones, ones, shift_x, shift_y)
        zoom = _matrix(grow, grow, place_x, place_y)
        to_center = _matrix(ones, ones, ones * (-width / 2), ones * (-height / 2))
        back = _matrix(ones, ones, ones * (width / 2), ones * (height / 2))
        turn = _matrix(torch.cos(angle), torch.cos(angle), 0 * ones, 0 * ones)
        turn[:, 0, 1], turn[:, 1, 0] = -torch.sin(angle), torch.sin(angle)
        return back @ turn @ to_center @ zoom @ translate @ flip

    def _colours(self, count: int, generator: torch.Generator) -> torch.Tensor:
        """Return colour matrices (N, 3, 4): the last column is added."""
        shift = _truncated_normal(count, generator) * self.brightness
        hue = torch.deg2rad(_truncated_normal(count, generator) * self.hue_max / 2)
        gain = 1 + (2 * torch.rand(count, generator=generator) - 1) * self.saturation_max
        contrast = 1 + _truncated_normal(count, generator) * self.contrast_max / 2

        linear = _hue(hue) @ _saturation(gain)
        added = linear @ shift[:, None, None].expand(-1, 3, 1)
        added = contrast[:, None, None] * added + (1 - contrast[:, None, None]) * self.contrast_center
        return torch.cat([contrast[:, None, None] * linear, added], dim=2)


def _matrix(a: torch.Tensor, d: torch.Tensor, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Return (N, 3, 3) matrices that scale by (a, d) and then shift by (x, y)."""
    made = torch.zeros(len(a), 3, 3)
    made[:, 0, 0], made[:, 1, 1], made[:, 2, 2] = a, d, 1
    made[:, 0, 2], made[:, 1, 2] = x, y
    return made


def _warp(pictures: torch.Tensor, moves: torch.Tensor) -> torch.Tensor:
    """Return uint8 pictures moved by one bilinear resampling, as float in [0, 1], black where nothing was."""
    _, _, height, width = pictures.shape
    to_pixels = torch.tensor([[width / 2, 0, width / 2], [0, height / 2, height / 2], [0, 0, 1]])
    theta = (torch.linalg.inv(to_pixels) @ torch.linalg.inv(moves) @ to_pixels)[:, :2]
    theta = theta.to(pictures.device, non_blocking=True)
    shape = [len(pictures), 3, height, width]
    grid = F.affine_grid(theta, shape, align_corners=False)
    warped: torch.Tensor = F.grid_sample(pictures.float() / 255, grid, align_corners=False, padding_mode="zeros")
    return warped


def _recolour(pictures: torch.Tensor, colours: torch.Tensor) -> torch.Tensor:
    flat = torch.baddbmm(colours[:, :, 3:], colours[:, :, :3], pictures.flatten(2))
    clipped: torch.Tensor = flat.clamp(0, 1).view_as(pictures)
    return clipped


def _move_boxes(boxes: torch.Tensor, move: torch.Tensor, width: int, height: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the boxes around the moved corners, and which of them still are in the picture."""
    x1, y1, x2, y2 = boxes.unbind(dim=1)
    corners = torch.stack([x1, y1, x2, y1, x2, y2, x1, y2], dim=1).view(-1, 4, 2)
    moved = corners @ move[:2, :2].T + move[:2, 2]
    low, high = moved.amin(dim=1), moved.amax(dim=1)
    limit = torch.tensor([width, height])
    seen = torch.minimum(high, limit) - low.clamp(min=0)
    keep = (seen >= 1).all(dim=1)
    return torch.cat([low, high], dim=1), keep


def _truncated_normal(count: int, generator: torch.Generator) -> torch.Tensor:
    """Return draws of the standard normal law within two deviations."""
    edge = 0.5 * (1 + math.erf(-2 / math.sqrt(2)))
    share = edge + (1 - 2 * edge) * torch.rand(count, generator=generator)
    drawn: torch.Tensor = torch.special.ndtri(share)
    return drawn


def _hue(angle: torch.Tensor) -> torch.Tensor:
    """Return rotations (N, 3, 3) of colours about the grey axis."""
    cos, sin = torch.cos(angle)[:, None, None], torch.sin(angle)[:, None, None]
    third = torch.full((3, 3), 1 / 3)
    cross = torch.tensor([[0.0, -1, 1], [1, 0, -1], [-1, 1, 0]]) / math.sqrt(3)
    return cos * torch.eye(3) + sin * cross + (1 - cos) * third


def _saturation(gain: torch.Tensor) -> torch.Tensor:
    """Return matrices (N, 3, 3) that move colours away from, or toward, their luminance."""
    grey = torch.tensor([LUMINANCE] * 3)
    keep = gain[:, None, None]
    return keep * torch.eye(3) + (1 - keep) * grey
