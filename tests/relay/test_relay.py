"""The relay: every public event reaches the bus at least once, and counts on an open day."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NoReturn

import pytest
from prometheus_client import REGISTRY

from shared.eventsourcing.event import Event, NewEvent, from_wire, partition_of, slot_of
from shared.eventsourcing.store import Append, CommandContext, EventStore, Unpublished
from shared.eventsourcing.store_memory import MemoryStore
from shared.eventsourcing.store_mongo import MongoStore
from shared.infrastructure.clock import FixedClock, day_after, day_of
from shared.infrastructure.metrics import OLDEST_UNPUBLISHED
from shared.messaging.bus import Bus, BusUnavailable, Record, TopicPartition, topic_of
from shared.messaging.bus_memory import MemoryBus
from shared.messaging.bus_mongo import MongoBus
from shared.messaging.relay import Relay, create_topics
from tests.support.wait import await_until

COMMAND = CommandContext("teacher:1", "teacher")
PUPILS = ["000.aa", "1ff.bb", "200.cc", "3ff.dd"]


def accept_all(event: Event) -> None:
    """No schema is checked for these streams."""


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture(params=["memory", "mongo"])
def world(request: pytest.FixtureRequest, clock: FixedClock) -> Iterator[tuple[EventStore, Bus]]:
    def public(stream: str) -> bool:
        return stream.startswith("form-")

    if request.param == "memory":
        yield MemoryStore(clock, is_public=public, validate=accept_all), MemoryBus()
        return
    database = request.getfixturevalue("mongo_db")
    store = MongoStore(database, clock, is_public=public, validate=accept_all)
    store.ensure_indexes(1)
    store.ensure_indexes(2)
    yield store, MongoBus(database)


@pytest.fixture
def store(world: tuple[EventStore, Bus]) -> EventStore:
    return world[0]


@pytest.fixture
def bus(world: tuple[EventStore, Bus]) -> Bus:
    create_topics(world[1], ["upload"], 1, 4)
    return world[1]


@pytest.fixture
def relay(store: EventStore, bus: Bus, clock: FixedClock) -> Relay:
    return Relay(store, bus, "upload", 1, 4, clock)


def happen(store: EventStore, *streams: str) -> list[Event]:
    """One more event in each of these streams."""
    return store.append(
        [Append(stream, len(store.load(stream)), [NewEvent("form.archived", state={"n": 1})]) for stream in streams],
        COMMAND,
    )


def forms() -> list[str]:
    return [f"form-2026a-{pupil}" for pupil in PUPILS]


def on_the_bus(bus: Bus, generation: int = 1) -> list[Record]:
    consumer = bus.consumer("reader", [topic_of("upload", generation)])
    consumer.poll(0, 1)
    for partition in consumer.missing_positions():
        consumer.seek(partition, 0)
    found: list[Record] = []
    while batch := consumer.poll(0, 500):
        found += batch
    return found


class Replaced:
    """A store or a bus with some of its methods replaced."""

    def __init__(self, inner: Any, **instead: Callable[..., Any]) -> None:
        self._inner, self._instead = inner, instead

    def __getattr__(self, name: str) -> Any:
        return self._instead.get(name) or getattr(self._inner, name)


def test_every_public_event_is_sent_once_to_its_partition(store: EventStore, bus: Bus, relay: Relay) -> None:
    events = happen(store, *forms())
    happen(store, "account-1")
    assert relay.run_once() == 4
    assert relay.run_once() == 0
    found = {from_wire(r.value).stream: r for r in on_the_bus(bus)}
    assert found.keys() == set(forms())
    for event in events:
        record = found[event.stream]
        assert record.topic_partition == TopicPartition("upload.events.1", partition_of(slot_of(event.stream), 4))
        assert (record.key, dict(record.headers)) == (event.stream, {"id": event.id, "version": "1"})
        assert from_wire(record.value).state == {"n": 1}


def test_a_crash_between_sending_and_marking_sends_twice(
    store: EventStore, bus: Bus, relay: Relay, clock: FixedClock
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    events = happen(store, *forms())
    with pytest.raises(KeyboardInterrupt):
        Relay(Replaced(store, mark=killed), bus, "upload", 1, 4, clock).run_once()
    assert relay.run_once() == 4
    assert sorted(r.headers["id"] for r in on_the_bus(bus)) == sorted([e.id for e in events] * 2)


def acknowledged() -> list[float]:
    """Events that the bus has and has not acknowledged, and rounds of the relay, as the metrics show them."""
    names = ("relayed_events_total", "unacknowledged_events_total", "relay_batch_events_count")
    return [REGISTRY.get_sample_value(f"rollcall_{name}", {"publisher": "upload"}) or 0 for name in names]


def test_unacknowledged_events_stay_due_and_the_others_are_done(
    store: EventStore, bus: Bus, relay: Relay, clock: FixedClock
) -> None:
    def first_two_only(records: Sequence[Record]) -> list[bool]:
        return bus.publish(records[:2]) + [False] * (len(records) - 2)

    happen(store, *forms())
    before = acknowledged()
    assert Relay(store, Replaced(bus, publish=first_two_only), "upload", 1, 4, clock).run_once() == 2
    assert len(on_the_bus(bus)) == 2
    assert acknowledged() == [before[0] + 2, before[1] + 2, before[2] + 1]
    assert relay.run_once() == 2
    assert acknowledged() == [before[0] + 4, before[1] + 2, before[2] + 2]
    assert {from_wire(r.value).stream for r in on_the_bus(bus)} == set(forms())


def test_a_send_that_fails_while_later_ones_succeed_is_repeated_after_them(
    store: EventStore, bus: Bus, relay: Relay, clock: FixedClock
) -> None:
    def all_but_the_first(records: Sequence[Record]) -> list[bool]:
        return [record.headers["version"] != "1" and bus.publish([record])[0] for record in records]

    for _ in range(3):
        happen(store, forms()[0])
    assert Relay(store, Replaced(bus, publish=all_but_the_first), "upload", 1, 4, clock).run_once() == 2
    assert relay.run_once() == 1
    assert [r.headers["version"] for r in on_the_bus(bus)] in (["2", "3", "1"], ["3", "2", "1"])


def test_two_relays_at_once_lose_nothing(store: EventStore, bus: Bus, clock: FixedClock) -> None:
    ids = {event.id for _ in range(10) for event in happen(store, *forms())}
    stop = threading.Event()
    threads = [
        threading.Thread(target=Relay(store, bus, "upload", 1, 4, clock, batch=3).run, args=(stop,)) for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    await_until(lambda: store.oldest_unpublished(1) is None, what="everything marked")
    stop.set()
    for thread in threads:
        thread.join()
    assert {r.headers["id"] for r in on_the_bus(bus)} == ids


def test_an_event_recorded_before_a_day_was_closed_that_comes_late_counts_on_the_open_day(
    store: EventStore, bus: Bus, relay: Relay, clock: FixedClock
) -> None:
    today = day_of(clock.now())
    late = happen(store, forms()[0])[0]
    clock.advance(days=1)
    store.close(today)
    assert store.pending(today) == 1
    on_time = happen(store, forms()[1])[0]
    relay.run_once()
    assert store.pending(today) == 0
    assert {r.headers["id"]: from_wire(r.value).day for r in on_the_bus(bus)} == {
        late.id: day_after(today),
        on_time.id: day_after(today),
    }
    assert store.load(forms()[0])[0].day == day_after(today)


def test_a_day_that_is_closed_after_the_batch_was_read_is_closed_for_the_batch(
    store: EventStore, bus: Bus, clock: FixedClock
) -> None:
    today = day_of(clock.now())

    def read_then_midnight(generation: int, slots: range, limit: int) -> list[Unpublished]:
        found = store.unpublished(generation, slots, limit)
        store.close(today)
        return found

    happen(store, forms()[0])
    Relay(Replaced(store, unpublished=read_then_midnight), bus, "upload", 1, 4, clock).run_once()
    assert [from_wire(r.value).day for r in on_the_bus(bus)] == [day_after(today)]


def test_an_event_that_was_moved_while_it_was_sent_is_sent_again_with_its_new_day(
    store: EventStore, bus: Bus, relay: Relay, clock: FixedClock
) -> None:
    today = day_of(clock.now())
    event = happen(store, forms()[0])[0]

    def meanwhile_moved(records: Sequence[Record]) -> list[bool]:
        store.close(today)
        store.redate([event], day_after(today))
        return bus.publish(records)

    Relay(store, Replaced(bus, publish=meanwhile_moved), "upload", 1, 4, clock).run_once()
    assert relay.run_once() == 1
    assert [from_wire(r.value).day for r in on_the_bus(bus)] == [today, day_after(today)]


def test_an_event_sent_again_by_command_keeps_its_closed_day(
    store: EventStore, bus: Bus, relay: Relay, clock: FixedClock
) -> None:
    today = day_of(clock.now())
    event = happen(store, forms()[0])[0]
    relay.run_once()
    clock.advance(days=1)
    store.close(today)
    assert store.resend(slot_of(event.stream), today) == 1
    assert relay.run_once() == 1
    assert [from_wire(r.value).day for r in on_the_bus(bus)] == [today, today]


def test_a_new_generation_gets_everything_with_its_own_number_of_partitions_and_closed_days_stay(
    store: EventStore, bus: Bus, relay: Relay, clock: FixedClock
) -> None:
    today = day_of(clock.now())
    happen(store, *forms())
    relay.run_once()
    clock.advance(days=1)
    store.close(today)
    create_topics(bus, ["upload"], 2, 16)
    assert Relay(store, bus, "upload", 2, 16, clock).run_once() == 4
    found = on_the_bus(bus, 2)
    assert {from_wire(r.value).day for r in found} == {today}
    assert all(r.topic_partition.partition == partition_of(slot_of(r.key), 16) for r in found)


def test_an_old_relay_that_resumes_takes_nothing_from_the_new_generation(
    store: EventStore, bus: Bus, clock: FixedClock
) -> None:
    create_topics(bus, ["upload"], 2, 4)
    old, new = (Relay(store, bus, "upload", generation, 4, clock) for generation in (1, 2))
    happen(store, *forms())
    old.run_once()
    assert new.run_once() == 4
    happen(store, forms()[0])
    old.run_once()
    assert new.run_once() == 1
    assert len(on_the_bus(bus, 2)) == 5


def test_a_relay_survives_an_unavailable_store_and_an_unavailable_bus(
    store: EventStore, bus: Bus, clock: FixedClock
) -> None:
    failures = iter([BusUnavailable("NoBrokers"), ConnectionError("store")])

    def failing(records: Sequence[Record]) -> list[bool]:
        for failure in failures:
            raise failure
        return bus.publish(records)

    happen(store, *forms())
    stop = threading.Event()
    thread = threading.Thread(
        target=Relay(store, Replaced(bus, publish=failing), "upload", 1, 4, clock).run, args=(stop,)
    )
    thread.start()
    await_until(lambda: store.oldest_unpublished(1) is None, what="everything published")
    stop.set()
    thread.join()
    assert len(on_the_bus(bus)) == 4


def test_topics_of_a_generation_are_created_once_and_never_with_another_number_of_partitions(bus: Bus) -> None:
    create_topics(bus, ["upload"], 1, 4)
    with pytest.raises(ValueError, match="4 partitions, not 8"):
        create_topics(bus, ["upload"], 1, 8)


def age() -> float | None:
    """Age of the oldest unpublished event, in seconds, as the metrics show it; None: not reported."""
    return REGISTRY.get_sample_value("rollcall_oldest_unpublished_seconds", {"publisher": "upload"})


Fail = Callable[[object, str], None]


@pytest.fixture
def fail(relay: Relay, monkeypatch: pytest.MonkeyPatch) -> Fail:
    """Runs one round of the relay in which a method of its store or bus fails."""

    def unavailable(*_: object) -> NoReturn:
        raise ConnectionError

    def fail(of: object, method: str) -> None:
        with monkeypatch.context() as line, pytest.raises(ConnectionError):
            line.setattr(of, method, unavailable)
            relay.run_once()

    return fail


def test_the_age_of_the_oldest_event_grows_while_the_bus_is_unavailable(
    store: EventStore, bus: Bus, relay: Relay, clock: FixedClock, fail: Fail
) -> None:
    happen(store, *forms())
    for seconds in (40, 80):
        clock.advance(seconds=40)
        fail(bus, "publish")
        assert age() == seconds
    relay.run_once()
    relay.run_once()
    assert age() == 0


def test_while_the_store_is_unavailable_events_may_be_waiting_since_the_last_query_that_found_none(
    store: EventStore, relay: Relay, clock: FixedClock, fail: Fail
) -> None:
    relay.run_once()
    for seconds in (40, 80):
        clock.advance(seconds=40)
        fail(store, "oldest_unpublished")
        assert age() == seconds
    relay.run_once()
    assert age() == 0


def test_while_the_store_is_unavailable_the_age_of_the_events_last_seen_keeps_growing(
    store: EventStore, bus: Bus, relay: Relay, clock: FixedClock, fail: Fail
) -> None:
    happen(store, *forms())
    clock.advance(seconds=40)
    fail(bus, "publish")
    clock.advance(seconds=40)
    fail(store, "unpublished")
    assert age() == 80


def test_while_more_events_wait_than_a_round_takes_their_age_is_not_that_of_the_round(
    store: EventStore, bus: Bus, clock: FixedClock
) -> None:
    """A round reads slot by slot; here an older event has a later slot."""
    slow, waiting = Relay(store, bus, "upload", 1, 1, clock, batch=1), sorted(forms(), key=slot_of, reverse=True)
    slow.run_once()
    for form in waiting:
        happen(store, form)
        clock.advance(seconds=40)
    for _ in waiting:
        slow.run_once()
        assert age() == 40 * len(waiting)
    slow.run_once()
    assert age() == 0


def test_no_age_is_reported_before_the_first_successful_query(store: EventStore, relay: Relay, fail: Fail) -> None:
    OLDEST_UNPUBLISHED.clear()
    fail(store, "unpublished")
    assert age() is None
