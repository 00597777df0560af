"""What each ``quality=`` means to the embedded engine, and how exposure enters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from palletjack_dr.errors import ConfigError, did_you_mean


@dataclass(frozen=True, kw_only=True)
class Preset:
    """``shadowed_lights`` nearest to the view cast shadows; ``options`` are Filament's; ``oversample`` renders
    rgb that many times larger along each side and averages down."""

    shadowed_lights: int
    shadow_map: int
    oversample: int
    options: dict[str, float | str | Sequence[float]]


_COMMON: Final[dict[str, float | str | Sequence[float]]] = {
    "material.base_color_type": "linear",
    "cg.tone_mapping": "filmic",
}

PRESETS: Final = {
    "draft": Preset(shadowed_lights=1, shadow_map=1024, oversample=1, options={**_COMMON, "ao.enabled": 0}),
    "standard": Preset(
        shadowed_lights=6,  # in frames of the default run 12 change fewer than 2 % of the pixels by more than 12 levels
        shadow_map=1024,
        oversample=1,
        options={
            **_COMMON,
            "ao.enabled": 1,
            "ao.quality": "medium",
            "ao.low_pass_filter": "high",
            "ao.upsampling": "high",
        },
    ),
    "high": Preset(
        shadowed_lights=12,
        shadow_map=2048,
        oversample=2,
        options={**_COMMON, "ao.enabled": 1, "ao.quality": "high", "shadows.type": "pcss"},
    ),
}

DEFAULT_EXPOSURE: Final = 8.0
"""EV100 of a lit hall."""


def preset(quality: str) -> Preset:
    """Return the preset of a quality name."""
    if quality not in PRESETS:
        raise ConfigError(f"quality={quality!r} is not known{did_you_mean(quality, PRESETS)}")
    return PRESETS[quality]


def light_gain(exposure: float) -> float:
    """Return the factor on all lights that makes Filament's fixed exposure act as EV100 = ``exposure``.

    A pixel saturates at 1.2 * 2**EV nit; Filament's fixed camera was measured to saturate at 19,200 nit.
    """
    return float(19_200.0 / (1.2 * 2.0**exposure))
