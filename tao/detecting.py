"""Run a detector over picture files, batch by batch, with a progress bar; files that cannot be read are told."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from rich.progress import track

from palletjack_dr.progress import console
from palletjack_dr.tao.detector import Detections, Detector
from palletjack_dr.validate.pictures import JPEG_END, JPEG_HEAD

Image = npt.NDArray[np.uint8]
log = logging.getLogger(__name__)


def detect_files(
    detector: Detector,
    paths: Sequence[Path],
    batch_size: int,
    sizes: Sequence[tuple[int, int]] | None = None,
) -> Iterator[tuple[int, Image, Detections]]:
    """Yield the number of each path that can be read, its picture (H, W, 3), RGB, and what was detected.

    A picture that cannot be read, or has not the (width, height) of ``sizes`` that its labels are for, is named in a
    warning and left out.
    """
    batch: list[tuple[int, Image]] = []
    for number in track(range(len(paths)), "pictures", console=console, transient=True):
        picture, flaw = read_photo(paths[number])
        if picture is not None and sizes is not None and (found := picture.shape[1::-1]) != tuple(sizes[number]):
            flaw = f"is {found[0]}x{found[1]}, but its labels are for {sizes[number][0]}x{sizes[number][1]}"
        if picture is None or flaw:
            log.warning("%s %s; left out", paths[number], flaw)
        else:
            batch.append((number, picture))
        if len(batch) == batch_size:
            yield from _detect(detector, batch)
            batch = []
    yield from _detect(detector, batch)


def read_photo(path: Path) -> tuple[Image | None, str]:
    """Return a photo (H, W, 3), RGB, upright by its EXIF orientation, or None and what is wrong with the file."""
    import cv2

    try:
        content = path.read_bytes()
    except OSError as error:
        return None, f"cannot be read ({error.strerror})"
    if content.startswith(JPEG_HEAD) and JPEG_END not in content[len(content) // 2 :]:
        return None, "is a JPEG that is cut short"
    try:
        image = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR) if content else None
    except cv2.error:  # more pixels than OpenCV takes
        image = None
    if image is None:
        return None, "is no picture that can be decoded" if content else "is empty"
    return np.ascontiguousarray(image[..., ::-1]), ""


def _detect(detector: Detector, batch: Sequence[tuple[int, Image]]) -> Iterator[tuple[int, Image, Detections]]:
    found = detector.detect([picture for _, picture in batch]) if batch else []
    for (number, picture), detections in zip(batch, found, strict=True):
        yield number, picture, detections
