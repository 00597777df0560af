"""Checks that hold for the dataset of any tool."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from palletjack_dr.validate.findings import Finding, LabelledImage, Reading
from palletjack_dr.validate.pictures import picture_flaw, picture_size, thumbnail, twins

EDGE = 0.5
"""Pixels by which a box may reach over the picture's border, for formats that round."""


def check_images(reading: Reading) -> list[Finding]:
    """Return what is wrong with the pictures and boxes of a reading, the reader's own findings first."""
    findings = list(reading.findings)
    sizes: dict[str, tuple[int, int]] = {}
    thumbnails, named = [], []
    if not reading.images:
        findings.append(Finding(check="layout", where=".", what="not one labelled picture"))
    for image in reading.images:
        size = _check_picture(image, findings)
        if size is not None:
            sizes[image.name] = size
            for label in image.labels:
                findings += _check_box(label.where, label.box, size)
        small = thumbnail(image.picture)
        if small is not None:
            thumbnails.append(small)
            named.append(image.name)
    findings += _mixed_sizes(sizes)
    findings += [
        Finding(check="duplicate", where=named[later], what=f"shows the same as {named[first]}")
        for first, later in twins(thumbnails)
    ]
    return findings


def _check_picture(image: LabelledImage, findings: list[Finding]) -> tuple[int, int] | None:
    flaw = picture_flaw(_content(image.picture))
    size = picture_size(image.picture)
    if flaw:
        findings.append(Finding(check="picture", where=image.name, what=flaw))
    elif size is not None and image.size is not None and size != image.size:
        what = f"is {size[0]} x {size[1]} px, its labels say {image.size[0]} x {image.size[1]}"
        findings.append(Finding(check="picture", where=image.name, what=what))
    return size


def _check_box(where: str, box: tuple[float, float, float, float], size: tuple[int, int]) -> list[Finding]:
    x1, y1, x2, y2 = box
    width, height = size
    text = f"box {x1:g} {y1:g} {x2:g} {y2:g}"
    if x1 < -EDGE or y1 < -EDGE or x2 > width + EDGE or y2 > height + EDGE:
        return [Finding(check="box", where=where, what=f"{text} leaves the picture of {width} x {height} px")]
    if int(x1) >= int(x2) or int(y1) >= int(y2):
        return [Finding(check="box", where=where, what=f"{text} is less than a pixel, and dropped by TAO")]
    return []


def _mixed_sizes(sizes: dict[str, tuple[int, int]]) -> list[Finding]:
    if len(set(sizes.values())) < 2:
        return []
    (width, height), _ = Counter(sizes.values()).most_common(1)[0]
    return [
        Finding(check="size", where=name, what=f"is {w} x {h} px, most others are {width} x {height}")
        for name, (w, h) in sizes.items()
        if (w, h) != (width, height)
    ]


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""
