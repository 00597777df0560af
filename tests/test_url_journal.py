"""A journal at a URL loses nothing that a local one would keep; through fsspec's own file system for local files."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import fsspec
import pytest
from fsspec.implementations.local import LocalFileSystem

from palletjack_dr import journal as journal_module
from palletjack_dr import url as url_module
from palletjack_dr import url_journal
from palletjack_dr.cli import main
from palletjack_dr.errors import DatasetError
from palletjack_dr.journal import Journal
from palletjack_dr.storage import store
from palletjack_dr.url import Url, place
from palletjack_dr.url_journal import open_journal, read_records

CONFIG = {"seed": 1, "frames": {"count": 4}}
OUT = Path("out")


def url(name: str = "out", scheme: str = "file") -> Url:
    return Url(f"{scheme}://{Path(name).resolve()}")


def commit(journal: Journal, *frames: int, content: bytes = b"label") -> None:
    records: list[dict[str, Any]] = [{"frame": index} for index in frames]
    for record in records:
        store(journal.place, record, [(f"labels/{record['frame']:06d}.txt", content)])
    journal.append(records)


def frames() -> list[int]:
    return [record["frame"] for record in read_records(url())]


def commits() -> list[Path]:
    return sorted(OUT.glob("journal/*"))


def test_a_finished_dataset_at_a_url_has_the_bytes_of_a_local_one() -> None:
    for where in (Path("local"), url()):
        with open_journal(where, CONFIG) as journal:
            commit(journal, 2)
            commit(journal, 0, 1)
            journal.write("tables/all.json", b"{}")
            journal.finish()
    found = [
        {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file() and p.name != ".lock"}
        for folder in (Path("local"), OUT)
    ]
    assert found[0] == found[1]
    assert len(found[0]) == 6


def test_every_commit_is_one_object_and_is_read_before_the_run_is_finished() -> None:
    with open_journal(url(), CONFIG) as journal:
        commit(journal, 3)
        commit(journal, 1, 2)
        assert frames() == [1, 2, 3]
        assert [len(path.read_text().splitlines()) for path in commits()] == [1, 2]
    with open_journal(url(), CONFIG) as journal:
        assert sorted(journal.records) == [1, 2, 3]


def test_of_a_frame_that_was_made_again_the_last_commit_counts() -> None:
    for content in (b"first", b"second"):
        with open_journal(url(), CONFIG) as journal:
            commit(journal, 0, content=content)
            before = read_records(url())
    with open_journal(url(), CONFIG) as journal:
        journal.finish()
        commit(journal, 0, content=b"third")
        after = read_records(url())
        journal.finish()
    assert len(before) == len(after) == 1
    assert before != after
    assert read_records(url()) == after


def test_commits_become_one_object_whenever_there_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(url_journal, "AT_MOST", 3)
    most = 0
    with open_journal(url(), CONFIG) as journal:
        for index in range(10):
            commit(journal, index)
            most = max(most, len(commits()))
            assert frames() == list(range(index + 1))
    assert most == 5  # two of three frames each, three that wait
    with open_journal(url(), CONFIG) as journal:
        journal.finish()
        assert sorted(journal.records) == list(range(10))
    assert not commits()
    assert frames() == list(range(10))


def test_half_a_commit_does_not_count_and_a_damaged_one_is_named() -> None:
    with open_journal(url(), CONFIG) as journal:
        commit(journal, 0)
        commit(journal, 1, 2)
    whole = commits()[-1].read_bytes()
    for left in (whole[:-1], whole[:-20], b""):
        commits()[-1].write_bytes(left)
        assert frames() == [0]
        with open_journal(url(), CONFIG) as journal:
            assert list(journal.records) == [0]
    commits()[-1].write_bytes(b"{\n" + whole)
    with pytest.raises(DatasetError, match=r"journal/00000002-\w+.jsonl:1: not a journal line"):
        frames()


def test_a_frame_that_lost_a_file_is_made_again() -> None:
    with open_journal(url(), CONFIG) as journal:
        commit(journal, 0)
        commit(journal, 1)
        journal.finish()
    Path("out/labels/000001.txt").unlink()
    with open_journal(url(), CONFIG) as journal:
        assert list(journal.records) == [0]
        journal.finish()
        assert list(journal.records) == [0]


def test_another_config_is_refused_and_so_is_a_place_that_holds_something_else() -> None:
    open_journal(url(), CONFIG).close()
    open_journal(url(), {**CONFIG, "frames": {"count": 8}}).close()
    assert "count: 8" in Path("out/run.yaml").read_text()
    with pytest.raises(DatasetError, match=r"output_dir 'file://.*/out' belongs to another config: seed differs"):
        open_journal(url(), {**CONFIG, "seed": 2})
    Path("thesis").mkdir()
    Path("thesis/chapter.txt").write_text("important")
    with pytest.raises(DatasetError, match=r"thesis' is not empty and holds no run.yaml; choose another"):
        open_journal(url("thesis"), CONFIG)
    assert [path.name for path in Path("thesis").iterdir()] == ["chapter.txt"]


def test_a_second_run_on_this_machine_is_kept_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_module, "PATIENCE", 0.1)
    with (
        open_journal(url(), CONFIG),
        pytest.raises(DatasetError, match=r"another run is writing to 'file://.*/out'; wait for it"),
    ):
        open_journal(url(), CONFIG)


def test_of_two_runs_that_cannot_be_kept_apart_neither_loses_a_commit_of_the_other() -> None:
    """As on two machines: the same place under another name is another lock."""
    with open_journal(url(), CONFIG) as one, open_journal(url(scheme="local"), CONFIG) as other:
        commit(one, 0)
        commit(other, 1)
        commit(other, 0)
        one.finish()
        commit(other, 2)
        assert frames() == [0, 1, 2]
        commit(one, 3)
        other.finish()
        one.finish()
    assert frames() == [0, 1, 2, 3]
    assert not commits()


def test_a_run_that_is_killed_keeps_every_frame_that_it_committed() -> None:
    code = (
        "from palletjack_dr.storage import store\n"
        "from palletjack_dr.url import Url\n"
        "from palletjack_dr.url_journal import open_journal\n"
        f"with open_journal(Url({str(url())!r}), {CONFIG!r}) as journal:\n"
        "    for index in range(10**6):\n"
        "        record = {'frame': index}\n"
        "        store(journal.place, record, [(f'labels/{index:06d}.txt', b'label')])\n"
        "        journal.append([record])\n"
        "        print(index, flush=True)\n"
    )
    made = -1
    for turn in range(2):
        writing = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
        assert writing.stdout is not None
        for line in writing.stdout:
            made = int(line)
            if made == 20 + turn:
                break
        writing.send_signal(signal.SIGKILL)
        rest = writing.communicate()[0].split()
        made = int(rest[-1]) if rest and rest[-1].isdecimal() else made
        assert set(range(made + 1)) <= set(frames())


class Weak(LocalFileSystem):  # type: ignore[misc]
    """Local files through a network that fails as often as ``fails`` says."""

    protocol = "weak"
    fails = 0

    def pipe_file(self, path: str, value: bytes, mode: str = "overwrite", **kwargs: Any) -> Any:
        if Weak.fails:
            Weak.fails -= 1
            raise ConnectionResetError("connection reset by peer")
        return super().pipe_file(path, value, mode=mode, **kwargs)


@pytest.fixture
def weak(monkeypatch: pytest.MonkeyPatch) -> Url:
    fsspec.register_implementation("weak", Weak, clobber=True)
    monkeypatch.setattr(url_module, "PAUSES", (0.0, 0.0, 0.0))
    monkeypatch.setattr(Weak, "fails", 0)
    OUT.mkdir()
    return url(scheme="weak")


def test_a_network_that_fails_for_a_while_costs_nothing(weak: Url, caplog: pytest.LogCaptureFixture) -> None:
    with open_journal(weak, CONFIG) as journal:
        Path("out/labels").mkdir()
        Path("out/journal").mkdir()
        for index in range(3):
            Weak.fails = 2
            commit(journal, index)
    assert frames() == [0, 1, 2]
    assert "out cannot be written: connection reset by peer; trying again in 0 s" in caplog.text


def test_a_network_that_fails_for_good_is_told_once_and_the_same_command_goes_on(weak: Url) -> None:
    with open_journal(weak, CONFIG) as journal:
        Path("out/labels").mkdir()
        Path("out/journal").mkdir()
        commit(journal, 0)
        Weak.fails = 100
        with pytest.raises(DatasetError, match=r"^weak://\S+ cannot be written: connection reset by peer; what is"):
            commit(journal, 1)
        Weak.fails = 0
    with open_journal(weak, CONFIG) as journal:
        assert list(journal.records) == [0]
        commit(journal, 1)
    assert frames() == [0, 1]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("nonsense://bucket/x", "Protocol not known: nonsense; wanted a folder, or s3:// for S3"),
        ("oss://bucket/x", "a package for oss:// is missing .*: pip install ossfs"),
        ("s3://bucket/a[1]", "are no names in URLs; choose another name"),
        ("file:///proc/dataset", "cannot be written: .*; what is committed is safe"),
    ],
)
def test_a_url_that_cannot_be_written_to_is_told_with_its_remedy(text: str, said: str) -> None:
    with pytest.raises(DatasetError, match=said):
        open_journal(Url(text), CONFIG)


def test_what_is_no_url_is_a_folder() -> None:
    assert place("a/b") == Path("a/b")
    assert place("C:/b") == Path("C:/b")
    assert place("s3://bucket/x/") == Url("s3://bucket/x/")
    assert str(Url("s3://bucket/x/") / "run.yaml") == "s3://bucket/x/run.yaml"


@pytest.mark.parametrize("command", [["report"], ["validate"], ["replay", "--frame", "1"]])
def test_a_command_that_reads_a_folder_tells_what_to_do_about_a_url(
    command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main([*command, "s3://b/x"])
    said = " ".join(capsys.readouterr().err.split())
    assert said == "error: s3://b/x is a URL, wanted a folder; copy it first: palletjack-dr fetch s3://b/x FOLDER"
