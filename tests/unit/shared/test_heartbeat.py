"""Heartbeats: a role whose loop hangs is told as silent after a stated time, however well its process lives."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from shared.eventsourcing.store_memory import MemoryStore
from shared.infrastructure.clock import FixedClock
from shared.infrastructure.metrics import DRIFT, LAG
from shared.messaging.bus_memory import MemoryBus
from shared.messaging.relay import Relay
from shared.service.heartbeat import LONGEST_PAUSE, SILENT_AFTER, Heartbeat
from shared.service.worker_reports import report_of
from tests.support.wait import await_until


class Seconds:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Stop(threading.Event):
    """A stop signal whose waits take no time, but move the clock."""

    def __init__(self, clock: Seconds) -> None:
        super().__init__()
        self._clock = clock

    def wait(self, timeout: float | None = None) -> bool:
        self._clock.now += timeout or 0
        return self.is_set()


@pytest.fixture
def clock() -> Seconds:
    return Seconds()


@pytest.fixture
def role(clock: Seconds) -> Heartbeat:
    return Heartbeat("projector", Stop(clock), clock)


@contextmanager
def loop(passes: Callable[[], object]) -> Iterator[None]:
    """A thread that is there until the block ends. passes: what its loop does first."""
    begun, over = threading.Event(), threading.Event()

    def run() -> None:
        passes()
        begun.set()
        over.wait(20)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        assert begun.wait(20)
        yield
    finally:
        over.set()
        thread.join(20)


def test_a_loop_that_hangs_is_silent_after_the_stated_time_and_back_with_its_next_pass(role, clock):
    role.is_set()
    clock.now += SILENT_AFTER
    assert not role.is_silent
    clock.now += 1
    assert role.is_silent and role.silence() == SILENT_AFTER + 1
    role.is_set()
    assert not role.is_silent


def test_a_role_that_hangs_before_its_first_pass_is_silent_too(role, clock):
    clock.now += SILENT_AFTER + 1
    assert role.is_silent


def test_a_loop_that_waits_is_alive_however_long_it_waits(role, clock):
    silences = []
    waiting, stop = role._stop.wait, role._stop

    def watched(timeout: float | None = None) -> bool:
        waiting(timeout)
        silences.append(role.silence())
        return stop.is_set()

    stop.wait = watched
    assert not role.wait(10 * SILENT_AFTER)
    assert sum(silences) == 10 * SILENT_AFTER and max(silences) == LONGEST_PAUSE


def test_a_wait_ends_with_the_process(role):
    role.set()
    assert role.wait() and role.is_set()


def test_one_hung_thread_of_several_makes_the_role_silent_and_one_that_has_ended_does_not(role, clock):
    with loop(role.is_set):
        pass
    with loop(role.is_set):
        clock.now += SILENT_AFTER + 1
        role.is_set()
        assert role.is_silent
    assert not role.is_silent


def test_the_loop_of_a_relay_is_silent_while_its_bus_hangs_and_alive_afterwards(clock):
    hangs, goes_on, stop = threading.Event(), threading.Event(), threading.Event()

    class HungStore(MemoryStore):
        def unpublished(self, *asked: Any) -> Any:
            hangs.set()
            assert goes_on.wait(20)
            return super().unpublished(*asked)

    store = HungStore(FixedClock(), is_public=lambda stream: True, validate=lambda event: None)
    role = Heartbeat("relay", stop, clock)
    thread = threading.Thread(target=Relay(store, MemoryBus(), "upload", 1, 1, FixedClock()).run, args=(role,))
    thread.start()
    try:
        assert hangs.wait(20)
        clock.now += SILENT_AFTER + 1
        assert role.is_silent
        goes_on.set()
        await_until(lambda: not role.is_silent)
    finally:
        goes_on.set()
        stop.set()
        thread.join(20)


def test_the_report_tells_a_hung_role_as_silent_and_what_it_had_measured_as_not_known(role, clock):
    audit, done = Heartbeat("audit", Stop(clock), clock), Heartbeat("tree", Stop(clock), clock)
    done.end()
    for gauge in (LAG, DRIFT):
        gauge.clear()
    LAG.labels("figures.1").set(0)
    DRIFT.labels("roster").set(0)
    try:
        well = report_of([role, audit, done])
        assert (well.roles, well.silent, well.numbers) == (
            ["projector", "audit"], [], {"lag_records": 0, "drift_slots": 0},
        )  # fmt: skip
        clock.now += SILENT_AFTER + 1
        audit.is_set()
        hung = report_of([role, audit, done])
        assert (hung.roles, hung.silent) == (["audit"], ["projector"])
        assert hung.numbers == {"lag_records": None, "age_seconds": None, "drift_slots": 0}
    finally:
        for gauge in (LAG, DRIFT):
            gauge.clear()
