"""Independent random streams: one per (run seed, frame, attempt, component key)."""

from __future__ import annotations

from hashlib import blake2b

import numpy as np

Rng = np.random.Generator


def stream(seed: int, frame: int, attempt: int, key: str) -> Rng:
    """Return the generator from which one component draws for one attempt at one frame.

    The four numbers are hashed into the 128-bit key of a Philox generator, so that streams never share
    state: a component that is added, removed or moved leaves all other draws as they were, and a frame
    can be drawn alone, on any worker, in any order.
    """
    digest = blake2b(f"{seed}/{frame}/{attempt}/{key}".encode(), digest_size=16).digest()
    return np.random.Generator(np.random.Philox(key=int.from_bytes(digest, "little")))
