"""Common to the bus on Kafka and its consumers: waiting times, partitions and errors translated into ours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from kafka import TopicPartition as KafkaPartition
from kafka.errors import KafkaError, LogTruncationError, OffsetOutOfRangeError

from shared.messaging.bus import BusUnavailable, OffsetLost, TopicPartition

RECONNECT_MS = 1_000  # a broker that comes back is found within a second, not within the client's half a minute
RETRY_WAIT = 0.1  # seconds between two questions to a broker that does not know the answer yet


def from_kafka(partition: KafkaPartition) -> TopicPartition:
    return TopicPartition(partition.topic, partition.partition)


@contextmanager
def translate_errors() -> Iterator[None]:
    """Turns errors of the Kafka client into OffsetLost or BusUnavailable."""
    try:
        yield
    except OffsetOutOfRangeError as error:
        raise _offset_lost(error.args[0]) from error
    except LogTruncationError as error:
        raise _offset_lost(error.divergent_offsets) from error
    except KafkaError as error:
        raise BusUnavailable(type(error).__name__) from error


def _offset_lost(offsets: Mapping[KafkaPartition, Any]) -> OffsetLost:
    partition, offset = next(iter(offsets.items()))
    return OffsetLost(from_kafka(partition), getattr(offset, "offset", offset))
