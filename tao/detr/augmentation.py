"""Augmentation of a batch on its device: windows into the pictures, mirroring, and photometric distortion.

Every geometric change of a picture is one window (x1, y1, x2, y2) in shares of its width and height: smaller than
the picture to crop, larger to zoom out, x1 > x2 to mirror. What the window sees is sampled at the size of the batch.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch.nn import functional

GREY = 0.5
"""What lies outside of a picture."""
LEAST = 2.0
"""Boxes with a side below this [px] after augmentation are left out."""
TRIES = 40
OVERLAPS = (0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 1.0)
"""The IoU with some object that a crop must reach is drawn from these; 1 leaves the picture whole (as SSD does)."""


def draw_windows(boxes: Sequence[torch.Tensor], crop: float, mirror: float, generator: torch.Generator) -> torch.Tensor:
    """Return a window (N, 4) for each picture, whose boxes (n, 4) are x1 y1 x2 y2 in shares of its sides.

    With probability ``crop`` a picture is cropped around one of its objects at least; half of the pictures that may
    be cropped are zoomed out before, up to twice. With probability ``mirror`` it is mirrored.
    """
    device = generator.device
    count = len(boxes)
    chance = torch.rand((count, 4), generator=generator, device=device)
    side = torch.where((chance[:, 0] < 0.5) & (crop > 0), 1 + chance[:, 1], torch.ones_like(chance[:, 1]))
    corner = -torch.rand((count, 2), generator=generator, device=device) * (side - 1)[:, None]
    windows = torch.cat([corner, corner + side[:, None]], dim=1)
    tries = torch.rand((count, TRIES, 4), generator=generator, device=device)
    needs = torch.randint(len(OVERLAPS), (count,), generator=generator, device=device)
    for n, found in enumerate(boxes):
        if crop > 0 and len(found):
            need = torch.tensor(OVERLAPS, device=device)[needs[n]]
            inner = _crop(move_boxes(found, windows[n]), tries[n], need)
            chosen = torch.where(chance[n, 2] < crop, inner, inner.new_tensor([0.0, 0, 1, 1]))
            origin, extent = windows[n, :2], windows[n, 2:] - windows[n, :2]
            windows[n] = torch.cat([origin + chosen[:2] * extent, origin + chosen[2:] * extent])
    mirrored = windows[:, [2, 1, 0, 3]]
    return torch.where((chance[:, 3] < mirror)[:, None], mirrored, windows)


def _crop(boxes: torch.Tensor, tries: torch.Tensor, need: torch.Tensor) -> torch.Tensor:
    """Return the first of the tried windows that reaches the IoU and holds the middle of a box, else the whole."""
    extent = 0.3 + 0.7 * tries[:, :2]
    corner = tries[:, 2:] * (1 - extent)
    windows = torch.cat([corner, corner + extent], dim=1)
    low = torch.maximum(windows[:, None, :2], boxes[None, :, :2])
    high = torch.minimum(windows[:, None, 2:], boxes[None, :, 2:])
    common = (high - low).clamp(min=0).prod(dim=2)
    area = (boxes[:, 2:] - boxes[:, :2]).prod(dim=1)
    iou = common / (extent.prod(dim=1)[:, None] + area - common)
    middle = (boxes[:, :2] + boxes[:, 2:]) / 2
    inside = ((middle > windows[:, None, :2]) & (middle < windows[:, None, 2:])).all(dim=2)
    shape = extent[:, 0] / extent[:, 1]
    fits = (iou.amax(dim=1) >= need) & inside.any(dim=1) & (shape > 0.5) & (shape < 2) & (need < 1)
    whole = windows.new_tensor([[0.0, 0, 1, 1]])
    return torch.cat([windows, whole])[torch.cat([fits, fits.new_ones(1)]).int().argmax()]


def see(pictures: torch.Tensor, windows: torch.Tensor, size: tuple[int, int]) -> torch.Tensor:
    """Return what the windows see of pictures float (N, 3, H, W), at ``size`` (width, height) [px]."""
    x1, y1, x2, y2 = windows.unbind(dim=1)
    zero = torch.zeros_like(x1)
    theta = torch.stack([x2 - x1, zero, x1 + x2 - 1, zero, y2 - y1, y1 + y2 - 1], dim=1).reshape(-1, 2, 3)
    grid = functional.affine_grid(theta, [len(pictures), 3, size[1], size[0]], align_corners=False)
    return functional.grid_sample(pictures - GREY, grid, align_corners=False) + GREY


def move_boxes(boxes: torch.Tensor, window: torch.Tensor) -> torch.Tensor:
    """Return boxes (n, 4), x1 y1 x2 y2 in shares of the picture, in shares of the window; not clipped."""
    ends = (boxes.reshape(-1, 2, 2) - window[:2]) / (window[2:] - window[:2])
    return torch.cat([ends.amin(dim=1), ends.amax(dim=1)], dim=1)


def clip_boxes(boxes: torch.Tensor, size: tuple[int, int]) -> tuple[torch.Tensor, torch.Tensor]:
    """Return boxes clipped to the window, and which of them stay: those with their middle in it, not too small."""
    middle = (boxes[:, :2] + boxes[:, 2:]) / 2
    clipped = boxes.clamp(0, 1)
    sides = (clipped[:, 2:] - clipped[:, :2]) * clipped.new_tensor(size)
    return clipped, ((middle >= 0) & (middle <= 1)).all(dim=1) & (sides >= LEAST).all(dim=1)


def distort(pictures: torch.Tensor, probability: float, generator: torch.Generator) -> torch.Tensor:
    """Return pictures float (N, 3, H, W) in 0..1, some with another brightness, contrast, saturation and hue.

    A picture is changed with ``probability``, each of the four then with probability 1/2: brightness by up to 1/8,
    contrast and saturation by up to 1/2, hue by up to 18 degrees.
    """
    device, count = generator.device, len(pictures)
    chance = torch.rand((count, 9), generator=generator, device=device)
    on = (chance[:, :4] < 0.5) & (chance[:, 8:] < probability)
    span = torch.tensor([1 / 8, 1 / 2, 1 / 2, torch.pi / 10], device=device)
    amount = torch.where(on, (2 * chance[:, 4:8] - 1) * span, torch.zeros_like(span))[:, :, None, None, None]
    light = pictures.new_tensor([0.299, 0.587, 0.114]).reshape(1, 3, 1, 1)
    changed = pictures * (1 + amount[:, 0])
    mean = (changed * light).sum(dim=1, keepdim=True).mean(dim=(2, 3), keepdim=True)
    changed = mean + (changed - mean) * (1 + amount[:, 1])
    grey = (changed * light).sum(dim=1, keepdim=True)
    colour = (changed - grey) * (1 + amount[:, 2])
    # a turn of the colour about the grey axis (1, 1, 1), by Rodrigues' formula
    angle, root = amount[:, 3], 3**-0.5
    turned = colour.roll(1, dims=1) - colour.roll(-1, dims=1)
    along = colour.mean(dim=1, keepdim=True)
    colour = colour * angle.cos() + turned * root * angle.sin() + along * (1 - angle.cos())
    return (grey + colour).clamp(0, 1)
