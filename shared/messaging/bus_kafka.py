"""Bus on Apache Kafka, for many machines.

With Kafka's defaults events could be lost or duplicated, so topics are created explicitly and positions are kept in the
read models: a consumer group only assigns partitions to its members. No offset is ever reset: one that no broker holds
is lost data.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from time import sleep
from timeit import default_timer
from typing import Any

from kafka import KafkaAdminClient, KafkaProducer
from kafka.errors import KafkaError, TopicAlreadyExistsError

from shared.eventsourcing.event import MAX_RECORD_BYTES
from shared.messaging.bus import BusUnavailable, Record, UnknownPartition
from shared.messaging.bus_kafka_client import RECONNECT_MS, RETRY_WAIT, translate_errors
from shared.messaging.bus_kafka_consumer import KafkaMember

DELIVERY_MS, REQUEST_MS = 20_000, 10_000
KEEP_EVERYTHING = {
    "retention.ms": "-1",
    "retention.bytes": "-1",
    "cleanup.policy": "delete",
    "unclean.leader.election.enable": "false",
}
log = logging.getLogger("bus")


class KafkaBus:
    """servers: "host:port" of some brokers. Connections are made when they are first needed.

    security: options by which every client encrypts and says who it is.
    """

    def __init__(self, servers: Sequence[str], security: Mapping[str, str] | None = None) -> None:
        self._security = dict(security or {})
        self._servers = [server.strip() for server in servers]
        self._admin: KafkaAdminClient | None = None
        self._producer: KafkaProducer | None = None
        self._sizes: dict[str, int] = {}

    def create(self, topic: str, partitions: int) -> None:
        with translate_errors():
            admin = self._connected()
            safe = len(admin.describe_cluster()["brokers"]) >= 3  # brokers that are down at the moment count as well
            config = KEEP_EVERYTHING | {"min.insync.replicas": "2" if safe else "1"}
            try:
                admin.create_topics(
                    {topic: {"num_partitions": partitions, "replication_factor": 3 if safe else 1, "configs": config}},
                    wait_for_metadata=True,
                )
            except TopicAlreadyExistsError:
                log.info("topic exists", extra={"topic": topic})
        if (size := self._await_partitions(topic)) != partitions:
            raise ValueError(f"{topic} has {size} partitions, not {partitions}: that is for a new generation")

    def _await_partitions(self, topic: str) -> int:
        """The number of partitions of an existing topic, once the broker has its metadata. Raises BusUnavailable."""
        deadline = default_timer() + REQUEST_MS / 1000
        while not (size := self.partitions(topic)):
            if default_timer() > deadline:
                raise BusUnavailable(f"no metadata of {topic} yet")
            sleep(RETRY_WAIT)
        return size

    def _connected(self) -> KafkaAdminClient:
        if self._admin is None:
            self._admin = KafkaAdminClient(
                bootstrap_servers=self._servers,
                request_timeout_ms=REQUEST_MS,
                reconnect_backoff_max_ms=RECONNECT_MS,
                **self._security,
            )
        return self._admin

    def partitions(self, topic: str) -> int:
        return self._sizes.get(topic) or self._fetch_partitions(topic)

    def exists(self, topic: str) -> bool:
        return bool(self._fetch_partitions(topic))

    def _fetch_partitions(self, topic: str) -> int:
        with translate_errors():
            found = self._connected().describe_topics([topic])
        self._sizes[topic] = len(found[0]["partitions"]) if found and not found[0]["error_code"] else 0
        return self._sizes[topic]

    def publish(self, records: Sequence[Record]) -> list[bool]:
        for record in records:
            partition = record.topic_partition
            if partition.partition not in range(self.partitions(partition.topic)):
                raise UnknownPartition(partition)
        with translate_errors():
            producer = self._producing()
            sent = [self._send(producer, record) for record in records]
        deadline = default_timer() + DELIVERY_MS / 1000 + 5
        acknowledged = [self._acknowledged(future, deadline - default_timer()) for future in sent]
        if any(future and not arrived for future, arrived in zip(sent, acknowledged, strict=True)):
            self._drop_producer()  # after giving up a batch, an idempotent producer never sends to that partition again
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
                **self._security,
            )
        return self._producer

    def _send(self, producer: KafkaProducer, record: Record) -> Any:
        """A future; None for a record that is too large."""
        if len(record.value) > MAX_RECORD_BYTES:
            return None
        headers = [(name, value.encode()) for name, value in record.headers.items()]
        topic, partition = record.topic_partition
        return producer.send(topic, record.value, record.key.encode(), headers, partition)

    def _acknowledged(self, future: Any, timeout: float) -> bool:
        if future is None:
            return False
        try:
            future.get(timeout=max(0.0, timeout))
        except KafkaError as error:
            log.warning("record not acknowledged", extra={"cause": type(error).__name__})
            return False
        return True

    def _drop_producer(self) -> None:
        """Discard it with its unsent records: `close` alone would wait for those, and then leave its thread behind."""
        producer, self._producer = self._producer, None
        if producer is None:
            return
        producer._sender.force_close()
        producer._sender.join(REQUEST_MS / 1000)
        try:
            producer.close(timeout=0)
        except KafkaError as error:
            log.warning("producer not closed cleanly", extra={"cause": type(error).__name__})

    def consumer(self, group: str, topics: Sequence[str]) -> KafkaMember:
        for topic in topics:
            if not self.exists(topic):  # not from the cache: a consumer that returns must notice that its topic is gone
                raise UnknownPartition(topic)
        with translate_errors():
            return KafkaMember(self._servers, group, topics, self._security)

    def close(self) -> None:
        self._drop_producer()  # `publish` has waited for every acknowledgement
        if self._admin:
            self._admin.close()
        self._admin = None
