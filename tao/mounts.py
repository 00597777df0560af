"""Which folders of this machine a container needs to see."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

PATH = re.compile(r"(?<![\w./:-])/\w[^\s\"',\[\]{}]*")
"""An absolute path in a spec, text-proto or YAML, quoted or not."""
WILDCARD = re.compile(r"[*?]")


def mounts_of(specs: Iterable[Path], folders: Iterable[Path]) -> tuple[Path, ...]:
    """Return the folders to mount: those given and those that the specs name, without what lies in another of them.

    A file stands for the folder that holds it. What a spec names and is not there is returned too, for the check
    before the start to find.
    """
    specs = [spec.absolute() for spec in specs]
    named = [Path(text) for spec in specs for text in PATH.findall(spec.read_text())]
    wanted = {_folder(path.absolute()) for path in (*specs, *named, *folders)}
    return tuple(sorted(path for path in wanted if not wanted & set(path.parents)))


def _folder(path: Path) -> Path:
    """Return the folder of a file or of a pattern, and of anything that has a suffix and is not there to tell."""
    while WILDCARD.search(path.name):
        path = path.parent
    return path.parent if path.is_file() or (path.suffix and not path.is_dir()) else path
