"""What a dataset was made with: versions, plugins, engine, digests of the assets."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from palletjack_dr import __version__, hookspecs
from palletjack_dr.discovery import Plugin

PACKAGES = ("mujoco", "usd-core", "numpy", "hydra-core", "pluggy", "opencv-python-headless")


def manifest(engine: Mapping[str, str], assets: Mapping[str, Path], plugins: list[Plugin]) -> dict[str, Any]:
    """Return the manifest as plain data; ``engine`` is what the engine says of itself."""
    return {
        "palletjack_dr": __version__,
        "api": hookspecs.API,
        "python": platform.python_version(),
        "packages": {name: _version(name) for name in PACKAGES},
        "engine": dict(engine),
        "plugins": {p.name: p.version for p in plugins if not p.failure},
        "assets": {name: sha256(path.read_bytes()).hexdigest() for name, path in sorted(assets.items())},
    }


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
