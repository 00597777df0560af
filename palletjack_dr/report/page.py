"""Gather the facts of a dataset and fill the page."""

from __future__ import annotations

from pathlib import Path

import jinja2

from palletjack_dr.dataset import Dataset
from palletjack_dr.dataset_config import CONFIG
from palletjack_dr.errors import DatasetError
from palletjack_dr.report import facts, tables
from palletjack_dr.report.charts import heat_map, histogram
from palletjack_dr.report.contract import fulfilment
from palletjack_dr.report.drawn import drawn
from palletjack_dr.report.ranking import choose, rankings
from palletjack_dr.report.viewer import frame_facts, switches

NAME = "report.html"
FRAMES = 48
"""How many frames the viewer holds at most: the ranked ones and an even spread over the rest."""


def write_report(folder: Path) -> Path:
    """Write ``report.html`` into a dataset folder and return its path. Raises ``DatasetError`` if it is none."""
    dataset = Dataset.open(folder)
    records = dataset.records
    if not records:
        raise DatasetError(f"{str(folder)!r} holds no finished frame yet; nothing to report")
    width, height = (int(v) for v in dataset.config["resolution"])
    seen = facts.targets(records)
    ranked = rankings(records, width, height)
    frames = [frame_facts(dataset, record, ranked) for record in choose(records, ranked, FRAMES)]
    stages = facts.stage_seconds(records)
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("palletjack_dr.report", "."), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    page = environment.get_template("page.html").render(
        name=folder.resolve().name,
        style=(Path(__file__).parent / "page.css").read_text(),
        script=(Path(__file__).parent / "page.js").read_text(),
        config=dataset.config,
        yaml=(folder / CONFIG).read_text(),
        manifest=dataset.manifest,
        count=len(records),
        targets=len(seen),
        empty=sum(not facts.targets([r]) for r in records),
        rate=1 / max(sum(seconds for stage, seconds in stages if "beside" not in stage), 1e-9),
        refusals=facts.refusals(records),
        splits=facts.splits(records),
        frames=frames,
        viewer=[{k: v for k, v in frame.items() if k != "rgb"} for frame in frames],
        switches=switches(frames),
        rankings=ranked,
        classes=facts.class_counts(records),
        class_rows=tables.class_rows(seen),
        groups=tables.groups(seen),
        contract=fulfilment(records),
        heat=heat_map(seen, width, height),
        histograms=[histogram(title, values) for title, values in facts.measures(records).items()],
        drawn=drawn(records),
        stages=stages,
        files=facts.file_counts(records),
    )
    path = folder / NAME
    path.write_text(page, encoding="utf-8")
    return path
