"""Joint sampling: one low-discrepancy point a frame for all drawn fields, so that few frames cover the whole."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Mapping

from palletjack_dr.component import Randomizer
from palletjack_dr.errors import ConfigError, did_you_mean

SAMPLERS = ("philox", "sobol")

Quantiles = Mapping[str, Mapping[str, float]]
"""For each component key and drawn field, where in its distribution the first draw of a frame lies, 0 to 1."""


class Sobol:
    """A scrambled Sobol sequence with one dimension per drawn field, in the order of the config.

    Unlike independent draws, the points depend on which fields are drawn: a randomizer that is added changes
    them. Draws after a field's first in a frame, and those of refused frames, are independent again.
    """

    def __init__(self, randomizers: Mapping[str, Randomizer], seed: int) -> None:
        try:
            from scipy.stats import qmc
        except ImportError as error:
            raise ConfigError("sampler=sobol needs scipy; pip install 'palletjack-dr[sobol]'") from error
        self._fields = [
            (key, f.name)
            for key, randomizer in randomizers.items()
            for f in dataclasses.fields(randomizer)
            if f.metadata.get("drawn")
        ]
        self._seed, self._engine = seed, qmc.Sobol
        self._last: tuple[int, Quantiles] = (-1, {})

    def point(self, frame: int) -> Quantiles:
        """Return the quantiles of a frame; any frame can be asked for, in any order."""
        if not self._fields:
            return {}
        if self._last[0] == frame:  # every randomizer of a frame asks
            return self._last[1]
        sequence = self._engine(d=len(self._fields), scramble=True, rng=self._seed)
        values = (sequence.fast_forward(frame) if frame else sequence).random(1)[0]
        found: defaultdict[str, dict[str, float]] = defaultdict(dict)
        for (key, name), value in zip(self._fields, values.tolist(), strict=True):
            found[key][name] = value
        self._last = frame, found
        return found


def sampler(name: str, randomizers: Mapping[str, Randomizer], seed: int) -> Sobol | None:
    """Return the joint sampler of a config, or None for independent draws."""
    if name not in SAMPLERS:
        raise ConfigError(f"sampler: got {name!r}, wanted one of {', '.join(SAMPLERS)}{did_you_mean(name, SAMPLERS)}")
    return Sobol(randomizers, seed) if name == "sobol" else None
