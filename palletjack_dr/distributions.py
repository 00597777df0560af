"""Distributions as data: what a drawn field of a component may be in a config.

``[low, high]`` is uniform; ``{log_uniform: [low, high]}``; ``{normal: [mean, std], clip: [low, high]}``;
``{choice: [...], weights: [...]}``; ``{constant: x}`` or a plain value; each also as one line of text. A ``rank: name``
in a map couples fields: all of one rank are high in the same frames, those of ``-name`` low. Each
knows the interval that it can reach, so that a field which must not be negative refuses, before the first
frame, a normal that can be.
"""

from __future__ import annotations

import copy
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from statistics import NormalDist
from typing import Any

import numpy as np
import yaml

from palletjack_dr.errors import ConfigError, did_you_mean
from palletjack_dr.randomness import Rng, Stream

FORMS = ("uniform", "log_uniform", "normal", "choice", "constant")


@dataclass(frozen=True)
class Distribution:
    """A parsed distribution; ``form`` is one of ``FORMS``. Build it with ``distribution``.

    Distributions of the same ``rank`` rise and fall together within a frame, of "-rank" against it.
    """

    form: str
    values: tuple[Any, ...]
    weights: tuple[float, ...] = ()
    clip: tuple[float, float] | None = None
    whole: bool = False
    name: str = ""
    rank: str = ""

    def draw(self, rng: Rng) -> Any:
        """Draw one value; a whole-number field gives an int."""
        if self.form == "constant":
            return self.values[0]
        return self.at(rng.quantile(self.name, self.rank) if isinstance(rng, Stream) else float(rng.random()))

    def at(self, quantile: float) -> Any:
        """Return the value below which a share ``quantile``, in [0, 1], of all draws lies."""
        if self.form == "constant":
            return self.values[0]
        if self.form == "choice":
            weights = np.cumsum(self.weights or [1.0] * len(self.values))
            place = int(np.searchsorted(weights, quantile * weights[-1], side="right"))
            return self.values[min(place, len(self.values) - 1)]
        low, high = self.values
        if self.form == "normal":
            inside = min(max(quantile, 1e-12), 1 - 1e-12)
            value = NormalDist().inv_cdf(inside) * high + low
            value = min(max(value, self.clip[0]), self.clip[1]) if self.clip else value
        elif self.form == "log_uniform":
            value = math.exp(math.log(low) + quantile * (math.log(high) - math.log(low)))
        elif self.whole:
            return min(int(low) + int(quantile * (int(high) - int(low) + 1)), int(high))
        else:
            value = low + quantile * (high - low)
        value = value if self.form == "normal" else min(max(value, low), high)
        return round(value) if self.whole else float(value)

    def support(self) -> tuple[float, float]:
        """Return the smallest and the largest number that can be drawn; (nan, nan) where values are no numbers."""
        if self.form == "normal":
            return self.clip or (-math.inf, math.inf)
        numbers = [v for v in self.values if isinstance(v, (int, float)) and not isinstance(v, bool)]
        return (min(numbers), max(numbers)) if len(numbers) == len(self.values) else (math.nan, math.nan)


def drawn(default: Any, *, low: float = -math.inf, high: float = math.inf, whole: bool = False) -> Any:
    """Declare a dataclass field of type ``Distribution``: its default, and the range that it must stay in."""
    return field(
        default_factory=lambda: copy.deepcopy(default),
        metadata={"drawn": True, "low": low, "high": high, "whole": whole, "default": default},
    )


def setting(default: Any, *, low: float = -math.inf, high: float = math.inf) -> Any:
    """Declare a dataclass field that holds one plain number within [low, high]."""
    return field(default=default, metadata={"low": low, "high": high})


def distribution(
    spec: Any, *, name: str = "value", low: float = -math.inf, high: float = math.inf, whole: bool = False
) -> Distribution:
    """Parse ``spec``; ``name`` is the key that errors name, [low, high] the range that draws must stay in."""
    made = spec if isinstance(spec, Distribution) else _parse(spec, name, whole)
    made = replace(made, name=made.name or name)
    reach = made.support()
    if not math.isnan(reach[0]) and (reach[0] < low or reach[1] > high):
        hint = "; add clip: [low, high]" if made.form == "normal" and made.clip is None else ""
        raise ConfigError(
            f"{name}: {_shown(spec)} can draw values in [{reach[0]:g}, {reach[1]:g}], "
            f"but must stay within [{low:g}, {high:g}]{hint}"
        )
    return made


def in_text(spec: Any) -> Any:
    """Return a spec as one line of YAML if it is a list or a map; ``distribution`` reads it back."""
    return spec if not isinstance(spec, (list, dict)) else json.dumps(spec)


def _parse(spec: Any, name: str, whole: bool) -> Distribution:
    if isinstance(spec, str) and spec.lstrip()[:1] in ("[", "{"):
        try:
            spec = yaml.safe_load(spec)
        except yaml.YAMLError:
            raise ConfigError(f"{name}: {spec!r} cannot be read as a distribution; check its brackets") from None
    if isinstance(spec, Mapping):
        return _parse_mapping(dict(spec), name, whole)
    if isinstance(spec, Sequence) and not isinstance(spec, str):
        low, high = _interval(spec, name, "uniform")
        return Distribution("uniform", (low, high), whole=whole)
    return Distribution("constant", (spec,), whole=whole)


def _parse_mapping(spec: dict[str, Any], name: str, whole: bool) -> Distribution:
    forms = [key for key in spec if key in FORMS]
    rank = str(spec.pop("rank", ""))
    if rank:
        return replace(_parse_mapping(spec, name, whole), rank=rank)
    extra = set(spec) - set(FORMS) - {"clip", "weights"}
    if len(forms) != 1 or extra:
        wrong = next(iter(extra), "")
        raise ConfigError(
            f"{name}: {_shown(spec)} is no distribution, wanted one of {', '.join(FORMS)}{did_you_mean(wrong, FORMS)}"
        )
    form, value = forms[0], spec[forms[0]]
    if form == "constant":
        return Distribution(form, (value,), whole=whole)
    if form == "choice":
        weights = tuple(float(w) for w in spec.get("weights") or ())
        values = tuple(tuple(v) if isinstance(v, list) else v for v in value)
        if not values or (weights and (len(weights) != len(values) or min(weights) < 0 or sum(weights) <= 0)):
            raise ConfigError(f"{name}: choice wants values, and as many weights >= 0 as values, got {_shown(spec)}")
        return Distribution(form, values, weights=weights, whole=whole)
    if form == "normal":
        mean, std = _numbers(value, name, form)
        if std < 0:
            raise ConfigError(f"{name}: normal wants [mean, std] with std >= 0, got {value}")
        clip = _interval(spec["clip"], name, "clip") if spec.get("clip") is not None else None
        return Distribution(form, (mean, std), clip=clip, whole=whole)
    low, high = _interval(value, name, form)
    if form == "log_uniform" and low <= 0:
        raise ConfigError(f"{name}: log_uniform wants positive ends, got {value}")
    return Distribution(form, (low, high), whole=whole)


def _interval(value: Any, name: str, form: str) -> tuple[float, float]:
    low, high = _numbers(value, name, form)
    if low > high:
        raise ConfigError(f"{name}: {form} wants [low, high] in ascending order, got {list(value)}")
    return low, high


def _numbers(value: Any, name: str, form: str) -> tuple[float, float]:
    numbers = list(value) if isinstance(value, Sequence) and not isinstance(value, str) else []
    if len(numbers) != 2 or any(isinstance(v, bool) or not isinstance(v, (int, float)) for v in numbers):
        raise ConfigError(f"{name}: {form} wants two numbers, got {value!r}")
    return numbers[0], numbers[1]


def _shown(spec: Any) -> str:
    return str(spec if not isinstance(spec, Distribution) else f"{{{spec.form}: {list(spec.values)}}}")
