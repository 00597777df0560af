"""Single marks on a tile, drawn around its edges: scratches, cracks, tyre tracks, drops, chips."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise, product

import numpy as np
import numpy.typing as npt

from palletjack_dr.scenes.textures.noise import Image, clouds, smoothstep, softened, warped

Line = npt.NDArray[np.float64]
"""Points (n, 2): x to the right and y down, as shares of the tile; it may run beyond the tile's edges."""


def walk(
    rng: np.random.Generator, *, length: float, heading: float | None = None, bend: float = 0.0, wander: float = 0.0
) -> Line:
    """Return a line from a random place: ``bend`` turns it steadily, ``wander`` at random [rad over the length]."""
    steps = max(6, round(length * 120))
    first = rng.uniform(0, 2 * np.pi) if heading is None else heading
    turns = np.cumsum(rng.normal(0, wander / np.sqrt(steps), steps) + bend / steps)
    angle = first + turns - turns[0]
    way = np.cumsum(np.stack([np.cos(angle), np.sin(angle)], axis=1), axis=0) * length / steps
    start: Line = rng.random(2)
    return start + np.vstack([np.zeros(2), way])


def draw(canvas: npt.NDArray[np.uint8], line: Line, *, width: int = 1, strength: float = 1.0) -> None:
    """Draw a line of ``width`` pixels on a tile of bytes, around its edges."""
    import cv2

    size = len(canvas)
    for shift in product((-1, 0, 1), repeat=2):
        moved = line + shift
        if (moved.max(0) > -0.1).all() and (moved.min(0) < 1.1).all():
            points = np.round(moved * size * 16).astype(np.int32)
            cv2.polylines(canvas, [points], False, round(255 * strength), width, cv2.LINE_AA, 4)


def fill(canvas: npt.NDArray[np.uint8], corners: Line, value: float | Sequence[float]) -> None:
    """Fill a convex polygon on a tile of bytes, around its edges; ``value`` in [0, 1], one or a colour."""
    import cv2

    size = len(canvas)
    bytes_ = tuple(float(round(255 * v)) for v in np.atleast_1d(value))
    for shift in product((-1, 0, 1), repeat=2):
        moved = corners + shift
        if (moved.max(0) > -0.01).all() and (moved.min(0) < 1.01).all():
            cv2.fillConvexPoly(canvas, np.round(moved * size * 16).astype(np.int32), bytes_, cv2.LINE_AA, 4)


def scratches(
    rng: np.random.Generator, size: int, *, count: int, length: float, heading: float | None = None, spread: float = 0.3
) -> Image:
    """Return hair scratches, up to ``length`` of the tile, 0 to 1; about one ``heading`` [rad] or any."""
    canvas = np.zeros((size, size), np.uint8)
    for _ in range(count):
        way = None if heading is None else heading + rng.normal(0, spread)
        line = walk(rng, length=length * rng.uniform(0.1, 1) ** 2, heading=way, bend=rng.normal(0, 0.5), wander=0.2)
        draw(canvas, line, strength=rng.uniform(0.1, 1.0) ** 2)
    return canvas / 255.0


def cracks(rng: np.random.Generator, size: int, *, count: int, length: float) -> Image:
    """Return branching cracks, about ``length`` of the tile, 0 to 1."""
    canvas = np.zeros((size, size), np.uint8)
    for start in _scattered(rng, count):
        way = walk(rng, length=length * rng.uniform(0.4, 1), bend=rng.normal(0, 0.5), wander=0.9)
        main = _jagged(rng, way - way[0] + start)
        widest = rng.uniform(1.0, 2.3)
        for (a, b), share in zip(pairwise(main), np.sin(np.linspace(0.2, np.pi, len(main))), strict=False):
            draw(canvas, np.stack([a, b]), width=max(1, round(widest * share)), strength=0.35 + 0.6 * max(share, 0))
        for at in rng.integers(3, len(main) - 1, 3):
            heading = np.arctan2(*(way[at] - way[at - 3])[::-1]) + rng.choice([-1, 1]) * rng.uniform(0.5, 1.1)
            branch = walk(rng, length=length * rng.uniform(0.08, 0.3), heading=heading, wander=0.9)
            draw(canvas, _jagged(rng, branch - branch[0] + main[at]), strength=0.5)
    return canvas / 255.0


def tyre_tracks(rng: np.random.Generator, size: int, *, count: int, width: float, length: float = 1.2) -> Image:
    """Return rubber left by turning and braking wheels, ``width`` of the tile, in pairs, 0 to 1."""
    canvas = np.zeros((size, size), np.uint8)
    for start in _scattered(rng, count):
        line = walk(rng, length=length * rng.uniform(0.2, 1), bend=rng.choice([-1, 1]) * rng.uniform(0.1, 1.6))
        line += start - line[0]
        across = np.gradient(line, axis=0) @ np.array([[0, 1], [-1, 0]])
        across /= np.linalg.norm(across, axis=1, keepdims=True)
        strength = rng.uniform(0.3, 1) ** 2
        fade = np.sin(np.pi * np.linspace(0, 1, len(line))) ** rng.uniform(0.3, 1.5)
        track = np.zeros_like(canvas)
        for side in (0.0, 1.0) if rng.random() < 0.4 else (0.0,):
            for (a, b), share in zip(pairwise(line + side * 5 * width * across), fade, strict=False):
                draw(track, np.stack([a, b]), width=max(1, round(width * size)), strength=strength * share)
        np.maximum(canvas, track, out=canvas)
    streaked = 0.72 + 0.28 * np.clip(clouds(rng, size, falloff=0.6), -1.5, 1)
    soft: Image = np.clip(softened(canvas / 255.0, 1.4) * streaked, 0, 1)
    return soft


def spills(rng: np.random.Generator, size: int, *, count: int, radius: float) -> Image:
    """Return puddles with drops about them, up to ``radius`` of the tile, 0 outside to 1 in the middle."""
    import cv2

    canvas = np.zeros((size, size), np.uint8)
    for middle in _scattered(rng, count):
        reach = radius * rng.uniform(0.25, 1) ** 1.5
        drops = [(middle, reach)]
        drops += [(middle + rng.normal(0, 1.5 * reach, 2), reach * rng.uniform(0.03, 0.3)) for _ in range(12)]
        for (at, wide), shift in product(drops, product((-1, 0, 1), repeat=2)):
            place = tuple(int(v) for v in np.round((at + shift) * size * 16))
            cv2.circle(canvas, place, max(16, round(wide * size * 16)), 255, -1, cv2.LINE_AA, 4)
    swirl = 0.006 * size
    uneven = warped(
        canvas / 255.0,
        swirl * clouds(rng, size, falloff=1.4, coarsest=8),
        swirl * clouds(rng, size, falloff=1.4, coarsest=8),
    )
    return smoothstep(0.25, 0.75, softened(uneven, 0.002 * size))


def chips(rng: np.random.Generator, size: int, *, share: float, finest: float = 0.8) -> Image:
    """Return where paint has come off, about ``share`` of the tile, in ragged blots with sharp edges, 0 or 1."""
    height = clouds(rng, size, falloff=finest, coarsest=5) + 0.7 * clouds(rng, size, falloff=1.5, coarsest=3)
    edge = float(np.quantile(height, 1 - share))
    return smoothstep(edge - 0.06, edge + 0.12, height)


def halo(mask: Image, pixels: float) -> Image:
    """Return a soft halo of about ``pixels`` about a mask, as strong beside a hair line as beside a blot."""
    return np.clip(softened(mask, pixels) * max(1.0, pixels / 2), 0, 1)


def _scattered(rng: np.random.Generator, count: int) -> Line:
    """Return ``count`` random places that keep clear of one another."""
    side = int(np.ceil(np.sqrt(count)))
    cells = rng.permutation(side * side)[:count]
    places: Line = (np.stack([cells % side, cells // side], axis=1) + rng.random((count, 2)) * 0.8) / side
    return places


def _jagged(rng: np.random.Generator, line: Line) -> Line:
    return line + rng.normal(0, 0.0012, line.shape)


def strewn(rng: np.random.Generator, count: int, length: float, width: float) -> Iterable[Line]:
    """Yield ``count`` slivers at random places and angles, as corners of slightly skewed rectangles."""
    for _ in range(count):
        angle, middle = rng.uniform(0, np.pi), rng.random(2)
        along = np.array([np.cos(angle), np.sin(angle)]) * length * rng.uniform(0.35, 1.0) / 2
        across = np.array([-np.sin(angle), np.cos(angle)]) * width * rng.uniform(0.4, 1.0) / 2
        skew = along * rng.uniform(-0.15, 0.15)
        yield middle + np.array([along + across, along - across + skew, -along - across, -along + across + skew])
