"""Render products, annotators and the orchestrator."""

from __future__ import annotations

from typing import Any

import numpy as np

from isaac_double.kit import kit
from isaac_double.rendering import Renderer, camera_parameters

NAMES = ("rgb", "instance_segmentation", "distance_to_image_plane", "camera_params")
products: list[Product] = []
state: dict[str, Renderer] = {}


class Product:
    def __init__(self, camera: str, resolution: tuple[int, int], name: str | None) -> None:
        self.path, self.resolution, self.name = camera, resolution, name
        self.hydra_texture = self
        self.enabled, self.annotators = True, list[Annotator]()

    def set_updates_enabled(self, enabled: bool) -> None:
        self.enabled = enabled

    def destroy(self) -> None:
        kit.record("destroy", product=self.name)
        kit.demand(kit.drained, "wait_until_complete before destroy")
        kit.demand(not self.annotators, "annotators are detached before their render product is destroyed")
        products.remove(self)


class Create:
    def render_product(
        self, camera: str, resolution: tuple[int, int], force_new: bool = False, name: str | None = None
    ) -> Product:
        kit.record("render_product", camera=camera, resolution=resolution)
        kit.demand(bool(kit.stage.GetPrimAtPath(camera)), "the camera of a render product is there")
        products.append(Product(camera, resolution, name))
        return products[-1]


class Annotator:
    def __init__(self, name: str, parameters: dict[str, Any] | None) -> None:
        self.name, self.parameters = name, parameters or {}
        self.fresh: bool | None = None
        self.buffer: Any = None
        self.info: dict[str, Any] = {}
        self.product: Product | None = None

    def attach(self, product: Any) -> Annotator:
        self.product = product
        product.annotators.append(self)
        return self

    def detach(self) -> None:
        kit.demand(kit.drained, "wait_until_complete before detach")
        assert self.product is not None
        self.product.annotators.remove(self)

    def get_data(
        self, device: str | None = None, do_array_copy: bool = False, use_legacy_structure: bool = True
    ) -> Any:
        kit.demand(self.fresh is not None, "get_data comes after a step")
        kit.demand(bool(self.fresh), "a view whose updates are off is not read")
        if self.name == "camera_params":
            return self.info
        if self.name == "instance_segmentation":
            kit.demand(self.parameters.get("colorize") is False, "ids are wanted, not colours")
            return {"data": self.buffer, "info": self.info}
        return self.buffer


class AnnotatorRegistry:
    def get_annotator(self, name: str, init_params: dict[str, Any] | None = None) -> Annotator:
        kit.record("annotator", name=name)
        kit.demand(name in NAMES, f"{name} is an annotator")
        return Annotator(name, init_params)


class Orchestrator:
    def set_capture_on_play(self, wanted: bool) -> None:
        kit.record("set_capture_on_play", wanted=wanted)
        kit.demand(kit.stage is not None, "capture on play is set for an open stage")

    def step(self, rt_subframes: int = -1, pause_timeline: bool = True, delta_time: float | None = None) -> None:
        kit.record("step", subframes=rt_subframes, views=[p.name for p in products if p.enabled])
        kit.demand(delta_time == 0.0, "the timeline stands still")
        kit.demand(any(p.enabled for p in products), "a step renders something")
        kit.drained = False
        renderer = state.get("renderer") or state.setdefault("renderer", Renderer(kit.stage))
        renderer.follow()
        for product in products:
            for annotator in product.annotators:
                annotator.fresh = product.enabled if product.enabled or annotator.fresh is not None else None
                if product.enabled:
                    _fill(renderer, product, annotator)

    def wait_until_complete(self) -> None:
        kit.record("wait_until_complete")
        kit.drained = True


def _fill(renderer: Renderer, product: Product, annotator: Annotator) -> None:
    """Write into the annotator's one buffer, which whoever kept a view of the last frame will notice."""
    if annotator.name == "camera_params":
        annotator.info = camera_parameters(kit.stage, product.path, product.resolution)
        return
    pixels = renderer.pixels(product.path, product.resolution, annotator.name)
    if annotator.name == "instance_segmentation":
        annotator.info = renderer.legend()
    if annotator.buffer is None:
        annotator.buffer = np.empty_like(pixels)
    annotator.buffer[...] = pixels
