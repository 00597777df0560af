"""Pack the files of frames into tar shards while a run goes on: each as soon as its frames are complete.

A shard's frames are the next so many of a split, in order, whoever made them and when. It is written whole; then the
records of its frames are committed once more, now naming it; then, unless they are to be kept, the files that are in it
are removed. A run that is killed between any two of these goes on from there.
"""

from __future__ import annotations

import io
import json
import tarfile
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import IO, Any

from palletjack_dr.component import ShardWriter, Writer
from palletjack_dr.errors import DatasetError
from palletjack_dr.frame_files import FrameFiles
from palletjack_dr.journal import Journal
from palletjack_dr.packed import packed_files
from palletjack_dr.split import Split
from palletjack_dr.storage import below, build, check, remove, remove_empty_folders, there

NOT_IN_SHARDS = ("files", "bytes", "seconds", "shards")
"""Keys of a record that a shard does not hold: they are no truth about the frame."""


@dataclass(frozen=True, kw_only=True)
class Shard:
    """One tar file, the writer that it is for, and its frames."""

    name: str
    writer: ShardWriter
    frames: tuple[int, ...]


class Packing:
    """Watches a journal and writes the shards of those writers that want some, in a thread of its own.

    ``frames`` are all that are to be made; what is in the journal beside them is packed as well.
    """

    def __init__(self, journal: Journal, writers: Iterable[Writer], frames: Iterable[int], split: Split) -> None:
        self._place, self._journal = journal.place, journal
        packers = [writer for writer in writers if isinstance(writer, ShardWriter)]
        self._shards = shards(packers, _splits(frames, split, journal.records)) if packers else []
        self._of: defaultdict[int, list[Shard]] = defaultdict(list)
        for shard in self._shards:
            for index in shard.frames:
                self._of[index].append(shard)
        self._missing = {shard.name: set(shard.frames) - journal.records.keys() for shard in self._shards}
        self._written = {name for writer in packers for name in below(self._place, writer.folder)}
        self._thread = ThreadPoolExecutor(max_workers=1)
        self._tasks: list[Future[None]] = []
        if self._shards:
            self._check_places()

    def __enter__(self) -> Packing:
        self._journal.watchers.append(self._see)
        if self._shards:
            self._remove_left()
        for shard in self._shards:
            if not self._missing[shard.name]:
                self._tasks.append(self._thread.submit(self._pack, shard))
        return self

    def __exit__(self, *_: object) -> None:
        self._journal.watchers.remove(self._see)
        self._thread.shutdown(cancel_futures=True)

    def finish(self) -> None:
        """Write the shards that are left, those of which frames are missing too."""
        for shard in self._shards:
            if self._missing[shard.name]:
                self._tasks.append(self._thread.submit(self._pack, shard))
        while self._tasks:
            self._tasks.pop(0).result()
        if not self._shards:
            return
        remove_empty_folders(self._place, (name for r in self._journal.records.values() for name in packed_files(r)))

    def _see(self, records: Sequence[Mapping[str, Any]]) -> None:
        made = [(shard, record["frame"]) for record in records for shard in self._of[record["frame"]]]
        for shard, index in made:
            if index in self._missing[shard.name]:  # else it is committed once more, with its shard
                self._missing[shard.name].remove(index)
                if not self._missing[shard.name]:
                    self._tasks.append(self._thread.submit(self._pack, shard))
                while self._tasks and self._tasks[0].done():
                    self._tasks.pop(0).result()

    def _pack(self, shard: Shard) -> None:
        records = [self._journal.records[index] for index in shard.frames if index in self._journal.records]
        if not records or (shard.name in self._written and all(shard.name in r.get("shards", {}) for r in records)):
            return
        build(self._place, shard.name, lambda file: fill(file, shard.writer, records, FrameFiles(self._place)))
        self._written.add(shard.name)
        self._journal.append([_in(shard, record) for record in records])
        if not shard.writer.keep_files:
            remove(self._place, [name for record in records for name in shard.writer.members(record).values()])

    def _remove_left(self) -> None:
        """Remove the single files that a killed run had packed but not removed."""
        packed = [name for record in self._journal.records.values() for name in packed_files(record)]
        remove(self._place, there(self._place, packed))

    def _check_places(self) -> None:
        """Refuse frames that would change shards after their files went into one."""
        for index, record in self._journal.records.items():
            for name, members in record.get("shards", {}).items():
                if members and name not in [shard.name for shard in self._of[index]]:
                    raise DatasetError(
                        f"output_dir {str(self._place)!r}: frame {index} is in {name}, where it would not be with the "
                        f"frames.start and frames.shard of this command; take those from before, or another output_dir"
                    )


def shards(writers: Iterable[ShardWriter], splits: Mapping[int, str]) -> list[Shard]:
    """Return the shards of some frames, given with their splits."""
    frames: dict[str, list[int]] = {}
    for index in sorted(splits):
        frames.setdefault(splits[index], []).append(index)
    return [
        Shard(name=f"{w.folder}/{split}-{n:06d}.tar", writer=w, frames=tuple(found[start : start + w.frames_per_shard]))
        for w in writers
        for split, found in frames.items()
        for n, start in enumerate(range(0, len(found), w.frames_per_shard))
    ]


def fill(file: IO[bytes], writer: ShardWriter, records: Sequence[Mapping[str, Any]], source: FrameFiles) -> None:
    """Write a shard: the same bytes for the same frames. A sample's key is the frame, its last member the record."""
    with source, tarfile.open(fileobj=file, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        frames = source.read(records, lambda record: writer.members(record).values())
        for record, contents in (frame for some in frames for frame in some):
            if not writer.keep_files:
                check(source.place, record, contents)
            for member, name in writer.members(record).items():
                _add(tar, record, member, contents[name])
            kept = {key: value for key, value in record.items() if key not in NOT_IN_SHARDS}
            _add(tar, record, "json", json.dumps(kept).encode())


def _add(tar: tarfile.TarFile, record: Mapping[str, Any], member: str, content: bytes) -> None:
    entry = tarfile.TarInfo(f"{record['frame']:06d}.{member}")
    entry.size = len(content)
    tar.addfile(entry, io.BytesIO(content))


def _in(shard: Shard, record: Mapping[str, Any]) -> dict[str, Any]:
    """Return a record that names its shard and, if they are nowhere else, the files in it by member."""
    others = {name: m for name, m in record.get("shards", {}).items() if not name.startswith(f"{shard.writer.folder}/")}
    packed = {} if shard.writer.keep_files else dict(shard.writer.members(record))
    return {**record, "shards": {**others, shard.name: packed}}


def _splits(frames: Iterable[int], split: Split, records: Mapping[int, Mapping[str, Any]]) -> dict[int, str]:
    """Return the split of every frame that is there or to be made."""
    return {index: split.of(index) for index in frames} | {index: r["split"] for index, r in records.items()}
