"""Tests of Kafka alone: our settings, and how members share partitions."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from kafka import KafkaAdminClient
from kafka.admin import ConfigResource, ConfigResourceType
from kafka.record import util

from shared.messaging import bus_kafka_consumer
from shared.messaging.bus import BusUnavailable, TopicPartition
from shared.messaging.bus_kafka import KafkaBus
from shared.messaging.bus_kafka_consumer import KafkaMember
from tests.bus.engines import kafka_broker, read, record, seek_all_to_start, topic_name, until

pytestmark = pytest.mark.kafka


@pytest.fixture
def bus() -> Iterator[KafkaBus]:
    bus = KafkaBus([kafka_broker().address])
    yield bus
    bus.close()


def test_topics_keep_everything(bus: KafkaBus) -> None:
    topic = topic_name()
    bus.create(topic, 1)
    admin = KafkaAdminClient(bootstrap_servers=[kafka_broker().address])
    config = admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic)])["topic"][topic]
    admin.close()
    wanted = {
        "retention.ms": "-1",
        "retention.bytes": "-1",
        "cleanup.policy": "delete",
        "min.insync.replicas": "1",
        "unclean.leader.election.enable": "false",
    }
    assert {name: config[name]["value"] for name in wanted} == wanted


@contextmanager
def polling(members: Sequence[KafkaMember]) -> Iterator[None]:
    """Each member polls in its own thread, as in its own process: joining a group may take more than one poll."""
    enough = threading.Event()

    def poll(member: KafkaMember) -> None:
        while not enough.is_set():
            member.poll(1.0, 1)

    with ThreadPoolExecutor(len(members)) as pool:
        running = [pool.submit(poll, member) for member in members]
        try:
            yield
        finally:
            enough.set()
        for each in running:
            each.result()


def test_the_same_partition_of_all_topics_is_assigned_to_one_member(bus: KafkaBus) -> None:
    topics = [topic_name(), topic_name()]
    for topic in topics:
        bus.create(topic, 4)
    members = [bus.consumer(f"g-{topics[0]}", topics) for _ in range(2)]
    with polling(members):
        until(lambda: all(len(member.assignment()) == 4 for member in members), "an even share")
    for member in members:
        partitions = [{p.partition for p in member.assignment() if p.topic == topic} for topic in topics]
        assert partitions[0] == partitions[1]
    for member in members:
        member.close()


def test_partitions_that_come_back_after_a_rebalance_need_a_new_position(bus: KafkaBus) -> None:
    topic = topic_name()
    bus.create(topic, 2)
    bus.publish([record(topic, n % 2, n) for n in range(6)])
    first = bus.consumer(f"g-{topic}", [topic])
    read(first, 6)
    second = bus.consumer(f"g-{topic}", [topic])
    until(lambda: [second.poll(0.1, 1), first.poll(0.1, 100)] and second.assignment(), "a share for the second")
    second.close()
    until(
        lambda: first.poll(0.1, 100) == [] and len(first.assignment()) == 2 and first.missing_positions(),
        "everything back at the first",
    )
    assert len(read(first, 3 * len(first.missing_positions()))) == 6
    first.close()


def test_a_revoked_partition_is_not_given_a_position(bus: KafkaBus) -> None:
    topic = topic_name()
    bus.create(topic, 1)
    member = bus.consumer(f"g-{topic}", [topic])
    seek_all_to_start(member)
    member.seek(TopicPartition(topic, 7), 0)
    assert member.assignment() == {TopicPartition(topic, 0)}
    member.close()


def test_partitions_may_be_revoked_while_a_member_only_sends_heartbeats(
    bus: KafkaBus, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Revokes partitions in the middle of a call, as the client's own thread does."""
    topic = topic_name()
    bus.create(topic, 2)
    member = bus.consumer(f"g-{topic}", [topic])
    seek_all_to_start(member)
    with monkeypatch.context() as rebalance:
        rebalance.setattr(
            member._consumer, "poll", lambda **_: member._consumer._subscription.assign_from_subscribed([])
        )
        assert member.poll(0, 0) == []
    assert member.assignment() == set()
    member.close()


def test_a_partition_that_is_sought_while_it_is_revoked_needs_a_new_position_when_it_comes_back(bus: KafkaBus) -> None:
    topic = topic_name()
    bus.create(topic, 2)
    member = bus.consumer(f"g-{topic}", [topic])
    seek_all_to_start(member)
    both = member._consumer.assignment()
    member._positions.on_partitions_revoked(both)
    member.seek(TopicPartition(topic, 0), 0)
    for assigned in ([], both):
        member._consumer._subscription.assign_from_subscribed(assigned)
        member._positions.on_partitions_assigned(assigned)
    assert member.missing_positions() == {TopicPartition(topic, 0), TopicPartition(topic, 1)}
    member.close()


def test_end_offsets_cover_all_topics_after_a_read_of_one(bus: KafkaBus) -> None:
    """The client omits partitions whose leader it does not know, if it knows that of others."""
    topics = [topic_name(), topic_name()]
    for topic in topics:
        bus.create(topic, 2)
    bus.publish([record(topics[0], 0, 1)])
    member = bus.consumer(f"g-{topics[0]}", topics)
    seek_all_to_start(member)
    assert member.read_at(TopicPartition(topics[0], 0), 0)
    assert member.end_offsets() == {
        TopicPartition(topics[0], 0): 1,
        TopicPartition(topics[0], 1): 0,
        TopicPartition(topics[1], 0): 0,
        TopicPartition(topics[1], 1): 0,
    }
    member.close()


def test_an_offset_that_no_broker_gives_in_time_means_that_the_bus_is_unavailable(
    bus: KafkaBus, monkeypatch: pytest.MonkeyPatch
) -> None:
    topic = topic_name()
    bus.create(topic, 1)
    member = bus.consumer(f"g-{topic}", [topic])
    seek_all_to_start(member)

    async def nothing(*_: object) -> dict[object, object]:
        return {}

    monkeypatch.setattr(bus_kafka_consumer, "READ_SECONDS", 0.3)
    monkeypatch.setattr(member._reader._fetcher, "_fetch_offsets_by_times_async", nothing)
    for ask in (member.end_offsets, lambda: member.read_at(TopicPartition(topic, 0), 0)):
        with pytest.raises(BusUnavailable, match="no broker gave an offset"):
            ask()
    member.close()


def test_checksums_are_computed_by_the_fast_library() -> None:
    assert util.crc32c_c is not None, "install crc32c: without it reading takes four times as long"
