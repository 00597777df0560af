"""The command line: ``palletjack-dr COMMAND [arguments]``."""

from __future__ import annotations

import logging
import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from threading import current_thread, main_thread

from rich.console import Console
from rich.logging import RichHandler

from palletjack_dr.errors import PalletjackError, did_you_mean
from palletjack_dr.leaving import AGAIN, Unfinished, leave, someone_waits

COMMANDS = {
    "generate": "make a dataset: palletjack-dr generate [hydra overrides]",
    "preview": "render a sheet of 12 small frames of a config: palletjack-dr preview [hydra overrides]",
    "lint": "try a config on fifty small frames and say what is wrong: palletjack-dr lint [hydra overrides]",
    "merge": "make one dataset of the folders of its shards: palletjack-dr merge DIR... --out DIR",
    "fetch": "copy a dataset from a URL into a folder: palletjack-dr fetch URL DIR",
    "report": "write a self-contained HTML page about a dataset: palletjack-dr report DIR",
    "validate": "check a dataset, ours or any in KITTI, COCO or YOLO form: palletjack-dr validate DIR [--fix]",
    "replay": "render one frame of a dataset again from its stored edits: palletjack-dr replay DIR --frame N",
    "doctor": "tell what this machine has and what it lacks: palletjack-dr doctor [--json]",
    "selftest": "compare what an engine sees with known scenes: palletjack-dr selftest [engine=replicator]",
    "plugins": "list plugins and the components that they offer: palletjack-dr plugins [NAME]",
}
TRAINING = {
    "train": "train a detector on datasets: palletjack-dr train [hydra overrides]",
    "evaluate": "measure a detector on labelled pictures: palletjack-dr evaluate [hydra overrides]",
    "infer": "find objects in a folder of photos: palletjack-dr infer [hydra overrides]",
    "prune": "take the weakest channels out of a detector: palletjack-dr prune [hydra overrides]",
    "quantize": "bring a detector to INT8: palletjack-dr quantize [hydra overrides]",
    "export": "write a detector as ONNX: palletjack-dr export [hydra overrides]",
    "deploy": "write what DeepStream, Isaac ROS and TensorRT need: palletjack-dr deploy [hydra overrides]",
    "check-spec": "check a DetectNet_v2 spec by TAO's rules: palletjack-dr check-spec FILE...",
    "import-loco": "bring LOCO's photos and labels to our classes: palletjack-dr import-loco DIR",
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and exit.

    The exit code is 0 when done, 2 after a mistake that the user can mend, 3 when a dataset is there but for some
    frames that were set aside, 75 when frames are left for the next process (``frames_per_process``), 130 when
    interrupted.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    _log_to_terminal()
    if not words or words[0] in ("-h", "--help"):
        print(
            "usage: palletjack-dr COMMAND ...\n\n"
            + "\n".join(f"  {n:11} {t}" for n, t in (COMMANDS | TRAINING).items())
        )
        raise SystemExit(0)
    code = 0
    try:
        if words[0] not in COMMANDS | TRAINING:
            raise PalletjackError(f"no command {words[0]!r}{did_you_mean(words[0], COMMANDS | TRAINING)}")
        package = "palletjack_dr.cli" if words[0] in COMMANDS else "palletjack_dr.tao.cli"
        command: Callable[[list[str]], None] = import_module(f"{package}.{words[0].replace('-', '_')}").run
        with _terminable():
            command(words[1:])
    except PalletjackError as error:
        if os.environ.get("PALLETJACK_DR_TRACEBACK"):
            raise
        Console(stderr=True, soft_wrap=True).print(f"error: {error}", style="bold red", markup=False, highlight=False)
        code = error.exit_code
    except Unfinished as ended:
        Console(stderr=True, soft_wrap=True).print(str(ended), markup=False, highlight=False)
        code = AGAIN
    except KeyboardInterrupt:
        Console(stderr=True).print("interrupted; the same command goes on where it stopped", markup=False)
        code = 130
    except SystemExit as left:
        code = left.code if isinstance(left.code, int) else 0 if left.code is None else 1
    except Exception:
        if not someone_waits():
            raise
        traceback.print_exc()  # what waits may end the process before Python says so
        code = 1
    leave(code)


@contextmanager
def _terminable() -> Iterator[None]:
    """Take SIGTERM, which schedulers send before they kill, for Ctrl-C: what is committed is kept, nothing is left."""
    if current_thread() is not main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before or signal.SIG_DFL)


def _log_to_terminal() -> None:
    handler = RichHandler(console=Console(stderr=True), show_path=False, show_time=False, show_level=False)
    logging.basicConfig(level=os.environ.get("PALLETJACK_DR_LOG", "INFO"), format="%(message)s", handlers=[handler])
    for chatty in ("aiobotocore", "botocore"):
        logging.getLogger(chatty).setLevel("WARNING")
