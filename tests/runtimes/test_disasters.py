"""Whatever happens to disk, folder, clock or processes: what is committed stays, and the same command goes on."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from small_runs import LOCAL, SMALL, generate, truths

from palletjack_dr import journal as journal_module

pytestmark = [pytest.mark.renders, pytest.mark.usefixtures("bare_floor")]
Plugin = Callable[[str], None]
RUNTIMES = pytest.mark.parametrize("runtime", [[], LOCAL], ids=["inline", "local"])
ONCE = "    if frame.index == 4 and not Path('struck').exists():\n        Path('struck').touch()\n"
JUMPING_CLOCK = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <time.h>
int clock_gettime(clockid_t which, struct timespec *now) {
    static int (*real)(clockid_t, struct timespec *);
    if (!real) real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
    int failed = real(which, now);
    if (which == CLOCK_REALTIME) now->tv_sec += (now->tv_nsec / 7000000 % 3 - 1) * 9 * 86400;
    return failed;
}
"""
"""The wall clock nine days late, right or early, another every seven milliseconds; the monotonic clock as it is."""


def fails(capsys: pytest.CaptureFixture[str], *overrides: str, folder: str = "out", code: int = 2) -> str:
    """Run a command that must end with an exit code and one message; return the message."""
    with pytest.raises(SystemExit) as left:
        generate(folder, *overrides)
    message = " ".join(capsys.readouterr().err.split())
    assert left.value.code == code, message
    assert "Traceback" not in message
    return message


def lines(folder: Path) -> list[str]:
    return (folder / "frames.jsonl").read_text().splitlines()


def goes_on(folder: Path, before: list[str], alone: Path) -> None:
    """Repeat the command: nothing that was committed may differ, and in the end nothing may lack or be left."""
    generate(str(folder))
    assert set(before) <= set(lines(folder))
    assert truths(folder) == truths(alone)
    assert not list(folder.rglob("*.partial"))


def children() -> set[str]:
    """Return the processes that this one has started and that still run."""
    return {pid for task in Path("/proc/self/task").glob("*/children") for pid in task.read_text().split()}


def ended(pid: int) -> bool:
    """Wait until a process has ended; a zombie that nobody has waited for has."""
    until = time.monotonic() + 15
    while time.monotonic() < until:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except OSError:
            return True
        time.sleep(0.02)
    return False


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own, of 600 kB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", str(folder)]
    mounted = subprocess.run(command, capture_output=True, text=True, check=False) if shutil.which("mount") else None
    if mounted is None or mounted.returncode:
        pytest.skip("needs the right to mount a file system")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of temporary files of this process and of those that it starts, empty."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return folder


@RUNTIMES
def test_a_disk_that_is_full_ends_the_run_and_the_same_command_goes_on(
    alone: Path, plugin: Plugin, small_disk: Path, capsys: pytest.CaptureFixture[str], runtime: list[str]
) -> None:
    plugin(
        f"def dr_edits(frame):\n{ONCE}        fill()\n"
        "def fill():\n    with open('disk/ballast', 'wb', buffering=0) as file:\n"
        "        try:\n            while True:\n                file.write(bytes(4096))\n"
        "        except OSError:\n            pass\n"
    )
    message = fails(capsys, *runtime, folder="disk/out")
    assert "cannot be written: No space left on device" in message
    assert "the same command goes on" in message
    before = lines(small_disk / "out")
    (small_disk / "ballast").unlink()
    goes_on(small_disk / "out", before, alone)


def test_frames_that_will_not_fit_end_the_run_before_the_disk_is_full(
    small_disk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    message = fails(capsys, "frames.count=1000", folder="disk/out")
    assert "the frames still to make need" in message
    assert "free some space and repeat the command" in message
    assert len(lines(small_disk / "out")) == 1


def test_a_disk_that_becomes_read_only_is_named_and_left_as_it_is(
    alone: Path, small_disk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    generate("disk/out", "frames.count=3")
    before = {p: p.read_bytes() for p in small_disk.rglob("*") if p.is_file()}
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    message = fails(capsys, folder="disk/out")
    assert "output_dir 'disk/out' cannot be written: Read-only file system; choose another" in message
    assert {p: p.read_bytes() for p in small_disk.rglob("*") if p.is_file()} == before
    message = fails(capsys, folder="disk/new")
    assert "output_dir 'disk/new' cannot be written: Read-only file system; choose another" in message
    subprocess.run(["mount", "-o", "remount,rw", small_disk], check=True)
    goes_on(small_disk / "out", lines(small_disk / "out"), alone)


@pytest.mark.parametrize(
    ("runtime", "deed"),
    [
        ([], "os.rename('out', 'moved')"),
        ([], "__import__('shutil').rmtree('out')"),
        (["runtime=local", "runtime.workers=1"], "os.rename('out', 'moved')"),
    ],
    ids=["inline-moved", "inline-removed", "local-moved"],
)
def test_a_folder_that_is_moved_or_removed_under_a_run_ends_it_at_once(
    alone: Path, plugin: Plugin, capsys: pytest.CaptureFixture[str], runtime: list[str], deed: str
) -> None:
    plugin(f"def dr_written(frame, paths):\n{ONCE}        {deed}\n")
    message = fails(capsys, *runtime)
    assert "output_dir 'out' was removed, moved or replaced while frames were written to it" in message
    assert not Path("out").exists()
    before = lines(Path("moved")) if Path("moved").exists() else []
    if before:
        assert len(before) == 5
        Path("moved").rename("out")
    goes_on(Path("out"), before, alone)


def test_a_second_run_into_a_folder_in_use_is_refused_and_does_no_harm(
    alone: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    generate("out", "frames.count=3")
    before = {p: p.read_bytes() for p in Path("out").rglob("*") if p.is_file()}
    monkeypatch.setattr(journal_module, "PATIENCE", 0.1)
    with Path("out/.lock").open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        message = fails(capsys)
    assert "another run is writing to 'out'; wait for it or choose another output_dir" in message
    assert {p: p.read_bytes() for p in Path("out").rglob("*") if p.is_file()} == before
    goes_on(Path("out"), lines(Path("out")), alone)


@RUNTIMES
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_an_interrupted_run_leaves_nothing_behind_and_goes_on(
    alone: Path, plugin: Plugin, temporary: Path, capsys: pytest.CaptureFixture[str], runtime: list[str], name: str
) -> None:
    whom = "os.getppid()" if runtime else "os.getpid()"
    plugin(f"def dr_edits(frame):\n{ONCE}        os.kill({whom}, signal.{name})\n")
    there = children()
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # what a shell starts with & ignores SIGINT
    try:
        message = fails(capsys, *runtime, code=130)
    finally:
        signal.signal(signal.SIGINT, before)
    assert "interrupted; the same command goes on where it stopped" in message
    assert children() == there
    assert not list(temporary.iterdir())
    goes_on(Path("out"), lines(Path("out")), alone)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux's kernel ends a process that hangs with its parent")
def test_a_worker_that_hangs_does_not_outlive_a_run_that_is_killed(
    alone: Path, plugin: Plugin, temporary: Path
) -> None:
    plugin(
        f"def dr_edits(frame):\n{ONCE}        Path('maker').write_text(str(os.getpid()))\n"
        "        os.kill(os.getppid(), signal.SIGKILL)\n        os.kill(os.getpid(), signal.SIGSTOP)\n"
    )
    command = [sys.executable, "-m", "palletjack_dr", "generate", *SMALL, "output_dir=out", "runtime=local"]
    process = subprocess.run([*command, "runtime.workers=1"], stderr=subprocess.DEVNULL, check=False)
    assert process.returncode == -9
    assert ended(int(Path("maker").read_text()))
    assert not list(temporary.iterdir())
    goes_on(Path("out"), lines(Path("out")), alone)


@pytest.mark.skipif(not shutil.which("cc"), reason="needs a C compiler, for a clock that lies")
def test_a_clock_that_jumps_by_days_in_both_directions_changes_nothing(alone: Path, plugin: Plugin) -> None:
    Path("clock.c").write_text(JUMPING_CLOCK)
    subprocess.run(["cc", "-shared", "-fPIC", "-o", "clock.so", "clock.c", "-ldl"], check=True)
    plugin(
        "def dr_edits(frame):\n    with open('times', 'a') as file:\n        print(time.time() / 86400, file=file)\n"
    )
    command = [sys.executable, "-m", "palletjack_dr", "generate", *SMALL, "output_dir=out", *LOCAL]
    lying = {**os.environ, "LD_PRELOAD": str(Path("clock.so").resolve())}
    made = subprocess.run(command, env=lying, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    days = [float(day) for day in Path("times").read_text().split()]
    assert max(days) - min(days) > 8
    assert truths(Path("out")) == truths(alone)
