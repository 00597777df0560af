"""What DeepStream, Isaac ROS, Triton and TensorRT need to run an exported detector, as a folder of text files."""

from __future__ import annotations

import logging
import shutil
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from palletjack_dr.errors import ConfigError, did_you_mean
from palletjack_dr.tao.calibration import int8_note, write_calibration
from palletjack_dr.tao.exported import STRIDE, Exported, Tensor
from palletjack_dr.tao.fitting import FITS

log = logging.getLogger(__name__)

NETWORK_MODES = {"fp32": 0, "int8": 1, "fp16": 2}
"""Precisions, and nvinfer's number of each."""
BYTE_TO_UNIT = 0.0039215697906911373
"""Factor from byte to [0, 1], in the digits that NVIDIA's own configs have."""
PARSER = "/opt/nvidia/deepstream/deepstream/lib/libnvds_infercustomparser_tao.so"
"""Where deepstream_tao_apps installs its parsers."""
PARSER_SCALE, PARSER_OFFSET = 35.0, 0.5
"""The bbox scale and offset [px] that DeepStream's own parser of DetectNet_v2 takes; it cannot be told others."""
LEAST_COVERAGE = 1.0
"""Coverage that the cells of an object must sum up to, as DBSCAN does it in TAO."""


@dataclass(frozen=True, kw_only=True)
class Options:
    """How the detector is to run: ``precision`` a key of ``NETWORK_MODES``, ``fit`` one of ``FITS``.

    ``threshold`` is the least coverage of a cell (DetectNet_v2) or score (RT-DETR); None takes ``usual_threshold``.
    """

    precision: str = "fp16"
    batch_size: int = 1
    fit: str = "letterbox"
    threshold: float | None = None

    def __post_init__(self) -> None:
        """Refuse what no runtime takes."""
        for key, value, known in (("precision", self.precision, NETWORK_MODES), ("fit", self.fit, FITS)):
            if value not in known:
                raise ConfigError(f"{key}: got {value!r}{did_you_mean(value, known)}")
        if self.batch_size < 1:
            raise ConfigError(f"batch_size: got {self.batch_size}, wanted 1 or more")
        if self.threshold is not None and not 0 < self.threshold < 1:
            raise ConfigError(f"threshold: got {self.threshold}, wanted a number between 0 and 1")


def write_deployment(model: Exported, options: Options, pictures: Sequence[Path], folder: Path) -> list[Path]:
    """Write the folder, the model in it too, and return its files. Only INT8 needs ``pictures``, to calibrate on.

    Raises ``ConfigError`` for options that the model does not allow, before anything is written.
    """
    if not model.free_batch and options.batch_size != model.batch:
        raise ConfigError(
            f"batch_size: got {options.batch_size}, and {model.path} takes {model.batch}; "
            f"take that, or export it with a free batch size"
        )
    if options.precision == "int8" and not pictures:
        raise ConfigError("precision=int8 needs pictures to calibrate on; set pictures= to a dataset or a folder")
    texts = {
        "labels.txt": "\n".join(model.labels) + "\n",
        "deepstream/config_infer.txt": deepstream(model, options),
        f"triton/{model.network}/config.pbtxt": triton(model, options),
        "build_engine.sh": engine_script(model, options),
    }
    if model.network == "detectnet_v2":
        texts["isaac_ros/detectnet.yaml"] = isaac_ros(model, options)
    if pictures:
        texts["calibration.txt"] = "\n".join(str(path.absolute()) for path in pictures) + "\n"
    if options.precision == "int8":
        texts["INT8.md"] = int8_note(model, options.batch_size, options.fit, len(pictures))
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    (folder / "build_engine.sh").chmod(0o755)
    (folder / "triton" / model.network / "1").mkdir(exist_ok=True)
    for source, name in ((model.path, "model.onnx"), *((path, path.name) for path in model.weights)):
        copied = folder / name
        if not copied.exists() or not copied.samefile(source):
            shutil.copyfile(source, copied)
    if options.precision == "int8":
        write_calibration(model, options.fit, pictures, folder / "calibration")
    return [folder / name for name in ("model.onnx", *texts)]


def usual_threshold(model: Exported) -> float:
    """Return the threshold that is taken where none is given: what the model was validated with, or 0.5 for scores."""
    return model.coverage_threshold if model.network == "detectnet_v2" else 0.5


def deepstream(model: Exported, options: Options) -> str:
    """Return the config of DeepStream's nvinfer element, paths relative to its own folder."""
    width, height = model.size
    scores, boxes = model.outputs
    threshold = usual_threshold(model) if options.threshold is None else options.threshold
    shared = {
        "gpu-id": 0,
        "gie-unique-id": 1,
        "process-mode": 1,
        "network-type": 0,
        "onnx-file": "../model.onnx",
        "model-engine-file": "../model.engine",
        "labelfile-path": "../labels.txt",
        "infer-dims": f"3;{height};{width}",
        "batch-size": options.batch_size,
        "network-mode": NETWORK_MODES[options.precision],
        "model-color-format": 0,
        "net-scale-factor": BYTE_TO_UNIT,
        "maintain-aspect-ratio": int(options.fit == "letterbox"),
        "symmetric-padding": int(options.fit == "letterbox"),
        "scaling-compute-hw": 1,
        "interval": 0,
        "num-detected-classes": len(model.labels),
        "output-blob-names": f"{boxes.name};{scores.name}",
    }
    if options.precision == "int8":
        shared["int8-calib-file"] = "../calibration.bin"
    if model.network == "detectnet_v2":
        own: dict[str, Any] = {"cluster-mode": 1}
        classes = {
            "pre-cluster-threshold": threshold,
            "eps": model.eps,
            "minBoxes": 1,
            "dbscan-min-score": LEAST_COVERAGE,
            "detected-min-w": 4,
            "detected-min-h": 4,
        }
        note = (
            "# Boxes of neighbouring cells are brought together by DBSCAN (cluster-mode 1), with the figures of the\n"
            "# training. DeepStream's is another than TAO's: try eps (NVIDIA's samples take 0.7), minBoxes and\n"
            "# dbscan-min-score on your own pictures.\n"
        )
        if (model.box_scale, model.box_offset) != (PARSER_SCALE, PARSER_OFFSET):
            wrong = (
                f"DeepStream's own parser takes a bbox scale of {PARSER_SCALE:g} and an offset of {PARSER_OFFSET:g}, "
                f"and {model.path} was trained with {model.box_scale:g} and {model.box_offset:g}: boxes will be wrong "
                f"there; train with those, or bring a parser of your own (parse-bbox-func-name)"
            )
            log.warning(wrong)
            note += "".join(f"# {part}\n" for part in textwrap.wrap(wrong, 110))
    else:
        own = {
            "cluster-mode": 4,
            "parse-bbox-func-name": "NvDsInferParseCustomDDETRTAO",
            "custom-lib-path": PARSER,
        }
        if model.has_background:
            own["filter-out-class-ids"] = 0
        classes = {"pre-cluster-threshold": threshold, "topk": 20}
        note = (
            "# Boxes come out one an object, nothing is clustered (cluster-mode 4). The parser is in NVIDIA's\n"
            "# deepstream_tao_apps (post_processor); build it there if custom-lib-path does not exist.\n"
        )
    return (
        f"# For DeepStream: the nvinfer element finds {', '.join(_objects(model))} with {model.network}.\n"
        f"#   gst-launch-1.0 ... ! nvinfer config-file-path=config_infer.txt ! ...\n"
        f"# Input {width}x{height}, RGB from 0 to 1. The first start builds the engine, or ../build_engine.sh does.\n"
        f"{note}{_section('property', {**shared, **own})}\n{_section('class-attrs-all', classes)}"
    )


def isaac_ros(model: Exported, options: Options) -> str:
    """Return the parameters of Isaac ROS's DetectNetDecoderNode, and those that its neighbours must agree with."""
    scores, boxes = model.outputs
    threshold = usual_threshold(model) if options.threshold is None else options.threshold
    width, height = model.size
    decoder = {
        "label_list": list(model.labels),
        "bounding_box_scale": model.box_scale,
        "bounding_box_offset": model.box_offset / STRIDE,
        "enable_confidence_threshold": True,
        "confidence_threshold": threshold,
        "enable_bbox_area_threshold": True,
        "min_bbox_area": 16.0,
        "enable_dbscan_clustering": True,
        "dbscan_clustering_algorithm": 1,
        "dbscan_eps": model.eps,
        "dbscan_min_boxes": 1,
        "dbscan_confidence_threshold": LEAST_COVERAGE,
        "dbscan_enable_athr_filter": 0,
        "dbscan_threshold_athr": 0.0,
    }
    triton_node = {
        "model_name": model.network,
        "input_tensor_names": ["input_tensor"],
        "input_binding_names": [model.input.name],
        "input_tensor_formats": ["nitros_tensor_list_nchw_rgb_f32"],
        "output_tensor_names": ["output_cov", "output_bbox"],
        "output_binding_names": [scores.name, boxes.name],
        "output_tensor_formats": ["nitros_tensor_list_nhwc_rgb_f32"],
    }
    encoder = {
        "network_image_width": width,
        "network_image_height": height,
        "image_mean": [0.0, 0.0, 0.0],
        "image_stddev": [1.0, 1.0, 1.0],
        "keep_aspect_ratio": options.fit == "letterbox",
    }
    nodes = {"detectnet": decoder, "triton_node": triton_node, "dnn_image_encoder": encoder}
    return (
        "# For Isaac ROS: parameters of isaac_ros_detectnet's DetectNetDecoderNode (detectnet) and of the TritonNode\n"
        "# before it (model_repository_paths: the folder triton), and arguments of the image encoder's launch.\n"
        f"# The decoder counts bounding_box_offset in cells of {STRIDE} px: the training's {model.box_offset:g} px are "
        f"{model.box_offset / STRIDE:g} of one.\n"
        "# Its DBSCAN is another than TAO's: try dbscan_eps (NVIDIA's samples take 0.7) and the thresholds on your own "
        "pictures.\n"
        + yaml.safe_dump({name: {"ros__parameters": values} for name, values in nodes.items()}, sort_keys=False)
    )


def triton(model: Exported, options: Options) -> str:
    """Return Triton's description of the model; shapes are those of the file, without the batch."""
    scores, boxes = model.outputs
    batched = model.free_batch
    picture = Tensor(name=model.input.name, shape=(3, model.size[1], model.size[0]))
    shapes = [picture, scores, boxes]
    dims = [", ".join(str(n or -1) for n in (t.shape if batched else (model.batch, *t.shape))) for t in shapes]
    entries = [
        f'  {{ name: "{t.name}" data_type: TYPE_FP32 dims: [ {d} ] }}' for t, d in zip(shapes, dims, strict=True)
    ]
    outputs = ",\n".join(entries[1:])
    return (
        "# For the Triton server (tritonserver --model-repository=triton): model.plan in the folder 1 beside this\n"
        f"# file, put there by build_engine.sh, finds {', '.join(_objects(model))}.\n"
        f'name: "{model.network}"\n'
        f'platform: "tensorrt_plan"\n'
        f"max_batch_size: {options.batch_size if batched else 0}\n"
        f"input [\n{entries[0]}\n]\n"
        f"output [\n{outputs}\n]\n"
        f"version_policy: {{ specific {{ versions: [ 1 ] }} }}\n"
    )


def engine_script(model: Exported, options: Options) -> str:
    """Return a script that builds the TensorRT engine with trtexec, and gives Triton its copy."""
    width, height = model.size
    words = ["trtexec", "--onnx=model.onnx", "--saveEngine=model.engine"]
    if model.free_batch:
        for bound, batch in (("min", 1), ("opt", options.batch_size), ("max", options.batch_size)):
            words.append(f"\"--{bound}Shapes='{model.input.name}':{batch}x3x{height}x{width}\"")
    words += {"fp32": [], "fp16": ["--fp16"], "int8": ["--int8", "--fp16", "--calib=calibration.bin"]}[
        options.precision
    ]
    return (
        "#!/bin/sh\n"
        "# For TensorRT: builds model.engine, on the machine and for the GPU that it will run on; Triton gets a copy.\n"
        'set -e\ncd "$(dirname "$0")"\n'
        + ("# calibration.bin comes from the calibration; INT8.md says how.\n" if options.precision == "int8" else "")
        + f"{' '.join(words)}\ncp model.engine triton/{model.network}/1/model.plan\n"
    )


def _objects(model: Exported) -> tuple[str, ...]:
    return model.labels[1:] if model.has_background else model.labels


def _section(name: str, values: Mapping[str, object]) -> str:
    return f"[{name}]\n" + "".join(f"{key}={value}\n" for key, value in values.items())
