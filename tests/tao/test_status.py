from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from palletjack_dr.errors import DatasetError
from palletjack_dr.tao.runners.status import StatusWriter, content, read_status


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    writer = StatusWriter(tmp_path / "new")
    writer.write("STARTED", "Starting training.")
    writer.write(
        "RUNNING",
        "Evaluation metrics generated.",
        kpi={"mean average precision": 61.5, "validation cost": 0.002},
        categorical={"average_precision": {"palletjack": 61.5}},
    )
    writer.write("SUCCESS", "Done.")
    first, second, third = read_status(tmp_path / "new")
    assert (first.status, first.message, first.kpi) == ("STARTED", "Starting training.", {})
    assert second.kpi == {"mean average precision": 61.5, "validation cost": 0.002}
    assert second.categorical == {"average_precision": {"palletjack": 61.5}}
    assert third.is_success


def test_lines_have_taos_keys_and_dates_without_leading_zeros(tmp_path: Path) -> None:
    StatusWriter(tmp_path).write("RUNNING", "Epoch 1", kpi={"loss": 1.0})
    fields = json.loads((tmp_path / "status.json").read_text())
    assert list(fields) == ["date", "time", "status", "verbosity", "message", "kpi"]
    assert re.fullmatch(r"[1-9]\d?/[1-9]\d?/\d{4}", fields["date"])
    assert re.fullmatch(r"(0|[1-9]\d?):(0|[1-9]\d?):(0|[1-9]\d?)", fields["time"])


def test_words_that_tao_does_not_know_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="did you mean 'SUCCESS'"):
        StatusWriter(tmp_path).write("SUCESS")
    assert not (tmp_path / "status.json").exists()


def test_only_lines_that_have_come_since_count(tmp_path: Path) -> None:
    writer = StatusWriter(tmp_path)
    writer.write("SUCCESS", "last week")
    before = content(tmp_path)
    assert read_status(tmp_path, before) == []
    writer.write("FAILURE", "today")
    assert [line.message for line in read_status(tmp_path, before)] == ["today"]


def test_a_file_that_was_begun_anew_is_all_new(tmp_path: Path) -> None:
    writer = StatusWriter(tmp_path)
    writer.write("SUCCESS", "last week, a long message")
    before = content(tmp_path)
    writer.path.unlink()
    writer.write("FAILURE", "today")
    assert [line.message for line in read_status(tmp_path, before)] == ["today"]


def test_a_line_cut_short_is_left_out(tmp_path: Path) -> None:
    StatusWriter(tmp_path).write("RUNNING", "whole")
    with (tmp_path / "status.json").open("a") as file:
        file.write('{"status": "SUCC')
    assert [line.message for line in read_status(tmp_path)] == ["whole"]


@pytest.mark.parametrize(
    ("status", "message", "good"),
    [
        ("SUCCESS", "DetectNet_v2 training finished.", True),
        ("RUNNING", "Train finished successfully.", True),
        ("RUNNING", "Epoch 3", False),
        ("STARTED", "", False),
        ("FAILURE", "Train finished successfully.", False),
        ("SKIPPED", "", False),
    ],
)
def test_both_ways_in_which_tao_says_that_it_is_done_are_known(
    tmp_path: Path, status: str, message: str, good: bool
) -> None:
    StatusWriter(tmp_path).write(status, message)
    assert read_status(tmp_path)[-1].is_success is good
