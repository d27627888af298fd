"""The contract of every bus, run on memory, the document store and Apache Kafka."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from shared.eventsourcing.event import MAX_RECORD_BYTES
from shared.messaging.bus import Bus, Consumer, OffsetLost, TopicPartition, UnknownPartition
from tests.bus.engines import Engine, assigned, read, record, seek_all_to_start, topic_name, until


def test_records_of_a_partition_arrive_in_the_order_in_which_they_were_published(
    bus: Bus, topic: str, consumer: Consumer
) -> None:
    for first in range(0, 30, 10):
        assert all(bus.publish([record(topic, n % 2, n) for n in range(first, first + 10)]))
    found = read(consumer, 30)
    for partition in (0, 1):
        assert [r.headers["id"] for r in found if r.topic_partition.partition == partition] == [
            f"e{n}" for n in range(30) if n % 2 == partition
        ]


def test_offsets_are_dense_from_zero(bus: Bus, topic: str, consumer: Consumer) -> None:
    for size in (1, 7, 2):
        bus.publish([record(topic, 0, n) for n in range(size)])
    assert [r.offset for r in read(consumer, 10)] == list(range(10))


def test_a_record_comes_back_as_it_was_published(bus: Bus, topic: str, consumer: Consumer) -> None:
    sent = record(topic, 1, 7, "欧阳·\U00020bb7 \x00".encode() + bytes(range(256)))
    bus.publish([sent])
    found = read(consumer, 1)[0]
    assert (found.topic_partition, found.key, found.value, dict(found.headers), found.offset) == (
        sent.topic_partition,
        sent.key,
        sent.value,
        dict(sent.headers),
        0,
    )


def test_a_partition_without_a_position_is_not_read(bus: Bus, topic: str, consumer: Consumer) -> None:
    bus.publish([record(topic, n % 2, n) for n in range(10)])
    assert len(assigned(consumer)) == 2
    consumer.seek(TopicPartition(topic, 1), 0)
    found = []
    until(lambda: found.extend(consumer.poll(0.2, 100)) or len(found) >= 5, "five records")
    assert consumer.poll(0.2, 100) == []
    assert {r.topic_partition.partition for r in found} == {1}
    assert consumer.missing_positions() == {TopicPartition(topic, 0)}


@pytest.mark.parametrize("start", [0, 1, 4, 9])
def test_seeking_reads_from_there_again_and_again(bus: Bus, topic: str, consumer: Consumer, start: int) -> None:
    bus.publish([record(topic, 0, n) for n in range(5)])
    bus.publish([record(topic, 0, n) for n in range(5, 10)])
    seek_all_to_start(consumer)
    for _ in range(2):
        consumer.seek(TopicPartition(topic, 0), start)
        found = []
        until(lambda: found.extend(consumer.poll(0.2, 100)) or len(found) >= 10 - start, "the rest")  # noqa: B023
        assert [r.offset for r in found] == list(range(start, 10))


def test_a_consumer_at_the_end_reads_what_comes_later(bus: Bus, topic: str, consumer: Consumer) -> None:
    bus.publish([record(topic, 0, n) for n in range(3)])
    seek_all_to_start(consumer)
    consumer.seek(TopicPartition(topic, 0), 3)
    assert consumer.poll(0.2, 100) == []
    bus.publish([record(topic, 0, 3)])
    assert [r.offset for r in until(lambda: consumer.poll(0.2, 100), "the new record")] == [3]


def test_a_poll_gives_at_most_what_was_asked_for_and_the_rest_later(bus: Bus, topic: str, consumer: Consumer) -> None:
    bus.publish([record(topic, 0, n) for n in range(10)])
    seek_all_to_start(consumer)
    batches: list[Any] = []
    until(lambda: batches.append(consumer.poll(0.2, 4)) or sum(map(len, batches)) >= 10, "ten records")
    assert max(map(len, batches)) == 4
    assert [r.offset for batch in batches for r in batch] == list(range(10))


def test_a_busy_partition_does_not_starve_the_other(bus: Bus, topic: str, consumer: Consumer) -> None:
    bus.publish([record(topic, 0, n) for n in range(40)] + [record(topic, 1, n) for n in range(5)])
    found = read(consumer, 45, limit=10)
    assert sum(r.topic_partition.partition for r in found) == 5


def test_one_record_can_be_read_without_moving_the_position(bus: Bus, topic: str, consumer: Consumer) -> None:
    bus.publish([record(topic, 0, n) for n in range(5)])
    seek_all_to_start(consumer)
    consumer.seek(TopicPartition(topic, 0), 2)
    looked = consumer.read_at(TopicPartition(topic, 0), 4)
    assert looked is not None and looked.headers["id"] == "e4" and looked.offset == 4
    assert consumer.read_at(TopicPartition(topic, 0), 5) is None
    assert consumer.read_at(TopicPartition(topic, 1), 0) is None
    assert [r.offset for r in until(lambda: consumer.poll(0.2, 100), "records")] == [2, 3, 4]


def test_end_offsets_are_the_next_free_offsets(bus: Bus, topic: str, consumer: Consumer) -> None:
    seek_all_to_start(consumer)
    assert consumer.end_offsets() == {TopicPartition(topic, 0): 0, TopicPartition(topic, 1): 0}
    bus.publish([record(topic, 1, n) for n in range(3)])
    assert consumer.end_offsets() == {TopicPartition(topic, 0): 0, TopicPartition(topic, 1): 3}


def test_a_record_that_is_too_large_fails_alone(bus: Bus, topic: str, consumer: Consumer) -> None:
    records = [record(topic, 0, 0), record(topic, 0, 1, b"x" * (MAX_RECORD_BYTES + 1)), record(topic, 0, 2)]
    assert bus.publish(records) == [True, False, True]
    assert [r.headers["id"] for r in read(consumer, 2)] == ["e0", "e2"]


def test_records_up_to_the_limit_pass_also_many_at_once(bus: Bus, topic: str, consumer: Consumer) -> None:
    values = [bytes([n]) * MAX_RECORD_BYTES for n in range(12)]
    assert all(bus.publish([record(topic, 0, n, value) for n, value in enumerate(values)]))
    assert [r.value == values[r.offset] for r in read(consumer, 12)] == [True] * 12


@pytest.mark.parametrize("partition", [2, -1])
def test_publishing_to_an_unknown_partition_is_an_error_and_nothing_is_sent(
    bus: Bus, topic: str, consumer: Consumer, partition: int
) -> None:
    for unknown in (record(topic_name(), 0, 1), record(topic, partition, 1)):
        with pytest.raises(UnknownPartition):
            bus.publish([record(topic, 0, 0), unknown])
    seek_all_to_start(consumer)
    assert set(consumer.end_offsets().values()) == {0}


def test_reading_an_unknown_topic_is_an_error(bus: Bus) -> None:
    with pytest.raises(UnknownPartition):
        bus.consumer("g", [topic_name()])


def test_a_topic_is_created_once_and_keeps_its_number_of_partitions(bus: Bus, topic: str) -> None:
    bus.create(topic, 2)
    assert bus.partitions(topic) == 2
    assert bus.partitions(topic_name()) == 0
    with pytest.raises(ValueError, match="2 partitions, not 3"):
        bus.create(topic, 3)


def test_two_consumers_together_read_everything(bus: Bus, topic: str) -> None:
    bus.publish([record(topic, n % 2, n) for n in range(20)])
    members = [bus.consumer(f"group-{topic}", [topic]) for _ in range(2)]
    found: set[str] = set()

    def all_read() -> bool:
        for member in members:
            found.update(r.headers["id"] for r in member.poll(0.2, 100))
            for partition in member.missing_positions():
                member.seek(partition, 0)
        return len(found) == 20

    until(all_read, "everything read by the two")
    assert {partition for member in members for partition in member.assignment()} == {
        TopicPartition(topic, 0),
        TopicPartition(topic, 1),
    }
    for member in members:
        member.close()


def test_concurrent_publishers_leave_no_hole_and_no_duplicate(
    engine: Engine, bus: Bus, topic: str, consumer: Consumer
) -> None:
    def publish(writer: int) -> None:
        mine = engine.open()
        for n in range(20):
            assert all(
                mine.publish([record(topic, 0, writer * 1000 + n * 2), record(topic, 0, writer * 1000 + n * 2 + 1)])
            )

    threads = [threading.Thread(target=publish, args=(writer,)) for writer in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = read(consumer, 160)
    assert [r.offset for r in found] == list(range(160))
    numbers = [int(r.headers["id"][1:]) for r in found]
    for writer in range(4):
        assert [n for n in numbers if n // 1000 == writer] == [writer * 1000 + n for n in range(40)]


def test_a_position_beyond_the_end_is_lost_data_and_not_a_reset(bus: Bus, topic: str, consumer: Consumer) -> None:
    bus.publish([record(topic, 0, n) for n in range(3)])
    seek_all_to_start(consumer)
    consumer.seek(TopicPartition(topic, 0), 4)

    def lost() -> OffsetLost | None:
        try:
            assert consumer.poll(0.2, 100) == []
        except OffsetLost as error:
            return error
        return None

    error = until(lost, "the loss")
    assert (error.topic_partition, error.offset) == (TopicPartition(topic, 0), 4)


def test_a_poll_for_nothing_keeps_the_membership_and_the_positions(bus: Bus, topic: str, consumer: Consumer) -> None:
    seek_all_to_start(consumer)
    bus.publish([record(topic, 0, n) for n in range(3)])
    assert [consumer.poll(0.1, 0) for _ in range(5)] == [[]] * 5
    assert len(consumer.assignment()) == 2
    assert [r.offset for r in until(lambda: consumer.poll(0.2, 100), "records")] == [0, 1, 2]
