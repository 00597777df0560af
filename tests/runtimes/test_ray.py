"""Actors of Ray make what one process makes, and whatever ends one of them, or all, costs at most a frame."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from small_runs import COUNT, SMALL, generate, truths

from palletjack_dr.errors import ConfigError, EngineError
from palletjack_dr.runtimes.ray import Ray

RAY = ["runtime=ray", "runtime.address=auto", "runtime.cpus_per_worker=1", "runtime.workers=2"]
pytestmark = pytest.mark.usefixtures("bare_floor")
Plugin = Callable[[str], None]
STORE = 100 << 20
"""Bytes of shared memory of each machine."""
AGENT = re.compile("ray::[A-Za-z]*Agent")
"""Ray's own two helpers, which ask for a head that is gone for a minute before they end."""


@pytest.fixture(scope="module")
def cluster() -> Iterator[dict[str, Any]]:
    """A Ray of two machines (processes of this one) that is there before the runs and after them; its first node."""
    ray = pytest.importorskip("ray")
    with tempfile.TemporaryDirectory(prefix="ray_", dir="/tmp", ignore_cleanup_errors=True) as folder:
        ray.init(
            address="local",
            num_cpus=1,
            include_dashboard=False,
            object_store_memory=STORE,
            log_to_driver=False,
            logging_level="ERROR",
            _temp_dir=folder,
            _system_config={
                "metrics_report_interval_ms": 1000,
                "health_check_initial_delay_ms": 500,
                "health_check_period_ms": 500,
                "health_check_timeout_ms": 1000,
            },
        )
        first = ray.nodes()[0]
        with subprocess.Popen(
            [
                *(sys.executable, "-m", "ray.scripts.scripts", "start", "--block", "--disable-usage-stats"),
                *("--num-cpus=1", f"--object-store-memory={STORE}"),
                f"--address={ray.get_runtime_context().gcs_address}",
            ],
            env={**os.environ, "AWAY": "yes"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as second:
            wait_for(lambda: len(ray.nodes()) == 2)
            yield first
            second.terminate()
        ray.shutdown()


def test_a_cluster_that_does_not_answer_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("ray")
    with pytest.raises(SystemExit) as left:
        generate("out", "runtime=ray", "runtime.address=127.0.0.1:1")
    assert left.value.code == 2
    assert "runtime.address=127.0.0.1:1: no Ray could be reached" in " ".join(capsys.readouterr().err.split())


@pytest.mark.renders
def test_a_run_that_loses_a_worker_and_a_machine_makes_what_one_process_makes(
    alone: Path, cluster: dict[str, Any], plugin: Plugin
) -> None:
    plugin(
        "def dr_edits(frame):\n"
        "    if frame.index > 5:\n"
        "        while not Path('machine').exists():\n            time.sleep(0.05)\n"
        "    if 'AWAY' in os.environ:\n"
        "        Path('machine').touch()\n"
        "        if b'raylet' in Path(f'/proc/{os.getppid()}/cmdline').read_bytes():\n"
        "            os.kill(os.getppid(), signal.SIGKILL)\n"
        "        time.sleep(1000)\n"
        "    if not Path('worker').exists():\n"
        "        Path('worker').touch()\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    folder = generate("out", *RAY)
    assert Path("worker").exists()
    assert Path("machine").exists()
    assert truths(folder) == truths(alone)
    names = [sorted(str(p.relative_to(d)) for p in d.rglob("*")) for d in (alone, folder)]
    assert names[0] == names[1]
    wait_for(lambda: frames_told(cluster) == COUNT)


def frames_told(node: dict[str, Any]) -> float:
    """Return how many frames the node's page for Prometheus counts."""
    with urllib.request.urlopen(f"http://127.0.0.1:{node['MetricsExportPort']}/metrics", timeout=20) as answer:
        lines = answer.read().decode().splitlines()
    return sum(float(line.split()[-1]) for line in lines if line.startswith("ray_palletjack_dr_frames_made_total{"))


@pytest.mark.renders
@pytest.mark.usefixtures("cluster")
def test_workers_that_send_their_files_write_none_and_a_frame_that_ends_two_of_them_is_set_aside(
    alone: Path, plugin: Plugin, capsys: pytest.CaptureFixture[str]
) -> None:
    plugin(
        "def dr_run_start(run):\n"
        "    if run.worker:\n"
        "        import palletjack_dr.shard\n"
        "        palletjack_dr.shard.store = None\n"
        "@hookimpl\n"
        "def dr_edits(frame):\n"
        "    if frame.index == 4:\n"
        "        if not Path('tried').exists():\n"
        "            Path('tried').touch()\n"
        "            raise ValueError('no such fork')\n"
        "        os.kill(os.getpid(), signal.SIGSEGV)\n"
    )
    with pytest.raises(SystemExit) as left:
        generate("out", *RAY, "runtime.files=send")
    assert left.value.code == 3
    assert f"1 of {COUNT} frames ended the process that made them" in " ".join(capsys.readouterr().err.split())
    assert truths(Path("out")) == [t for t in truths(alone) if t["frame"] != 4]
    about = json.loads(Path("out/failed/000004/frame.json").read_text())
    assert (about["frame"], about["ends"]) == (4, ["exit code 1", "the loss of its process"])
    assert "Segmentation fault" in Path("out/failed/000004/log.txt").read_text()
    assert "shard: 5/10" in Path("out/failed/000004/run.yaml").read_text()


@pytest.mark.renders
@pytest.mark.usefixtures("cluster")
def test_a_worker_that_sees_another_folder_ends_the_run_before_its_first_frame(
    plugin: Plugin, capsys: pytest.CaptureFixture[str]
) -> None:
    plugin("def dr_run_start(run):\n    if run.worker:\n        os.chdir('/')\n")
    with pytest.raises(SystemExit) as left:
        generate("out", *RAY)
    assert left.value.code == 2
    message = " ".join(capsys.readouterr().err.split())
    assert "cannot share the folder /out with the main process: No such file or directory" in message
    assert "runtime.files=send" in message
    assert Path("out/frames.jsonl").read_text() == ""


@pytest.mark.usefixtures("cluster")
def test_auto_is_as_many_workers_as_have_room_and_none_is_an_error() -> None:
    from palletjack_dr.runtimes.ray_cluster import room_for

    alone, both = (room_for(Ray(cpus_per_worker=share)) for share in (1, 0.25))
    assert alone >= 1
    assert both == 4 * alone
    assert room_for(Ray(workers=7)) == 7
    with pytest.raises(EngineError, match=r"a worker takes 2 CPUs and 0\.5 GPUs, and no machine of this Ray has them"):
        room_for(Ray(gpus_per_worker=0.5))


@pytest.mark.renders
def test_a_ray_of_our_own_dies_with_its_run_and_the_same_command_goes_on(alone: Path, plugin: Plugin) -> None:
    plugin("def dr_edits(frame):\n    if not Path('killed').exists():\n        time.sleep(0.5)\n")
    command = [sys.executable, "-m", "palletjack_dr", "generate", *SMALL, "runtime=ray", "runtime.workers=1"]
    with tempfile.TemporaryDirectory(prefix="ray_", dir="/tmp", ignore_cleanup_errors=True) as folder:
        main_process = subprocess.Popen([*command, "output_dir=out"], env={**os.environ, "RAY_TMPDIR": folder})
        wait_for(lambda: Path("out/frames.jsonl").exists() and Path("out/frames.jsonl").read_text().count("\n") > 2)
        others = descendants(main_process.pid)
        main_process.kill()
        main_process.wait()
        Path("killed").touch()
        before = Path("out/frames.jsonl").read_text().splitlines()
        assert truths(generate("out")) == truths(alone)
        assert any("FrameWorker" in name for name in others.values()), others
        bound = {pid: name for pid, name in others.items() if not AGENT.match(name)}
        assert len(others) - len(bound) <= 2, others
        wait_for(lambda: not [pid for pid, name in bound.items() if name_of(pid) == name])
    assert len(before) < COUNT
    assert set(before) <= set(Path("out/frames.jsonl").read_text().splitlines())


def wait_for(happened: Callable[[], bool]) -> None:
    until = time.monotonic() + 200.0
    while not happened():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.05)


def descendants(pid: int) -> dict[int, str]:
    """Return the processes below one, and their names."""
    found: dict[int, str] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        chain, parent = [int(folder.name)], parent_of(int(folder.name))
        while parent > 1 and parent != pid:
            chain.append(parent)
            parent = parent_of(parent)
        if parent == pid:
            found |= {one: name_of(one) for one in chain}
    return found


def parent_of(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def name_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def test_without_ray_one_line_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(SystemExit) as left:
        generate("out", "runtime=ray")
    assert left.value.code == 2
    said = capsys.readouterr().err
    assert "pip install 'palletjack-dr[ray]'" in " ".join(said.split())
    assert not Path("out").exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("workers", 0),
        ("workers", "many"),
        ("cpus_per_worker", -1),
        ("gpus_per_worker", -1),
        ("gpus_per_worker", 1.5),
        ("files", "post"),
        ("address", ""),
    ],
)
def test_settings_that_ray_cannot_have_are_refused(field: str, value: Any) -> None:
    with pytest.raises(ConfigError, match=f"{field}: got .*, wanted"):
        Ray(**{field: value})
