"""The committed records of a dataset folder. They stay on disk and are read when asked for: a run's memory is flat."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from palletjack_dr.errors import DatasetError


class Committed(Mapping[int, dict[str, Any]]):
    """Records by frame, of which only their places in the journal are held. Each look-up reads a line and parses it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._places: dict[int, tuple[int, int]] = {}

    def note(self, index: int, start: int, length: int) -> None:
        """Remember where the last line of a frame is: its first byte and its bytes."""
        self._places[index] = start, length

    def line(self, index: int) -> bytes:
        """Return a frame's line."""
        start, length = self._places[index]
        with self._path.open("rb") as lines:
            lines.seek(start)
            return lines.read(length)

    def in_order(self) -> bool:
        """Return whether the journal holds these lines in the order of their frames, and nothing else."""
        at = 0
        for index in sorted(self._places):
            start, length = self._places[index]
            if start != at:
                return False
            at += length
        return at == self._path.stat().st_size

    def write_in_order(self, file: IO[bytes]) -> None:
        """Write the lines into another file, in the order of their frames."""
        for index in sorted(self._places):
            file.write(self.line(index))

    def written_in_order(self) -> None:
        """Take note that the journal is now what ``write_in_order`` wrote."""
        at = 0
        for index in sorted(self._places):
            length = self._places[index][1]
            self._places[index] = at, length
            at += length

    def __getitem__(self, index: int) -> dict[str, Any]:
        return dict(json.loads(self.line(index)))

    def __contains__(self, index: object) -> bool:
        return index in self._places

    def __iter__(self) -> Iterator[int]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


def whole_lines(lines: IO[bytes], path: object) -> Iterator[tuple[int, int, dict[str, Any]]]:
    """Yield the first byte, the bytes and the record of a journal's lines, up to what is no line at its end.

    Raises ``DatasetError`` for what is no line in the middle.
    """
    at, broken = 0, ""
    for number, line in enumerate(lines, start=1):
        try:
            record = _record(line)
        except ValueError as error:
            broken = broken or f"{path}:{number}: not a journal line ({error}); restore the file or delete the line"
            continue
        if broken:
            raise DatasetError(broken)
        yield at, len(line), record
        at += len(line)


def _record(line: bytes) -> dict[str, Any]:
    if not line.endswith(b"\n"):
        raise ValueError("the line has no end")
    record = json.loads(line)
    if not isinstance(record, dict) or not {"frame", "files"} <= record.keys():
        raise ValueError("it names no frame and its files")
    return record
