"""Gather the facts of a dataset and fill the page."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jinja2
import numpy as np
import yaml

from palletjack_dr.errors import DatasetError
from palletjack_dr.journal import CONFIG, MANIFEST, read_journal
from palletjack_dr.report import facts
from palletjack_dr.report.charts import histogram
from palletjack_dr.report.thumbnails import thumbnail

NAME = "report.html"
SHEET = 24


def write_report(folder: Path) -> Path:
    """Write ``report.html`` into a dataset folder and return its path. Raises ``DatasetError`` if it is none."""
    records = read_journal(folder)
    if not records:
        raise DatasetError(f"{str(folder)!r} holds no finished frame yet; nothing to report")
    text = (folder / CONFIG).read_text()
    stages = facts.stage_seconds(records)
    environment = jinja2.Environment(loader=jinja2.PackageLoader("palletjack_dr.report", "."), autoescape=True)
    page = environment.get_template("page.html").render(
        name=folder.resolve().name,
        config=yaml.safe_load(text),
        yaml=text,
        manifest=json.loads((folder / MANIFEST).read_text()),
        frames=len(records),
        objects=len(facts.targets(records)),
        empty=sum(not facts.targets([r]) for r in records),
        rate=1 / max(sum(seconds for stage, seconds in stages if "beside" not in stage), 1e-9),
        tries=sum(count for _, count in facts.refusals(records)),
        thumbnails=[thumbnail(folder, record) for record in _spread(records)],
        histograms=[histogram(title, values) for title, values in facts.measures(records).items()],
        drawn=[histogram(f"{d.source}: {d.attribute}", d.values) for d in facts.drawn_fields(records)],
        classes=facts.class_counts(records),
        refusals=facts.refusals(records),
        stages=stages,
        files=facts.file_counts(records),
    )
    path = folder / NAME
    path.write_text(page, encoding="utf-8")
    return path


def _spread(records: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return at most SHEET records, evenly over the dataset."""
    chosen = np.unique(np.linspace(0, len(records) - 1, min(SHEET, len(records))).round().astype(int))
    return [records[i] for i in chosen]
