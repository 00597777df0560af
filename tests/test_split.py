from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from palletjack_dr.cli import main
from palletjack_dr.errors import ConfigError
from palletjack_dr.split import Split


def split(**changes: Any) -> Split:
    return Split(**{"shares": {"train": 0.8, "val": 0.1, "test": 0.1}, "by": "frame", "seed": 0, **changes})


def test_frames_fall_to_splits_in_their_shares() -> None:
    counts = Counter(split().of(i) for i in range(5000))
    assert counts["train"] == pytest.approx(4000, abs=100)
    assert counts["val"] == pytest.approx(500, abs=70)
    assert counts["test"] == pytest.approx(500, abs=70)


def test_a_frame_s_split_does_not_depend_on_other_frames_but_on_the_seed() -> None:
    assert [split().of(i) for i in range(50)] == [split().of(i) for i in range(50)]
    assert [split().of(i) for i in range(200)] != [split(seed=1).of(i) for i in range(200)]


@pytest.mark.parametrize("count", [3, 6, 11, 40])
def test_every_split_gets_models_and_every_model_one_split(count: int) -> None:
    homes = split(by="asset").of_assets(f"truck_{i}" for i in range(count))
    counts = Counter(homes.values())
    assert set(counts) == {"train", "val", "test"}
    assert counts["train"] >= count - 2 - 2 * (count // 5)
    assert homes == split(by="asset").of_assets(f"truck_{i}" for i in reversed(range(count)))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"shares": {"train": 0.8, "val": 0.1}}, "sum to 1"),
        ({"shares": {"train": 1.2, "val": -0.2}}, "above 0"),
        ({"by": "colour"}, "wanted one of frame, asset"),
    ],
)
def test_a_split_that_is_none_is_refused(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        split(**changes)


def test_fewer_models_than_splits_are_refused() -> None:
    with pytest.raises(ConfigError, match="2 target models cannot fill 3 splits"):
        split(by="asset").of_assets(["a", "b"])


@pytest.mark.renders
def test_split_by_asset_shows_each_model_in_one_split_only() -> None:
    small = ["resolution=[160,96]", "quality=draft", "frames.count=12", "output_dir=ds"]
    main(["generate", *small, "split={train: 0.4, val: 0.3, test: 0.3}", "split_by=asset"])
    shown: dict[str, set[str]] = {}
    for record in map(json.loads, Path("ds/frames.jsonl").read_text().splitlines()):
        for row in record["objects"]:
            if row["role"] == "target":
                shown.setdefault(row["asset"], set()).add(record["split"])
    assert len(shown) >= 3
    assert all(len(splits) == 1 for splits in shown.values())
    main(["validate", "ds"])  # which exits with 1 where a model is in two splits
