"""Checks of one frame: every label is derived a second time, from a source that the first did not use."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np
import numpy.typing as npt

from palletjack_dr.geometry import Array, camera_from_world, inverse, transform
from palletjack_dr.labels.extents import extents
from palletjack_dr.labels.rle import mask_of
from palletjack_dr.validate.evidence import CAMERA, Evidence, Row, Solid
from palletjack_dr.validate.findings import Finding

REACH = 2.0
"""Pixels by which a box may reach over the outline of its 3D box: one for the pixel, one for its rasterization."""
NEAR = 0.03
"""Metres within which a point is on the surface of a 3D box."""
FEW = 10
"""Pixels that edges may put on the wrong side."""


def check_boxes(e: Evidence) -> Iterator[str]:
    """Boxes and pixel counts against the id image."""
    ids = e.capture.instance_id
    if ids is None:
        return
    seen = extents(ids)
    for row in e.objects:
        count, box = seen.get(row["id"], (0, None))
        if row["visible_px"] != count:
            yield f"{_name(row)} covers {count} px of the id image, its row says {row['visible_px']}"
        elif box is not None and list(row["box"]) != list(box):
            yield f"the box of {_name(row)} is {list(row['box'])}, its ids span {list(box)}"
    if e.boxes_of is None:
        return
    roles, fewest, most = e.boxes_of["roles"], e.boxes_of["min_px"], e.boxes_of.get("max_occlusion", 1.0)
    hidden = {row["id"] for row in e.objects if (row.get("occlusion") or 0.0) > most}
    wanted = {i for i, (n, _) in seen.items() if n >= fewest and e.instances.get(i, {}).get("role") in roles} - hidden
    listed = {row["id"]: row for row in e.tables.get("boxes_2d", ())}
    for i in sorted(wanted ^ listed.keys()):
        what = "is visible, yet not in the box table" if i in wanted else "is in the box table, yet not visible"
        yield f"object {i} {what}"
    for i in sorted(wanted & listed.keys()):
        if list(listed[i]["box"]) != list(seen[i][1]):
            yield f"the box of {_name(listed[i])} is {list(listed[i]['box'])}, its ids span {list(seen[i][1])}"


def check_kitti(e: Evidence) -> Iterator[str]:
    """KITTI lines against the box table."""
    if e.lines is None:
        return
    rows = e.tables.get("boxes_2d", ())
    if len(e.lines) != len(rows):
        yield f"{len(e.lines)} KITTI lines for {len(rows)} boxes"
    for line, row in zip(e.lines, rows, strict=False):
        if np.abs(np.subtract(line.box, row["box"])).max() > 0.01:
            yield f"{line.where}: the box is {list(line.box)}, that of {_name(row)} is {list(row['box'])}"


def check_classes(e: Evidence) -> Iterator[str]:
    """Class names everywhere against the instance table."""
    for source, rows in (("object table", e.objects), *e.tables.items()):
        for row in rows:
            true = e.instances.get(row["id"], {}).get("label") if "label" in row else None
            if true is not None and row["label"] != true:
                yield f"{source}: object {row['id']} is a {true}, the row says {row['label']}"
    if e.lines is not None:
        for line, row in zip(e.lines, e.tables.get("boxes_2d", ()), strict=False):
            true = "_".join(str(e.instances[row["id"]]["label"]).lower().split())
            if line.name != true:
                yield f"{line.where}: object {row['id']} is a {true}, the line says {line.name}"
    if e.classes is not None and e.capture.instance_id is not None and e.legend:
        numbers = np.zeros(max(e.instances) + 1, np.int64)
        for i, thing in e.instances.items():
            numbers[i] = e.legend.get(thing["label"], 0)
        ids = e.capture.instance_id
        known = ids <= max(e.instances)
        wrong = known & (numbers[np.where(known, ids, 0)] != e.classes)
        if wrong.any():
            yield f"the class image disagrees with the id image at {wrong.sum()} px"


def check_outlines(e: Evidence) -> Iterator[str]:
    """Boxes against the projected 3D box of where the object was put."""
    for row in e.objects:
        solid = e.solids.get(row["id"])
        if solid is None:
            yield f"{_name(row)} is in the object table, yet was not placed"
            continue
        outline = solid.outline(e.capture)
        if not len(outline):
            if row["visible_px"]:
                yield f"{_name(row)} is seen, yet behind the camera"
            continue
        if np.isfinite(outline).all():
            low, high = outline.min(axis=0) - REACH, outline.max(axis=0) + REACH
            for kind in ("box", "amodal_box"):
                box = row[kind]
                if box is not None and ((np.array(box[:2]) < low).any() or (np.array(box[2:]) > high).any()):
                    yield f"the {kind} of {_name(row)} {list(box)} leaves the outline of its 3D box"


def check_amodal(e: Evidence) -> Iterator[str]:
    """Amodal masks, boxes and shares: the whole contains what is seen of it."""
    ids = e.capture.instance_id
    for row in e.objects:
        if row["amodal_box"] is None:
            continue
        inside = row["amodal_px"] * (1 - row["truncation"])
        if not (0 <= row["occlusion"] <= 1 and 0 <= row["truncation"] <= 1):
            yield f"occlusion {row['occlusion']} or truncation {row['truncation']} of {_name(row)} is no share"
        elif abs(inside * (1 - row["occlusion"]) - row["visible_px"]) > 0.5:
            yield f"the occlusion of {_name(row)} does not agree with its pixel counts"
        if row["box"] is not None and not _contains(row["amodal_box"], row["box"]):
            yield f"the amodal box of {_name(row)} does not contain its visible box"
    for row in e.tables.get("masks", ()):
        visible = mask_of(row["visible"])
        if row["amodal"] is not None and (visible & ~mask_of(row["amodal"])).any():
            yield f"the amodal mask of {_name(row)} does not contain its visible mask"
        if ids is not None and not np.array_equal(visible, ids == row["id"]):
            yield f"the mask of {_name(row)} is not that of its ids"


def check_depth(e: Evidence) -> Iterator[str]:
    """Depth and ids against each other: what has an object's id lies in its 3D box, and what lies there has its id."""
    ids, depth = e.capture.instance_id, e.capture.depth
    if ids is None or depth is None:
        return
    rays = e.capture.rays()
    if (np.isfinite(depth) & (depth <= 0)).any():
        yield f"depth is 0 or less at {(depth <= 0).sum()} px"
    if ((ids > 0) & ~np.isfinite(depth)).sum() > FEW:
        yield f"{((ids > 0) & ~np.isfinite(depth)).sum()} px have an id and no depth"
    inside = {i: _inside(e, i, rays, depth) for i in e.solids}
    for i, solid in e.solids.items():
        if inside[i] is None:
            continue
        window, near, deep = inside[i]  # type: ignore[misc]
        own = ids[window] == i
        astray = int((own & ~near).sum())
        if astray > FEW and astray > 0.02 * own.sum():
            yield f"{astray} of {own.sum()} px of {_name(solid.row)} lie outside its 3D box"
        foreign = deep & ~own & ~_claimed(ids[window], inside, window, e.solids)
        if foreign.sum() > FEW and foreign.sum() > 0.1 * own.sum():
            yield f"{foreign.sum()} px inside the 3D box of {_name(solid.row)} do not have its id"


Window = tuple[slice, slice]
Inside = tuple[Window, npt.NDArray[np.bool_], npt.NDArray[np.bool_]]


def _inside(e: Evidence, i: int, rays: Array, depth: npt.NDArray[np.float32]) -> Inside | None:
    """Return the part of the picture that shows an object's 3D box, and which of its points lie on or in it."""
    solid = e.solids[i]
    outline = solid.outline(e.capture)
    outline = outline[np.isfinite(outline).all(axis=1)]
    if not len(outline):
        return None
    height, width = depth.shape
    x1, y1 = np.clip(np.floor(outline.min(axis=0)).astype(int), 0, [width, height])
    x2, y2 = np.clip(np.ceil(outline.max(axis=0)).astype(int), 0, [width, height])
    if x1 >= x2 or y1 >= y2:
        return None
    window = slice(y1, y2), slice(x1, x2)
    z = np.where(np.isfinite(depth[window]), depth[window], -1.0).astype(float)
    part = rays[window]
    points = np.stack([part[..., 0] * z, part[..., 1] * z, z], axis=-1).reshape(-1, 3)
    object_from_camera = inverse(e.capture.view @ solid.world_from_object)
    local = transform(object_from_camera, points).reshape(*z.shape, 3)
    low, high = solid.bounds
    slack = NEAR / np.linalg.norm(solid.world_from_object[:3, :3], axis=0)
    near = ((local > low - slack) & (local < high + slack)).all(axis=-1) & (z > 0)
    deep = ((local > low + slack) & (local < high - slack)).all(axis=-1) & (z > 0)
    return window, near, deep


def _claimed(
    ids: npt.NDArray[np.int32], inside: Mapping[int, Inside | None], window: Window, solids: Mapping[int, Solid]
) -> npt.NDArray[np.bool_]:
    """Return which pixels of a window rightly belong to another object: they lie in that one's 3D box as well."""
    claimed = np.zeros(ids.shape, dtype=bool)
    for other in np.unique(ids):
        found = inside.get(int(other))
        if found is not None:
            (rows, columns), near, _ = found
            whole = np.zeros((max(rows.stop, window[0].stop), max(columns.stop, window[1].stop)), dtype=bool)
            whole[rows, columns] = near
            claimed |= (ids == other) & whole[window]
    return claimed


def check_presence(e: Evidence) -> Iterator[str]:
    """Annotators that came back empty."""
    ids, depth, rgb = e.capture.instance_id, e.capture.depth, e.capture.rgb
    if rgb is not None and float(rgb.std()) < 1.0:
        yield "the picture is blank"
    if depth is not None and not np.isfinite(depth).any():
        yield "the depth image is empty"
    if ids is not None and not ids.any() and any(row["visible_px"] for row in e.objects):
        yield "the id image is empty"


def check_edits(e: Evidence) -> Iterator[str]:
    """The places of camera and objects against the edits that put them there."""
    for target, pose in e.poses.items():
        if target == CAMERA and np.abs(camera_from_world(pose) - e.capture.view).max() > 1e-6:
            yield "the camera is not where its edit puts it"
        for solid in e.solids.values():
            if solid.row["path"] == target and np.abs(solid.world_from_object[:3, 3] - pose[:3]).max() > 1e-6:
                yield f"{_name(solid.row)} is not where its edit puts it"


CHECKS: Mapping[str, Callable[[Evidence], Iterator[str]]] = {
    "presence": check_presence,
    "boxes": check_boxes,
    "kitti": check_kitti,
    "class": check_classes,
    "outline": check_outlines,
    "amodal": check_amodal,
    "depth": check_depth,
    "edits": check_edits,
}


def check_frame(e: Evidence) -> list[Finding]:
    """Return what all checks find in a frame."""
    return [Finding(check=name, where=e.where, what=what) for name, check in CHECKS.items() for what in check(e)]


def _contains(outer: list[float], inner: list[float]) -> bool:
    return outer[0] <= inner[0] and outer[1] <= inner[1] and outer[2] >= inner[2] and outer[3] >= inner[3]


def _name(row: Row) -> str:
    return f"object {row['id']} ({row['label']})"
