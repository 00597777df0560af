"""Results as pictures: how a frame's cost grows with objects, lights, pixels and processes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from statistics import median
from typing import Any

Result = Mapping[str, Any]
PANELS = {
    "pixels": "megapixels",
    "objects": "distractors placed",
    "lights": "lamps that shine",
    "workers": "processes",
}
MADE, BARE = "#1f6f8b", "#b0b0b0"


def growth(result: Result, path: Path) -> None:
    """Draw a panel for each question that has values: pipeline, bare renderer, and what the rounds lie between."""
    pyplot = _pyplot()
    asked = [name for name in PANELS if any(case["question"] == name for case in result["cases"])]
    figure, panels = pyplot.subplots(1, len(asked), figsize=(2.9 * len(asked), 2.7), squeeze=False)
    for name, panel in zip(asked, panels[0], strict=True):
        cases = [case for case in result["cases"] if case["question"] == name]
        rate = name == "workers"
        for key, color, label in (("pipeline_fps", MADE, "pipeline"), ("bare_fps", BARE, "bare renderer")):
            values = [case[key] if rate else [1 / fps for fps in case[key]] for case in cases]
            _line(panel, [case["value"] for case in cases], values, color, label)
        panel.set_xlim(left=0)
        panel.set_ylim(bottom=0)
        panel.set_xlabel(PANELS[name])
        panel.set_ylabel("frames/s" if rate else "s per frame")
    panels[0][0].legend(frameon=False, fontsize=8)
    _save(figure, path)


def processes(result: Result, path: Path) -> None:
    """Draw frames per second by processes, one line for each number of GPUs."""
    pyplot = _pyplot()
    figure, panel = pyplot.subplots(figsize=(4.2, 3.0))
    counts = sorted({case["gpus"] for case in result["cases"]})
    for shade, count in enumerate(counts):
        cases = [case for case in result["cases"] if case["gpus"] == count]
        strength = 1.0 - 0.55 * shade / max(len(counts) - 1, 1)
        where = [case["processes"] for case in cases]
        name = f"{count} GPU{'s' if count > 1 else ''}"
        panel.plot(where, [case["pipeline_fps"] for case in cases], "o-", color=MADE, alpha=strength, label=name)
        panel.plot(where, [case["bare_fps"] for case in cases], "o:", color=BARE, alpha=strength)
    panel.plot([], [], ":", color=BARE, label="bare renderer")
    panel.set_xlabel("processes")
    panel.set_ylabel("frames/s")
    panel.set_ylim(bottom=0)
    panel.legend(frameon=False, fontsize=8)
    _save(figure, path)


def _line(panel: Any, where: list[float], values: list[list[float]], color: str, label: str) -> None:
    panel.plot(where, [median(v) for v in values], "o-", color=color, label=label, markersize=4)
    panel.fill_between(where, [min(v) for v in values], [max(v) for v in values], color=color, alpha=0.2, linewidth=0)


def _pyplot() -> Any:
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "palletjack-dr", "font.size": 9})
    matplotlib.rcParams.update({"axes.spines.top": False, "axes.spines.right": False, "font.family": "sans-serif"})
    from matplotlib import pyplot

    return pyplot


def _save(figure: Any, path: Path) -> None:
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})
