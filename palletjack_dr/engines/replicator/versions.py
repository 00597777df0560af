"""What differs between Isaac Sim releases, in one place: 5.0, 5.1 and 6.0. Older ones are refused by name."""

from __future__ import annotations

import importlib
import importlib.util
import logging
import os
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from palletjack_dr.assets_root import AssetsRoot
from palletjack_dr.errors import ConfigError, EngineError, did_you_mean

if TYPE_CHECKING:
    from pxr import Usd

log = logging.getLogger(__name__)
INSTALL: Final = (
    "pip install 'isaacsim[all,extscache]==5.1.0' (Linux, glibc 2.35 or newer, an RTX GPU; other versions from "
    "NVIDIA's own package index), or run in the container nvcr.io/nvidia/isaac-sim; see examples/isaac_sim"
)


@dataclass(frozen=True, kw_only=True)
class Release:
    """One release line.

    ``labels`` and ``stage`` are the modules with its functions for semantic labels and for stages, ``real_time`` is the
    name of its real-time renderer, ``viewport`` whether the hidden viewport may go on drawing, ``keeps_exit_code``
    whether ``close`` passes it on.
    """

    name: str
    labels: str
    stage: str
    real_time: str
    viewport: bool
    keeps_exit_code: bool

    def clear_labels(self, prim: Usd.Prim) -> None:
        """Remove the labels at and below a prim, those in the form of before 5.0 included."""
        api = importlib.import_module(self.labels)
        if self.name >= "6":
            api.upgrade_prim_semantics_to_labels(prim, include_descendants=True)
            api.remove_all_labels(prim, remove_taxonomies=True, include_descendants=True)
        else:
            api.upgrade_prim_semantics_to_labels(prim, include_descendants=True)
            api.remove_labels(prim, include_descendants=True)

    def set_label(self, prim: Usd.Prim, label: str) -> None:
        """Give a prim without labels its one semantic class."""
        api = importlib.import_module(self.labels)
        if self.name >= "6":
            api.add_labels(prim, labels=[label], taxonomy="class")
        else:
            api.add_labels(prim, [label], instance_name="class", overwrite=True)

    def open_stage(self, path: str) -> bool:
        """Have a USD file opened; tell whether that went well."""
        opened = importlib.import_module(self.stage).open_stage(path)
        return bool(opened[0] if isinstance(opened, tuple) else opened)  # 6.0 answers (done, stage)

    def is_loading(self) -> bool:
        """Tell whether the stage still waits for files."""
        return bool(importlib.import_module(self.stage).is_stage_loading())

    def renderer(self, wanted: str) -> str:
        """Return Isaac Sim's name of a renderer; ``ConfigError`` if this release lacks it."""
        names = {
            "auto": self.real_time,
            "real_time": self.real_time,
            "real_time_legacy": "RaytracedLighting",
            "real_time_2": "RealTimePathTracing",
            "path_tracing": "PathTracing",
            "minimal": "MinimalRendering",
        }
        if wanted not in names:
            raise ConfigError(f"engine.renderer: {wanted!r} is not known{did_you_mean(wanted, names)}")
        if wanted == "minimal" and self.name < "6":
            raise ConfigError(f"engine.renderer: Isaac Sim {self.name} has no 'minimal' renderer, 6.0 has; take 'auto'")
        return names[wanted]

    def close(self, app: Any, code: int) -> None:
        """Close Isaac Sim, which ends the process, with this exit code."""
        if self.keeps_exit_code:
            app.close(exit_code=code)
        elif code:
            os._exit(code)  # these releases would report success
        else:
            app.close()


_FIVE = Release(
    name="5.0",
    labels="isaacsim.core.utils.semantics",
    stage="isaacsim.core.utils.stage",
    real_time="RaytracedLighting",
    viewport=True,
    keeps_exit_code=False,
)
_SIX = Release(
    name="6.0.0",
    labels="isaacsim.core.experimental.utils.semantics",
    stage="isaacsim.core.experimental.utils.stage",
    real_time="RealTimePathTracing",
    viewport=False,
    keeps_exit_code=False,
)
RELEASES: Final = {
    "5.0": _FIVE,
    "5.1": replace(_FIVE, name="5.1"),
    "6.0.0": _SIX,
    "6.0": replace(_SIX, name="6.0", keeps_exit_code=True),
}


def installed_version(*, look_only: bool = False) -> str:
    """Return the version of the Isaac Sim around this Python ("5.1.0"); ``EngineError`` if there is none.

    With ``look_only`` nothing of it is imported: its first import may ask for the licence to be accepted.
    """
    check_importable()
    found = _noted_version()
    if not found and not look_only:
        importlib.import_module("isaacsim")  # of a pip install, this also sets ISAAC_PATH
        found = _noted_version()
    if not found:
        raise EngineError(
            "engine=replicator cannot tell Isaac Sim's version: there is no file VERSION where ISAAC_PATH leads, and "
            "no package isaacsim; set engine.version to 5.0, 5.1 or 6.0"
        )
    return found


def check_importable() -> None:
    """Refuse a Python that has no Isaac Sim, or only one from before its modules got their names."""
    if not _importable("isaacsim"):
        if _importable("omni.isaac.kit"):
            raise EngineError("engine=replicator found Isaac Sim 4.2 or older; wanted 5.0, 5.1 or 6.0: update it")
        raise EngineError(f"engine=replicator needs Isaac Sim, and this Python has no module isaacsim; {INSTALL}")


def inside_isaac_sim() -> bool:
    """Tell whether this Python can import Isaac Sim, of whatever version."""
    return _importable("isaacsim") or _importable("omni.isaac.kit")


def release(number: str) -> Release:
    """Return the release line of a version; ``EngineError`` for those that cannot be driven."""
    found = re.match(r"(\d+)\.(\d+)(?:\.(\d+))?", number)
    if not found:
        raise EngineError(f"engine.version: got {number!r}, wanted a version such as 5.1 or 6.0.1")
    major, minor = int(found[1]), int(found[2])
    if major < 5:
        raise EngineError(
            f"engine=replicator found Isaac Sim {number}, whose labels and modules have other names; "
            f"wanted 5.0, 5.1 or 6.0: update it"
        )
    if (major, minor) in ((5, 0), (5, 1)):
        return RELEASES[f"{major}.{minor}"]
    if found[3] == "0" and (major, minor) == (6, 0):
        return RELEASES["6.0.0"]
    if (major, minor) > (6, 0):
        log.warning("Isaac Sim %s is newer than this engine; it is driven as 6.0", number)
    return RELEASES["6.0"]


def assets_root(own: str) -> AssetsRoot | None:
    """Return the assets root that Isaac Sim is set to, or the user's ``own``; None if it has none that answers."""
    storage = importlib.import_module("isaacsim.storage.native")
    if own:
        return AssetsRoot(url=own, has=_probe(storage))
    try:
        url = storage.get_assets_root_path()
    except RuntimeError:
        return None
    return AssetsRoot(url=str(url), has=_probe(storage)) if url else None


def _probe(storage: Any) -> Callable[[str], bool]:
    """Return what tells whether a file is there: Isaac Sim's own where the release has it, else its client library."""

    def has(place: str) -> bool:
        if "://" not in place:
            return Path(place).is_file()
        if hasattr(storage, "is_file"):
            return bool(storage.is_file(place))
        client = importlib.import_module("omni.client")
        return bool(client.stat(place)[0] == client.Result.OK)

    return has


def _noted_version() -> str:
    """Return the version that the installation's file or package says, or ''."""
    file = Path(os.environ.get("ISAAC_PATH", "/isaac-sim")) / "VERSION"
    if file.is_file():
        return file.read_text().strip()
    try:
        return version("isaacsim")
    except PackageNotFoundError:
        return ""


def _importable(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except (ModuleNotFoundError, ValueError):
        return False
