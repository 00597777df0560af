"""Every frame that is put in comes out, until it is proved to have ended its workers."""

from __future__ import annotations

from collections.abc import Iterator

from palletjack_dr.runtime import SetAside
from palletjack_dr.runtimes.frame_queue import DEATHS, LONGEST_HAND, FrameQueue
from palletjack_dr.runtimes.handle import End
from palletjack_dr.runtimes.messages import Hand

CRASH = End(how="signal 9 (SIGKILL)", log="the last words")
POWER_CUT = End(how="the loss of its machine", log="", own=False)


def queue_of(*frames: int) -> FrameQueue:
    queue = FrameQueue()
    queue.put(frames)
    return queue


def rest(queue: FrameQueue, workers: int = 2) -> Iterator[Hand]:
    while queue:
        yield queue.hand(workers)


def test_frames_are_handed_out_once_in_their_order_and_fewer_at_a_time_towards_the_end() -> None:
    hands = [hand.frames for hand in rest(queue_of(*range(100)))]
    assert [frame for hand in hands for frame in hand] == list(range(100))
    sizes = [len(hand) for hand in hands]
    assert sizes == sorted(sizes, reverse=True)
    assert (sizes[0], sizes[-1]) == (LONGEST_HAND, 1)


def test_what_a_dead_worker_had_begun_is_handed_out_alone_and_the_rest_comes_to_the_front() -> None:
    queue = queue_of(*range(8))
    handed = queue.hand(1).frames
    assert handed == (0, 1, 2, 3)
    assert queue.bury(handed[1:], handed[1:3], CRASH) is None
    hands = list(rest(queue, workers=1))
    assert [hand.frames for hand in hands if hand.alone] == [(1,), (2,)]
    assert [frame for hand in hands if not hand.alone for frame in hand.frames] == [3, 4, 5, 6, 7]


def test_a_frame_that_was_alone_at_its_second_death_is_set_aside_with_how_its_workers_ended() -> None:
    queue = queue_of(7)
    for _ in range(DEATHS - 1):
        frames = queue.hand(1).frames
        assert queue.bury(frames, frames, CRASH) is None
    frames = queue.hand(1).frames
    assert queue.bury(frames, frames, CRASH) == SetAside(frame=7, ends=(CRASH.how,) * DEATHS, log=CRASH.log)
    assert not queue


def test_no_frame_is_blamed_for_another_beside_it() -> None:
    queue = queue_of()
    for _ in range(DEATHS + 1):
        assert queue.bury((1, 2), (1, 2), CRASH) is None
        assert list(rest(queue)) == [Hand(frames=(1,), alone=True), Hand(frames=(2,), alone=True)]


def test_no_frame_is_blamed_for_the_loss_of_a_machine() -> None:
    queue = queue_of(7)
    for _ in range(3 * DEATHS):
        frames = queue.hand(1).frames
        assert queue.bury(frames, frames, POWER_CUT) is None
    assert queue.hand(1).frames == (7,)
