"""One run: from a plan to a dataset folder, frame by frame."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from palletjack_dr.assets_root import AssetsRoot, check_engine_assets
from palletjack_dr.builder import SceneBuilder
from palletjack_dr.camera import ATTRIBUTES, Camera
from palletjack_dr.config import Plan
from palletjack_dr.dataset import Dataset
from palletjack_dr.discovery import Plugins
from palletjack_dr.draws import check_randomizers
from palletjack_dr.errors import FramesFailedError, PalletjackError
from palletjack_dr.journal import MANIFEST, Journal
from palletjack_dr.leaving import Unfinished
from palletjack_dr.manifest import manifest
from palletjack_dr.packing import Packing
from palletjack_dr.progress import FrameProgress
from palletjack_dr.scene import Scene
from palletjack_dr.set_aside import FAILED, clear_bundles
from palletjack_dr.studio import CameraAnswer, Studio
from palletjack_dr.url import Place
from palletjack_dr.url_journal import open_journal

log = logging.getLogger(__name__)


@dataclass(kw_only=True)
class Run:
    """What hooks see of a run; ``scene`` is filled before ``dr_scene_ready``, ``manifest`` before the first frame.

    ``worker`` is the number of the worker process that the hook is called in, and None in the main process, the one
    that keeps the journal: what is done once for the whole dataset belongs there.
    """

    plan: Plan
    plugins: Plugins
    scene: Scene | None = None
    manifest: dict[str, Any] = field(default_factory=dict)
    worker: int | None = None

    @property
    def folder(self) -> Place:
        """The dataset folder, or the URL that the dataset goes to."""
        return self.plan.output_dir


def execute(plan: Plan, plugins: Plugins) -> Run:
    """Make every frame of the plan that its folder does not hold yet; repeat it after any interruption.

    Raises ``FramesFailedError`` at the end where frames had to be set aside; all others are there then. Raises
    ``Unfinished`` where ``frames_per_process`` leaves frames for the next process.
    """
    run = Run(plan=plan, plugins=plugins)
    with listeners(run):
        builder = set_stage(run)
        with plan.runtime.crew(run) as crew:
            run.manifest = manifest_of(run, builder, crew.made_with())
            with open_journal(plan.output_dir, plan.config) as journal, packing_of(plan, journal) as packing:
                write_manifest(run.manifest, journal)
                todo = [index for index in plan.frames if index not in journal.records]
                there = len(plan.frames) - len(todo)
                if there:
                    log.info("%d of %d frames are there already", there, len(plan.frames))
                share = todo[: plan.frames_per_process or None]
                with FrameProgress(plan.output_dir, len(plan.frames), there) as progress:
                    failed = crew.make(share, journal, progress)
                if left := len(todo) - len(share):
                    raise Unfinished(
                        f"{len(share)} frames made, {left} left for the next process: run the same command again"
                    )
                finish(plan, journal, packing)
        if failed:
            raise FramesFailedError(
                f"{len(failed)} of {len(plan.frames)} frames ended the process that made them and were set aside, "
                f"frame {failed[0].frame} by {failed[0].ends[-1]}; look into {plan.output_dir / FAILED} "
                f"to reproduce them; all other frames are there, and the same command tries these again"
            )
    return run


def manifest_of(run: Run, builder: SceneBuilder, made_with: Mapping[str, str]) -> dict[str, Any]:
    """Return the manifest of a run whose scene is set; ``made_with`` is what its engine says of itself."""
    assert run.scene is not None
    legends = {key: annotator.legend(run.scene) for key, annotator in run.plan.annotators.items()}
    return {
        **manifest(made_with, builder.assets, run.plugins.found),
        **run.plugins.hooks.report(run),
        "licences": builder.licences,
        "remote_assets": sorted(builder.remote),
        "instances": [thing.to_json() for thing in run.scene.objects],
        "legends": {key: legend for key, legend in legends.items() if legend},
    }


def write_manifest(content: Mapping[str, Any], journal: Journal) -> None:
    """Write the manifest into the folder of a journal. Raises ``DatasetError`` if it was begun with other assets."""
    journal.check_assets(content["assets"])
    journal.write(MANIFEST, json.dumps(content, indent=1).encode())


def packing_of(plan: Plan, journal: Journal) -> Packing:
    """Return what writes the shards of a plan's writers."""
    return Packing(journal, plan.writers.values(), plan.frames, plan.split)


def finish(plan: Plan, journal: Journal, packing: Packing) -> None:
    """Complete the shards, bring the journal into frame order and write the dataset-level files."""
    packing.finish()
    journal.finish()
    clear_bundles(plan, journal)
    dataset = Dataset.anywhere(plan.output_dir)
    for writer in plan.writers.values():
        for name, content in writer.summary(dataset):
            journal.write(name, content)


@contextmanager
def listeners(run: Run) -> Iterator[None]:
    """Call ``dr_run_start``, and in the end, with the engine closed, ``dr_run_end`` with what ended the run."""
    error: BaseException | None = None
    try:
        run.plugins.hooks.run_start(run)
        yield
    except BaseException as raised:
        error = raised
        raise
    finally:
        run.plan.engine.close()
        run.plugins.hooks.run_end(run, error)


def set_stage(run: Run) -> SceneBuilder:
    """Fill the scene of a run and check that its randomizers find their targets in it."""
    plan = run.plan
    builder = populate(plan, plan.engine.start())
    run.scene = builder.scene()
    run.plugins.hooks.scene_ready(run, run.scene)
    can = plan.engine.capabilities() | ATTRIBUTES
    check_randomizers(plan.randomizers, run.scene, seed=plan.seed, can=can, engine=plan.engine.name)
    return builder


@contextmanager
def studio_of(plan: Plan, plugins: Plugins, scene: Scene) -> Iterator[Studio]:
    """Open the engine of a plan on a scene, and close it after."""
    camera = Camera(plan.engine, plan.resolution)
    answer = CameraAnswer(camera)
    plugins.hooks.manager.register(answer)
    try:
        plan.engine.open(scene, plan.resolution, plan.quality)
        yield Studio(plan, plugins.hooks, scene, camera)
    finally:
        plugins.hooks.manager.unregister(answer)
        plan.engine.close()


@contextmanager
def open_studio(plan: Plan, plugins: Plugins) -> Iterator[Studio]:
    """Open the scene and engine of a plan for single frames, with nothing on disk, and close them after."""
    with studio_of(plan, plugins, populate(plan, plan.engine.start()).scene()) as studio:
        yield studio


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
