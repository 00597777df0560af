"""The project's own generated content, by name, with errors that tell the nearest right one."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from palletjack_dr.errors import SceneError, did_you_mean


def built_asset(family: str, name: str) -> Path:
    """Return the USD file of a generated asset ("palletjack", "standard"), built on first use."""
    from palletjack_dr import scenes

    full = f"{family}/{name}"
    known = scenes.names(family)
    if full not in known:
        raise SceneError(f"no generated {family} {name!r}{did_you_mean(name, [k.partition('/')[2] for k in known])}")
    return scenes.asset(full)


def texture_names(families: Iterable[str]) -> list[str]:
    """Return the names of the generated texture sets of some families."""
    from palletjack_dr import scenes

    names = [name for family in families for name in scenes.texture_names(family)]
    if not names:
        raise SceneError(
            f"no texture family among {list(families)}; the texture sets are {', '.join(scenes.texture_names())}"
        )
    return names
