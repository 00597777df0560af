"""Independent random streams: one per (run seed, frame, attempt, component key)."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b

import numpy as np

Rng = np.random.Generator


class Stream(np.random.Generator):
    """The generator of one component for one attempt at one frame.

    ``quantile`` is where a drawn field gets its place in its distribution from: from a rank that several fields
    share, from the frame's joint point, or from the stream itself.
    """

    def __init__(self, name: str, key: str, joint: Mapping[str, float]) -> None:
        super().__init__(_philox(f"{name}/{key}"))
        self._name, self._joint = name, dict(joint)

    def quantile(self, field: str, rank: str) -> float:
        """Return a number in [0, 1); fields of the same ``rank`` get the same one in a frame, of "-rank" its mirror."""
        if rank:
            shared = float(np.random.Generator(_philox(f"{self._name}/rank {rank.lstrip('-')}")).random())
            return shared if not rank.startswith("-") else 1.0 - shared
        return self._joint.pop(field) if field in self._joint else float(self.random())


def stream(seed: int, frame: int, attempt: int, key: str, joint: Mapping[str, float] | None = None) -> Stream:
    """Return the generator from which one component draws for one attempt at one frame.

    The four are hashed into the 128-bit key of a Philox generator, so that streams never share state: a component
    that is added, removed or moved leaves all other draws as they were, and a frame can be drawn alone, on any
    worker, in any order. ``joint`` are quantiles for the first draw of some fields.
    """
    return Stream(f"{seed}/{frame}/{attempt}", key, joint or {})


def _philox(text: str) -> np.random.Philox:
    digest = blake2b(text.encode(), digest_size=16).digest()
    return np.random.Philox(key=int.from_bytes(digest, "little"))
