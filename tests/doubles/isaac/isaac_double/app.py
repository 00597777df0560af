"""SimulationApp: starts the double, after which its modules can be imported, and ends the process as it closes."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import Any

from isaac_double.kit import kit
from isaac_double.modules import install


class SimulationApp:
    def __init__(self, launch_config: Mapping[str, Any] | None = None, experience: str = "") -> None:
        config = dict(launch_config or {})
        kit.record("SimulationApp", config=config, argv=sys.argv[1:])
        kit.demand(not kit.running, "one SimulationApp a process")
        kit.demand("pxr" not in sys.modules, "nothing of pxr is imported before SimulationApp")
        kit.demand(not any(m.split(".")[0] == "omni" for m in sys.modules), "nothing of omni is imported before")
        kit.demand(all(a.startswith("--") for a in sys.argv[1:]), "Kit sees no arguments of ours")
        kit.demand(config.get("headless") is True, "headless")
        known = {"RaytracedLighting", "PathTracing", "RealTimePathTracing"} | (
            {"MinimalRendering"} if kit.six else set()
        )
        kit.demand(config.get("renderer") in known, f"renderer {config.get('renderer')} is known")
        kit.running = True
        self.config = config
        install()

    def update(self) -> None:
        kit.record("update")
        kit.loading = max(kit.loading - 1, 0)

    def reset_render_settings(self) -> None:
        kit.record("reset_render_settings")
        kit.demand(kit.stage is not None, "render settings are reset after a stage is open")
        kit.settings.pop("/from/stage", None)

    def close(self, wait_for_replicator: bool = True, **options: Any) -> None:
        allowed = {"5.0": set[str](), "5.1": {"skip_cleanup"}}.get(kit.version[:3], {"skip_cleanup"})
        if kit.version >= "6.0.1":
            allowed = allowed | {"exit_code"}
        kit.record("close", **options)
        kit.demand(set(options) <= allowed, f"close() of {kit.version} takes {allowed}, got {set(options)}")
        kit.demand(kit.drained, "wait_until_complete before close")
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(int(options.get("exit_code", 0)))  # as fast_shutdown does: nothing after close() runs
