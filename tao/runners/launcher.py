"""``runner=launcher``: each job goes through ``tao``, NVIDIA's launcher (nvidia-tao), which starts a container."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from palletjack_dr.tao.jobs import Job
from palletjack_dr.tao.runners.preflight import docker_problems, job_problems, login_problems, machine_problems
from palletjack_dr.tao.runners.runner import Runner, start_judged

MOUNTS = "tao_mounts.json"
SAFE = re.compile(r"[\w@%+=:,./\[\]-]+")
"""What an argument may consist of: the launcher hands all of them to a shell, joined and within single quotes."""
MISLEADING = ("CI_PROJECT_DIR", "TAO_DOCKER_DISABLE")
"""Variables that make the launcher start jobs in other ways, without our user, limits or container."""


@dataclass(frozen=True, kw_only=True)
class LauncherRunner(Runner):
    """Options as in ``conf/runner/launcher.yaml``, which says what each means."""

    executable: str = "tao"
    version: str | None = "5.0.0"
    gpus: int | None = None
    key: str | None = None
    user: str | None = None
    shm_size: str = "16G"
    free_gb: float = 10.0

    def tao_version(self, network: str) -> str:
        """Return the version that is asked for; the launcher chooses the image by itself."""
        return self.version or "5.0.0"

    def problems(self, jobs: Sequence[Job]) -> list[str]:
        """Return what keeps the launcher, docker, the GPU or the folders from doing the jobs."""
        found = []
        if shutil.which(self.executable) is None:
            found.append(
                f"the launcher {self.executable!r} is not there; make an environment of its own "
                f"(python -m venv tao-env && tao-env/bin/pip install nvidia-tao), then "
                f"runner.executable=tao-env/bin/tao"
            )
        found += docker_problems([], check_gpu=False, devices="all")
        found += login_problems("nvcr.io", "the launcher asks for it even where the image is there", launcher=True)
        found += machine_problems([], shared_memory=False)
        found += job_problems(jobs, free_gb=self.free_gb)
        words = [word for job in jobs for word in job.arguments]
        found += [
            f"the launcher would break the argument {word!r} up; take a path without blanks, quotes and signs"
            for word in words
            if not SAFE.fullmatch(word) and not re.search(r"\s", word)
        ]
        for path in sorted({path for job in jobs for path in job.mounts if path.exists() and path.resolve() != path}):
            found.append(
                f"{path} is a link, and the launcher mounts under the name {path.resolve()} instead; give that name"
            )
        return found

    def mounts(self, job: Job) -> dict[str, Any]:
        """Return the launcher's mounts file: of all keys, it takes these three only."""
        return {
            "Mounts": [{"source": str(path), "destination": str(path)} for path in job.mounts],
            "Envs": [{"variable": "TELEMETRY_OPT_OUT", "value": "yes"}, {"variable": "HOME", "value": "/tmp"}],
            "DockerOptions": {
                "user": self.user or f"{os.getuid()}:{os.getgid()}",
                "shm_size": self.shm_size,
                "ulimits": {"memlock": -1, "stack": 67108864},
                "tty": False,  # the output is read by us, so that there is no terminal
            },
        }

    def command(self, job: Job) -> list[str]:
        """Return the job's command line, one word an item."""
        group = ["model"] if not self.tao_version(job.network).startswith(("3", "4")) else []
        return [self.executable, *group, job.network, job.verb, *job.arguments]

    def shown(self, job: Job) -> str:
        """Return the commands for a shell: the mounts file first, then the launcher."""
        file = shlex.quote(str(_mounts_file(job)))
        unset = " ".join(f"-u {name}" for name in MISLEADING)
        return (
            f"{shlex.join(['mkdir', '-p', *map(str, job.folders)])}\n"
            f"cat > {file} <<'END'\n{json.dumps(self.mounts(job), indent=2)}\nEND\n"
            f"env {unset} LAUNCHER_MOUNTS={file} {shlex.join(self.command(job))}"
        )

    def start(self, job: Job) -> None:
        """Write the mounts file and run the job through the launcher."""
        job.results.mkdir(parents=True, exist_ok=True)
        _mounts_file(job).write_text(json.dumps(self.mounts(job), indent=2))
        environment = {name: value for name, value in os.environ.items() if name not in MISLEADING}
        start_judged(job, self.command(job), {**environment, "LAUNCHER_MOUNTS": str(_mounts_file(job))})


def _mounts_file(job: Job) -> Path:
    return job.results / MOUNTS
