"""Pictures as files: whole or cut short, their size, and whether two are the same."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

PNG_HEAD, PNG_END = b"\x89PNG\r\n\x1a\n", b"IEND\xaeB`\x82"
JPEG_HEAD, JPEG_END = b"\xff\xd8", b"\xff\xd9"
NEAR = 48
"""Bits of 256 in which the fingerprints of two pictures may differ that are looked at more closely."""
SAME = 2.0
"""Mean difference [of 255] of two thumbnails below which their pictures are taken to be the same."""


def picture_flaw(content: bytes) -> str:
    """Return what is wrong with an encoded PNG or JPEG, or ''."""
    import cv2

    if content.startswith(PNG_HEAD):
        if not content.endswith(PNG_END):
            return "a PNG that is cut short"
    elif content.startswith(JPEG_HEAD):
        if JPEG_END not in content[-64:]:
            return "a JPEG that is cut short"
    else:
        return "neither PNG nor JPEG"
    image = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_UNCHANGED)
    return "a picture that cannot be decoded" if image is None else ""


def picture_size(path: Path) -> tuple[int, int] | None:
    """Return (width, height) of a picture, or None if it cannot be decoded."""
    image = _decoded(path)
    return None if image is None else (image.shape[1], image.shape[0])


def thumbnail(path: Path) -> npt.NDArray[np.float32] | None:
    """Return a grey picture (16, 17) that tells pictures apart, or None if it cannot be decoded."""
    import cv2

    image = _decoded(path)
    if image is None:
        return None
    grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY) if image.ndim == 3 else image
    return cv2.resize(grey, (17, 16), interpolation=cv2.INTER_AREA).astype(np.float32)


def twins(thumbnails: Sequence[npt.NDArray[np.float32]]) -> list[tuple[int, int]]:
    """Return pairs (first, later) of pictures that are the same but for noise.

    Fingerprints, one bit for each neighbouring pair of pixels, sort out nearly all; thumbnails decide.
    """
    if len(thumbnails) < 2:
        return []
    stack = np.stack(thumbnails)
    bits = (stack[:, :, 1:] > stack[:, :, :-1]).reshape(len(stack), -1)
    packed = np.packbits(bits, axis=1)
    found = []
    for later in range(1, len(stack)):
        apart = _POPULATION[packed[:later] ^ packed[later]].sum(axis=1)
        for first in np.flatnonzero(apart <= NEAR):
            if np.abs(stack[first] - stack[later]).mean() < SAME:
                found.append((int(first), later))
                break
    return found


def _decoded(path: Path) -> npt.NDArray[Any] | None:
    import cv2

    try:
        content = np.fromfile(path, np.uint8)
    except OSError:
        return None
    return cv2.imdecode(content, cv2.IMREAD_COLOR) if len(content) else None


_POPULATION = np.array([bin(i).count("1") for i in range(256)], np.uint8)
