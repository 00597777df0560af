"""The doctor names what is missing with a remedy; the selftest tells a right engine from a wrong one."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from palletjack_dr.cli import main
from palletjack_dr.engine import Capture
from palletjack_dr.engines.embedded.engine import Embedded
from palletjack_dr.selftest import selftest


def doctor(capsys: pytest.CaptureFixture[str]) -> dict[str, dict[str, str]]:
    with suppress(SystemExit):  # where neither engine can run
        main(["doctor", "--json"])
    return {row["what"]: row for row in json.loads(capsys.readouterr().out)}


def pretend_gpu(name: str, driver: str, monkeypatch: pytest.MonkeyPatch) -> None:
    program = Path("bin/nvidia-smi")
    program.parent.mkdir(exist_ok=True)
    program.write_text(f'#!/bin/sh\ncase "$1" in *driver*) echo {driver};; *) echo "{name}";; esac\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent.absolute()}:{os.environ['PATH']}")


@pytest.mark.parametrize(
    ("name", "driver", "states"),
    [
        ("NVIDIA L4", "570.172.08", ("ok", "ok")),
        ("NVIDIA A10G", "535.104", ("ok", "open")),
        ("NVIDIA GeForce RTX 4090", "580.65", ("ok", "ok")),
        ("NVIDIA H100 80GB HBM3", "570.172.08", ("missing", "ok")),
        ("NVIDIA A100-SXM4-40GB", "570.172.08", ("missing", "ok")),
    ],
)
def test_gpus_without_rt_cores_and_old_drivers_are_told(
    name: str, driver: str, states: tuple[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pretend_gpu(name, driver, monkeypatch)
    found = doctor(capsys)
    assert (found["GPU with RT cores"]["state"], found["NVIDIA driver"]["state"]) == states


def test_whatever_is_not_there_comes_with_a_remedy(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("DOCKER_CONFIG", str(Path.cwd()))
    for variable in ("OMNI_KIT_ACCEPT_EULA", "ACCEPT_EULA"):
        monkeypatch.delenv(variable, raising=False)
    found = doctor(capsys)
    assert {"Isaac Sim", "NVIDIA driver", "docker", "NGC login", "licence accepted"} <= {
        name for name, row in found.items() if row["state"] != "ok" and row["remedy"]
    }
    assert all(row["remedy"] for row in found.values() if row["state"] != "ok")


def test_a_login_and_an_accepted_licence_are_seen(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("config.json").write_text('{"auths": {"nvcr.io": {}}}')
    monkeypatch.setenv("DOCKER_CONFIG", str(Path.cwd()))
    monkeypatch.setenv("OMNI_KIT_ACCEPT_EULA", "YES")
    found = doctor(capsys)
    assert (found["NGC login"]["state"], found["licence accepted"]["state"]) == ("ok", "ok")


def test_the_doctor_speaks_in_lines_too(capsys: pytest.CaptureFixture[str]) -> None:
    with suppress(SystemExit):
        main(["doctor"])
    said = capsys.readouterr().out
    assert "Python: 3." in said
    assert "engine=replicator" in said


@pytest.mark.renders
def test_the_embedded_engine_passes(capsys: pytest.CaptureFixture[str]) -> None:
    main(["selftest"])
    assert "engine=embedded sees what geometry says" in capsys.readouterr().out


class Mirrored(Embedded):
    """An engine whose pictures are mirrored."""

    def capture(self, *arguments: Any, **options: Any) -> Capture:
        seen = super().capture(*arguments, **options)
        ids = None if seen.instance_id is None else np.ascontiguousarray(seen.instance_id[:, ::-1])
        return Capture(k=seen.k, view=seen.view, rgb=seen.rgb, instance_id=ids, depth=seen.depth)


@pytest.mark.renders
def test_an_engine_that_mirrors_its_pictures_fails() -> None:
    wrong = {check.what for check in selftest(Mirrored()) if not check.right}
    assert {"ids equal", "boxes off"} <= wrong
