"""TAO's ``status.json``: one JSON object a line about how a job goes, read to judge it and written by local trainings.

Keys and words are TAO's: date, time, status, verbosity, message, and where there is something to tell kpi, categorical
and graphical. Neither date nor time has leading zeros, and both are of the clock of the container: whether a line is
of this run is told by what the file held before it, not by its date.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from palletjack_dr.errors import DatasetError, did_you_mean

NAME = "status.json"
STATUSES = ("STARTED", "RUNNING", "SUCCESS", "FAILURE", "SKIPPED")
VERBOSITIES = ("DISABLE", "DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
FINISHED = "finished successfully."
"""How the last message of a PyTorch job ends; its status stays RUNNING, where a TensorFlow job says SUCCESS."""


@dataclass(frozen=True, kw_only=True)
class Status:
    """One line. ``kpi`` holds figures ("validation cost", "mean average precision" in percent), ``categorical``
    figures by class ({"average_precision": {class: percent}}), ``graphical`` series.
    """

    status: str
    message: str = ""
    verbosity: str = "INFO"
    kpi: Mapping[str, Any] = field(default_factory=dict)
    categorical: Mapping[str, Any] = field(default_factory=dict)
    graphical: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_success(self) -> bool:
        """Return whether a job that ends with this line went well."""
        return self.status == "SUCCESS" or (self.status == "RUNNING" and self.message.endswith(FINISHED))


class StatusWriter:
    """Appends lines to the ``status.json`` of a results folder, each at once on disk."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / NAME
        folder.mkdir(parents=True, exist_ok=True)

    def write(
        self,
        status: str,
        message: str = "",
        verbosity: str = "INFO",
        kpi: Mapping[str, float] | None = None,
        categorical: Mapping[str, Mapping[str, float]] | None = None,
        graphical: Mapping[str, Any] | None = None,
    ) -> None:
        """Add a line, dated now. Raises ``DatasetError`` for a word that TAO does not know."""
        for word, known in ((status, STATUSES), (verbosity, VERBOSITIES)):
            if word not in known:
                raise DatasetError(f"{NAME}: no {word!r}{did_you_mean(word, known)}")
        now = datetime.now()
        line: dict[str, Any] = {
            "date": f"{now.month}/{now.day}/{now.year}",
            "time": f"{now.hour}:{now.minute}:{now.second}",
            "status": status,
            "verbosity": verbosity,
            "message": message,
            "categorical": categorical,
            "graphical": graphical,
            "kpi": kpi,
        }
        with self.path.open("a") as file:
            file.write(json.dumps({key: value for key, value in line.items() if value}) + "\n")


def read_status(folder: Path, before: bytes = b"") -> Sequence[Status]:
    """Return the lines of a folder's ``status.json``, none where there is no such file.

    ``before`` is what the file held earlier (``content``): only lines that have come since are returned. Some of TAO's
    jobs append and some begin anew, so a file that no longer begins with it is all new. A line cut short is left out.
    """
    now = content(folder)
    new = now[len(before) :] if now.startswith(before) else now
    return [line for text in new.decode(errors="replace").splitlines() if (line := _parse(text))]


def content(folder: Path) -> bytes:
    """Return what a folder's ``status.json`` holds, nothing where there is none."""
    path = folder / NAME
    return path.read_bytes() if path.is_file() else b""


def _parse(text: str) -> Status | None:
    try:
        fields = json.loads(text)
    except ValueError:
        return None
    if not isinstance(fields, dict) or "status" not in fields:
        return None
    return Status(
        status=str(fields["status"]),
        message=str(fields.get("message") or ""),
        verbosity=str(fields.get("verbosity", "INFO")),
        kpi=fields.get("kpi") or {},
        categorical=fields.get("categorical") or {},
        graphical=fields.get("graphical") or {},
    )
