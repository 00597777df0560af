"""Pictures for INT8 calibration: which, at what size, and how they become a calibration cache."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from palletjack_dr.errors import ConfigError, DatasetError
from palletjack_dr.journal import LINES
from palletjack_dr.tao.exported import Exported
from palletjack_dr.tao.fitting import fit_picture
from palletjack_dr.tao.labelled_set import LabelledSet

SUFFIXES = (".png", ".jpg", ".jpeg")


def calibration_pictures(folder: Path, count: int) -> list[Path]:
    """Return up to ``count`` pictures of a dataset of ours or of any folder, spread evenly over their sorted names."""
    if count < 1:
        raise ConfigError(f"calibration_count: got {count}, wanted 1 or more")
    if not folder.is_dir():
        raise DatasetError(f"pictures: {str(folder)!r} is no folder; name a dataset or a folder of pictures")
    if (folder / LINES).is_file():  # ours also holds pictures that are ground truth
        found = sorted(picture.path for picture in LabelledSet.open(folder).pictures)
    else:
        found = sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES)
    if not found:
        raise DatasetError(f"pictures: {folder} holds no {', '.join(SUFFIXES)}; name another folder")
    chosen = np.linspace(0, len(found) - 1, min(count, len(found))).round().astype(int)
    return [found[i] for i in chosen]


def write_calibration(model: Exported, fit: str, pictures: Sequence[Path], folder: Path) -> None:
    """Write the pictures at the network's size, numbered, as PNG; what an earlier run wrote there is removed."""
    import cv2

    folder.mkdir(exist_ok=True)
    for old in folder.glob("[0-9][0-9][0-9][0-9][0-9].png"):
        old.unlink()
    for number, path in enumerate(pictures):
        picture = cv2.imread(str(path), cv2.IMREAD_COLOR)
        if picture is None:
            raise DatasetError(f"{path}: not a picture that can be read; make it again or remove it")
        fitted, _ = fit_picture(np.asarray(picture, np.uint8), model.size, fit)
        cv2.imwrite(str(folder / f"{number:05d}.png"), fitted)


def int8_note(model: Exported, batch_size: int, fit: str, count: int) -> str:
    """Return what to do for INT8: how the calibration pictures become a calibration cache."""
    batches = max(count // batch_size, 1)
    engine = (
        f'docker run --rm --gpus all --ipc=host --user $(id -u):$(id -g) -v "$PWD":"$PWD" -w "$PWD" \\\n'
        f"  nvcr.io/nvidia/tao/tao-toolkit:6.26.3-deploy {model.network} gen_trt_engine"
    )
    if model.network == "detectnet_v2":
        arguments = (
            f' \\\n  -m "$PWD/model.onnx" -e TRAIN_SPEC -r "$PWD/int8" --data_type int8 --batch_size {batch_size} \\\n'
            f'  --batches {batches} --cal_image_dir "$PWD/calibration" --cal_cache_file "$PWD/calibration.bin" \\\n'
            f'  --engine_file "$PWD/model.engine"'
        )
    else:
        arguments = (
            ' \\\n  -e TRAIN_SPEC results_dir="$PWD/int8" gen_trt_engine.onnx_file="$PWD/model.onnx" \\\n'
            '  gen_trt_engine.trt_engine="$PWD/model.engine" gen_trt_engine.tensorrt.data_type=INT8 \\\n'
            '  gen_trt_engine.tensorrt.calibration.cal_image_dir="[$PWD/calibration]" \\\n'
            f"  gen_trt_engine.tensorrt.calibration.cal_batch_size={batch_size} \\\n"
            f"  gen_trt_engine.tensorrt.calibration.cal_batches={batches} \\\n"
            '  gen_trt_engine.tensorrt.calibration.cal_cache_file="$PWD/calibration.bin"'
        )
    return (
        f"# INT8\n\nAn INT8 engine needs the range of every layer's values: `calibration.bin`, from a pass over "
        f"pictures like those\nthat the detector will see. `calibration/` holds {count}, at the network's size "
        f"({model.size[0]}x{model.size[1]}, {fit}); `calibration.txt` names\nwhere they come from. A few hundred "
        f"real photos of the place are better than synthetic ones.\n\nTAO's deploy image makes the cache and an engine "
        f"(TRAIN_SPEC is the spec of the training, with its folder mounted):\n\n```\n{engine}{arguments}\n```\n\n"
        f"nvinfer (`int8-calib-file`) and `build_engine.sh` take the same `calibration.bin`. An ONNX file that was "
        f"quantized in\ntraining has its ranges inside and needs none of this. Measure the INT8 engine on labelled "
        f"pictures before you trust it.\n"
    )
