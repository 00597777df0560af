"""The project's own generated content, by name, with errors that tell the nearest right one."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from palletjack_dr.errors import SceneError, did_you_mean


def built_asset(family: str, name: str) -> Path:
    """Return the USD file of a generated asset ("palletjack", "standard"), built on first use."""
    from palletjack_dr import scenes

    full = f"{family}/{name}"
    known = scenes.assets(family)
    if full not in known:
        raise SceneError(f"no generated {family} {name!r}{did_you_mean(name, [k.partition('/')[2] for k in known])}")
    return scenes.asset(full)


def texture_names(families: Iterable[str]) -> list[str]:
    """Return the names of the generated texture sets of some families."""
    from palletjack_dr import scenes

    every = {scenes.texture(name).family for name in scenes.textures()}
    for family in families:
        if family not in every:
            raise SceneError(f"no texture family {family!r}{did_you_mean(family, every)}")
    return [name for family in families for name in scenes.textures(family)]
