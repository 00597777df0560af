"""A test double of docker and of tao's entry points behind it: a script on a temporary PATH.

It answers ``info``, ``image inspect`` and ``run`` from ``plan.json`` beside it, and records the words of each call in
``calls.jsonl``. ``run`` does to the job's results what the plan says: status lines in TAO's keys, files, output and an
exit code, in any combination that TAO shows, above all a failure with exit code 0.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

SCRIPT = """#!{python}
import json, pathlib, sys
here = pathlib.Path(__file__).parent
plan = json.loads((here / "plan.json").read_text())
with (here / "calls.jsonl").open("a") as calls:
    calls.write(json.dumps([pathlib.Path(sys.argv[0]).name, *sys.argv[1:]]) + "\\n")
verb = sys.argv[1]
if verb == "info":
    print(plan["info"])
    sys.exit(plan["info_code"])
if verb == "image":
    sys.exit(0 if sys.argv[3] in plan["images"] else 1)
if "nvidia-smi" in sys.argv:
    print(plan["gpu_inside"])
    sys.exit(0)
print(plan["output"], flush=True)
for path, lines in plan["status"].items():
    file = pathlib.Path(path)
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a" if plan["append"] else "w") as status:
        for line in lines:
            status.write(json.dumps(line) + "\\n")
for path in plan["files"]:
    pathlib.Path(path).parent.mkdir(parents=True, exist_ok=True)
    pathlib.Path(path).write_bytes(b"weights")
sys.exit(plan["code"])
"""


class FakeDocker:
    """Writes ``docker`` (or another name) into a folder; ``plan`` says what it does."""

    def __init__(self, folder: Path, name: str = "docker") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        script = folder / name
        script.write_text(SCRIPT.format(python=sys.executable))
        script.chmod(0o755)
        self.plan(info=json.dumps({"Runtimes": {"nvidia": {}, "runc": {}}, "DockerRootDir": "/nowhere"}))

    def plan(self, **changes: Any) -> None:
        path = self.folder / "plan.json"
        usual: dict[str, Any] = {
            "info": "{}",
            "info_code": 0,
            "images": [],
            "gpu_inside": "GPU 0: NVIDIA A100",
            "output": "",
            "status": {},
            "append": True,
            "files": [],
            "code": 0,
        }
        before = json.loads(path.read_text()) if path.exists() else usual
        path.write_text(json.dumps(before | changes))

    @property
    def calls(self) -> list[list[str]]:
        path = self.folder / "calls.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def fake_driver(folder: Path, line: str) -> None:
    """Write an ``nvidia-smi`` that prints one line: name, driver version, compute capability."""
    folder.mkdir(parents=True, exist_ok=True)
    script = folder / "nvidia-smi"
    script.write_text(f"#!/bin/sh\necho '{line}'\n")
    script.chmod(0o755)


def line(status: str, message: str = "") -> dict[str, str]:
    """Return a line of status.json as TAO writes it, without leading zeros in date and time."""
    return {"date": "6/5/2026", "time": "9:4:7", "status": status, "verbosity": "INFO", "message": message}
