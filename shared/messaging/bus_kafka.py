"""Bus on Apache Kafka, for many machines. Its defaults lose or double events for us, so positions and topics are ours.

Kafka's group only shares places out among members; where to read stands in the read models. Nothing is ever reset: an offset
that a broker does not hold is lost data.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from time import sleep
from timeit import default_timer
from typing import Any

from kafka import ConsumerRebalanceListener, KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.coordinator.assignors.range import RangePartitionAssignor
from kafka.errors import (
    KafkaError,
    KafkaTimeoutError,
    LogTruncationError,
    OffsetOutOfRangeError,
    TopicAlreadyExistsError,
)

from shared.eventsourcing.event import MAX_RECORD_BYTES
from shared.messaging.bus import BusUnavailable, OffsetLost, Place, Record, UnknownPlace

DELIVERY_MS, REQUEST_MS = 20_000, 10_000
RECONNECT_MS = 1_000  # a broker that comes back is found within a second, not within the client's half a minute
SESSION_MS, HEARTBEAT_MS, MAX_POLL_MS = 10_000, 3_000, 300_000
METADATA_MS = 5_000  # how soon a member hears of what it missed
SLICE = 0.2  # seconds: how soon a poll sees that it was assigned new places
READ_SECONDS = 10.0  # patience for one record that must be there, or for an offset
ASK_AGAIN = 0.1  # seconds
FOR_EVER = {
    "retention.ms": "-1",
    "retention.bytes": "-1",
    "cleanup.policy": "delete",
    "unclean.leader.election.enable": "false",
}
log = logging.getLogger("bus")


@contextmanager
def _away() -> Iterator[None]:
    try:
        yield
    except OffsetOutOfRangeError as error:
        raise _lost(error.args[0]) from error
    except LogTruncationError as error:
        raise _lost(error.divergent_offsets) from error
    except KafkaError as error:
        raise BusUnavailable(type(error).__name__) from error


def _lost(offsets: Mapping[TopicPartition, Any]) -> OffsetLost:
    partition, offset = next(iter(offsets.items()))
    return OffsetLost(_place(partition), getattr(offset, "offset", offset))


def _asked(
    offsets: Callable[[list[TopicPartition]], dict[TopicPartition, int]], partitions: list[TopicPartition]
) -> dict[TopicPartition, int]:
    """The client leaves out partitions of which it does not know the leader, stumbles over them, and begins to look for it: so ask again.

    Raises BusUnavailable.
    """
    deadline = default_timer() + READ_SECONDS
    while True:
        try:
            with _away():
                return offsets(partitions)
        except KeyError as error:
            if default_timer() > deadline:
                raise BusUnavailable("no broker gave an offset") from error
            sleep(ASK_AGAIN)


def _place(partition: TopicPartition) -> Place:
    return Place(partition.topic, partition.partition)


def _record(found: Any) -> Record:
    headers = {name: value.decode(errors="replace") for name, value in found.headers}
    return Record(
        Place(found.topic, found.partition),
        (found.key or b"").decode(errors="replace"),
        found.value or b"",
        headers,
        found.offset,
    )


class KafkaBus:
    """servers: "host:port" of some brokers. Connections are made when they are first needed."""

    def __init__(self, servers: Sequence[str]) -> None:
        self._servers = [server.strip() for server in servers]
        self._admin: KafkaAdminClient | None = None
        self._producer: KafkaProducer | None = None
        self._sizes: dict[str, int] = {}

    def create(self, topic: str, partitions: int) -> None:
        with _away():
            admin = self._connected()
            safe = len(admin.describe_cluster()["brokers"]) >= 3  # those that are away for a moment are counted too
            config = FOR_EVER | {"min.insync.replicas": "2" if safe else "1"}
            try:
                admin.create_topics(
                    {topic: {"num_partitions": partitions, "replication_factor": 3 if safe else 1, "configs": config}},
                    wait_for_metadata=True,
                )
            except TopicAlreadyExistsError:
                log.info("topic is there", extra={"topic": topic})
        if (size := self._size_once_known(topic)) != partitions:
            raise ValueError(f"{topic} has {size} partitions, not {partitions}: that is for a new generation")

    def _size_once_known(self, topic: str) -> int:
        """Of a topic that is there; the broker that is asked may hear of it a moment after the one that made it. Raises BusUnavailable."""
        deadline = default_timer() + REQUEST_MS / 1000
        while not (size := self.partitions(topic)):
            if default_timer() > deadline:
                raise BusUnavailable(f"{topic} is not known everywhere yet")
            sleep(ASK_AGAIN)
        return size

    def _connected(self) -> KafkaAdminClient:
        if self._admin is None:
            self._admin = KafkaAdminClient(
                bootstrap_servers=self._servers, request_timeout_ms=REQUEST_MS, reconnect_backoff_max_ms=RECONNECT_MS
            )
        return self._admin

    def partitions(self, topic: str) -> int:
        return self._sizes.get(topic) or self._partitions_now(topic)

    def exists(self, topic: str) -> bool:
        return bool(self._partitions_now(topic))

    def _partitions_now(self, topic: str) -> int:
        with _away():
            found = self._connected().describe_topics([topic])
        self._sizes[topic] = len(found[0]["partitions"]) if found and not found[0]["error_code"] else 0
        return self._sizes[topic]

    def publish(self, records: Sequence[Record]) -> list[bool]:
        for record in records:
            if record.place.partition not in range(self.partitions(record.place.topic)):
                raise UnknownPlace(record.place)
        with _away():
            producer = self._producing()
            sent = [self._send(producer, record) for record in records]
        deadline = default_timer() + DELIVERY_MS / 1000 + 5
        acknowledged = [self._acknowledged(future, deadline - default_timer()) for future in sent]
        if any(future and not arrived for future, arrived in zip(sent, acknowledged, strict=True)):
            self._drop_producer()  # an idempotent producer that gave up a batch never sends to that partition again
        return acknowledged

    def _producing(self) -> KafkaProducer:
        if self._producer is None:
            self._producer = KafkaProducer(
                bootstrap_servers=self._servers,
                acks="all",
                enable_idempotence=True,
                linger_ms=5,
                batch_size=256 * 1024,
                allow_auto_create_topics=False,
                delivery_timeout_ms=DELIVERY_MS,
                request_timeout_ms=REQUEST_MS,
                max_block_ms=REQUEST_MS,
                reconnect_backoff_max_ms=RECONNECT_MS,
            )
        return self._producer

    def _send(self, producer: KafkaProducer, record: Record) -> Any:
        """A future, None for what cannot be sent at all."""
        if len(record.value) > MAX_RECORD_BYTES:
            return None
        headers = [(name, value.encode()) for name, value in record.headers.items()]
        return producer.send(record.place.topic, record.value, record.key.encode(), headers, record.place.partition)

    def _acknowledged(self, future: Any, patience: float) -> bool:
        if future is None:
            return False
        try:
            future.get(timeout=max(0.0, patience))
        except KafkaError as error:
            log.warning("record not acknowledged", extra={"cause": type(error).__name__})
            return False
        return True

    def _drop_producer(self) -> None:
        """With all that it still holds: its own `close` would wait for that first, and then leave its thread behind."""
        producer, self._producer = self._producer, None
        if producer is None:
            return
        producer._sender.force_close()
        producer._sender.join(REQUEST_MS / 1000)
        try:
            producer.close(timeout=0)
        except KafkaError as error:
            log.warning("producer not closed in good order", extra={"cause": type(error).__name__})

    def consumer(self, group: str, topics: Sequence[str]) -> KafkaMember:
        for topic in topics:
            if not self.exists(topic):  # who comes back to a topic that is gone must hear of it
                raise UnknownPlace(topic)
        with _away():
            return KafkaMember(self._servers, group, topics)

    def close(self) -> None:
        self._drop_producer()  # `publish` has waited for everything
        if self._admin:
            self._admin.close()
        self._admin = None


class _Sought(ConsumerRebalanceListener):  # type: ignore[misc]
    """The places of a member that have a position; one that comes to it waits, at no particular position, until it is sought.

    Places come and go on the client's own thread, whatever the member does at that moment.
    """

    def __init__(self, consumer: KafkaConsumer) -> None:
        self._consumer, self._lock = consumer, threading.Lock()
        self._sought: set[TopicPartition] = set()

    def on_partitions_revoked(self, revoked: Sequence[TopicPartition]) -> None:
        with self._lock:
            self._sought.difference_update(revoked)

    def on_partitions_assigned(self, assigned: Sequence[TopicPartition]) -> None:
        """assigned: all that the member has now."""
        with self._lock:
            self._sought.intersection_update(assigned)  # one may have been sought after it was revoked
            for partition in set(assigned) - self._sought:
                self._consumer.seek(
                    partition, 0
                )  # without a position the client would ask for a committed one, and then raise
                self._consumer.pause(partition)

    def seek(self, partition: TopicPartition, offset: int) -> None:
        with self._lock, _may_have_gone():
            self._consumer.seek(partition, offset)
            self._consumer.resume(partition)
            self._sought.add(partition)

    def resume(self) -> None:
        with self._lock:
            for partition in self._sought:
                with _may_have_gone():
                    self._consumer.resume(partition)

    def missing(self) -> set[TopicPartition]:
        with self._lock:
            return set(self._consumer.assignment() - self._sought)


def _may_have_gone() -> suppress:
    """What the client says of a place that is another member's meanwhile."""
    return suppress(KeyError, ValueError)


class KafkaMember:
    """A member of a consumer group."""

    def __init__(self, servers: Sequence[str], group: str, topics: Sequence[str]) -> None:
        common = {
            "bootstrap_servers": servers,
            "auto_offset_reset": "none",
            "enable_auto_commit": False,
            "allow_auto_create_topics": False,
            "reconnect_backoff_max_ms": RECONNECT_MS,
        }
        self._consumer = KafkaConsumer(
            **common,
            group_id=group,
            partition_assignment_strategy=[RangePartitionAssignor],
            session_timeout_ms=SESSION_MS,
            heartbeat_interval_ms=HEARTBEAT_MS,
            max_poll_interval_ms=MAX_POLL_MS,
            metadata_max_age_ms=METADATA_MS,
        )
        self._reader = KafkaConsumer(
            **common, group_id=None
        )  # reads single records without moving the member's positions
        self._sought = _Sought(self._consumer)
        self._consumer.subscribe(list(topics), listener=self._sought)
        for topic in topics:
            if not self._consumer.partitions_for_topic(
                topic
            ):  # a group's leader that has not heard of a topic hands out none of it
                raise KafkaTimeoutError(f"no metadata of {topic} yet")

    def poll(self, timeout: float, limit: int) -> list[Record]:
        with _away():
            if not limit:
                return self._stay()
            deadline = default_timer() + timeout
            while True:
                left = max(0.0, min(SLICE, deadline - default_timer()))
                found = self._consumer.poll(timeout_ms=int(left * 1000), max_records=limit)
                records = [_record(item) for items in found.values() for item in items]
                if records or self.unsought() or default_timer() >= deadline:
                    return records

    def _stay(self) -> list[Record]:
        """Take part in the group and read nothing."""
        for partition in self._consumer.assignment():
            with _may_have_gone():
                self._consumer.pause(partition)
        try:
            self._consumer.poll(timeout_ms=50, max_records=1)
        finally:
            self._sought.resume()
        return []

    def assignment(self) -> set[Place]:
        return {_place(partition) for partition in self._consumer.assignment()}

    def unsought(self) -> set[Place]:
        return {_place(partition) for partition in self._sought.missing()}

    def seek(self, place: Place, offset: int) -> None:
        self._sought.seek(TopicPartition(*place), offset)

    def read_at(self, place: Place, offset: int) -> Record | None:
        partition = TopicPartition(*place)
        if (
            not _asked(self._reader.beginning_offsets, [partition])[partition]
            <= offset
            < _asked(self._reader.end_offsets, [partition])[partition]
        ):
            return None
        with _away():
            self._reader.assign([partition])
            self._reader.seek(partition, offset)
            found = self._reader.poll(timeout_ms=int(READ_SECONDS * 1000), max_records=1)
        if not found:
            raise BusUnavailable("no answer")
        return next(_record(items[0]) for items in found.values())

    def ends(self) -> Mapping[Place, int]:
        assigned = list(self._consumer.assignment())
        return (
            {_place(partition): end for partition, end in _asked(self._reader.end_offsets, assigned).items()}
            if assigned
            else {}
        )

    def close(self) -> None:
        self._consumer.close(autocommit=False)
        self._reader.close(autocommit=False)
