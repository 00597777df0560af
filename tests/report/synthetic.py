"""Small datasets with known numbers, written without an engine."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from palletjack_dr.labels.rle import rle

SIZE = (240, 144)
"""Width and height of the pictures [px]."""


def thing(i: int, x: int, **changes: Any) -> dict[str, Any]:
    """Return an object row: 40 x 40 px at x, a fifth hidden."""
    box = [x, 20, x + 40, 60]
    row = {"id": i, "path": f"/World/o{i}", "label": "palletjack", "role": "target", "asset": "a", "visible_px": 1600}
    row |= {"box": box, "distance": 3.0 + i, "amodal_px": 2000, "amodal_box": [x - 10, 20, x + 40, 60]}
    return {**row, "occlusion": 0.2, "truncation": 0.0, **changes}


def record(frame: int, objects: Sequence[dict[str, Any]], **changes: Any) -> dict[str, Any]:
    """Return a journal line without files, as the oldest datasets have it, and ``changes``."""
    edits = [
        ["lighting", "/World/L", "light.intensity", 100.0 + frame],
        ["lighting", "/World/L", "light.enabled", True],
    ]
    line = {"frame": frame, "attempt": 0, "refused": [[0, "too dark"]] * (frame % 2), "edits": edits}
    line |= {"objects": list(objects), "seconds": {"rgb": 0.5, "encode": 0.1}, "files": {}, "camera": {}}
    return {**line, **changes}


def dataset(
    folder: Path,
    frames: int,
    objects: Sequence[dict[str, Any]] | None = None,
    *,
    label: str = "palletjack",
    labelled: bool = False,
    size: tuple[int, int] = SIZE,
    noise: bool = False,
) -> Path:
    """Write a dataset; ``labelled`` adds depth and the tables of all annotators, ``noise`` fills every picture."""
    for name in ("Camera/rgb", "gt/instance_segmentation", "gt/depth"):
        (folder / name).mkdir(parents=True)
    lines = []
    for f in range(frames):
        rows = [thing(1, 30 + f % 50, label=label), thing(2, 120, role="distractor", label="drum")]
        rows = rows if objects is None else list(objects)
        images = {"Camera/rgb": (_picture(size, noise), "png"), "gt/instance_segmentation": (_ids(size, rows), "png")}
        extra: dict[str, Any] = {}
        if labelled:
            images["gt/depth"] = (_depth(size), "tiff")
            extra = {
                "picture": f"Camera/rgb/{f:06d}.png",
                "split": ("train", "val")[f % 2],
                "tables": tables(rows, size),
            }
        names = []
        for place, (image, suffix) in images.items():
            names.append(f"{place}/{f:06d}.{suffix}")
            first = folder / place / f"{0:06d}.{suffix}"
            if f and (noise or place == "gt/depth"):
                os.link(first, folder / names[-1])
            else:
                assert cv2.imwrite(str(folder / names[-1]), image)
        lines.append(json.dumps(record(f, rows, files=dict.fromkeys(names, "0"), **extra)))
    (folder / "frames.jsonl").write_text("\n".join(lines) + "\n")
    writers = "writers: {gt: {folder: gt, annotations: [instance_segmentation, depth]}}"
    (folder / "run.yaml").write_text(f"seed: 4\nresolution: {list(size)}\nquality: draft\n{writers}\n")
    (folder / "manifest.json").write_text(json.dumps({"palletjack_dr": "0.1.0", "engine": {"engine": "embedded"}}))
    return folder


def tables(rows: Sequence[dict[str, Any]], size: tuple[int, int] = SIZE) -> dict[str, Any]:
    """Return what the annotators masks, pose and light_level say of some targets."""
    found: dict[str, list[dict[str, Any]]] = {"masks": [], "pose": [], "light_level": []}
    for row in rows:
        if row["role"] == "target" and row["visible_px"]:
            x1, y1, x2, y2 = row["box"]
            visible, amodal = np.zeros((2, size[1], size[0]), bool)
            visible[y1:y2, x1:x2] = amodal[y1:y2, x1 - 10 : x2] = True
            front = [[x2, y1, 2], [x1, y1, 2], [x1, y2, 2], [x2, y2, 1]]
            rear = [[x2 + 9, y1 + 5, 2], [x1 + 9, y1 + 5, 2], [-1.0, -1.0, 0], [x2 + 9, y2 + 5, 2]]
            found["masks"].append({"id": row["id"], "visible": rle(visible), "amodal": rle(amodal)})
            found["pose"].append({"id": row["id"], "keypoints": [*front, *rear, [x1 + 20, y1 + 20, 1]]})
            found["light_level"].append({"id": row["id"], "mean": 0.5 / row["id"], "dark": 0.0, "burnt": 0.0})
    return found


def _picture(size: tuple[int, int], noise: bool) -> Any:
    shape = (size[1], size[0], 3)
    return np.random.default_rng(0).integers(0, 256, shape, np.uint8) if noise else np.full(shape, 90, np.uint8)


def _ids(size: tuple[int, int], rows: Sequence[dict[str, Any]]) -> Any:
    ids = np.zeros((size[1], size[0]), np.uint16)
    for row in rows:
        x1, y1, x2, y2 = row["box"]
        ids[y1:y2, x1:x2] = row["id"]
    return ids


def _depth(size: tuple[int, int]) -> Any:
    depth = np.tile(np.linspace(2.0, 9.0, size[0], dtype=np.float32), (size[1], 1))
    depth[:10] = np.inf
    return depth
