"""What a stage says about a surface, for randomizers that change it by degrees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pxr import Usd, UsdShade


@dataclass(frozen=True, kw_only=True)
class Authored:
    """``color`` is linear RGB, ``roughness`` in [0, 1]; where an image gives it, the factor on that image."""

    color: tuple[float, float, float] = (0.18, 0.18, 0.18)
    roughness: float = 0.5


def authored(prim: Usd.Prim) -> Authored:
    """Return the UsdPreviewSurface values of the material bound to a mesh or subset; its defaults where none are."""
    from pxr import UsdShade

    material = UsdShade.MaterialBindingAPI(prim).ComputeBoundMaterial()[0]
    shader = material.ComputeSurfaceSource()[0] if material else None
    if not shader:
        return Authored()
    r, g, b = _value(shader, "diffuseColor", Authored().color)[:3]
    return Authored(color=(r, g, b), roughness=_value(shader, "roughness", (Authored().roughness,))[0])


def _value(shader: UsdShade.Shader, name: str, default: tuple[float, ...]) -> tuple[float, ...]:
    """Return an input's constant, or the ``scale`` of the texture that it is connected to."""
    import numpy as np
    from pxr import UsdShade

    given = shader.GetInput(name)
    if not given:
        return default
    sources = UsdShade.ConnectableAPI.GetConnectedSources(given)[0]
    if not sources:
        value = given.Get()
        return default if value is None else tuple(float(x) for x in np.atleast_1d(np.asarray(value, float)))
    scale = UsdShade.Shader(sources[0].source.GetPrim()).GetInput("scale")
    value = scale.Get() if scale else None
    return (1.0, 1.0, 1.0, 1.0) if value is None else tuple(float(x) for x in value)
