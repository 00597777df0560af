"""What is committed stays, whatever happens to the disk, the folder or the process."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from palletjack_dr import journal as journal_module
from palletjack_dr.errors import DatasetError
from palletjack_dr.journal import Journal, hold, read_journal, store
from palletjack_dr.whole_files import link

CONFIG = {"seed": 1, "frames": {"count": 4}}
OUT = Path("out")


def commit(journal: Journal, index: int, content: bytes = b"label") -> None:
    record: dict[str, Any] = {"frame": index}
    store(journal.folder, record, [(f"labels/{index:06d}.txt", content)])
    journal.append([record])


def frames() -> list[int]:
    return [record["frame"] for record in read_journal(OUT)]


def test_frames_that_come_in_any_order_are_read_and_left_in_order() -> None:
    with Journal(OUT, CONFIG) as journal:
        for index in (2, 0, 1):
            commit(journal, index)
        assert frames() == [0, 1, 2]
        journal.finish()
    lines = (OUT / "frames.jsonl").read_text().splitlines()
    assert [json.loads(line)["frame"] for line in lines] == [0, 1, 2]


def test_of_a_frame_that_was_made_again_the_last_line_counts() -> None:
    with Journal(OUT, CONFIG) as journal:
        commit(journal, 0, b"first")
        commit(journal, 0, b"second")
        before = read_journal(OUT)
        journal.finish()
    assert len(before) == 1
    assert before == read_journal(OUT)


@pytest.mark.parametrize("written", [0, 10])
def test_a_disk_that_fills_up_under_the_journal_loses_no_line_and_leaves_no_half_one(
    monkeypatch: pytest.MonkeyPatch, written: int
) -> None:
    with Journal(OUT, CONFIG) as journal:
        commit(journal, 0)
        whole = (OUT / "frames.jsonl").read_bytes()
        lines = journal._lines

        class Full:
            def fileno(self) -> int:
                return lines.fileno()

            def write(self, content: bytes) -> int:
                if (OUT / "frames.jsonl").stat().st_size > len(whole) or not written:
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                return lines.write(content[:written])

        monkeypatch.setattr(journal, "_lines", Full())
        with pytest.raises(DatasetError, match=r"frames.jsonl cannot be written: No space left.* same command goes on"):
            commit(journal, 1)
        assert (OUT / "frames.jsonl").read_bytes() == whole
        monkeypatch.setattr(journal, "_lines", lines)
        assert list(journal.records) == [0]
        commit(journal, 1)
    assert frames() == [0, 1]


def test_a_disk_that_fills_up_under_a_label_file_leaves_nothing_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with Journal(OUT, CONFIG) as journal:
        commit(journal, 0)
        with monkeypatch.context() as patched:
            patched.setattr("os.fsync", full)
            with pytest.raises(DatasetError, match=r"000001.txt cannot be written: No space left .* command goes on"):
                commit(journal, 1)
    assert frames() == [0]
    assert [p.name for p in (OUT / "labels").iterdir()] == ["000000.txt"]


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a folder that nobody can write to")
def test_a_folder_that_cannot_be_written_to_is_named() -> None:
    with pytest.raises(DatasetError, match=r"output_dir '/proc/dataset' cannot be written: .*; choose another"):
        Journal(Path("/proc/dataset"), CONFIG)


@pytest.mark.parametrize(
    "left",
    [
        b'{"frame":1,"fi',
        b'{"frame":1,"files":{}}',
        b"\x00\x00\x00",
        b"\x00" * 4096 + b"\n",
        b'{"frame":1,"fi\n',
        b'{"frame":1}\n',
        b"17\n",
        b"\r\n\xff\xfe\n\x00\r\n[",
    ],
)
def test_what_is_no_line_at_the_end_is_cut_off_and_its_frame_made_again(left: bytes) -> None:
    with Journal(OUT, CONFIG) as journal:
        commit(journal, 0)
    whole = (OUT / "frames.jsonl").read_bytes()
    with (OUT / "frames.jsonl").open("ab") as lines:
        lines.write(left)
    assert frames() == [0]
    with Journal(OUT, CONFIG) as journal:
        assert list(journal.records) == [0]
        assert (OUT / "frames.jsonl").read_bytes() == whole
        commit(journal, 1)
    assert frames() == [0, 1]


@pytest.mark.parametrize("left", [b"\x00\n", b'{"frame":1,"fi\n', b"{}\n\r\n"])
def test_what_is_no_line_before_others_is_named_and_left_alone(left: bytes) -> None:
    with Journal(OUT, CONFIG) as journal:
        commit(journal, 0)
        commit(journal, 2)
    first, last = (OUT / "frames.jsonl").read_bytes().splitlines(keepends=True)
    (OUT / "frames.jsonl").write_bytes(first + left + last)
    for read in (frames, lambda: Journal(OUT, CONFIG)):
        with pytest.raises(DatasetError, match=r"frames.jsonl:2: not a journal line .*; restore the file or delete"):
            read()
    assert (OUT / "frames.jsonl").read_bytes() == first + left + last


@pytest.mark.parametrize("gone", [False, True])
def test_a_journal_that_is_empty_or_gone_is_that_of_a_run_without_frames(gone: bool) -> None:
    with Journal(OUT, CONFIG) as journal:
        commit(journal, 0)
    (OUT / "frames.jsonl").unlink() if gone else (OUT / "frames.jsonl").write_bytes(b"")
    with Journal(OUT, CONFIG) as journal:
        assert not journal.records
        commit(journal, 0)
    assert frames() == [0]


@pytest.mark.parametrize("content", [None, b"", b"labe", b"label\n"])
def test_a_frame_whose_file_is_gone_or_of_another_length_is_made_again(
    content: bytes | None, caplog: pytest.LogCaptureFixture
) -> None:
    with Journal(OUT, CONFIG) as journal:
        for index in range(3):
            commit(journal, index)
    spoilt = OUT / "labels/000001.txt"
    spoilt.unlink() if content is None else spoilt.write_bytes(content)
    with Journal(OUT, CONFIG) as journal:
        assert list(journal.records) == [0, 2]
        assert "1 frames have lost files or parts of them and are made again, the first is 1" in caplog.text
        commit(journal, 1)
        journal.finish()
    assert frames() == [0, 1, 2]


@pytest.mark.parametrize(
    "content", [b"", b"see", b"\x00" * 80, b"seed: [1", b"- 1\n", b"frames:\n  count: 4\n", b"\xff"]
)
def test_a_config_that_is_damaged_is_named_with_what_restores_it(content: bytes) -> None:
    with Journal(OUT, CONFIG) as journal:
        commit(journal, 0)
    whole = (OUT / "run.yaml").read_bytes()
    (OUT / "run.yaml").write_bytes(content)
    with pytest.raises(
        DatasetError, match=r"run.yaml (cannot be read|has no 'seed').*frames.count=1 and another output"
    ):
        Journal(OUT, CONFIG)
    assert (OUT / "run.yaml").read_bytes() == content
    Journal(Path("another"), {**CONFIG, "frames": {"count": 1}}).close()
    (OUT / "run.yaml").write_bytes(Path("another/run.yaml").read_bytes())
    with Journal(OUT, CONFIG) as journal:
        assert list(journal.records) == [0]
    assert (OUT / "run.yaml").read_bytes() == whole


@pytest.mark.parametrize("content", [b"", b'{"assets": {"a": "1"', b"\x00" * 80, b"[]", b"{}"])
def test_a_manifest_that_is_damaged_is_named_and_may_be_deleted(content: bytes) -> None:
    with Journal(OUT, CONFIG) as journal:
        commit(journal, 0)
    (OUT / "manifest.json").write_bytes(content)
    with Journal(OUT, CONFIG) as journal:
        with pytest.raises(DatasetError, match=r"manifest.json cannot be read .*; restore it, or delete it to go on"):
            journal.check_assets({"a": "1"})
        (OUT / "manifest.json").unlink()
        journal.check_assets({"a": "1"})


@pytest.mark.parametrize("replaced", [False, True])
def test_nothing_is_committed_to_a_folder_that_is_moved_away(replaced: bool) -> None:
    with Journal(OUT, CONFIG) as journal:
        commit(journal, 0)
        whole = (OUT / "frames.jsonl").read_bytes()
        OUT.rename("moved")
        if replaced:
            Journal(OUT, CONFIG).close()
        with pytest.raises(DatasetError, match="'out' was removed, moved or replaced while frames were written to it"):
            commit(journal, 1)
        with pytest.raises(DatasetError, match="removed, moved or replaced"):
            journal.finish()
    assert Path("moved/frames.jsonl").read_bytes() == whole
    assert OUT.exists() == replaced
    assert not replaced or frames() == []


def test_a_run_that_was_killed_before_its_first_file_can_be_repeated() -> None:
    OUT.mkdir()
    (OUT / ".lock").touch()
    (OUT / "run.yaml.partial").write_text("see")
    with Journal(OUT, CONFIG) as journal:
        commit(journal, 0)
    assert frames() == [0]
    assert not list(OUT.rglob("*.partial"))


def test_the_config_in_the_folder_is_that_of_the_last_command() -> None:
    for count in (4, 8):
        Journal(OUT, {**CONFIG, "frames": {"count": count}}).close()
        assert f"count: {count}" in (OUT / "run.yaml").read_text()


def test_a_folder_stays_locked_until_the_last_worker_of_a_killed_run_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    journal = Journal(OUT, CONFIG)
    worker = subprocess.Popen(
        [sys.executable, "-c", "input()"], stdin=subprocess.PIPE, pass_fds=[journal.fileno()], text=True
    )
    journal.close()
    assert worker.stdin is not None
    monkeypatch.setattr(journal_module, "PATIENCE", 0.2)
    with pytest.raises(DatasetError, match="another run is writing to 'out'"):
        Journal(OUT, CONFIG)
    monkeypatch.setattr(journal_module, "PATIENCE", 30.0)
    ending = threading.Timer(0.3, worker.communicate, args=["\n"])
    start = time.monotonic()
    ending.start()
    Journal(OUT, CONFIG).close()
    ending.join()
    assert 0.3 <= time.monotonic() - start < 20


def test_a_folder_that_is_shared_stays_locked_until_the_last_that_holds_it_is_gone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(journal_module, "PATIENCE", 0.2)
    with Journal(OUT, CONFIG) as journal:
        journal.share()
        held = hold(OUT)
        with pytest.raises(DatasetError, match="another run is writing to 'out'"):
            Journal(OUT, CONFIG)
    with pytest.raises(DatasetError, match="another run is writing to 'out'"):
        Journal(OUT, CONFIG)
    held.close()
    Journal(OUT, CONFIG).close()


def test_a_second_name_for_a_file_takes_no_room() -> None:
    Path("first").write_bytes(b"picture")
    assert link(Path("first"), Path("below/second"))
    assert Path("below/second").stat().st_ino == Path("first").stat().st_ino
    assert not link(Path("missing"), Path("third"))
    assert not list(Path().rglob("*.partial"))
