"""Workers are dealt out to GPUs only where Vulkan shows each of them another one."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from palletjack_dr.engines.embedded.vulkan_devices import KINDS, vulkan_devices
from palletjack_dr.runtimes import one_gpu
from palletjack_dr.runtimes.gpus import launchers

Machine = Callable[[int, str], None]
ONE_EACH = "print(sys.argv[1] * 32, 'discrete', 'A GPU')"
ALWAYS_THE_FIRST = "print('0' * 32, 'discrete', 'A GPU')"
NOT_ALLOWED = "sys.exit('unshare: Operation not permitted')"


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """Return a function that gives this machine GPUs, with a launcher in place of the one that wants real ones."""

    def build(count: int, body: str) -> None:
        path = tmp_path / "launcher.py"
        path.write_text(f"import os, sys\nif sys.argv[2] == 'echo': os.execvp('echo', sys.argv[1:])\n{body}\n")
        monkeypatch.setattr(one_gpu, "gpus", lambda: [Path("/dev/null")] * count)
        monkeypatch.setattr(one_gpu, "__file__", str(path))

    return build


def test_each_gpu_gets_a_launcher(machine: Machine) -> None:
    machine(3, ONE_EACH)
    said = [subprocess.run([*words, "echo"], capture_output=True, text=True).stdout for words in launchers()]
    assert said == ["echo\n"] * 3
    assert [words[-1] for words in launchers()] == ["0", "1", "2"]


def test_cuda_visible_devices_leaves_gpus_out(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    machine(4, ONE_EACH)
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "3,1")
    assert [words[-1] for words in launchers()] == ["3", "1"]


@pytest.mark.parametrize(("body", "reason"), [(ALWAYS_THE_FIRST, "GPU 1: 0000"), (NOT_ALLOWED, "not permitted")])
def test_where_workers_cannot_be_kept_apart_they_are_not_and_that_is_said(
    machine: Machine, body: str, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    machine(2, body)
    assert launchers() == [[]]
    assert "2 GPUs, but a process cannot be kept to one of them" in caplog.text
    assert reason in caplog.text


def test_a_single_gpu_needs_no_launcher(machine: Machine) -> None:
    machine(1, NOT_ALLOWED)
    assert launchers() == [[]]


@pytest.mark.renders
def test_vulkan_names_the_devices_that_the_engine_may_render_on() -> None:
    found = vulkan_devices()
    assert found
    assert all(len(one.uuid) == 32 and one.kind in KINDS and one.name for one in found)
    listed = subprocess.run(
        [sys.executable, "-m", "palletjack_dr.engines.embedded.vulkan_devices"], capture_output=True, text=True
    )
    assert listed.stdout.splitlines() == [f"{one.uuid} {one.kind} {one.name}" for one in found]
