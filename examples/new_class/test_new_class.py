"""The commands of the page, small; and the mistakes that a first mesh brings."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from palletjack_dr.cli import main

HERE = Path(__file__).parent
SMALL = ["resolution=[240,144]", "quality=draft", "frames.count=3"]
RUN = ["--config-dir", "conf", "experiment=amr"]


@pytest.fixture(autouse=True)
def in_a_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(HERE, tmp_path / "new_class")
    monkeypatch.chdir(tmp_path / "new_class")


@pytest.mark.renders
def test_one_file_makes_a_labelled_dataset_of_the_new_class() -> None:
    main(["generate", *RUN, *SMALL])
    records = [json.loads(line) for line in Path("dataset/amr/frames.jsonl").read_text().splitlines()]
    labels = {row["label"] for record in records for row in record["tables"]["boxes_2d"]}
    assert labels == {"amr"}
    instances = json.loads(Path("dataset/amr/manifest.json").read_text())["instances"]
    instance = next(i for i in instances if i["label"] == "amr")
    low, high = instance["bounds"]
    assert [b - a for a, b in zip(low, high, strict=True)] == pytest.approx([0.915, 0.65, 0.375], abs=0.01)
    main(["validate", "dataset/amr"])


@pytest.mark.parametrize(
    ("override", "words"),
    [
        ("assets.file.unit=m", "longest side is 91.5 m"),
        ("assets.file.unit=yd", "wanted one of m, cm, mm"),
        ("assets.file.path=meshes/none.obj", "no such file"),
        ("assets.file.path=README.md", "no USD or mesh file"),
        ("assets.file.path=conf", "holds no USD or mesh file"),
    ],
)
def test_a_wrong_file_or_unit_is_named(override: str, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as done:
        main(["generate", *RUN, *SMALL, override])
    assert done.value.code == 2
    assert words in capsys.readouterr().err
    assert not Path("dataset").exists()
