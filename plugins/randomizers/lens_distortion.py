"""Lens distortion, within the tolerance of a lens or between lenses."""

from __future__ import annotations

from dataclasses import dataclass

from palletjack_dr import Distribution, Edit, Edits, Randomizer, Registry, Rng, Scene, drawn, hookimpl
from palletjack_dr.errors import ConfigError
from palletjack_dr.lens import MODELS


@dataclass(frozen=True, kw_only=True)
class LensDistortion(Randomizer):
    """Gives the camera a lens of ``model`` (brown_conrady or fisheye).

    ``k1`` to ``k4`` are radial, ``p1`` and ``p2`` tangential, all as OpenCV defines them; brown_conrady has no
    k4, fisheye no p1 and p2. ``camera.fov`` stays the field of a pinhole with the same focal length.
    """

    model: str = "brown_conrady"
    k1: Distribution = drawn([-0.12, 0.04], low=-2.0, high=2.0)
    k2: Distribution = drawn([-0.01, 0.03], low=-2.0, high=2.0)
    k3: Distribution = drawn(0.0, low=-2.0, high=2.0)
    k4: Distribution = drawn(0.0, low=-2.0, high=2.0)
    p1: Distribution = drawn([-0.001, 0.001], low=-0.5, high=0.5)
    p2: Distribution = drawn([-0.001, 0.001], low=-0.5, high=0.5)

    def __post_init__(self) -> None:
        """Refuse a model that is none."""
        super().__post_init__()
        if self.model not in MODELS:
            raise ConfigError(f"model: got {self.model!r}, wanted one of {', '.join(MODELS)}")

    def sample(self, rng: Rng, scene: Scene) -> Edits:
        """Return the model and its coefficients."""
        k1, k2, k3, k4, p1, p2 = (d.draw(rng) for d in (self.k1, self.k2, self.k3, self.k4, self.p1, self.p2))
        values = (k1, k2, k3, k4, 0.0) if self.model == "fisheye" else (k1, k2, p1, p2, k3)
        yield Edit("camera", "lens.model", self.model)
        yield Edit("camera", "lens.distortion", values)


@hookimpl
def dr_register(registry: Registry) -> None:
    """Offer ``randomizer=lens_distortion``."""
    registry.randomizer(LensDistortion)
