"""What a relay asks all day long must not become slower as history grows."""
from __future__ import annotations

from collections.abc import Callable
from timeit import default_timer

import uuid_utils

from shared.event import SLOTS, Event
from shared.store import Append
from shared.store_mongo import MongoStore
from tests.store.conftest import GENERATION, asked, grow, mongo, new, stream

SHORT, LONG = 200, 5000
GENEROUS = 5   # twenty-five times as much history may not cost five times as much


def best_of(times: int, act: Callable[[], object]) -> float:
    """Seconds of the fastest run: what disturbs a measurement only ever makes it slower."""
    def once() -> float:
        began = default_timer()
        act()
        return default_timer() - began
    return min(once() for _ in range(times))


def published_history(db, count: int) -> None:
    """Events that have reached the bus long ago, written as the store writes them."""
    template = db["events"].find_one({"stream": stream(0)})
    db["events"].insert_many(
        [{**template, "_id": str(uuid_utils.uuid7()), "stream": stream(n), "slot": n % SLOTS, "published_in": GENERATION} for n in range(1, count)])


def looks(store: MongoStore) -> dict[str, Callable[[], object]]:
    """What relays and closing a day ask; twenty events wait, twenty others are marked."""
    def fill(numbers: range) -> list[Event]:
        return store.append_many([Append(stream(number), 0, [new()]) for number in numbers], asked())[0]

    waiting, marked = fill(range(100_000, 100_020)), fill(range(100_020, 100_040))
    store.mark(marked, GENERATION)
    assert {item.event.id for item in store.unpublished(GENERATION, range(SLOTS), 500)} == {event.id for event in waiting}
    return {"unpublished": lambda: store.unpublished(GENERATION, range(SLOTS), 500), "pending": lambda: store.pending("2030-01-01"),
            "oldest": lambda: store.oldest_unpublished(GENERATION), "load": lambda: store.load(stream(100_000)),
            "mark": lambda: store.mark(marked, GENERATION), "redate": lambda: store.redate(marked, "2030-01-01")}


def test_what_a_relay_asks_costs_the_same_after_a_long_history(mongo_client, mongo_db, clock):
    seconds: dict[str, list[float]] = {}
    for count in (SHORT, LONG):
        db = mongo_client[f"{mongo_db.name}_{count}"]
        try:
            store = mongo(db, clock)
            store.mark(grow(store, stream(0)), GENERATION)
            published_history(db, count)
            for what, look in looks(store).items():
                seconds.setdefault(what, []).append(best_of(7, look))
        finally:
            mongo_client.drop_database(db.name)
    assert {what: (short, long) for what, (short, long) in seconds.items() if long > GENEROUS * short} == {}


def test_what_a_relay_asks_is_answered_from_the_index_of_what_is_unpublished(mongo_db, mongo_store):
    for generation in (GENERATION, GENERATION + 1):
        mongo_store.ensure_indexes(generation)
        plan = mongo_db["events"].find({"slot": {"$gte": 0, "$lt": 128}, "published_in": {"$lt": generation}}).explain()["queryPlanner"]["winningPlan"]
        scan = plan.get("inputStage", plan)
        assert (scan["stage"], scan["indexName"]) == ("IXSCAN", f"unpublished-{generation}")


def test_the_index_of_the_generation_before_stays_and_older_ones_go(mongo_db, mongo_store):
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
