"""A subscription notices that its bus has lost data: an end before its checkpoint, another record there, no topic."""

from __future__ import annotations

import pytest

from shared.messaging.bus import Bus, TopicPartition, UnknownPartition
from shared.messaging.bus_memory import MemoryBus
from shared.messaging.bus_mongo import MongoBus
from shared.messaging.sink import Batch, Checkpoint
from shared.messaging.subscription import MEASURE_EVERY, BusLostData, Subscription
from tests.bus.engines import until
from tests.subscription.conftest import Subscribe
from tests.subscription.world import EVENT_FILTER, ReadModel, apply_all, event, send


def test_a_bus_that_ends_before_our_checkpoint_has_lost_data(
    bus: Bus, topic: str, model: ReadModel, subscribe: Subscribe
) -> None:
    send(bus, topic, event(0))
    model.sink.apply(Batch((), {}, {TopicPartition(topic, 0): Checkpoint(5, "e0005")}))
    member = subscribe()
    with pytest.raises(BusLostData, match="BUS_GENERATION"):
        until(lambda: member.run_once(0.1) and False, "the alarm")


def test_a_bus_that_holds_another_record_at_our_checkpoint_has_lost_data(
    bus: Bus, topic: str, model: ReadModel, subscribe: Subscribe
) -> None:
    send(bus, topic, event(0), event(1))
    model.sink.apply(Batch((), {}, {TopicPartition(topic, 0): Checkpoint(1, "another")}))
    member = subscribe()
    with pytest.raises(BusLostData, match="another record"):
        until(lambda: member.run_once(0.1) and False, "the alarm")
    assert model.versions() == {}


def test_a_topic_that_disappears_while_a_member_reads_is_lost_data_too(
    bus: Bus, topic: str, model: ReadModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bus may revoke the partitions before the member asks for their end offsets again, as Kafka does."""
    send(bus, topic, event(1))
    member = Subscription(bus, model.sink, [topic], EVENT_FILTER)
    until(lambda: member.run_once(0.2), "the event is applied")
    monkeypatch.setattr(bus, "exists", lambda name: False)
    monkeypatch.setattr(member._member, "assignment", set)
    with pytest.raises(BusLostData, match="the topic does not exist any more"):
        for _ in range(MEASURE_EVERY):
            member.run_once()
    member.close()


def test_a_missing_topic_is_lost_data_for_a_read_model_with_a_checkpoint_in_it(
    bus: Bus, topic: str, model: ReadModel
) -> None:
    gone = f"{topic}.gone"
    member = Subscription(bus, model.sink, [gone], EVENT_FILTER)
    with pytest.raises(UnknownPartition):
        member.run_once()
    model.sink.apply(Batch((), {}, {TopicPartition(gone, 1): Checkpoint(5, "e0005")}))
    with pytest.raises(BusLostData, match="the topic does not exist any more"):
        member.run_once()


def test_a_running_member_notices_without_new_records_that_the_bus_has_lost_its_tail(
    request: pytest.FixtureRequest, bus: Bus, topic: str, model: ReadModel, subscribe: Subscribe
) -> None:
    send(bus, topic, event(0))
    send(bus, topic, event(1))
    member = subscribe()
    apply_all(member, model, topic, 2, 0)
    if isinstance(bus, MemoryBus):
        bus.truncate(TopicPartition(topic, 0), 1)
    elif isinstance(bus, MongoBus):
        request.getfixturevalue("mongo_db")["chunks"].delete_one({"topic": topic, "first": 1})
    else:
        pytest.skip("a single Kafka node offers no way to lose a tail")
    with pytest.raises(BusLostData):
        until(lambda: member.run_once(0.1) and False, "the alarm")
