"""From UsdLux lights to the photometric lights of a rasterizer.

UsdLux area lights give luminance [nit], a rasterizer wants luminous intensity [cd]: luminance times the area that
is seen along the axis. Distant lights give illuminance [lx]. A flat light (rect, disk) becomes a wide spot with a
soft edge, a round one (sphere, cylinder) a point light, a shaped one (UsdLuxShapingAPI) a spot of its cone.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from palletjack_dr.engines.embedded.surfaces import Color

if TYPE_CHECKING:
    from pxr import Usd

FLAT_LIGHT_CONE = 75.0
"""Half angle [deg] of the spot that stands for a flat light; beyond it a cosine emitter gives little."""


@dataclass(frozen=True, kw_only=True)
class Lamp:
    """A light as the stage has it: ``intensity`` in UsdLux units, ``per_unit`` takes it to candela (or lux)."""

    path: str
    kind: Literal["spot", "point", "distant", "dome"]
    intensity: float
    per_unit: float
    color: Color
    temperature: float | None
    cone: float = 180.0
    radius: float = 0.0
    texture: str = ""


def read_lamp(prim: Usd.Prim) -> Lamp | None:
    """Return the lamp of a UsdLux prim, or None where ``prim`` is no light that a rasterizer can stand in for."""
    from pxr import UsdLux

    kind = prim.GetTypeName()
    light = UsdLux.LightAPI(prim)

    def read(name: str) -> float:
        return float(prim.GetAttribute(f"inputs:{name}").Get())

    if kind == "RectLight":
        area, radius = read("width") * read("height"), math.sqrt(read("width") * read("height")) / 2
    elif kind == "DiskLight" or kind == "SphereLight":
        area, radius = math.pi * read("radius") ** 2, read("radius")
    elif kind == "CylinderLight":
        area, radius = 2 * read("radius") * read("length"), read("length") / 2
    elif kind in ("DistantLight", "DomeLight"):
        area, radius = 1.0, 0.0
    else:
        return None
    shaped = prim.HasAPI(UsdLux.ShapingAPI) and UsdLux.ShapingAPI(prim).GetShapingConeAngleAttr().HasAuthoredValue()
    flat = kind in ("RectLight", "DiskLight")
    cone = read("shaping:cone:angle") if shaped else FLAT_LIGHT_CONE
    texture = prim.GetAttribute("inputs:texture:file").Get() if prim.HasAttribute("inputs:texture:file") else None
    return Lamp(
        path=str(prim.GetPath()),
        kind={"DistantLight": "distant", "DomeLight": "dome"}.get(kind, "spot" if flat or shaped else "point"),  # type: ignore[arg-type]  # a str to mypy
        intensity=float(light.GetIntensityAttr().Get()) * 2.0 ** float(light.GetExposureAttr().Get()),
        per_unit=1.0 if light.GetNormalizeAttr().Get() else area,
        color=tuple(light.GetColorAttr().Get()),
        temperature=float(light.GetColorTemperatureAttr().Get())
        if light.GetEnableColorTemperatureAttr().Get()
        else None,
        cone=cone,
        radius=radius,
        texture=str(texture.resolvedPath) if texture else "",
    )


def tint(color: Color, temperature: float | None) -> Color:
    """Return the linear RGB of a light: its colour times that of a black body at ``temperature`` [K]."""
    if temperature is None:
        return color
    from pxr import UsdLux

    black_body = UsdLux.BlackbodyTemperatureAsRgb(temperature)
    r, g, b = (float(v) for v in np.multiply(color, black_body))
    return r, g, b
