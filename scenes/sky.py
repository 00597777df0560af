"""Environment maps: what surrounds a scene far away, as lat-long images in radiance, their mean over the sphere 1.

Rows go from straight up to straight down; columns start at +Y and turn by way of +X, -Y and -X, as ``write_dome``
orients them.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

Radiance = npt.NDArray[np.float32]
WIDTH, HEIGHT = 512, 256


def directions() -> npt.NDArray[np.float64]:
    """Return the unit vector that every pixel shows, shape (256, 512, 3)."""
    up = np.pi * (0.5 - (np.arange(HEIGHT) + 0.5) / HEIGHT)
    around = 2 * np.pi * (np.arange(WIDTH) + 0.5) / WIDTH
    latitude, azimuth = np.meshgrid(up, around, indexing="ij")
    return np.stack([np.sin(azimuth) * np.cos(latitude), np.cos(azimuth) * np.cos(latitude), np.sin(latitude)], axis=2)


def hall() -> Radiance:
    """Return the inside of a hall as seen from its middle: grey floor and ceiling, pale walls, rows of lamps."""
    return _level(_room(directions()))


def dock() -> Radiance:
    """Return a hall with bright open doors towards +X."""
    d = directions()
    room = _room(d)
    y, z = np.moveaxis(d[..., 1:] / np.maximum(d[..., :1], 1e-3) * 12.0, 2, 0)  # where the east wall is hit
    doors = (d[..., 0] > 0) & (np.abs(np.abs(y) - 4.0) < 1.4) & (z > -1.5) & (z < 1.7)
    room[doors] = (14.0, 15.5, 17.5)
    return _level(room)


def overcast() -> Radiance:
    """Return a closed sky of the CIE kind, three times as bright above as at the horizon, over dull ground."""
    up = directions()[..., 2:]
    sky = (1 + 2 * np.clip(up, 0, 1)) / 3 * np.array([0.94, 0.98, 1.06])
    return _level(np.where(up > 0, sky, 0.18 * np.array([1.0, 0.97, 0.92])))


def clear() -> Radiance:
    """Return a blue sky, pale at the horizon, with a glowing sun disc 40 degrees up towards +X."""
    d = directions()
    up = np.clip(d[..., 2:], 0, 1)
    blue, haze = np.array([0.16, 0.32, 0.75]), np.array([0.75, 0.85, 1.0])
    sky = haze + (blue - haze) * up**0.45
    sun = np.array([np.cos(np.radians(40)), 0.0, np.sin(np.radians(40))])
    near = np.degrees(np.arccos(np.clip(d @ sun, -1, 1)))[..., None]
    sky = sky + np.array([1.0, 0.9, 0.75]) * (1.5 * np.exp(-near / 12) + 1500.0 * (near < 1.0))
    return _level(np.where(d[..., 2:] > 0, sky, 0.25 * np.array([1.0, 0.95, 0.85])))


SKIES: Final[dict[str, Callable[[], Radiance]]] = {"hall": hall, "dock": dock, "overcast": overcast, "clear": clear}


def write_sky(name: str, path: Path) -> None:
    """Write a map as Radiance HDR."""
    import cv2

    if not cv2.imwrite(str(path), np.ascontiguousarray(SKIES[name]()[..., ::-1])):
        raise OSError(f"cannot write {path}")


def _room(d: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the radiance of a box of 24 x 16 x 6 m, seen from 1.5 m above its floor."""
    low, high = np.array([-12.0, -8.0, -1.5]), np.array([12.0, 8.0, 4.5])
    reach = np.where(d > 0, high, low) / np.where(np.abs(d) < 1e-9, 1e-9, d)
    hit = d * reach.min(axis=2, keepdims=True)
    face = np.argmin(reach, axis=2)
    image = np.full((*d.shape[:2], 3), 0.62)
    image[face == 2] = 0.34
    floor = (face == 2) & (d[..., 2] < 0)
    image[floor] = np.array([0.5, 0.5, 0.49])
    image *= np.clip(1.15 - 0.035 * np.linalg.norm(hit[..., :2], axis=2), 0.55, 1.2)[..., None]
    x, y = hit[..., 0], hit[..., 1]
    lamps = (face == 2) & (d[..., 2] > 0) & (np.abs((x + 3) % 6 - 3) < 0.75) & (np.abs((y + 2) % 4 - 2) < 0.16)
    image[lamps] = np.array([32.0, 29.5, 26.0])
    return image


def _level(image: npt.NDArray[np.float64]) -> Radiance:
    """Scale an image to a mean of 1 over the sphere, all channels alike."""
    weight = np.cos(np.pi * (0.5 - (np.arange(HEIGHT) + 0.5) / HEIGHT))[:, None, None]
    mean = float((image * weight).sum() / (weight.sum() * WIDTH * 3))
    level: Radiance = (image / mean).astype(np.float32)
    return level
