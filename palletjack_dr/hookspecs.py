"""The hooks: everything that a plugin can do, on one page, in the order of a run.

A plugin is a module (or any object) with functions marked ``@hookimpl`` that are named as below; each takes the
arguments it needs, by name and without defaults. Hydra decides which components run and with which numbers;
hooks offer components, and listen.

With ``runtime=local`` a run has several processes. Each loads the plugins anew and calls the hooks of what happens in
it: frames are made in workers, the journal is kept in the main process. What a plugin remembers stays in its process.
A stream that keeps nothing (``palletjack_dr.stream``) has workers only, a temporary folder and no journal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import pluggy

if TYPE_CHECKING:
    from palletjack_dr.component import Annotation
    from palletjack_dr.edits import Edit
    from palletjack_dr.engine import Capture
    from palletjack_dr.frame import Frame
    from palletjack_dr.registry import Registry
    from palletjack_dr.run import Run
    from palletjack_dr.scene import Scene
    from palletjack_dr.url import Place

API: Final = 1
"""Version of this page; it grows by arguments and hooks, and is raised only by what breaks plugins."""

hookspec = pluggy.HookspecMarker("palletjack_dr")
hookimpl = pluggy.HookimplMarker("palletjack_dr")


@hookspec(historic=True)
def dr_register(registry: Registry) -> None:
    """Offer components and config folders.

    Called once per plugin, when it is loaded, before any config is read. What raises here is taken back whole:
    the plugin is named, blamed and left out. Cannot be wrapped.
    """


@hookspec
def dr_run_start(run: Run) -> None:
    """See the run before anything is built: its resolved config, its components, its folder.

    Called once in every process of a run: in the main one, where ``run.worker`` is None, before it starts workers,
    and in each worker, whose number is ``run.worker``. Raise a ``PalletjackError`` to refuse the run. May be wrapped.
    """


@hookspec
def dr_scene_ready(run: Run, scene: Scene) -> None:
    """See the scene when environment and assets are in it; the stage can still be changed here.

    Called once in every process of a run, since each has a scene, before its engine loads it; change the stage in
    the same way in all. May be wrapped.
    """


@hookspec
def dr_edits(frame: Frame, edits: list[Edit]) -> None:
    """See, reorder, add or drop the edits of a frame, in place, before they are applied.

    Called for each attempt at each frame, in the process that makes it. What is in ``edits`` afterwards is what the
    journal stores; it may depend on the frame alone, not on frames before it, which another process may have made.
    May be wrapped.
    """


@hookspec(firstresult=True)
def dr_render(frame: Frame, outputs: Sequence[str]) -> Capture | None:
    """Render outputs ("rgb", "instance_id", "depth") of a frame whose edits are applied.

    Called for every attempt with what the object table and the constraints need, and for accepted frames once more for
    what annotators need besides, and once for "rgb". The engine of the config answers last; the first result counts.
    Made for wrappers: timing, retry, tracing.
    """


@hookspec
def dr_reject(frame: Frame) -> str | None:
    """Return a reason to redraw the frame, or None.

    Called once the object table is known and before depth and rgb are rendered. Any plugin can refuse, none can
    overrule; all reasons are collected and counted in the journal. May be wrapped.
    """


@hookspec
def dr_label(frame: Frame) -> Mapping[str, Annotation] | None:
    """Return further annotations by name, for writers to find.

    Called for accepted frames, after the annotators of the config. A name that is taken is an error. May be
    wrapped.
    """


@hookspec
def dr_written(frame: Frame, paths: Sequence[Place]) -> None:
    """See a frame whose files are stored and whose journal line is committed; where the output is a URL so are paths.

    Called once per frame, in the process that made it, which by then may have rendered its next; in frame order
    where one process makes all. Not called for a frame whose process is killed right after it is committed. May be
    wrapped.
    """


@hookspec
def dr_run_end(run: Run, error: BaseException | None) -> None:
    """See the end of a run; ``error`` is None when all frames are there, in a worker when its own part is done.

    Called in every process in which ``dr_run_start`` was, also after a failure, but not in one that is killed. What
    is written once for the dataset belongs where ``run.worker`` is None: all frames are on disk there. May be wrapped.
    """


@hookspec
def dr_report(run: Run) -> Mapping[str, Any] | None:
    """Return facts for the manifest and the report page, such as a plugin's version or settings.

    Called once per run, in the main process, after ``dr_run_start``. May be wrapped.
    """
