"""A dataset folder as its readers see it: records, config, manifest, images."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from palletjack_dr.dataset_config import read_config
from palletjack_dr.errors import DatasetError
from palletjack_dr.journal import MANIFEST
from palletjack_dr.packed import packed_files
from palletjack_dr.url import Place, Url, local
from palletjack_dr.url_journal import read_records

Record = Mapping[str, Any]
"""One journal line: frame, split, picture, camera, edits, objects, tables, files."""


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """The committed frames of a folder, or of a URL; what lies beside them does not count."""

    place: Place
    config: Mapping[str, Any]
    manifest: Mapping[str, Any]
    records: Sequence[Record]

    @staticmethod
    def open(folder: Path) -> Dataset:
        """Read a finished or unfinished dataset. Raises ``DatasetError`` where the folder is none.

        So it does where files are only in shards: who reads single ones fetches the dataset first.
        """
        dataset = Dataset.anywhere(folder)
        if any(packed_files(record) for record in dataset.records):
            raise DatasetError(
                f"{str(folder)!r} holds its files in shards; unpack them first: palletjack-dr fetch {folder} FOLDER"
            )
        return dataset

    @staticmethod
    def anywhere(place: Place) -> Dataset:
        """Read a dataset of a folder or a URL, whose files may be in shards."""
        records = read_records(place)
        config = read_config(place)
        try:
            manifest = json.loads((place / MANIFEST).read_bytes())
        except (OSError, ValueError) as error:
            raise DatasetError(
                f"{place / MANIFEST} cannot be read ({error}); restore it, or delete it and repeat the command that "
                f"made the dataset"
            ) from error
        return Dataset(place=place, config=config, manifest=manifest, records=records)

    @property
    def folder(self) -> Path:
        """The folder. Raises ``DatasetError`` for a URL, of which ``read`` gives the files."""
        return self.place if isinstance(self.place, Path) else local(str(self.place))

    @property
    def name(self) -> str:
        """The last part of the place."""
        return self.place.name if isinstance(self.place, Url) else self.place.resolve().name

    def read(self, name: str) -> bytes:
        """Return the content of a single file."""
        return (self.place / name).read_bytes()

    @property
    def instances(self) -> Mapping[int, Mapping[str, Any]]:
        """The instance table by id: path, role, label, asset, bounds [[min], [max]] [m] in the object's frame."""
        return {row["id"]: row for row in self.manifest["instances"]}

    def classes(self, *roles: str) -> list[str]:
        """Return the class names of some roles ("target" unless told), in alphabetical order, seen or not."""
        wanted = roles or ("target",)
        return sorted({row["label"] for row in self.manifest["instances"] if row["role"] in wanted})

    def splits(self) -> dict[str, list[Record]]:
        """Return the records of every split of the config, empty ones included."""
        found: dict[str, list[Record]] = {name: [] for name in self.config["split"]}
        for record in self.records:
            found[record["split"]].append(record)
        return found

    def image(self, record: Record, annotation: str) -> npt.NDArray[Any] | None:
        """Return an annotation that ``writer=basic`` wrote as an image or array; None if it is not there or broken."""
        writers = self.config.get("writers", {}).values()
        folders = [f"{w['folder']}/{annotation}" for w in writers if annotation in w.get("annotations", ())]
        for name in record["files"]:
            if name.rpartition("/")[0] in folders and name.endswith((".png", ".tiff", ".npz")):
                return read_image(self.folder / name)
        return None

    def picture(self, record: Record) -> Path:
        """Return the path of the frame's picture."""
        return self.folder / str(record["picture"])


def read_image(path: Path) -> npt.NDArray[Any] | None:
    """Return an image as ``images.png`` or ``tiff`` got it (RGB order), or an ``.npz`` array; None if broken."""
    import cv2

    if path.suffix == ".npz":
        try:
            return cast("npt.NDArray[Any]", np.load(path)["data"])
        except (OSError, ValueError, KeyError):
            return None
    try:
        data = np.fromfile(path, np.uint8)
    except OSError:
        return None
    image = cv2.imdecode(data, cv2.IMREAD_UNCHANGED) if len(data) else None
    return image[..., ::-1] if image is not None and image.ndim == 3 else image
