"""Shards hold the same frames whoever made them and when, and nothing is lost on the way into them."""

from __future__ import annotations

import io
import json
import random
import tarfile
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from palletjack_dr import packing as packing_module
from palletjack_dr.cli import main
from palletjack_dr.dataset import Dataset
from palletjack_dr.errors import DatasetError
from palletjack_dr.fetch import fetch
from palletjack_dr.journal import Journal
from palletjack_dr.packing import Packing
from palletjack_dr.plugins.writers.webdataset import WebDataset
from palletjack_dr.split import Split
from palletjack_dr.storage import store
from palletjack_dr.url import Place, Url
from palletjack_dr.url_journal import open_journal, read_records

COUNT = 12
WRITER = WebDataset(frames_per_shard=3, keep_files=False)
SPLIT = Split(shares={"train": 0.7, "val": 0.3}, by="frame", seed=0)
CONFIG: dict[str, Any] = {"seed": 1, "frames": {"count": COUNT, "start": 0, "shard": "1/1"}}
PLACES = pytest.mark.parametrize("scheme", ["", "file://"])


def at(scheme: str, name: str = "out") -> Place:
    return Url(f"{scheme}{Path(name).resolve()}") if scheme else Path(name)


def contents(index: int) -> dict[str, bytes]:
    """Return the files of a frame; the last is in no shard."""
    return {
        f"Camera/rgb/{index:06d}.png": b"picture" * (index + 1),
        f"ground_truth/mask/{index:06d}_000.png": b"mask %d" % index,
        f"ground_truth/mask/{index:06d}_001.png": b"second mask %d" % index,
        f"own/{index:06d}.txt": b"text %d" % index,
    }


def commit(journal: Journal, index: int) -> None:
    record: dict[str, Any] = {"frame": index, "split": SPLIT.of(index), "picture": f"Camera/rgb/{index:06d}.png"}
    store(journal.place, record, contents(index).items())
    journal.append([record])


def make(
    place: Place, frames: Iterable[int], wanted: Iterable[int] = range(COUNT), writer: WebDataset = WRITER
) -> None:
    with open_journal(place, CONFIG) as journal, Packing(journal, [writer], wanted, SPLIT) as packing:
        journal.write("manifest.json", b"{}")
        for index in frames:
            if index not in journal.records:
                commit(journal, index)
        packing.finish()
        journal.finish()


def files(folder: str = "out") -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in Path(folder).rglob("*")
        if path.is_file() and path.name not in (".lock", "run.yaml")
    }


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Return the files of an undisturbed run."""
    folder = str(tmp_path_factory.mktemp("whole"))
    make(at("file://", folder), range(COUNT))
    return files(folder)


def samples(folder: str = "out") -> dict[str, list[tuple[str, bytes]]]:
    """Return the members of every shard."""
    found = {}
    for name, content in files(folder).items():
        if name.endswith(".tar"):
            with tarfile.open(fileobj=io.BytesIO(content)) as tar:
                found[name] = [(m.name, file.read()) for m in tar if (file := tar.extractfile(m)) is not None]
    return found


@PLACES
def test_all_that_is_left_are_shards_of_so_many_frames_in_order_and_what_goes_into_none(scheme: str) -> None:
    make(at(scheme), range(COUNT))
    by_split: dict[str, list[int]] = {"train": [], "val": []}
    for index in range(COUNT):
        by_split[SPLIT.of(index)].append(index)
    for split, frames in by_split.items():
        names = sorted(name for name in samples() if split in name)
        assert names == [f"webdataset/{split}-{n:06d}.tar" for n in range(-(-len(frames) // 3))]
        packed = [[int(m[:6]) for m, _ in samples()[name] if m.endswith(".json")] for name in names]
        assert packed == [frames[i : i + 3] for i in range(0, len(frames), 3)]
    members = dict(member for name in samples() for member in samples()[name])
    for index in range(COUNT):
        picture, first, second, single = contents(index).values()
        assert members[f"{index:06d}.png"] == picture
        assert members[f"{index:06d}.mask.png"] == first
        assert members[f"{index:06d}.mask_001.png"] == second
        assert json.loads(members[f"{index:06d}.json"])["split"] == SPLIT.of(index)
        assert files()[f"own/{index:06d}.txt"] == single
    assert not [name for name in files() if name.startswith(("Camera", "ground_truth", "journal"))]
    assert not scheme or not list(Path("out/journal").iterdir())


def test_shards_have_the_same_bytes_in_whatever_order_their_frames_come_and_wherever_they_go() -> None:
    make(Path("out"), range(COUNT))
    shuffled = list(range(COUNT))
    random.Random(1).shuffle(shuffled)
    make(at("file://", "elsewhere"), shuffled)
    make(Path("kept"), shuffled, writer=WebDataset(frames_per_shard=3))
    shards = {name: content for name, content in files().items() if name.endswith(".tar")}
    for folder in ("elsewhere", "kept"):
        assert {name: content for name, content in files(folder).items() if name.endswith(".tar")} == shards
    assert {name for index in range(COUNT) for name in contents(index)} <= files("kept").keys()
    journals = [[{**r, "shards": [*r["shards"]]} for r in read_records(Path(n))] for n in ("out", "kept")]
    assert journals[0] == journals[1]


@PLACES
def test_a_shard_is_written_as_soon_as_its_frames_are_there(scheme: str) -> None:
    first = [index for index in range(COUNT) if SPLIT.of(index) == "train"][:3]
    with open_journal(at(scheme), CONFIG) as journal, Packing(journal, [WRITER], range(COUNT), SPLIT):
        for index in first:
            commit(journal, index)
    assert list(samples()) == ["webdataset/train-000000.tar"]
    assert not list(Path("out/Camera/rgb").iterdir())


@PLACES
@pytest.mark.parametrize("step", ["build", "append", "remove"])
def test_a_run_that_ends_anywhere_in_packing_goes_on_to_the_same_shards(
    scheme: str, step: str, monkeypatch: pytest.MonkeyPatch, whole: dict[str, bytes]
) -> None:
    """Before a shard is there, before the records name it, before the single files are gone."""

    class Killed(Exception):  # noqa: N818
        pass

    def kill(*about: Any) -> None:
        if about[-1]:  # nothing to remove is nothing to be killed in
            raise Killed

    with monkeypatch.context() as patched:
        if step == "append":
            append = Journal.append
            patched.setattr(Journal, "append", lambda j, rs: kill(rs) if "shards" in rs[0] else append(j, rs))
        else:
            patched.setattr(packing_module, step, kill)
        with pytest.raises(Killed):
            make(at(scheme), range(COUNT))
    assert any("Camera" in name for name in files())
    make(at(scheme), range(COUNT))
    assert files() == whole


@PLACES
def test_more_frames_go_into_the_last_shard_even_where_it_is_the_only_place_of_its_files(
    scheme: str, whole: dict[str, bytes]
) -> None:
    for count in (5, 6, COUNT):
        make(at(scheme), range(count), wanted=range(count))
    assert files() == whole


@PLACES
def test_frames_that_are_missing_in_a_shard_come_into_it_later(scheme: str, whole: dict[str, bytes]) -> None:
    make(at(scheme), [index for index in range(COUNT) if index % 4])
    assert len(samples()) == sum(name.endswith(".tar") for name in whole)
    make(at(scheme), range(COUNT))
    assert files() == whole


@PLACES
def test_a_shard_that_was_removed_is_made_again_with_its_frames_and_no_other(scheme: str) -> None:
    make(at(scheme), range(COUNT))
    before, shard = files(), min(samples())
    Path("out", shard).unlink()
    made: list[int] = []

    class Made(list[int]):
        def __iter__(self) -> Any:
            for index in range(COUNT):
                made.append(index)
                yield index

    make(at(scheme), Made())
    assert files() == before


def test_frames_that_would_change_shards_after_they_were_packed_are_refused() -> None:
    make(Path("out"), range(5, COUNT), wanted=range(5, COUNT))
    with pytest.raises(DatasetError, match=r"frame \d+ is in webdataset/\w+-\d+.tar, where it would not be with the"):
        make(Path("out"), range(COUNT))


def test_files_that_are_kept_are_packed_again_when_shards_change(whole: dict[str, bytes]) -> None:
    keeping = WebDataset(frames_per_shard=3)
    make(Path("out"), range(8, COUNT), wanted=range(8, COUNT), writer=keeping)
    make(Path("out"), range(COUNT), writer=keeping)
    make(Path("whole"), range(COUNT), writer=keeping)
    assert samples() == samples("whole")


@PLACES
def test_a_file_that_is_not_what_was_written_is_named_before_it_gets_into_the_only_copy(
    scheme: str, whole: dict[str, bytes]
) -> None:
    first = [index for index in range(COUNT) if SPLIT.of(index) == "train"][:3]
    with open_journal(at(scheme), CONFIG) as journal:
        for index in first:
            commit(journal, index)
    picture = Path(f"out/Camera/rgb/{first[1]:06d}.png")
    picture.write_bytes(bytes(picture.stat().st_size))  # of the same length: one that is shorter is made again
    with pytest.raises(DatasetError, match=rf"{picture.name} is not what was written for frame {first[1]}; remove it"):
        make(at(scheme), range(COUNT))
    assert picture.is_file()
    picture.unlink()
    make(at(scheme), range(COUNT))
    assert files() == whole


@PLACES
def test_what_is_fetched_are_the_files_that_were_written(scheme: str) -> None:
    make(at(scheme), range(8))
    Path("out/tables").mkdir()
    Path("out/tables/all.json").write_text("{}")
    fetch(at(scheme), Path("got"))
    assert {n: c for n, c in files("got").items() if "/" in n} == {
        **{name: content for index in range(8) for name, content in contents(index).items()},
        "tables/all.json": b"{}",
    }
    make(at(scheme), range(COUNT))
    fetch(at(scheme), Path("got"))
    records: Sequence[Mapping[str, Any]] = read_records(Path("got"))
    assert [record["frame"] for record in records] == list(range(COUNT))
    for record in records:
        digests = {name: sha256(content).hexdigest() for name, content in contents(record["frame"]).items()}
        assert record["files"] == digests
        assert "shards" not in record


@PLACES
def test_a_damaged_shard_is_named_by_who_fetches_it(scheme: str) -> None:
    make(at(scheme), range(COUNT))
    shard = Path("out", min(samples()))
    shard.write_bytes(shard.read_bytes().replace(b"picturepicture", b"PICTUREpicture"))
    with pytest.raises(DatasetError, match=r"Camera/rgb/\d+.png is not what was written"):
        fetch(at(scheme), Path("got"))
    shard.write_bytes(shard.read_bytes()[:1000])
    with pytest.raises(DatasetError, match=r"\w+-000000.tar does not give \d+.\w+.png"):
        fetch(at(scheme), Path("got"))


def test_who_reads_single_files_is_told_that_they_are_in_shards() -> None:
    make(Path("out"), range(COUNT))
    with pytest.raises(DatasetError, match=r"'out' holds its files in shards; unpack them first: palletjack-dr fetch"):
        Dataset.open(Path("out"))
    fetch(Path("out"), Path("got"))
    assert len(Dataset.open(Path("got")).records) == COUNT


def test_shards_that_take_the_files_away_are_the_only_ones_of_a_run(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(
            [
                "generate",
                "writer=[kitti,webdataset]",
                "writers.webdataset.keep_files=false",
                "+writers.other={_target_: palletjack_dr.plugins.writers.webdataset.WebDataset, folder: other}",
            ]
        )
    said = " ".join(capsys.readouterr().err.split())
    assert "writers.webdataset.keep_files: false takes the files away from writers.other; leave one" in said
