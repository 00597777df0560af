"""Pictures and labels of a source brought to the network's size, for networks that take one size only."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path

from palletjack_dr.errors import DatasetError
from palletjack_dr.tao.fitting import fit_picture, fitting_of
from palletjack_dr.tao.labelled_set import Label, Picture
from palletjack_dr.validate.pictures import picture_size

QUALITY = 95
"""Of JPEG files."""


@dataclass(frozen=True, kw_only=True)
class Fit:
    """Brings pictures to ``size`` (width, height) [px] and to files of one ``suffix``; ``how`` is one of ``FITS``."""

    how: str
    size: tuple[int, int]
    suffix: str

    def is_needed(self, picture: Picture) -> bool:
        """Return whether a picture is of another size or another kind of file."""
        return picture.size != self.size or picture.path.suffix != self.suffix

    def label(self, label: Label, before: tuple[int, int]) -> Label:
        """Return a label of a picture of the size ``before`` where its object is in the fitted one."""
        scale_x, scale_y, left, top = map(float, fitting_of(before, self.size, self.how))
        x1, y1, x2, y2 = label.box
        return replace(label, box=(x1 * scale_x + left, y1 * scale_y + top, x2 * scale_x + left, y2 * scale_y + top))

    def write(self, picture: Picture, target: Path) -> None:
        """Write the fitted picture, unless ``target`` already is made of the file as it is now.

        The file is put in the place of what is there, which may be a link to somebody's original. Raises
        ``DatasetError`` for a picture that cannot be read, or is not of the size that its labels are for.
        """
        import cv2

        from palletjack_dr.tao.loading import read_file

        made = picture.path.stat().st_mtime_ns
        if target.is_file() and target.stat().st_mtime_ns == made and picture_size(target) == self.size:
            return
        pixels = read_file(picture.path)
        height, width = pixels.shape[:2]
        if (width, height) != picture.size:
            wanted = f"{picture.size[0]}x{picture.size[1]}"
            raise DatasetError(f"{picture.path}: {width}x{height}, but its labels are for {wanted}; mend or remove it")
        fitted, _ = fit_picture(pixels, self.size, self.how)
        _, content = cv2.imencode(self.suffix, cv2.cvtColor(fitted, cv2.COLOR_RGB2BGR), _settings(self.suffix))
        beside = target.with_name(f"{target.name}.part")
        beside.write_bytes(content.tobytes())
        os.utime(beside, ns=(made, made))
        beside.replace(target)


def _settings(suffix: str) -> list[int]:
    import cv2

    return [cv2.IMWRITE_JPEG_QUALITY, QUALITY] if suffix.lower() in (".jpg", ".jpeg") else []
