"""What is done with the files of a dataset, be its place a folder or a URL. Names are relative to the place."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import IO, Any

from palletjack_dr import journal
from palletjack_dr.errors import DatasetError
from palletjack_dr.url import Place, Url
from palletjack_dr.whole_files import write_with


def read(place: Place, names: Iterable[str]) -> dict[str, bytes]:
    """Return the contents of files; those at a URL are fetched at the same time."""
    if isinstance(place, Url):
        return place.read(names)
    return {name: _content(place / name) for name in names}


def build(place: Place, name: str, fill: Callable[[IO[bytes]], object]) -> None:
    """Write a file that need not fit into memory, whole or not at all; for a URL it lies on this disk meanwhile."""
    if isinstance(place, Path):
        write_with(place / name, fill)
        return
    with tempfile.NamedTemporaryFile() as file:
        try:
            fill(file)
            file.flush()
        except OSError as error:
            raise DatasetError(
                f"{tempfile.gettempdir()} cannot take {name}: {error.strerror}; set TMPDIR to a folder with more space "
                f"and repeat the command, which goes on"
            ) from error
        place.upload(name, Path(file.name))


def store(place: Place, record: dict[str, Any], files: Iterable[tuple[str, bytes]]) -> Sequence[Place]:
    """Write a frame's files, put names and digests into its record, and return where they are."""
    if isinstance(place, Path):
        return journal.store(place, record, files)
    contents = journal.name_files(record, files)
    place.write(contents)
    return [place / name for name in contents]


def write(place: Place, frames: Iterable[tuple[Mapping[str, Any], Mapping[str, bytes]]]) -> None:
    """Write the files of some frames, given with their records; those to a URL at the same time."""
    if isinstance(place, Url):
        place.write({name: content for _, contents in frames for name, content in contents.items()})
        return
    for record, contents in frames:
        journal.store(place, dict(record), contents.items())


@contextmanager
def on_disk(place: Place, name: str) -> Iterator[Path]:
    """Give the path of a file of the place; one at a URL is copied to this disk meanwhile."""
    if isinstance(place, Path):
        yield place / name
        return
    with tempfile.NamedTemporaryFile() as file:
        place.download(name, Path(file.name))
        yield Path(file.name)


def below(place: Place, folder: str = "") -> list[str]:
    """Return the names of all files in or below a folder of the place, or of all that are there."""
    if isinstance(place, Url):
        return [f"{folder}/{name}" for name in (place / folder).names()] if folder else sorted(place.names())
    return [path.relative_to(place).as_posix() for path in (place / folder).rglob("*") if path.is_file()]


def there(place: Place, names: Iterable[str]) -> list[str]:
    """Return which of some files are there."""
    wanted = list(names)
    if isinstance(place, Url):
        found = place.names() if wanted else set()
        return [name for name in wanted if name in found]
    return [name for name in wanted if (place / name).is_file()]


def remove(place: Place, names: Iterable[str]) -> None:
    """Remove files; some may be gone already."""
    if isinstance(place, Url):
        place.remove(names)
        return
    for name in names:
        (place / name).unlink(missing_ok=True)


def remove_empty_folders(place: Place, names: Iterable[str]) -> None:
    """Remove the folders of files that were removed, where they are empty; a URL has no folders."""
    if isinstance(place, Path):
        above = {folder for name in names for folder in PurePosixPath(name).parents if folder.name}
        for folder in sorted(above, key=lambda folder: len(folder.parts), reverse=True):
            with suppress(OSError):
                os.rmdir(place / folder)


def check(place: Place, record: Mapping[str, Any], contents: Mapping[str, bytes]) -> None:
    """Raise ``DatasetError`` for a file of a frame that is not what was written."""
    for name, content in contents.items():
        if sha256(content).hexdigest() != record["files"][name]:
            raise DatasetError(
                f"{place / name} is not what was written for frame {record['frame']}; remove it and repeat the "
                f"generate command, which makes the frame again"
            )


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise DatasetError(f"{path} cannot be read: {error.strerror}; repeat the command that made it") from error
