"""The queries of a relay, made all day long, must not become slower as history grows."""

from __future__ import annotations

from collections.abc import Callable
from timeit import default_timer

import uuid_utils

from shared.eventsourcing.event import SLOTS, Event
from shared.eventsourcing.store import Append
from shared.eventsourcing.store_mongo import MongoStore
from shared.infrastructure.chunks import chunks
from tests.store.conftest import GENERATION, asked, grow, mongo, new, stream
from tests.support.together import run_together

SHORT, LONG = 200, 5000
GENEROUS = 5  # twenty-five times as much history may not cost five times as much
ROUNDS, PATIENCE = 7, 60  # measurements at least, and at most when the machine is busy


def seconds(act: Callable[[], object]) -> float:
    began = default_timer()
    act()
    return default_timer() - began


def with_history(db, count: int, clock) -> MongoStore:
    """A store whose events reached the bus long ago, in documents as the store writes them."""
    store = mongo(db, clock)
    store.mark(grow(store, stream(0)), GENERATION)
    template = db["events"].find_one({"stream": stream(0)})
    old = [
        {**template, "_id": str(uuid_utils.uuid7()), "stream": stream(n), "slot": n % SLOTS, "published_in": GENERATION}
        for n in range(1, count)
    ]
    for chunk in chunks(old, 500):
        db["events"].insert_many(chunk)
    return store


def looks(store: MongoStore) -> dict[str, Callable[[], object]]:
    """Queries of relays and of closing a day; twenty events wait, twenty others are marked."""

    def fill(numbers: range) -> list[Event]:
        return store.append_many([Append(stream(number), 0, [new()]) for number in numbers], asked())[0]

    waiting, marked = fill(range(100_000, 100_020)), fill(range(100_020, 100_040))
    store.mark(marked, GENERATION)
    assert {item.event.id for item in store.unpublished(GENERATION, range(SLOTS), 500)} == {
        event.id for event in waiting
    }
    return {
        "unpublished": lambda: store.unpublished(GENERATION, range(SLOTS), 500),
        "pending": lambda: store.pending("2030-01-01"),
        "oldest": lambda: store.oldest_unpublished(GENERATION),
        "load": lambda: store.load(stream(100_000)),
        "mark": lambda: store.mark(marked, GENERATION),
        "redate": lambda: store.redate(marked, "2030-01-01"),
    }


def test_the_queries_of_a_relay_cost_the_same_after_a_long_history(mongo_client, mongo_db, clock):
    databases = {count: mongo_client[f"{mongo_db.name}_{count}"] for count in (SHORT, LONG)}
    try:
        asks = {count: looks(with_history(db, count, clock)) for count, db in databases.items()}
        fastest = {(name, count): float("inf") for count, looks_ in asks.items() for name in looks_}

        def slower() -> dict[str, float]:
            """Query -> factor by which the long history slows it, from the fastest runs."""
            for name in asks[SHORT]:
                for count in (SHORT, LONG):  # by turns, so that both meet the same noise
                    fastest[name, count] = min(fastest[name, count], seconds(asks[count][name]))
            return {
                name: ratio for name in asks[SHORT] if (ratio := fastest[name, LONG] / fastest[name, SHORT]) > GENEROUS
            }

        worst = [slower() for _ in range(ROUNDS)]
        while worst[-1] and len(worst) < PATIENCE:
            worst.append(slower())
        assert worst[-1] == {}
    finally:
        for db in databases.values():
            mongo_client.drop_database(db.name)


def test_unpublished_events_are_read_from_their_index(mongo_db, mongo_store):
    for generation in (GENERATION, GENERATION + 1):
        mongo_store.ensure_indexes(generation)
        plan = (
            mongo_db["events"]
            .find({"slot": {"$gte": 0, "$lt": 128}, "published_in": {"$lt": generation}})
            .explain()["queryPlanner"]["winningPlan"]
        )
        scan = plan.get("inputStage", plan)
        assert (scan["stage"], scan["indexName"]) == ("IXSCAN", f"unpublished-{generation}")


def test_the_index_of_the_previous_generation_stays_and_older_ones_are_dropped(mongo_db, mongo_store):
    def kept():
        return sorted(name for name in mongo_db["events"].index_information() if name.startswith("unpublished"))

    assert kept() == ["unpublished-1"]
    mongo_store.ensure_indexes(2)
    assert kept() == ["unpublished-1", "unpublished-2"]
    mongo_store.ensure_indexes(3)
    mongo_store.ensure_indexes(3)
    assert kept() == ["unpublished-2", "unpublished-3"]
    mongo_store.append_many([Append(stream(n), 0, [new()]) for n in range(5)], asked())
    assert len(mongo_store.unpublished(3, range(SLOTS), 10)) == 5


def test_processes_that_start_at_once_agree_on_the_indexes(mongo_db, mongo_store):
    mongo_store.ensure_indexes(2)
    assert run_together(*[lambda: mongo_store.ensure_indexes(4) for _ in range(4)]) == [None] * 4
    assert [name for name in mongo_db["events"].index_information() if name.startswith("unpublished")] == [
        "unpublished-4"
    ]
