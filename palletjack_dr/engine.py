"""The seam between the core and the engines that turn a scene into pixels, ids and depth."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from palletjack_dr.edits import Edit
from palletjack_dr.geometry import Array
from palletjack_dr.scene import Scene

OUTPUTS = ("rgb", "instance_id", "depth")


@dataclass(frozen=True, kw_only=True)
class Window:
    """A part of the image plane: ``width`` x ``height`` pixels whose top left corner is at (x, y) [px]."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, kw_only=True)
class Capture:
    """What an engine saw; an output that was not asked for is None.

    ``rgb`` uint8 (H, W, 3), sRGB. ``instance_id`` int32 (H, W), 0 = no instance. ``depth`` float32 (H, W),
    metres along the optical axis, inf = nothing. ``k`` is the (3, 3) intrinsic matrix [px], ``view`` the (4, 4)
    camera-from-world matrix with OpenCV axes (x right, y down, z forward).
    """

    k: Array
    view: Array
    rgb: npt.NDArray[np.uint8] | None = None
    instance_id: npt.NDArray[np.int32] | None = None
    depth: npt.NDArray[np.float32] | None = None


class Engine(Protocol):
    """Renders a scene. One process drives one engine, from one thread."""

    name: str

    def open(self, scene: Scene, resolution: tuple[int, int], quality: str) -> None:
        """Load the scene; ``resolution`` is (width, height) [px]. Raises ``EngineError`` if it cannot start."""

    def capabilities(self) -> frozenset[str]:
        """Return the attributes of the edit vocabulary that this engine can apply."""

    def describe(self) -> dict[str, str]:
        """Return name, version and device, for the log and the manifest."""

    def apply(self, edits: Iterable[Edit]) -> None:
        """Put the scene back to its stage and apply the edits of one frame, in order."""

    def capture(
        self, outputs: Collection[str], *, only: Collection[int] | None = None, window: Window | None = None
    ) -> Capture:
        """Render the named outputs.

        ``only`` shows just the instances with these ids, for amodal masks. ``window`` renders that part of
        the image plane at the same pixel scale, also beyond the image's border, for truncation.
        """

    def close(self) -> None:
        """Release what ``open`` took; closing twice does nothing."""
