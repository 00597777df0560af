"""What must be in order before a container is started; each problem is one sentence that says what to do."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from palletjack_dr.tao.jobs import Job

GIB = 2**30
PATIENCE = 60.0
"""Seconds after which docker's or the driver's silence counts as none."""
IMAGE_GB = 30
"""GiB that a pulled TAO image takes about."""
HIDING = (
    "/",
    "/usr",
    "/etc",
    "/opt",
    "/bin",
    "/sbin",
    "/lib",
    "/lib64",
    "/var",
    "/tmp",
    "/root",
    "/home",
    "/workspace",
)
"""Folders of the container that a mount of the same name would hide; of some, all below as well."""
SYSTEM = ("/usr", "/etc", "/bin", "/sbin", "/lib", "/lib64", "/proc", "/sys", "/dev", "/opt/nvidia")


@dataclass(frozen=True, kw_only=True)
class Needs:
    """What an image asks of a machine: oldest driver, lowest and highest GPU compute capability; None for any."""

    image: str
    driver: str | None = None
    lowest: float | None = None
    highest: float | None = None


def docker_problems(images: Sequence[str], *, check_gpu: bool, devices: str) -> list[str]:
    """Return what is wrong with docker: binary, daemon, access to GPUs, the images or the login to their registry."""
    if shutil.which("docker") is None:
        return [
            "docker is not on the PATH; install Docker Engine and the NVIDIA container toolkit, "
            "or train on this machine without either: runner=local"
        ]
    info, complaint = _docker_info()
    if info is None:
        return [
            f"the docker daemon does not answer ({complaint}); start it (sudo systemctl start docker), add yourself to "
            f"its group (sudo usermod -aG docker $USER, then log in anew), or train without it: runner=local"
        ]
    found = []
    hook = shutil.which("nvidia-container-runtime-hook") or shutil.which("nvidia-ctk")
    if "nvidia" not in (info.get("Runtimes") or {}) and not hook:
        found.append(
            "docker has no way to the GPU; install the NVIDIA container toolkit, then "
            "sudo nvidia-ctk runtime configure --runtime=docker && sudo systemctl restart docker"
        )
    for image in images:
        if _call("docker", "image", "inspect", image)[0] != 0:
            found += login_problems(image.partition("/")[0], f"the image {image} is not here and must be pulled")
            root = Path(info.get("DockerRootDir") or "/var/lib/docker")
            found += _space(root, IMAGE_GB, f"to pull {image}")
        elif check_gpu and not found:
            code, output = _call("docker", "run", "--rm", "--gpus", devices, image, "nvidia-smi", "-L")
            if code != 0 or "GPU" not in output:
                found.append(f"no GPU is seen from inside {image} ({_last(output)}); reinstall the container toolkit")
    return found


def login_problems(registry: str, why: str, *, launcher: bool = False) -> list[str]:
    """Return a problem if docker has no login to a registry.

    NVIDIA's ``launcher`` looks into one place only, where docker itself also takes helpers and another folder.
    """
    folder = "~/.docker" if launcher else os.environ.get("DOCKER_CONFIG", "~/.docker")
    path = Path(folder).expanduser() / "config.json"
    try:
        config = json.loads(path.read_text())
    except (OSError, ValueError):
        config = {}
    helpers = {} if launcher else config.get("credHelpers") or {}
    if registry in (config.get("auths") or {}) or registry in helpers:
        return []
    return [
        f"docker is not logged in to {registry} ({why}); get an API key at ngc.nvidia.com, then docker login "
        f"{registry} with the user $oauthtoken (as it stands) and the key as password"
    ]


def machine_problems(needs: Sequence[Needs], *, shared_memory: bool) -> list[str]:
    """Return what the driver, the GPU or the shared memory lack."""
    found = []
    code, output = _call("nvidia-smi", "--query-gpu=name,driver_version,compute_cap", "--format=csv,noheader")
    gpus = [[part.strip() for part in line.split(",")] for line in output.splitlines() if line.count(",") == 2]
    if code != 0 or not gpus:
        found.append("no NVIDIA GPU answers (nvidia-smi); install its driver, or train on what is there: runner=local")
    for name, driver, capability in gpus:
        for need in needs:
            found += _gpu_problems(name, driver, capability, need)
    if shared_memory and Path("/dev/shm").is_dir() and shutil.disk_usage("/dev/shm").total < GIB:
        found.append(
            "/dev/shm has less than 1 GiB, too little for the loaders; set runner.ipc=null, which gives the container "
            "shared memory of its own (runner.shm_size)"
        )
    return list(dict.fromkeys(found))


def job_problems(jobs: Sequence[Job], *, free_gb: float) -> list[str]:
    """Return what is wrong with the jobs' folders: missing, not writable, full, or of a name that cannot be mounted."""
    found = []
    made = {parent for job in jobs for folder in job.folders for parent in (folder, *folder.parents)}
    for path in sorted({path for job in jobs for path in job.mounts}):
        if not path.exists() and path not in made:
            found.append(f"there is no folder {path}, and the job reads from it; put the data there, or name another")
        below = any(Path(system) in (path, *path.parents) for system in SYSTEM)
        if str(path) in HIDING or below:
            found.append(f"{path} cannot be mounted, as it would hide a folder of the image; move the data elsewhere")
        if ":" in str(path):
            found.append(f"{path} cannot be mounted, as docker divides names at ':'; rename it")
    for word in sorted({word for job in jobs for word in job.arguments if re.search(r"[\s'\"]", word)}):
        found.append(f"TAO breaks the argument {word!r} up; take a path without blanks and quotes")
    for results in sorted({job.results for job in jobs}):
        there = next(path for path in (results, *results.parents) if path.exists())
        if not os.access(there, os.W_OK):
            found.append(
                f"{there} cannot be written by uid {os.getuid()}, under which the container runs; "
                f"change its owner, or set another results_dir"
            )
        found += _space(there, free_gb, "for results")
    return list(dict.fromkeys(found))


def _gpu_problems(name: str, driver: str, capability: str, need: Needs) -> list[str]:
    found = []
    if need.driver and _numbers(driver) < _numbers(need.driver):
        found.append(f"the driver {driver} is too old for {need.image}; install {need.driver} or newer")
    value = _numbers(capability)
    if need.highest and value > _numbers(str(need.highest)):
        found.append(
            f"{name} (compute capability {capability}) is newer than {need.image} was built for (up to "
            f"{need.highest}); train another network (tao=rtdetr), or this one here: runner=local"
        )
    if need.lowest and value and value < _numbers(str(need.lowest)):
        found.append(f"{name} (compute capability {capability}) is older than {need.image} was built for; runner=local")
    return found


def _space(folder: Path, wanted: float, purpose: str) -> list[str]:
    try:
        free = shutil.disk_usage(folder).free / GIB
    except OSError:  # docker's own folder may be hidden from us, or on another machine
        return []
    return [f"{folder} has {free:.0f} GiB free, wanted {wanted:g} {purpose}; make room"] if free < wanted else []


def _docker_info() -> tuple[dict[str, Any] | None, str]:
    """Return what the daemon says of itself, or None and what docker complains about."""
    code, output = _call("docker", "info", "--format", "{{json .}}")
    line = next((line for line in output.splitlines() if line.startswith("{")), "")
    try:
        info = json.loads(line)
    except ValueError:
        return None, _last(output)
    complaints = info.get("ServerErrors") or []
    return (info, "") if code == 0 and not complaints else (None, "; ".join(complaints) or _last(output))


def _call(*command: str) -> tuple[int, str]:
    """Return a command's exit code and output, 127 if there is no such command and 124 if it does not come back."""
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=PATIENCE
        )
    except OSError:
        return 127, f"{command[0]}: not found"
    except subprocess.TimeoutExpired:
        return 124, f"{command[0]} did not answer within {PATIENCE:.0f} s"
    return done.returncode, done.stdout.decode(errors="replace")


def _last(output: str) -> str:
    return ([line.strip() for line in output.splitlines() if line.strip()] or ["no output"])[-1]


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version))
