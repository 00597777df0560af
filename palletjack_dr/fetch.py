"""Copy a dataset into a local folder, as single files, with every digest checked."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from rich.progress import track

from palletjack_dr.dataset import Dataset
from palletjack_dr.dataset_config import CONFIG
from palletjack_dr.frame_files import AT_ONCE, FrameFiles
from palletjack_dr.journal import LINES, MANIFEST, Journal
from palletjack_dr.packed import unpacked
from palletjack_dr.progress import console
from palletjack_dr.storage import below, check, read, write
from palletjack_dr.url import Place
from palletjack_dr.url_journal import COMMITS


def fetch(place: Place, folder: Path) -> Dataset:
    """Bring what is committed at a place into a folder; repeat it after any interruption, or when there is more.

    Frames come out of shards; the shards themselves are left where they are. Raises ``DatasetError``.
    """
    source = Dataset.anywhere(place)
    with Journal(folder, {**source.config, "output_dir": str(folder)}) as journal, FrameFiles(place) as files:
        todo = [record for record in source.records if journal.records.get(record["frame"]) != unpacked(record)]
        for frames in track(files.read(todo), "fetching", total=-(-len(todo) // AT_ONCE), console=console):
            for record, contents in frames:
                check(place, record, contents)
            write(folder, frames)
            journal.append([unpacked(record) for record, _ in frames])
        journal.finish()
        for name in [MANIFEST, *_tables(source)]:
            journal.write(name, read(place, [name])[name])
    return Dataset.open(folder)


def _tables(source: Dataset) -> list[str]:
    """Return the names of what belongs to no frame, such as the tables of writers."""
    of_frames = {name for record in source.records for name in (*record["files"], *record.get("shards", {}))}
    folders = {COMMITS, *(str(PurePosixPath(name).parent) for name in of_frames)}  # what else is there is half a frame
    names = sorted(set(below(source.place)) - {CONFIG, LINES, MANIFEST})
    return [name for name in names if str(PurePosixPath(name).parent) not in folders]
