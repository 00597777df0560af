"""Steer a frame's exposure to the light level that its goal wants, from what earlier renders of the frame showed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from palletjack_dr.edits import VOCABULARY, Edit
from palletjack_dr.randomness import Rng

SOURCE = "coverage"
TYPICAL: Final = 0.35
"""The light level that is expected of a frame of which nothing is known yet."""
UNKNOWN_EXPOSURE: Final = 8.0
"""EV100 that the first guess starts from where nobody drew an exposure."""
FARTHEST: Final = 4.0
"""Stops that one step of the search may take at most."""

Try = tuple[float, float]
"""An exposure [EV100] and the light level that it gave."""


def exposure(goal: tuple[float, float], drawn: float | None, tries: Sequence[Try], rng: Rng) -> Edit:
    """Return the edit of the exposure that is likely to bring a light level into ``goal``.

    ``drawn`` is the EV100 that the frame has without it. Level falls as EV100 rises: between a try that was too
    bright and one that was too dark the wanted exposure is interpolated; with tries on one side only it is
    extrapolated along the response of a camera, a stop of light for a stop of exposure.
    """
    wanted = rng.uniform(goal[0] + 0.35 * (goal[1] - goal[0]), goal[1] - 0.35 * (goal[1] - goal[0]))
    brighter = [t for t in tries if t[1] >= wanted]
    darker = [t for t in tries if t[1] < wanted]
    if not tries:
        value = _stepped((UNKNOWN_EXPOSURE if drawn is None else drawn, TYPICAL), wanted, 1.0)
    elif brighter and darker:
        value = _between(max(brighter), min(darker), wanted)
    else:
        nearest = max(brighter) if brighter else min(darker)
        value = _stepped(nearest, wanted, 1.0 + 0.5 * (len(tries) - 1))
    rule = VOCABULARY["environment.exposure"]
    return Edit("world", "environment.exposure", min(max(value, rule.low), rule.high), SOURCE)


def steady(level: float) -> float:
    """Return a level in steps of 0.02: renderers that dither repeat it no better, and exposures follow from it."""
    return round(level * 50) / 50


def stops(level: float) -> float:
    """Return a light level in stops below white, of linear light; near black and near white it is cut off."""
    return math.log2(min(max(level, 0.02), 0.98) ** 2.2)


def _stepped(start: Try, wanted: float, reach: float) -> float:
    """Return the EV100 beyond a try; ``reach`` grows with every try, as levels near black and white hardly move."""
    step = reach * (stops(start[1]) - stops(wanted))
    least = 0.25 * reach
    step = math.copysign(min(max(abs(step), least), FARTHEST), start[1] - wanted)
    return start[0] + step


def _between(bright: Try, dark: Try, wanted: float) -> float:
    share = (stops(bright[1]) - stops(wanted)) / max(stops(bright[1]) - stops(dark[1]), 1e-6)
    return bright[0] + min(max(share, 0.1), 0.9) * (dark[0] - bright[0])
