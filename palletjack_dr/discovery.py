"""Find and load plugins: first-party modules, entry points, and files named in an environment variable.

``PALLETJACK_DR_PLUGINS=./my_fog.py,acme_fog`` adds files or modules, ``PALLETJACK_DR_DISABLE=acme-fog:fog`` leaves
plugins out by the names that ``palletjack-dr plugins`` prints, ``PALLETJACK_DR_TRACE=1`` logs every hook call.
Configs cannot load plugins, since plugins bring the schema by which configs are read.
"""

from __future__ import annotations

import importlib
import importlib.util
import logging
import os
import pkgutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType
from typing import Any

import pluggy

from palletjack_dr import hookspecs
from palletjack_dr.errors import PalletjackError, PluginError, did_you_mean
from palletjack_dr.hooks import Hooks
from palletjack_dr.registry import Registry

log = logging.getLogger(__name__)
ENTRY_POINT_GROUP = "palletjack_dr.plugins"
ENGINES_AND_RUNTIMES = (
    "palletjack_dr.engines.embedded",
    "palletjack_dr.engines.replicator",
    "palletjack_dr.runtimes",
)


@dataclass(frozen=True, kw_only=True)
class Plugin:
    """One plugin that was found: its qualified name, where it comes from, and what went wrong, if anything."""

    name: str
    source: str
    version: str
    hooks: tuple[str, ...] = ()
    failure: str = ""


@dataclass(kw_only=True)
class Plugins:
    """All plugins of this process, the registry that they filled and the hooks to call them by."""

    registry: Registry
    hooks: Hooks
    found: list[Plugin] = field(default_factory=list)

    @property
    def failures(self) -> list[Plugin]:
        """The plugins that were left out."""
        return [p for p in self.found if p.failure]


def load_plugins() -> Plugins:
    """Load every plugin; a third party's that fails is noted and left out, a first-party one raises."""
    from palletjack_dr import __version__

    manager = pluggy.PluginManager("palletjack_dr")
    manager.add_hookspecs(hookspecs)
    if os.environ.get("PALLETJACK_DR_TRACE"):
        manager.trace.root.setwriter(lambda text: log.info("%s", text.rstrip()))
        manager.enable_tracing()
    registry = Registry()
    plugins = Plugins(registry=registry, hooks=Hooks(manager))
    # Called before anything is registered, the historic hook asks each plugin alone as it comes in, so that a
    # failure has one culprit.
    manager.hook.dr_register.call_historic(kwargs={"registry": registry})
    disabled = _listed("PALLETJACK_DR_DISABLE")
    for name in _first_party():
        if name not in disabled:
            plugins.found.append(
                _load(manager, registry, name, "palletjack-dr", __version__, partial(importlib.import_module, name))
            )
            if plugins.found[-1].failure:
                raise PluginError(plugins.found[-1].failure)
    for point in entry_points(group=ENTRY_POINT_GROUP):
        distribution = point.dist.name if point.dist else point.module
        version = point.dist.version if point.dist else "?"
        name = f"{distribution}:{point.name}"
        if name not in disabled:
            plugins.found.append(_load(manager, registry, name, distribution, version, point.load))
    for named in _listed("PALLETJACK_DR_PLUGINS"):
        if named not in disabled:
            plugins.found.append(_load(manager, registry, named, "PALLETJACK_DR_PLUGINS", "-", partial(_import, named)))
    for plugin in plugins.failures:
        log.warning("%s", plugin.failure)
    return plugins


def _load(
    manager: pluggy.PluginManager, registry: Registry, name: str, source: str, version: str, get: Callable[[], Any]
) -> Plugin:
    module = None
    registry.speak_for(name)
    try:
        module = get()
        manager.register(module, name=name)
        manager.check_pending()
    except Exception as error:  # whatever a plugin's import raises is the plugin's failure, not the run's
        if module is not None and manager.has_plugin(name):
            manager.unregister(module)
        registry.withdraw(name)
        return Plugin(name=name, source=source, version=version, failure=_blame(name, source, version, error))
    callers = manager.get_hookcallers(module) or []
    return Plugin(name=name, source=source, version=version, hooks=tuple(sorted(c.name for c in callers)))


def _blame(name: str, source: str, version: str, error: Exception) -> str:
    if isinstance(error, pluggy.PluginValidationError):
        known = [h for h in dir(hookspecs) if h.startswith("dr_")]
        unknown = str(error).split("unknown hook ")[-1].split("'")
        hint = did_you_mean(unknown[1], known) if "unknown hook" in str(error) and len(unknown) > 1 else ""
        reason = " ".join(str(error).split()) + hint
    else:
        reason = str(error) if isinstance(error, PalletjackError) else f"{type(error).__name__}: {error}"
    return (
        f"plugin {name!r} ({source} {version}) failed to load: {reason}\n"
        f"mend or uninstall it, or leave it out with PALLETJACK_DR_DISABLE={name}"
    )


def _first_party() -> Iterator[str]:
    """Yield the modules of ``plugins/`` (those not starting with ``_``), the engines and the runtimes."""
    package = importlib.import_module("palletjack_dr.plugins")
    for module in pkgutil.walk_packages(package.__path__, "palletjack_dr.plugins."):
        if not module.ispkg and not module.name.rpartition(".")[2].startswith("_"):
            yield module.name
    yield from ENGINES_AND_RUNTIMES


def _import(named: str) -> ModuleType:
    path = Path(named)
    if path.suffix != ".py":
        return importlib.import_module(named)
    if not path.is_file():
        raise FileNotFoundError(f"no such file: {path}")
    name = f"palletjack_dr_local_{path.stem}"
    loaded = sys.modules.get(name)
    if loaded is not None and loaded.__file__ == str(path.resolve()):
        return loaded
    spec = importlib.util.spec_from_file_location(name, path.resolve())
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} cannot be imported as a module")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def _listed(variable: str) -> list[str]:
    return [part.strip() for part in os.environ.get(variable, "").split(",") if part.strip()]
