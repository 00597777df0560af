"""Everything that the page shows runs, on a tiny room and without workers."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from tiny_room import tiny_room

from palletjack_dr.cli import main

PAGE = (Path(__file__).parents[2] / "docs" / "streaming.md").read_text()


@pytest.mark.renders
def test_the_code_of_the_page_runs_and_says_what_is_so() -> None:
    room = [*tiny_room(Path("room").absolute()), "frames.count=8", "max_attempts=2"]
    names: dict[str, object] = {}
    for block in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL):
        code = re.sub(r"^overrides = .*$", f"overrides = {room!r}", block, flags=re.MULTILINE)
        exec(re.sub(r"num_workers=\d", "num_workers=0", code).replace("batch_size=8", "batch_size=2"), names)
    assert (names["height"], names["width"]) == (96, 160)
    assert set(names["names"]) <= {"crate"}  # type: ignore[call-overload]
    visible, whole = names["visible"], names["whole"]
    assert [m.shape for m in visible] == [m.shape for m in whole]  # type: ignore[attr-defined]
    assert all((w >= v.numpy()).all() for v, w in zip(visible, whole, strict=True))  # type: ignore[call-overload]
    assert names["last"] == 11  # three epochs of two batches of two: no frame twice
    assert names["start"] == 8
    assert names["seen"] == [0, 1, 2, 3]


@pytest.mark.renders
def test_the_command_of_the_page_joins_what_workers_have_kept() -> None:
    room = [*tiny_room(Path("room").absolute()), "frames.count=4"]
    (command,) = re.findall(r"```bash\n(.*?)```", PAGE, re.DOTALL)
    for part in ("1", "2"):
        main(["generate", *room, f"frames.shard={part}/2", f"output_dir=mine/part-{part}-of-2"])
    main(shlex.split(command)[1:])
    assert len(list(Path("whole/Camera/rgb").iterdir())) == 4
