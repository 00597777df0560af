"""``runner=docker``: each job is a plain ``docker run`` of TAO's image."""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from palletjack_dr.errors import ConfigError, did_you_mean
from palletjack_dr.tao.jobs import Job
from palletjack_dr.tao.runners.preflight import Needs, docker_problems, job_problems, machine_problems
from palletjack_dr.tao.runners.runner import Runner, start_judged


@dataclass(frozen=True, kw_only=True)
class DockerRunner(Runner):
    """Options as in ``conf/runner/docker.yaml``, which says what each means."""

    images: Mapping[str, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict)
    version: str | None = None
    image: str | None = None
    gpus: int | None = None
    devices: str = "all"
    key: str | None = None
    user: str | None = None
    ipc: str | None = "host"
    shm_size: str = "16g"
    check_gpu: bool = False
    free_gb: float = 10.0

    def tao_version(self, network: str) -> str:
        """Return the version that is asked for, or the first that is listed for the network."""
        listed = self._listed(network)
        if self.version is None:
            return next(iter(listed))
        if self.version not in listed and self.image is None:
            raise ConfigError(
                f"runner.version: no image is listed for {network} {self.version!r}"
                f"{did_you_mean(self.version, listed)}; set runner.image to take any other"
            )
        return self.version

    def image_of(self, network: str) -> str:
        """Return the image that runs a network."""
        return self.image or str(self._listed(network)[self.tao_version(network)]["image"])

    def problems(self, jobs: Sequence[Job]) -> list[str]:
        """Return what keeps docker, the GPU or the folders from doing the jobs."""
        images = {job.network: self.image_of(job.network) for job in jobs}
        found = docker_problems(sorted(set(images.values())), check_gpu=self.check_gpu, devices=_devices(self.devices))
        needs = [self._needs(network) for network in images]
        found += machine_problems(needs, shared_memory=self.ipc == "host")
        return found + job_problems(jobs, free_gb=self.free_gb)

    def command(self, job: Job) -> list[str]:
        """Return the job's command line, one word an item."""
        memory = ["--ipc", self.ipc] if self.ipc else ["--shm-size", self.shm_size]
        mounts = [word for path in job.mounts for word in ("-v", f"{path}:{path}")]
        return [
            *("docker", "run", "--rm", "--init", "--gpus", _devices(self.devices), *memory),
            *("--ulimit", "memlock=-1", "--ulimit", "stack=67108864"),
            *("--user", self.user or f"{os.getuid()}:{os.getgid()}", "-e", "TELEMETRY_OPT_OUT=yes", "-e", "HOME=/tmp"),
            *mounts,
            *(self.image_of(job.network), job.network, job.verb, *job.arguments),
        ]

    def shown(self, job: Job) -> str:
        """Return the commands for a shell: the folders first, then docker."""
        return f"{shlex.join(['mkdir', '-p', *map(str, job.folders)])}\n{shlex.join(self.command(job))}"

    def start(self, job: Job) -> None:
        """Run the job in a container."""
        start_judged(job, self.command(job))

    def _listed(self, network: str) -> Mapping[str, Mapping[str, Any]]:
        if network not in self.images:
            raise ConfigError(f"runner.images: none for the network {network!r}{did_you_mean(network, self.images)}")
        return self.images[network]

    def _needs(self, network: str) -> Needs:
        if self.image:
            return Needs(image=self.image)
        entry = self._listed(network)[self.tao_version(network)]
        lowest, highest = entry.get("capability") or (None, None)
        return Needs(image=entry["image"], driver=entry.get("driver"), lowest=lowest, highest=highest)


def _devices(devices: str) -> str:
    """Return what docker's --gpus takes: "all", or numbers, quoted as their comma would end the option otherwise."""
    return devices if devices == "all" else f'"device={devices}"'
