"""Tests of the bus in the document store alone."""

from __future__ import annotations

from collections.abc import Callable
from timeit import default_timer
from typing import Any

import pytest
from pymongo.database import Database

from shared.messaging.bus import OffsetLost, TopicPartition
from shared.messaging.bus_mongo import MongoBus
from tests.bus.engines import read, record, seek_all_to_start

T = "x.events.1"
SHORT, LONG = 200, 6000
GENEROUS = 5  # thirty times as much history may not cost five times as much
ROUNDS, PATIENCE = 7, 60  # measurements at least, and at most when the machine is busy


@pytest.fixture
def bus(mongo_db: Database[dict[str, Any]]) -> MongoBus:
    bus = MongoBus(mongo_db)
    bus.create(T, 1)
    return bus


def with_history(database: Database[dict[str, Any]], count: int) -> MongoBus:
    """A bus with chunks of one record each: the longest history for so many records."""
    bus = MongoBus(database)
    bus.create(T, 1)
    item = {"key": "k", "value": b"{}" * 100, "headers": {"id": "e"}}
    database["chunks"].insert_many(
        [{"topic": T, "partition": 0, "first": n, "next": n + 1, "records": [item]} for n in range(count)]
    )
    return bus


def acts(bus: MongoBus, count: int) -> dict[str, Callable[[], object]]:
    """The routine calls of publishers and consumers."""
    at_end, behind = bus.consumer("g", [T]), bus.consumer("g", [T])
    seek_all_to_start(at_end)
    seek_all_to_start(behind)
    at_end.seek(TopicPartition(T, 0), count)
    assert at_end.poll(0, 10) == []

    def from_the_beginning() -> None:
        behind.seek(TopicPartition(T, 0), 0)
        assert len(behind.poll(0, 20)) == 20

    return {
        "poll at the end": lambda: at_end.poll(0, 100),
        "end offsets": at_end.end_offsets,
        "read at": lambda: at_end.read_at(TopicPartition(T, 0), count // 2),
        "poll from the beginning": from_the_beginning,
        "publish": lambda: bus.publish([record(T, 0, 1)]),
    }


@pytest.mark.thorough
def test_routine_calls_cost_the_same_after_a_long_history(mongo_db: Database[dict[str, Any]]) -> None:
    client = mongo_db.client
    databases = {count: client[f"{mongo_db.name}_{count}"] for count in (SHORT, LONG)}
    try:
        done = {count: acts(with_history(database, count), count) for count, database in databases.items()}
        fastest = {(what, count): float("inf") for count in done for what in done[count]}

        def slower() -> dict[str, float]:
            """Ratio of long to short history, of the fastest runs so far: noise only ever makes a run slower."""
            for what, count in fastest:
                began = default_timer()
                done[count][what]()
                fastest[what, count] = min(fastest[what, count], default_timer() - began)
            return {
                what: ratio for what in done[SHORT] if (ratio := fastest[what, LONG] / fastest[what, SHORT]) > GENEROUS
            }

        rounds = 0
        while ((wrong := slower()) and rounds < PATIENCE) or rounds < ROUNDS:
            rounds += 1
        assert wrong == {}
    finally:
        for database in databases.values():
            client.drop_database(database.name)


def test_a_publisher_that_was_overtaken_goes_on_at_the_new_end(
    bus: MongoBus, mongo_db: Database[dict[str, Any]]
) -> None:
    other = MongoBus(mongo_db)
    for n in range(6):
        assert (bus, other)[n % 2].publish([record(T, 0, 2 * n), record(T, 0, 2 * n + 1)]) == [True, True]
    consumer = bus.consumer("g", [T])
    assert [(r.offset, r.headers["id"]) for r in read(consumer, 12)] == [(n, f"e{n}") for n in range(12)]


def test_a_consumer_at_the_end_notices_that_its_store_was_restored_older(
    bus: MongoBus, mongo_db: Database[dict[str, Any]]
) -> None:
    for n in range(4):
        bus.publish([record(T, 0, n)])
    consumer = bus.consumer("g", [T])
    read(consumer, 4)
    mongo_db["chunks"].delete_many({"first": {"$gte": 2}})
    assert consumer.end_offsets() == {TopicPartition(T, 0): 2}
    consumer.seek(TopicPartition(T, 0), 4)
    with pytest.raises(OffsetLost):
        consumer.poll(0, 10)


def test_a_publisher_leaves_no_hole_after_its_store_was_restored_older(
    bus: MongoBus, mongo_db: Database[dict[str, Any]]
) -> None:
    for n in range(4):
        bus.publish([record(T, 0, n)])
    mongo_db["chunks"].delete_many({"first": {"$gte": 2}})
    bus.publish([record(T, 0, 9)])
    assert [r.headers["id"] for r in read(bus.consumer("g", [T]), 3)] == ["e0", "e1", "e9"]


def test_a_hole_is_lost_data(bus: MongoBus, mongo_db: Database[dict[str, Any]]) -> None:
    for n in range(4):
        bus.publish([record(T, 0, n)])
    mongo_db["chunks"].delete_one({"first": 1})
    consumer = bus.consumer("g", [T])
    seek_all_to_start(consumer)
    with pytest.raises(OffsetLost):
        consumer.poll(0, 10)


@pytest.mark.parametrize("size", [1, 3, 499, 500, 501, 1700])
def test_the_end_is_found_whatever_the_size_of_the_chunks(
    bus: MongoBus, mongo_db: Database[dict[str, Any]], size: int
) -> None:
    ends = [bus.publish([record(T, 0, n) for n in range(size)]).count(True) for _ in range(3)]
    consumer = MongoBus(mongo_db).consumer("g", [T])
    seek_all_to_start(consumer)
    assert consumer.end_offsets() == {TopicPartition(T, 0): sum(ends)} == {TopicPartition(T, 0): 3 * size}


def test_a_chunk_stays_well_below_what_a_document_may_hold(bus: MongoBus, mongo_db: Database[dict[str, Any]]) -> None:
    bus.publish([record(T, 0, n, b"x" * 800_000) for n in range(25)])
    sizes = [sum(len(r["value"]) for r in chunk["records"]) for chunk in mongo_db["chunks"].find({"topic": T})]
    assert len(sizes) == 3
    assert max(sizes) <= 8_000_000
