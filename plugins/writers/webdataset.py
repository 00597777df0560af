"""WebDataset: the frames as tar shards, which trainers stream without unpacking."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import PurePosixPath

from palletjack_dr import Registry, Writer, hookimpl, setting
from palletjack_dr.dataset import Dataset, Record


@dataclass(frozen=True, kw_only=True)
class WebDataset(Writer):
    """Writes ``folder``/train-000000.tar and so on for each split, ``frames_per_shard`` frames in each.

    A sample is what the other writers wrote for a frame, under the key 000007: the picture as "png" or "jpg",
    each other file by its folder ("depth.tiff", "object_detection.txt"), and the journal's record as "json".
    ``include`` are patterns of the paths to take. The shards are made when the run ends.
    """

    folder: str = "webdataset"
    frames_per_shard: int = setting(200, low=1)
    include: list[str] = field(default_factory=lambda: ["Camera/*", "ground_truth/*"])

    def summary(self, dataset: Dataset) -> Iterable[tuple[str, bytes]]:
        """Return the shards, one at a time."""
        for split, records in dataset.splits().items():
            for n, start in enumerate(range(0, len(records), self.frames_per_shard)):
                part = records[start : start + self.frames_per_shard]
                yield f"{self.folder}/{split}-{n:06d}.tar", self._shard(dataset, part)

    def _shard(self, dataset: Dataset, records: Sequence[Record]) -> bytes:
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as shard:
            for record in records:
                for name, content in self._sample(dataset, record):
                    entry = tarfile.TarInfo(f"{record['frame']:06d}.{name}")
                    entry.size = len(content)
                    shard.addfile(entry, io.BytesIO(content))
        return packed.getvalue()

    def _sample(self, dataset: Dataset, record: Record) -> Iterator[tuple[str, bytes]]:
        for name in record["files"]:
            path = PurePosixPath(name)
            if name == record["picture"]:
                yield path.suffix[1:], (dataset.folder / name).read_bytes()
            elif any(fnmatch(name, pattern) for pattern in self.include):
                yield f"{path.parent.name}{path.suffix}", (dataset.folder / name).read_bytes()
        kept = {key: value for key, value in record.items() if key not in ("files", "seconds")}
        yield "json", json.dumps(kept).encode()


@hookimpl
def dr_register(registry: Registry) -> None:
    """Offer ``writer=webdataset``."""
    registry.writer(WebDataset, name="webdataset")
