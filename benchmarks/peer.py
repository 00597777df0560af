"""How long a labelled frame takes here and with BlenderProc: the same scene, the same edits, one machine, one run.

    python benchmarks/peer.py [--frames 3] [--pictures FOLDER] [--json FILE] [hydra overrides]

Both sides write pictures, boxes, masks, depth and COCO. This project makes ``--ours`` frames at each quality, before
and after BlenderProc makes the first ``--frames`` of them with Cycles on the CPU, at ``--samples`` samples a pixel and
Intel's denoiser. Start-up counts on neither side. Also says in how many pixels the two agree about what is seen and how
far away it is, and puts pictures side by side, so that one can judge whether the scenes are the same.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import tempfile
from pathlib import Path
from statistics import median
from typing import Any, cast

import cv2
import numpy as np
from blender_environment import DEFAULT, blender_python
from exported import export
from machine import code, machine
from omegaconf import DictConfig, OmegaConf
from rates import pipeline
from rich.console import Console
from rich.table import Table

from palletjack_dr.config import build
from palletjack_dr.dataset import read_image
from palletjack_dr.dataset_config import CONFIG
from palletjack_dr.discovery import load_plugins
from palletjack_dr.journal import read_journal
from palletjack_dr.run import populate

QUALITIES = ("draft", "standard", "high")
SHOWN = "standard"
"""The quality whose pictures and labels are compared."""
LABELS = (
    "annotator=[boxes_2d,masks,instance_segmentation,depth]",
    "writer=[coco,basic]",
    "writers.basic.annotations=[instance_segmentation,depth]",
)
HERE = Path(__file__).parent


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--frames", type=int, default=3, help="frames that BlenderProc makes")
    parser.add_argument("--ours", type=int, default=12, help="frames that this project makes, at each quality")
    parser.add_argument("--samples", type=int, default=16)
    parser.add_argument("--environment", type=Path, default=DEFAULT, help="where BlenderProc is installed")
    parser.add_argument("--pictures", type=Path, default=Path("compared"))
    parser.add_argument("--json", type=Path)
    parser.add_argument("overrides", nargs="*")
    options = parser.parse_args()
    python = blender_python(options.environment)
    options.pictures.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ours: dict[str, dict[str, list[float]]] = {quality: {"seconds": [], "cpu": []} for quality in QUALITIES}

        def round_of_ours(turn: int) -> None:
            for quality in QUALITIES:
                words = [*LABELS, f"quality={quality}", *options.overrides]
                made = pipeline(
                    folder / f"{quality}_{turn}", words, workers=1, frames=max(options.ours, options.frames)
                )
                ours[quality]["seconds"].append(1 / made.rate.fps)
                ours[quality]["cpu"].append(made.rate.cpu)

        round_of_ours(0)
        theirs = blenderproc(python, folder / f"{SHOWN}_0", folder, options.frames, options.samples)
        round_of_ours(1)
        agreement = compare(folder / f"{SHOWN}_0", folder / "theirs", options.frames, options.pictures)
    result = {**code(), "machine": machine(), "kind": "peer", "ours": ours, "theirs": theirs, **agreement}
    result |= {"samples": options.samples, "overrides": options.overrides}
    show(result)
    if options.json:
        options.json.write_text(json.dumps(result, indent=1) + "\n")


def blenderproc(python: Path, dataset: Path, folder: Path, frames: int, samples: int) -> dict[str, Any]:
    """Have BlenderProc make the first frames of a dataset; return its versions and the seconds of each frame."""
    exchange, out = folder / "exchange", folder / "theirs"
    exchange.mkdir()
    out.mkdir()
    plugins = load_plugins()
    plan = build(cast(DictConfig, OmegaConf.load(dataset / CONFIG)), plugins.registry)
    export(populate(plan).scene(), read_journal(dataset)[:frames], plan.resolution, exchange)
    script = HERE / "blenderproc/render.py"
    words = ["--background", "--", script.name, str(folder / "scratch"), str(exchange), str(out), str(samples)]
    environment = {**os.environ, "INSIDE_OF_THE_INTERNAL_BLENDER_PYTHON_ENVIRONMENT": "1", "PYTHONNOUSERSITE": "1"}
    environment.pop("PYTHONPATH", None)
    done = subprocess.run([str(python), str(script), *words], env=environment, stdout=subprocess.PIPE, text=True)
    if done.returncode or not (out / "timing.json").is_file():
        raise SystemExit(f"BlenderProc ended with {done.returncode}: {done.stdout[-3000:]}")
    return cast("dict[str, Any]", json.loads((out / "timing.json").read_text()))


def compare(ours: Path, theirs: Path, frames: int, pictures: Path) -> dict[str, Any]:
    """Put pictures side by side; return the share of pixels with the same object, and how far depths lie apart [m]."""
    import h5py

    same, apart = [], []
    for n, record in enumerate(read_journal(ours)[:frames]):
        name = f"{record['frame']:06d}"
        sides = [cv2.imread(str(path)) for path in (ours / record["picture"], theirs / f"coco/images/{n:06d}.png")]
        pair = np.hstack(
            [_named(side, what) for side, what in zip(sides, ("palletjack-dr", "BlenderProc"), strict=True)]
        )
        cv2.imwrite(str(pictures / f"{name}.png"), pair)
        with h5py.File(theirs / f"{n}.hdf5") as file:
            numbers = {
                row["idx"]: int(row["name"]) for row in json.loads(file["instance_attribute_maps"][()]) if row["idx"]
            }
            passes, depth = file["instance_segmaps"][()], file["depth"][()]
        seen = np.vectorize(lambda i, known=numbers: known.get(i, 0))(passes)
        ids = read_image(ours / f"basic/instance_segmentation/{name}.png")
        far = read_image(ours / f"basic/depth/{name}.tiff")
        assert ids is not None
        assert far is not None
        agreed = seen == ids
        same.append(float(agreed.mean()))
        apart.append(float(np.median(np.abs(far - depth)[agreed & (ids > 0)])))
    return {"same_object": same, "depth_apart_m": apart}


def show(result: dict[str, Any]) -> None:
    """Print what was found."""
    theirs = result["theirs"]
    table = Table("", "s per frame", "from .. to", "times as fast", "CPU s per frame", "times as little")
    named = f"BlenderProc {theirs['blenderproc']}, Cycles, {result['samples']} samples, denoised"
    for what, row in [(named, theirs), *((f"palletjack-dr, {q}", r) for q, r in result["ours"].items())]:
        (wall, cpu), (their_wall, their_cpu) = ([median(r[k]) for k in ("seconds", "cpu")] for r in (row, theirs))
        spread = f"{min(row['seconds']):.2f} .. {max(row['seconds']):.2f}"
        faster, less = f"{their_wall / wall:.1f}", f"{their_cpu / cpu:.1f}"
        table.add_row(what, f"{wall:.2f}", spread, faster, f"{cpu:.2f}", less)
    console = Console()
    console.print(
        f"{result['machine']['cpu']}, {result['machine']['cores']} cores; pictures, boxes, masks, depth, COCO"
    )
    console.print(table)
    console.print(
        f"the same object in {100 * median(result['same_object']):.2f} % of the pixels, "
        f"depth {1000 * median(result['depth_apart_m']):.1f} mm apart"
    )


def _named(picture: Any, what: str) -> Any:
    """Put a strip with a name above a picture."""
    strip = cv2.copyMakeBorder(picture, 36, 0, 0, 0, cv2.BORDER_CONSTANT)
    return cv2.putText(strip, what, (12, 25), cv2.FONT_HERSHEY_SIMPLEX, 0.7, (255, 255, 255), 1, cv2.LINE_AA)


if __name__ == "__main__":
    main()
