"""The modules that exist once the app runs, by version."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from isaac_double.kit import kit


def install() -> None:
    """Put the double's modules where imports find them."""
    from isaac_double import replicator, semantics

    _module("carb")
    _module("carb.settings", get_settings=lambda: _Settings())
    _module("omni")
    _module("omni.usd", get_context=lambda: _Context())
    _module("omni.client", stat=_stat, Result=_Result)
    _module("omni.replicator")
    _module(
        "omni.replicator.core",
        create=replicator.Create(),
        orchestrator=replicator.Orchestrator(),
        AnnotatorRegistry=replicator.AnnotatorRegistry(),
    )
    _module("isaacsim.storage")
    own = {} if kit.version.startswith("5.") else {"is_file": lambda path: Path(path.removeprefix("file://")).is_file()}
    _module("isaacsim.storage.native", get_assets_root_path=_root, **own)
    _module("isaacsim.core")
    if kit.six:
        _module("isaacsim.core.experimental")
        _module("isaacsim.core.experimental.utils")
        _module("isaacsim.core.experimental.utils.semantics", **semantics.NEW)
        _module("isaacsim.core.experimental.utils.stage", open_stage=_open_new, is_stage_loading=_is_loading)
    else:
        _module("isaacsim.core.utils")
        _module("isaacsim.core.utils.semantics", **semantics.OLD)
        _module("isaacsim.core.utils.stage", open_stage=_open, is_stage_loading=_is_loading)


def _module(name: str, **contents: Any) -> None:
    module = ModuleType(name, "Part of the double of Isaac Sim.")
    module.__path__ = []
    vars(module).update(contents)
    sys.modules[name] = module
    above, _, last = name.rpartition(".")
    if above:
        setattr(sys.modules[above], last, module)


class _Settings:
    def set(self, name: str, value: Any) -> None:
        kit.record("setting", name=name, value=value)
        kit.demand(kit.stage is not None, "settings are set after a stage is open, which resets them")
        kit.demand("/from/stage" not in kit.settings, "reset_render_settings comes before own settings")
        kit.settings[name] = value


class _Context:
    def get_stage(self) -> Any:
        return kit.stage


class _Result:
    OK = "ok"
    ERROR_NOT_FOUND = "not found"


def _stat(url: str) -> tuple[str, None]:
    return (_Result.OK if Path(url.removeprefix("file://")).is_file() else _Result.ERROR_NOT_FOUND), None


def _root(**options: Any) -> str:
    kit.demand(not options or kit.version[:3] != "5.0", "get_assets_root_path of 5.0 takes no arguments")
    root = os.environ.get("ISAAC_DOUBLE_ASSETS")
    if not root:
        raise RuntimeError("the double has no assets root")
    return root


def _open(usd_path: str) -> bool:
    from pxr import Usd

    kit.record("open_stage", path=usd_path)
    if not Path(usd_path).is_file() or os.environ.get("ISAAC_DOUBLE_STAGE_FAILS"):
        return False
    from isaac_double import replicator

    kit.demand(not replicator.products, "render products are destroyed before another stage is opened")
    replicator.state.clear()
    kit.stage = Usd.Stage.Open(usd_path)
    kit.settings["/from/stage"] = True
    kit.loading = 3
    return True


def _open_new(usd_path: str) -> tuple[bool, Any]:
    return _open(usd_path), kit.stage


def _is_loading() -> bool:
    return kit.loading > 0
