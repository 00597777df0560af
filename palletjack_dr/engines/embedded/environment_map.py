"""The image light behind a dome: a neutral interior, bright above and darker below, made by formula."""

from __future__ import annotations

import struct
from typing import Any

import numpy as np

from palletjack_dr.engines.embedded.filament import Filament

SIZE = 16
MEAN, SLOPE = 1.0, 0.45
"""Radiance is MEAN + SLOPE * (height of the direction, -1 below .. 1 above), times the dome's intensity."""


def environment_map(filament: Filament) -> Any:
    """Return the cube texture, uploaded."""
    return filament.cube_map("interior", ktx())


def ktx() -> bytes:
    """Return a KTX 1 cube map (R11F G11F B10F) with its irradiance as spherical harmonics.

    For a radiance that is linear in height, irradiance over pi is MEAN + 2/3 SLOPE * height: two coefficients
    of nine. Rough reflections read smaller levels, which hold the same gradient, flatter.
    """
    rows = np.zeros((9, 3))
    rows[0], rows[1] = MEAN, SLOPE * 2 / 3
    harmonics = "".join(f"{r:g} {g:g} {b:g}\n" for r, g, b in rows).encode() + b"\x00"
    entry = b"sh\x00" + harmonics
    padding = -len(entry) % 4
    pairs = struct.pack("<I", len(entry)) + entry + b"\x00" * padding
    levels = int(np.log2(SIZE)) + 1
    head = b"\xabKTX 11\xbb\r\n\x1a\n" + struct.pack(
        "<13I", 0x04030201, 0x8C3A, 1, 0x1907, 0x8C3A, 0x8C3A, SIZE, SIZE, 0, 0, 6, levels, len(pairs)
    )
    body = []
    for level in range(levels):
        faces = _faces(SIZE >> level, SLOPE * (1 - level / (levels - 1) / 3))
        body.append(struct.pack("<I", faces[0].nbytes) + b"".join(f.tobytes() for f in faces))
    return head + pairs + b"".join(body)


def _faces(size: int, slope: float) -> list[np.ndarray[Any, np.dtype[np.uint32]]]:
    """Return the six faces (+x -x +y -y +z -z) of a gradient along +y, which is up in a cube map, as packed
    floats of 11, 11 and 10 bits."""
    u, v = np.meshgrid(*((np.arange(size) + 0.5) / size * 2 - 1,) * 2)
    one = np.ones_like(u)
    directions = [(one, -v, -u), (-one, -v, u), (u, one, v), (u, -one, -v), (u, -v, one), (-u, -v, -one)]
    faces = []
    for d in directions:
        height = d[1] / np.sqrt(u * u + v * v + 1)
        half = np.maximum(MEAN + slope * height, 0).astype(np.float16).view(np.uint16).astype(np.uint32)
        eleven, ten = half >> 4, half >> 5  # a half float without its sign and its last mantissa bits
        faces.append((eleven | eleven << 11 | ten << 22).astype(np.uint32))
    return faces
