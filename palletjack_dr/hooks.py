"""A typed face for the plugin manager: one method per hook, so that pluggy's ``Any`` stays in this file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

import pluggy

from palletjack_dr.errors import PluginError

if TYPE_CHECKING:
    from palletjack_dr.component import Annotation
    from palletjack_dr.edits import Edit
    from palletjack_dr.engine import Capture
    from palletjack_dr.frame import Frame
    from palletjack_dr.run import Run
    from palletjack_dr.scene import Scene
    from palletjack_dr.url import Place


class Hooks:
    """Calls the hooks of ``palletjack_dr.hookspecs`` on all loaded plugins."""

    def __init__(self, manager: pluggy.PluginManager) -> None:
        self.manager = manager

    def run_start(self, run: Run) -> None:
        """Call ``dr_run_start``."""
        self.manager.hook.dr_run_start(run=run)

    def scene_ready(self, run: Run, scene: Scene) -> None:
        """Call ``dr_scene_ready``."""
        self.manager.hook.dr_scene_ready(run=run, scene=scene)

    def edits(self, frame: Frame, edits: list[Edit]) -> None:
        """Call ``dr_edits``; plugins change ``edits`` in place."""
        self.manager.hook.dr_edits(frame=frame, edits=edits)

    def render(self, frame: Frame, outputs: Sequence[str]) -> Capture:
        """Call ``dr_render``: the engine's capture, unless a plugin answers first."""
        return cast("Capture", self.manager.hook.dr_render(frame=frame, outputs=outputs))

    def rejected(self, frame: Frame) -> list[str]:
        """Return every reason to redraw the frame; empty means keep."""
        return cast("list[str]", self.manager.hook.dr_reject(frame=frame))

    def labels(self, frame: Frame) -> dict[str, Annotation]:
        """Return what plugins add to the frame's annotations."""
        merged: dict[str, Annotation] = {}
        for part in cast("list[Mapping[str, Annotation]]", self.manager.hook.dr_label(frame=frame)):
            for name, value in part.items():
                if name in merged or name in frame.annotations:
                    raise PluginError(f"dr_label: the annotation {name!r} is given twice; rename one of them")
                merged[name] = value
        return merged

    def written(self, frame: Frame, paths: Sequence[Place]) -> None:
        """Call ``dr_written``."""
        self.manager.hook.dr_written(frame=frame, paths=paths)

    def run_end(self, run: Run, error: BaseException | None) -> None:
        """Call ``dr_run_end``."""
        self.manager.hook.dr_run_end(run=run, error=error)

    def report(self, run: Run) -> dict[str, Any]:
        """Return the facts that plugins add to the manifest."""
        merged: dict[str, Any] = {}
        for part in cast("list[Mapping[str, Any]]", self.manager.hook.dr_report(run=run)):
            merged.update(part)
        return merged
