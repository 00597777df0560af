"""Show how far a run is, when it will end and how much disk it will take."""

from __future__ import annotations

import shutil
from threading import Lock

from rich.console import Console, Group
from rich.live import Live
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from palletjack_dr.errors import DatasetError
from palletjack_dr.url import Place, Url

console = Console(stderr=True)


class FrameProgress:
    """A bar over all frames of a run, and a line per worker where there are some; shown while the context is open."""

    def __init__(self, place: Place, total: int, done: int) -> None:
        self._place, self._total, self._done, self._bytes, self._made = place, total, done, 0, 0
        self._changing = Lock()  # frames are stored in a thread of their own
        self._bars = Progress(
            TextColumn("[progress.description]{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(),
            TextColumn("{task.fields[disk]}"),
            console=console,
        )
        self._bar = self._bars.add_task("frames", total=total, completed=done, disk="")
        self._lines = Progress(TextColumn("  worker {task.fields[number]}: {task.description}"), console=console)
        self._line_of: dict[int, TaskID] = {}
        self._live = Live(Group(self._bars, self._lines), console=console)

    def __enter__(self) -> FrameProgress:
        self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        for line in self._line_of.values():
            self._lines.remove_task(line)
        self._live.stop()
        if not console.is_interactive:  # the bar was printed once, without an end of line
            console.print()

    def add(self, size: int) -> None:
        """Count one frame of ``size`` bytes. Raises ``DatasetError`` when the rest will not fit on the disk, if any."""
        with self._changing:
            self._bytes += size
            self._made += 1
            self._bars.update(self._bar, advance=1, disk=self._forecast())
        if isinstance(self._place, Url):
            return
        free = shutil.disk_usage(self._place).free
        needed = self._remaining_bytes(size)
        if needed > free:
            raise DatasetError(
                f"{self._place}: the frames still to make need {needed / 1e9:.1f} GB, {free / 1e9:.1f} GB are free; "
                f"free some space and repeat the command, which goes on where it stopped"
            )

    def say(self, worker: int, text: str) -> None:
        """Show what one worker is at."""
        if worker not in self._line_of:
            self._line_of[worker] = self._lines.add_task("", number=worker)
        self._lines.update(self._line_of[worker], description=text)

    def _remaining_bytes(self, last: int) -> int:
        per_frame = max(self._bytes // self._made, last // 2)
        return per_frame * max(self._total - self._done - self._made, 0)

    def _forecast(self) -> str:
        per_frame = self._bytes / self._made
        return f"{per_frame * (self._total - self._done) / 1e6:,.0f} MB in all"
