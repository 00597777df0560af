"""Checks of our own datasets, across frames and on disk."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

import numpy as np
import numpy.typing as npt

from palletjack_dr.dataset import Dataset, Record
from palletjack_dr.validate.coco import read_coco
from palletjack_dr.validate.evidence import Evidence, from_record
from palletjack_dr.validate.findings import Finding
from palletjack_dr.validate.frame_checks import check_frame
from palletjack_dr.validate.pictures import picture_flaw, thumbnail, twins
from palletjack_dr.validate.yolo import read_yolo

BETTER = 1.6
"""How many times better a neighbour's ids must fit a picture than its own to call the picture late."""
POOR, WORST = 2.6, 1.2
"""Fits that right ids hardly go below (median 6, lowest of 500 frames 2.0), wrong ones hardly above (median 1.6)."""


def check_dataset(dataset: Dataset, *, digests: bool = True) -> Iterator[tuple[int, list[Finding]]]:
    """Yield the findings of every frame, in order, then those of frames that show the same as an earlier one.

    ``digests`` compares every file with the digest that the journal holds; without it, errors must be found by
    what the labels say.
    """
    thumbnails: dict[int, npt.NDArray[np.float32]] = {}
    before: Evidence | None = None
    for record in dataset.records:
        where = f"frame {record['frame']}"
        findings = list(_check_files(dataset, record, where, digests))
        flawed = any(f.check in ("missing", "picture") for f in findings)
        if not flawed:
            evidence = from_record(dataset, record)
            own = check_frame(evidence)
            findings += own
            if before is not None:
                findings += _check_late(evidence, before, bool(own))
            before = evidence
        small = None if flawed else thumbnail(dataset.picture(record))
        if small is not None:
            thumbnails[record["frame"]] = small
        yield record["frame"], findings
    frames = list(thumbnails)
    for first, later in twins(list(thumbnails.values())):
        what = f"shows the same as frame {frames[first]}"
        yield frames[later], [Finding(check="duplicate", where=f"frame {frames[later]}", what=what)]


def _check_files(dataset: Dataset, record: Record, where: str, digests: bool) -> Iterator[Finding]:
    for name, written in record["files"].items():
        try:
            content = (dataset.folder / name).read_bytes()
        except OSError as error:
            yield Finding(check="missing", where=where, what=f"{name}: {error.strerror}")
            continue
        flaw = picture_flaw(content) if name.endswith((".png", ".jpg")) else ""
        if flaw:
            yield Finding(check="picture", where=where, what=f"{name} is {flaw}")
        if digests and sha256(content).hexdigest() != written:
            yield Finding(check="digest", where=where, what=f"{name} is not what was written")


def _check_late(now: Evidence, before: Evidence, wrong: bool) -> Iterator[Finding]:
    """Labels that are those of the frame before, or a picture whose edges fit the frame before better than its own."""
    if wrong and now.lines and before.tables.get("boxes_2d"):
        earlier = [list(map(float, row["box"])) for row in before.tables["boxes_2d"]]
        if [list(line.box) for line in now.lines] == earlier:
            yield Finding(check="late", where=now.where, what=f"the labels are those of {before.where}")
    own, other = _fit(now.capture.rgb, now), _fit(now.capture.rgb, before)
    if own is not None and other is not None and other > BETTER * max(own, 1.0):
        yield Finding(check="late", where=now.where, what=f"the picture fits the ids of {before.where}, not its own")
    elif own is not None and own < POOR and _same(now.capture.instance_id, before.capture.instance_id):
        what = f"the ids are those of {before.where}, and do not fit the picture"
        yield Finding(check="late", where=now.where, what=what)
    elif own is not None and own < WORST:
        yield Finding(check="late", where=now.where, what="the picture has no edges where the ids have theirs")


def _same(a: npt.NDArray[np.int32] | None, b: npt.NDArray[np.int32] | None) -> bool:
    return a is not None and b is not None and np.array_equal(a, b)


def _fit(rgb: npt.NDArray[np.uint8] | None, e: Evidence) -> float | None:
    """Return how much steeper a picture is along the outlines of an id image than elsewhere; None without outlines."""
    import cv2

    ids = e.capture.instance_id
    if rgb is None or ids is None or rgb.shape[:2] != ids.shape:
        return None
    labelled = np.isin(ids, list(e.solids))
    shown = np.where(labelled, ids, 0)
    edge = np.zeros(ids.shape, dtype=bool)
    edge[:, 1:] |= shown[:, 1:] != shown[:, :-1]
    edge[1:] |= shown[1:] != shown[:-1]
    if edge.sum() < 200:
        return None
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    steep = cv2.morphologyEx(grey, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    return float(steep[edge].mean() / max(float(steep.mean()), 1e-3))


def check_tables(dataset: Dataset) -> list[Finding]:
    """Return what is wrong with the dataset-level tables of writers, and models that more than one split shows."""
    writers = {w["_target_"].rpartition(".")[2]: w for w in dataset.config["writers"].values()}
    findings = []
    if "Coco" in writers:
        findings += read_coco(dataset.folder / writers["Coco"]["folder"]).findings
    if "Yolo" in writers:
        findings += read_yolo(dataset.folder / writers["Yolo"]["folder"]).findings
    if dataset.config["split_by"] == "asset":
        shown: dict[str, set[str]] = {}
        for record in dataset.records:
            for row in record["objects"]:
                if row["role"] == "target" and row["visible_px"]:
                    shown.setdefault(row["asset"], set()).add(record["split"])
        for asset, splits in shown.items():
            if len(splits) > 1:
                what = f"the model is in the splits {', '.join(sorted(splits))}"
                findings.append(Finding(check="split", where=asset, what=what))
    return findings
