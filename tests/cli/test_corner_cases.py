"""Every corner case makes frames, with a class of any name, and they show what the case is about."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import pytest

from palletjack_dr import conf
from palletjack_dr.cli import main

pytestmark = pytest.mark.renders
CASES = sorted(path.stem for path in (Path(conf.__file__).parent / "corner_case").glob("*.yaml"))


def made(case: str, *overrides: str) -> list[dict[str, Any]]:
    main(
        [
            "generate",
            f"corner_case={case}",
            "resolution=[320,192]",
            "quality=draft",
            "frames.count=3",
            "check_share=1.0",
            "assets.palletjack.label=tug",
            "output_dir=made",
            *overrides,
        ]
    )
    return [json.loads(line) for line in Path("made/frames.jsonl").read_text().splitlines()]


def targets(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [o for r in records for o in r["objects"] if o["role"] == "target" and o["visible_px"]]


def brightness(records: list[dict[str, Any]]) -> list[float]:
    pictures = [cv2.imread(f"made/{r['picture']}") for r in records]
    return [float(p.mean()) for p in pictures if p is not None]


def test_every_corner_case_has_a_test_of_what_it_shows() -> None:
    assert set(CASES) == set(SHOWS) | {"empty_scene", "look_alikes"}


SHOWS: dict[str, Callable[[list[dict[str, Any]]], bool]] = {
    "heavy_occlusion": lambda r: all(any(0.38 <= o["occlusion"] <= 0.92 for o in targets([f])) for f in r),
    "truncated_at_border": lambda r: all(any(o["truncation"] >= 0.1 for o in targets([f])) for f in r),
    "far_and_small": lambda r: all(any(o["distance"] >= 8 for o in targets([f])) for f in r),
    "behind_rack": lambda r: all(any(o["occlusion"] >= 0.15 for o in targets([f])) for f in r),
    "dim_light": lambda r: max(brightness(r)) < 90,
    "backlit": lambda r: len(targets(r)) >= 3,
    "motion_blur": lambda r: all(any(e[2] == "sensor.motion_blur" for e in f["edits"]) for f in r),
    "loaded_forks": lambda r: all(any(e[0] == "load_on_forks" for e in f["edits"]) for f in r),
    "crowded_row": lambda r: all(len(targets([f])) >= 2 for f in r),
    "low_camera": lambda r: all(e[3][2] <= 0.3 for f in r for e in f["edits"] if e[1] == "camera" and e[2] == "pose"),
    "reflective_floor": lambda r: (
        max(e[3] for f in r for e in f["edits"] if e[0] == "wet_floor" and e[2] == "material.roughness") <= 0.16
    ),
}


@pytest.mark.parametrize("case", SHOWS)
def test_a_corner_case_shows_what_it_is_about(case: str) -> None:
    records = made(case)
    assert len(records) == 3
    assert SHOWS[case](records)
    assert {o["label"] for o in targets(records)} == {"tug"}


def test_look_alikes_stand_where_targets_are_few() -> None:
    records = made("look_alikes", "frames.count=8")
    instances = {i["id"]: i for i in json.loads(Path("made/manifest.json").read_text())["instances"]}
    alike = {i["label"] for i in instances.values()} & {"stacker_base", "floor_sweeper", "red_trolley", "lift_table"}
    assert len(alike) == 4
    assert any(not targets([r]) for r in records)


def test_an_empty_scene_has_no_target_and_empty_label_files() -> None:
    records = made("empty_scene")
    assert targets(records) == []
    assert [p.read_text() for p in Path("made/Camera/object_detection").iterdir()] == [""] * 3
