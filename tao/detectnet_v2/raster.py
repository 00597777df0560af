"""The targets of DetectNet_v2: boxes drawn as soft ellipses on the network's output grid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import torch

STRIDE: Final = 16
"""Pixels per cell of the output grid."""
SAMPLES: Final = 4
"""Samples per cell and axis by which a cell's share of an ellipse is counted."""
SMALLEST_RADIUS: Final = 0.1
"""In cells: what a coverage radius is raised to."""


@dataclass(frozen=True, kw_only=True)
class ClassRaster:
    """How the boxes of one class are drawn: ``center`` and ``radius`` of the ellipse as shares of the box.

    ``center`` (x, y) lies between the box's minimum and maximum, ``radius`` (x, y) is a share of the way from there
    to the nearer edge, ``min_radius`` is in cells.
    """

    center: tuple[float, float] = (0.5, 0.5)
    radius: tuple[float, float] = (1.0, 1.0)
    min_radius: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Targets:
    """What the network should answer, for N pictures, C classes and a grid of H x W cells.

    ``coverage`` (N, C, H, W) is the share of each cell inside an object's ellipse, ``weight`` (N, C, H, W) the same
    over the ellipse's bounding area in cells, and ``boxes`` (N, C, 4, H, W) the distances from the cell to the
    left, top, right and bottom edge of its object, by ``scale``.
    """

    coverage: torch.Tensor
    weight: torch.Tensor
    boxes: torch.Tensor


def rasterize(
    boxes: Sequence[torch.Tensor],
    classes: Sequence[torch.Tensor],
    rules: Sequence[ClassRaster],
    grid: tuple[int, int],
    *,
    deadzone: float = 0.4,
    scale: float = 35.0,
    offset: float = 0.5,
    device: torch.device | str = "cpu",
) -> Targets:
    """Return the targets of N pictures on ``device``: per picture ``boxes`` float (n, 4) [px], ``classes`` int (n,).

    ``rules`` has one entry a class, ``grid`` is (width, height) in cells. Of the boxes of one class the one that
    reaches lowest is drawn last and wins its cells; around each ellipse a dead zone clears what others drew.
    """
    count, kinds = len(boxes), len(rules)
    width, height = grid
    picture = torch.cat([torch.full((len(b),), i) for i, b in enumerate(boxes)])
    kind, corners = torch.cat(list(classes)).long(), torch.cat(list(boxes)).float()
    turn = _turns(picture * kinds + kind, corners[:, 3])
    order = torch.argsort(turn, stable=True)
    ends = torch.bincount(turn).cumsum(0).tolist()
    group = (picture * kinds + kind)[order].to(device, non_blocking=True)
    kind, corners = (part[order].to(device, non_blocking=True) for part in (kind, corners))

    covered, cleared, inverse_area = _ellipses(corners, kind, rules, grid, deadzone)
    edges = _distances(corners, grid, offset) / scale
    cov = torch.zeros(count * kinds, height, width, device=device)
    weight = torch.zeros_like(cov)
    target = torch.zeros(count * kinds, 4, height, width, device=device)
    zero = torch.zeros((), device=device)
    for start, end in pairwise([0, *ends]):  # in one turn, each picture draws one box of each class at most
        now = slice(start, end)
        g, c, a = group[now], covered[now], cleared[now]
        best = cov[g]
        clears = (a > 0) & (a >= best)
        best = best.masked_fill(clears, 0)
        draws = (c > 0) & (c >= best)
        touched = clears | draws
        cov[g] = torch.where(draws, c, best)
        weight[g] = torch.where(touched, torch.where(draws, c * inverse_area[now, None, None], zero), weight[g])
        target[g] = torch.where(touched[:, None], torch.where(draws[:, None], edges[now], zero), target[g])
    shape = (count, kinds, height, width)
    return Targets(
        coverage=cov.view(shape), weight=weight.view(shape), boxes=target.view(count, kinds, 4, height, width)
    )


def decode(answer: torch.Tensor, scale: float, offset: float) -> torch.Tensor:
    """Return the boxes (N, C, 4, H, W) [px], x1 y1 x2 y2, unclipped, of a network's answer of the same shape."""
    height, width = answer.shape[-2:]
    x = STRIDE * torch.arange(width, device=answer.device) + offset
    y = STRIDE * torch.arange(height, device=answer.device)[:, None] + offset
    left, top, right, bottom = (scale * part for part in answer.unbind(dim=2))
    return torch.stack([x - left, y - top, x + right, y + bottom], dim=2)


def _turns(group: torch.Tensor, bottom: torch.Tensor) -> torch.Tensor:
    """Return when each box is drawn within its group: 0 for the one with the highest bottom edge."""
    by_bottom = torch.argsort(bottom, stable=True)
    order = by_bottom[torch.argsort(group[by_bottom], stable=True)]
    in_order = group[order]
    turns = torch.empty_like(group)
    turns[order] = torch.arange(len(group)) - torch.searchsorted(in_order, in_order)
    return turns


def _ellipses(
    corners: torch.Tensor, kind: torch.Tensor, rules: Sequence[ClassRaster], grid: tuple[int, int], deadzone: float
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Return for M boxes the cells' shares (M, H, W) in the ellipse and in its dead zone, and 1 / area [1 / cells]."""
    table = torch.tensor([[*r.center, *r.radius, r.min_radius] for r in rules]).to(corners.device, non_blocking=True)
    center_share, radius_share, least = table[kind, 0:2], table[kind, 2:4], table[kind, 4]
    low, high = corners[:, :2] / STRIDE, corners[:, 2:] / STRIDE
    center = low + center_share * (high - low)
    reach = torch.minimum(center - low, high - center)
    radius = (radius_share * reach).clamp(min=SMALLEST_RADIUS)
    for axis in (0, 1):
        radius = radius * (least / radius[:, axis]).clamp(min=1.0)[:, None]
    outer = torch.maximum((1 - deadzone) * radius + deadzone * reach, radius)
    inverse_area = 1 / (4 * radius[:, 0] * radius[:, 1]).clamp(min=1.0)

    steps = (torch.arange(max(grid) * SAMPLES, device=corners.device) + 0.5) / SAMPLES
    across = (steps[None, : grid[0] * SAMPLES] - center[:, :1]) ** 2
    down = (steps[None, : grid[1] * SAMPLES] - center[:, 1:]) ** 2
    shares = []
    for r in (radius, outer):
        inside = (across / r[:, :1] ** 2)[:, None, :] + (down / r[:, 1:] ** 2)[:, :, None] <= 1
        cells = inside.view(len(corners), grid[1], SAMPLES, grid[0], SAMPLES)
        shares.append(cells.float().mean(dim=(2, 4)))
    return shares[0], shares[1], inverse_area


def _distances(corners: torch.Tensor, grid: tuple[int, int], offset: float) -> torch.Tensor:
    """Return the distances (M, 4, H, W) [px] of every cell's point to the edges of every box."""
    x = (STRIDE * torch.arange(grid[0], device=corners.device) + offset).expand(len(corners), grid[1], -1)
    y = (STRIDE * torch.arange(grid[1], device=corners.device) + offset)[:, None].expand(len(corners), -1, grid[0])
    x1, y1, x2, y2 = (corners[:, i, None, None] for i in range(4))
    return torch.stack([x - x1, y - y1, x2 - x, y2 - y], dim=1)
