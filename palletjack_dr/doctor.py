"""What a machine has and lacks for palletjack-dr: one finding for each thing, each with a remedy."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from palletjack_dr.errors import EngineError

HERE, MISSING, OPEN = "ok", "missing", "open"
"""States: it is there; it is not, and something cannot run; it cannot be told, or only matters for some runs."""
EVERYTHING, EMBEDDED, REPLICATOR, TRAINING = "everything", "engine=embedded", "engine=replicator", "training with TAO"
CLUSTER: Final = "runtime=ray"
NO_RT_CORES: Final = ("A100", "A30", "H100", "H200", "H800", "GH200", "B100", "B200", "GB200", "V100", "P100")
"""Data-centre GPUs without RT cores, on which Isaac Sim's renderer does not start."""
DRIVER: Final = (570, 169)
"""Oldest NVIDIA driver that Isaac Sim's container asks for."""
GB: Final = 1e9
DISK_GB: Final = 5.0


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One line of the doctor's table; ``needed_for`` says what cannot run without it."""

    what: str
    state: str
    found: str
    needed_for: str
    remedy: str = ""


def examine() -> list[Finding]:
    """Return all findings; nothing is started, installed or changed."""
    looks: tuple[Callable[[], Finding], ...] = (
        _python,
        _vulkan,
        lambda: _package("mujoco", EMBEDDED, "pip install 'palletjack-dr[embedded]'"),
        lambda: _package("usd-core", EMBEDDED, "pip install 'palletjack-dr[embedded]' (not inside Isaac Sim's Python)"),
        _ray,
        _disk,
        _isaac_sim,
        _one_usd,
        _rt_cores,
        _driver,
        _eula,
        _glibc,
        _docker,
        _ngc,
    )
    return [look() for look in looks]


def _python() -> Finding:
    found = ".".join(map(str, sys.version_info[:3]))
    good = sys.version_info >= (3, 10)
    remedy = "" if good else "use Python 3.10 or newer"
    return Finding(what="Python", state=HERE if good else MISSING, found=found, needed_for=EVERYTHING, remedy=remedy)


def _vulkan() -> Finding:
    from palletjack_dr.engines.embedded.vulkan import INSTALL, find_device

    try:
        device = find_device()
    except EngineError as error:
        return Finding(
            what="Vulkan device", state=MISSING, found=str(error).split(";")[0], needed_for=EMBEDDED, remedy=INSTALL
        )
    kind = "CPU" if device.software else "GPU"
    slow = "a GPU with its Vulkan driver renders faster" if device.software else ""
    return Finding(
        what="Vulkan device", state=HERE, found=f"{kind}, {device.driver.name}", needed_for=EMBEDDED, remedy=slow
    )


def _package(name: str, needed_for: str, remedy: str) -> Finding:
    try:
        return Finding(what=name, state=HERE, found=version(name), needed_for=needed_for)
    except PackageNotFoundError:
        return Finding(what=name, state=MISSING, found="not installed", needed_for=needed_for, remedy=remedy)


def _ray() -> Finding:
    found = _package("ray", CLUSTER, "pip install 'palletjack-dr[ray]'")
    return replace(found, state=OPEN) if found.state == MISSING else found


def _disk() -> Finding:
    free = shutil.disk_usage(Path.cwd()).free / GB
    state = HERE if free >= DISK_GB else OPEN
    remedy = "" if state == HERE else f"make {DISK_GB:.0f} GB of room, or set output_dir elsewhere"
    return Finding(what="disk", state=state, found=f"{free:.0f} GB free here", needed_for=EVERYTHING, remedy=remedy)


def _isaac_sim() -> Finding:
    from palletjack_dr.engines.replicator import versions

    number = "not in this Python"
    try:
        number = versions.installed_version(look_only=True)
        versions.release(number)
    except EngineError as error:
        return Finding(what="Isaac Sim", state=MISSING, found=number, needed_for=REPLICATOR, remedy=str(error))
    return Finding(what="Isaac Sim", state=HERE, found=number, needed_for=REPLICATOR)


def _one_usd() -> Finding:
    from palletjack_dr.engines.replicator.versions import inside_isaac_sim

    both = inside_isaac_sim() and _package("usd-core", EMBEDDED, "").state == HERE
    return Finding(
        what="one USD library",
        state=OPEN if both else HERE,
        found="usd-core beside Isaac Sim's own" if both else "yes",
        needed_for=REPLICATOR,
        remedy="pip uninstall usd-core in this Python; engine=embedded wants a Python of its own" if both else "",
    )


def _rt_cores() -> Finding:
    name = _nvidia("name")
    lacks = name is None or any(model in name.replace("-", " ").split() for model in NO_RT_CORES)
    return Finding(
        what="GPU with RT cores",
        state=MISSING if lacks else HERE,
        found=name or "no NVIDIA GPU",
        needed_for=REPLICATOR,
        remedy="use a GPU with RT cores: RTX, T4, L4, A10G, L40S, A40" if lacks else "",
    )


def _driver() -> Finding:
    number = _nvidia("driver_version")
    new = number is not None and tuple(int(n) for n in number.split(".")[:2]) >= DRIVER
    return Finding(
        what="NVIDIA driver",
        state=HERE if new else MISSING if number is None else OPEN,
        found=number or "none",
        needed_for=REPLICATOR,
        remedy="" if new else f"install {'.'.join(map(str, DRIVER))} or newer",
    )


def _eula() -> Finding:
    named = [n for n in ("OMNI_KIT_ACCEPT_EULA", "ACCEPT_EULA") if os.environ.get(n, "").upper() in ("Y", "YES", "1")]
    remedy = "" if named else "read NVIDIA's licence, then set OMNI_KIT_ACCEPT_EULA=YES (pip) or ACCEPT_EULA=Y (docker)"
    return Finding(
        what="licence accepted",
        state=HERE if named else OPEN,
        found=named[0] if named else "no variable says so",
        needed_for=REPLICATOR,
        remedy=remedy,
    )


def _glibc() -> Finding:
    try:
        found = os.confstr("CS_GNU_LIBC_VERSION") or ""
    except (ValueError, OSError):
        found = ""
    numbers = tuple(int(n) for n in found.partition(" ")[2].split(".")[:2] if n.isdigit())
    new = numbers >= (2, 35)
    remedy = "" if new else "Isaac Sim's pip packages need glibc 2.35 (Ubuntu 22.04); the container brings its own"
    return Finding(
        what="glibc", state=HERE if new else OPEN, found=found or "unknown", needed_for=REPLICATOR, remedy=remedy
    )


def _docker() -> Finding:
    program = shutil.which("docker")
    remedy = "" if program else "install docker and the NVIDIA container toolkit; the pip route needs neither"
    return Finding(
        what="docker",
        state=HERE if program else OPEN,
        found=program or "not installed",
        needed_for=f"{TRAINING}, Isaac Sim's container",
        remedy=remedy,
    )


def _ngc() -> Finding:
    file = Path(os.environ.get("DOCKER_CONFIG", Path.home() / ".docker")) / "config.json"
    try:
        known = json.loads(file.read_text())
        logged_in = "nvcr.io" in {**known.get("auths", {}), **known.get("credHelpers", {})}
    except (OSError, ValueError, AttributeError):
        logged_in = False
    return Finding(
        what="NGC login",
        state=HERE if logged_in else OPEN,
        found="nvcr.io" if logged_in else "none in docker's config",
        needed_for=TRAINING,
        remedy="" if logged_in else "docker login nvcr.io, user $oauthtoken, password an API key of ngc.nvidia.com",
    )


def _nvidia(field: str) -> str | None:
    """Return what nvidia-smi says of the first GPU; None where there is none."""
    try:
        said = subprocess.run(
            ["nvidia-smi", f"--query-gpu={field}", "--format=csv,noheader"], capture_output=True, text=True, timeout=20
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    lines = said.stdout.strip().splitlines()
    return lines[0].strip() if said.returncode == 0 and lines else None
