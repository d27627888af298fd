"""What a subscription notices at its very first look, on a bus in memory that gives its places at once."""
from __future__ import annotations

import random
from collections.abc import Sequence

import pytest

from shared.bus import Place, Record
from shared.bus_memory import MemoryBus
from shared.event import Event
from shared.lessons import Lessons
from shared.sink import START, Checkpoint, Lesson, TooManyParked
from shared.subscription import BusLostData, Subscription
from tests.subscription.world import SYLLABUS, ReadModel, event, record, send

TOPIC = "thing.events.1"
PLACE = Place(TOPIC, 0)


@pytest.fixture
def log() -> MemoryBus:
    bus = MemoryBus()
    bus.create(TOPIC, 1)
    return bus


def member_of(log: MemoryBus, model: ReadModel) -> Subscription:
    return Subscription(log, model.sink, [TOPIC], SYLLABUS, rng=random.Random(7))


def teach(model: ReadModel, events: Sequence[Event], limit: int) -> None:
    records = [Record(r.place, r.key, r.value, r.headers, n) for n, r in enumerate(record(TOPIC, 0, each) for each in events)]
    Lessons(model.sink, SYLLABUS, pause=lambda seconds: None, limit=limit, rng=random.Random(7)).teach(records)


def test_one_more_than_may_be_parked_stops_the_batch_and_nothing_of_it_is_committed(model: ReadModel) -> None:
    with pytest.raises(TooManyParked):
        teach(model, [event(n, fork=n >= 4) for n in range(10)], limit=5)
    assert (model.known(), model.sink.parked_count(), model.sink.checkpoints([PLACE])[PLACE]) == ({}, 0, START)


def test_as_many_as_may_be_parked_are_parked_and_the_others_learned(model: ReadModel) -> None:
    teach(model, [event(n, fork=n >= 5) for n in range(10)], limit=5)
    assert (len(model.known()), model.sink.parked_count(), model.sink.checkpoints([PLACE])[PLACE]) == (5, 5, Checkpoint(9, "e0009"))


def test_the_first_look_at_a_log_that_ends_before_our_checkpoint_is_an_alarm(log: MemoryBus, model: ReadModel) -> None:
    send(log, TOPIC, event(0))
    model.sink.learn(Lesson((), {}, {PLACE: Checkpoint(1, "e0001")}))
    with pytest.raises(BusLostData, match="ends before"):
        member_of(log, model).run_once()


def test_the_first_look_at_a_log_with_another_record_at_our_checkpoint_is_an_alarm(log: MemoryBus, model: ReadModel) -> None:
    send(log, TOPIC, event(0), event(1))
    model.sink.learn(Lesson((), {}, {PLACE: Checkpoint(1, "another")}))
    with pytest.raises(BusLostData, match="another record"):
        member_of(log, model).run_once()


def test_one_idle_look_is_enough_to_read_again_for_a_read_model_that_was_restored(log: MemoryBus, model: ReadModel) -> None:
    model.backup()
    send(log, TOPIC, event(0), event(1))
    member = member_of(log, model)
    assert [member.run_once(), member.run_once()] == [0, 2]
    model.restore()
    assert [member.run_once(), member.run_once()] == [0, 2]
    assert len(model.known()) == 2
