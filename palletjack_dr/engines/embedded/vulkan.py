"""Find a Vulkan loader and driver before native code does: it would end the process where there is none."""

from __future__ import annotations

import ctypes
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from palletjack_dr.errors import EngineError

INSTALL = "apt-get install libvulkan1 mesa-vulkan-drivers"
_DRIVER_FOLDERS = (
    "/etc/vulkan/icd.d",
    "/usr/local/etc/vulkan/icd.d",
    "/usr/local/share/vulkan/icd.d",
    "/usr/share/vulkan/icd.d",
)
_SOFTWARE = ("lvp", "lavapipe", "swiftshader", "llvmpipe")


@dataclass(frozen=True, kw_only=True)
class Device:
    """What will render: a GPU, or the CPU through a software driver; ``driver`` is its driver file."""

    software: bool
    driver: Path


def find_device(prefer: str = "auto") -> Device:
    """Return the device to render on: a GPU where there is one, else the CPU.

    ``prefer`` is "auto", "gpu" or "cpu". Raises ``EngineError`` with the packages to install.
    """
    try:
        ctypes.CDLL("libvulkan.so.1")
    except OSError:
        raise EngineError(
            f"engine=embedded needs a Vulkan loader, found no libvulkan.so.1; on Debian or Ubuntu: {INSTALL}"
        ) from None
    drivers = list(_drivers())
    software = [d for d in drivers if any(name in d.name for name in _SOFTWARE)]
    hardware = [d for d in drivers if d not in software and _gpu_present(d)]
    if prefer == "gpu" and not hardware:
        raise EngineError(f"engine.device=gpu, but no Vulkan driver of a GPU was found (seen: {_names(drivers)})")
    if hardware and prefer != "cpu":
        return Device(software=False, driver=hardware[0])
    if not software:
        raise EngineError(
            f"engine=embedded needs a Vulkan driver, found {_names(drivers)}; "
            f"for the CPU, on Debian or Ubuntu: {INSTALL}"
        )
    return Device(software=True, driver=software[0])


def _drivers() -> Iterator[Path]:
    """Yield the driver files that the Vulkan loader would read and whose library exists."""
    named = os.environ.get("VK_DRIVER_FILES") or os.environ.get("VK_ICD_FILENAMES")
    if named:
        candidates = [Path(p) for p in named.split(":") if p]
    else:
        data = os.environ.get("XDG_DATA_DIRS", "").split(":")
        folders = [Path(f) for f in _DRIVER_FOLDERS] + [Path(d) / "vulkan/icd.d" for d in data if d]
        candidates = [p for f in dict.fromkeys(folders) if f.is_dir() for p in sorted(f.glob("*.json"))]
    for path in candidates:
        try:
            library = json.loads(path.read_text())["ICD"]["library_path"]
            ctypes.CDLL(str(path.parent / library) if "/" in library and not library.startswith("/") else library)
        except (OSError, ValueError, KeyError):
            continue
        yield path


def _gpu_present(driver: Path) -> bool:
    """Tell a driver that has a device from one that is merely installed (Mesa brings those of every vendor)."""
    if "nvidia" in driver.name:
        return any(Path("/dev").glob("nvidia[0-9]*"))
    return any(Path("/dev/dri").glob("renderD*")) if Path("/dev/dri").is_dir() else False


def _names(drivers: list[Path]) -> str:
    return ", ".join(d.name for d in drivers) or "none"
