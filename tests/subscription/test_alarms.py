"""Metrics and alarms of a subscription at its very first poll, on a bus in memory that assigns partitions at once."""

from __future__ import annotations

import random
import threading
from collections.abc import Sequence

import pytest
from prometheus_client import REGISTRY

from shared.eventsourcing.event import Event
from shared.infrastructure.metrics import LAG, PARKED
from shared.messaging.batches import BatchProcessor
from shared.messaging.bus import BusUnavailable, Record, TopicPartition
from shared.messaging.bus_memory import MemoryBus, MemoryConsumer
from shared.messaging.sink import START, Batch, Checkpoint, TooManyParked, Unavailable
from shared.messaging.subscription import MEASURE_EVERY, BusLostData, Subscription
from tests.subscription.world import EVENT_FILTER, ReadModel, Watched, event, record, send

TOPIC = "thing.events.1"
PARTITION = TopicPartition(TOPIC, 0)


@pytest.fixture
def log() -> MemoryBus:
    bus = MemoryBus()
    bus.create(TOPIC, 1)
    return bus


def member_of(log: MemoryBus, model: ReadModel) -> Subscription:
    return Subscription(log, model.sink, [TOPIC], EVENT_FILTER, rng=random.Random(7))


def process(model: ReadModel, events: Sequence[Event], limit: int) -> None:
    records = [
        Record(r.topic_partition, r.key, r.value, r.headers, n)
        for n, r in enumerate(record(TOPIC, 0, each) for each in events)
    ]
    BatchProcessor(model.sink, EVENT_FILTER, pause=lambda seconds: None, limit=limit, rng=random.Random(7)).process(
        records
    )


def test_one_more_than_may_be_parked_stops_the_batch_and_nothing_of_it_is_committed(model: ReadModel) -> None:
    with pytest.raises(TooManyParked):
        process(model, [event(n, fork=n >= 4) for n in range(10)], limit=5)
    assert (model.versions(), model.sink.parked_count(), model.sink.checkpoints([PARTITION])[PARTITION]) == (
        {},
        0,
        START,
    )


def test_as_many_as_may_be_parked_are_parked_and_the_others_applied(model: ReadModel) -> None:
    process(model, [event(n, fork=n >= 5) for n in range(10)], limit=5)
    assert (len(model.versions()), model.sink.parked_count(), model.sink.checkpoints([PARTITION])[PARTITION]) == (
        5,
        5,
        Checkpoint(9, "e0009"),
    )


def test_the_first_poll_of_a_log_that_ends_before_our_checkpoint_is_an_alarm(log: MemoryBus, model: ReadModel) -> None:
    send(log, TOPIC, event(0))
    model.sink.apply(Batch((), {}, {PARTITION: Checkpoint(1, "e0001")}))
    with pytest.raises(BusLostData, match="ends before"):
        member_of(log, model).run_once()


def test_the_first_poll_of_a_log_with_another_record_at_our_checkpoint_is_an_alarm(
    log: MemoryBus, model: ReadModel
) -> None:
    send(log, TOPIC, event(0), event(1))
    model.sink.apply(Batch((), {}, {PARTITION: Checkpoint(1, "another")}))
    with pytest.raises(BusLostData, match="another record"):
        member_of(log, model).run_once()


def test_one_idle_poll_is_enough_to_read_again_for_a_read_model_that_was_restored(
    log: MemoryBus, model: ReadModel
) -> None:
    model.backup()
    send(log, TOPIC, event(0), event(1))
    member = member_of(log, model)
    assert [member.run_once(), member.run_once()] == [0, 2]
    model.restore()
    assert [member.run_once(), member.run_once()] == [0, 2]
    assert len(model.versions()) == 2


def reported() -> tuple[float | None, float | None]:
    """Lag and parked events as the metrics show them; None: not reported."""
    lag, parked = (
        REGISTRY.get_sample_value(name, {"subscription": "model"})
        for name in ("rollcall_lag_records", "rollcall_parked_events")
    )
    return lag, parked


def test_the_first_poll_of_an_empty_log_reports_no_lag_and_nothing_parked(log: MemoryBus, model: ReadModel) -> None:
    for gauge in (LAG, PARKED):
        gauge.clear()
    member_of(log, model).run_once()
    assert reported() == (0, 0)


def test_a_member_without_partitions_does_not_report_a_lag_of_0(
    log: MemoryBus, model: ReadModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(MemoryConsumer, "assignment", lambda member: set())
    monkeypatch.setattr(MemoryConsumer, "missing_positions", lambda member: set())
    monkeypatch.setattr(MemoryConsumer, "end_offsets", lambda member: {})
    member = member_of(log, model)
    LAG.labels("model").set(0)
    for _ in range(MEASURE_EVERY):
        member.run_once()
    assert reported() == (None, 0)


class OneWait(threading.Event):
    """Ends the run at its first wait, and records the metrics of that moment."""

    def wait(self, timeout: float | None = None) -> bool:
        self.noted = reported()
        self.set()
        return True


def test_while_the_bus_is_unavailable_no_lag_is_reported(
    log: MemoryBus, model: ReadModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unavailable(*_: object) -> list[Record]:
        raise BusUnavailable("NoBrokers")

    member, stop = member_of(log, model), OneWait()
    member.run_once()
    monkeypatch.setattr(MemoryConsumer, "poll", unavailable)
    member.run(stop)
    assert stop.noted == (None, 0)


def test_while_bus_and_read_model_are_unavailable_no_lag_is_reported(
    log: MemoryBus, model: ReadModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unavailable(*_: object) -> dict[TopicPartition, int]:
        raise BusUnavailable("NoBrokers")

    watched, noted = Watched(model.sink), []
    watched.before = lambda: noted.append(reported()[0])
    member = Subscription(log, watched, [TOPIC], EVENT_FILTER, rng=random.Random(7))
    member.run_once()
    send(log, TOPIC, event(1))
    watched.failures = [Unavailable("gone")]
    monkeypatch.setattr(MemoryConsumer, "end_offsets", unavailable)
    assert member.run_once() == 1
    assert noted == [0, None]
