"""Frames per second, and what each stage costs, against the bare renderer in the same run.

    python benchmarks/speed.py [--frames 12] [--rounds 3] [--questions quality,...] [--json FILE] [hydra overrides]

Each case differs from the default run in one thing (``cases.py``). In every round each case is made by the pipeline
and then by the bare renderer, the same number of processes, so that a machine that slows down slows down both. The
table has medians and, in brackets, what the rounds lie between; start-up is left out of the rates and has its column.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import Any

from cases import Case, cases
from machine import code, machine
from rates import Made, Rate, bare, pipeline
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from palletjack_dr.discovery import load_plugins

Measured = list[tuple[Made, Rate]]
"""Pipeline and bare renderer, round by round."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--frames", type=int, default=12, help="frames that each process makes, one to warm up")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--questions", help="some of quality,pixels,objects,lights,labels,workers; all unless told")
    parser.add_argument("--json", type=Path)
    parser.add_argument("overrides", nargs="*")
    options = parser.parse_args()
    about = machine()
    asked = options.questions.split(",") if options.questions else None
    chosen = [
        case for case in cases(load_plugins().registry, about["cores"]) if asked is None or case.question in asked
    ]
    result = {**code(), "machine": about, "kind": "speed", "overrides": options.overrides, "frames": options.frames}
    result["cases"] = measured(chosen, options.overrides, frames=options.frames, rounds=options.rounds)
    show(result)
    if options.json:
        options.json.write_text(json.dumps(result, indent=1) + "\n")


def measured(chosen: Sequence[Case], overrides: Sequence[str], *, frames: int, rounds: int) -> list[dict[str, Any]]:
    """Return what was found of each case; those with the same config share their runs."""
    runs: dict[tuple[Any, ...], Measured] = {(case.overrides, case.workers): [] for case in chosen}
    with Progress(transient=True) as progress:
        task = progress.add_task("runs", total=rounds * len(runs))
        for _ in range(rounds):
            for (own, workers), done in runs.items():
                with tempfile.TemporaryDirectory() as folder:
                    dataset = Path(folder) / "dataset"
                    made = pipeline(dataset, [*overrides, *own], workers=workers, frames=frames * workers)
                    done.append((made, bare(dataset, workers=workers)))
                progress.advance(task)
    return [{**asdict(case), **summary(runs[case.overrides, case.workers])} for case in chosen]


def summary(done: Measured) -> dict[str, Any]:
    """Return rates, CPU and start-up round by round; stages and bytes as medians."""
    made, rates = [m for m, _ in done], [b for _, b in done]
    return {
        "pipeline_fps": [m.rate.fps for m in made],
        "bare_fps": [b.fps for b in rates],
        "pipeline_cpu": [m.rate.cpu for m in made],
        "bare_cpu": [b.cpu for b in rates],
        "startup": [m.rate.startup for m in made],
        "stages": {stage: median(m.stages.get(stage, 0.0) for m in made) for stage in made[0].stages},
        "mb": median(m.mb for m in made),
    }


def show(result: dict[str, Any]) -> None:
    """Print the rates, and what the stages of a frame take."""
    about = result["machine"]
    stages = list(dict.fromkeys(stage for case in result["cases"] for stage in case["stages"]))
    rates = Table("case", "frames/s", "bare renderer", "of the bare", "CPU s a frame", "start-up s", title="rates")
    costs = Table("case", *(stage.partition(",")[0] for stage in stages), "MB", title="stages, ms a frame")
    question = ""
    for case in result["cases"]:
        if case["question"] != question:
            question = case["question"]
            for table in (rates, costs):
                table.add_section()
                table.add_row(f"[bold]{question}")
        shares = [made / alone for made, alone in zip(case["pipeline_fps"], case["bare_fps"], strict=True)]
        spread = [_spread(values) for values in (case["pipeline_fps"], case["bare_fps"], shares)]
        rates.add_row(case["label"], *spread, f"{median(case['pipeline_cpu']):.2f}", f"{median(case['startup']):.0f}")
        costs.add_row(case["label"], *(f"{1000 * case['stages'].get(s, 0.0):.0f}" for s in stages), f"{case['mb']:.2f}")
    console = Console()
    console = console if console.is_terminal else Console(width=120)
    gpus = ", ".join(f"{gpu['name']} (driver {gpu['driver']})" for gpu in about["gpus"]) or "no GPU"
    console.print(
        f"{about['cpu']}, {about['cores']} cores, {about['ram_gb']:.0f} GB, {gpus}; commit {result['commit']}"
    )
    console.print(rates)
    console.print(costs)


def _spread(values: Sequence[float]) -> str:
    return f"{median(values):.2f}" + (f" ({min(values):.2f} .. {max(values):.2f})" if len(values) > 1 else "")


if __name__ == "__main__":
    main()
