"""Run-length encoded masks in COCO's compressed form, which pycocotools and its readers take."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Mask = npt.NDArray[np.bool_]


def rle(mask: Mask) -> dict[str, Any]:
    """Return {"size": [H, W], "counts": text} of a mask (H, W): runs of 0 and 1 in turn, down the columns."""
    columns = np.flatnonzero(mask.any(axis=0))
    if not len(columns):
        return {"size": list(mask.shape), "counts": _text([mask.size])}
    first, last = int(columns[0]), int(columns[-1]) + 1
    flat = np.ravel(mask[:, first:last], order="F")
    turns = np.flatnonzero(np.diff(flat, prepend=False, append=False)) + first * mask.shape[0]
    runs = np.diff(turns, prepend=0).tolist()
    if turns[-1] < mask.size:
        runs.append(mask.size - int(turns[-1]))
    return {"size": list(mask.shape), "counts": _text(runs)}


def mask_of(code: dict[str, Any]) -> Mask:
    """Return the mask (H, W) of an ``rle``."""
    height, width = code["size"]
    runs = _runs(code["counts"])
    flat = np.repeat(np.arange(len(runs)) % 2 == 1, runs)
    return np.reshape(flat, (height, width), order="F")


def area(code: dict[str, Any]) -> int:
    """Return the number of pixels in an ``rle``."""
    return sum(_runs(code["counts"])[1::2])


def _text(runs: list[int]) -> str:
    """Write each run less the one two before it (from the fourth on) in groups of five bits, lowest first."""
    text = []
    for i, run in enumerate(runs):
        rest = run - (runs[i - 2] if i > 2 else 0)
        more = True
        while more:
            bits = rest & 31
            rest >>= 5
            more = rest != (-1 if bits & 16 else 0)
            text.append(chr(48 + (bits | 32 if more else bits)))
    return "".join(text)


def _runs(text: str) -> list[int]:
    runs: list[int] = []
    value = shift = 0
    for letter in text:
        bits = ord(letter) - 48
        value |= (bits & 31) << shift
        shift += 5
        if not bits & 32:
            if bits & 16:
                value -= 1 << shift
            runs.append(value + (runs[-2] if len(runs) > 2 else 0))
            value = shift = 0
    return runs
