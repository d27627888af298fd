"""Projection: bus -> figures, durable.

Bounds: the same writes without reading or computing; Kafka's bare poll.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence

from kafka import KafkaConsumer, TopicPartition

from benchmarks.engines import SECOND_STORE, Bench, document_store, kafka, stores
from benchmarks.events import PARTITIONS, pupils_events, records
from benchmarks.harness import Figure, Measurement, Side, stopwatch
from benchmarks.tape import Tape, copy_indexes, recorded_client, replay
from services.stats.projection.collections_mongo import Projection
from services.stats.projection.projector_mongo import EVENT_FILTER, figures_sink
from shared.eventsourcing.event import Event
from shared.infrastructure.mongo import Client
from shared.messaging.bus import Bus, topic_of
from shared.messaging.bus_kafka import KafkaBus
from shared.messaging.bus_mongo import MongoBus
from shared.messaging.relay import create_topics
from shared.messaging.subscription import Subscription
from tests.unit.stats.histories import unit

PUBLISHERS = ("roster", "upload")
EVENTS, READ_ALONE = 2000, 10_000
PATIENCE = 120.0
FIGURES = (Figure("projected", "events/s"),)


def measurements(bench: Bench) -> Iterator[Measurement]:
    events = pupils_events(bench.size(EVENTS, 200))
    for name, second in stores().items():
        with document_store(bench, second) as client:
            yield on_store(client, events, name)
    if not SECOND_STORE.exists():
        bench.left_out.append("A second document store is not installed, so projection was measured on one.")
    with document_store(bench) as client, kafka(bench) as address:
        yield from on_kafka(client, address, events, pupils_events(bench.size(READ_ALONE, 500), 200))


def on_store(plain: Client, events: Sequence[Event], name: str) -> Measurement:
    tape = Tape()
    client = recorded_client(plain, tape)

    def ours(number: int) -> Mapping[str, float]:
        projector = prepared(client, MongoBus(client[f"bus_{number}"]), f"ours_{number}", 1)
        projector.publish(events)
        with tape.recording():
            return {"projected": projector.speed(len(events))}

    def theirs(number: int) -> Mapping[str, float]:
        copy_indexes(plain, f"ours_{number}", f"raw_{number}")
        with stopwatch() as watch:
            replay(tape.writes, plain, f"raw_{number}")
        return {"projected": len(events) / watch.seconds}

    return Measurement(
        f"projection-{name}",
        f"Projection, bus to figures, in {name}",
        "Subscription.run_once: read, fold, write in transactions of 500 events, and more as the backlog has them",
        "the same writes in the same transactions, nothing read",
        FIGURES,
        ours,
        theirs,
        budget=60,
    )


class Projector:
    """A projection of the figures behind a subscription."""

    def __init__(self, bus: Bus, projection: Projection, generation: int) -> None:
        self._bus, self._generation = bus, generation
        topics = [topic_of(publisher, generation) for publisher in PUBLISHERS]
        self._subscription = Subscription(
            bus, figures_sink(projection), topics, EVENT_FILTER, group=f"benchmark-{generation}"
        )

    def publish(self, events: Sequence[Event]) -> None:
        assert all(self._bus.publish(records(events, self._generation)))

    def project(self, count: int) -> None:
        until = time.monotonic() + PATIENCE
        while count > 0:
            count -= self._subscription.run_once(1.0)
            assert time.monotonic() < until, "the events do not arrive"

    def speed(self, count: int) -> float:
        with stopwatch() as watch:
            self.project(count)
        self._subscription.close()
        return count / watch.seconds


def prepared(client: Client, bus: Bus, name: str, generation: int) -> Projector:
    projection = Projection(client[name], 1)
    projection.ensure_indexes()
    figures_sink(projection).ensure_indexes()
    create_topics(bus, PUBLISHERS, generation, PARTITIONS)
    projector = Projector(bus, projection, generation)
    projector.publish([unit("000000", "全国", "nation", "")])  # once this one is projected, the group is joined
    projector.project(1)
    return projector


def on_kafka(client: Client, address: str, events: Sequence[Event], many: Sequence[Event]) -> Iterator[Measurement]:
    bus = KafkaBus([address])

    def projected(number: int) -> Mapping[str, float]:
        projector = prepared(client, bus, f"kafka_{number}", number + 1)
        projector.publish(events)
        return {"projected": projector.speed(len(events))}

    yield Measurement(
        "projection-kafka",
        "Projection, Apache Kafka to figures",
        "the same subscription, reading from Kafka",
        "KafkaConsumer.poll of the same records, nothing done with them",
        FIGURES,
        projected,
        lambda number: {"projected": bare_poll(address, number + 1, len(events))},
        budget=60,
    )

    generation = 1000
    create_topics(bus, PUBLISHERS, generation, PARTITIONS)
    bus.publish(records(many, generation))
    yield Measurement(
        "read-kafka",
        "Reading from Apache Kafka, nothing projected",
        "KafkaMember.poll and EventFilter.read of every record",
        "KafkaConsumer.poll of the same records",
        (Figure("read", "events/s"),),
        reading(bus, generation, len(many)),
        lambda number: {"read": bare_poll(address, generation, len(many))},
        budget=30,
    )
    bus.close()


def reading(bus: Bus, generation: int, count: int) -> Side:
    def turn(number: int) -> Mapping[str, float]:
        member = bus.consumer(f"reading-{number}", [topic_of(publisher, generation) for publisher in PUBLISHERS])
        while not member.missing_positions():
            member.poll(1.0, 1)
        partitions = member.missing_positions()
        for warm in (True, False):  # the first poll makes connections
            for partition in partitions:
                member.seek(partition, 0)
            if warm:
                member.poll(1.0, 1)
        left = count
        with stopwatch() as watch:
            while left > 0:
                left -= sum(EVENT_FILTER.read(record.value) is not None for record in member.poll(1.0, 500))
        member.close()
        return {"read": count / watch.seconds}

    return turn


def bare_poll(address: str, generation: int, count: int) -> float:
    consumer = KafkaConsumer(
        bootstrap_servers=[address], group_id=None, enable_auto_commit=False, auto_offset_reset="none"
    )
    partitions = [
        TopicPartition(topic_of(publisher, generation), partition)
        for publisher in PUBLISHERS
        for partition in range(PARTITIONS)
    ]
    consumer.assign(partitions)
    for warm in (True, False):
        for partition in partitions:
            consumer.seek(partition, 0)
        if warm:
            consumer.poll(timeout_ms=1000, max_records=1)
    left = count
    with stopwatch() as watch:
        while left > 0:
            left -= sum(len(found) for found in consumer.poll(timeout_ms=1000, max_records=500).values())
    consumer.close()
    return count / watch.seconds
