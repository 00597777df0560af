"""Keep a process to one NVIDIA GPU of several.

    python palletjack_dr/runtimes/one_gpu.py 1 palletjack-dr generate ...

Vulkan knows no CUDA_VISIBLE_DEVICES: a program gets every GPU whose device file it can open, and Filament takes the
same one of them in every process. So the process moves into a mount namespace of its own, in which the files of the
other GPUs cannot be opened, and becomes the command. Run as a file this imports nothing of the package: who is not root
may do it only while the process has a single thread.
"""

from __future__ import annotations

import ctypes
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path

DRIVER = Path("/proc/driver/nvidia/gpus")
NEW_MOUNTS, NEW_USER = 0x00020000, 0x10000000
NODEV, REMOUNT, BIND, RECURSIVE, PRIVATE, RELATIVE_TIMES = 1 << 2, 1 << 5, 1 << 12, 1 << 14, 1 << 18, 1 << 21


def gpus(driver: Path = DRIVER, devices: Path = Path("/dev")) -> list[Path]:
    """Return the device files of the NVIDIA GPUs that this process can open, in the order of nvidia-smi."""
    if not driver.is_dir():
        return []
    about = [(folder / "information").read_text() for folder in sorted(driver.iterdir())]
    minors = [found[1] for text in about if (found := re.search(r"Device Minor:\s*(\d+)", text))]
    return [file for minor in minors if _opens(file := devices / f"nvidia{minor}")]


def hide(files: Sequence[Path]) -> None:
    """Make device files impossible to open, for this process and those that it starts. Raises ``OSError``."""
    libc = ctypes.CDLL(None, use_errno=True)

    def mount(file: Path | None, flags: int) -> None:
        source = os.fsencode(file) if file else None
        if libc.mount(source, source or b"/", None, ctypes.c_ulong(flags), None):
            raise OSError(ctypes.get_errno(), f"mount: {os.strerror(ctypes.get_errno())}", str(file or "/"))

    _new_namespace(libc)
    mount(None, RECURSIVE | PRIVATE)
    same = os.ST_RDONLY | os.ST_NOSUID | os.ST_NOEXEC | os.ST_NOATIME | os.ST_NODIRATIME  # the same bits for mount
    for file in files:
        now = os.statvfs(file).f_flag
        kept = now & same | (RELATIVE_TIMES if now & os.ST_RELATIME else 0)
        mount(file, BIND)
        mount(file, REMOUNT | BIND | NODEV | kept)
        if _opens(file):
            raise OSError(f"{file} can still be opened")


def _new_namespace(libc: ctypes.CDLL) -> None:
    user, group = os.getuid(), os.getgid()
    if libc.unshare(NEW_MOUNTS) == 0:
        return
    if libc.unshare(NEW_MOUNTS | NEW_USER):
        raise OSError(ctypes.get_errno(), f"unshare: {os.strerror(ctypes.get_errno())}")
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
    Path("/proc/self/gid_map").write_text(f"{group} {group} 1")


def _opens(file: Path) -> bool:
    try:
        os.close(os.open(file, os.O_RDWR))
    except OSError:
        return False
    return True


def main() -> None:
    """Hide all GPUs but the one asked for, and become the command."""
    number, command = int(sys.argv[1]), sys.argv[2:]
    found = gpus()
    if not 0 <= number < len(found):
        sys.exit(f"GPU {number} of {len(found)}: wanted 0 to {len(found) - 1}")
    try:
        hide([file for n, file in enumerate(found) if n != number])
    except OSError as error:
        sys.exit(str(error))
    os.execvp(command[0], command)


if __name__ == "__main__":
    main()
