"""``runner=local``: a training in PyTorch, here, by the spec that TAO would get."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module

from palletjack_dr.errors import did_you_mean
from palletjack_dr.tao.detector import TrainingError
from palletjack_dr.tao.jobs import Job
from palletjack_dr.tao.options import Options
from palletjack_dr.tao.runners.runner import Runner

TRAINERS = {
    "detectnet_v2": "palletjack_dr.tao.detectnet_v2.training",
    "rtdetr": "palletjack_dr.tao.detr.training",
}
"""The networks that are trained here, and the module whose ``train(spec, results)`` returns the last checkpoint."""
OWN_COMMANDS = {"evaluate": "evaluate", "inference": "infer", "prune": "prune", "export": "export"}


@dataclass(frozen=True, kw_only=True)
class LocalRunner(Runner):
    """How a training uses this machine, as ``Options`` tells; what it does is all in its spec."""

    device: str = "auto"
    precision: str = "auto"
    workers: int = 0
    keep: float = 0.3
    gpus: int | None = None
    key: str | None = None

    def __post_init__(self) -> None:
        """Refuse what no machine offers, before anything is prepared."""
        self._options()

    def _options(self) -> Options:
        return Options(
            device=self.device,
            precision=self.precision,
            workers=self.workers,
            keep=self.keep,
            gpus=1 if self.gpus is None else self.gpus,
        )

    def tao_version(self, network: str) -> str:
        """Return the version of TAO whose specs the local trainings read."""
        return "5.0.0"

    def problems(self, jobs: Sequence[Job]) -> list[str]:
        """Return which jobs are none for here."""
        found = []
        for job in jobs:
            if job.verb in OWN_COMMANDS:
                found.append(f"{job.verb} is no job for runner=local; use palletjack-dr {OWN_COMMANDS[job.verb]}")
            elif job.network not in TRAINERS:
                offered = did_you_mean(job.network, TRAINERS)
                found.append(f"{job.network} is not trained here{offered}; runner=docker trains it in TAO")
        return found

    def shown(self, job: Job) -> str:
        """Return the training as a line of Python in a shell; pictures are read as they are, without a conversion."""
        if job.verb == "dataset_convert":
            return f"# {job.network} {job.verb}: not needed here, pictures and labels are read as they are"
        if job.network not in TRAINERS:
            raise TrainingError(self.problems([job])[0])
        call = f"train(Path({str(job.spec)!r}), Path({str(job.results)!r}))"
        return shlex.join(
            ["python", "-c", f"from pathlib import Path; from {TRAINERS[job.network]} import train; {call}"]
        )

    def start(self, job: Job) -> None:
        """Train, in this process."""
        if job.verb == "dataset_convert":
            return
        job.results.mkdir(parents=True, exist_ok=True)
        import_module(TRAINERS[job.network]).train(job.spec, job.results, self._options())
