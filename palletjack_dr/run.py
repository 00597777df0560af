"""One run: from a plan to a dataset folder, frame by frame."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from palletjack_dr.builder import SceneBuilder
from palletjack_dr.config import Plan
from palletjack_dr.discovery import Plugins
from palletjack_dr.draws import check_randomizers
from palletjack_dr.errors import PalletjackError
from palletjack_dr.journal import MANIFEST, Journal
from palletjack_dr.manifest import manifest
from palletjack_dr.progress import FrameProgress
from palletjack_dr.scene import Scene
from palletjack_dr.studio import EngineAnswer, Studio, record

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
    answer = EngineAnswer(plan.engine)
    plugins.hooks.manager.register(answer)
    error: BaseException | None = None
    try:
        plugins.hooks.run_start(run)
        builder = populate(plan)
        run.scene = builder.scene()
        plugins.hooks.scene_ready(run, run.scene)
        engine = plan.engine
        can = engine.capabilities()
        check_randomizers(plan.randomizers, run.scene, seed=plan.seed, can=can, engine=engine.name)
        engine.open(run.scene, plan.resolution, plan.quality)
        run.manifest = {**manifest(engine, builder.assets, plugins.found), **plugins.hooks.report(run)}
        legends = {key: annotator.legend(run.scene) for key, annotator in plan.annotators.items()}
        run.manifest["legends"] = {key: legend for key, legend in legends.items() if legend}
        journal = Journal(plan.output_dir, plan.config)
        try:
            _make_frames(run, run.scene, journal)
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


def populate(plan: Plan) -> SceneBuilder:
    """Return a builder that environment and assets have filled; errors name the component that caused them."""
    builder = SceneBuilder(plan.resolution)
    steps: dict[str, Callable[[SceneBuilder], None]] = {"environment": plan.environment.build}
    steps |= {f"assets.{key}": asset.populate for key, asset in plan.assets.items()}
    for key, step in steps.items():
        try:
            step(builder)
        except PalletjackError as error:
            raise type(error)(f"{key}: {error}") from None
    return builder


def _make_frames(run: Run, scene: Scene, journal: Journal) -> None:
    plan, hooks = run.plan, run.plugins.hooks
    journal.write(MANIFEST, json.dumps(run.manifest, indent=1).encode())
    todo = [index for index in plan.frames if index not in journal.records]
    if len(todo) < len(plan.frames):
        log.info("%d of %d frames are there already", len(plan.frames) - len(todo), len(plan.frames))
    studio = Studio(plan, hooks, scene)
    progress = FrameProgress(plan.output_dir, len(plan.frames), len(plan.frames) - len(todo))
    for index in progress.over(todo):
        studio.spent.clear()
        frame, refused = studio.make(index)
        start = time.perf_counter()
        files = [file for writer in plan.writers.values() for file in writer.files(frame)]
        studio.spent["encode"] = time.perf_counter() - start
        paths = journal.commit(record(frame, refused, dict(studio.spent)), files)
        hooks.written(frame, paths)
        progress.add(sum(len(content) for _, content in files))
    records = journal.finish()
    for writer in plan.writers.values():
        for name, content in writer.summary(records):
            journal.write(name, content)
