"""Any annotation as a file of its own, so that a custom annotator needs no writer."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from palletjack_dr import Annotation, Registry, Writer, hookimpl
from palletjack_dr.frame import Frame
from palletjack_dr.images import png, tiff


@dataclass(frozen=True, kw_only=True)
class Basic(Writer):
    """Writes each of ``annotations`` as ``folder``/<annotation>/000007.*.

    Images of 8 or 16 bit integers become PNG, float32 images lossless TIFF, other arrays compressed .npz (key
    "data"), tables JSON. ``rgb`` adds the picture.
    """

    annotations: list[str] = field(default_factory=list)
    folder: str = "basic"
    rgb: bool = False

    def files(self, frame: Frame) -> Iterable[tuple[str, bytes]]:
        """Return one file per annotation."""
        if self.rgb and frame.picture is not None:
            yield f"{self.folder}/rgb/{frame.name}{frame.picture.suffix}", frame.picture.content
        for name in self.annotations:
            suffix, content = _encoded(frame.annotations[name])
            yield f"{self.folder}/{name}/{frame.name}{suffix}", content


def _encoded(value: Annotation) -> tuple[str, bytes]:
    if isinstance(value, list):
        return ".json", json.dumps(value, indent=1).encode()
    if value.dtype in (np.uint8, np.uint16) and (value.ndim == 2 or value.shape[2:] == (3,)):
        return ".png", png(value)
    if value.dtype == np.float32 and value.ndim == 2:
        return ".tiff", tiff(value)
    buffer = io.BytesIO()
    np.savez_compressed(buffer, data=value)
    return ".npz", buffer.getvalue()


@hookimpl
def dr_register(registry: Registry) -> None:
    """Offer ``writer=basic``."""
    registry.writer(Basic)
