"""The journal: a dataset folder in which every frame is either whole or not there.

A frame's files are written beside their final names and renamed, by whichever process made it; then one line in
``frames.jsonl`` commits it, written by the one process that has the journal open. Whatever a killed run leaves without
such a line does not count and is made again.
"""

from __future__ import annotations

import fcntl
import io
import json
import logging
import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import IO, Any, cast

from omegaconf import OmegaConf

from palletjack_dr.committed import Committed, whole_lines
from palletjack_dr.dataset_config import CONFIG, LOCK, check_belongs
from palletjack_dr.errors import DatasetError
from palletjack_dr.packed import parts
from palletjack_dr.url import Place
from palletjack_dr.whole_files import PARTIAL, link, unwritable, write, write_with

log = logging.getLogger(__name__)
LINES = "frames.jsonl"
MANIFEST = "manifest.json"
PATIENCE = 10.0
"""Seconds to wait for a folder in use: the workers of a run that was killed need up to one frame to notice."""


class Journal:
    """Opens a dataset folder for writing, alone; closing lets others in.

    ``records`` are the committed ones, by frame. ``watchers`` are told of records that have been committed, in the
    thread that committed them.
    """

    records: Mapping[int, dict[str, Any]]

    def __init__(self, folder: Path, config: Mapping[str, Any]) -> None:
        self._prepare(folder)
        self.folder = folder
        self.records = self._committed = Committed(folder / LINES)
        try:
            check_belongs(folder, config)
            folder.mkdir(parents=True, exist_ok=True)
            self._lock = lock(folder, folder)
            try:
                self._take_up(config)
                self._lines = (folder / LINES).open("ab", buffering=0)
            except BaseException:
                self._lock.close()
                raise
        except OSError as error:
            raise DatasetError(
                f"output_dir {str(folder)!r} cannot be written: {error.strerror}; choose another, or mend that and "
                f"repeat the command"
            ) from error

    def _prepare(self, place: Place) -> None:
        self.place = place
        self.watchers: list[Callable[[Sequence[Mapping[str, Any]]], None]] = []
        self._appending = Lock()

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def fileno(self) -> int:
        """Return the descriptor that locks the folder; it stays locked until the last process with a copy ends."""
        return self._lock.fileno()

    def share(self) -> None:
        """Let workers on any machine ``hold`` the folder too: other runs wait until the last of them is gone."""
        fcntl.flock(self._lock, fcntl.LOCK_SH | fcntl.LOCK_NB)

    def check_assets(self, digests: Mapping[str, str]) -> None:
        """Refuse to go on with assets that have changed since the first frame; the manifest holds their digests."""
        before = self._assets_before() if self.records else {}
        changed = sorted(name for name in before.keys() & digests.keys() if before[name] != digests[name])
        if changed:
            raise DatasetError(
                f"output_dir {str(self.place)!r} was begun with other assets: {changed[0]} has changed since; "
                f"choose another output_dir, or restore the file"
            )

    def append(self, records: Sequence[dict[str, Any]]) -> None:
        """Commit frames whose files are stored: all of them or, on a full disk, none. Raises ``DatasetError``."""
        with self._appending:
            self._append(records)
        for watcher in self.watchers:
            watcher(records)

    def _append(self, records: Sequence[dict[str, Any]]) -> None:
        self._check_there()
        whole = os.fstat(self._lines.fileno()).st_size
        lines = [line_of(record) for record in records]
        rest = memoryview(b"".join(lines))
        try:
            while rest:
                rest = rest[self._lines.write(rest) :]
            os.fsync(self._lines.fileno())
        except OSError as error:
            with suppress(OSError):  # a disk that takes nothing: half a line is cut off when the folder is opened again
                os.ftruncate(self._lines.fileno(), whole)
            raise unwritable(self.folder / LINES, error) from error
        for record, line in zip(records, lines, strict=True):
            self._committed.note(record["frame"], whole, len(line))
            whole += len(line)

    def write(self, name: str, content: bytes) -> None:
        """Write a dataset-level file, whole or not at all."""
        write(self.folder / name, content)

    def finish(self) -> None:
        """Put the journal's lines into frame order, and remove what ended workers left."""
        self._check_there()
        if not self._committed.in_order():
            self._lines.close()
            write_with(self.folder / LINES, self._committed.write_in_order)
            self._committed.written_in_order()
            self._lines = (self.folder / LINES).open("ab", buffering=0)
        self._sweep()

    def close(self) -> None:
        """Let go of the folder."""
        self._lines.close()
        self._lock.close()

    def _take_up(self, config: Mapping[str, Any]) -> None:
        """Find the frames that are there, without what a killed run left half done."""
        _recover(self.folder / LINES, self._committed)
        self._sweep()
        text = OmegaConf.to_yaml(OmegaConf.create(dict(config))).encode()
        if not (self.folder / CONFIG).exists() or (self.folder / CONFIG).read_bytes() != text:
            write(self.folder / CONFIG, text)

    def _assets_before(self) -> Mapping[str, str]:
        path = self.place / MANIFEST
        try:
            manifest = self._manifest()
            assets = {} if manifest is None else json.loads(manifest)["assets"]
        except (ValueError, LookupError, TypeError) as error:
            raise DatasetError(
                f"{path} cannot be read ({error}); restore it, or delete it to go on without the proof that no asset "
                f"has changed since the first frame"
            ) from None
        return cast("Mapping[str, str]", assets)

    def _manifest(self) -> bytes | None:
        path = self.folder / MANIFEST
        return path.read_bytes() if path.is_file() else None

    def _check_there(self) -> None:
        """Refuse to commit what nobody would find: to a folder that was removed or moved while frames were made."""
        try:
            there = os.path.samestat(os.stat(self.folder / LINES), os.fstat(self._lines.fileno()))
        except OSError:
            there = False
        if not there:
            raise _gone(self.folder)

    def _sweep(self) -> None:
        for left in self.folder.rglob(f"*{PARTIAL}"):
            left.unlink()


def hold(folder: Path) -> IO[bytes]:
    """Hold a folder that a journal elsewhere shares, as long as the returned file is open.

    Raises ``OSError`` where this machine does not see the folder.
    """
    lock = (folder / LOCK).open("rb")
    fcntl.flock(lock, fcntl.LOCK_SH)
    return lock


def store(folder: Path, record: dict[str, Any], files: Iterable[tuple[str, bytes]]) -> list[Path]:
    """Write a frame's files, equal ones once; put names, digests and sizes into its record and return the paths."""
    if not folder.is_dir():
        raise _gone(folder)
    same: dict[str, str] = {}
    contents = name_files(record, files)
    for name, content in contents.items():
        first = same.setdefault(record["files"][name], name)
        if first == name or not link(folder / first, folder / name):
            write(folder / name, content)
    return [folder / name for name in contents]


def name_files(record: dict[str, Any], files: Iterable[tuple[str, bytes]]) -> dict[str, bytes]:
    """Return a frame's files by name, and put their names and digests into its record."""
    contents: dict[str, bytes] = {}
    for name, content in files:
        if name in contents:
            raise DatasetError(
                f"frame {record['frame']}: two writers write {name!r}; set another folder for one of them"
            )
        contents[name] = content
    record["files"] = {name: sha256(content).hexdigest() for name, content in contents.items()}
    record["bytes"] = {name: len(content) for name, content in contents.items()}
    return contents


def read_journal(folder: Path) -> list[dict[str, Any]]:
    """Return the records of all committed frames of a dataset, in frame order."""
    if not (folder / LINES).is_file():
        raise DatasetError(f"{str(folder)!r} is no dataset of this tool: it holds no {LINES}")
    with (folder / LINES).open("rb") as lines:
        found = whole_lines(lines, folder / LINES)
        records = {int(record["frame"]): record for _, _, record in found}  # of each frame the last line
    return [records[index] for index in sorted(records)]


def line_of(record: Mapping[str, Any]) -> bytes:
    """Return a record as a line of the journal."""
    return json.dumps(record, separators=(",", ":")).encode() + b"\n"


def _recover(path: Path, committed: Committed) -> None:
    """Note the frames of a journal whose files are all there, and cut off what is no line at its end."""
    if not path.exists():
        return
    end, lost = 0, set[int]()
    with path.open("rb") as lines:
        for start, length, record in whole_lines(lines, path):
            end = start + length
            if _is_whole(path.parent, record):
                committed.note(record["frame"], start, length)
            else:
                lost.add(record["frame"])
    if end < path.stat().st_size:
        with path.open("r+b") as journal:
            journal.truncate(end)
    if lost := lost - committed.keys():
        log.warning(
            "%d frames have lost files or parts of them and are made again, the first is %d", len(lost), min(lost)
        )


def _is_whole(folder: Path, record: Mapping[str, Any]) -> bool:
    """Return whether all files are there at their length: who only looks at that sees what is gone or cut short."""
    sizes = record.get("bytes", {})
    found = {name: _size(folder / name) for name in parts(record)}
    return all(size is not None and size == sizes.get(name, size) for name, size in found.items())


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except OSError:
        return None


def parse(content: bytes, path: object) -> tuple[list[dict[str, Any]], int]:
    """Return the records of a journal, and the length [bytes] after which it holds no line any more."""
    found = list(whole_lines(io.BytesIO(content), path))
    return [record for _, _, record in found], sum(length for _, length, _ in found)


def lock(folder: Path, place: Place) -> IO[bytes]:
    """Lock a folder on behalf of a place; where a run that was killed left workers, wait until they are gone."""
    locked = (folder / LOCK).open("a+b")
    until = time.monotonic() + PATIENCE
    while True:
        try:
            fcntl.flock(locked, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                locked.close()
                raise DatasetError(
                    f"another run is writing to {str(place)!r}; wait for it or choose another output_dir"
                ) from None
            time.sleep(0.05)
        else:
            return locked


def _gone(folder: Path) -> DatasetError:
    return DatasetError(
        f"output_dir {str(folder)!r} was removed, moved or replaced while frames were written to it; bring it back "
        f"and repeat the command, which makes what is missing"
    )
