"""The scripts with a stand-in for Slurm, and what the manifests would run. No cluster is here."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path
from typing import Any

import pytest
import yaml

from palletjack_dr.cli.hydra_app import compose
from palletjack_dr.config import Plan, build, frame_indices
from palletjack_dr.discovery import load_plugins
from palletjack_dr.runtimes.ray import Ray

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
JOBS = {"embedded.yaml": 16, "isaac_sim.yaml": 4}
SBATCH = """
echo "$@" >> sbatch_calls
array= dependency= job=$(wc -l < sbatch_calls)
while [ "${1#--}" != "$1" ]; do
    case $1 in --array=1-*) array=${1#--array=1-} ;; --dependency=*) dependency=${1#--dependency=afterok:} ;; esac
    shift
done
if [ -n "$dependency" ] && ! [ -e "done_$dependency" ]; then exit 0; fi
for i in $(seq 1 "${array:-1}"); do
    SLURM_ARRAY_TASK_ID=$i SLURM_CPUS_PER_TASK=$CPUS "$@" >> log 2>&1 || { echo "$job;here"; exit 0; }
done
touch "done_$job"
echo "$job;here"
"""
"""Runs what is submitted at once, task after task; a job runs only if the one that it depends on ended well."""


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run in a folder of its own, with our stand-ins first on the path."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")


def stand_in(name: str, script: str) -> Path:
    """Put a program of this name on the path."""
    program = Path("bin").absolute() / name
    program.parent.mkdir(exist_ok=True)
    program.write_text("#!/bin/bash\n" + script)
    program.chmod(0o755)
    return program


def run(*words: str | Path, **variables: str) -> str:
    """Run a program and return what it prints."""
    ended = subprocess.run(list(map(str, words)), env={**os.environ, **variables}, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def records_of(folder: str) -> list[dict[str, Any]]:
    """Return the journal of a dataset."""
    return [json.loads(line) for line in (Path(folder) / "frames.jsonl").read_text().splitlines()]


def plan_of(arguments: list[str]) -> Plan:
    """Return what ``palletjack-dr generate`` would do with these arguments, checked as it checks them."""
    assert arguments[0] == "generate"
    plugins = load_plugins()
    (config,) = compose("generate", arguments[1:], plugins)
    return build(config, plugins.registry)


@pytest.mark.renders
def test_slurm_jobs_make_the_shards_and_merge_them() -> None:
    stand_in("sbatch", SBATCH)
    stand_in("palletjack-dr", f'exec {sys.executable} -m palletjack_dr "$@"\n')
    small = ["resolution=[96,64]", "quality=draft", "asset=[palletjack]", "constraint=[]", "frames.count=2"]
    said = run(
        HERE / "slurm/submit.sh", "2", "out", *small, "randomizer=[exposure,target_placement,robot_camera]", CPUS="2"
    )
    assert "shards: job 1, then merge: job 2" in said, Path("log").read_text()
    assert [record["frame"] for i in (1, 2) for record in records_of(f"out/part{i}")] == [0, 1]
    records = records_of("out/whole")
    assert [record["frame"] for record in records] == [0, 1]
    assert all((Path("out/whole") / name).is_file() for record in records for name in record["files"])


def test_slurm_merges_nothing_where_a_shard_failed_and_takes_options_for_sbatch() -> None:
    stand_in("sbatch", SBATCH)
    stand_in("palletjack-dr", 'echo "$@" >> calls\ncase "$*" in *shard=3/3*) exit 2 ;; esac\n')
    run(HERE / "slurm/submit.sh", "3", "out", "seed=7", OPTIONS="--partition=gpu --gres=gpu:1", CPUS="8")
    calls = Path("calls").read_text().splitlines()
    assert [re.findall(r"frames\.shard=(\S+) output_dir=\S+/out/(\S+)", call)[0] for call in calls] == [
        (f"{i}/3", f"part{i}") for i in (1, 2, 3)
    ]
    assert all("runtime=local runtime.workers=4 seed=7" in call for call in calls)
    submitted = Path("sbatch_calls").read_text().splitlines()
    assert all("--partition=gpu --gres=gpu:1" in call for call in submitted)
    assert "--dependency=afterok:1 --kill-on-invalid-dep=yes" in submitted[1]


def documents(name: str) -> list[dict[str, Any]]:
    """Return the objects of a manifest."""
    return [dict(found) for found in yaml.safe_load_all((HERE / "kubernetes" / name).read_text())]


def container(job: dict[str, Any]) -> dict[str, Any]:
    """Return the only container of a job, which only mounts volumes that the job has."""
    pod = job["spec"]["template"]["spec"]
    (found,) = pod["containers"]
    assert {mount["name"] for mount in found["volumeMounts"]} == {volume["name"] for volume in pod["volumes"]}
    return dict(found)


@pytest.mark.parametrize("name", JOBS)
def test_the_pods_of_an_indexed_job_make_every_frame_once(name: str) -> None:
    (job,) = documents(name)
    generate = container(job)
    assert job["spec"]["completionMode"] == "Indexed"
    assert job["spec"]["podFailurePolicy"]["rules"][0]["onExitCodes"]["containerName"] == generate["name"]
    python = stand_in("isaac_python", 'shift 2\nprintf "%s\\n" "$@"\n')  # -m palletjack_dr
    stand_in("palletjack-dr", 'printf "%s\\n" "$@"\n')
    script = [*generate["command"], *(word.replace("/opt/palletjack-dr", str(ROOT)) for word in generate["args"])]
    variables = {variable["name"]: variable["value"] for variable in generate["env"]}
    indexes = range(job["spec"]["completions"])
    assert len(indexes) == JOBS[name]
    said = [run(*script, **variables, JOB_COMPLETION_INDEX=str(i), ISAAC_PYTHON=str(python)) for i in indexes]
    frames = plan_of(said[0].splitlines()).config["frames"]
    shards = [re.findall(r"^frames\.shard=(.*)$", arguments, re.MULTILINE)[0] for arguments in said]
    made = [index for shard in shards for index in frame_indices(frames["count"], frames["start"], shard)]
    assert sorted(made) == list(range(frames["count"]))
    assert [arguments.splitlines()[-1] for arguments in said] == [f"output_dir=/data/part{i + 1}" for i in indexes]


def test_the_merge_job_takes_the_folders_that_the_pods_leave() -> None:
    (job,) = documents("merge.yaml")
    merge = container(job)
    stand_in("palletjack-dr", 'printf "%s\\n" "$@"\n')
    for i in (1, 2, 10):
        Path(f"part{i}").mkdir()
    said = run(*merge["command"], *(word.replace("/data", str(Path.cwd())) for word in merge["args"])).splitlines()
    assert said[0] == "merge"
    assert sorted(Path(word).name for word in said[1:-2]) == ["part1", "part10", "part2"]
    assert said[-2:] == ["--out", str(Path("whole").absolute())]


def test_the_job_on_ray_joins_the_cluster_that_is_started_for_it() -> None:
    (job,) = documents("ray.yaml")
    name, *arguments = shlex.split(job["spec"]["entrypoint"])
    plan = plan_of(arguments)
    assert name == "palletjack-dr"
    assert isinstance(plan.runtime, Ray)
    assert plan.runtime.address == "auto"
    cluster = job["spec"]["rayClusterSpec"]
    pods = [group["template"]["spec"] for group in (cluster["headGroupSpec"], *cluster["workerGroupSpecs"])]
    shared = [pod["volumes"][0]["persistentVolumeClaim"]["claimName"] for pod in pods]
    assert plan.runtime.files == "share"
    assert len(set(shared)) == 1
    assert {pod["containers"][0]["volumeMounts"][0]["mountPath"] for pod in pods} == {"/data"}
    assert str(plan.output_dir).startswith("/data/")
    images = {pod["containers"][0]["image"] for pod in pods}
    assert images == {container(documents("embedded.yaml")[0])["image"]}
    assert f"ray=={cluster['rayVersion']}" in (HERE / "Dockerfile").read_text()


def test_the_container_recipe_installs_extras_that_there_are() -> None:
    setup = ConfigParser()
    setup.read(ROOT / "setup.cfg")
    (extras,) = re.findall(r"/opt/palletjack-dr\[([\w,]+)\]", (HERE / "Dockerfile").read_text())
    assert set(extras.split(",")) <= set(setup["options.extras_require"])


def test_the_page_s_commands_can_be_run() -> None:
    commands = re.findall(r"^palletjack-dr (generate .*?)(?: +#.*)?$", (HERE / "README.md").read_text(), re.MULTILINE)
    assert len(commands) >= 2
    for command in commands:
        plan_of(shlex.split(command))


RECIPES = ["Dockerfile", *(str(p.relative_to(HERE)) for p in sorted(HERE.glob("*/*.*")) if p.suffix != ".pyc")]


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_says_at_its_head_that_it_was_never_run_for_real(name: str) -> None:
    head = [line for line in (HERE / name).read_text().splitlines()[:12] if line.startswith("#")]
    assert re.search(r"[Nn]ever (built|run|with)", "\n".join(head))
