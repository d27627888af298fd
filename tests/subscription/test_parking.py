"""Events that cannot be applied: parked alone and replayed later; if there are too many, nothing is committed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from shared.eventsourcing.event import Event
from shared.messaging.batches import BatchProcessor
from shared.messaging.bus import Bus, Record, TopicPartition
from shared.messaging.sink import START, Checkpoint, TooManyParked
from tests.bus.engines import until
from tests.subscription.conftest import Subscribe
from tests.subscription.world import EVENT_FILTER, ReadModel, Watched, apply_all, event, no_failure, reasons, send


def fails_on(*numbers: int) -> Any:
    def failure(events: Sequence[Event]) -> None:
        if bad := [e.id for e in events if int(e.id[1:]) in numbers]:
            raise ValueError(f"cannot measure {bad}")

    return failure


def test_one_event_that_cannot_be_applied_is_parked_alone(
    bus: Bus, topic: str, model: ReadModel, subscribe: Subscribe
) -> None:
    send(bus, topic, *(event(n) for n in range(10)))
    model.failure = fails_on(6)
    apply_all(subscribe(), model, topic, 10, 0)
    assert model.versions().keys() == {f"thing-000.{n}" for n in range(10) if n != 6}
    assert reasons(model) == {"e0006@2026-11-23": "ValueError: cannot measure ['e0006']"}


def test_rejected_events_and_undecodable_records_are_parked_and_the_rest_applied(
    bus: Bus, topic: str, model: ReadModel, subscribe: Subscribe
) -> None:
    send(bus, topic, event(0), event(1, fork=True), event(2, type="thing.shouted"), event(3, schema=2), event(4))
    assert all(
        bus.publish(
            [Record(TopicPartition(topic, 0), "k", b"\xff\x00 no event"), Record(TopicPartition(topic, 0), "k", b"[1]")]
        )
    )
    watched = Watched(model.sink)
    apply_all(subscribe(sink=watched), model, topic, 7, 0)
    assert model.versions().keys() == {"thing-000.0", "thing-000.4"}
    found = reasons(model)
    assert found.keys() == {"e0001@2026-11-23", "e0002@2026-11-23", "e0003@2026-11-23", f"{topic}/0/5", f"{topic}/0/6"}
    assert found["e0001@2026-11-23"] == "fork"
    assert "thing.shouted" in found["e0002@2026-11-23"]
    assert "not an event" in found[f"{topic}/0/5"]
    assert len(watched.batches) <= 7


def test_a_type_is_ignored_only_because_it_is_listed(
    bus: Bus, topic: str, model: ReadModel, subscribe: Subscribe
) -> None:
    send(bus, topic, event(0, type="thing.whispered"), event(1))
    apply_all(subscribe(), model, topic, 2, 0)
    assert model.versions().keys() == {"thing-000.1"}
    assert reasons(model) == {}


def test_a_parked_event_that_comes_again_is_parked_once(
    bus: Bus, topic: str, model: ReadModel, subscribe: Subscribe
) -> None:
    send(bus, topic, *[event(0, fork=True)] * 3)
    apply_all(subscribe(), model, topic, 3, 0)
    assert len(model.sink.parked()) == model.sink.parked_count() == 1


def test_many_events_that_cannot_be_applied_are_bad_code_and_nothing_is_committed(
    bus: Bus, topic: str, model: ReadModel, subscribe: Subscribe
) -> None:
    send(bus, topic, *(event(n, fork=n >= 4) for n in range(10)))
    member = subscribe(limit=5)
    with pytest.raises(TooManyParked):
        until(lambda: member.run_once(0.1) and False, "the alarm")
    assert (
        model.versions(),
        reasons(model),
        model.sink.checkpoints([TopicPartition(topic, 0)])[TopicPartition(topic, 0)],
    ) == ({}, {}, START)


def test_a_projector_that_always_fails_stops_after_the_limit(
    bus: Bus, topic: str, model: ReadModel, subscribe: Subscribe
) -> None:
    send(bus, topic, *(event(n) for n in range(40)))
    model.failure = fails_on(*range(40))
    member = subscribe(limit=3)
    with pytest.raises(TooManyParked):
        until(lambda: member.run_once(0.1) and False, "the alarm")
    assert len(reasons(model)) <= 3


def test_parked_events_are_replayed_when_the_code_is_fixed(
    bus: Bus, topic: str, model: ReadModel, subscribe: Subscribe
) -> None:
    send(bus, topic, *(event(n, fork=n == 3) for n in range(5)))
    model.failure = fails_on(1)
    member = subscribe()
    apply_all(member, model, topic, 5, 0)
    assert member.replay() == (0, 2)
    model.failure = no_failure
    assert member.replay() == (1, 1)
    assert model.versions().keys() == {f"thing-000.{n}" for n in (0, 1, 2, 4)}
    assert reasons(model) == {"e0003@2026-11-23": "fork"}
    assert model.sink.checkpoints([TopicPartition(topic, 0)])[TopicPartition(topic, 0)] == Checkpoint(4, "e0004")


def test_a_parked_event_that_is_in_no_store_can_be_dropped(
    bus: Bus, topic: str, model: ReadModel, subscribe: Subscribe
) -> None:
    send(bus, topic, *(event(n, fork=n in (1, 2)) for n in range(5)))
    apply_all(subscribe(), model, topic, 5, 0)
    processor = BatchProcessor(model.sink, EVENT_FILTER, pause=lambda seconds: None)
    assert processor.drop(["e0001@2026-11-23", "e0003@2026-11-23"]) == ["e0001@2026-11-23"]
    assert reasons(model).keys() == {"e0002@2026-11-23"}
    assert model.versions().keys() == {"thing-000.0", "thing-000.3", "thing-000.4"}
