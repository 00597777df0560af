"""One process's part of a stream: its scene, and from the first frame on its engine, and its folder if it keeps."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from omegaconf import OmegaConf

from palletjack_dr.config import build
from palletjack_dr.discovery import load_plugins
from palletjack_dr.frame import Frame
from palletjack_dr.run import Run, listeners, set_stage, studio_of
from palletjack_dr.shard import prove
from palletjack_dr.streaming.kept import Kept
from palletjack_dr.streaming.streamed import StreamedFrame, read_back, streamed
from palletjack_dr.streaming.wanted import Share, Wanted, indices
from palletjack_dr.studio import Studio

log = logging.getLogger(__name__)
_drawing: Maker | None = None
"""The maker that has the engine of this process."""
_inherited: list[Maker] = []
"""Makers of a process that this one is a fork of: as they go, native code would wait for threads that are not here."""


class Maker:
    """Makes a share of a stream's frames. A process has one engine, which goes to the maker that needs it last."""

    def __init__(self, wanted: Wanted, share: Share) -> None:
        self.share, self.process = share, os.getpid()
        self._wanted = wanted
        self._studio: Studio | None = None
        self._engine = ExitStack()
        self._kept: Kept | None = None
        plugins = load_plugins()
        plan = build(OmegaConf.create(dict(wanted.config)), plugins.registry)
        with ExitStack() as stack:
            folder = share.folder(wanted.keep) if wanted.keep else Path(stack.enter_context(TemporaryDirectory()))
            worker = None if wanted.keep else share.part + 1
            self._run = Run(plan=share.of(plan, folder), plugins=plugins, worker=worker)
            stack.enter_context(listeners(self._run))
            self._builder = set_stage(self._run)
            self._scene = stack.pop_all()

    def frames(self) -> Iterator[StreamedFrame]:
        """Yield the frames of the share in order, each made when it is asked for."""
        for index in indices(self._run.plan, self._wanted.endless):
            yield self._there(index) or self._streamed(self._made(index))
        if self._kept is not None:
            self._kept.finish()

    def replay(self, index: int) -> StreamedFrame:
        """Return any frame, made now and not kept."""
        return self._streamed(self._opened().make(index)[0])

    def is_ours(self) -> bool:
        """Tell whether this was made in this process; else it is a fork's, and is put where nothing touches it."""
        if self.process != os.getpid() and self not in _inherited:
            _inherited.append(self)
        return self.process == os.getpid()

    def close(self) -> None:
        """Store what is under way and let go of folder, engine and scene."""
        if self.is_ours():
            with self._scene, self._engine:
                self._leave_engine()
                kept, self._kept = self._kept, None
                if kept is not None:
                    kept.close()

    def _there(self, index: int) -> StreamedFrame | None:
        """Return a frame that was kept before, unless something is wanted of it that no writer wrote."""
        if self._wanted.keep is None:
            return None
        if self._kept is None:
            self._kept = Kept(self._run, self._builder)
        record = self._kept.record(index)
        wanted = self._wanted
        return read_back(self._kept.dataset, record, wanted.classes, wanted.annotations) if record else None

    def _made(self, index: int) -> Frame:
        studio = self._opened()
        if self._kept is not None and self._kept.record(index) is None:
            return self._kept.make(index, studio)
        frame, _ = studio.make(index)
        prove(frame, self._run.plan)
        return frame

    def _streamed(self, frame: Frame) -> StreamedFrame:
        return streamed(frame, self._wanted.classes, self._wanted.annotations)

    def _opened(self) -> Studio:
        """Return the open engine, taken from another stream of this process if one has it."""
        global _drawing
        if self._studio is None:
            if _drawing is not None and _drawing.is_ours():
                log.warning("a process draws one stream at a time: another is put aside, and opens again when asked")
                _drawing._leave_engine()
            assert self._run.scene is not None
            self._studio = self._engine.enter_context(studio_of(self._run.plan, self._run.plugins, self._run.scene))
            _drawing = self
        return self._studio

    def _leave_engine(self) -> None:
        global _drawing
        self._studio = None
        self._engine.close()
        if _drawing is self:
            _drawing = None
