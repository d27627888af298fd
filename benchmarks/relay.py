"""Relay: event store -> bus, against the same records read, sent and marked with the bare drivers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import orjson
from kafka import KafkaProducer

from benchmarks.engines import Bench, document_store, kafka
from benchmarks.events import PARTITIONS, pupils_events
from benchmarks.harness import Figure, Measurement, Side, stopwatch
from shared.eventsourcing.event import Event, NewEvent, slots_of
from shared.eventsourcing.store import Append, CommandContext
from shared.eventsourcing.store_mongo import MongoStore
from shared.infrastructure.chunks import chunks
from shared.infrastructure.clock import SystemClock
from shared.infrastructure.mongo import Client, majority
from shared.language import contracts
from shared.messaging.bus import Bus, topic_of
from shared.messaging.bus_kafka import KafkaBus
from shared.messaging.bus_mongo import MongoBus
from shared.messaging.relay import Relay, create_topics

PUBLISHER, GENERATION = "roster", 1
BATCH, MARKS = 500, 50
EVENTS = 1000
FIGURES = (Figure("relayed", "events/s"),)
Document = dict[str, Any]
Send = Callable[[int, Sequence[Document]], None]  # partition, stored events


def filled(client: Client, name: str, events: Sequence[Event]) -> MongoStore:
    """A new store in which these events wait for a relay."""
    store = MongoStore(client[name], SystemClock(), is_public=contracts.is_public, validate=lambda event: None)
    store.ensure_indexes(GENERATION)
    for number, batch in enumerate(chunks(events, BATCH)):
        store.append_many(
            [Append(e.stream, 0, [NewEvent(e.type, e.data, e.schema, e.state)]) for e in batch],
            CommandContext(f"benchmark:{number:08d}", "benchmark"),
        )
    return store


def ours(
    client: Client, bus_of: Callable[[int], Bus], events: Sequence[Event], generation_of: Callable[[int], int]
) -> Side:
    def turn(number: int) -> Mapping[str, float]:
        store, bus, generation = filled(client, f"ours_{number}", events), bus_of(number), generation_of(number)
        create_topics(bus, [PUBLISHER], generation, PARTITIONS)
        relay = Relay(store, bus, PUBLISHER, generation, PARTITIONS, SystemClock())
        sent = 0
        with stopwatch() as watch:
            while some := relay.run_once():
                sent += some
        assert sent == len(events)
        return {"relayed": sent / watch.seconds}

    return turn


def theirs(client: Client, sender: Callable[[int], Send], events: Sequence[Event]) -> Side:
    """Relay with the bare drivers: per partition a find, a send and an update of the marks."""

    def turn(number: int) -> Mapping[str, float]:
        filled(client, f"raw_{number}", events)
        stored, send, sent = majority(client[f"raw_{number}"])["events"], sender(number), 0
        with stopwatch() as watch:
            for partition in range(PARTITIONS):
                slots = slots_of(partition, PARTITIONS)
                found = list(
                    stored.find({"slot": {"$gte": slots.start, "$lt": slots.stop}, "published_in": {"$lt": GENERATION}})
                )
                send(partition, found)
                for marked in chunks(found, MARKS):
                    ids = [document["_id"] for document in marked]
                    stored.update_many({"_id": {"$in": ids}}, {"$set": {"published_in": GENERATION}})
                sent += len(found)
        assert sent == len(events)
        return {"relayed": sent / watch.seconds}

    return turn


def measurements(bench: Bench) -> Iterator[Measurement]:
    events = pupils_events(bench.size(EVENTS, 200))
    with document_store(bench) as client:
        yield Measurement(
            "relay",
            "Relay, store to the bus in the document store",
            "Relay.run_once until nothing is left",
            "find per partition, insert of chunks, update_many of the marks",
            FIGURES,
            ours(client, lambda number: MongoBus(client[f"bus_ours_{number}"]), events, lambda number: GENERATION),
            theirs(client, lambda number: into_chunks(client, number), events),
            budget=45,
        )
        with kafka(bench) as address:
            yield from on_kafka(client, address, events)


def on_kafka(client: Client, address: str, events: Sequence[Event]) -> Iterator[Measurement]:
    bus = KafkaBus([address])
    producer = KafkaProducer(
        bootstrap_servers=[address], acks="all", enable_idempotence=True, linger_ms=5, batch_size=256 * 1024
    )
    topic = "benchmark.raw.1"
    bus.create(topic, PARTITIONS)

    def send(partition: int, documents: Sequence[Document]) -> None:
        for document in documents:
            producer.send(
                topic, raw_value(document), document["stream"].encode(), [("id", document["_id"].encode())], partition
            )
        producer.flush()

    for number in range(
        20
    ):  # stores of the measurement before; topics need no cleaning, as their names are never reused
        client.drop_database(f"ours_{number}")
        client.drop_database(f"raw_{number}")
    yield Measurement(
        "relay-kafka",
        "Relay, store to Apache Kafka",
        "Relay.run_once until nothing is left",
        "find per partition, KafkaProducer.send and flush, update_many of the marks",
        FIGURES,
        ours(client, lambda number: bus, events, lambda number: number + 1),
        theirs(client, lambda number: send, events),
        budget=45,
    )
    producer.close()
    bus.close()


def raw_value(document: Document) -> bytes:
    return orjson.dumps(document)


def into_chunks(client: Client, number: int) -> Send:
    collection = majority(client[f"bus_raw_{number}"])["chunks"]
    collection.create_index([("topic", 1), ("partition", 1), ("first", 1)], unique=True)

    def send(partition: int, documents: Sequence[Document]) -> None:
        first = 0
        for chunk in chunks(documents, BATCH):
            collection.insert_one(
                {
                    "topic": topic_of(PUBLISHER, GENERATION),
                    "partition": partition,
                    "first": first,
                    "next": first + len(chunk),
                    "records": [
                        {"key": d["stream"], "value": raw_value(d), "headers": {"id": d["_id"], "version": "1"}}
                        for d in chunk
                    ],
                }
            )
            first += len(chunk)

    return send
