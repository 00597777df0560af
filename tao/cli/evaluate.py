"""``palletjack-dr evaluate``: measure a detector on labelled pictures."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, cast

from omegaconf import OmegaConf
from rich.console import Console
from rich.table import Table

from palletjack_dr.cli.hydra_app import compose
from palletjack_dr.discovery import load_plugins
from palletjack_dr.errors import ConfigError, DatasetError, did_you_mean
from palletjack_dr.tao.cli.folders import chosen_set, refuse_foreign
from palletjack_dr.tao.detecting import detect_files
from palletjack_dr.tao.detector import Detections, Detector, load_detector
from palletjack_dr.tao.labelled_set import Label, LabelledSet
from palletjack_dr.tao.metrics.curves import Figure
from palletjack_dr.tao.metrics.evaluation import Evaluation, best_thresholds, evaluate
from palletjack_dr.tao.metrics.summary import markdown, plain
from palletjack_dr.tao.thresholds import given_thresholds, stored_thresholds

FIGURES, SUMMARY = "evaluation.json", "evaluation.md"
log = logging.getLogger(__name__)


def run(arguments: list[str]) -> None:
    """Print a table and write ``evaluation.json`` and ``evaluation.md`` for the composed config, or each of ``-m``."""
    for composed in compose("evaluate", arguments, load_plugins(), config="evaluate"):
        config = cast("dict[str, Any]", OmegaConf.to_container(composed, resolve=True))
        folder = Path(config["results_dir"])
        refuse_foreign(folder, FIGURES)
        measured = measure(config)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / FIGURES).write_text(json.dumps(measured, indent=1, allow_nan=False) + "\n", encoding="utf-8")
        figures = Evaluation.from_json(json.dumps(measured["figures"]))
        (folder / SUMMARY).write_text(markdown(measured, figures), encoding="utf-8")
        Console().print(_table(measured, figures))
        print(folder / FIGURES)


def measure(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was measured: model, folder, split, fit, how thresholds came about, pictures left out, figures."""
    pictures = chosen_set("data", config["data"])
    for name in ("resamples", "batch_size"):
        if not isinstance(config[name], int) or config[name] < 1:
            raise ConfigError(f"{name}: got {config[name]!r}, wanted a whole number from 1 on")
    detector = load_detector(Path(config["model"]), config["device"], config["fit"])
    classes = _classes(config["classes"], detector, pictures)
    thresholds, origin = _thresholds(config, detector, classes)
    results = _detect(detector, pictures, config["batch_size"])
    figures = evaluate(results, detector.classes, classes, thresholds, config["resamples"], config["seed"])
    return {
        "model": str(config["model"]),
        "folder": str(pictures.folder),
        "split": config["data"]["split"],
        "fit": config["fit"],
        "thresholds": origin,
        "left_out": len(pictures.pictures) - len(results),
        "figures": asdict(figures),
    }


def _classes(wanted: Sequence[str] | None, detector: Detector, pictures: LabelledSet) -> list[str]:
    for name in wanted or ():
        for known, whose in ((detector.classes, "the detector"), (pictures.classes, str(pictures.folder))):
            if name not in known:
                raise ConfigError(f"classes: {whose} has no {name!r}{did_you_mean(name, known)}")
    shared = list(wanted or [name for name in detector.classes if name in pictures.classes])
    if not shared:
        raise ConfigError(
            f"classes: the detector finds {', '.join(detector.classes)}, {pictures.folder} is labelled for "
            f"{', '.join(pictures.classes) or 'nothing'}; bring them together with data.rename"
        )
    return shared


def _thresholds(config: Mapping[str, Any], detector: Detector, classes: Sequence[str]) -> tuple[dict[str, float], str]:
    """Return the threshold of each class, and in words where it comes from."""
    choice = config["threshold_from"]
    if config["threshold"] is not None:
        return given_thresholds(config["threshold"], classes), "given"
    if choice["folder"] is not None:
        pictures = chosen_set("threshold_from", choice)
        results = _detect(detector, pictures, config["batch_size"])
        chosen = best_thresholds(results, detector.classes, classes)
        where = f"highest F1 on {pictures.folder}" + (f", split {choice['split']}" if choice["split"] else "")
        same = Path(choice["folder"]).resolve() == Path(config["data"]["folder"]).resolve()
        if same and config["data"]["split"] in (None, choice["split"]):
            log.warning("the thresholds are chosen on pictures that are measured: precision, recall, F1 flatter")
            where += ", which is part of what is measured: precision, recall and F1 flatter"
        return chosen, where
    stored = stored_thresholds(Path(config["model"]), classes)
    if stored is None:
        raise ConfigError(
            "threshold: none given and none stored with the model; give threshold=0.5, or let validation pictures "
            "choose it with threshold_from.folder=FOLDER"
        )
    return stored, "stored with the model"


def _detect(detector: Detector, pictures: LabelledSet, batch_size: int) -> list[tuple[tuple[Label, ...], Detections]]:
    shown = pictures.pictures
    found = detect_files(detector, [p.path for p in shown], batch_size, [p.size for p in shown])
    results = [(shown[number].labels, detections) for number, _, detections in found]
    if not results:
        raise DatasetError(f"{pictures.folder}: none of the {len(shown)} pictures can be used; see the warnings above")
    return results


def _table(measured: Mapping[str, Any], figures: Evaluation) -> Table:
    split = f", split {measured['split']}" if measured["split"] else ""
    title = f"{measured['model']} on {measured['folder']}{split}, {figures.pictures} pictures"
    table = Table("class", "precision", "recall", "F1", "AP50", "AP50-95", title=title, show_lines=True)
    for row in figures.classes:
        cells = [_cell(f) for f in (row.precision, row.recall, row.f1, row.ap50, row.ap)]
        table.add_row(f"{row.name}\n{row.labels} labels\nscore >= {row.threshold:.3g}", *cells)
    table.add_row("mean", "", "", "", _cell(figures.mean_ap50), _cell(figures.mean_ap))
    return table


def _cell(value: Figure | float | None) -> str:
    """Return a figure with its interval below it, narrow enough for a terminal of 80 columns."""
    if isinstance(value, Figure) and value.low is not None:
        return f"{plain(value.value)}\n{value.low:.2f}-{value.high:.2f}"
    return plain(value)
