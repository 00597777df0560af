"""Many workers make what one process makes, and whatever ends a worker costs at most a frame."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from small_runs import COUNT, LOCAL, SMALL, generate, truths

from palletjack_dr.cli import main
from palletjack_dr.cli.hydra_app import compose
from palletjack_dr.config import build
from palletjack_dr.discovery import load_plugins
from palletjack_dr.errors import ConfigError
from palletjack_dr.run import execute
from palletjack_dr.runtimes.local import Local

pytestmark = [pytest.mark.renders, pytest.mark.usefixtures("bare_floor")]
Plugin = Callable[[str], None]


@pytest.mark.parametrize("workers", [1, 2, 4])
def test_any_number_of_workers_makes_what_one_process_makes(alone: Path, workers: int) -> None:
    folder = generate("out", "runtime=local", f"runtime.workers={workers}")
    assert truths(folder) == truths(alone)
    names = [sorted(str(p.relative_to(d)) for p in d.rglob("*")) for d in (alone, folder)]
    assert names[0] == names[1]


def test_frames_may_be_handed_out_in_any_order(alone: Path) -> None:
    plugins = load_plugins()
    plan = build(compose("generate", [*SMALL, *LOCAL, "output_dir=out"], plugins)[0], plugins.registry)
    shuffled = list(plan.frames)
    random.Random(3).shuffle(shuffled)
    execute(replace(plan, frames=tuple(shuffled)), plugins)
    assert shuffled != sorted(shuffled)
    assert truths(Path("out")) == truths(alone)


def test_workers_go_on_in_a_folder_that_one_process_began(alone: Path) -> None:
    generate("out", "frames.count=3")
    before = Path("out/frames.jsonl").read_text()
    generate("out", *LOCAL)
    assert Path("out/frames.jsonl").read_text().startswith(before)
    assert truths(Path("out")) == truths(alone)


@pytest.mark.parametrize(
    ("deed", "end", "words"),
    [
        ("os.kill(os.getpid(), signal.SIGSEGV)", "signal 11 (SIGSEGV)", "Segmentation fault"),
        ("raise ValueError('no such fork')", "exit code 1", "ValueError: no such fork"),
    ],
)
def test_a_frame_that_ends_its_worker_twice_is_set_aside_and_can_be_made_later(
    alone: Path, plugin: Plugin, capsys: pytest.CaptureFixture[str], deed: str, end: str, words: str
) -> None:
    plugin(f"def dr_edits(frame):\n    if frame.index == 4 and not Path('mended').exists():\n        {deed}\n")
    with pytest.raises(SystemExit) as left:
        generate("out", *LOCAL)
    assert left.value.code == 3
    message = " ".join(capsys.readouterr().err.split())
    assert f"1 of {COUNT} frames ended the process that made them and were set aside, frame 4 by {end}" in message
    assert truths(Path("out")) == [t for t in truths(alone) if t["frame"] != 4]
    assert Path("out/ImageSets/train.txt").exists() == (alone / "ImageSets/train.txt").exists()
    about = json.loads(Path("out/failed/000004/frame.json").read_text())
    assert (about["frame"], about["seed"], about["ends"]) == (4, 5, [end, end])
    assert words in Path("out/failed/000004/log.txt").read_text()

    Path("mended").touch()
    main(about["command"].split()[1:])
    assert truths(Path("frame_000004")) == [t for t in truths(alone) if t["frame"] == 4]
    generate("out", *LOCAL)
    assert truths(Path("out")) == truths(alone)
    assert not Path("out/failed").exists()


def test_a_frame_that_ends_its_worker_once_is_made_by_another(alone: Path, plugin: Plugin) -> None:
    plugin(
        "def dr_edits(frame):\n"
        "    if frame.index == 4 and not Path('struck').exists():\n"
        "        Path('struck').touch()\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    assert truths(generate("out", *LOCAL)) == truths(alone)
    assert Path("struck").exists()


def test_a_worker_that_is_stuck_is_replaced(alone: Path, plugin: Plugin) -> None:
    plugin(
        "def dr_edits(frame):\n"
        "    if frame.index == 4 and not Path('stuck').exists():\n"
        "        Path('stuck').touch()\n"
        "        time.sleep(1000)\n"
    )
    assert truths(generate("out", *LOCAL, "runtime.stuck_after=8")) == truths(alone)
    assert Path("stuck").exists()


@pytest.mark.parametrize("bound", ["runtime.recycle_after=4", "runtime.max_growth_mb=100"])
def test_workers_are_replaced_after_their_share_or_when_they_grow(alone: Path, plugin: Plugin, bound: str) -> None:
    plugin(
        "def dr_edits(frame):\n"
        "    HOARD.append(b'x' * 40_000_000)\n"
        "    with open('makers', 'a') as file:\n"
        "        print(os.getpid(), file=file)\n"
        "HOARD = []\n"
    )
    assert truths(generate("out", "runtime=local", "runtime.workers=1", bound)) == truths(alone)
    made = Path("makers").read_text().split()
    assert len(made) == COUNT
    assert len(set(made)) == 3


def test_each_process_starts_and_ends_for_its_plugins_and_the_main_one_reports(alone: Path, plugin: Plugin) -> None:
    plugin(
        "def dr_run_start(run):\n    note('start', run.worker)\n"
        "@hookimpl\ndef dr_scene_ready(run, scene):\n    note('scene', run.worker)\n"
        "@hookimpl\ndef dr_report(run):\n    note('report', run.worker)\n    return {'rogue': 1}\n"
        "@hookimpl\ndef dr_written(frame, paths):\n    note('written', all(p.is_file() for p in paths))\n"
        "@hookimpl\ndef dr_run_end(run, error):\n    note('end', run.worker, error)\n"
        "def note(*words):\n    with open('notes', 'a') as file:\n        print(*words, file=file)\n"
    )
    generate("out", "runtime=local", "runtime.workers=1")
    notes = Path("notes").read_text().splitlines()
    written = ["written True"] * COUNT
    worker = ["start 1", "scene 1", *written, "end 1 None"]
    main_process = ["start None", "scene None", "report None", "end None None"]
    assert [n for n in notes if n in worker] == worker
    assert [n for n in notes if n in main_process] == main_process
    assert len(notes) == len(worker) + len(main_process)
    assert json.loads(Path("out/manifest.json").read_text())["rogue"] == 1


def test_a_mistake_of_the_user_ends_all_workers_with_its_own_message(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        generate(
            "out", *LOCAL, "max_attempts=3", "constraint=[target_visible]", "constraints.target_visible.min_px=100000"
        )
    assert left.value.code == 2
    message = " ".join(capsys.readouterr().err.split())
    assert "all 3 attempts were refused (3 x fewer than 1 visible target)" in message
    assert message.count("error:") == 1


def test_without_a_driver_nothing_is_written(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VK_DRIVER_FILES", "/nowhere/none.json")
    with pytest.raises(SystemExit) as left:
        generate("out", *LOCAL)
    assert left.value.code == 2
    assert "apt-get install libvulkan1" in " ".join(capsys.readouterr().err.split())
    assert not Path("out").exists()


def test_a_worker_that_cannot_start_is_missed_by_those_at_work(
    alone: Path, plugin: Plugin, caplog: pytest.LogCaptureFixture
) -> None:
    plugin(
        "def dr_run_start(run):\n"
        "    if run.worker and run.worker > 1:\n"
        "        Path(f'tried_{run.worker}').touch()\n        os._exit(7)\n"
        "@hookimpl\n"
        "def dr_edits(frame):\n    while len(list(Path().glob('tried_*'))) < 5:\n        time.sleep(0.05)\n"
        "    time.sleep(0.4)\n"
    )
    assert truths(generate("out", *LOCAL)) == truths(alone)
    assert "the last by exit code 7; going on with 1" in caplog.text


def test_workers_that_cannot_start_end_the_run_with_their_log(
    plugin: Plugin, capsys: pytest.CaptureFixture[str]
) -> None:
    plugin("def dr_run_start(run):\n    if run.worker:\n        print('gone', flush=True)\n        os._exit(7)\n")
    with pytest.raises(SystemExit) as left:
        generate("out", *LOCAL)
    assert left.value.code == 2
    message = " ".join(capsys.readouterr().err.split())
    assert "5 workers in a row ended before they could make a frame, the last by exit code 7" in message
    assert "gone" in message


@pytest.mark.parametrize("workers", [0, -1, "many", True])
def test_a_number_of_workers_that_is_none_is_refused(workers: Any) -> None:
    with pytest.raises(ConfigError, match=r"workers: got .*, wanted auto or a number"):
        Local(workers=workers)


def test_auto_is_one_worker_for_two_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    for cores, workers in ((1, 1), (2, 1), (16, 8)):
        monkeypatch.setattr("os.sched_getaffinity", lambda _, n=cores: set(range(n)))
        assert Local().count == workers


def test_a_run_whose_processes_are_killed_at_random_equals_one_that_is_left_alone() -> None:
    chaos = Path(__file__).parents[2] / "benchmarks/chaos.py"
    options = ["--frames", "40", "--repetitions", "1", "--every", "0", "--kills", "6", "--seed", "4"]
    ended = subprocess.run([sys.executable, chaos, *options, *SMALL[4:]], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "main processes killed" in ended.stdout
