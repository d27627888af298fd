"""What only the bus in the document store has to prove."""
from __future__ import annotations

from statistics import median
from timeit import default_timer
from typing import Any

import pytest
from pymongo.database import Database

from shared.bus import OffsetLost, Place
from shared.bus_mongo import MongoBus
from tests.bus.engines import read, record, take_up

T = "x.events.1"


@pytest.fixture
def bus(mongo_db: Database[dict[str, Any]]) -> MongoBus:
    bus = MongoBus(mongo_db)
    bus.create(T, 1)
    return bus


def history(database: Database[dict[str, Any]], first: int, stop: int) -> None:
    """Chunks of one record each: the longest history for so many records."""
    item = {"key": "k", "value": b"{}" * 100, "headers": {"id": "e"}}
    database["chunks"].insert_many([{"topic": T, "partition": 0, "first": n, "next": n + 1, "records": [item]} for n in range(first, stop)])


def cost(act: Any, times: int = 15) -> float:
    """Seconds, typical."""
    def once() -> float:
        began = default_timer()
        act()
        return default_timer() - began
    return median(once() for _ in range(times))


def test_the_cost_of_a_poll_and_of_publishing_does_not_grow_with_history(bus: MongoBus, mongo_db: Database[dict[str, Any]]) -> None:
    def measured(end: int) -> dict[str, float]:
        consumer, behind = bus.consumer("g", [T]), bus.consumer("g", [T])
        take_up(consumer)
        take_up(behind)
        consumer.seek(Place(T, 0), end)
        return {"idle poll": cost(lambda: consumer.poll(0, 100)), "look at the ends": cost(consumer.ends),
                "poll from the beginning": cost(lambda: (behind.seek(Place(T, 0), 0), behind.poll(0, 20))),
                "publish": cost(lambda: bus.publish([record(T, 0, 1)]))}
    history(mongo_db, 0, 200)
    few = measured(200)
    end = mongo_db["chunks"].count_documents({"topic": T})
    history(mongo_db, end, end + 6000)
    many = measured(end + 6000)
    ratios = {what: many[what] / few[what] for what in few}
    assert all(ratio < 6 for ratio in ratios.values()), ratios    # thirty times the history


def test_a_publisher_that_was_overtaken_goes_on_at_the_new_end(bus: MongoBus, mongo_db: Database[dict[str, Any]]) -> None:
    other = MongoBus(mongo_db)
    for n in range(6):
        assert (bus, other)[n % 2].publish([record(T, 0, 2 * n), record(T, 0, 2 * n + 1)]) == [True, True]
    consumer = bus.consumer("g", [T])
    assert [(r.offset, r.headers["id"]) for r in read(consumer, 12)] == [(n, f"e{n}") for n in range(12)]


def test_a_store_that_came_back_older_is_noticed_by_who_stood_at_its_end(bus: MongoBus, mongo_db: Database[dict[str, Any]]) -> None:
    for n in range(4):
        bus.publish([record(T, 0, n)])
    consumer = bus.consumer("g", [T])
    read(consumer, 4)
    mongo_db["chunks"].delete_many({"first": {"$gte": 2}})
    assert consumer.ends() == {Place(T, 0): 2}
    consumer.seek(Place(T, 0), 4)
    with pytest.raises(OffsetLost):
        consumer.poll(0, 10)


def test_a_publisher_leaves_no_hole_after_a_store_that_came_back_older(bus: MongoBus, mongo_db: Database[dict[str, Any]]) -> None:
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
    take_up(consumer)
    with pytest.raises(OffsetLost):
        consumer.poll(0, 10)


@pytest.mark.parametrize("size", [1, 3, 499, 500, 501, 1700])
def test_the_end_is_found_whatever_the_size_of_the_chunks(bus: MongoBus, mongo_db: Database[dict[str, Any]], size: int) -> None:
    ends = [bus.publish([record(T, 0, n) for n in range(size)]).count(True) for _ in range(3)]
    consumer = MongoBus(mongo_db).consumer("g", [T])
    take_up(consumer)
    assert consumer.ends() == {Place(T, 0): sum(ends)} == {Place(T, 0): 3 * size}


def test_a_chunk_stays_well_below_what_a_document_may_hold(bus: MongoBus, mongo_db: Database[dict[str, Any]]) -> None:
    bus.publish([record(T, 0, n, b"x" * 800_000) for n in range(25)])
    sizes = [sum(len(r["value"]) for r in chunk["records"]) for chunk in mongo_db["chunks"].find({"topic": T})]
    assert len(sizes) == 3
    assert max(sizes) <= 8_000_000
