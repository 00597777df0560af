"""Files that are there whole or not at all: written beside their final names, synced and renamed."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO

from palletjack_dr.errors import DatasetError

PARTIAL = ".partial"
"""Suffix of a file that is being written; one that a killed process left means nothing."""


def link(first: Path, path: Path) -> bool:
    """Give a file a second name; False where the file system cannot."""
    beside = path.with_name(path.name + PARTIAL)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.link(first, beside)
        os.replace(beside, path)
    except OSError:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        return False
    return True


def write(path: Path, content: bytes) -> None:
    """Write a file and the folders above it. Raises ``DatasetError``, with nothing left, where it cannot be."""
    write_with(path, lambda file: file.write(content))


def write_with(path: Path, fill: Callable[[IO[bytes]], object]) -> None:
    """Write a file that need not fit into memory, as ``write`` does."""
    beside = path.with_name(path.name + PARTIAL)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with beside.open("wb") as file:
            fill(file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    except BaseException as error:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise unwritable(path, error) from error
        raise


def unwritable(path: Path, error: OSError) -> DatasetError:
    """Return what to say of a file that cannot be written."""
    return DatasetError(
        f"{path} cannot be written: {error.strerror}; all frames before it are safe, and the same command goes on"
    )
