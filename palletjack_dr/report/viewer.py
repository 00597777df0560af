"""What the page's viewer knows about a frame: its pictures, and its labels as numbers."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from palletjack_dr.dataset import Dataset, Record
from palletjack_dr.report.facts import brightness, rows_of, targets
from palletjack_dr.report.layers import HUES, layers, picture_name
from palletjack_dr.report.ranking import Ranking

LAYERS = {
    "rgb": ("picture", "no picture of these frames can be read"),
    "boxes": ("boxes", "no target is visible in these frames"),
    "amodal": ("amodal boxes", "the targets were not measured alone; annotator boxes_2d brings amodal boxes"),
    "masks": ("masks", "not in this dataset; annotator masks brings it"),
    "amodal_masks": ("amodal masks", "not in this dataset; annotator masks brings it"),
    "depth": ("depth", "not in this dataset; annotator depth brings it, if writer ground_truth writes it"),
    "pose": ("pose", "not in this dataset; annotator pose brings it"),
}
"""The viewer's switches: what they are called, and what to say where no frame has the layer."""


def frame_facts(dataset: Dataset, record: Record, ranked: Iterable[Ranking]) -> dict[str, Any]:
    """Return one frame as plain data: size [px], pictures as data URIs, and the visible targets with their labels."""
    shown = targets([record])
    pictures = layers(dataset, record, shown)
    keypoints = {row["id"]: row["keypoints"] for row in rows_of(record, "keypoints")}
    light = brightness(record)
    things = [
        {
            "id": o["id"],
            "label": o["label"],
            "color": HUES[i % len(HUES)],
            "box": o["box"],
            "amodal": o["amodal_box"],
            "distance": _number(o["distance"], 2),
            "occlusion": _number(o["occlusion"], 3),
            "truncation": _number(o["truncation"], 3),
            "light": _number(light.get(o["id"]), 3),
            "pose": [[_number(x, 1), _number(y, 1), int(flag)] for x, y, flag in keypoints.get(o["id"], [])],
        }
        for i, o in enumerate(shown)
    ]
    return {
        "frame": record["frame"],
        "split": record.get("split") or "",
        "lens": record.get("camera", {}).get("lens", ""),
        "refused": [reason for _, reason in record["refused"]],
        "reasons": [f"{r.title}: {p.why}" for r in ranked for p in r.picks if p.frame == record["frame"]],
        "missing": "" if pictures.rgb else f"{picture_name(record) or 'a colour picture'} is missing",
        "width": pictures.width,
        "height": pictures.height,
        "rgb": pictures.rgb,
        "depth": pictures.depth,
        "range": pictures.depth_range and [_number(v, 2) for v in pictures.depth_range],
        "masks": pictures.masks,
        "amodal_masks": pictures.amodal_masks,
        "things": things,
    }


def switches(frames: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Return the viewer's switches: layer, name, and the reason why it is off for good, or ""."""
    there = {
        "rgb": any(f["rgb"] for f in frames),
        "boxes": any(f["things"] for f in frames),
        "amodal": any(t["amodal"] for f in frames for t in f["things"]),
        "masks": any(f["masks"] for f in frames),
        "amodal_masks": any(f["amodal_masks"] for f in frames),
        "depth": any(f["depth"] for f in frames),
        "pose": any(t["pose"] for f in frames for t in f["things"]),
    }
    return [{"layer": k, "name": name, "why": "" if there[k] else why} for k, (name, why) in LAYERS.items()]


def _number(value: float | None, digits: int) -> float | None:
    return None if value is None or not math.isfinite(value) else round(float(value), digits)
