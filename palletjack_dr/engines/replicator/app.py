"""Isaac Sim as a library: started before anything of USD is imported, closed after everything else, once a process."""

from __future__ import annotations

import importlib
import json
import logging
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from palletjack_dr.engines.replicator.versions import Release
from palletjack_dr.errors import EngineError
from palletjack_dr.leaving import at_the_end

log = logging.getLogger(__name__)
_running: App | None = None
SETTLE = 1000
"""Updates that a stage may take to load."""


class App:
    """The one SimulationApp of this process, and its settings."""

    def __init__(self, simulation: Any, release: Release, version: str, launch: Mapping[str, Any]) -> None:
        self.simulation, self.release, self.version, self.launch = simulation, release, version, dict(launch)
        self.exit_file = ""

    def open_stage(self, path: Path) -> Any:
        """Open a USD file as Isaac Sim's stage, wait until it is loaded, and return it."""
        if not self.release.open_stage(str(path)):
            raise EngineError(f"Isaac Sim could not open the stage {path}; its own log above says why")
        for _ in range(SETTLE):
            self.simulation.update()
            if not self.release.is_loading():
                break
        return importlib.import_module("omni.usd").get_context().get_stage()

    def configure(self, settings: Mapping[str, Any]) -> None:
        """Set render settings; a stage brings its own when it is opened, so this comes after that."""
        store = importlib.import_module("carb.settings").get_settings()
        for name, value in settings.items():
            store.set(name, value)

    def reset_render_settings(self) -> None:
        """Take back what a stage has changed."""
        self.simulation.reset_render_settings()

    def update(self, times: int) -> None:
        """Let Isaac Sim work through its events."""
        for _ in range(times):
            self.simulation.update()

    def leave(self, code: int) -> None:
        """Say how the process ends, in a file too if one is wanted, then close Isaac Sim, which ends the process."""
        global _running
        _running = None
        if self.exit_file:
            Path(self.exit_file).write_text(json.dumps({"exit_code": code}))
        log.info("Isaac Sim %s closes; exit code %d", self.version, code)
        sys.stdout.flush()
        sys.stderr.flush()
        self.release.close(self.simulation, code)


def start(launch: Mapping[str, Any], release: Release, version: str, arguments: Sequence[str]) -> App:
    """Return the running Isaac Sim, started with ``launch`` (SimulationApp's settings) and Kit's ``arguments``."""
    global _running
    if _running is None:
        early = sorted(m for m in ("pxr", "omni.usd", "omni.kit.app") if m in sys.modules)
        if early:
            raise EngineError(
                f"engine=replicator must start Isaac Sim before {early[0]} is imported, and it is imported already; "
                f"look for a plugin that imports it at its top, or run palletjack-dr in a process of its own"
            )
        if not (os.environ.get("OMNI_KIT_ACCEPT_EULA") or os.environ.get("ACCEPT_EULA")) and not sys.stdin.isatty():
            log.warning("Isaac Sim may wait for its licence to be accepted: OMNI_KIT_ACCEPT_EULA=YES accepts it")
        simulation = _started(launch, arguments)
        _running = App(simulation, release, version, launch)
        at_the_end(_running.leave)
    for name, value in launch.items():
        if _running.launch[name] != value:
            raise EngineError(
                f"a process has one Isaac Sim, and it was started with {name}={_running.launch[name]!r}, not {value!r}"
                f"; run jobs that differ in it one by one"
            )
    return _running


def _started(launch: Mapping[str, Any], arguments: Sequence[str]) -> Any:
    """Construct SimulationApp, with our command line out of its sight: it hands what it finds there to Kit."""
    saved = sys.argv
    sys.argv = [*saved[:1], *arguments]
    try:
        return importlib.import_module("isaacsim").SimulationApp(dict(launch))
    finally:
        sys.argv = saved
