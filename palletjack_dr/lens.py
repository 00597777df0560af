"""Lens models: from the ray of a point to its place in the picture, and back. Formulas as in OpenCV's documentation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from palletjack_dr.geometry import Array

MODELS = ("pinhole", "brown_conrady", "fisheye")
WIDEST = np.tan(np.radians(75.0))
"""Rays farther than 75 degrees from the optical axis are not drawn: there the picture is black."""


@dataclass(frozen=True, kw_only=True)
class Lens:
    """A lens. Points are normalized: x / z and y / z of the ray before it, pixels less the centre over f behind it.

    ``coefficients`` are k1, k2, p1, p2, k3 of ``brown_conrady``, and k1, k2, k3, k4, 0 of ``fisheye`` (equidistant
    for zeros, after Kannala and Brandt); a ``pinhole`` has none. A lens that folds the picture over is used up to
    where it begins to.
    """

    model: str = "pinhole"
    coefficients: tuple[float, ...] = (0.0, 0.0, 0.0, 0.0, 0.0)

    @property
    def straight(self) -> bool:
        """Whether straight lines stay straight."""
        return self.model == "pinhole" or (self.model == "brown_conrady" and not any(self.coefficients))

    def distort(self, rays: Array) -> Array:
        """Return where rays (n, 2) land in the picture (n, 2); NaN beyond what the lens takes in."""
        if self.straight:
            return rays
        x, y = rays[:, 0], rays[:, 1]
        r = np.hypot(x, y)
        if self.model == "fisheye":
            angle = np.arctan(r)
            factor = np.divide(self._bend(angle), r, out=np.ones_like(r), where=r > 1e-12)
            u, v = factor * x, factor * y
        else:
            k1, k2, p1, p2, k3 = self.coefficients
            r2 = r * r
            factor = 1 + r2 * (k1 + r2 * (k2 + r2 * k3))
            u = factor * x + 2 * p1 * x * y + p2 * (r2 + 2 * x * x)
            v = factor * y + p1 * (r2 + 2 * y * y) + 2 * p2 * x * y
        landed = np.stack([u, v], axis=1)
        landed[~(r <= self.widest())] = np.nan
        return landed

    def undistort(self, landed: Array) -> Array:
        """Return the rays (n, 2) that land at places in the picture (n, 2); NaN where none does."""
        if self.straight:
            return landed
        wanted = np.hypot(landed[:, 0], landed[:, 1])
        steps = np.linspace(0.0, self.widest(), 4096)
        reach = self._radius(steps)
        radius = np.interp(wanted, reach, steps, right=np.nan)  # exact along a radius but for the tangential part
        with np.errstate(invalid="ignore"):
            rays = landed * np.divide(radius, wanted, out=np.ones_like(wanted), where=wanted > 1e-12)[:, None]
        for _ in range(12):
            miss = self.distort(rays) - landed
            if not (np.abs(miss) > 1e-11).any():
                break
            slope = self._slope(rays)
            rays = (
                rays
                - np.stack(
                    [
                        slope[3] * miss[:, 0] - slope[1] * miss[:, 1],
                        slope[0] * miss[:, 1] - slope[2] * miss[:, 0],
                    ],
                    axis=1,
                )
                / (slope[0] * slope[3] - slope[1] * slope[2])[:, None]
            )
        with np.errstate(invalid="ignore"):
            rays[~(np.hypot(*(self.distort(rays) - landed).T) < 1e-7)] = np.nan
        return rays

    @lru_cache(maxsize=64)  # noqa: B019 (a lens is a value; it lives as long as a frame or a config)
    def widest(self) -> float:
        """Return the largest x / z, from the axis, that the lens takes in."""
        steps = np.linspace(0.0, float(WIDEST), 4096)
        turns = np.flatnonzero(np.diff(self._radius(steps)) <= 0)
        return float(steps[turns[0]] if len(turns) else steps[-1])

    def _radius(self, r: Array) -> Array:
        if self.model == "fisheye":
            return self._bend(np.arctan(r))
        k1, k2, _, _, k3 = self.coefficients
        return r * (1 + r**2 * (k1 + r**2 * (k2 + r**2 * k3)))

    def _bend(self, angle: Array) -> Array:
        k1, k2, k3, k4 = self.coefficients[:4]
        a2 = angle * angle
        bent: Array = angle * (1 + a2 * (k1 + a2 * (k2 + a2 * (k3 + a2 * k4))))
        return bent

    def _slope(self, rays: Array) -> tuple[Array, Array, Array, Array]:
        """Return du/dx, du/dy, dv/dx, dv/dy by central differences."""
        h = 1e-6
        by_x, by_y = ((self.distort(rays + step) - self.distort(rays - step)) / (2 * h) for step in np.eye(2) * h)
        return by_x[:, 0], by_y[:, 0], by_x[:, 1], by_y[:, 1]


PINHOLE = Lens()


def lens(model: str, coefficients: Sequence[float]) -> Lens:
    """Return a lens from the values of edits; a model that is unknown raises ``ValueError``."""
    if model not in MODELS:
        raise ValueError(f"got the lens model {model!r}, wanted one of {', '.join(MODELS)}")
    return Lens(model=model, coefficients=tuple(float(c) for c in coefficients))
