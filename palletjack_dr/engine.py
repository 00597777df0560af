"""The seam between the core and the engines that turn a scene into pixels, ids and depth."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np
import numpy.typing as npt

from palletjack_dr.assets_root import AssetsRoot
from palletjack_dr.edits import Edit
from palletjack_dr.geometry import Array, project
from palletjack_dr.lens import PINHOLE, Lens
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
    camera-from-world matrix with OpenCV axes (x right, y down, z forward), ``lens`` what lies between the two.
    """

    k: Array
    view: Array
    lens: Lens = PINHOLE
    rgb: npt.NDArray[np.uint8] | None = None
    instance_id: npt.NDArray[np.int32] | None = None
    depth: npt.NDArray[np.float32] | None = None

    def project(self, points: Array) -> Array:
        """Project world points (n, 3) [m] to pixels (n, 2); NaN behind the camera and beyond the lens's field."""
        return project(points, self.k, self.view, self.lens.distort)

    def rays(self) -> Array:
        """Return x / z and y / z, camera axes, of the ray through every pixel centre: (H, W, 2); NaN where none."""
        assert self.instance_id is not None
        height, width = self.instance_id.shape
        u, v = np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5)
        landed = np.stack([(u - self.k[0, 2]) / self.k[0, 0], (v - self.k[1, 2]) / self.k[1, 1]], axis=-1)
        return self.lens.undistort(landed.reshape(-1, 2)).reshape(height, width, 2)


class Engine(Protocol):
    """Renders a scene. One process drives one engine, from one thread."""

    name: str
    together: ClassVar[tuple[str, ...]]
    """Outputs that one pass gives together: to ask for another of them then costs nothing."""

    def start(self) -> AssetsRoot | None:
        """Get ready for a scene to be built, before anything of USD is imported; return the engine's own assets."""

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
