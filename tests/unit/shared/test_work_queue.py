"""The queue in front of expensive work: bounded, in the sequence of coming, with true numbers."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from shared.infrastructure.errors import Refused
from shared.infrastructure.work_queue import KEPT_SECONDS, PLACES, WorkQueue


class Hand:
    """A clock that stands."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


def ahead(queue: WorkQueue, key: str) -> int | None:
    """How many are ahead of this piece of work; None when it had its seat."""
    try:
        with queue.seat(key):
            return None
    except Refused as refused:
        assert (refused.code, refused.status, refused.extra["retry_after"] > 0) == ("busy", 503, True)
        return int(refused.extra["ahead"])


def test_those_who_find_no_seat_are_sent_away_at_once_with_the_number_before_them():
    queue = WorkQueue(2, Hand())
    with queue.seat("a"), queue.seat("b"):
        assert [ahead(queue, key) for key in "cdecd"] == [2, 3, 4, 2, 3]
    assert ahead(queue, "c") is None


def test_nobody_overtakes_who_comes_back():
    queue = WorkQueue(1, Hand())
    with queue.seat("a"):
        assert [ahead(queue, "b"), ahead(queue, "c")] == [1, 2]
    assert ahead(queue, "c") == 1  # the seat is free, and b comes first
    assert [ahead(queue, "b"), ahead(queue, "c")] == [None, None]


def test_a_place_ends_when_its_owner_does_not_come_back():
    clock = Hand()
    queue = WorkQueue(1, clock)
    with queue.seat("a"):
        assert [ahead(queue, "b"), ahead(queue, "c")] == [1, 2]
        clock.at += KEPT_SECONDS - 1
        assert ahead(queue, "c") == 2
        clock.at += 2
        assert ahead(queue, "c") == 1


def test_a_seat_is_free_again_after_work_that_failed():
    queue = WorkQueue(1, Hand())
    with pytest.raises(ZeroDivisionError), queue.seat("a"):
        _ = 1 / 0
    assert ahead(queue, "b") is None


def test_the_queue_itself_is_bounded():
    queue = WorkQueue(1, Hand())
    with ExitStack() as inside:
        inside.enter_context(queue.seat("a"))
        for number in range(PLACES + 10):
            ahead(queue, str(number))
        assert ahead(queue, "one more") == PLACES + 1
