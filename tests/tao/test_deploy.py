from __future__ import annotations

import json
import os
import re
import shutil
import stat
import subprocess
from configparser import ConfigParser
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import onnx
import pytest
import yaml

from palletjack_dr.cli import main
from palletjack_dr.errors import ConfigError, DatasetError
from palletjack_dr.tao.calibration import calibration_pictures
from palletjack_dr.tao.deploy import Options, write_deployment
from palletjack_dr.tao.detector import TrainingError
from palletjack_dr.tao.exported import read_exported

CLASSES = ["forklift", "palletjack"]


def save(
    path: Path, picture: tuple[str, list[Any]], outputs: dict[str, list[Any]], metadata: dict[str, str] | None
) -> Path:
    """Write an ONNX file with one input and constant outputs of given shapes; text extents are free."""
    helper, kind = onnx.helper, onnx.TensorProto.FLOAT
    nodes, values = [], []
    for number, (name, shape) in enumerate(outputs.items()):
        numbers = [n if isinstance(n, int) else 1 for n in shape]
        filled = helper.make_tensor(f"c{number}", kind, numbers, np.zeros(numbers).ravel())
        nodes.append(helper.make_node("Constant", [], [name], value=filled))
        values.append(helper.make_tensor_value_info(name, kind, shape))
    graph = helper.make_graph(nodes, "g", [helper.make_tensor_value_info(picture[0], kind, picture[1])], values)
    model = helper.make_model(graph)
    for key, value in (metadata or {}).items():
        model.metadata_props.add(key=key, value=value)
    onnx.save(model, str(path))
    return path


def detectnet(path: Path, batch: int | str = "n", **changes: str) -> Path:
    metadata = {
        "network": "detectnet_v2",
        "classes": json.dumps(CLASSES),
        "width": "320",
        "height": "192",
        "bbox_scale": "40.0",
        "bbox_offset": "0.5",
        "dbscan_eps": "0.22",
        "coverage_threshold": "0.0075",
    }
    outputs = {"output_cov/Sigmoid:0": [batch, 2, 12, 20], "output_bbox/BiasAdd:0": [batch, 8, 12, 20]}
    return save(path, ("input_1:0", [batch, 3, 192, 320]), outputs, metadata | changes)


def rtdetr(path: Path, channels: int = 2, metadata: bool = True) -> Path:
    told = {"network": "rtdetr", "classes": json.dumps(CLASSES), "width": "640", "height": "480"}
    outputs = {"pred_logits": ["n", 300, channels], "pred_boxes": ["n", 300, 4]}
    return save(path, ("inputs", ["n", 3, 480, 640]), outputs, told if metadata else None)


@pytest.fixture
def pictures(tmp_path: Path) -> list[Path]:
    folder = tmp_path / "photos"
    folder.mkdir()
    for number in range(9):
        cv2.imwrite(str(folder / f"{number}.jpg"), np.full((60, 100, 3), 20 * number, np.uint8))
    return sorted(folder.iterdir())


def nvinfer(folder: Path) -> ConfigParser:
    parser = ConfigParser()
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(folder / "deepstream" / "config_infer.txt")
    return parser


def test_deepstream_gets_detectnets_names_preprocessing_and_clustering(tmp_path: Path) -> None:
    model = read_exported(detectnet(tmp_path / "m.onnx"))
    write_deployment(model, Options(), [], tmp_path / "out")
    config = nvinfer(tmp_path / "out")
    prop, attributes = config["property"], config["class-attrs-all"]
    assert prop["output-blob-names"] == "output_bbox/BiasAdd:0;output_cov/Sigmoid:0"
    assert prop["infer-dims"] == "3;192;320"
    assert prop.getfloat("net-scale-factor") == pytest.approx(1 / 255)
    assert "offsets" not in prop
    assert prop.getint("model-color-format") == 0
    assert prop.getint("network-mode") == 2
    assert prop.getint("cluster-mode") == 1
    assert prop.getint("num-detected-classes") == 2
    assert attributes.getfloat("eps") == 0.22
    assert attributes.getfloat("pre-cluster-threshold") == 0.0075
    assert (tmp_path / "out" / "labels.txt").read_text().split() == CLASSES


def test_deepstream_gets_rtdetrs_names_and_parser(tmp_path: Path) -> None:
    model = read_exported(rtdetr(tmp_path / "m.onnx"))
    write_deployment(model, Options(precision="fp32", threshold=0.3), [], tmp_path / "out")
    config = nvinfer(tmp_path / "out")
    prop = config["property"]
    assert prop["output-blob-names"] == "pred_boxes;pred_logits"
    assert prop["infer-dims"] == "3;480;640"
    assert prop.getfloat("net-scale-factor") == pytest.approx(1 / 255)
    assert "offsets" not in prop
    assert prop.getint("cluster-mode") == 4
    assert prop.getint("network-mode") == 0
    assert prop["parse-bbox-func-name"] == "NvDsInferParseCustomDDETRTAO"
    assert "filter-out-class-ids" not in prop
    assert config["class-attrs-all"].getfloat("pre-cluster-threshold") == 0.3
    assert not (tmp_path / "out" / "isaac_ros").exists()


def test_a_scale_that_deepstream_cannot_be_told_is_warned_of(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    write_deployment(read_exported(detectnet(tmp_path / "m.onnx", bbox_scale="35")), Options(), [], tmp_path / "usual")
    assert caplog.text == ""
    write_deployment(read_exported(detectnet(tmp_path / "m.onnx", bbox_scale="40")), Options(), [], tmp_path / "other")
    assert "trained with 40 and 0.5: boxes will be wrong" in caplog.text
    assert "boxes will be wrong" not in (tmp_path / "usual/deepstream/config_infer.txt").read_text()
    assert "bbox scale of 35" in (tmp_path / "other/deepstream/config_infer.txt").read_text()
    assert nvinfer(tmp_path / "other")["property"].getint("cluster-mode") == 1


def test_every_file_that_deepstream_is_told_of_is_there_or_is_made_by_the_script(tmp_path: Path) -> None:
    write_deployment(read_exported(detectnet(tmp_path / "m.onnx")), Options(), [], tmp_path / "out")
    prop = nvinfer(tmp_path / "out")["property"]
    for key in ("onnx-file", "labelfile-path"):
        assert (tmp_path / "out" / "deepstream" / prop[key]).is_file()
    assert f"--saveEngine={Path(prop['model-engine-file']).name}" in (tmp_path / "out/build_engine.sh").read_text()


def test_a_channel_for_the_background_is_labelled_and_left_out(tmp_path: Path) -> None:
    model = read_exported(rtdetr(tmp_path / "m.onnx", channels=3, metadata=False), classes=CLASSES)
    assert model.labels == ("background", *CLASSES)
    write_deployment(model, Options(), [], tmp_path / "out")
    prop = nvinfer(tmp_path / "out")["property"]
    assert prop.getint("num-detected-classes") == 3
    assert prop.getint("filter-out-class-ids") == 0


def test_fit_decides_whether_proportions_are_kept(tmp_path: Path) -> None:
    model = read_exported(detectnet(tmp_path / "m.onnx"))
    for fit, kept in (("letterbox", 1), ("stretch", 0)):
        write_deployment(model, Options(fit=fit), [], tmp_path / fit)
        prop = nvinfer(tmp_path / fit)["property"]
        assert prop.getint("maintain-aspect-ratio") == prop.getint("symmetric-padding") == kept
        ros = yaml.safe_load((tmp_path / fit / "isaac_ros/detectnet.yaml").read_text())
        assert ros["dnn_image_encoder"]["ros__parameters"]["keep_aspect_ratio"] == bool(kept)


def test_isaac_ros_decodes_boxes_where_the_training_put_them(tmp_path: Path) -> None:
    model = read_exported(detectnet(tmp_path / "m.onnx"))
    write_deployment(model, Options(), [], tmp_path / "out")
    nodes = yaml.safe_load((tmp_path / "out/isaac_ros/detectnet.yaml").read_text())
    decoder = nodes["detectnet"]["ros__parameters"]
    assert decoder["label_list"] == CLASSES
    assert decoder["bounding_box_scale"] == 40.0
    assert decoder["dbscan_eps"] == 0.22
    assert decoder["confidence_threshold"] == 0.0075
    column, box_left = 7, 1.25  # a cell, and its distance to the box's left side as the network gives it
    by_isaac_ros = (column + decoder["bounding_box_offset"]) * 16 - box_left * decoder["bounding_box_scale"]
    by_training = 16 * column + 0.5 - box_left * 40.0
    assert by_isaac_ros == by_training
    node = nodes["triton_node"]["ros__parameters"]
    assert node["input_binding_names"] == ["input_1:0"]
    assert node["output_binding_names"] == ["output_cov/Sigmoid:0", "output_bbox/BiasAdd:0"]


def dims(text: str) -> dict[str, list[int]]:
    found = re.findall(r'name: "([^"]+)" data_type: TYPE_FP32 dims: \[ ([^\]]+) \]', text)
    return {name: [int(n) for n in numbers.split(",")] for name, numbers in found}


def test_triton_gets_names_and_shapes_without_the_free_batch(tmp_path: Path) -> None:
    write_deployment(read_exported(detectnet(tmp_path / "m.onnx")), Options(batch_size=4), [], tmp_path / "out")
    text = (tmp_path / "out/triton/detectnet_v2/config.pbtxt").read_text()
    assert dims(text) == {
        "input_1:0": [3, 192, 320],
        "output_cov/Sigmoid:0": [2, 12, 20],
        "output_bbox/BiasAdd:0": [8, 12, 20],
    }
    assert "max_batch_size: 4" in text
    assert 'platform: "tensorrt_plan"' in text


def test_triton_gets_whole_shapes_where_the_batch_is_fixed(tmp_path: Path) -> None:
    model = read_exported(detectnet(tmp_path / "m.onnx", batch=2))
    write_deployment(model, Options(batch_size=2), [], tmp_path / "out")
    text = (tmp_path / "out/triton/detectnet_v2/config.pbtxt").read_text()
    assert dims(text)["input_1:0"] == [2, 3, 192, 320]
    assert "max_batch_size: 0" in text
    assert "Shapes" not in (tmp_path / "out/build_engine.sh").read_text()
    with pytest.raises(ConfigError, match=r"got 4, and .* takes 2"):
        write_deployment(model, Options(batch_size=4), [], tmp_path / "other")
    assert not (tmp_path / "other").exists()


def test_the_script_calls_trtexec_with_the_colon_of_the_name_protected(tmp_path: Path) -> None:
    write_deployment(read_exported(detectnet(tmp_path / "m.onnx")), Options(batch_size=4), [], tmp_path / "out")
    script = tmp_path / "out" / "build_engine.sh"
    assert script.stat().st_mode & stat.S_IXUSR
    (tmp_path / "bin").mkdir()
    double = tmp_path / "bin" / "trtexec"  # a test double: writes its words down and an engine
    double.write_text('#!/bin/sh\nprintf "%s\\n" "$@" > words.txt\necho engine > model.engine\n')
    double.chmod(0o755)
    subprocess.run([str(script)], check=True, env={**os.environ, "PATH": f"{tmp_path}/bin:/usr/bin:/bin"})
    assert (tmp_path / "out/words.txt").read_text().splitlines() == [
        "--onnx=model.onnx",
        "--saveEngine=model.engine",
        "--minShapes='input_1:0':1x3x192x320",
        "--optShapes='input_1:0':4x3x192x320",
        "--maxShapes='input_1:0':4x3x192x320",
        "--fp16",
    ]
    assert (tmp_path / "out/triton/detectnet_v2/1/model.plan").read_text() == "engine\n"


def test_int8_gets_pictures_at_the_networks_size_a_list_and_a_note(tmp_path: Path, pictures: list[Path]) -> None:
    model = read_exported(detectnet(tmp_path / "m.onnx"))
    write_deployment(model, Options(precision="int8", batch_size=2), pictures, tmp_path / "out")
    assert (tmp_path / "out/calibration.txt").read_text().splitlines() == [str(path) for path in pictures]
    written = sorted((tmp_path / "out/calibration").iterdir())
    assert [np.asarray(cv2.imread(str(path))).shape for path in written] == [(192, 320, 3)] * 9
    prop = nvinfer(tmp_path / "out")["property"]
    assert prop.getint("network-mode") == 1
    assert prop["int8-calib-file"] == "../calibration.bin"
    assert "--calib=calibration.bin" in (tmp_path / "out/build_engine.sh").read_text()
    note = (tmp_path / "out/INT8.md").read_text()
    for part in ("--batches 4 ", "--cal_image_dir", "--cal_cache_file", "--data_type int8", "gen_trt_engine"):
        assert part in note
    with pytest.raises(ConfigError, match="needs pictures"):
        write_deployment(model, Options(precision="int8"), [], tmp_path / "other")


def test_calibration_pictures_are_spread_evenly(pictures: list[Path]) -> None:
    folder = pictures[0].parent
    assert [path.stem for path in calibration_pictures(folder, 3)] == ["0", "4", "8"]
    assert calibration_pictures(folder, 100) == pictures
    with pytest.raises(DatasetError, match="no folder"):
        calibration_pictures(folder / "nowhere", 3)


def test_each_file_says_what_it_is_for(tmp_path: Path) -> None:
    for path, word in (
        ("deepstream/config_infer.txt", "DeepStream"),
        ("isaac_ros/detectnet.yaml", "Isaac ROS"),
        ("triton/detectnet_v2/config.pbtxt", "Triton"),
        ("build_engine.sh", "TensorRT"),
    ):
        write_deployment(read_exported(detectnet(tmp_path / "m.onnx")), Options(), [], tmp_path / "out")
        assert f"# For {'the ' * (word == 'Triton')}{word}" in (tmp_path / "out" / path).read_text()


def test_the_network_is_known_by_its_outputs_where_nothing_is_told(tmp_path: Path) -> None:
    model = read_exported(rtdetr(tmp_path / "m.onnx", metadata=False), classes=["a", "b"])
    assert (model.network, model.labels, model.size) == ("rtdetr", ("a", "b"), (640, 480))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"network": "yolo"}, "no known network.*detectnet_v2"),
        ({"network": "rtdetr"}, "is no rtdetr.*wanted one picture and pred_logits"),
        ({"classes": '["one"]'}, r"got 1 \(one\), and .* has 2 channels"),
        ({"classes": "one, two"}, "wanted a JSON list"),
        ({"width": "640"}, "takes 320x192 and says 640x192"),
        ({"dbscan_eps": "small"}, "a figure that is none"),
    ],
)
def test_a_file_that_contradicts_itself_is_refused(tmp_path: Path, changes: dict[str, str], words: str) -> None:
    with pytest.raises(TrainingError, match=words):
        read_exported(detectnet(tmp_path / "m.onnx", **changes))


def test_weights_beside_the_file_go_with_it(tmp_path: Path) -> None:
    path = detectnet(tmp_path / "m.onnx")
    model = onnx.load(str(path))
    model.graph.initializer.append(onnx.numpy_helper.from_array(np.zeros(2000, np.float32), "w"))
    onnx.save_model(model, str(path), save_as_external_data=True, location="m.onnx.data")
    write_deployment(read_exported(path), Options(), [], tmp_path / "out")
    onnx.load(str(tmp_path / "out" / "model.onnx"))  # reads both
    (tmp_path / "m.onnx.data").unlink()
    with pytest.raises(TrainingError, match=r"keeps weights in m\.onnx\.data"):
        read_exported(path)


def test_what_is_no_onnx_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "m.onnx").write_bytes(b"not onnx at all")
    with pytest.raises(TrainingError, match="no ONNX file"):
        read_exported(tmp_path / "m.onnx")
    with pytest.raises(TrainingError, match="there is no file"):
        read_exported(tmp_path / "other.onnx")
    with pytest.raises(TrainingError, match="does not name them"):
        read_exported(rtdetr(tmp_path / "m.onnx", metadata=False))


def test_the_command_writes_the_folder_and_again_into_itself(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    detectnet(tmp_path / "m.onnx")
    main(["deploy", "model=m.onnx", "output_dir=out"])
    listed = capsys.readouterr().out.split()
    assert all(Path(path).is_file() for path in listed)
    assert "out/deepstream/config_infer.txt" in listed
    shutil.rmtree(tmp_path / "out" / "deepstream")
    main(["deploy", "model=out/model.onnx", "output_dir=out"])
    assert (tmp_path / "out/deepstream/config_infer.txt").is_file()


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        ([], "model: a value is wanted"),
        (["model=none.onnx"], "there is no file 'none.onnx'"),
        (["model=m.onnx", "precision=fp8"], "precision: got 'fp8'"),
        (["model=m.onnx", "precison=fp16"], "did you mean 'precision'"),
        (["model=m.onnx", "batch_size=0"], "wanted 1 or more"),
        (["model=m.onnx", "threshold=2"], "between 0 and 1"),
        (["model=m.onnx", "pictures=nowhere"], "no folder"),
    ],
)
def test_mistakes_end_in_one_message_and_nothing_is_written(
    tmp_path: Path, overrides: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    detectnet(tmp_path / "m.onnx")
    with pytest.raises(SystemExit) as left:
        main(["deploy", "output_dir=out", *overrides])
    assert left.value.code == 2
    assert words in " ".join(capsys.readouterr().err.split())
    assert not Path("out").exists()
