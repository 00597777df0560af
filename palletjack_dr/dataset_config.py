"""The config in a dataset folder: read it, and tell whether a run with another may go on there."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml
from omegaconf import OmegaConf
from omegaconf.errors import OmegaConfBaseException

from palletjack_dr.errors import DatasetError
from palletjack_dr.url import Place
from palletjack_dr.whole_files import PARTIAL

CONFIG = "run.yaml"
LOCK = ".lock"
OWN_KEYS = ("frames", "frames_per_process", "output_dir", "strict_plugins", "check_share", "runtime")
"""Config keys that may differ between runs into one folder: they choose frames, not what the frames are."""
RESTORE = (
    "restore it (the command that made the folder, with frames.count=1 and another output_dir, writes it anew), "
    "or choose another output_dir"
)


def check_belongs(folder: Path, config: Mapping[str, Any]) -> None:
    """Refuse a folder that holds something else, before anything in it is touched."""
    if not folder.exists():
        return
    if not folder.is_dir():
        raise DatasetError(f"output_dir {str(folder)!r} is a file; choose a folder")
    if not (folder / CONFIG).is_file():
        if {path.name for path in folder.iterdir()} - {LOCK, CONFIG + PARTIAL}:  # a run killed at once leaves those
            raise DatasetError(f"output_dir {str(folder)!r} is not empty and holds no {CONFIG}; choose another folder")
        return
    check_config(folder, read_config(folder), config)


def check_config(folder: Place, there: Mapping[str, Any], config: Mapping[str, Any]) -> None:
    """Refuse a place whose config, as its ``run.yaml`` holds it, makes other frames."""
    here = OmegaConf.to_container(OmegaConf.create(dict(config)))
    assert isinstance(here, dict)
    if lacking := sorted(_identity(here).keys() - there.keys()):
        raise DatasetError(
            f"{folder / CONFIG} has no {lacking[0]!r}: it was cut short or is of another version; {RESTORE}"
        )
    different = differences(_identity(there), _identity(here))
    if different:
        raise DatasetError(
            f"output_dir {str(folder)!r} belongs to another config: {', '.join(different[:3])} "
            f"{'differs' if len(different) == 1 else 'differ'}; "
            f"choose another output_dir, or take that config to continue"
        )


def read_config(folder: Place) -> dict[str, Any]:
    """Return the config that a dataset was made with. Raises ``DatasetError`` where it is damaged."""
    try:
        config = OmegaConf.to_container(OmegaConf.load(io.StringIO((folder / CONFIG).read_bytes().decode())))
        if not isinstance(config, dict) or not config:
            raise ValueError("it is empty")
    except (OSError, ValueError, yaml.YAMLError, OmegaConfBaseException) as error:
        raise DatasetError(f"{folder / CONFIG} cannot be read ({' '.join(str(error).split())}); {RESTORE}") from None
    return {str(key): value for key, value in config.items()}


def _identity(config: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(k): v for k, v in config.items() if k not in OWN_KEYS}


def differences(a: Mapping[str, Any], b: Mapping[str, Any]) -> list[str]:
    """Return the keys under which two configs differ, sorted."""
    return sorted(_differences(a, b))


def _differences(a: Any, b: Any, key: str = "") -> Iterable[str]:
    if isinstance(a, Mapping) and isinstance(b, Mapping):
        if list(a) != list(b) and key == "randomizers":
            yield "the list of randomizers"
        for name in a.keys() | b.keys():
            yield from _differences(a.get(name), b.get(name), f"{key}.{name}" if key else str(name))
    elif a != b:
        yield key
