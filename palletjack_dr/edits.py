"""Edits: the closed vocabulary of changes to a scene, as plain data.

An edit names a target, an attribute and a value. The edits of a frame are its replay: they are stored in the
journal as JSON, and applying them again gives the frame, whatever became of the plugin that drew them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from palletjack_dr.errors import ConfigError, did_you_mean

Value = bool | float | str | tuple[float, ...]


@dataclass(frozen=True)
class Attribute:
    """What the value of an edit may be: ``size`` numbers (0 = one plain number), each within [low, high]."""

    meaning: str
    kind: str = "number"
    size: int = 0
    low: float = -math.inf
    high: float = math.inf


VOCABULARY: Final[dict[str, Attribute]] = {
    "pose": Attribute("world position x y z [m] and unit quaternion w x y z", "numbers", 7),
    "scale": Attribute("factor along the object's own x y z axes", "numbers", 3, 1e-6),
    "visible": Attribute("whether the object is in the frame", "bool"),
    "material.base_color": Attribute("linear RGB, multiplies the texture if there is one", "numbers", 3, 0.0, 1.0),
    "material.roughness": Attribute("0 mirror .. 1 matte", low=0.0, high=1.0),
    "material.metallic": Attribute("0 dielectric .. 1 metal", low=0.0, high=1.0),
    "material.texture": Attribute("name of a texture set, or '' for the authored textures", "text"),
    "material.uv_scale": Attribute("factor on the texture's real-world tile size", low=1e-6),
    "light.intensity": Attribute("UsdLux intensity (nits for area lights, lux for distant lights)", low=0.0),
    "light.color": Attribute("linear RGB", "numbers", 3, 0.0, 1.0),
    "light.temperature": Attribute("colour temperature [K]", low=1000.0, high=15000.0),
    "light.enabled": Attribute("whether the light shines", "bool"),
    "camera.fov": Attribute("horizontal field of view [deg]", low=5.0, high=150.0),
    "lens.model": Attribute("pinhole, brown_conrady or fisheye", "text"),
    "lens.distortion": Attribute("k1 k2 p1 p2 k3 of brown_conrady, or k1 k2 k3 k4 0 of fisheye", "numbers", 5),
    "sensor.exposure": Attribute("stops of over- (+) or underexposure", low=-8.0, high=8.0),
    "sensor.gain": Attribute("amplification; 1 is the sensor's base ISO", low=1.0, high=512.0),
    "sensor.full_well": Attribute("electrons that are white at gain 1; turns noise on", low=10.0),
    "sensor.read_noise": Attribute("standard deviation [electrons]", low=0.0),
    "sensor.noise_seed": Attribute("whole number that the noise is drawn from", low=0.0, high=2.0**53),
    "sensor.white_balance": Attribute("factors on linear red, green, blue", "numbers", 3, 0.0, 8.0),
    "sensor.motion_blur": Attribute("length of the smear right and down [px]", "numbers", 2, -200.0, 200.0),
    "sensor.defocus": Attribute("radius of the circle of confusion [px]", low=0.0, high=100.0),
    "sensor.vignetting": Attribute("share of the light that is lost at the corners", low=0.0, high=1.0),
    "sensor.chromatic_aberration": Attribute("red outward and blue inward at the corners [px]", low=-50.0, high=50.0),
    "sensor.jpeg_quality": Attribute("1 to 100", low=1.0, high=100.0),
    "environment.exposure": Attribute("exposure value EV100; one more halves the brightness", low=-6.0, high=20.0),
    "environment.fog_density": Attribute("extinction coefficient [1/m]; 0 = clear air", low=0.0, high=10.0),
    "environment.fog_color": Attribute("linear RGB", "numbers", 3, 0.0, 1.0),
}


@dataclass(frozen=True)
class Edit:
    """Set ``attribute`` of ``target`` to ``value``.

    ``target`` is a prim path ("/World/Objects/palletjack_0"), a pattern with ``*`` in it, or a role ("light").
    ``attribute`` is a key of ``VOCABULARY``, which also tells units and ranges.
    """

    target: str
    attribute: str
    value: Value
    source: str = field(default="", compare=False)
    """Key of the component that drew the edit; the core fills it in."""

    def __post_init__(self) -> None:
        """Refuse what is not in the vocabulary, so that an edit that exists can be applied."""
        rule = VOCABULARY.get(self.attribute)
        if rule is None:
            hint = did_you_mean(self.attribute, VOCABULARY)
            raise ConfigError(f"edit of {self.target!r}: no attribute {self.attribute!r} in the vocabulary{hint}")
        object.__setattr__(self, "value", _checked(self, rule))

    def to_json(self) -> list[Any]:
        """Return ``[source, target, attribute, value]``, the form in which the journal stores an edit."""
        value = list(self.value) if isinstance(self.value, tuple) else self.value
        return [self.source, self.target, self.attribute, value]

    @staticmethod
    def from_json(row: Sequence[Any]) -> Edit:
        """Return the edit that ``to_json`` wrote."""
        source, target, attribute, value = row
        return Edit(target, attribute, tuple(value) if isinstance(value, list) else value, source)


Edits = Iterable[Edit]


def _checked(edit: Edit, rule: Attribute) -> Value:
    value: Any = edit.value
    wanted = f"{edit.attribute} of {edit.target!r}: {rule.meaning}"
    if rule.kind in ("bool", "text"):
        if not isinstance(value, bool if rule.kind == "bool" else str):
            raise ConfigError(f"{wanted}; got {value!r}, wanted a {rule.kind}")
        return value
    try:
        numbers = tuple(float(x) for x in (value if rule.size else (value,)))
    except (TypeError, ValueError):
        raise ConfigError(f"{wanted}; got {value!r}, wanted {rule.size or 1} number(s)") from None
    if len(numbers) != (rule.size or 1):
        raise ConfigError(f"{wanted}; got {len(numbers)} numbers, wanted {rule.size}")
    if not all(rule.low <= x <= rule.high for x in numbers):
        raise ConfigError(f"{wanted}; got {value!r}, wanted values in [{rule.low:g}, {rule.high:g}]")
    return numbers if rule.size else numbers[0]
