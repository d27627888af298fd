import random
from itertools import permutations

import pytest

from deploy.local.ports import free_port
from shared.eventsourcing.event import Event
from shared.infrastructure.errors import Refused
from shared.infrastructure.mongo import connect, transaction
from shared.messaging.bus import TopicPartition
from shared.messaging.sink import Batch, Checkpoint, TooManyParked
from shared.messaging.sink_mongo import MongoSink
from shared.messaging.view import Fork
from shared.messaging.view_mongo import MongoView
from tests.support.together import run_together

A, B = "entry-2026a-001.00000000000000000001", "entry-2026a-002.00000000000000000002"


def event(version: int, stream: str = A, id: str = "") -> Event:
    return Event(
        id or f"{stream}#{version}",
        stream,
        version,
        "entry.made",
        1,
        {},
        {"class": f"c{version}"},
        "2026-11-23",
        1,
        "c",
        "a",
    )


def test_an_unknown_stream_has_no_state(view):
    assert view.get(A) is None
    assert view.get_many([A, B]) == {}


def test_the_highest_version_wins_and_a_late_older_one_changes_nothing(view):
    assert view.put(A, 2, "two", {"class": "b"})
    assert not view.put(A, 1, "one", {"class": "a"})
    assert view.get(A) == {"class": "b"}
    assert view.put(A, 3, "three", {"class": "c"})
    assert view.get_many([A, B]) == {A: {"class": "c"}}


def test_a_duplicate_changes_nothing(view):
    assert view.put(A, 1, "one", {"class": "a"})
    assert not view.put(A, 1, "one", {"class": "a"})
    assert view.put_many([event(2), event(2), event(2)]) == []
    assert view.get(A) == {"class": "c2"}


def test_the_same_version_with_another_id_is_a_fork_and_is_not_applied(view):
    view.put(A, 1, "one", {"class": "a"})
    with pytest.raises(Fork):
        view.put(A, 1, "another", {"class": "z"})
    assert view.get(A) == {"class": "a"}


@pytest.mark.parametrize("order", list(permutations([1, 2, 3])))
def test_a_batch_in_any_order_ends_in_the_same_state(view, order):
    assert view.put_many([event(version) for version in order]) == []
    assert view.get(A) == {"class": "c3"}


def test_a_fork_in_a_batch_is_rejected_alone_and_the_others_are_applied(view):
    view.put_many([event(1), event(1, B)])
    rejected = view.put_many([event(1, A, "another"), event(2, B), event(2, B, "yet another"), event(2)])
    assert [(item.event.stream, item.event.id) for item in rejected] == [(A, "another"), (B, "yet another")]
    assert all("fork" in item.reason for item in rejected)
    assert view.get_many([A, B]) == {A: {"class": "c2"}, B: {"class": "c2"}}


def test_batches_larger_than_a_filter_are_applied_whole(view):
    streams = [f"entry-2026a-001.{n:020x}" for n in range(130)]
    view.put_many([event(1, stream) for stream in streams])
    view.put_many([event(2, stream) for stream in random.Random(3).sample(streams, 120)])
    states = view.get_many(streams)
    assert len(states) == 130
    assert sorted(state["class"] for state in states.values()) == ["c1"] * 10 + ["c2"] * 120


def test_an_erased_state_does_not_come_back_with_a_duplicate(view):
    view.put_many([event(1), event(2), event(1, B)])
    view.erase(A, 2)
    assert view.get(A) is None
    assert not view.put(A, 2, event(2).id, {"class": "c2"})
    # An erased version keeps no id by which a fork could be recognised.
    assert view.put_many([event(1), event(2), event(2, id="another")]) == []
    assert view.get_many([A, B]) == {B: {"class": "c1"}}


def test_a_newer_version_after_an_erasure_is_stored(view):
    view.erase(A, 2)
    assert view.put(A, 3, "three", {"class": "c"})
    assert view.get(A) == {"class": "c"}


def test_an_erasure_does_not_touch_a_newer_version(view):
    view.put(A, 3, "three", {"class": "c"})
    view.erase(A, 2)
    assert view.get(A) == {"class": "c"}


def test_an_emptied_view_is_empty_and_can_be_read_again(view):
    view.put_many([event(2), event(1, B)])
    view.erase(B, 1)
    view.empty()
    assert view.get_many([A, B]) == {}
    view.put_many([event(1), event(1, B)])
    assert view.get_many([A, B]) == {A: {"class": "c1"}, B: {"class": "c1"}}


def test_several_writers_at_once_end_in_the_highest_versions(view):
    streams = [f"entry-2026a-001.{n:020x}" for n in range(6)]
    batches = [
        [
            event(version, stream)
            for stream in random.Random(seed).sample(streams, 6)
            for version in (seed + 1, 8 - seed)
        ]
        for seed in range(4)
    ]
    assert run_together(*[lambda batch=batch: view.put_many(batch) for batch in batches]) == [[], [], [], []]
    assert view.get_many(streams) == {stream: {"class": "c8"} for stream in streams}


def test_the_states_of_a_failed_batch_are_not_stored(mongo_db):
    view = MongoView(mongo_db)
    sink = MongoSink(mongo_db, "roster-view", lambda session, events: view.put_many(events, session))
    sink.ensure_indexes()
    partition = TopicPartition("roster.events.1", 0)
    with pytest.raises(TooManyParked):
        sink.apply(
            Batch([event(1), event(1, id="another")], {partition: 0}, {partition: Checkpoint(1, "x")}, allowance=0)
        )
    assert view.get(A) is None
    assert (
        sink.apply(
            Batch([event(1), event(1, id="another")], {partition: 0}, {partition: Checkpoint(1, "x")}, allowance=1)
        )
        == 1
    )
    assert view.get(A) == {"class": "c1"}
    assert [item.key for item in sink.parked()] == ["another@2026-11-23"]


def test_a_view_is_queried_by_fields_of_the_current_state(mongo_db):
    view = MongoView(mongo_db, "roster_view")
    view.put_many([event(1), event(2, B), event(2, "unit-110101")])
    assert [found["_id"] for found in mongo_db["roster_view"].find({"category": "entry", "state.class": "c2"})] == [B]


@pytest.mark.engine
def test_a_view_whose_store_is_down_is_unavailable_and_a_batch_gets_the_drivers_own_error():
    with connect(f"mongodb://127.0.0.1:{free_port()}", patience_ms=200) as client:
        view = MongoView(client["nowhere"])
        for act in (lambda: view.get(A), lambda: view.put_many([event(1)]), lambda: view.erase(A, 1), view.empty):
            with pytest.raises(Refused) as refused:
                act()
            assert refused.value.code == "unavailable"
        with pytest.raises(Exception, match="refused") as raised:
            transaction(client, lambda session: view.put_many([event(1)], session))
        assert not isinstance(raised.value, Refused)
