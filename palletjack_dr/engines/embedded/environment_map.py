"""The image light behind a dome: its lat-long picture, or a neutral interior, bright above and darker below.

A cube map lists its faces as +x -x +y -y +z -z; Filament turns it so that its +y is up and its +z looks along the
world's -Y, which is how UsdLux orients a dome whose picture is turned to Z up.
"""

from __future__ import annotations

import struct
from typing import Any

import numpy as np

from palletjack_dr.engines.embedded.filament import Filament
from palletjack_dr.errors import SceneError
from palletjack_dr.geometry import Array

SIZE, PICTURE_SIZE = 16, 64
"""Edge [px] of a cube's largest face: of the neutral interior, of a picture."""
MEAN, SLOPE = 1.0, 0.45
"""The interior's radiance is MEAN + SLOPE * (height of the direction, -1 below .. 1 above), times the intensity."""
BRIGHTEST = 60_000.0
"""What a channel of 11 bits can hold, about."""
WORLD_FROM_CUBE = np.array([[1.0, 0, 0], [0, 0, -1], [0, 1, 0]])


def environment_map(filament: Filament, picture: str = "", world_from_dome: Array | None = None) -> Any:
    """Return the cube texture, uploaded; ``picture`` is a lat-long image file, turned by a (3, 3) rotation."""
    if not picture:
        return filament.cube_map("interior", ktx())
    turn = np.eye(3) if world_from_dome is None else world_from_dome
    return filament.cube_map(f"{picture} {np.round(turn, 4).tolist()}", picture_ktx(picture, turn))


def ktx() -> bytes:
    """Return the neutral interior as a KTX 1 cube map (R11F G11F B10F) with spherical harmonics.

    For a radiance that is linear in height, irradiance over pi is MEAN + 2/3 SLOPE * height: two coefficients
    of nine. Rough reflections read smaller levels, which hold the same gradient, flatter.
    """
    rows = np.zeros((9, 3))
    rows[0], rows[1] = MEAN, SLOPE * 2 / 3
    count = int(np.log2(SIZE)) + 1
    levels = []
    for level in range(count):
        height = _directions(SIZE >> level)[..., 1:2]
        levels.append(np.repeat(MEAN + SLOPE * (1 - level / (count - 1) / 3) * height, 3, axis=-1))
    return _packed(rows, levels)


def picture_ktx(picture: str, world_from_dome: Array) -> bytes:
    """Return a lat-long picture as a KTX 1 cube map: each level blurred for its roughness, and its irradiance."""
    import cv2

    image = cv2.imread(picture, cv2.IMREAD_UNCHANGED)
    if image is None or image.ndim != 3:
        raise SceneError(f"dome texture {picture!r} cannot be read; check that the file is there and is an HDR image")
    radiance = np.asarray(image[..., 2::-1], np.float64) / (255.0 if image.dtype == np.uint8 else 1.0)
    dome_from_cube = world_from_dome.T @ WORLD_FROM_CUBE
    coarse = np.asarray(cv2.resize(radiance, (128, 64), interpolation=cv2.INTER_AREA), np.float64)
    sources, weights = _sphere(coarse.shape[:2]) @ dome_from_cube, _solid_angles(coarse.shape[:2])
    colors = coarse.reshape(-1, 3)
    count = int(np.log2(PICTURE_SIZE)) + 1
    levels = []
    for level in range(count):
        size = PICTURE_SIZE >> level
        wanted = _directions(size)
        roughness = 1 - np.sqrt(1 - level / (count - 1))  # how Filament picks a level
        if roughness < 0.2:
            columns = min(radiance.shape[1], size * 4)
            fitting = cv2.resize(radiance, (columns, columns // 2), interpolation=cv2.INTER_AREA)
            levels.append(_looked_up(np.asarray(fitting, np.float64), wanted @ dome_from_cube.T))
        else:
            levels.append(_blurred(wanted, sources, colors, weights, roughness**2))
    return _packed(_harmonics(sources, colors, weights), levels)


def _looked_up(image: Array, directions: Array) -> Array:
    """Return the radiance a picture shows along directions in the dome's frame: +Y up, +Z in its middle (OpenEXR)."""
    x, y, z = np.moveaxis(directions, -1, 0)
    rows, columns = image.shape[:2]
    row = np.clip((0.5 - np.arcsin(np.clip(y, -1, 1)) / np.pi) * rows, 0, rows - 1).astype(int)
    column = ((0.5 - np.arctan2(x, z) / (2 * np.pi)) * columns).astype(int) % columns
    found: Array = image[row, column]
    return found


def _sphere(shape: tuple[int, int]) -> Array:
    """Return the direction in the dome's frame of every pixel of a lat-long image, shape (rows * columns, 3)."""
    latitude = np.pi * (0.5 - (np.arange(shape[0]) + 0.5) / shape[0])
    longitude = 2 * np.pi * (0.5 - (np.arange(shape[1]) + 0.5) / shape[1])
    up, around = np.meshgrid(latitude, longitude, indexing="ij")
    return np.stack([np.sin(around) * np.cos(up), np.sin(up), np.cos(around) * np.cos(up)], axis=-1).reshape(-1, 3)


def _solid_angles(shape: tuple[int, int]) -> Array:
    """Return the solid angle [sr] of every pixel, shape (rows * columns,)."""
    latitude = np.pi * (0.5 - (np.arange(shape[0]) + 0.5) / shape[0])
    rows = np.cos(latitude) * 2 * np.pi**2 / (shape[0] * shape[1])
    return np.repeat(rows, shape[1])


def _blurred(wanted: Array, sources: Array, colors: Array, weights: Array, alpha: float) -> Array:
    """Return what a surface of GGX width ``alpha`` that faces each wanted direction reflects towards it."""
    cosine = np.clip(wanted.reshape(-1, 3) @ sources.T, 0, 1)
    half = (1 + cosine) / 2  # squared cosine between the normal and the half vector
    lobe = cosine / (half * (alpha**2 - 1) + 1) ** 2 * weights
    blurred: Array = (lobe @ colors / lobe.sum(axis=1, keepdims=True)).reshape(wanted.shape)
    return blurred


def _harmonics(sources: Array, colors: Array, weights: Array) -> Array:
    """Return irradiance over pi as nine coefficients of Filament's polynomials, shape (9, 3)."""
    facing = _directions(8).reshape(-1, 3)
    irradiance = (np.clip(facing @ sources.T, 0, None) * weights) @ colors / np.pi
    x, y, z = facing.T
    basis = np.stack([np.ones_like(x), y, z, x, x * y, y * z, 3 * z * z - 1, x * z, x * x - y * y], axis=1)
    return np.asarray(np.linalg.lstsq(basis, irradiance, rcond=None)[0], np.float64)


def _directions(size: int) -> Array:
    """Return the unit vectors of a cube map's texels, shape (6, size, size, 3)."""
    u, v = np.meshgrid(*((np.arange(size) + 0.5) / size * 2 - 1,) * 2)
    one = np.ones_like(u)
    faces = [(one, -v, -u), (-one, -v, u), (u, one, v), (u, -one, -v), (u, -v, one), (-u, -v, -one)]
    directions = np.stack([np.stack(face, axis=-1) for face in faces])
    unit: Array = directions / np.linalg.norm(directions, axis=-1, keepdims=True)
    return unit


def _packed(rows: Array, levels: list[Array]) -> bytes:
    """Return a KTX 1 file of harmonics (9, 3) and levels (6, n, n, 3), as packed floats of 11, 11 and 10 bits."""
    harmonics = "".join(f"{r:g} {g:g} {b:g}\n" for r, g, b in rows).encode() + b"\x00"
    entry = b"sh\x00" + harmonics
    pairs = struct.pack("<I", len(entry)) + entry + b"\x00" * (-len(entry) % 4)
    size = levels[0].shape[1]
    head = b"\xabKTX 11\xbb\r\n\x1a\n" + struct.pack(
        "<13I", 0x04030201, 0x8C3A, 1, 0x1907, 0x8C3A, 0x8C3A, size, size, 0, 0, 6, len(levels), len(pairs)
    )
    body = b""
    for level in levels:
        half = np.clip(level, 0, BRIGHTEST).astype(np.float16).view(np.uint16).astype(np.uint32)
        r, g, b = half[..., 0] >> 4, half[..., 1] >> 4, half[..., 2] >> 5  # without sign and last mantissa bits
        packed = (r | g << 11 | b << 22).astype(np.uint32)
        body += struct.pack("<I", packed[0].nbytes) + packed.tobytes()
    return head + pairs + body
