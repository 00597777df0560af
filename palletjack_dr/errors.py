"""Errors that users meet. Each message names the thing, what was found, what was wanted, what to do next."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import ClassVar


class PalletjackError(Exception):
    """Something that the user can mend; the command line prints its text and ends with ``exit_code``."""

    exit_code: ClassVar[int] = 2


class ConfigError(PalletjackError):
    """The configuration cannot be run: an unknown key, a wrong type, a value outside its range."""


class SelectorError(PalletjackError):
    """A role, a prim path or a pattern that matches nothing in the scene."""


class SceneError(PalletjackError):
    """A stage or an asset that cannot be used: unreadable, without a default prim, without geometry."""


class PluginError(PalletjackError):
    """A plugin that fails to import, offers a name twice or implements an unknown hook."""


class EngineError(PalletjackError):
    """An engine that cannot start or cannot do what the run asks of it."""


class DatasetError(PalletjackError):
    """A dataset folder that cannot be read, resumed or written."""


class FramesFailedError(PalletjackError):
    """A run that is done but for some frames, which ended the processes that made them and were set aside."""

    exit_code = 3


def did_you_mean(name: str, offered: Iterable[str]) -> str:
    """Return ``"; did you mean 'x'?"`` for the nearest of ``offered``, followed by the list when it is short."""
    names = sorted(offered)
    near = get_close_matches(name, names, n=1, cutoff=0.5)
    hint = f"; did you mean '{near[0]}'?" if near else ""
    if names and len(names) <= 24:
        hint += f" (offered: {', '.join(names)})"
    return hint
