"""The engine's own assets: files that only a certain engine's installation has, named by their path below its root."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from palletjack_dr.errors import EngineError, SceneError

SHOWN = 40
"""Missing files that one message lists."""


@dataclass(frozen=True, kw_only=True)
class EngineAsset:
    """A file at ``path`` below the assets root ("/Isaac/Props/..."), or else at ``otherwise``, a whole URL."""

    path: str
    otherwise: str = ""


@dataclass(frozen=True, kw_only=True)
class AssetsRoot:
    """The root's ``url`` (or folder), and ``has``, which tells whether a file is there."""

    url: str
    has: Callable[[str], bool]

    def candidates(self, wanted: EngineAsset) -> list[str]:
        """Return the places where a file may be, the best first."""
        return [self.url.rstrip("/") + wanted.path, *([wanted.otherwise] if wanted.otherwise else [])]

    def locate(self, wanted: EngineAsset) -> str:
        """Return the URL or path of a file; ``SceneError`` if it is nowhere."""
        found = next((place for place in self.candidates(wanted) if self.has(place)), None)
        if found is None:
            raise SceneError(f"{wanted.path!r} is not below the assets root {self.url}; check path, mirror and network")
        return found


def check_engine_assets(wanted: Mapping[str, Iterable[EngineAsset]], root: AssetsRoot | None, engine: str) -> None:
    """Look for all files that a run needs before anything is loaded, and name all missing ones at once.

    ``wanted`` lists them by the config key of the component that needs them. Raises ``EngineError`` where the engine
    has no assets root, ``SceneError`` where files are missing.
    """
    listed = {key: list(files) for key, files in wanted.items()}
    first = next(((key, files[0]) for key, files in listed.items() if files), None)
    if first is None:
        return
    if root is None:
        raise EngineError(
            f"{first[0]}: {first[1].path!r} lies below Isaac Sim's assets root, which engine={engine} does not have; "
            f"run this config inside Isaac Sim with engine=replicator, or take the generated content "
            f"(experiment=seed_warehouse)"
        )
    known: dict[EngineAsset, bool] = {}
    for file in (file for files in listed.values() for file in files):
        if file not in known:
            known[file] = any(root.has(place) for place in root.candidates(file))
    missing = [
        f"  {key}: {file.path}" for key, files in listed.items() for file in dict.fromkeys(files) if not known[file]
    ]
    if missing:
        more = f"\n  and {len(missing) - SHOWN} more" if len(missing) > SHOWN else ""
        raise SceneError(
            f"{len(missing)} of {len(known)} assets are missing below {root.url}:\n"
            + "\n".join(missing[:SHOWN])
            + more
            + "\n"
            "take them out of the config, or set engine.assets_root to a mirror that has them"
        )
