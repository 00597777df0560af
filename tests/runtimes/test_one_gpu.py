"""A process is kept to one GPU by what it can open."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from palletjack_dr.runtimes import one_gpu
from palletjack_dr.runtimes.one_gpu import gpus

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


def test_without_a_driver_there_are_no_gpus(tmp_path: Path) -> None:
    assert gpus(tmp_path / "none") == []


def test_a_hidden_device_cannot_be_opened_by_the_command_and_all_others_can() -> None:
    done = subprocess.run([sys.executable, "-S", "-c", HIDE + LOOK], capture_output=True, text=True)
    if "Operation not permitted" in done.stderr:
        pytest.skip("this machine lets nobody make a mount namespace")
    assert done.stdout == "/dev/full Permission denied\n", done.stderr
    assert subprocess.run([sys.executable, "-c", LOOK], capture_output=True, text=True).stdout == ""
