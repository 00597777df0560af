"""What the main process and a worker say to each other, pickled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from palletjack_dr.runtime import Stored


@dataclass(frozen=True, kw_only=True)
class Hello:
    """To a worker, first: the resolved config, its number, and after how much it shall end itself.

    With ``send`` it does not write the files of its frames but sends them along with ``Kept``.
    """

    config: Mapping[str, Any]
    worker: int
    recycle_after: int
    max_growth_mb: int
    send: bool = False


@dataclass(frozen=True, kw_only=True)
class Ready:
    """From a worker whose engine is open; ``made_with`` is what the engine says of itself."""

    made_with: Mapping[str, str]


@dataclass(frozen=True)
class KeepLocked:
    """To a worker: the descriptor that locks the dataset folder follows; hold it until the end."""


@dataclass(frozen=True)
class Ask:
    """From a worker that has no more frames to begin."""


@dataclass(frozen=True, kw_only=True)
class Hand:
    """To a worker: frames to make; ``alone`` if nothing else may be under way beside each."""

    frames: tuple[int, ...]
    alone: bool = False


@dataclass(frozen=True)
class Begun:
    """From a worker: it draws this frame now."""

    frame: int


@dataclass(frozen=True)
class Kept:
    """From a worker: the files of a frame are on disk, or come with this message.

    ``rss_mb`` is the memory that the worker holds now [MB].
    """

    frame: Stored
    rss_mb: int = 0


@dataclass(frozen=True)
class Committed:
    """To a worker: the oldest frame that it reported is in the journal."""


@dataclass(frozen=True)
class Leave:
    """From a worker that has made its share and ends, frames kept; to a worker: there are no frames any more."""


@dataclass(frozen=True, kw_only=True)
class Refused:
    """From a worker: an error that the user can mend, by the name of its class, which ends the run."""

    kind: str
    text: str
