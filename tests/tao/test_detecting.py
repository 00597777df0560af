"""Photos are read upright, and what is wrong with a file is told."""

from __future__ import annotations

from pathlib import Path

import bright_rectangles
import numpy as np
import pytest

from palletjack_dr.images import jpeg
from palletjack_dr.tao.detecting import detect_files, read_photo
from palletjack_dr.validate.pictures import JPEG_HEAD

TURNED_RIGHT = 6
"""EXIF's orientation of a photo whose first row is its right side."""


def with_orientation(content: bytes, orientation: int) -> bytes:
    tiff = b"MM\x00\x2a\x00\x00\x00\x08" + b"\x00\x01" + b"\x01\x12\x00\x03\x00\x00\x00\x01"
    tiff += orientation.to_bytes(2, "big") + b"\x00\x00" + b"\x00\x00\x00\x00"
    exif = b"Exif\x00\x00" + tiff
    return JPEG_HEAD + b"\xff\xe1" + (len(exif) + 2).to_bytes(2, "big") + exif + content[2:]


def test_a_photo_of_a_camera_held_upright_is_turned_as_its_viewer_sees_it() -> None:
    picture = np.zeros((40, 64, 3), np.uint8)
    picture[:20] = (200, 0, 0)
    Path("flat.jpg").write_bytes(jpeg(picture, 95))
    Path("turned.jpg").write_bytes(with_orientation(jpeg(picture, 95), TURNED_RIGHT))
    flat, turned = read_photo(Path("flat.jpg"))[0], read_photo(Path("turned.jpg"))[0]
    assert flat is not None
    assert turned is not None
    assert turned.shape == (64, 40, 3)
    assert np.array_equal(turned, np.rot90(flat, -1))


def test_a_jpeg_with_bytes_behind_its_end_is_whole_and_one_without_end_is_not() -> None:
    content = jpeg(np.full((90, 120, 3), 90, np.uint8), 90)
    Path("trailer.jpg").write_bytes(content + b"maker's notes" * 20)
    Path("cut.jpg").write_bytes(content[:-30])
    assert read_photo(Path("trailer.jpg"))[1] == ""
    assert read_photo(Path("cut.jpg")) == (None, "is a JPEG that is cut short")
    assert read_photo(Path("none.jpg")) == (None, "cannot be read (No such file or directory)")


@pytest.mark.parametrize("batch_size", [1, 3, 8])
def test_every_picture_is_detected_in_once_whatever_the_batch(batch_size: int) -> None:
    bright_rectangles.write_photos(Path("photos"), "test", 7, seed=3)
    paths = sorted(Path("photos/images").iterdir())
    detector = bright_rectangles.BrightRectangles(bright_rectangles.CLASSES, "letterbox")
    found = list(detect_files(detector, paths, batch_size))
    assert [number for number, _, _ in found] == list(range(7))
    for number, picture, detections in found:
        alone = detector.detect([picture])[0]
        assert np.array_equal(alone.boxes, detections.boxes), number
