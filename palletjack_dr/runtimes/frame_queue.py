"""The frames of a run that several workers make: which wait, which are under suspicion, which are set aside."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Sequence

from palletjack_dr.runtime import SetAside
from palletjack_dr.runtimes.handle import End
from palletjack_dr.runtimes.messages import Hand

LONGEST_HAND = 8
"""Frames handed out at a time, at most: few enough that a slow worker keeps none from an idle one for long."""
DEATHS = 2
"""A frame that ends so many workers is set aside."""


class FrameQueue:
    """Frames wait here until a worker asks. Those of a worker that ended come back.

    What it had not begun comes to the front. What it had begun (one frame in the making, one being stored) is under
    suspicion and handed out alone, so that the next death has one culprit.
    """

    def __init__(self) -> None:
        self._todo: deque[int] = deque()
        self._suspects: deque[int] = deque()
        self._ends: defaultdict[int, list[str]] = defaultdict(list)

    def __bool__(self) -> bool:
        return bool(self._todo or self._suspects)

    def put(self, frames: Iterable[int]) -> None:
        """Add frames at the end."""
        self._todo.extend(frames)

    def back(self, frames: Sequence[int]) -> None:
        """Take frames back to the front, which nobody has begun."""
        self._todo.extendleft(reversed(frames))

    def hand(self, workers: int) -> Hand:
        """Return what the next of so many workers gets; there must be a frame."""
        if self._suspects:
            return Hand(frames=(self._suspects.popleft(),), alone=True)
        size = min(max(len(self._todo) // (2 * workers), 1), LONGEST_HAND)
        return Hand(frames=tuple(self._todo.popleft() for _ in range(size)))

    def bury(self, handed: Sequence[int], begun: Sequence[int], end: End) -> SetAside | None:
        """Take back the frames of a worker that ended; return the one that is proved to have ended it, if any."""
        self.back([index for index in handed if index not in begun])
        culprit: SetAside | None = None
        for index in begun:
            if end.own:
                self._ends[index].append(end.how)
            if end.own and len(self._ends[index]) >= DEATHS and len(begun) == 1:
                culprit = SetAside(frame=index, ends=tuple(self._ends[index]), log=end.log)
            else:
                self._suspects.append(index)
        return culprit
