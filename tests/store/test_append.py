from dataclasses import replace
from datetime import datetime

import pytest

from shared.eventsourcing.event import MAX_RECORD_BYTES, from_wire, to_wire
from shared.eventsourcing.store import Append
from shared.infrastructure.clock import day_of
from shared.infrastructure.correlation import within
from shared.infrastructure.errors import Conflict, Refused
from tests.store.conftest import asked, grow, new, stream

A, B = stream(1), stream(2)


def test_an_unknown_stream_has_no_events(store):
    assert store.load(A) == []


def test_appended_events_are_loaded_by_version_with_all_fields(store, clock):
    first = grow(store, A, new("received", by=["guardian"]), new("archived", depth={"a.b": 1}))
    clock.advance(seconds=5)
    second = grow(store, A, new("returned"), after=2, number=2)
    assert store.load(A) == [*first, *second]
    assert [(e.version, e.type, e.schema, e.data, e.state) for e in store.load(A)] == [
        (1, "form.received", 1, {"by": ["guardian"]}, {"state": "received"}),
        (2, "form.archived", 1, {"depth": {"a.b": 1}}, {"state": "archived"}),
        (3, "form.returned", 1, {}, {"state": "returned"}),
    ]
    last = store.load(A)[-1]
    assert (last.stream, last.at, last.day, last.command_id, last.actor, last.fingerprint) == (
        A,
        clock.now(),
        day_of(clock.now()),
        "teacher:key-00000002",
        "teacher",
        "body",
    )


def test_a_loaded_event_names_the_request_that_led_to_it(store):
    with within("0123456789abcdef0123456789abcdef"):
        grow(store, A)
    grow(store, A, after=1, number=2)
    assert [event.correlation_id for event in store.load(A)] == ["0123456789abcdef0123456789abcdef", ""]


def test_an_event_that_an_earlier_release_stored_belongs_to_no_request(mongo_store, mongo_db):
    grow(mongo_store, A)
    mongo_db["events"].update_many({}, {"$unset": {"correlation_id": ""}})
    assert [event.correlation_id for event in mongo_store.load(A)] == [""]


def test_a_recorded_event_is_exactly_what_the_bus_will_carry(store):
    [event] = grow(store, A, new("received", pages=(1, 2)))
    assert event.data == {"pages": [1, 2]}
    assert replace(from_wire(to_wire(event)), fingerprint="body") == event == store.load(A)[0]


def test_every_event_has_an_id_of_its_own_that_begins_with_the_time(store, clock):
    events = grow(store, A, *[new()] * 200)
    assert len({event.id for event in events}) == 200
    assert {int(event.id.replace("-", "")[:12], 16) for event in events} == {clock.now()}


def test_a_stream_refuses_a_duplicate_version(store):
    grow(store, A)
    with pytest.raises(Conflict):
        grow(store, A, number=2)
    assert len(store.load(A)) == 1


@pytest.mark.parametrize("expected", [1, 2, 7])
def test_a_stream_refuses_a_hole(store, expected):
    if expected > 1:
        grow(store, A)
    with pytest.raises(Conflict):
        grow(store, A, after=expected)
    assert [event.version for event in store.load(A)] == ([1] if expected > 1 else [])


def test_the_events_of_one_append_are_recorded_all_or_none(store):
    grow(store, A, new(), new())
    with pytest.raises(Conflict):
        grow(store, A, new(), new(), new(), after=1, number=2)
    assert [event.version for event in store.load(A)] == [1, 2]


def test_the_streams_of_one_append_are_written_all_or_none(store):
    grow(store, B)
    with pytest.raises(Conflict):
        store.append([Append(A, 0, [new()]), Append(B, 0, [new()])], asked(2))
    with pytest.raises(Conflict):
        store.append([Append(A, 0, [new()]), Append(B, 3, [new()])], asked(2))
    assert store.load(A) == []
    both = store.append([Append(A, 0, [new(), new()]), Append(B, 1, [new()])], asked(2))
    assert both == [*store.load(A), store.load(B)[1]]


def test_days_follow_beijing_and_never_go_backwards_in_a_stream(store, clock):
    clock.ms = int(datetime.fromisoformat("2026-11-23T15:59:59+00:00").timestamp() * 1000)
    assert grow(store, A)[0].day == "2026-11-23"
    clock.advance(seconds=1)
    assert grow(store, A, after=1)[0].day == "2026-11-24"
    clock.advance(days=-3)
    assert [event.day for event in grow(store, A, new(), new(), after=2)] == ["2026-11-24", "2026-11-24"]
    assert [event.day for event in store.append([Append(A, 4, [new()]), Append(B, 0, [new()])], asked(3))] == [
        "2026-11-24",
        "2026-11-21",
    ]


def test_an_event_too_large_for_the_bus_is_refused_and_nothing_recorded(store):
    with pytest.raises(Refused) as refused:
        store.append(
            [Append(A, 0, [new()]), Append(B, 0, [new("received", text="字" * (MAX_RECORD_BYTES // 3))])], asked()
        )
    assert refused.value.code == "too-large"
    assert store.load(A) == store.load(B) == []
    grow(store, A, new("received", text="x" * (MAX_RECORD_BYTES - 1000)))


def test_an_event_that_breaks_its_contract_is_refused_and_nothing_recorded(store):
    with pytest.raises(ValueError, match="breaks its contract"):
        store.append([Append(A, 0, [new()]), Append(B, 0, [new("misshapen")])], asked())
    with pytest.raises(ValueError, match="breaks its contract"):
        store.append_many([Append(A, 0, [new()]), Append(B, 0, [new("misshapen")])], asked())
    assert store.load(A) == store.load(B) == []


@pytest.mark.parametrize("appends", [[Append(A, 0, [new()]), Append(A, 1, [new()])], [Append(A, 0, [])]])
def test_a_stream_named_twice_or_without_events_is_a_mistake_of_the_caller(store, appends):
    with pytest.raises(ValueError, match="stream"):
        store.append(appends, asked())


def test_a_command_without_an_id_is_a_mistake_of_the_caller(store):
    with pytest.raises(ValueError, match="id"):
        store.append([Append(A, 0, [new()])], replace(asked(), id=""))


# ---- one next event for each of many streams -------------------------------------------------------------------


def test_many_streams_take_their_next_event_independently(store):
    streams = [stream(n) for n in range(120)]
    grow(store, streams[3])  # somebody was faster
    grow(store, streams[7], new(), new())
    appends = [Append(name, 0, [new()]) for name in streams[:100]] + [
        Append(name, 4, [new()]) for name in streams[100:]
    ]  # twenty without predecessor
    recorded, conflicts = store.append_many(appends, asked(9))
    assert conflicts == [streams[3], streams[7], *streams[100:]]
    assert [event.stream for event in recorded] == [name for name in streams[:100] if name not in conflicts]
    assert all(store.load(event.stream) == [event] for event in recorded[::10])
    assert [len(store.load(name)) for name in (streams[3], streams[7], streams[110])] == [1, 2, 0]


def test_many_streams_at_different_versions_keep_their_days(store, clock):
    streams = [stream(n) for n in range(70)]
    for depth, name in enumerate(streams[:4], 1):
        grow(store, name, *[new()] * depth)
    grow(store, streams[4])
    clock.advance(days=-1)
    appends = [Append(name, depth, [new()]) for depth, name in enumerate(streams[:4], 1)] + [
        Append(name, 0, [new()]) for name in streams[5:]
    ]
    recorded, conflicts = store.append_many(appends, asked(9))
    assert conflicts == []
    assert [event.version for event in recorded] == [2, 3, 4, 5, *[1] * 65]
    assert [event.day for event in recorded] == [day_of(clock.now() + 86_400_000)] * 4 + [day_of(clock.now())] * 65


def test_many_streams_are_loaded_together_as_each_alone(store):
    names = [stream(n) for n in range(120)]
    for depth, name in enumerate(names[:3], 1):
        grow(store, name, *[new()] * depth)
    store.append_many([Append(name, 0, [new()]) for name in names[3:110]], asked(9))
    assert store.load_many(names) == {name: store.load(name) for name in names}
    assert [len(events) for events in store.load_many(names[:3]).values()] == [1, 2, 3] and store.load_many([]) == {}


def test_a_repeated_import_only_conflicts(store):
    appends = [Append(stream(n), 0, [new()]) for n in range(30)]
    assert len(store.append_many(appends, asked())[0]) == 30
    recorded, conflicts = store.append_many(appends, asked())
    assert recorded == []
    assert conflicts == [append.stream for append in appends]


def test_append_many_accepts_one_event_per_stream_only(store):
    with pytest.raises(ValueError, match="one event"):
        store.append_many([Append(A, 0, [new(), new()])], asked())
