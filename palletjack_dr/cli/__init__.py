"""The command line: ``palletjack-dr COMMAND [arguments]``."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module

from rich.console import Console
from rich.logging import RichHandler

from palletjack_dr.errors import PalletjackError, did_you_mean

COMMANDS = {
    "generate": "make a dataset: palletjack-dr generate [hydra overrides]",
    "preview": "render a sheet of 12 small frames of a config: palletjack-dr preview [hydra overrides]",
    "lint": "try a config on fifty small frames and say what is wrong: palletjack-dr lint [hydra overrides]",
    "report": "write a self-contained HTML page about a dataset: palletjack-dr report DIR",
    "validate": "check a dataset, ours or any in KITTI, COCO or YOLO form: palletjack-dr validate DIR [--fix]",
    "replay": "render one frame of a dataset again from its stored edits: palletjack-dr replay DIR --frame N",
    "plugins": "list plugins and the components that they offer: palletjack-dr plugins [NAME]",
}
USER_ERROR = 2


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and exit: 0 when done, 2 after a mistake that the user can mend, 130 when interrupted."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    _log_to_terminal()
    if not words or words[0] in ("-h", "--help"):
        print(
            "usage: palletjack-dr COMMAND ...\n\n" + "\n".join(f"  {name:10} {text}" for name, text in COMMANDS.items())
        )
        raise SystemExit(0)
    try:
        if words[0] not in COMMANDS:
            raise PalletjackError(f"no command {words[0]!r}{did_you_mean(words[0], COMMANDS)}")
        command: Callable[[list[str]], None] = import_module(f"palletjack_dr.cli.{words[0]}").run
        command(words[1:])
    except PalletjackError as error:
        if os.environ.get("PALLETJACK_DR_TRACEBACK"):
            raise
        Console(stderr=True, soft_wrap=True).print(f"error: {error}", style="bold red", markup=False, highlight=False)
        raise SystemExit(USER_ERROR) from None
    except KeyboardInterrupt:
        Console(stderr=True).print("interrupted; the same command goes on where it stopped", markup=False)
        raise SystemExit(130) from None


def _log_to_terminal() -> None:
    handler = RichHandler(console=Console(stderr=True), show_path=False, show_time=False, show_level=False)
    logging.basicConfig(level=os.environ.get("PALLETJACK_DR_LOG", "INFO"), format="%(message)s", handlers=[handler])
