"""The end of the process, for engines whose native side must be closed last and may end the process as it closes."""

from __future__ import annotations

from collections.abc import Callable

AGAIN = 75
"""Exit code that says: frames are left, run the same command again (EX_TEMPFAIL of sysexits.h)."""
_last: list[Callable[[int], None]] = []


class Unfinished(Exception):  # noqa: N818  # nothing is wrong
    """A process that has made its share of frames before the run is complete; the same command goes on."""


def at_the_end(act: Callable[[int], None]) -> None:
    """Have ``act(exit code)`` called when everything is said and written; it need not return."""
    _last.append(act)


def someone_waits() -> bool:
    """Tell whether anything is to be called at the end."""
    return bool(_last)


def leave(code: int) -> None:
    """Call what waits for the end, latest first, and exit unless ``code`` is 0."""
    while _last:
        _last.pop()(code)
    if code:
        raise SystemExit(code)
