"""The dataset that PyTorch's loader reads frames from, in the main process or in workers."""

from __future__ import annotations

import os
import weakref
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from torch import distributed
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from palletjack_dr.config import frame_indices
from palletjack_dr.errors import ConfigError
from palletjack_dr.runtimes.local import cores
from palletjack_dr.streaming.maker import Maker
from palletjack_dr.streaming.streamed import FrameBatch, StreamedFrame, collate
from palletjack_dr.streaming.wanted import Share, Wanted


class FrameStream(IterableDataset[StreamedFrame]):
    """Frames of a config, each rendered when it is asked for; made by ``palletjack_dr.stream``.

    Iterating it twice gives the same frames twice. It can be pickled; every process that iterates it has a scene and
    an engine of its own, opened with its first frame and kept until ``close`` or the end of the process. Frames are
    dealt out to the ranks of a training and, within each, to the workers of its loader, one by one in turn.
    """

    collate = staticmethod(collate)
    """What makes batches of frames, for ``DataLoader(collate_fn=...)``."""

    def __init__(self, wanted: Wanted) -> None:
        self._wanted = wanted
        self._maker: Maker | None = None
        self._closing: Callable[[], object] = lambda: None

    @property
    def classes(self) -> Sequence[str]:
        """The names of the classes; the place of each is its number."""
        return self._wanted.classes

    def __iter__(self) -> Iterator[StreamedFrame]:
        info = get_worker_info()
        worker, workers = (0, 1) if info is None else (info.id, info.num_workers)
        if info is not None:  # a driver that draws on the CPU would take all of it in each worker
            os.environ.setdefault("LP_NUM_THREADS", str(max(cores() // workers, 1)))
        rank, world = self._ranks()
        yield from self._here(Share(part=rank + world * worker, parts=world * workers)).frames()

    def __len__(self) -> int:
        """Return how many frames this rank gets. Raises ``TypeError`` where they never end."""
        if self._wanted.endless:
            raise TypeError("a stream that is endless has no length")
        rank, world = self._ranks()
        return len(frame_indices(**self._wanted.config["frames"])[rank::world])

    def frame(self, index: int) -> StreamedFrame:
        """Return one frame by its index, made now and kept nowhere."""
        start, count = self._wanted.config["frames"]["start"], self._wanted.config["frames"]["count"]
        if index < start or (index >= start + count and not self._wanted.endless):
            raise ConfigError(f"stream: frame {index} is asked for, and there are {start} to {start + count - 1}")
        rank, world = self._ranks()
        return self._here(Share(part=rank, parts=world)).replay(index)

    def loader(self, batch_size: int = 1, num_workers: int = 0, **options: Any) -> DataLoader[FrameBatch]:
        """Return a loader of batches; with workers, frames are made ahead in processes that stay for all epochs.

        They start afresh ("spawn"), since neither drivers nor CUDA survive a fork. ``options`` are DataLoader's.
        """
        if num_workers:
            options = {"multiprocessing_context": "spawn", "persistent_workers": True, **options}
        options = {"collate_fn": collate, **options}
        return DataLoader(self, batch_size=batch_size, num_workers=num_workers, **options)  # type: ignore[arg-type]

    def close(self) -> None:
        """Let go of engine and scene in this process, and complete the folder of what was kept.

        What is asked for afterwards opens them again.
        """
        self._maker = None
        self._closing()

    def __enter__(self) -> FrameStream:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __getstate__(self) -> Wanted:
        """Travel as plain data; a loader's workers cannot ask torch.distributed, so the rank goes along."""
        return replace(self._wanted, ranks=self._ranks()) if distributed_here() else self._wanted

    def __setstate__(self, wanted: Wanted) -> None:
        self.__init__(wanted)  # type: ignore[misc]

    def _here(self, share: Share) -> Maker:
        """Return the maker of this process."""
        if self._maker is None or not self._maker.is_ours() or self._maker.share != share:
            self.close()
            self._maker = Maker(self._wanted, share)
            self._closing = weakref.finalize(self, self._maker.close)
        return self._maker

    def _ranks(self) -> tuple[int, int]:
        """Return (rank, world size), which all have the same number of frames."""
        rank, world = self._wanted.ranks or (
            (distributed.get_rank(), distributed.get_world_size()) if distributed_here() else (0, 1)
        )
        count = len(frame_indices(**self._wanted.config["frames"]))
        if count % world and not self._wanted.endless:
            raise ConfigError(
                f"stream: {count} frames cannot be dealt out evenly to {world} processes, which would wait for each "
                f"other; take frames.count={count - count % world or world} or endless=True"
            )
        return rank, world


def distributed_here() -> bool:
    """Return whether torch.distributed is initialised in this process."""
    return distributed.is_available() and distributed.is_initialized()
