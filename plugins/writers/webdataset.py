"""WebDataset: the frames as tar shards, which trainers stream without unpacking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import PurePosixPath

from palletjack_dr import Registry, ShardWriter, hookimpl
from palletjack_dr.dataset import Record


@dataclass(frozen=True, kw_only=True)
class WebDataset(ShardWriter):
    """Writes ``folder``/train-000000.tar and so on for each split, ``frames_per_shard`` frames in each.

    A sample is what the other writers wrote for a frame, under the key 000007: the picture as "png" or "jpg",
    each other file by its folder ("depth.tiff", "object_detection.txt"), further files of that folder by the rest of
    their names too ("mask_000001.png"), and the journal's record as "json".
    ``include`` are patterns of the paths to take. With ``keep_files: false`` the shards are all that is left of those.
    """

    folder: str = "webdataset"
    include: list[str] = field(default_factory=lambda: ["Camera/*", "ground_truth/*"])

    def members(self, record: Record) -> Mapping[str, str]:
        """Return the picture and what ``include`` takes."""
        found: dict[str, str] = {}
        for name in record["files"]:
            path = PurePosixPath(name)
            if name == record["picture"]:
                found[path.suffix[1:]] = name
            elif any(fnmatch(name, pattern) for pattern in self.include):
                rest = path.stem.replace(f"{record['frame']:06d}", "").strip("_")
                names = (path.parent.name, f"{path.parent.name}_{rest}", f"{'_'.join(path.parent.parts)}_{rest}")
                found[next(n for short in names if (n := f"{short}{path.suffix}") not in found)] = name
        return found


@hookimpl
def dr_register(registry: Registry) -> None:
    """Offer ``writer=webdataset``."""
    registry.writer(WebDataset, name="webdataset")
