"""The files of frames, whether they are files of their own or packed in shards."""

from __future__ import annotations

import tarfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack

from palletjack_dr.dataset import Record
from palletjack_dr.errors import DatasetError
from palletjack_dr.packed import packed_files
from palletjack_dr.storage import on_disk, read
from palletjack_dr.url import Place

AT_ONCE = 16
"""Frames whose files are fetched, and held in memory, together."""


class FrameFiles:
    """Reads frames of one dataset; of its shards, one of each split is open at a time."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self._open: dict[str, tuple[str, tarfile.TarFile, ExitStack]] = {}

    def __enter__(self) -> FrameFiles:
        return self

    def __exit__(self, *_: object) -> None:
        for shard in self._open.values():
            shard[2].close()

    def read(
        self, records: Sequence[Record], wanted: Callable[[Record], Iterable[str]] = lambda record: record["files"]
    ) -> Iterator[list[tuple[Record, dict[str, bytes]]]]:
        """Yield some records at a time, each with the contents of its ``wanted`` files, all of them unless told."""
        for start in range(0, len(records), AT_ONCE):
            part = [(record, list(wanted(record))) for record in records[start : start + AT_ONCE]]
            single = read(self.place, [n for record, names in part for n in names if n not in packed_files(record)])
            yield [(r, {n: single[n] for n in names if n in single} | self._packed(r, names)) for r, names in part]

    def _packed(self, record: Record, wanted: Sequence[str]) -> dict[str, bytes]:
        found = {}
        for shard, members in record.get("shards", {}).items():
            for member, name in members.items():
                if name in wanted:
                    found[name] = self._member(record["split"], shard, f"{record['frame']:06d}.{member}")
        return found

    def _member(self, split: str, shard: str, member: str) -> bytes:
        try:
            file = self._shard(split, shard).extractfile(member)
            assert file is not None
            return file.read()
        except (KeyError, OSError, tarfile.TarError) as error:
            raise DatasetError(
                f"{self.place / shard} does not give {member} ({error}); remove it and repeat the generate command, "
                f"which makes its frames again"
            ) from error

    def _shard(self, split: str, shard: str) -> tarfile.TarFile:
        if split not in self._open or self._open[split][0] != shard:
            if split in self._open:
                self._open.pop(split)[2].close()
            with ExitStack() as opening:
                path = opening.enter_context(on_disk(self.place, shard))
                tar = opening.enter_context(tarfile.open(path))
                self._open[split] = shard, tar, opening.pop_all()
        return self._open[split][1]
