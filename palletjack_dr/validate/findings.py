"""What the checks look at and what they say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

PICTURES = (".png", ".jpg", ".jpeg")


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that is wrong: the ``check`` that found it, the frame or file ``where``, and ``what`` it is."""

    check: str
    where: str
    what: str


@dataclass(frozen=True, kw_only=True)
class Label:
    """One box of any format: [x1, x2) x [y1, y2) [px]; ``where`` names its line or annotation."""

    where: str
    name: str
    box: tuple[float, float, float, float]
    truncated: float | None = None
    occluded: int | None = None


@dataclass(frozen=True, kw_only=True)
class LabelledImage:
    """One picture with its boxes; ``size`` (width, height) [px] is None where the labels do not tell."""

    name: str
    picture: Path
    labels: tuple[Label, ...]
    files: tuple[Path, ...] = ()
    size: tuple[int, int] | None = None


@dataclass(kw_only=True)
class Reading:
    """What a reader made of a folder: pictures with labels, and what it could not read."""

    images: list[LabelledImage] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def note(self, check: str, where: str, what: str) -> None:
        """Add a finding."""
        self.findings.append(Finding(check=check, where=where, what=what))


def files_below(folder: Path, findings: list[Finding]) -> Iterator[Path]:
    """Yield all files below a folder in order, through links; one that leads back to where it lies is noted."""
    yield from _walk(folder, folder, (), findings)


def _walk(root: Path, folder: Path, above: tuple[Path, ...], findings: list[Finding]) -> Iterator[Path]:
    try:
        real = folder.resolve(strict=True)
        entries = sorted(folder.iterdir())
    except (OSError, RuntimeError) as error:
        findings.append(Finding(check="layout", where=_below(folder, root), what=f"cannot be read: {error}"))
        return
    if real in above:
        findings.append(Finding(check="layout", where=_below(folder, root), what="a link that leads back to itself"))
        return
    for entry in entries:
        try:
            is_folder = entry.is_dir()
            is_file = entry.is_file()
        except OSError as error:
            findings.append(Finding(check="layout", where=_below(entry, root), what=f"cannot be read: {error}"))
            continue
        if is_folder:
            yield from _walk(root, entry, (*above, real), findings)
        elif is_file:
            yield entry
        else:
            findings.append(Finding(check="layout", where=_below(entry, root), what="a link that leads nowhere"))


def _below(path: Path, root: Path) -> str:
    return str(path.relative_to(root)) if path != root else "."
