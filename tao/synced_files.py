"""Files kept in step with where they come from; what is as wanted is not touched."""

from __future__ import annotations

import os
import shutil
from pathlib import Path


def link(source: Path, target: Path) -> None:
    """Make ``target`` a hard link to ``source``, or a copy where there are none."""
    if target.exists():
        if target.samefile(source) or _looks_the_same(source, target):
            return
        target.unlink()
    try:
        os.link(source.resolve(), target)
    except OSError:  # another file system
        shutil.copy2(source, target)


def write_text(path: Path, text: str) -> None:
    """Make a file hold ``text``."""
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


def remove_others(folder: Path, wanted: set[str]) -> None:
    """Remove what an earlier run had in a folder and this one has not."""
    for path in folder.iterdir():
        if path.name not in wanted:
            path.unlink()


def _looks_the_same(source: Path, target: Path) -> bool:
    one, other = source.stat(), target.stat()
    return (one.st_size, one.st_mtime_ns) == (other.st_size, other.st_mtime_ns)
