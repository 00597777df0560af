"""What the camera sees, and what lies beyond its picture: cameras, render products and annotators of Replicator."""

from __future__ import annotations

import importlib
import logging
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from palletjack_dr.engine import Window
from palletjack_dr.errors import EngineError
from palletjack_dr.geometry import Array

if TYPE_CHECKING:
    from pxr import Usd

    from palletjack_dr.scene import SceneObject

log = logging.getLogger(__name__)
WIDER: Final = (1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0)
"""Sizes of the views, as factors on the picture's; all look along the same axis, with the same size of a pixel."""
ANNOTATORS: Final[dict[str, tuple[str, dict[str, Any] | None]]] = {
    "rgb": ("rgb", None),
    "instance_id": ("instance_segmentation", {"colorize": False}),
    "depth": ("distance_to_image_plane", None),
    "camera": ("camera_params", None),
}


@dataclass(kw_only=True)
class View:
    """A render product ``pad`` [px] larger on each side than the picture, and its annotators."""

    camera: str
    size: tuple[int, int]
    pad: tuple[int, int]
    product: Any
    annotators: dict[str, Any]


class Views:
    """The main view and, made when first needed, wider ones."""

    def __init__(self, stage: Usd.Stage, camera: str, resolution: tuple[int, int]) -> None:
        self._rep = importlib.import_module("omni.replicator.core")
        self._stage, self._camera, self._resolution = stage, camera, resolution
        self._views: dict[float, View] = {}

    def holding(self, window: Window | None) -> View:
        """Return the smallest view that holds a window of the image plane (None: the picture)."""
        width, height = self._resolution
        needed = 1.0
        if window is not None:
            right, bottom = window.x + window.width, window.y + window.height
            beyond_x, beyond_y = max(-window.x, right - width, 0), max(-window.y, bottom - height, 0)
            needed = max(1 + 2 * beyond_x / width, 1 + 2 * beyond_y / height)
        factor = next((f for f in WIDER if f >= needed), None)
        if factor is None:
            raise EngineError(
                f"engine=replicator renders at most {WIDER[-1]:g} times the picture's size around it, and {needed:.1f} "
                f"times is wanted; use a weaker lens distortion or a smaller camera.fov"
            )
        if factor not in self._views:
            self._views[factor] = self._made(factor)
        return self._views[factor]

    def aim(self, view: View) -> None:
        """Give a wide view's camera the pose and focal length of the scene's."""
        if view.camera != self._camera:
            _follow(self._stage, view.camera, self._camera, view.size[0] / self._resolution[0])

    def see(self, view: View, outputs: Collection[str], subframes: int) -> dict[str, Any]:
        """Render one view as the stage is now, and return copies of what its annotators hold, by output."""
        wanted = [*outputs, "camera"]
        for other in self._views.values():
            other.product.hydra_texture.set_updates_enabled(other is view)
        for output in wanted:
            if output not in view.annotators:
                name, parameters = ANNOTATORS[output]
                view.annotators[output] = self._rep.AnnotatorRegistry.get_annotator(name, init_params=parameters)
                view.annotators[output].attach(view.product)
        self._rep.orchestrator.step(rt_subframes=subframes, delta_time=0.0)
        seen = {output: view.annotators[output].get_data() for output in wanted}
        for output in outputs:
            pixels = np.asarray(_data(seen[output]))
            if pixels.shape[:2] != view.size[::-1]:
                raise EngineError(
                    f"Replicator gave {output} of shape {pixels.shape} for a picture of {view.size[0]} x "
                    f"{view.size[1]} px; raise engine.warm_up, and look above for messages about the render product"
                )
        return seen

    def close(self) -> None:
        """Wait for what is under way, then let go of annotators and render products, in this order."""
        self._rep.orchestrator.wait_until_complete()
        for view in self._views.values():
            for annotator in view.annotators.values():
                annotator.detach()
            view.product.destroy()
        self._views.clear()

    def _made(self, factor: float) -> View:
        width, height = self._resolution
        pad = math.ceil(width * (factor - 1) / 2), math.ceil(height * (factor - 1) / 2)
        size = width + 2 * pad[0], height + 2 * pad[1]
        path = self._camera
        if factor > 1:
            path = f"{self._camera}_wide_{str(factor).replace('.', '_')}"
            _follow(self._stage, path, self._camera, size[0] / width)
        name = f"palletjack_dr_{size[0]}x{size[1]}"
        product = self._rep.create.render_product(path, size, name=name)
        return View(camera=path, size=size, pad=pad, product=product, annotators={})


def ids(answer: Any, objects: Sequence[SceneObject]) -> npt.NDArray[np.int32]:
    """Return Replicator's instance image in the ids of the scene's instance table; what is no object becomes 0."""
    image = np.asarray(_data(answer)).reshape(np.shape(_data(answer))[:2])
    by_path = {thing.path: thing.id for thing in objects}
    labels: Mapping[Any, Any] = answer["info"]["idToLabels"] if "info" in answer else answer["idToLabels"]
    numbers, places = np.unique(image, return_inverse=True)
    ours = {int(key): _object_at(str(path), by_path) for key, path in labels.items()}
    table = np.array([ours.get(int(n), 0) for n in numbers], dtype=np.int32)
    return table[places].reshape(image.shape)


def colours(answer: Any) -> npt.NDArray[np.uint8]:
    """Return rgb (H, W, 3) of Replicator's RGBA, copied, since the next step writes into the same memory."""
    return np.array(_data(answer), dtype=np.uint8)[..., :3].copy()


def metres(answer: Any) -> npt.NDArray[np.float32]:
    """Return depth (H, W) [m] along the optical axis, copied; inf = nothing."""
    depth = np.array(_data(answer), dtype=np.float32)
    return depth.reshape(depth.shape[:2])


def check_camera(parameters: Mapping[str, Any], k: Array, view: Array, size: tuple[int, int]) -> None:
    """Refuse a picture that another camera took than the one of this frame: an old pose, another focal length.

    ``parameters`` are Replicator's, matrices for row vectors and USD's camera axes; ``k`` and ``view`` are ours.
    """
    theirs = np.asarray(parameters["cameraViewTransform"], dtype=float).reshape(4, 4).T
    theirs = np.diag([1.0, -1.0, -1.0, 1.0]) @ theirs
    projection = np.asarray(parameters["cameraProjection"], dtype=float).reshape(4, 4)
    width, height = size
    fx, fy = projection[0, 0] * width / 2, projection[1, 1] * height / 2
    moved, zoomed = float(np.abs(theirs - view).max()), max(abs(fx - k[0, 0]), abs(fy - k[1, 1])) / float(k[0, 0])
    if moved > 1e-3 or zoomed > 1e-3:
        raise EngineError(
            f"Isaac Sim rendered with another camera than this frame's: its pose differs by {moved:.3g}, its focal "
            f"length by {100 * zoomed:.2g} %; if pictures and labels agree all the same, set engine.check_camera=false"
        )


def _data(answer: Any) -> Any:
    return answer["data"] if isinstance(answer, dict) else answer


def _object_at(path: str, by_path: Mapping[str, int]) -> int:
    while path.startswith("/") and path not in by_path:
        path = path.rpartition("/")[0]
    return by_path.get(path, 0)


def _follow(stage: Usd.Stage, path: str, leader: str, factor: float) -> None:
    """Make the camera at ``path`` a copy of another, with an aperture ``factor`` times as large."""
    from pxr import UsdGeom

    camera, other = UsdGeom.Camera.Define(stage, path), UsdGeom.Camera(stage.GetPrimAtPath(leader))
    camera.MakeMatrixXform().Set(UsdGeom.XformCache().GetLocalToWorldTransform(other.GetPrim()))
    camera.GetFocalLengthAttr().Set(other.GetFocalLengthAttr().Get())
    camera.GetHorizontalApertureAttr().Set(other.GetHorizontalApertureAttr().Get() * factor)
    camera.GetVerticalApertureAttr().Set(other.GetVerticalApertureAttr().Get() * factor)
    camera.GetClippingRangeAttr().Set(other.GetClippingRangeAttr().Get())
