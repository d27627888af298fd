"""Turns at costly work: bounded, and known devices first."""

from __future__ import annotations

import threading

import pytest

from services.identity.credentials.turns import Turns
from shared.infrastructure.errors import Refused
from tests.support.wait import await_until


class Work:
    """Threads that take turns; each one works until it is told to end."""

    def __init__(self, turns: Turns) -> None:
        self.turns, self.began, self._threads = turns, [], []

    def take(self, name: str, known: bool) -> threading.Event:
        end = threading.Event()

        def work() -> None:
            with self.turns.turn(known):
                self.began.append(name)
                end.wait(10)

        self._threads.append(threading.Thread(target=work))
        self._threads[-1].start()
        return end

    def waiting(self) -> int:
        return sum(self.turns._waiting.values())

    def join(self) -> None:
        for thread in self._threads:
            thread.join(10)


def test_a_known_device_goes_before_strangers_who_came_first():
    work = Work(Turns(1, 5, 10))
    ends = [work.take("first", known=False)]
    await_until(lambda: work.began, 10)
    for n, (name, known) in enumerate((("stranger", False), ("stranger", False), ("known", True)), 1):
        ends.append(work.take(name, known))
        await_until(lambda n=n: work.waiting() == n, 10)
    for end in ends:
        end.set()
    work.join()
    assert work.began == ["first", "known", "stranger", "stranger"]


def test_no_stranger_begins_while_a_known_device_waits():
    turns = Turns(2, 5, 10)
    assert turns._may_begin(known=False)
    turns._waiting[True] = 1
    assert turns._may_begin(known=True) and not turns._may_begin(known=False)


def test_strangers_who_wait_take_no_places_from_known_devices():
    work = Work(Turns(1, 2, 10))
    ends = [work.take("first", known=False)]
    await_until(lambda: work.began, 10)
    ends += [work.take("stranger", known=False) for _ in range(2)]
    await_until(lambda: work.waiting() == 2, 10)
    with pytest.raises(Refused) as refused, work.turns.turn(known=False):
        pass
    assert (refused.value.status, refused.value.extra["retry_after"]) == (503, 2)
    ends.append(work.take("known", known=True))
    await_until(lambda: work.waiting() == 3, 10)
    for end in ends:
        end.set()
    work.join()
    assert work.began[:2] == ["first", "known"] and len(work.began) == 4


def test_a_turn_is_given_back_whatever_happens_in_it():
    turns = Turns(1, 1, 10)
    for _ in range(3):
        with pytest.raises(ValueError), turns.turn(known=False):
            raise ValueError
    assert turns._running == 0
