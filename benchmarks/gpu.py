"""Frames per second of the default run by many processes on one GPU and on several.

    python benchmarks/gpu.py [--per-gpu 1,2,4,8,16] [--gpus 1,2,4] [--whole 5000] [--json FILE] [hydra overrides]

960x544, ``quality=standard``, all files on disk. For every number of GPUs that is there, every number of processes a
GPU: the pipeline, then as many processes of the bare renderer. Each process makes ``--frames`` frames and one before
that; start-up is left out. With ``--whole`` the fastest of them then makes a dataset of so many frames from beginning
to end, start-up included. Says of every run whether each process held the device file of one GPU and no other, how
busy the GPUs were and how much memory was used; a machine whose processes cannot be kept to their GPU shows NO there.
A run that fails is said and left out.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gpu_watch import GpuWatch, apart
from machine import code, machine
from rates import Made, Rate, bare, pipeline, visible
from rich.console import Console
from rich.table import Table

from palletjack_dr.runtimes.one_gpu import gpus


def main() -> None:
    """Measure, print each run as it ends, and the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--per-gpu", default="1,2,4,8,16", help="processes a GPU")
    parser.add_argument("--gpus", default="1,2,4,8", help="numbers of GPUs; those that are not there are left out")
    parser.add_argument("--frames", type=int, default=60, help="frames that each process makes after its first")
    parser.add_argument("--whole", type=int, default=0, help="frames of a dataset made from beginning to end")
    parser.add_argument("--json", type=Path)
    parser.add_argument("overrides", nargs="*")
    options = parser.parse_args()
    about, here = machine(), max(len(gpus()), 1)
    print(f"{here} GPUs whose device files open; {about}", flush=True)
    result = {**code(), "machine": about, "kind": "gpu", "overrides": options.overrides, "frames": options.frames}
    result |= {"cases": [], "failed": []}
    for count in (n for n in _numbers(options.gpus) if n <= here):
        for each in _numbers(options.per_gpu):
            if count * each > about["cores"]:
                continue
            try:
                result["cases"].append(case(count, each, options.frames, options.overrides))
                print(json.dumps(result["cases"][-1]), flush=True)
            except SystemExit as error:
                result["failed"].append({"gpus": count, "processes": count * each, "error": str(error)})
                print(f"{each} processes on each of {count} GPUs FAILED: {error}", flush=True)
            _save(result, options.json)
    if options.whole and result["cases"]:
        best = max(result["cases"], key=lambda case: float(case["pipeline_fps"]))
        result["whole"] = whole(options.whole, best["gpus"], best["processes"], options.overrides)
        _save(result, options.json)
    show(result)


def case(count: int, each: int, frames: int, overrides: Sequence[str]) -> dict[str, Any]:
    """Time ``each`` processes on every one of ``count`` GPUs."""
    workers = count * each
    with tempfile.TemporaryDirectory() as folder, visible(count):
        dataset = Path(folder) / "dataset"
        with GpuWatch() as watch:
            made = pipeline(dataset, overrides, workers=workers, frames=workers * (frames + 1))
        with GpuWatch() as bare_watch:
            alone = bare(dataset, workers=workers)
    return {
        "gpus": count,
        "processes": workers,
        **_facts(made, alone),
        "landed": watch.found(),
        "bare_landed": bare_watch.found(),
    }


def whole(frames: int, count: int, workers: int, overrides: Sequence[str]) -> dict[str, Any]:
    """Make a dataset as a user would, and return the seconds that the command took."""
    with tempfile.TemporaryDirectory() as folder, visible(count):
        runtime = ["runtime=local", f"runtime.workers={workers}"]
        words = [*overrides, *runtime, f"frames.count={frames}", f"output_dir={folder}/dataset"]
        start = time.monotonic()
        subprocess.run([sys.executable, "-m", "palletjack_dr", "generate", *words], check=True)
        return {"frames": frames, "gpus": count, "processes": workers, "seconds": time.monotonic() - start}


def show(result: dict[str, Any]) -> None:
    """Print the table."""
    names = ("GPUs", "processes", "frames/s", "bare", "of bare", "CPU s", "start-up s", "GPU load %", "MB", "one each")
    table = Table(*names)
    for row in result["cases"]:
        made, alone, found = row["pipeline_fps"], row["bare_fps"], row["landed"]
        kept = (
            "-"
            if row["processes"] == 1 or not result["machine"]["gpus"]
            else "yes"
            if apart(found, row["gpus"])
            else "NO"
        )
        load, memory = (" ".join(str(v) for v in found[name].values()) for name in ("load", "memory_mb"))
        cost = [f"{made:.1f}", f"{alone:.1f}", f"{made / alone:.2f}", f"{row['cpu']:.3f}", f"{row['startup']:.0f}"]
        table.add_row(str(row["gpus"]), str(row["processes"]), *cost, load, memory, kept)
    console = Console()
    console = console if console.is_terminal else Console(width=140)
    console.print(table)
    if "whole" in result:
        made = result["whole"]
        console.print(
            f"{made['frames']} frames by {made['processes']} processes on {made['gpus']} GPUs: {made['seconds']:.0f} s "
            f"from command to prompt, {made['frames'] / made['seconds']:.1f} frames/s"
        )


def _facts(made: Made, alone: Rate) -> dict[str, Any]:
    return {
        "pipeline_fps": made.rate.fps,
        "bare_fps": alone.fps,
        "cpu": made.rate.cpu,
        "startup": made.rate.startup,
        "stages": dict(made.stages),
        "mb": made.mb,
    }


def _numbers(text: str) -> list[int]:
    return [int(word) for word in text.split(",")]


def _save(result: dict[str, Any], path: Path | None) -> None:
    if path:
        path.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
