from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
import threading
import time
import types
from pathlib import Path
from typing import Any

import pytest
from fake_docker import FakeDocker, fake_driver, line

from palletjack_dr.conf import __path__ as conf_path
from palletjack_dr.errors import ConfigError
from palletjack_dr.tao.detector import TrainingError
from palletjack_dr.tao.jobs import Job, training_jobs
from palletjack_dr.tao.runners.choose import runner_of
from palletjack_dr.tao.runners.docker import DockerRunner
from palletjack_dr.tao.runners.hints import HINTS, hint
from palletjack_dr.tao.runners.launcher import LauncherRunner
from palletjack_dr.tao.runners.local import TRAINERS, LocalRunner
from palletjack_dr.tao.runners.preflight import Needs, machine_problems
from palletjack_dr.tao.runners.runner import start_judged

TF1 = "nvcr.io/nvidia/tao/tao-toolkit:5.0.0-tf1.15.5"
GOOD_GPU = "NVIDIA H100, 550.54.15, 9.0"


def options(name: str) -> dict[str, Any]:
    import yaml

    loaded = yaml.safe_load((Path(next(iter(conf_path))) / "runner" / f"{name}.yaml").read_text())
    assert isinstance(loaded, dict)
    return loaded


def docker_runner(**changes: Any) -> DockerRunner:
    runner = runner_of(options("docker") | changes)
    assert isinstance(runner, DockerRunner)
    return runner


@pytest.fixture
def job(tmp_path: Path) -> Job:
    spec = tmp_path / "specs" / "train.txt"
    spec.parent.mkdir()
    spec.write_text("random_seed: 42\n")
    return training_jobs("detectnet_v2", {"train": spec}, tmp_path / "results")[-1]


@pytest.fixture
def docker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeDocker:
    fake = FakeDocker(tmp_path / "bin")
    fake.plan(images=[TF1])
    fake_driver(tmp_path / "bin", GOOD_GPU)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path / "no_login"))
    return fake


def runner_that_always_starts() -> DockerRunner:
    return docker_runner(ipc=None, free_gb=0)


def test_a_good_run_is_one_that_reports_success_and_leaves_its_files(docker: FakeDocker, job: Job) -> None:
    docker.plan(
        status={str(job.results / "status.json"): [line("STARTED"), line("SUCCESS", "finished")]},
        files=[str(job.results / "weights/model.hdf5")],
        output="Epoch 1/1",
    )
    runner_that_always_starts().run([job])
    assert (job.results / "train.log").read_text() == "Epoch 1/1\n"
    assert docker.calls[-1][1:] == runner_that_always_starts().command(job)[1:]


def test_what_is_printed_inside_is_seen_outside(
    docker: FakeDocker, job: Job, capsys: pytest.CaptureFixture[str]
) -> None:
    docker.plan(
        output="loss: 0.01 ü",
        status={str(job.results / "status.json"): [line("SUCCESS")]},
        files=[str(job.results / "weights/model.hdf5")],
    )
    runner_that_always_starts().run([job])
    assert "loss: 0.01 ü" in capsys.readouterr().out


def test_a_pytorch_job_is_good_without_the_word_success(docker: FakeDocker, tmp_path: Path) -> None:
    spec = tmp_path / "spec.yaml"
    spec.write_text("{}")
    (job,) = training_jobs("rtdetr", {"train": spec}, tmp_path / "results")
    docker.plan(
        images=[docker_runner().image_of("rtdetr")],
        status={str(job.results / "status.json"): [line("RUNNING", "Train finished successfully.")]},
        files=[str(job.results / "rtdetr_model_epoch_009.pth")],
    )
    runner_that_always_starts().run([job])


@pytest.mark.parametrize("code", [0, 1])
def test_a_reported_failure_counts_whatever_the_exit_code(docker: FakeDocker, job: Job, code: int) -> None:
    docker.plan(
        status={str(job.results / "status.json"): [line("STARTED"), line("FAILURE", "corrupted record at 0")]},
        files=[str(job.results / "weights/model.hdf5")],
        output="one\ntwo\ntensorflow.python.framework.errors_impl.DataLossError: corrupted record at 0",
        code=code,
    )
    with pytest.raises(TrainingError) as failed:
        runner_that_always_starts().run([job])
    message = str(failed.value)
    for part in ("status.json says: corrupted record at 0", "| two", "_warning.json", str(job.results / "train.log")):
        assert part in message


def test_success_without_the_files_is_none(docker: FakeDocker, job: Job) -> None:
    docker.plan(status={str(job.results / "status.json"): [line("SUCCESS")]})
    with pytest.raises(TrainingError, match=r"says SUCCESS, yet there is no .*weights/\*\.hdf5"):
        runner_that_always_starts().run([job])


def test_files_of_an_earlier_run_are_none(docker: FakeDocker, job: Job) -> None:
    (job.results / "weights").mkdir(parents=True)
    (job.results / "weights" / "model.hdf5").write_bytes(b"old")
    docker.plan(status={str(job.results / "status.json"): [line("SUCCESS")]})
    with pytest.raises(TrainingError, match="is from an earlier run"):
        runner_that_always_starts().run([job])


def test_success_of_an_earlier_run_is_none(docker: FakeDocker, job: Job) -> None:
    (job.results / "weights").mkdir(parents=True)
    (job.results / "weights" / "model.hdf5").write_bytes(b"old")
    (job.results / "status.json").write_text(json.dumps(line("SUCCESS")) + "\n")
    docker.plan(output="docker: Error response from daemon: No such container: 123")
    with pytest.raises(TrainingError, match=r"(?s)holds nothing of this run.*what helps: the launcher lost"):
        runner_that_always_starts().run([job])


def test_a_job_that_was_killed_on_its_way_is_none(docker: FakeDocker, job: Job) -> None:
    docker.plan(
        status={str(job.results / "status.json"): [line("STARTED"), line("RUNNING", "Epoch 3")]},
        files=[str(job.results / "weights/model.hdf5")],
        code=137,
    )
    with pytest.raises(TrainingError, match=r"exit code 137\): it broke off: .* RUNNING Epoch 3"):
        runner_that_always_starts().run([job])


def test_a_status_file_that_a_converter_begins_anew_is_read_whole(docker: FakeDocker, job: Job) -> None:
    job.results.mkdir(parents=True)
    (job.results / "status.json").write_text(json.dumps(line("FAILURE", "of the last run")) + "\n")
    docker.plan(
        append=False,
        status={str(job.results / "status.json"): [line("SUCCESS", "of this run")]},
        files=[str(job.results / "weights/model.hdf5")],
    )
    start_judged(job, docker_runner().command(job))


def test_the_next_job_does_not_start_after_a_failure(docker: FakeDocker, job: Job) -> None:
    with pytest.raises(TrainingError):
        runner_that_always_starts().run([job, job])
    assert sum(call[1] == "run" for call in docker.calls) == 1


def test_the_docker_command_is_this_one(job: Job, tmp_path: Path) -> None:
    assert docker_runner(user="1000:1000").command(job) == [
        *("docker", "run", "--rm", "--init", "--gpus", "all", "--ipc", "host"),
        *("--ulimit", "memlock=-1", "--ulimit", "stack=67108864"),
        *("--user", "1000:1000", "-e", "TELEMETRY_OPT_OUT=yes", "-e", "HOME=/tmp"),
        *("-v", f"{tmp_path}/results:{tmp_path}/results", "-v", f"{tmp_path}/specs:{tmp_path}/specs"),
        *(TF1, "detectnet_v2", "train", "-e", f"{tmp_path}/specs/train.txt"),
        *("-r", f"{tmp_path}/results", "--gpus", "1"),
    ]
    other = docker_runner(ipc=None, devices="0,1", image="mine:1").command(job)
    assert other[5:8] == ['"device=0,1"', "--shm-size", "16g"]
    assert "mine:1" in other
    assert not {"-it", "-t", "-i"} & set(other)


def test_versions_choose_images_and_unknown_ones_are_refused() -> None:
    assert docker_runner(version="4.0.0").image_of("detectnet_v2").endswith(":4.0.0-tf1.15.5")
    assert docker_runner().image_of("rtdetr").endswith(":6.26.3-pyt")
    assert docker_runner(version="7.1.0").image_of("dino").endswith(":7.1.0-pyt")
    with pytest.raises(ConfigError, match=r"no image is listed for detectnet_v2 '9\.0\.0'.*5\.0\.0"):
        docker_runner(version="9.0.0").image_of("detectnet_v2")
    assert docker_runner(version="9.0.0", image="mine:9").tao_version("detectnet_v2") == "9.0.0"


def test_a_dry_run_starts_nothing_and_prints_what_a_shell_takes(
    docker: FakeDocker, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spec = tmp_path / "with blank" / "train.txt"
    spec.parent.mkdir()
    spec.write_text("")
    (job,) = training_jobs("detectnet_v2", {"train": spec}, tmp_path / "results")
    runner = docker_runner()
    runner.run([job], dry_run=True)
    assert docker.calls == []
    assert not job.results.exists()
    script = capsys.readouterr().out
    assert shlex.split(script.splitlines()[1]) == runner.command(job)
    subprocess.run(["sh", "-c", script], check=True, env=os.environ)
    assert docker.calls == [runner.command(job)]


def test_without_docker_one_message_says_what_to_do(
    job: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fake_driver(tmp_path / "bin", GOOD_GPU)
    monkeypatch.setenv("PATH", f"{tmp_path}/bin")
    with pytest.raises(TrainingError, match=r"docker is not on the PATH; .*runner=local"):
        runner_that_always_starts().run([job])
    runner_that_always_starts().run([job], dry_run=True)
    assert "docker run --rm" in capsys.readouterr().out


NO_DAEMON = json.dumps({"ServerErrors": ["Cannot connect to the Docker daemon at unix:///var/run/docker.sock."]})
NO_RUNTIME = json.dumps({"Runtimes": {"runc": {}}})


@pytest.mark.parametrize(
    ("plan", "gpu", "changes", "words"),
    [
        ({"info": NO_DAEMON}, GOOD_GPU, {}, ["daemon does not answer (Cannot connect", "runner=local"]),
        ({"info": "permission denied", "info_code": 1}, GOOD_GPU, {}, ["(permission denied)", "usermod -aG docker"]),
        ({"info": NO_RUNTIME}, GOOD_GPU, {}, ["no way to the GPU", "nvidia-ctk runtime configure"]),
        ({"images": []}, GOOD_GPU, {}, ["not logged in to nvcr.io", "$oauthtoken", TF1]),
        ({"gpu_inside": "Failed to initialize NVML"}, GOOD_GPU, {"check_gpu": True}, ["from inside", "NVML"]),
        ({}, "NVIDIA B200, 580.10, 10.0", {}, ["B200", "10.0", "tao=rtdetr", "runner=local"]),
        ({}, "NVIDIA GeForce RTX 5090, 580.10, 12.0", {}, ["RTX 5090", "newer than"]),
        ({}, "Quadro M2000M, 580.10, 5.0", {}, ["older than"]),
        ({}, "NVIDIA A100, 515.65.01, 8.0", {}, ["driver 515.65.01 is too old", "525.85 or newer"]),
        ({}, "", {}, ["no NVIDIA GPU answers"]),
        ({}, GOOD_GPU, {"free_gb": 1e9}, ["GiB free", "make room"]),
    ],
)
def test_each_fault_of_the_machine_is_named_with_its_remedy(
    docker: FakeDocker,
    job: Job,
    tmp_path: Path,
    plan: dict[str, Any],
    gpu: str,
    changes: dict[str, Any],
    words: list[str],
) -> None:
    docker.plan(**plan)
    fake_driver(tmp_path / "bin", gpu)
    with pytest.raises(TrainingError) as refused:
        docker_runner(**{"ipc": None, "free_gb": 0} | changes).run([job])
    assert [word for word in words if word not in str(refused.value)] == []
    assert "\n  2." not in str(refused.value)  # and nothing else is complained about
    assert not job.results.exists()


def test_all_problems_come_in_one_message(docker: FakeDocker, job: Job, tmp_path: Path) -> None:
    docker.plan(info=NO_RUNTIME, images=[])
    fake_driver(tmp_path / "bin", "NVIDIA B200, 500.0, 10.0")
    with pytest.raises(TrainingError) as refused:
        docker_runner(ipc=None, free_gb=1e9).run([job])
    assert [f"\n  {n}." in str(refused.value) for n in range(1, 7)] == [True] * 5 + [False]


def test_a_login_or_the_image_is_enough(docker: FakeDocker, job: Job, tmp_path: Path) -> None:
    docker.plan(images=[])
    (tmp_path / "no_login").mkdir()
    (tmp_path / "no_login" / "config.json").write_text(json.dumps({"auths": {"nvcr.io": {}}}))
    assert runner_that_always_starts().problems([job]) == []


def test_folders_that_would_hide_the_image_are_not_mounted(docker: FakeDocker, job: Job) -> None:
    for path in ("/usr/share/data", "/workspace", "/tmp"):
        other = Job(**{**vars(job), "mounts": (Path(path),)})
        assert any("would hide" in problem for problem in runner_that_always_starts().problems([other]))


def test_a_folder_that_is_not_there_is_named_but_for_what_the_job_makes(docker: FakeDocker, job: Job) -> None:
    other = Job(**{**vars(job), "mounts": (*job.mounts, Path("/nowhere/data"))})
    found = runner_that_always_starts().problems([other])
    assert [problem for problem in found if "there is no folder" in problem] == found
    assert len(found) == 1
    assert "/nowhere/data" in found[0]


def test_an_interrupted_job_is_stopped(job: Job, tmp_path: Path) -> None:
    def interrupt_when_started() -> None:
        while not (tmp_path / "pid").exists():
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=interrupt_when_started).start()
    with pytest.raises(KeyboardInterrupt):
        start_judged(job, ["sh", "-c", f"echo $$ > {tmp_path}/x && mv {tmp_path}/x {tmp_path}/pid; exec sleep 60"])
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


def test_blanks_in_arguments_are_refused(docker: FakeDocker, job: Job) -> None:
    other = Job(**{**vars(job), "arguments": ("-e", "/a b")})
    assert any("breaks the argument '/a b' up" in problem for problem in runner_that_always_starts().problems([other]))


def test_any_gpu_will_do_for_an_image_that_asks_for_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_driver(tmp_path / "bin", "NVIDIA B200, 500.0, 10.0")
    monkeypatch.setenv("PATH", f"{tmp_path}/bin")
    assert machine_problems([Needs(image="mine")], shared_memory=False) == []


def launcher(**changes: Any) -> LauncherRunner:
    runner = runner_of(options("launcher") | changes)
    assert isinstance(runner, LauncherRunner)
    return runner


def test_the_launcher_is_called_in_the_syntax_of_its_version(job: Job) -> None:
    assert launcher().command(job)[:4] == ["tao", "model", "detectnet_v2", "train"]
    assert launcher(version="4.0.0").command(job)[:3] == ["tao", "detectnet_v2", "train"]
    assert launcher(executable="/env/bin/tao").command(job)[0] == "/env/bin/tao"


def test_the_launcher_gets_a_mounts_file_with_its_three_keys(job: Job, tmp_path: Path) -> None:
    FakeDocker(tmp_path / "env", "tao").plan(
        status={str(job.results / "status.json"): [line("SUCCESS")]}, files=[str(job.results / "weights/model.hdf5")]
    )
    launcher(executable=str(tmp_path / "env" / "tao"), user="1:2").start(job)
    mounts = json.loads((job.results / "tao_mounts.json").read_text())
    assert list(mounts) == ["Mounts", "Envs", "DockerOptions"]
    assert all(mount["source"] == mount["destination"] for mount in mounts["Mounts"])
    assert all(Path(mount["source"]).exists() for mount in mounts["Mounts"])
    assert mounts["DockerOptions"]["tty"] is False
    assert mounts["DockerOptions"]["user"] == "1:2"


def test_a_launcher_that_swallows_the_failure_is_not_believed(job: Job, tmp_path: Path) -> None:
    FakeDocker(tmp_path / "env", "tao").plan(output="CalledProcessError", code=0)
    with pytest.raises(TrainingError, match=r"exit code 0\): it did not get as far as to report"):
        launcher(executable=str(tmp_path / "env" / "tao")).start(job)


def test_variables_that_mislead_the_launcher_are_kept_from_it(
    job: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI_PROJECT_DIR", "/builds")
    script = tmp_path / "tao"
    script.write_text("#!/bin/sh\necho CI=$CI_PROJECT_DIR MOUNTS=$LAUNCHER_MOUNTS\n")
    script.chmod(0o755)
    with pytest.raises(TrainingError):
        launcher(executable=str(script)).start(job)
    assert (job.results / "train.log").read_text() == f"CI= MOUNTS={job.results}/tao_mounts.json\n"


def test_what_the_launcher_would_break_up_or_rename_is_refused(docker: FakeDocker, job: Job, tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    other = Job(**{**vars(job), "arguments": ("-k", "a$b"), "mounts": (tmp_path / "link",)})
    found = "\n".join(launcher(executable="/nowhere/tao", free_gb=0).problems([other]))
    for part in ("'a$b'", f"{tmp_path}/link is a link", "nvidia-tao", "not logged in to nvcr.io"):
        assert part in found


def test_a_dry_run_of_the_launcher_is_a_script_that_does_it_all(
    docker: FakeDocker, job: Job, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fake = FakeDocker(tmp_path / "env", "tao")
    runner = launcher(executable=str(tmp_path / "env" / "tao"))
    runner.run([job], dry_run=True)
    assert fake.calls == []
    subprocess.run(["sh", "-c", capsys.readouterr().out], check=True)
    assert fake.calls == [["tao", *runner.command(job)[1:]]]
    assert json.loads((job.results / "tao_mounts.json").read_text()) == runner.mounts(job)


def test_local_calls_the_trainer_of_the_network(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    called = []
    for network, name in TRAINERS.items():
        module = types.ModuleType(name)
        module.train = lambda spec, results, options, network=network: called.append((network, spec, results))  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, name, module)
    runner = runner_of(options("local"))
    runner.run([job, Job(**{**vars(job), "network": "rtdetr"})])
    assert called == [("detectnet_v2", job.spec, job.results), ("rtdetr", job.spec, job.results)]


def test_local_needs_no_records_and_refuses_what_has_a_command_of_its_own(
    job: Job, capsys: pytest.CaptureFixture[str]
) -> None:
    runner = LocalRunner()
    convert = Job(**{**vars(job), "verb": "dataset_convert"})
    runner.start(convert)
    runner.run([convert, job], dry_run=True)
    shown = capsys.readouterr().out
    assert "not needed here" in shown
    assert "palletjack_dr.tao.detectnet_v2.training" in shown
    with pytest.raises(TrainingError, match="use palletjack-dr infer"):
        runner.run([Job(**{**vars(job), "verb": "inference"})])
    with pytest.raises(TrainingError, match=r"dino is not trained here.*runner=docker"):
        runner.run([Job(**{**vars(job), "network": "dino"})])


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"name": "dokcer"}, "did you mean 'docker'"),
        ({"name": "docker", "imgae": "x"}, r"runner\.imgae.*did you mean 'image'"),
        ({"name": "local", "image": "x"}, r"runner=local has no such option"),
        ({"name": "docker", "gpus": "all"}, r"runner\.gpus: got 'all'"),
    ],
)
def test_unknown_runners_and_options_are_refused(config: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        runner_of(config)


@pytest.mark.parametrize("name", ["docker", "launcher", "local"])
def test_the_configs_hold_every_option_and_no_other(name: str) -> None:
    import dataclasses

    runner = runner_of(options(name))
    known = {field.name for field in dataclasses.fields(runner)}  # type: ignore[arg-type]
    missing = known - options(name).keys()
    assert missing <= ({"gpus", "key"} if name == "local" else set())


@pytest.mark.parametrize(
    ("output", "words"),
    [
        ("DataLossError: corrupted record at 0", "_warning.json"),
        ("61:29 : Couldn't parse integer: 0.0500000007451", "dbscan_min_samples"),
        ("ValueError: scalar_logging_frequency 10 must be less than steps", "scalar_logging_frequency"),
        ("zipfile extracted was corrupt, check your key", "another key"),
        ("unauthorized: authentication required", "$oauthtoken"),
        ("docker: Error response from daemon: No such container: 5a", "runner=docker"),
        ("Error while fetching server API version", "runner=local"),
        ('could not select device driver "" with capabilities: [[gpu]]', "container toolkit"),
        ("CUDA error: no kernel image is available for execution on the device", "Hopper"),
        ("torch.OutOfMemoryError: CUDA out of memory", "batch size"),
        ("DataLoader worker is killed by signal: Bus error", "runner.ipc=host"),
        ("AssertionError: Default onnx file /x.onnx already exists", "overwrites no"),
        ("OSError: No space left on device", "disk is full"),
        ("dino: error: unrecognized arguments: -o", "runner.version"),
    ],
)
def test_known_complaints_have_a_remedy(output: str, words: str) -> None:
    assert words in hint(f"Epoch 1\n{output}\n")


def test_ordinary_output_gets_no_hint() -> None:
    assert hint("Epoch 1/80\n 12/12 loss: 0.01\nmean average precision 61.2\nSaving model\n") == ""
    assert len(HINTS) >= 15
