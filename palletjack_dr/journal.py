"""The journal: a dataset folder in which every frame is either whole or not there.

A frame's files are written beside their final names and renamed, by whichever process made it; then one line in
``frames.jsonl`` commits it, written by the one process that has the journal open. Whatever a killed run leaves without
such a line does not count and is made again.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import IO, Any

from omegaconf import OmegaConf

from palletjack_dr.errors import DatasetError
from palletjack_dr.packed import parts
from palletjack_dr.url import Place

LINES = "frames.jsonl"
CONFIG = "run.yaml"
MANIFEST = "manifest.json"
PARTIAL = ".partial"
LOCK = ".lock"
OWN_KEYS = ("frames", "frames_per_process", "output_dir", "strict_plugins", "check_share", "runtime")
"""Config keys that may differ between runs into one folder: they choose frames, not what the frames are."""
PATIENCE = 10.0
"""Seconds to wait for a folder in use: the workers of a run that was killed need up to one frame to notice."""


class Journal:
    """Opens a dataset folder for writing, alone; closing lets others in.

    ``watchers`` are told of records that have been committed, in the thread that committed them.
    """

    def __init__(self, folder: Path, config: Mapping[str, Any]) -> None:
        self._prepare(folder)
        self.folder = folder
        check_belongs(folder, config)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._lock = lock(folder, folder)
        except OSError as error:
            raise DatasetError(
                f"output_dir {str(folder)!r} cannot be written: {error.strerror}; choose another"
            ) from error
        try:
            self.records |= {r["frame"]: r for r in _recover(folder / LINES)}
            self._sweep()
            text = OmegaConf.to_yaml(OmegaConf.create(dict(config))).encode()
            if not (folder / CONFIG).exists() or (folder / CONFIG).read_bytes() != text:
                _write(folder / CONFIG, text)
            self._lines = (folder / LINES).open("ab", buffering=0)
        except BaseException:
            self._lock.close()
            raise

    def _prepare(self, place: Place) -> None:
        self.place = place
        self.records: dict[int, dict[str, Any]] = {}
        self.watchers: list[Callable[[Sequence[Mapping[str, Any]]], None]] = []
        self._appending = Lock()

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def fileno(self) -> int:
        """Return the descriptor that locks the folder; it stays locked until the last process with a copy ends."""
        return self._lock.fileno()

    def check_assets(self, digests: Mapping[str, str]) -> None:
        """Refuse to go on with assets that have changed since the first frame; the manifest holds their digests."""
        manifest = self._manifest() if self.records else None
        before = {} if manifest is None else json.loads(manifest).get("assets", {})
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
            self.records |= {record["frame"]: record for record in records}
        for watcher in self.watchers:
            watcher(records)

    def _manifest(self) -> bytes | None:
        path = self.folder / MANIFEST
        return path.read_bytes() if path.is_file() else None

    def _append(self, records: Sequence[dict[str, Any]]) -> None:
        whole = os.fstat(self._lines.fileno()).st_size
        rest = memoryview(b"".join(map(line_of, records)))
        try:
            while rest:
                rest = rest[self._lines.write(rest) :]
            os.fsync(self._lines.fileno())
        except OSError as error:
            os.ftruncate(self._lines.fileno(), whole)
            raise _unwritable(self.folder / LINES, error) from error

    def write(self, name: str, content: bytes) -> None:
        """Write a dataset-level file, whole or not at all."""
        _write(self.folder / name, content)

    def finish(self) -> list[dict[str, Any]]:
        """Put the journal's lines into frame order, remove what ended workers left, and return the records."""
        records = [self.records[i] for i in sorted(self.records)]
        lines = b"".join(map(line_of, records))
        if (self.folder / LINES).read_bytes() != lines:
            self._lines.close()
            _write(self.folder / LINES, lines)
            self._lines = (self.folder / LINES).open("ab", buffering=0)
        self._sweep()
        return records

    def close(self) -> None:
        """Let go of the folder."""
        self._lines.close()
        self._lock.close()

    def _sweep(self) -> None:
        for left in self.folder.rglob(f"*{PARTIAL}"):
            left.unlink()


def store(folder: Path, record: dict[str, Any], files: Iterable[tuple[str, bytes]]) -> list[Path]:
    """Write a frame's files, equal ones once; put names and digests into its record and return the paths."""
    same: dict[str, str] = {}
    contents = name_files(record, files)
    for name, content in contents.items():
        first = same.setdefault(record["files"][name], name)
        if first == name or not link(folder / first, folder / name):
            _write(folder / name, content)
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
    return contents


def read_journal(folder: Path) -> list[dict[str, Any]]:
    """Return the records of all committed frames of a dataset, in frame order."""
    if not (folder / LINES).is_file():
        raise DatasetError(f"{str(folder)!r} is no dataset of this tool: it holds no {LINES}")
    found, _ = parse((folder / LINES).read_bytes(), folder / LINES)
    records = {int(r["frame"]): r for r in found}  # of a frame made again, the last line counts
    return [records[index] for index in sorted(records)]


def line_of(record: Mapping[str, Any]) -> bytes:
    """Return a record as a line of the journal."""
    return json.dumps(record, separators=(",", ":")).encode() + b"\n"


def _recover(path: Path) -> list[dict[str, Any]]:
    """Return the whole lines of a journal, and cut off a last one that a killed run left half written."""
    if not path.exists():
        return []
    records, whole = parse(path.read_bytes(), path)
    if whole < path.stat().st_size:
        with path.open("r+b") as lines:
            lines.truncate(whole)
    return [r for r in records if all((path.parent / name).is_file() for name in parts(r))]


def parse(content: bytes, path: object) -> tuple[list[dict[str, Any]], int]:
    """Return the records of a journal's whole lines, and the length [bytes] of those."""
    records, whole = [], 0
    for number, line in enumerate(content.splitlines(keepends=True), start=1):
        try:
            if not line.endswith(b"\n"):
                raise ValueError("the line has no end")
            records.append(json.loads(line))
        except ValueError as error:
            if whole + len(line) < len(content):
                raise DatasetError(
                    f"{path}:{number}: not a journal line ({error}); restore the file or delete the line"
                ) from None
            break
        whole += len(line)
    return records, whole


def check_belongs(folder: Path, config: Mapping[str, Any]) -> None:
    """Raise ``DatasetError`` for a folder that holds something else, before anything in it is touched."""
    if not folder.exists():
        return
    if not folder.is_dir():
        raise DatasetError(f"output_dir {str(folder)!r} is a file; choose a folder")
    if not (folder / CONFIG).is_file():
        if {path.name for path in folder.iterdir()} - {LOCK, CONFIG + PARTIAL}:  # a run killed at once leaves those
            raise DatasetError(f"output_dir {str(folder)!r} is not empty and holds no {CONFIG}; choose another folder")
        return
    check_config(folder, OmegaConf.to_container(OmegaConf.load(folder / CONFIG)), config)


def check_config(folder: Place, there: object, config: Mapping[str, Any]) -> None:
    """Refuse a folder whose config, as its ``run.yaml`` holds it, makes other frames."""
    if not isinstance(there, dict):
        raise DatasetError(f"{folder / CONFIG} cannot be read; choose another output_dir")
    here = OmegaConf.to_container(OmegaConf.create(dict(config)))
    assert isinstance(here, dict)
    different = differences(_identity(there), _identity(here))
    if different:
        raise DatasetError(
            f"output_dir {str(folder)!r} belongs to another config: {', '.join(different[:3])} "
            f"{'differs' if len(different) == 1 else 'differ'}; "
            f"choose another output_dir, or take that config to continue"
        )


def _identity(config: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(k): v for k, v in config.items() if k not in OWN_KEYS}


def differences(a: Mapping[str, Any], b: Mapping[str, Any]) -> list[str]:
    """Return the keys under which two configs differ, sorted."""
    return sorted(_differences(a, b))


def _differences(a: Any, b: Any, key: str = "") -> Iterable[str]:
    if isinstance(a, Mapping) and isinstance(b, Mapping):
        if list(a) != list(b) and key == "randomizers":
            yield "the list of randomizers"
        for name in a.keys() | b.keys():
            yield from _differences(a.get(name), b.get(name), f"{key}.{name}" if key else str(name))
    elif a != b:
        yield key


def lock(folder: Path, place: Place) -> IO[bytes]:
    """Lock a folder on behalf of a place; where a run that was killed left workers, wait until they are gone."""
    locked = (folder / LOCK).open("ab")
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


def link(first: Path, path: Path) -> bool:
    """Give a file a second name; False where the file system cannot."""
    beside = path.with_name(path.name + PARTIAL)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.link(first, beside)
        os.replace(beside, path)
    except OSError:
        beside.unlink(missing_ok=True)
        return False
    return True


def _write(path: Path, content: bytes) -> None:
    write_with(path, lambda file: file.write(content))


def write_with(path: Path, fill: Callable[[IO[bytes]], object]) -> None:
    """Write a file that need not fit into memory, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(path.name + PARTIAL)
    try:
        with beside.open("wb") as file:
            fill(file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    except BaseException as error:
        beside.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise _unwritable(path, error) from error
        raise


def _unwritable(path: Path, error: OSError) -> DatasetError:
    return DatasetError(
        f"{path} cannot be written: {error.strerror}; all frames before it are safe, and the same command goes on"
    )
