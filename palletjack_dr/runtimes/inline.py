"""All frames in this process, one after the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from palletjack_dr.runtime import Runtime, SetAside, Stored

if TYPE_CHECKING:
    from palletjack_dr.journal import Journal
    from palletjack_dr.progress import FrameProgress
    from palletjack_dr.run import Run
    from palletjack_dr.shard import Shard


@dataclass(frozen=True, kw_only=True)
class Inline(Runtime):
    """Make every frame in this process: the simplest, and the one to debug in."""

    @contextmanager
    def crew(self, run: Run) -> Iterator[Alone]:
        """Open the engine here."""
        from palletjack_dr.shard import opened

        with opened(run) as shard:
            yield Alone(shard)


class Alone:
    """A crew of one: this process."""

    def __init__(self, shard: Shard) -> None:
        self._shard = shard

    def made_with(self) -> Mapping[str, str]:
        """Return what the engine says of itself."""
        return self._shard.made_with()

    def make(self, frames: Iterable[int], journal: Journal, progress: FrameProgress) -> list[SetAside]:
        """Make and commit the frames in their order; what goes wrong with one raises."""

        def keep(stored: Stored) -> None:
            journal.append([stored.record])
            progress.add(stored.size)

        self._shard.make(frames, keep)
        return []
