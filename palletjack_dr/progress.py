"""Show how far a run is, when it will end and how much disk it will take."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from palletjack_dr.errors import DatasetError

console = Console(stderr=True)


class FrameProgress:
    """A progress bar over frames; ``add`` tells it what one frame took on disk."""

    def __init__(self, folder: Path, total: int, done: int) -> None:
        self._folder, self._total, self._done, self._bytes, self._made = folder, total, done, 0, 0

    def over(self, indices: Iterable[int]) -> Iterator[int]:
        """Yield the indices, moving the bar after each."""
        columns = (
            TextColumn("[progress.description]{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(),
            TextColumn("{task.fields[disk]}"),
        )
        with Progress(*columns, console=console) as bars:
            bar = bars.add_task("frames", total=self._total, completed=self._done, disk="")
            for index in indices:
                yield index
                self._made += 1
                bars.update(bar, advance=1, disk=self._forecast())

    def add(self, size: int) -> None:
        """Count the bytes of one frame. Raises ``DatasetError`` when the rest will not fit on the disk."""
        self._bytes += size
        free = shutil.disk_usage(self._folder).free
        needed = self._remaining_bytes(size)
        if needed > free:
            raise DatasetError(
                f"{self._folder}: the frames still to make need {needed / 1e9:.1f} GB, {free / 1e9:.1f} GB are free; "
                f"free some space and repeat the command, which goes on where it stopped"
            )

    def _remaining_bytes(self, last: int) -> int:
        per_frame = max(self._bytes // max(self._made + 1, 1), last // 2)
        return per_frame * max(self._total - self._done - self._made - 1, 0)

    def _forecast(self) -> str:
        per_frame = self._bytes / max(self._made, 1)
        return f"{per_frame * (self._total - self._done) / 1e6:,.0f} MB in all"
