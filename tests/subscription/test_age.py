"""The age of a read model, on a bus in memory."""

from __future__ import annotations

import random
import threading
from dataclasses import replace

import pytest
from prometheus_client import REGISTRY

from shared.infrastructure.clock import FixedClock
from shared.infrastructure.metrics import READ_MODEL_AGE
from shared.messaging.bus import BusUnavailable, Record, TopicPartition
from shared.messaging.bus_memory import MemoryBus, MemoryConsumer
from shared.messaging.sink import Unavailable
from shared.messaging.subscription import MEASURE_EVERY, Subscription
from tests.subscription.world import EVENT_FILTER, InMemory, ReadModel, Watched, event, send

TOPIC = "thing.events.1"
HOUR = 3_600_000  # ms


@pytest.fixture(autouse=True)
def nothing_shown() -> None:
    READ_MODEL_AGE.clear()


@pytest.fixture
def log() -> MemoryBus:
    bus = MemoryBus()
    bus.create(TOPIC, 1)
    return bus


def age() -> float | None:
    """The age of the read model in seconds, as the metrics show it; None: not reported."""
    return REGISTRY.get_sample_value("rollcall_read_model_age_seconds", {"subscription": "model"})


def test_a_read_model_that_lacks_nothing_is_of_now_and_one_that_lags_as_old_as_its_newest_event(
    log: MemoryBus, model: ReadModel
) -> None:
    clock = FixedClock(0)
    member = Subscription(log, model.sink, [TOPIC], EVENT_FILTER, batch=2, rng=random.Random(7), clock=clock)
    member.run_once()
    assert age() == 0
    clock.advance(seconds=100)
    send(log, TOPIC, *(replace(event(n), at=n * 10_000) for n in range(4)))
    assert member.run_once() == 2
    member._update_lag(member._member)
    assert age() == 90  # the newest of two events was recorded at 10 s, and two wait
    for _ in range(MEASURE_EVERY):
        member.run_once()
    assert age() == 0


def test_while_the_bus_is_unavailable_a_read_model_grows_old(
    log: MemoryBus, model: ReadModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unavailable(*_: object) -> list[Record]:
        clock.advance(seconds=40)
        raise BusUnavailable("NoBrokers")

    class Noted(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            self.noted = age()
            self.set()
            return True

    clock, stop = FixedClock(0), Noted()
    member = Subscription(log, model.sink, [TOPIC], EVENT_FILTER, rng=random.Random(7), clock=clock)
    member.run_once()
    monkeypatch.setattr(MemoryConsumer, "poll", unavailable)
    member.run(stop)
    assert (stop.noted, age()) == (40, None)


def member_of(bus: MemoryBus, model: ReadModel, clock: FixedClock, batch: int = 4) -> Subscription:
    return Subscription(bus, model.sink, [TOPIC], EVENT_FILTER, batch=batch, rng=random.Random(7), clock=clock)


def measured(member: Subscription) -> float | None:
    member._update_lag(member._member)
    return age()


def test_a_partition_that_is_behind_is_not_hidden_by_one_that_is_fresh(model: ReadModel) -> None:
    clock, bus = FixedClock(10 * HOUR), MemoryBus()
    bus.create(TOPIC, 2)
    member = member_of(bus, model, clock)
    member.run_once()
    send(bus, TOPIC, *(replace(event(n), at=5 * HOUR) for n in range(8)), partition=1)
    send(bus, TOPIC, *(replace(event(100 + n), at=10 * HOUR) for n in range(4 + 8 + 16)))  # batches grow
    shown = []
    while member.run_once():
        clock.advance(seconds=60)
        shown.append(measured(member))
    # The first partition is read to its end before the other one; then nothing is unread.
    assert shown == [60, 120, 180, 0]


def test_a_member_that_starts_far_behind_says_so_although_another_partition_is_fresh(model: ReadModel) -> None:
    clock, bus = FixedClock(10 * HOUR), MemoryBus()
    bus.create(TOPIC, 2)
    send(bus, TOPIC, *(replace(event(n), at=5 * HOUR) for n in range(8 + 8)), partition=1)
    send(bus, TOPIC, *(replace(event(100 + n), at=10 * HOUR - 1000) for n in range(4)))
    member = member_of(bus, model, clock)
    assert (member.run_once(), age()) == (0, None)
    assert (member.run_once(), measured(member)) == (4, None)  # one partition is read to its end, of the other one
    assert (member.run_once(), measured(member)) == (8, 5 * HOUR / 1000)  # nothing was known
    assert (member.run_once(), measured(member)) == (8, 0)


def test_ignored_events_tell_how_far_a_read_model_is(log: MemoryBus, model: ReadModel) -> None:
    clock = FixedClock(10 * HOUR)
    send(log, TOPIC, *(replace(event(n, type="thing.whispered"), at=9 * HOUR) for n in range(8)))
    member = member_of(log, model, clock)
    assert (member.run_once(), age()) == (0, None)
    assert (member.run_once(), measured(member)) == (4, HOUR / 1000)


def test_what_cannot_be_read_tells_no_age(log: MemoryBus, model: ReadModel) -> None:
    log.publish([Record(TopicPartition(TOPIC, 0), "k", b"{", {"id": f"e{n}"}) for n in range(8)])
    member = member_of(log, model, FixedClock(10 * HOUR))
    assert (member.run_once(), member.run_once(), measured(member)) == (0, 4, None)


def test_a_member_that_loses_its_partitions_has_no_age(
    log: MemoryBus, model: ReadModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = FixedClock(0)
    member = member_of(log, model, clock)
    member.run_once()
    assert age() == 0
    with monkeypatch.context() as taken:
        for name, nothing in {"assignment": set(), "missing_positions": set(), "end_offsets": {}}.items():
            taken.setattr(MemoryConsumer, name, lambda _, nothing=nothing: nothing)
        clock.advance(seconds=600)
        for _ in range(MEASURE_EVERY):
            member.run_once()
        assert age() is None
    send(log, TOPIC, *(replace(event(n), at=600_000) for n in range(8)))
    assert measured(member) is None  # it has come back with a lag: that it lacked nothing once tells nothing
    assert (member.run_once(), measured(member)) == (4, 0)


def test_a_read_model_that_is_unavailable_grows_old(log: MemoryBus) -> None:
    clock = FixedClock(0)
    watched, noted = Watched(InMemory().sink), []
    member = Subscription(log, watched, [TOPIC], EVENT_FILTER, rng=random.Random(7), clock=clock)
    member.run_once()
    send(log, TOPIC, event(1))

    def before() -> None:
        noted.append(age())
        clock.advance(seconds=40)

    watched.before, watched.failures = before, [Unavailable("gone"), Unavailable("gone")]
    assert member.run_once() == 1
    assert noted == [0, 40, 80]
