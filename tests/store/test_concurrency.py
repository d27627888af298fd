"""Several writers and relays at the same moment."""

import random

import pytest

from shared.eventsourcing.commands import handle
from shared.eventsourcing.decider import Decider
from shared.eventsourcing.event import SLOTS, NewEvent
from shared.eventsourcing.store import Append
from shared.infrastructure.errors import Conflict
from tests.store.conftest import asked, grow, new, stream
from tests.support.together import run_together

A, B = stream(1), stream(2)
counter = Decider(0, lambda command, n: [NewEvent("form.counted")], lambda n, event: n + 1, lambda n: {"n": n})


def outcomes(results):
    return [type(result).__name__ if isinstance(result, Exception) else "ok" for result in results]


@pytest.mark.parametrize("size", [1, 2])
def test_of_several_writers_of_one_version_exactly_one_succeeds(store, size):
    results = run_together(*[lambda n=n: grow(store, A, *[new()] * size, number=n) for n in range(6)])
    assert sorted(outcomes(results)) == ["Conflict"] * 5 + ["ok"]
    [winner] = [result for result in results if not isinstance(result, Exception)]
    assert store.load(A) == winner


def test_several_writers_over_crossing_streams_leave_no_half_append(store):
    def both(n):
        names = [A, B] if n % 2 else [B, A]
        return store.append([Append(name, 0, [new(), new()]) for name in names], asked(n))

    results = run_together(*[lambda n=n: both(n) for n in range(5)])
    assert sorted(outcomes(results)) == ["Conflict"] * 4 + ["ok"]
    assert {event.command_id for name in (A, B) for event in store.load(name)} == {
        next(r for r in results if isinstance(r, list))[0].command_id
    }


def test_no_command_is_lost_or_counted_twice_when_many_decide_on_one_stream(store):
    def decide(writer):
        return [handle(store, counter, A, None, asked(writer * 100 + n)) for n in range(5)]

    results = run_together(*[lambda w=w: decide(w) for w in range(4)])
    assert outcomes(results) == ["ok"] * 4
    assert [event.version for event in store.load(A)] == list(range(1, 21))
    assert [event.state["n"] for event in store.load(A)] == list(range(1, 21))
    assert len({event.command_id for event in store.load(A)}) == 20


def test_the_same_request_sent_at_the_same_moment_is_recorded_once(store):
    results = run_together(*[lambda: handle(store, counter, A, None, asked()) for _ in range(5)])
    assert outcomes(results) == ["ok"] * 5
    assert [result.events for result in results] == [store.load(A)] * 5
    assert len(store.load(A)) == 1


def test_concurrent_overlapping_imports_share_the_streams_without_duplicate_or_loss(store):
    names = [stream(n) for n in range(60)]

    def bring(seed):
        mine = random.Random(seed).sample(names, 40)
        return store.append_many([Append(name, 0, [new()]) for name in mine], asked(seed)), mine

    results = run_together(*[lambda s=s: bring(s) for s in range(4)])
    assert outcomes(results) == ["ok"] * 4
    recorded = [event for (events, _), _ in results for event in events]
    assert sorted(event.stream for event in recorded) == sorted({name for _, mine in results for name in mine})
    assert all(store.load(event.stream) == [event] for event in recorded)
    for (events, conflicts), mine in results:
        assert sorted([event.stream for event in events] + conflicts) == sorted(mine)


def test_a_single_event_and_a_transaction_race_for_one_version(store):
    for n in range(6):
        name = stream(n)
        results = run_together(
            lambda name=name, n=n: grow(store, name, number=n),
            lambda name=name, n=n: store.append(
                [Append(name, 0, [new()]), Append(stream(500 + n), 0, [new()])], asked(100 + n)
            ),
        )
        assert sorted(outcomes(results)) == ["Conflict", "ok"]
        assert isinstance(results[1], Conflict) == (store.load(stream(500 + n)) == [])
        assert len(store.load(name)) == 1


def test_two_relays_a_move_and_a_new_generation_at_once_leave_every_mark_right(store):
    events, _ = store.append_many([Append(stream(n), 0, [new()]) for n in range(100)], asked())
    later = "2030-01-01"

    def publish(generation):
        while due := store.unpublished(generation, range(SLOTS), 30):
            store.mark([found.event for found in due], generation)

    results = run_together(
        lambda: publish(1), lambda: publish(1), lambda: publish(2), lambda: store.redate(events, later)
    )
    assert outcomes(results) == ["ok"] * 4
    assert store.unpublished(2, range(SLOTS), 1) == []
    assert {found.mark for found in store.unpublished(3, range(SLOTS), 1000)} == {2}
    assert sum(row.count for row in store.control_totals(later, ["form"])) == 100


def test_a_response_remembered_by_several_at_once_is_that_of_one(store):
    run_together(*[lambda n=n: store.remember(asked(), {"n": n}) for n in range(5)])
    record = store.recall(asked().id)
    assert record.response["n"] in range(5)
    assert store.recall(asked().id) == record
