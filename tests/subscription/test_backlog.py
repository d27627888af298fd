"""The size of batches: small while a read model is up to date, large while there is a backlog."""

from __future__ import annotations

import random

import pytest

from shared.messaging.bus_memory import MemoryBus
from shared.messaging.sink import TooManyParked
from shared.messaging.subscription import BACKLOG, Subscription
from tests.subscription.world import EVENT_FILTER, ReadModel, Watched, event, send

TOPIC = "thing.events.1"


@pytest.fixture
def log() -> MemoryBus:
    bus = MemoryBus()
    bus.create(TOPIC, 1)
    return bus


def member_of(log: MemoryBus, sink: Watched, *, batch: int, limit: int = 20) -> Subscription:
    return Subscription(log, sink, [TOPIC], EVENT_FILTER, batch=batch, limit=limit, rng=random.Random(7))


def sizes(log: MemoryBus, model: ReadModel, batch: int, count: int) -> list[int]:
    """The sizes of the batches in which so many waiting events are applied, one at a time afterwards."""
    sink = Watched(model.sink)
    member = member_of(log, sink, batch=batch)
    while not member.run_once() or sum(len(each.events) for each in sink.batches) < count:
        pass
    return [len(each.events) for each in sink.batches]


def test_batches_grow_with_a_backlog_up_to_a_limit(log: MemoryBus, model: ReadModel) -> None:
    send(log, TOPIC, *(event(n) for n in range(100)))
    assert sizes(log, model, batch=3, count=100) == [3, 6, 12, 24, 24, 24, 7]
    assert BACKLOG * 3 == 24
    assert len(model.versions()) == 100


def test_batches_are_small_again_after_a_backlog(log: MemoryBus, model: ReadModel) -> None:
    sink = Watched(model.sink)
    member = member_of(log, sink, batch=2)
    send(log, TOPIC, *(event(n) for n in range(7)))
    while sum(len(each.events) for each in sink.batches) < 7:
        member.run_once()
    send(log, TOPIC, *(event(n) for n in range(7, 12)))
    while sum(len(each.events) for each in sink.batches) < 12:
        member.run_once()
    assert [len(each.events) for each in sink.batches] == [2, 4, 1, 2, 3]


def test_a_large_batch_may_park_as_many_as_the_small_ones_together(log: MemoryBus, model: ReadModel) -> None:
    """Otherwise a rebuild would stop at what the live projector had parked one by one."""
    send(log, TOPIC, *(event(n, fork=n % 4 == 3) for n in range(28)))
    member = member_of(log, Watched(model.sink), batch=4, limit=1)
    refused = False
    while not refused and len(model.versions()) < 21:
        try:
            member.run_once()
        except TooManyParked:
            refused = True
    assert not refused and model.sink.parked_count() == 7


def test_one_more_in_a_large_batch_is_bad_code(log: MemoryBus, model: ReadModel) -> None:
    send(log, TOPIC, *(event(n, fork=9 <= n < 12) for n in range(12)))
    member = member_of(log, Watched(model.sink), batch=4, limit=1)
    with pytest.raises(TooManyParked):
        for _ in range(4):
            member.run_once()
    assert len(model.versions()) == 4
