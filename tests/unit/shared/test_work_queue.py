"""The queue in front of expensive work: bounded, in the sequence of coming, with true numbers."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from shared.infrastructure.errors import Refused
from shared.infrastructure.work_queue import KEPT_SECONDS, PLACES, PLACES_OF_ONE, RETRY_SECONDS, WorkQueue


class Hand:
    """A clock that stands."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


def ahead(queue: WorkQueue, key: str, account: str = "") -> int | None:
    """How many are ahead of this piece of work, by default of an account of its own; None when it had its seat."""
    try:
        with queue.seat(key, account or key):
            return None
    except Refused as refused:
        assert (refused.code, refused.status, refused.extra["retry_after"] > 0) == ("busy", 503, True)
        return int(refused.extra["ahead"])


def test_those_who_find_no_seat_are_sent_away_at_once_with_the_number_before_them():
    queue = WorkQueue(2, Hand())
    with queue.seat("a", "a"), queue.seat("b", "b"):
        assert [ahead(queue, key) for key in "cdecd"] == [2, 3, 4, 2, 3]
    assert ahead(queue, "c") is None


def test_nobody_overtakes_who_comes_back():
    queue = WorkQueue(1, Hand())
    with queue.seat("a", "a"):
        assert [ahead(queue, "b"), ahead(queue, "c")] == [1, 2]
    assert ahead(queue, "c") == 1  # the seat is free, and b comes first
    assert [ahead(queue, "b"), ahead(queue, "c")] == [None, None]


def test_a_place_ends_when_its_owner_does_not_come_back():
    clock = Hand()
    queue = WorkQueue(1, clock)
    with queue.seat("a", "a"):
        assert [ahead(queue, "b"), ahead(queue, "c")] == [1, 2]
        clock.at += KEPT_SECONDS - 1
        assert ahead(queue, "c") == 2
        clock.at += 2
        assert ahead(queue, "c") == 1


def test_a_seat_is_free_again_after_work_that_failed():
    queue = WorkQueue(1, Hand())
    with pytest.raises(ZeroDivisionError), queue.seat("a", "a"):
        _ = 1 / 0
    assert ahead(queue, "b") is None


def test_the_queue_itself_is_bounded():
    queue = WorkQueue(1, Hand())
    with ExitStack() as inside:
        inside.enter_context(queue.seat("a", "a"))
        for number in range(PLACES + 10):
            ahead(queue, str(number))
        assert ahead(queue, "one more") == PLACES + 1


def seconds_until_seated(queue: WorkQueue, clock: Hand, key: str) -> float:
    """For a person who comes back as told."""
    began = clock.at
    while ahead(queue, key) is not None:
        clock.at += RETRY_SECONDS
    return clock.at - began


def test_free_seats_do_not_wait_long_for_those_who_do_not_come_back():
    clock = Hand()
    queue = WorkQueue(8, clock)
    with ExitStack() as inside:
        for number in range(8):
            inside.enter_context(queue.seat(f"inside {number}", f"inside {number}"))
        assert [ahead(queue, f"closed tab {number}") for number in range(12)] == list(range(8, 20))
    assert seconds_until_seated(queue, clock, "the next person") <= KEPT_SECONDS + RETRY_SECONDS < 15


def test_one_account_has_few_places_however_much_it_asks_for():
    queue = WorkQueue(4, Hand())
    with ExitStack() as inside:
        for number in range(4):
            inside.enter_context(queue.seat(f"inside {number}", f"inside {number}"))
        for number in range(20):
            assert ahead(queue, f"print {number}", "greedy") == 4 + min(number, PLACES_OF_ONE)
        assert ahead(queue, "another") == 4 + PLACES_OF_ONE
    assert ahead(queue, "print 19", "greedy") == PLACES_OF_ONE + 1  # it had no place, and comes after everybody
    assert [ahead(queue, f"print {number}", "greedy") for number in range(PLACES_OF_ONE)] == [None] * PLACES_OF_ONE
    assert ahead(queue, "another") is None


def test_an_account_that_asks_for_something_new_again_and_again_holds_nobody_up_for_long():
    clock = Hand()
    queue = WorkQueue(2, clock)
    with queue.seat("a", "a"), queue.seat("b", "b"):
        for number in range(PLACES_OF_ONE):
            ahead(queue, f"first {number}", "greedy")
        ahead(queue, "another")
        for again in range(4):
            clock.at += RETRY_SECONDS
            for number in range(20):
                ahead(queue, f"{again}.{number}", "greedy")
            ahead(queue, "another")
        assert ahead(queue, "another") == 2  # only the two inside
    assert ahead(queue, "another") is None
