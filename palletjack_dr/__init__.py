"""Domain randomization for warehouse perception: labelled synthetic images from composable plugins.

Plugin authors import from here; ``docs/write-a-plugin.md`` shows how.
"""

from typing import TYPE_CHECKING, Any

from palletjack_dr.component import (
    Annotation,
    Annotator,
    Asset,
    Component,
    Constraint,
    Environment,
    Randomizer,
    ShardWriter,
    Writer,
)
from palletjack_dr.distributions import Distribution, drawn, setting
from palletjack_dr.edits import Edit, Edits
from palletjack_dr.hookspecs import hookimpl
from palletjack_dr.randomness import Rng
from palletjack_dr.registry import Registry
from palletjack_dr.scene import Scene

if TYPE_CHECKING:
    from palletjack_dr.streaming import stream

__version__ = "0.1.0"

__all__ = [
    "Annotation",
    "Annotator",
    "Asset",
    "Component",
    "Constraint",
    "Distribution",
    "Edit",
    "Edits",
    "Environment",
    "Randomizer",
    "Registry",
    "Rng",
    "Scene",
    "ShardWriter",
    "Writer",
    "drawn",
    "hookimpl",
    "setting",
    "stream",
]


def __getattr__(name: str) -> Any:
    """Import what few need, and is slow to import, where it is used."""
    if name == "stream":
        from palletjack_dr.streaming import stream

        return stream
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
