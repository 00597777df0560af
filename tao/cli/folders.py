"""The folders that commands take pictures from and put results into."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from palletjack_dr.errors import ConfigError
from palletjack_dr.tao.labelled_set import LabelledSet
from palletjack_dr.url import local


def chosen_set(key: str, choice: Mapping[str, Any]) -> LabelledSet:
    """Return the set that a config's ``{folder, split, rename}`` under ``key`` chooses."""
    if choice["folder"] is None:
        raise ConfigError(f"{key}.folder: none given; name the folder of the pictures, e.g. {key}.folder=photos")
    return LabelledSet.open(local(choice["folder"]), choice["split"], choice["rename"] or {})


def refuse_foreign(folder: Path, mark: str, key: str = "results_dir") -> None:
    """Raise ``ConfigError`` for a folder that holds anything, but not the file ``mark`` of an earlier run.

    ``key`` is what named the folder.
    """
    if folder.exists() and not folder.is_dir():
        raise ConfigError(f"{key}: {str(folder)!r} is a file; name a folder")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / mark).is_file():
        raise ConfigError(f"{key}: {str(folder)!r} holds files, but no {mark} of an earlier run; name another folder")


def clear(folder: Path, outputs: Sequence[str]) -> None:
    """Make the folder, and remove what an earlier run left in it: all that the patterns ``outputs`` match."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in [path for pattern in outputs for path in folder.glob(pattern)]:
        shutil.rmtree(old) if old.is_dir() else old.unlink()
