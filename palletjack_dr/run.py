"""One run: from a plan to a dataset folder, frame by frame."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from palletjack_dr.assets_root import AssetsRoot, check_engine_assets
from palletjack_dr.builder import SceneBuilder
from palletjack_dr.camera import ATTRIBUTES, Camera
from palletjack_dr.config import PicturesConfig, Plan
from palletjack_dr.dataset import Dataset
from palletjack_dr.discovery import Plugins
from palletjack_dr.draws import check_randomizers
from palletjack_dr.errors import DatasetError, PalletjackError
from palletjack_dr.frame import Frame, Picture
from palletjack_dr.images import jpeg, png
from palletjack_dr.journal import MANIFEST, Journal
from palletjack_dr.leaving import Unfinished
from palletjack_dr.manifest import manifest
from palletjack_dr.progress import FrameProgress
from palletjack_dr.randomness import stream
from palletjack_dr.scene import Scene
from palletjack_dr.studio import LABELLED_ROLES, CameraAnswer, Studio, record
from palletjack_dr.validate.evidence import from_frame
from palletjack_dr.validate.frame_checks import check_frame

log = logging.getLogger(__name__)


@dataclass(kw_only=True)
class Run:
    """What hooks see of a run; ``scene`` and ``manifest`` are filled before ``dr_scene_ready`` and the first frame."""

    plan: Plan
    plugins: Plugins
    scene: Scene | None = None
    manifest: dict[str, Any] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        """The dataset folder."""
        return self.plan.output_dir


def execute(plan: Plan, plugins: Plugins) -> Run:
    """Make every frame of the plan that its folder does not hold yet; repeat it after any interruption."""
    run = Run(plan=plan, plugins=plugins)
    camera = Camera(plan.engine, plan.resolution)
    answer = CameraAnswer(camera)
    plugins.hooks.manager.register(answer)
    error: BaseException | None = None
    try:
        plugins.hooks.run_start(run)
        root = plan.engine.start()
        builder = populate(plan, root)
        run.scene = builder.scene()
        plugins.hooks.scene_ready(run, run.scene)
        engine = plan.engine
        can = engine.capabilities() | ATTRIBUTES
        check_randomizers(plan.randomizers, run.scene, seed=plan.seed, can=can, engine=engine.name)
        engine.open(run.scene, plan.resolution, plan.quality)
        run.manifest = {
            **manifest(engine, builder.assets, plugins.found),
            **plugins.hooks.report(run),
            "licences": builder.licences,
            "remote_assets": sorted(builder.remote),
            "instances": [thing.to_json() for thing in run.scene.objects],
        }
        legends = {key: annotator.legend(run.scene) for key, annotator in plan.annotators.items()}
        run.manifest["legends"] = {key: legend for key, legend in legends.items() if legend}
        journal = Journal(plan.output_dir, plan.config)
        try:
            journal.check_assets(run.manifest["assets"])
            _make_frames(run, Studio(plan, plugins.hooks, run.scene, camera), journal)
        finally:
            journal.close()
    except BaseException as raised:
        error = raised
        raise
    finally:
        plan.engine.close()
        plugins.hooks.run_end(run, error)
        plugins.hooks.manager.unregister(answer)
    return run


@contextmanager
def open_studio(plan: Plan, plugins: Plugins) -> Iterator[Studio]:
    """Open the scene and engine of a plan for single frames, with nothing on disk, and close them after."""
    scene = populate(plan, plan.engine.start()).scene()
    camera = Camera(plan.engine, plan.resolution)
    answer = CameraAnswer(camera)
    plugins.hooks.manager.register(answer)
    try:
        plan.engine.open(scene, plan.resolution, plan.quality)
        yield Studio(plan, plugins.hooks, scene, camera)
    finally:
        plugins.hooks.manager.unregister(answer)
        plan.engine.close()


def populate(plan: Plan, root: AssetsRoot | None = None) -> SceneBuilder:
    """Return a builder that environment and assets have filled; errors name the component that caused them.

    ``root`` holds the engine's own assets, as its ``start`` returned it.
    """
    parts = {"environment": plan.environment, **{f"assets.{k}": a for k, a in plan.assets.items()}}
    parts |= {f"randomizers.{k}": r for k, r in plan.randomizers.items()}
    check_engine_assets({key: part.engine_assets() for key, part in parts.items()}, root, plan.engine.name)
    builder = SceneBuilder(plan.resolution, root)
    steps: dict[str, Callable[[SceneBuilder], None]] = {"environment": plan.environment.build}
    steps |= {f"assets.{key}": asset.populate for key, asset in plan.assets.items()}
    for key, step in steps.items():
        try:
            step(builder)
        except PalletjackError as error:
            raise type(error)(f"{key}: {error}") from None
    return builder


def _make_frames(run: Run, studio: Studio, journal: Journal) -> None:
    plan = run.plan
    journal.write(MANIFEST, json.dumps(run.manifest, indent=1).encode())
    todo = [index for index in plan.frames if index not in journal.records]
    if len(todo) < len(plan.frames):
        log.info("%d of %d frames are there already", len(plan.frames) - len(todo), len(plan.frames))
    left = len(todo) - plan.frames_per_process if plan.frames_per_process else 0
    if left > 0:
        todo = todo[: plan.frames_per_process]
    progress = FrameProgress(plan.output_dir, len(plan.frames), len(plan.frames) - len(todo) - max(left, 0))
    with _Storing(run, journal, progress) as storing:
        for index in progress.over(todo):
            studio.spent.clear()
            frame, refused = studio.make(index)
            storing.take(frame, record(frame, refused, dict(studio.spent), plan.goals.get(index)))
    if left > 0:
        raise Unfinished(f"{len(todo)} frames made, {left} left for the next process: run the same command again")
    journal.finish()
    dataset = Dataset.open(plan.output_dir)
    for writer in plan.writers.values():
        for name, content in writer.summary(dataset):
            journal.write(name, content)


class _Storing:
    """Encodes and commits one frame in a thread of its own while the next is rendered."""

    def __init__(self, run: Run, journal: Journal, progress: FrameProgress) -> None:
        self._run, self._journal, self._progress = run, journal, progress
        self._thread = ThreadPoolExecutor(max_workers=1)
        self._pending: tuple[Frame, Future[tuple[list[Path], int]]] | None = None

    def __enter__(self) -> _Storing:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        try:
            if error is None:
                self._finish_pending()
        finally:
            self._thread.shutdown(wait=True)  # a frame that is made is committed, whatever ended the run

    def take(self, frame: Frame, line: dict[str, Any]) -> None:
        """Start to store a frame, once the one before it is on disk."""
        self._finish_pending()
        self._pending = frame, self._thread.submit(self._store, frame, line)

    def _store(self, frame: Frame, line: dict[str, Any]) -> tuple[list[Path], int]:
        self._check(frame)
        start = time.perf_counter()
        frame.picture = _picture(frame, self._run.plan.pictures)
        files = [(frame.picture.path, frame.picture.content)]
        files += [file for writer in self._run.plan.writers.values() for file in writer.files(frame)]
        line["picture"] = frame.picture.path
        line["seconds"]["encode, beside the next frame"] = round(time.perf_counter() - start, 4)
        return self._journal.commit(line, files), sum(len(content) for _, content in files)

    def _check(self, frame: Frame) -> None:
        """Prove the labels of a share of the frames, chosen by hash, before they are stored."""
        plan = self._run.plan
        if stream(plan.seed, frame.index, 0, "checks").random() < plan.check_share:
            findings = check_frame(from_frame(frame, plan.config["annotators"], LABELLED_ROLES))
            if findings:
                raise DatasetError(
                    f"frame {frame.index}: labels that do not hold ({findings[0].check}: {findings[0].what}); "
                    f"all frames before it are safe; look for a plugin that changes labels, or set check_share=0"
                )

    def _finish_pending(self) -> None:
        if self._pending is not None:
            frame, stored = self._pending
            self._pending = None
            paths, size = stored.result()
            self._run.plugins.hooks.written(frame, paths)
            self._progress.add(size)


def _picture(frame: Frame, wanted: PicturesConfig) -> Picture:
    assert frame.capture.rgb is not None
    lossless = wanted.format == "png"
    content = png(frame.capture.rgb) if lossless else jpeg(frame.capture.rgb, wanted.quality)
    suffix = ".png" if lossless else ".jpg"
    return Picture(path=f"{wanted.folder}/{frame.name}{suffix}", suffix=suffix, content=content)
