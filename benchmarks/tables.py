"""Results as tables in Markdown, for ``docs/performance.md``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from statistics import median
from typing import Any

from gpu_watch import apart

Result = Mapping[str, Any]
HEADS = {
    "quality": "quality",
    "pixels": "picture",
    "objects": "placed",
    "lights": "shining",
    "labels": "annotators and writers",
    "workers": "processes",
}


def question(result: Result, name: str) -> str:
    """Return one question's table: seconds and frames per second, against the bare renderer."""
    head = (
        HEADS[name],
        "s per frame",
        "frames/s",
        "bare renderer, frames/s",
        "of the bare renderer",
        "CPU s per frame",
    )
    rows = []
    for case in (c for c in result["cases"] if c["question"] == name):
        shares = [made / alone for made, alone in zip(case["pipeline_fps"], case["bare_fps"], strict=True)]
        made, alone, share = (median(values) for values in (case["pipeline_fps"], case["bare_fps"], shares))
        spread = f"{share:.2f} ({min(shares):.2f} to {max(shares):.2f})"
        cpu = f"{median(case['pipeline_cpu']):.3f}"
        rows.append((case["label"], f"{1 / made:.3f}", f"{made:.2f}", f"{alone:.2f}", spread, cpu))
    return f"{_head(result)}\n\n{_table(head, rows)}"


def stages(result: Result) -> str:
    """Return what each stage of a frame takes at each quality."""
    cases = [c for c in result["cases"] if c["question"] == "quality"]
    names = dict.fromkeys(stage for case in cases for stage in case["stages"])
    rows = [(name, *(f"{1000 * case['stages'].get(name, 0.0):.0f}" for case in cases)) for name in names]
    rows.append(("MB on disk", *(f"{case['mb']:.2f}" for case in cases)))
    return _table(("ms per frame", *(case["label"] for case in cases)), rows)


def parts(result: Result) -> str:
    """Return what each annotator and writer takes."""
    rows = [(name, f"{1000 * seconds:.1f}") for name, seconds in result["parts"].items()]
    return f"{_head(result)}\n\n{_table(('part', 'ms per frame'), rows)}"


def peer(result: Result) -> str:
    """Return how long BlenderProc and this project take for the same frames."""
    theirs = result["theirs"]
    name = f"BlenderProc {theirs['blenderproc']}, Cycles, {result['samples']} samples, denoised"
    rows = []
    for what, row in [(name, theirs), *((f"palletjack-dr, {q}", r) for q, r in result["ours"].items())]:
        wall, cpu = median(row["seconds"]), median(row["cpu"])
        faster, less = median(theirs["seconds"]) / wall, median(theirs["cpu"]) / cpu
        rows.append((what, f"{wall:.2f}", f"{faster:.1f}", f"{cpu:.2f}", f"{less:.1f}"))
    same, apart_mm = 100 * median(result["same_object"]), 1000 * median(result["depth_apart_m"])
    agree = (
        f"The two agree about the object in {same:.2f} % of the pixels, and there depth differs by {apart_mm:.1f} mm."
    )
    head = ("", "s per frame", "times as fast", "CPU s per frame", "times as little")
    return f"{_head(result)}\n\n{_table(head, rows)}\n\n{agree}"


def gpu(result: Result) -> str:
    """Return frames per second by GPUs and processes."""
    head = ("GPUs", "processes", "frames/s", "bare renderer", "of it", "CPU s per frame", "GPU load", "one GPU each")
    rows = []
    for row in result["cases"]:
        made, alone = row["pipeline_fps"], row["bare_fps"]
        kept = "" if row["processes"] == 1 else "yes" if apart(row["landed"], row["gpus"]) else "no"
        load = ", ".join(f"{value} %" for value in row["landed"]["load"].values())
        rates = (f"{made:.1f}", f"{alone:.1f}", f"{made / alone:.2f}", f"{row['cpu']:.3f}")
        rows.append((str(row["gpus"]), str(row["processes"]), *rates, load, kept))
    text = f"{_head(result)}\n\n{_table(head, rows)}"
    if "whole" in result:
        made = result["whole"]
        where = f"{made['processes']} processes on {made['gpus']} GPU{'s' if made['gpus'] > 1 else ''}"
        rate = f"{made['frames'] / made['seconds']:.1f} frames/s"
        text += f"\n\n{made['frames']} frames, command to end: {made['seconds']:.0f} s by {where}, {rate}."
    return text


TABLES: Mapping[str, Callable[[Result], str]] = {
    **{name: lambda result, name=name: question(result, name) for name in HEADS},  # type: ignore[misc]
    "stages": stages,
    "parts": parts,
    "peer": peer,
    "gpu": gpu,
}


def _head(result: Result) -> str:
    """Return on what, when and from which commit."""
    about = result["machine"]
    names = [gpu["name"] for gpu in about["gpus"]]
    gpus = f"{len(names)} x {names[0]}" if names else "no GPU"
    extra = f", `{' '.join(result['overrides'])}`" if result.get("overrides") else ""
    return f"{about['cpu']}, {about['cores']} cores, {gpus}; {result['date']}, commit {result['commit']}{extra}:"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return "\n".join("| " + " | ".join(row) + " |" for row in (head, ["---"] * len(head), *rows))
