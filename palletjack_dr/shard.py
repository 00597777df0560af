"""The shard function: make some frames of a config and store their files. Every runtime calls this and nothing else.

A shard never touches the journal. It hands each stored frame to ``keep``, which commits it, at once or through
whatever lies between the processes; only then is the frame in the dataset, and only then does ``dr_written`` see it.
The same works from a remote task::

    with open_shard(config, worker=3) as shard:
        shard.make(indices, stored.append)

where the dataset folder is shared, and with ``send=True`` where it is not: then each stored frame brings its files.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from omegaconf import OmegaConf

from palletjack_dr.config import PicturesConfig, Plan, build
from palletjack_dr.discovery import load_plugins
from palletjack_dr.errors import DatasetError
from palletjack_dr.frame import Frame, Picture
from palletjack_dr.images import jpeg, png
from palletjack_dr.randomness import stream
from palletjack_dr.run import Run, listeners, set_stage, studio_of
from palletjack_dr.runtime import Stored
from palletjack_dr.storage import store
from palletjack_dr.studio import LABELLED_ROLES, Studio, record
from palletjack_dr.url import Place
from palletjack_dr.validate.evidence import from_frame
from palletjack_dr.validate.frame_checks import check_frame


@contextmanager
def open_shard(config: Mapping[str, Any], *, worker: int, send: bool = False) -> Iterator[Shard]:
    """Load plugins, fill the scene and open the engine of a resolved config, in a process that is not the main one.

    With ``send`` the files of a frame are handed to ``keep`` and not written.
    """
    plugins = load_plugins()
    run = Run(plan=build(OmegaConf.create(dict(config)), plugins.registry), plugins=plugins, worker=worker)
    with listeners(run):
        set_stage(run)
        with opened(run, send=send) as shard:
            yield shard


@contextmanager
def opened(run: Run, *, send: bool = False) -> Iterator[Shard]:
    """Open the engine for a run whose scene is set."""
    assert run.scene is not None
    with studio_of(run.plan, run.plugins, run.scene) as studio:
        yield Shard(run, studio, send=send)


class Shard:
    """A studio that puts its frames on disk: one is encoded and stored in a thread while the next is rendered."""

    def __init__(self, run: Run, studio: Studio, *, send: bool = False) -> None:
        self.run, self._studio, self._send = run, studio, send
        self._pending: tuple[Frame, Future[Sequence[Place]]] | None = None

    def made_with(self) -> Mapping[str, str]:
        """Return what the engine says of itself."""
        return self.run.plan.engine.describe()

    def make(self, frames: Iterable[int], keep: Callable[[Stored], None]) -> None:
        """Make frames and store their files; ``keep`` is called in the storing thread, in the order of ``frames``."""
        with ThreadPoolExecutor(max_workers=1) as thread:  # a frame that is made is kept, whatever ends the shard
            for index in frames:
                self.make_one(index, keep, thread)
            self.flush()

    def make_one(self, index: int, keep: Callable[[Stored], None], thread: Executor) -> Frame:
        """Make a frame and return it while ``thread`` stores it; the one before it is kept by then."""
        self._studio.spent.clear()
        frame, refused = self._studio.make(index)
        line = record(frame, refused, dict(self._studio.spent), self.run.plan.goals.get(index))
        self.flush()
        self._pending = frame, thread.submit(self._store, frame, line, keep)
        return frame

    def flush(self) -> None:
        """Wait until every frame made so far is kept."""
        if self._pending is not None:
            frame, stored = self._pending
            self._pending = None
            self.run.plugins.hooks.written(frame, stored.result())

    def _store(self, frame: Frame, line: dict[str, Any], keep: Callable[[Stored], None]) -> Sequence[Place]:
        prove(frame, self.run.plan)
        start = time.perf_counter()
        frame.picture = _picture(frame, self.run.plan.pictures)
        files = [(frame.picture.path, frame.picture.content)]
        files += [file for writer in self.run.plan.writers.values() for file in writer.files(frame)]
        line["picture"] = frame.picture.path
        line["seconds"]["encode, beside the next frame"] = round(time.perf_counter() - start, 4)
        size = sum(len(content) for _, content in files)
        if self._send:
            keep(Stored(record=line, size=size, files=tuple(files)))
            return [self.run.folder / name for name, _ in files]
        paths = store(self.run.folder, line, files)
        keep(Stored(record=line, size=size))
        return paths


def prove(frame: Frame, plan: Plan) -> None:
    """Prove the labels of a share of the frames, chosen by hash, before anybody relies on them."""
    if stream(plan.seed, frame.index, 0, "checks").random() < plan.check_share:
        findings = check_frame(from_frame(frame, plan.config["annotators"], LABELLED_ROLES))
        if findings:
            raise DatasetError(
                f"frame {frame.index}: labels that do not hold ({findings[0].check}: {findings[0].what}); "
                f"all frames before it are safe; look for a plugin that changes labels, or set check_share=0"
            )


def _picture(frame: Frame, wanted: PicturesConfig) -> Picture:
    assert frame.capture.rgb is not None
    lossless = wanted.format == "png"
    content = png(frame.capture.rgb) if lossless else jpeg(frame.capture.rgb, wanted.quality)
    suffix = ".png" if lossless else ".jpg"
    return Picture(path=f"{wanted.folder}/{frame.name}{suffix}", suffix=suffix, content=content)
