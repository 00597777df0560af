"""What a training leaves to read: losses.jsonl, TAO's status.json, TensorBoard's scalars and pictures."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from torch.utils.tensorboard import SummaryWriter

from palletjack_dr.tao.runners.status import StatusWriter
from palletjack_dr.tao.validation import Validation

LOSSES = "losses.jsonl"


class TrainingLog:
    """The log of a training in its results folder, from the optimizer's step ``first`` on; what lay after it goes."""

    def __init__(self, results: Path, first: int) -> None:
        self.path = results / LOSSES
        before = self.path.read_text().splitlines(keepends=True) if self.path.is_file() else []
        self.path.write_text("".join(before[:first]))
        self.status = StatusWriter(results)
        self.board = SummaryWriter(str(results / "tensorboard"), purge_step=first)

    def steps(self, first: int, rows: Sequence[Mapping[str, float]]) -> None:
        """Add the losses and rates of some steps, numbered from ``first``."""
        with self.path.open("a") as file:
            for step, row in enumerate(rows, start=first):
                file.write(json.dumps({"step": step, **row}) + "\n")
                for name, value in row.items():
                    self.board.add_scalar(name, value, step)

    def validation(self, step: int, found: Validation) -> None:
        """Add the figures of a validation and the pictures drawn for it."""
        self.board.add_scalar("validation/AP50", found.ap50, step)
        for name, value in found.by_class.items():
            self.board.add_scalar(f"validation/{name}", value, step)
        for number, picture in enumerate(found.shown):
            self.board.add_image(f"validation/{number}", picture, step, dataformats="HWC")

    def close(self) -> None:
        """Bring everything to the disk."""
        self.board.close()
