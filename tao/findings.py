"""What a check of a spec has to say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from palletjack_dr.errors import PalletjackError


class SpecError(PalletjackError):
    """A spec that TAO would refuse, or that would train to nothing."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing about a spec: the ``path`` of the field, what was ``found`` there and what was ``wanted``.

    ``level`` is "error" where TAO stops or learns nothing, "warning" where it goes on but hardly as was meant.
    ``line`` and ``column`` count from 1; 0 where the field is not in the text.
    """

    level: str
    path: str
    found: str
    wanted: str
    line: int = 0
    column: int = 0

    def at(self, place: tuple[int, int]) -> Finding:
        """Return the finding with its place in the text."""
        return replace(self, line=place[0], column=place[1])

    def __str__(self) -> str:
        """Return "12:5 error: a.b: found 1, wanted 2"."""
        place = f"{self.line}:{self.column} " if self.line else ""
        return f"{place}{self.level}: {self.path}: found {self.found}, wanted {self.wanted}"


def error(path: str, found: str, wanted: str) -> Finding:
    """Return a finding that stops a training."""
    return Finding(level="error", path=path, found=found, wanted=wanted)


def warning(path: str, found: str, wanted: str) -> Finding:
    """Return a finding that does not."""
    return Finding(level="warning", path=path, found=found, wanted=wanted)


def errors(findings: Sequence[Finding]) -> list[Finding]:
    """Return those that stop a training."""
    return [f for f in findings if f.level == "error"]


def refuse(findings: Sequence[Finding], name: str) -> None:
    """Raise ``SpecError`` with the first error of the spec ``name``, if there is one."""
    found = errors(findings)
    if found:
        more = f" (and {len(found) - 1} more; 'palletjack-dr check-spec' lists all)" if len(found) > 1 else ""
        raise SpecError(f"{name}: {found[0]}{more}")
