"""A process is kept to one GPU by what it can open, and workers are dealt out to all."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from palletjack_dr.runtimes import one_gpu
from palletjack_dr.runtimes.one_gpu import gpus, launchers

SCRIPT = str(Path(one_gpu.__file__))
LOOK = """
import os
for file in ("/dev/null", "/dev/full"):
    try:
        os.open(file, os.O_RDWR)
    except OSError as error:
        print(file, error.strerror)
"""
HIDE = f"import runpy; runpy.run_path({SCRIPT!r})['hide']([__import__('pathlib').Path('/dev/full')])\n"


def machine(folder: Path, minors: list[int], nodes: list[int]) -> tuple[Path, Path]:
    """Lay out what the driver says of its GPUs, in PCI order, and the device files that there are."""
    driver, devices = folder / "gpus", folder / "dev"
    devices.mkdir()
    for bus, minor in enumerate(minors):
        (driver / f"0000:{bus:02x}:00.0").mkdir(parents=True)
        (driver / f"0000:{bus:02x}:00.0/information").write_text(f"Model: \t NVIDIA H100\nDevice Minor: \t {minor}\n")
    for minor in nodes:
        (devices / f"nvidia{minor}").touch()
    return driver, devices


def test_gpus_come_in_the_order_of_the_bus_not_of_their_files(tmp_path: Path) -> None:
    assert [f.name for f in gpus(*machine(tmp_path, [2, 0, 1], [0, 1, 2]))] == ["nvidia2", "nvidia0", "nvidia1"]


def test_gpus_that_a_container_does_not_have_are_left_out(tmp_path: Path) -> None:
    assert [f.name for f in gpus(*machine(tmp_path, [0, 1, 2], [1]))] == ["nvidia1"]


def test_without_a_driver_there_are_no_gpus_and_no_launchers(tmp_path: Path) -> None:
    assert gpus(tmp_path / "none") == []


def test_a_hidden_device_cannot_be_opened_by_the_command_and_all_others_can() -> None:
    done = subprocess.run([sys.executable, "-S", "-c", HIDE + LOOK], capture_output=True, text=True)
    if "Operation not permitted" in done.stderr:
        pytest.skip("this machine lets nobody make a mount namespace")
    assert done.stdout == "/dev/full Permission denied\n", done.stderr
    assert subprocess.run([sys.executable, "-c", LOOK], capture_output=True, text=True).stdout == ""


def test_each_gpu_gets_a_launcher_that_becomes_its_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(one_gpu, "gpus", lambda: [Path("/dev/null"), Path("/dev/full")])
    monkeypatch.setattr(
        one_gpu, "__file__", _script(tmp_path, "print(sys.argv[1], flush=True); os.execvp(sys.argv[2], sys.argv[2:])")
    )
    said = [subprocess.run([*words, "echo", "made"], capture_output=True, text=True).stdout for words in launchers()]
    assert said == ["0\nmade\n", "1\nmade\n"]


def test_cuda_visible_devices_leaves_gpus_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(one_gpu, "gpus", lambda: [Path("/dev/null")] * 4)
    monkeypatch.setattr(one_gpu, "__file__", _script(tmp_path, ""))
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "3,1")
    assert [words[-1] for words in launchers()] == ["3", "1"]


def test_where_a_process_cannot_be_kept_to_a_gpu_that_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(one_gpu, "gpus", lambda: [Path("/dev/null"), Path("/dev/full")])
    monkeypatch.setattr(one_gpu, "__file__", _script(tmp_path, "sys.exit('unshare: Operation not permitted')"))
    assert launchers() == [[]]
    assert "2 GPUs, but a process cannot be kept to one of them: unshare: Operation not permitted" in caplog.text


def _script(folder: Path, body: str) -> str:
    """Return a launcher that stands in for the real one, which wants real GPUs."""
    path = folder / "launcher.py"
    path.write_text(f"import os, sys\n{body}\n")
    return str(path)
