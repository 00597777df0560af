"""What a benchmark ran on, and what it ran: part of every result."""

from __future__ import annotations

import os
import platform
import subprocess
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

PACKAGES = ("mujoco", "usd-core", "numpy", "opencv-python-headless")


def machine() -> dict[str, Any]:
    """Return CPU, cores, memory and GPUs."""
    return {
        "cpu": _cpu(),
        "cores": len(os.sched_getaffinity(0)),
        "ram_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9, 1),
        "gpus": [dict(zip(("name", "driver"), row, strict=True)) for row in smi("name,driver_version")],
        "threads": {name: os.environ[name] for name in ("LP_NUM_THREADS", "OMP_NUM_THREADS") if name in os.environ},
    }


def code() -> dict[str, Any]:
    """Return date, commit and versions."""
    return {
        "date": date.today().isoformat(),
        "commit": _git("rev-parse", "--short=10", "HEAD"),
        "changed": bool(_git("status", "--porcelain", "--untracked-files=no")),
        "python": platform.python_version(),
        "packages": {name: _version(name) for name in PACKAGES},
    }


def smi(fields: str) -> list[list[str]]:
    """Return what nvidia-smi says of each GPU; nothing where there is none."""
    said = _said("nvidia-smi", f"--query-gpu={fields}", "--format=csv,noheader,nounits")
    return [[cell.strip() for cell in line.split(",")] for line in said.splitlines()]


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown")


def _git(*words: str) -> str:
    return _said("git", "-C", str(Path(__file__).parent), *words)


def _said(*command: str) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
