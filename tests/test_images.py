"""What is encoded comes back, bit by bit, in readers that are not ours."""

from __future__ import annotations

import io
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from palletjack_dr.errors import DatasetError
from palletjack_dr.images import jpeg, png, tiff

SIZES = [(1, 1), (1, 7), (5, 1), (12, 17), (96, 160)]


def opened(content: bytes) -> npt.NDArray[Any]:
    return np.asarray(cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_UNCHANGED))


def noise(shape: tuple[int, ...], kind: Any) -> npt.NDArray[Any]:
    return np.random.default_rng(3).integers(0, np.iinfo(kind).max, shape, endpoint=True).astype(kind)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
@pytest.mark.parametrize("channels", [(), (3,)])
def test_a_png_comes_back_bit_by_bit(size: tuple[int, int], kind: Any, channels: tuple[int, ...]) -> None:
    image = noise((*size, *channels), kind)
    found = opened(png(image))
    assert found.dtype == kind
    assert (found == (image[..., ::-1] if channels else image)).all()


def test_other_readers_open_a_png() -> None:
    image = noise((12, 17, 3), np.uint8)
    with Image.open(io.BytesIO(png(image))) as found:
        assert found.mode == "RGB"
        assert (np.asarray(found) == image).all()


@pytest.mark.parametrize("size", SIZES)
def test_a_depth_image_comes_back_bit_by_bit_with_inf_and_all(size: tuple[int, int]) -> None:
    depth = np.random.default_rng(5).uniform(0, 60, size).astype(np.float32)
    depth.ravel()[:: max(depth.size // 5, 1)] = np.inf
    for found in (opened(tiff(depth)), np.asarray(Image.open(io.BytesIO(tiff(depth))))):
        assert found.dtype == np.float32
        assert (found == depth).all()


def test_views_of_larger_arrays_are_encoded_as_what_they_show() -> None:
    whole = noise((40, 60, 3), np.uint8)
    assert png(whole[4:30:2, ::-3]) == png(whole[4:30:2, ::-3].copy())
    assert tiff(whole[:, :, 0].astype(np.float32).T) == tiff(whole[:, :, 0].astype(np.float32).T.copy())


def test_a_jpeg_is_close_to_its_picture() -> None:
    smooth = np.add.outer(np.arange(64), np.arange(48)).astype(np.uint8)[..., None].repeat(3, axis=2)
    assert np.abs(opened(jpeg(smooth, 95)).astype(int) - smooth).max() <= 4


@pytest.mark.parametrize(
    ("encode", "image"),
    [
        (png, np.zeros((4, 4), np.float32)),
        (png, np.zeros((4, 4, 2), np.uint8)),
        (png, np.zeros((0, 4), np.uint8)),
        (tiff, np.zeros((4, 4), np.float64)),
        (tiff, np.zeros((4, 4, 3), np.float32)),
    ],
)
def test_what_the_format_cannot_hold_is_refused_by_name(encode: Any, image: npt.NDArray[Any]) -> None:
    with pytest.raises(DatasetError, match=rf"shape \({image.shape[0]}, .* cannot be written as"):
        encode(image)
