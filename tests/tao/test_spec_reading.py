"""Specs in text form are read as TAO reads them, and every mistake is told with its place."""

from __future__ import annotations

from typing import Any

import pytest
from google.protobuf import text_format

from palletjack_dr.errors import ConfigError
from palletjack_dr.tao.detectnet_v2.schema import KINDS, VERSIONS, spec_class
from palletjack_dr.tao.detectnet_v2.spec import kind_of, read_spec, reading
from palletjack_dr.tao.findings import SpecError
from palletjack_dr.tao.message_table import message_class
from palletjack_dr.tao.message_tree import fill, write_text

EXPERIMENT = """
random_seed: 42  # chance
dataset_config {
  data_sources { tfrecords_path: "a/b-fold-*", image_directory_path: 'a' };
  target_class_mapping { key: "van" value: "car" }
  target_class_mapping: < key: "car" value: "car" >
  validation_fold: 0
}
model_config { freeze_blocks: [0, 1] arch: "res" "net" use_batch_norm: True }
"""


def test_a_sound_text_gives_the_message_that_protobuf_itself_reads() -> None:
    expected = spec_class("experiment")()
    text_format.Parse(EXPERIMENT, expected)
    found = reading(EXPERIMENT)
    assert found.findings == []
    assert found.message == expected
    assert read_spec(EXPERIMENT).model_config.arch == "resnet"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("random_sed: 3", (1, 1), ["random_sed", "unknown field", "did you mean 'random_seed'?"]),
        ("random_seed: -3", (1, 14), ["random_seed", "-3", "whole number, 0 or above"]),
        ("random_seed: 2.5", (1, 14), ["2.5", "whole number"]),
        ("random_seed 3", (1, 13), ["random_seed", "colon"]),
        ('random_seed: "3"', (1, 14), ["random_seed", "whole number"]),
        ("model_config: 3", (1, 1), ["model_config", "{...}", "ModelConfig"]),
        ("model_config {\n  use_batch_norm: yes\n}", (2, 19), ["use_batch_norm", "yes", "true or false"]),
        ("model_config { arch: resnet }", (1, 22), ["arch", "text in quotes"]),
        ("model_config { arch: 'resnet'", (1, 30), ["text"]),
        ("training_config { regularizer { type: L3 } }", (1, 39), ["type", "L3", "NO_REG, L1, L2"]),
        (
            'postprocessing_config { target_class_config { key: "x" value { clustering_config\n {dbscan_eps: {}} } } }',
            (2, 15),
            ["postprocessing_config.target_class_config[x].clustering_config.dbscan_eps"],
        ),
        (
            "dataset_config { data_sources {} data_sources {\n image_dir_path: '' } }",
            (2, 2),
            ["dataset_config.data_sources[1].image_dir_path", "did you mean 'image_directory_path'?"],
        ),
    ],
)
def test_what_tao_would_refuse_is_told_with_line_and_column(
    text: str, place: tuple[int, int], words: list[str]
) -> None:
    with pytest.raises(SpecError) as refused:
        read_spec(text, "experiment")
    assert [w for w in (f"{place[0]}:{place[1]} ", *words) if w not in str(refused.value)] == []
    with pytest.raises(text_format.ParseError):
        text_format.Merge(text, spec_class("experiment")())


def test_all_mistakes_are_found_at_once_and_the_rest_is_read() -> None:
    text = (
        "random_sed: 3\nmodel_config { arch: 'vgg' num_layer: 18 dropout_rate: no }\ntraining_config { num_epochs: 7 }"
    )
    found = reading(text, "experiment")
    assert [f.path for f in found.findings] == ["random_sed", "model_config.num_layer", "model_config.dropout_rate"]
    message: Any = found.message
    assert (message.model_config.arch, message.training_config.num_epochs) == ("vgg", 7)


@pytest.mark.parametrize("first", ["0", "0.5"])
def test_a_scalar_given_twice_is_told_and_the_last_counts(first: str) -> None:
    found = reading(f"model_config {{\n dropout_rate: {first}\n dropout_rate: 0.25\n}}", "experiment")
    message: Any = found.message
    assert [(f.level, f.line, f.path) for f in found.findings] == [("warning", 3, "model_config.dropout_rate")]
    assert "line 2" in found.findings[0].found
    assert message.model_config.dropout_rate == 0.25


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("version", VERSIONS)
def test_fields_of_a_message_differ_in_name_and_tag(kind: str, version: int) -> None:
    todo, seen = [spec_class(kind, version).DESCRIPTOR], set()
    while todo:
        message = todo.pop()
        if message.full_name not in seen:
            seen.add(message.full_name)
            assert len({f.number for f in message.fields}) == len(message.fields)
            todo += [f.message_type for f in message.fields if f.message_type is not None]
    assert len(seen) > 5


def test_min_samples_is_a_whole_number_from_version_5_on() -> None:
    text = "postprocessing_config { target_class_config { value { clustering_config { dbscan_min_samples: 0.05 } } } }"
    assert [f.level for f in reading(text, version=4).findings] == []
    assert [(f.level, f.found) for f in reading(text, version=5).findings] == [("error", "0.05")]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (EXPERIMENT, "experiment"),
        ("inferencer_config { image_width: 960 }", "inference"),
        ("kitti_config { num_shards: 1 } image_directory_path: 'x'", "dataset_export"),
    ],
)
def test_the_kind_of_a_spec_is_told_by_its_fields(text: str, kind: str) -> None:
    assert kind_of(text) == kind


@pytest.mark.parametrize("text", ["", "# nothing", "apples: 3", "{"])
def test_a_text_that_is_no_spec_is_refused(text: str) -> None:
    with pytest.raises(SpecError, match="not a spec of DetectNet_v2"):
        read_spec(text)


TABLE = """
Cart
  name str 1
  wheels u32 2                 # how many
  load float 3
  color RED|GREEN 4
  boxes Box* 5
  prices map:float 6
  owners map:Box 7
  tags str* 8
  left Box 9 (side)
  right Box 10 (side)
Box
  name str 1
  heavy bool 2
"""


def test_a_tree_becomes_a_message_whose_text_reads_back_the_same() -> None:
    tree = {
        "name": "a",
        "wheels": 4,
        "load": 0.05,
        "color": "GREEN",
        "boxes": {"one": {"heavy": True}, "two": {}},
        "prices": {"x": 2},
        "owners": {"y": {"name": "z"}},
        "tags": ["p", "q"],
        "left": {},
        "right": None,
    }
    message: Any = message_class(TABLE, "Cart")()
    fill(message, tree, "cart")
    assert [(b.name, b.heavy) for b in message.boxes] == [("one", True), ("two", False)]
    text = write_text(message, "a cart")
    assert "load: 0.05\n" in text
    assert text.startswith("# a cart\n")
    again = message_class(TABLE, "Cart")()
    text_format.Parse(text, again)
    assert again == message


@pytest.mark.parametrize(
    ("tree", "words"),
    [
        ({"nme": "x"}, ["cart.nme", "did you mean 'name'?"]),
        ({"wheels": -1}, ["cart.wheels", "-1"]),
        ({"wheels": "four"}, ["cart.wheels", "'four'"]),
        ({"wheels": True}, ["cart.wheels", "True", "whole number"]),
        ({"load": "heavy"}, ["cart.load", "'heavy'"]),
        ({"color": "BLUE"}, ["cart.color", "'BLUE'", "RED, GREEN"]),
        ({"boxes": {"one": {"heavy": 3}}}, ["cart.boxes[0].heavy", "3", "true or false"]),
        ({"boxes": 3}, ["cart.boxes", "list"]),
        ({"tags": "p"}, ["cart.tags", "'p'", "list"]),
        ({"left": 3}, ["cart.left", "mapping"]),
        ({"left": {}, "right": {}}, ["cart", "left and right"]),
        ({"prices": {"x": "dear"}}, ["cart.prices.x", "'dear'"]),
    ],
)
def test_a_tree_that_does_not_fit_is_refused_with_its_key(tree: dict[str, Any], words: list[str]) -> None:
    with pytest.raises(ConfigError) as refused:
        fill(message_class(TABLE, "Cart")(), tree, "cart")
    assert [w for w in words if w not in str(refused.value)] == []
