"""Which GPU each worker gets: the words that go before its command."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from palletjack_dr.runtimes import one_gpu
from palletjack_dr.runtimes.process import python_path

log = logging.getLogger(__name__)
LOOK = ("-m", "palletjack_dr.engines.embedded.vulkan_devices")


def launchers() -> list[list[str]]:
    """Return for each GPU that workers may use the words that, put before a command, keep it to that GPU.

    Where there are fewer than two, no words serve all. With each launcher Vulkan is asked what it shows there; unless
    that is one GPU, another each time, workers are not kept apart, and a warning says so. CUDA_VISIBLE_DEVICES=0,2
    leaves the others of nvidia-smi's list out.
    """
    count = len(one_gpu.gpus())
    if count < 2:
        return [[]]
    words = [[sys.executable, "-I", one_gpu.__file__, str(number)] for number in _wanted(count)]
    with ThreadPoolExecutor() as pool:
        shown = list(pool.map(_shown, words))
    if len({tuple(seen) for seen in shown}) < len(words) or any(len(seen) != 1 for seen in shown):
        log.warning(
            "%d GPUs, but a process cannot be kept to one of them (%s); all workers use the driver's first. "
            "Start a container or job for each GPU, with frames.shard",
            count,
            "; ".join(f"GPU {w[-1]}: {', '.join(seen) or 'none'}" for w, seen in zip(words, shown, strict=True)),
        )
        return [[]]
    log.info("workers are dealt out to %d GPUs", len(words))
    return words


def _wanted(count: int) -> list[int]:
    """Return the numbers of the GPUs that CUDA_VISIBLE_DEVICES leaves, all where it is not set."""
    named = os.environ.get("CUDA_VISIBLE_DEVICES", "")
    numbers = [int(word) for word in named.split(",") if word.strip().isdecimal() and int(word) < count]
    if named and not numbers:
        log.warning("CUDA_VISIBLE_DEVICES=%s names none of the GPUs 0 to %d; workers use all", named, count - 1)
    return numbers or list(range(count))


def _shown(launcher: Sequence[str]) -> list[str]:
    """Return the GPUs that Vulkan shows behind a launcher, or what went wrong."""
    environment = {**os.environ, "PYTHONPATH": python_path()}
    done = subprocess.run([*launcher, sys.executable, *LOOK], env=environment, capture_output=True, text=True)
    if done.returncode:
        return ["", *done.stderr.strip().splitlines()[-1:]]
    return [line for line in done.stdout.splitlines() if line.split()[1] in ("discrete", "virtual")]
