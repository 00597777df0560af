"""Memory that a process no longer uses, given back to the machine."""

from __future__ import annotations

import ctypes

FRAMES_BETWEEN = 100
"""So many frames lie between two times that a studio gives memory back."""


def give_back() -> None:
    """Give back what glibc keeps free between what is in use; elsewhere do nothing.

    Buffers of changing sizes come and go with every frame, and leave ever more gaps.
    """
    libc = ctypes.CDLL(None)
    if hasattr(libc, "malloc_trim"):
        libc.malloc_trim(0)
