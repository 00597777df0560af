from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))

from synthetic import SIZE, record, tables, thing

from palletjack_dr.geometry import look_at, pose
from palletjack_dr.report import facts
from palletjack_dr.report.bins import DISTANCE, OCCLUSION, UNMEASURED, Bins
from palletjack_dr.report.bins import SIZE as AREA
from palletjack_dr.report.charts import heat_map, histogram, shares
from palletjack_dr.report.drawn import components, drawn
from palletjack_dr.report.ranking import choose, rankings, rarity
from palletjack_dr.report.tables import Table, class_rows, cross, groups


def many(count: int = 300) -> list[dict[str, Any]]:
    """Return targets of three classes, everywhere and of every size."""
    rng = np.random.default_rng(1)
    rows = []
    for i in range(count):
        width, height = (int(v) for v in rng.integers(4, 500, 2))
        box = [10, 10, 10 + width, 10 + height]
        occlusion = None if i % 11 == 0 else float(rng.choice([0.0, rng.random()]))
        row = thing(i + 1, 10, box=box, occlusion=occlusion, distance=float(rng.uniform(0.1, 30)))
        rows.append(row | {"label": ("palletjack", "forklift", "cart")[i % 3]})
    return rows


def counts(table: Table) -> Counter[tuple[str, str]]:
    """Return the count of each (row, column) that is not empty."""
    lines = zip(table.down, table.cells, strict=True)
    return +Counter({(d, a): c.count for d, line in lines for a, c in zip(table.across, line, strict=True)})


@pytest.mark.parametrize("rows", [many(), many(1), []])
def test_the_cells_of_a_table_sum_to_the_targets(rows: list[dict[str, Any]]) -> None:
    for group in groups(rows):
        own = rows if group.label == "all classes" else [r for r in rows if r["label"] == group.label]
        assert [t.total for t in group.crossed] == [len(own)] * 2
        assert sum(t.total for t in group.by_size) == len(own)
    for label, lines in class_rows(rows):
        assert {t.total for t in lines} == {sum(r["label"] == label for r in rows)}


def test_the_tables_by_size_add_up_to_the_one_of_all() -> None:
    group = groups(many())[0]
    summed = sum((counts(table) for table in group.by_size), Counter[tuple[str, str]]())
    assert summed == counts(group.crossed[0])


@pytest.mark.parametrize(
    ("bins", "changes", "label"),
    [
        (OCCLUSION, {"occlusion": 0.0}, "0 %"),
        (OCCLUSION, {"occlusion": 1e-9}, "0-10 %"),
        (OCCLUSION, {"occlusion": 0.1}, "10-40 %"),
        (OCCLUSION, {"occlusion": 1.0}, "80-100 %"),
        (OCCLUSION, {"occlusion": None}, UNMEASURED),
        (AREA, {"box": [0, 0, 32, 31]}, "small, below 32²"),
        (AREA, {"box": [0, 0, 32, 32]}, "medium, below 96²"),
        (AREA, {"box": [0, 0, 96, 96]}, "large, below 288²"),
        (AREA, {"box": [0, 0, 288, 288]}, "very large"),
        (DISTANCE, {"distance": 1.99}, "0-2 m"),
        (DISTANCE, {"distance": 16.0}, "16+ m"),
    ],
)
def test_an_edge_belongs_to_the_bin_above_it(bins: Bins, changes: dict[str, Any], label: str) -> None:
    assert bins.of(thing(1, 10, **changes)) == label


def test_the_darkest_cell_is_the_fullest_and_an_empty_one_is_blank() -> None:
    table = cross("t", OCCLUSION, DISTANCE, many())
    cells = [cell for line in table.cells for cell in line]
    assert max(cells, key=lambda c: c.count).shade == 1
    assert {cell.shade for cell in cells if not cell.count} <= {0.0}
    assert all(0 < cell.shade <= 1 for cell in cells if cell.count)
    assert not any(cell.hole for cell in cells if cell.count)


def test_what_was_not_measured_is_no_hole() -> None:
    table = cross("t", OCCLUSION, DISTANCE, [thing(1, 10), thing(2, 10, occlusion=None)])
    assert table.down[-1] == UNMEASURED
    assert not any(cell.hole for cell in table.cells[-1])
    assert table.holes == len(OCCLUSION.labels) * len(DISTANCE.labels) - 1


def test_hidden_objects_and_distractors_are_no_targets() -> None:
    rows = [thing(1, 10), thing(2, 10, visible_px=0, box=None), thing(3, 10, role="distractor")]
    assert [row["id"] for row in facts.targets([record(0, rows)])] == [1]


def test_every_box_centre_is_in_one_cell_also_at_the_picture_s_edge() -> None:
    rows = [*many(), thing(1, 0, box=[240, 144, 240, 144]), thing(2, 0, box=[0, 0, 0, 0])]
    heat = heat_map(rows, *SIZE)
    assert sum(map(sum, heat.counts)) == len(rows)
    assert heat_map([thing(1, 100)], *SIZE).counts[40 * 14 // 144][120 * 24 // 240] == 1
    assert heat_map([], *SIZE).empty == 1


def test_a_histogram_counts_every_finite_value() -> None:
    values = [*np.random.default_rng(2).normal(size=500), float("nan"), float("inf")]
    bars = histogram("t", values).bars
    assert sum(int(caption.rsplit(" ", 1)[1]) for *_, caption in bars) == 500
    assert histogram("t", []).bars == ()
    assert "always 0" in histogram("t", [-0.0, 0.0]).summary


def test_shares_name_the_most_frequent_values_and_count_the_others() -> None:
    found = shares("t", ["a"] * 6 + ["b"] * 3 + [str(i) for i in range(11)])
    assert found.bars[:2] == (("a", 6, 0.3), ("b", 3, 0.15))
    assert (len(found.bars), found.more) == (8, 5)


def test_a_pose_is_shown_by_where_it_is_and_heads() -> None:
    parts = components("pose", "/World/a", pose((1.0, 2.0, 3.0), yaw=np.radians(30)))
    assert parts == pytest.approx({"x": 1.0, "y": 2.0, "z": 3.0, "yaw": 30.0})
    assert components("pose", "camera", look_at((0, 0, 1), (0, 5, 0.5)))["yaw"] == pytest.approx(90.0)


def test_vectors_are_shown_by_component() -> None:
    assert components("material.base_color", "a", [0.1, 0.2, 0.3]) == {"r": 0.1, "g": 0.2, "b": 0.3}
    assert list(components("lens.distortion", "camera", [0.0] * 5)) == ["1", "2", "3", "4", "5"]
    assert components("unknown", "a", [0.0] * 50) == {"": "50 values"}


def test_every_value_that_was_drawn_is_counted_under_its_randomizer() -> None:
    edits = [["b", "/x", "visible", i > 0] for i in range(4)] + [["a", "/x", "material.texture", ""]]
    lights, b, a = drawn([record(0, []), record(1, [], edits=edits)])
    assert (lights.name, b.name, a.name) == ("lighting", "b", "a")
    assert b.attributes[0].shares[0].bars == (("true", 3, 0.75), ("false", 1, 0.25))
    assert a.attributes[0].shares[0].bars == (("as authored", 1, 1.0),)
    assert lights.attributes[0].histograms[0].summary == "n 1 · always 100"
    assert [s.edits for s in (lights, b, a)] == [2, 4, 1]


def test_each_ranking_is_led_by_its_extreme() -> None:
    rows = [[thing(1, 10 + 5 * f, distance=2.0)] for f in range(9)]
    rows[1][0]["occlusion"], rows[2][0]["truncation"], rows[3][0]["distance"] = 0.9, 0.8, 40.0
    rows[4][0]["box"], rows[5][0]["label"] = [10, 10, 12, 12], "unicorn"
    records = [record(f, r, refused=[], tables=tables(r)) for f, r in enumerate(rows)]
    records[6]["refused"], records[7]["tables"]["light_level"][0]["mean"] = [[0, "too dark"]], 0.01
    first = {r.title: r.picks[0] for r in rankings(records, *SIZE)}
    wanted = {"most occluded": 1, "most truncated": 2, "farthest": 3, "smallest": 4, "most refused": 6, "darkest": 7}
    assert {title: first[title].frame for title in wanted} == wanted
    assert "90 % hidden" in first["most occluded"].why
    assert "too dark" in first["most refused"].why


def test_the_rarest_frame_is_the_one_that_is_unlike_the_others() -> None:
    records = [record(f, [thing(1, 100)]) for f in range(20)]
    assert {bits for bits, _, _ in rarity(records, *SIZE)} == {0.0}
    records[13] = record(13, [thing(1, 100), thing(2, 100, label="unicorn", distance=12.0)])
    scored = rarity(records, *SIZE)
    bits, rarest, why = max(scored, key=lambda s: s[0])
    assert rarest["frame"] == 13
    assert bits == pytest.approx(2 * np.log2(21))
    assert "class unicorn (1 of 21)" in why


def test_a_frame_appears_once_in_a_ranking() -> None:
    records = [record(0, [thing(i, 10, occlusion=0.5) for i in range(1, 6)]), record(1, [thing(1, 10)])]
    for ranking in rankings(records, *SIZE):
        assert len({pick.frame for pick in ranking.picks}) == len(ranking.picks)


@pytest.mark.parametrize("count", [1, 5, 48, 49, 1000])
def test_the_viewer_s_frames_hold_the_ranked_ones_and_reach_over_the_dataset(count: int) -> None:
    records = [record(f, [thing(1, 10 + f % 90, distance=1.0 + f)]) for f in range(count)]
    ranked = rankings(records, *SIZE)
    frames = [r["frame"] for r in choose(records, ranked, 48)]
    assert len(frames) == min(count, 48)
    assert frames == sorted(set(frames))
    assert {pick.frame for r in ranked for pick in r.picks} <= set(frames)
    assert (frames[0], frames[-1]) == (0, count - 1)


def test_no_target_means_no_ranking() -> None:
    assert rankings([record(0, [])], *SIZE) == []
