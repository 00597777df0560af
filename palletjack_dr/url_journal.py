"""The journal of a dataset at a URL: a frame is committed by one object, put when all its files are there.

Objects cannot be appended to, so every commit is an object of its own in ``journal/``, with lines as in
``frames.jsonl``; many of them become one now and then. In the end ``frames.jsonl`` holds all lines, and the files at
the URL are those of a local dataset. Nor can objects be locked: only a second run on the same machine is kept out.
"""

from __future__ import annotations

import os
import re
import tempfile
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from omegaconf import OmegaConf

from palletjack_dr import journal
from palletjack_dr.dataset_config import CONFIG, check_config, read_config
from palletjack_dr.errors import DatasetError
from palletjack_dr.journal import LINES, MANIFEST, Journal
from palletjack_dr.packed import parts
from palletjack_dr.url import Place, Url

COMMITS = "journal"
"""Folder of the objects that commit frames; their names begin with a number that grows."""
COMMIT = re.compile(COMMITS + r"/(\d{8})-\w{8}\.jsonl")
AT_MOST = 1000
"""So many commits become one object."""


def open_journal(place: Place, config: Mapping[str, Any]) -> Journal:
    """Open a dataset for writing, wherever it is."""
    return UrlJournal(place, config) if isinstance(place, Url) else Journal(place, config)


def read_records(place: Place) -> list[dict[str, Any]]:
    """Return the records of all committed frames of a dataset, in frame order, wherever it is."""
    if isinstance(place, Path):
        return journal.read_journal(place)
    records = _read_while_written(place)
    if not records and (place / CONFIG).read_if_there() is None:
        raise DatasetError(f"{place} is no dataset of this tool: it holds no {CONFIG}")
    return [records[index] for index in sorted(records)]


class UrlJournal(Journal):
    """A journal made of objects. To open it writes ``run.yaml``, which proves that the URL can be written to."""

    def __init__(self, url: Url, config: Mapping[str, Any]) -> None:
        url.connect()
        self._prepare(url)
        self.url = url
        self._own = uuid.uuid4().hex[:8]  # no two runs, even if there should be one only, write the same object
        self._lock = journal.lock(_folder_of(url), url)
        try:
            _check_belongs(url, config)
            self.write(CONFIG, OmegaConf.to_yaml(OmegaConf.create(dict(config))).encode())
            names = url.names()
            there = _Lines.read(url, _among(names))
            self._held = {i: r for i, r in there.records.items() if names.issuperset(parts(r))}
            self.records = self._held
            self._digest = there.digest
            self._commits = {name: list(records) for name, records in there.commits.items()}
            self._merged: list[str] = []
            self._number = max((int(name.split("/")[1][:8]) for name in self._commits), default=0)
        except BaseException:
            self._lock.close()
            raise

    def write(self, name: str, content: bytes) -> None:
        """Write a dataset-level file, whole or not at all."""
        self.url.write({name: content})

    def finish(self) -> None:
        """Write all lines into ``frames.jsonl`` in frame order, with those of other runs."""
        commits = _commits(self.url)
        there = _Lines.read(self.url, commits - self._commits.keys() - {*self._merged})
        others = there.records if there.digest != self._digest else replace(there, listed={}).records
        self.records = self._held = {**others, **self._held}
        records = [self.records[i] for i in sorted(self.records)]
        lines = b"".join(map(journal.line_of, records))
        self._digest = sha256(lines).hexdigest()
        if self._digest != there.digest:
            self.write(LINES, lines)
        self.url.remove(commits)
        self._commits, self._merged = {}, []

    def close(self) -> None:
        """Let go of the URL."""
        self._lock.close()

    def _manifest(self) -> bytes | None:
        return (self.url / MANIFEST).read_if_there()

    def _append(self, records: Sequence[dict[str, Any]]) -> None:
        if len(self._commits) >= AT_MOST:
            frames = {index for frames in self._commits.values() for index in frames} & self.records.keys()
            self._merged.append(self._commit([self.records[index] for index in sorted(frames)]))
            self.url.remove(list(self._commits))
            self._commits = {}
        self._commits[self._commit(records)] = [record["frame"] for record in records]
        self._held |= {record["frame"]: record for record in records}

    def _commit(self, records: Sequence[dict[str, Any]]) -> str:
        self._number += 1
        name = f"{COMMITS}/{self._number:08d}-{self._own}.jsonl"
        self.write(name, b"".join(map(journal.line_of, records)))
        return name


@dataclass(frozen=True, kw_only=True)
class _Lines:
    """What a URL holds: the records of ``frames.jsonl`` with its digest, and those of every commit, by frame."""

    listed: dict[int, dict[str, Any]]
    digest: str
    commits: dict[str, dict[int, dict[str, Any]]]

    @property
    def records(self) -> dict[int, dict[str, Any]]:
        """The latest record of every frame."""
        return {i: r for part in (self.listed, *self.commits.values()) for i, r in part.items()}

    @staticmethod
    def read(url: Url, commits: Iterable[str]) -> _Lines:
        """Read ``frames.jsonl``, if there is one, and commits; what a killed run left half written does not count."""
        content = (url / LINES).read_if_there()
        lines, _ = journal.parse(content or b"", url / LINES)
        found: dict[str, dict[int, dict[str, Any]]] = {}
        for name, commit in url.read(sorted(commits)).items():
            records, whole = journal.parse(commit, url / name)
            found[name] = {r["frame"]: r for r in records} if whole == len(commit) else {}
        return _Lines(
            listed={r["frame"]: r for r in lines},
            digest=sha256(content).hexdigest() if content is not None else "",
            commits={name: found[name] for name in sorted(found)},
        )


def _read_while_written(url: Url) -> dict[int, dict[str, Any]]:
    """Read all records; a run that goes on may have made one object of many between listing and reading them."""
    while True:
        commits = _commits(url)
        try:
            return _Lines.read(url, commits).records
        except DatasetError:
            if commits <= _commits(url):
                raise


def _commits(url: Url) -> set[str]:
    return _among(f"{COMMITS}/{name}" for name in (url / COMMITS).names())


def _among(names: Iterable[str]) -> set[str]:
    return {name for name in names if COMMIT.fullmatch(name)}


def _check_belongs(url: Url, config: Mapping[str, Any]) -> None:
    text = (url / CONFIG).read_if_there()
    if text is not None:
        check_config(url, read_config(url), config)
    elif not url.is_empty():
        raise DatasetError(f"output_dir {str(url)!r} is not empty and holds no {CONFIG}; choose another")


def _folder_of(url: Url) -> Path:
    """Return a folder of this machine that stands for a URL."""
    folder = Path(tempfile.gettempdir()) / f"palletjack-dr-{os.getuid()}" / sha256(str(url).encode()).hexdigest()[:16]
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DatasetError(f"{folder} cannot be made: {error.strerror}; set TMPDIR to a folder of your own") from error
    return folder
