"""Draw the edits of a frame: each randomizer from its own stream, in the order of the config."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from palletjack_dr.component import Randomizer
from palletjack_dr.edits import Edit
from palletjack_dr.errors import ConfigError, PalletjackError, did_you_mean
from palletjack_dr.randomness import stream
from palletjack_dr.sampling import Sobol
from palletjack_dr.scene import Scene


def draw_edits(
    randomizers: Mapping[str, Randomizer],
    scene: Scene,
    *,
    seed: int,
    frame: int,
    attempt: int,
    joint: Sobol | None = None,
) -> list[Edit]:
    """Return the edits of one attempt at one frame.

    A randomizer with ``every: n`` draws as for the first frame of its n, so that any of them can be made alone;
    redrawing a refused frame leaves it as it is. ``joint`` gives all fields together one point a frame.
    """
    edits: list[Edit] = []
    seen = scene
    for key, randomizer in randomizers.items():
        held = randomizer.every > 1
        first, turn = frame - frame % randomizer.every, 0 if held else attempt
        point = joint.point(first) if joint is not None and turn == 0 else {}
        rng = stream(seed, first, turn, key, point.get(key))
        if rng.random() < randomizer.probability:
            drawn = [replace(edit, source=key) for edit in randomizer.sample(rng, seen)]
            seen = seen.after(drawn)
            edits += drawn
    return edits


def check_randomizers(
    randomizers: Mapping[str, Randomizer], scene: Scene, *, seed: int, can: frozenset[str], engine: str
) -> None:
    """Draw once for every randomizer, so that what matches nothing or cannot be applied fails before frame one."""
    seen = scene
    for key, randomizer in randomizers.items():
        try:
            drawn = list(randomizer.sample(stream(seed, 0, 0, key), seen))
            seen = seen.after(drawn)
        except PalletjackError as error:
            raise type(error)(f"randomizers.{key}: {error}") from None
        for edit in drawn:
            if edit.attribute not in can:
                hint = did_you_mean(edit.attribute, can)
                raise ConfigError(f"randomizers.{key}: engine={engine} cannot apply edits of {edit.attribute!r}{hint}")
