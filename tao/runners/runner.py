"""What all runners have in common: jobs are checked, shown or started in order, and judged by the traces they leave."""

from __future__ import annotations

import codecs
import logging
import os
import subprocess
import sys
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path

from palletjack_dr.tao.detector import TrainingError
from palletjack_dr.tao.jobs import Job
from palletjack_dr.tao.runners.hints import hint
from palletjack_dr.tao.runners.status import NAME, content, read_status

LAST_LINES = 15
LEFT_FOR_STOPPING = 30.0
"""Seconds that an interrupted job has before it is killed."""

log = logging.getLogger(__name__)


class Runner(ABC):
    """Runs TAO jobs somewhere. Make one with ``choose.runner_of``."""

    gpus: int | None
    key: str | None

    @abstractmethod
    def tao_version(self, network: str) -> str:
        """Return the version of TAO that runs a network here; what jobs are built for."""

    @abstractmethod
    def problems(self, jobs: Sequence[Job]) -> list[str]:
        """Return everything that would keep the jobs from running, each with what to do about it."""

    @abstractmethod
    def shown(self, job: Job) -> str:
        """Return the shell commands that do the same as ``start``, to be copied and pasted."""

    @abstractmethod
    def start(self, job: Job) -> None:
        """Run one job to its end. Raises ``TrainingError`` if it did not do what it was for."""

    def run(self, jobs: Sequence[Job], dry_run: bool = False) -> None:
        """Check and run the jobs in order, or with ``dry_run`` print the commands and start nothing.

        Raises ``TrainingError`` with all problems at once before the first job is started.
        """
        if dry_run:
            print("\n\n".join(self.shown(job) for job in jobs))
            return
        if found := self.problems(jobs):
            listed = "\n".join(f"  {number}. {problem}" for number, problem in enumerate(found, start=1))
            raise TrainingError(f"the training cannot start:\n{listed}")
        for number, job in enumerate(jobs, start=1):
            log.info("%d of %d: %s %s", number, len(jobs), job.network, job.verb)
            self.start(job)


def start_judged(job: Job, command: Sequence[str], environment: Mapping[str, str] | None = None) -> None:
    """Run a command that does a job, and believe its status.json and files rather than its exit code.

    What it prints goes to the terminal and to ``VERB.log`` in the job's results. ``environment`` replaces this
    process's. Raises ``TrainingError`` with TAO's message, the last lines and a hint if the job failed.
    """
    for folder in job.folders:
        folder.mkdir(parents=True, exist_ok=True)
    status = content(job.results)
    files = _files(job)
    log_file = job.results / f"{job.verb}.log"
    code = _stream(command, log_file, environment)
    if reason := _failure(job, status, files):
        raise TrainingError(_report(job, reason, code, log_file))


def _failure(job: Job, status: bytes, files: Mapping[Path, tuple[int, int]]) -> str:
    """Return what speaks against success, or nothing. ``status`` and ``files`` are what was there before."""
    lines = read_status(job.results, status)
    if not lines:
        old = "holds nothing of this run" if status else "is not there"
        return f"it did not get as far as to report: {job.results / NAME} {old}"
    last = lines[-1]
    if last.status == "FAILURE":
        return f"{NAME} says: {last.message or 'FAILURE'}"
    if not last.is_success:
        return f"it broke off: the last line of {NAME} is {last.status} {last.message}".rstrip()
    now = _files(job)
    for path in job.expected:
        matching = [file for file in path.parent.glob(path.name) if file.is_file()]
        if not matching:
            return f"{NAME} says {last.status}, yet there is no {path}"
        if all(files.get(file) == now.get(file) for file in matching):
            return f"{NAME} says {last.status}, yet {path} is from an earlier run"
    return ""


def _files(job: Job) -> dict[Path, tuple[int, int]]:
    """Return time [ns] and size [bytes] of the expected files that are there."""
    found = [file for path in job.expected for file in path.parent.glob(path.name) if file.is_file()]
    return {file: (file.stat().st_mtime_ns, file.stat().st_size) for file in found}


def _stream(command: Sequence[str], log_file: Path, environment: Mapping[str, str] | None) -> int:
    """Run a command to its end, its output shown and written; return its exit code."""
    try:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment
        )
    except OSError as error:
        raise TrainingError(
            f"{command[0]!r} cannot be started: {error.strerror}; install it or put it on the PATH"
        ) from error
    decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
    with process, log_file.open("w", encoding="utf-8") as log_text:
        assert process.stdout is not None
        try:
            while chunk := os.read(process.stdout.fileno(), 65536):
                text = decoder.decode(chunk)
                sys.stdout.write(text)
                sys.stdout.flush()
                log_text.write(text)
                log_text.flush()
            return process.wait()
        except KeyboardInterrupt:
            process.terminate()
            try:
                process.wait(LEFT_FOR_STOPPING)
            except subprocess.TimeoutExpired:
                process.kill()
            raise


def _report(job: Job, reason: str, code: int, log_file: Path) -> str:
    output = log_file.read_text(errors="replace").replace("\r", "\n")
    last = [line for line in output.splitlines() if line.strip()][-LAST_LINES:]
    advice = hint("\n".join([*output.splitlines()[-400:], reason]))
    parts = [f"{job.network} {job.verb} failed (exit code {code}): {reason}"]
    if last:
        parts.append("its last lines:\n" + "\n".join(f"  | {line}" for line in last))
    if advice:
        parts.append(f"what helps: {advice}")
    parts.append(f"the whole output is in {log_file}")
    return "\n".join(parts)
