"""The scripts of this page, with stand-ins for docker and python: what they would run. Isaac Sim itself is not here."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run in a folder of its own."""
    monkeypatch.chdir(tmp_path)


def run(script: str, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a script with our stand-ins first on the path."""
    own = {**os.environ, "PATH": f"{Path('bin').absolute()}:{os.environ['PATH']}", **variables}
    return subprocess.run([str(HERE / script), *arguments], env=own, capture_output=True, text=True)


def stand_in(name: str, script: str) -> Path:
    """Put a program of this name on the path."""
    program = Path("bin").absolute() / name
    program.parent.mkdir(exist_ok=True)
    program.write_text("#!/bin/bash\n" + script)
    program.chmod(0o755)
    return program


def test_docker_replaces_the_entry_point_and_mounts_results_and_caches() -> None:
    stand_in("docker", 'printf "%s\\n" "$@"\n')
    ended = run("docker.sh", "generate", "engine=replicator", ACCEPT_EULA="Y", ASSETS=str(Path.cwd()))
    assert ended.returncode == 0, ended.stderr
    words = ended.stdout.splitlines()
    assert words[words.index("--entrypoint") + 1].endswith("in_container.sh")
    assert "ACCEPT_EULA=Y" in words
    assert f"{Path('data').absolute()}:/data" in words
    assert any(word.endswith(":/isaac-sim/.cache") for word in words)
    assert words[-4:] == ["palletjack-dr:isaac-5.1.0", "generate", "engine=replicator", "engine.assets_root=/assets"]
    assert "-u" not in words
    assert "-u" in run("docker.sh", "generate", ACCEPT_EULA="Y", AS_ROOT="1").stdout.splitlines()


@pytest.mark.parametrize("script", ["docker.sh", "pip.sh"])
def test_without_an_accepted_licence_nothing_starts(script: str) -> None:
    stand_in("docker", "touch started\n")
    ended = run(script, ACCEPT_EULA="", OMNI_KIT_ACCEPT_EULA="")
    assert ended.returncode == 2
    assert "licence" in ended.stderr
    assert not Path("started").exists()


def test_shards_get_a_gpu_and_a_folder_each_and_a_failed_one_is_told() -> None:
    stand_in("docker", 'echo "$@" >> "calls.$$"\ncase "$*" in *shard=2/3*) exit 4;; esac\n')
    assert run("shards.sh", "3", "generate", ACCEPT_EULA="Y").returncode == 1
    calls = sorted(path.read_text() for path in Path.cwd().glob("calls.*"))
    assert len(calls) == 3
    for index in (1, 2, 3):
        mine = [c for c in calls if f"frames.shard={index}/3" in c]
        assert len(mine) == 1
        assert f"device={index - 1} " in mine[0]
        assert f"output_dir=/data/shard_{index}_of_3" in mine[0]


def test_the_container_repeats_a_run_that_has_frames_left() -> None:
    python = stand_in("isaac_python", 'echo "$@" >> calls\n[ "$(wc -l < calls)" -ge 3 ] && exit 0\nexit 75\n')
    assert run("in_container.sh", "generate", "x=1", ISAAC_PYTHON=str(python)).returncode == 0
    assert Path("calls").read_text().splitlines() == ["-m palletjack_dr generate x=1"] * 3


def test_the_container_hands_a_failure_on() -> None:
    python = stand_in("isaac_python", "exit 2\n")
    assert run("in_container.sh", "generate", ISAAC_PYTHON=str(python)).returncode == 2


def test_installing_pins_what_isaac_sim_brings() -> None:
    python = stand_in(
        "isaac_python",
        'case "$*" in\n'
        '  *"pip list"*) printf "numpy==1.26.0\\npalletjack-dr==0.1\\npillow==11.0.0\\n";;\n'
        '  *"pip install"*) cat "$5"; echo "installs: $6";;\n'
        "esac\n",
    )
    ended = run("install.sh", str(python))
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.splitlines()[:2] == ["numpy==1.26.0", "pillow==11.0.0"]
    assert "embedded" not in ended.stdout


def test_five_minutes_tell_which_answer_is_no() -> None:
    command = stand_in("pj", 'case "$1" in selftest) exit 1;; esac\n')
    ended = run("five_minutes.sh", str(command))
    assert ended.returncode == 1
    assert ended.stdout.count(": yes") == 4
    assert "geometry says: NO (exit code 1)" in ended.stdout
