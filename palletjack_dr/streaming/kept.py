"""The dataset folder of a stream that is kept: frames are read back from it, or made and stored in it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from palletjack_dr.builder import SceneBuilder
from palletjack_dr.dataset import Dataset, Record
from palletjack_dr.frame import Frame
from palletjack_dr.run import Run, finish, manifest_of, packing_of, write_manifest
from palletjack_dr.shard import Shard
from palletjack_dr.studio import Studio
from palletjack_dr.url_journal import open_journal


class Kept:
    """The folder of one process, locked for as long as this is open: the same that ``generate`` would make."""

    def __init__(self, run: Run, builder: SceneBuilder) -> None:
        self._run, self._builder = run, builder
        self._journal = open_journal(run.folder, run.plan.config)
        self._thread = ThreadPoolExecutor(max_workers=1)
        self._shard: Shard | None = None
        self._studio: Studio | None = None
        self._tables_lag = True
        self.dataset = Dataset(place=run.folder, config=run.plan.config, manifest={}, records=())

    def record(self, index: int) -> Record | None:
        """Return the record of a frame that is there."""
        return self._journal.records.get(index)

    def make(self, index: int, studio: Studio) -> Frame:
        """Make a frame; it is stored while the next one is made. Raises ``DatasetError`` if assets have changed."""
        if self._shard is None or studio is not self._studio:
            self.flush()
            self._run.manifest = manifest_of(self._run, self._builder, self._run.plan.engine.describe())
            write_manifest(self._run.manifest, self._journal)
            self._shard, self._studio = Shard(self._run, studio), studio
        self._tables_lag = True
        return self._shard.make_one(index, lambda stored: self._journal.append([stored.record]), self._thread)

    def flush(self) -> None:
        """Wait until every frame made so far is there."""
        if self._shard is not None:
            self._shard.flush()

    def finish(self) -> None:
        """Write the tables about what is there."""
        self.flush()
        if self._tables_lag and self._journal.records:
            with packing_of(self._run.plan, self._journal) as packing:
                finish(self._run.plan, self._journal, packing)
            self._tables_lag = False

    def close(self) -> None:
        """Finish, and let others into the folder."""
        try:
            self.finish()
        finally:
            self._thread.shutdown()
            self._journal.close()
