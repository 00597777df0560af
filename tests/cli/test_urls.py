"""A dataset at a URL is the one that a folder would hold, after a kill and on another machine too."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import tarfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fsspec
import pytest

from palletjack_dr.cli import main
from palletjack_dr.packed import unpacked
from palletjack_dr.url import Url
from palletjack_dr.url_journal import read_records

pytestmark = pytest.mark.renders
COUNT = 8
SMALL = [
    "resolution=[96,64]",
    "quality=draft",
    "seed=5",
    f"frames.count={COUNT}",
    "asset=[palletjack]",
    "randomizer=[exposure,target_placement,robot_camera]",
    "constraint=[]",
    "split={train: 0.6, val: 0.4}",
    "annotator=[boxes_2d,masks,instance_segmentation,depth]",
    "writer=[kitti,coco]",
]
TARS = [
    "writer=[kitti,coco,webdataset]",
    "writers.webdataset.keep_files=false",
    "writers.webdataset.frames_per_shard=3",
]
SERVER = """
import time
from moto.server import ThreadedMotoServer
server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
print(server.get_host_and_port()[1], flush=True)
input()
"""


def truths(folder: Path) -> list[dict[str, Any]]:
    """Return all records in their order, without seconds and the digests of the pictures, which are dithered."""
    found = []
    for line in (folder / "frames.jsonl").read_text().splitlines():
        record = json.loads(line)
        files = {name: digest for name, digest in record["files"].items() if name != record["picture"]}
        found.append({**record, "seconds": None, "bytes": None, "files": files})
    return found


def labels(folder: Path) -> dict[str, bytes]:
    """Return every file that is no picture, no journal and no config."""
    left_out = ("frames.jsonl", "run.yaml", "manifest.json", ".lock")
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name not in left_out and path.suffix != ".png"
    }


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("alone") / "trucks"
    main(["generate", *SMALL, f"output_dir={folder}"])
    return folder


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A bucket of a real S3 server on this machine."""
    pytest.importorskip("moto")
    pytest.importorskip("s3fs")
    server = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", SERVER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert server.stdout is not None
        port = next(int(line) for line in server.stdout if line.strip().isdecimal())
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{port}")
        for variable in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            monkeypatch.setenv(variable, "test")
        monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        fsspec.filesystem("s3").mkdir("bucket")
        yield "s3://bucket"
    finally:
        server.communicate("\n")


def test_shards_in_a_bucket_are_all_that_a_killed_and_resumed_run_leaves(bucket: str, alone: Path) -> None:
    s3 = fsspec.filesystem("s3", use_listings_cache=False)
    command = ["generate", *SMALL, *TARS, f"output_dir={bucket}/sets/trucks"]
    local = ["runtime=local", "runtime.workers=1"]
    first = subprocess.Popen([sys.executable, "-m", "palletjack_dr", *command, *local], stderr=subprocess.DEVNULL)
    until = time.monotonic() + 300
    while len(s3.find("bucket/sets/trucks/journal")) < 3:
        assert first.poll() is None
        assert time.monotonic() < until
        time.sleep(0.05)
    first.send_signal(signal.SIGKILL)
    first.wait()
    before = {r["frame"]: unpacked(r) for r in read_records(Url(f"{bucket}/sets/trucks"))}
    assert 3 <= len(before) < COUNT
    main(command)
    names = {name.removeprefix("bucket/sets/trucks/") for name in s3.find("bucket/sets/trucks")}
    shards = {name for name in names if name.endswith(".tar")}
    tables = {"ImageSets/train.txt", "ImageSets/val.txt", "coco/instances_train.json", "coco/instances_val.json"}
    assert names - shards == {"run.yaml", "manifest.json", "frames.jsonl", *tables}
    streamed = []
    for shard in sorted(shards):
        with s3.open(f"bucket/sets/trucks/{shard}") as file, tarfile.open(fileobj=file, mode="r|") as tar:
            streamed += [entry.name for entry in tar]
    endings = ("png", "object_detection.txt", "json")
    assert sorted(streamed) == sorted(f"{index:06d}.{end}" for index in range(COUNT) for end in endings)
    main(["fetch", f"{bucket}/sets/trucks", "here/trucks"])
    main(["validate", "here/trucks"])
    after = {r["frame"]: r for r in read_records(Path("here/trucks"))}
    assert {index: after[index] for index in before} == before
    assert truths(Path("here/trucks")) == truths(alone)
    assert labels(Path("here/trucks")) == labels(alone)


def test_parts_of_many_machines_are_merged_at_urls_shards_and_all(
    alone: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    here = f"file://{Path().resolve()}"
    main(["generate", *SMALL, *TARS, "frames.shard=1/2", f"output_dir={here}/part1"])
    main(["generate", *SMALL, *TARS, "frames.shard=2/2", "output_dir=part2"])
    for out in (f"{here}/merged/trucks", "local/trucks"):
        main(["merge", f"{here}/part1", "part2", "--out", out])
        assert f"not validated; for that: palletjack-dr fetch {out} DIR" in " ".join(capsys.readouterr().err.split())
    for folder in (Path("merged/trucks"), Path("local/trucks")):
        assert not list(folder.rglob("*.png"))
        assert len(list(folder.rglob("*.tar"))) == 4
        main(["fetch", str(folder), f"single/{folder}"])
        assert truths(Path("single") / folder) == truths(alone)
        assert labels(Path("single") / folder) == labels(alone)
