"""The store for a relay: due events, marks, and events that move to a later day."""

from dataclasses import replace

import pytest

from shared.eventsourcing.event import SLOTS, slot_of
from shared.eventsourcing.store import Append
from tests.store.conftest import GENERATION, asked, grow, new, stream

ALL = range(SLOTS)
A, B = stream(1), stream(2)
TODAY, TOMORROW, LATER = "2026-09-21", "2026-09-22", "2026-09-23"


@pytest.fixture(autouse=True)
def _today(clock):
    clock.ms = 1_789_963_200_000  # 2026-09-21, noon in Beijing


def due(store, generation=GENERATION, slots=ALL, limit=1000):
    return {
        (found.event.stream, found.event.version): found.mark for found in store.unpublished(generation, slots, limit)
    }


def test_a_public_event_starts_unpublished_and_a_private_one_is_never_due(store):
    events = grow(store, A, new(), new())
    grow(store, stream(5, "import"))
    store.append_many([Append(stream(6, "import"), 0, [new()]), Append(B, 0, [new()])], asked())
    store.append(
        [Append(stream(7, "import"), 0, [new()]), Append(stream(7), 0, [new()])], asked(), lambda session: None
    )
    assert due(store) == {(A, 1): 0, (A, 2): 0, (B, 1): 0, (stream(7), 1): 0}
    assert [found.event for found in store.unpublished(GENERATION, range(1, 2), 10)] == events


def test_unpublished_events_are_read_by_contiguous_slots_up_to_the_limit(store):
    store.append_many([Append(stream(n, slot=n * 100), 0, [new()]) for n in range(11)], asked())
    assert {slot_of(name) for name, _ in due(store, slots=range(100, 500))} == {100, 200, 300, 400}
    assert due(store, slots=range(101, 200)) == {}
    assert len(due(store, limit=3)) == 3
    assert len(due(store, limit=11)) == 11
    assert sum(len(due(store, slots=range(start, start + 256))) for start in range(0, SLOTS, 256)) == 11


def test_a_marked_event_is_no_longer_due(store):
    events = grow(store, A, new(), new(), new())
    store.mark(events[:2], GENERATION)
    assert due(store) == {(A, 3): 0}
    store.mark([], GENERATION)
    store.mark(events, GENERATION)
    assert due(store) == {}


def test_many_marks_of_several_days_at_once(store, clock):
    names = [stream(n) for n in range(130)]
    first, _ = store.append_many([Append(name, 0, [new()]) for name in names], asked())
    clock.advance(days=1)
    second, _ = store.append_many([Append(name, 1, [new()]) for name in names], asked(2))
    store.mark([*first, *second[:65]], GENERATION)
    assert set(due(store)) == {(name, 2) for name in names[65:]}


def test_marks_only_rise_so_an_old_relay_clears_nothing_due_for_a_new_generation(store):
    events = grow(store, A, new(), new())
    store.mark(events, GENERATION)
    assert due(store, GENERATION + 1) == {(A, 1): GENERATION, (A, 2): GENERATION}
    store.mark(events[:1], GENERATION + 1)
    store.mark(events, GENERATION)  # a relay of the old generation resumes
    assert due(store, GENERATION) == {}
    assert due(store, GENERATION + 1) == {(A, 2): GENERATION}
    assert due(store, GENERATION + 2) == {(A, 1): GENERATION + 1, (A, 2): GENERATION}


def test_a_late_event_moves_into_the_open_day(store):
    [event] = grow(store, A)
    store.close(TODAY)
    moved = store.redate([event], TOMORROW)
    assert moved == [replace(event, day=TOMORROW)] == store.load(A)


def test_an_event_never_moves_back(store):
    [event] = grow(store, A)
    [moved] = store.redate([event], LATER)
    assert store.redate([moved], TOMORROW) == [moved] == store.load(A)
    assert store.redate([moved], LATER) == [moved]


def test_an_event_moved_by_another_relay_keeps_that_day(store):
    [event] = grow(store, A)
    [moved] = store.redate([event], TOMORROW)
    assert store.redate([event], LATER) == [moved] == store.load(A)


def test_an_event_published_by_another_relay_is_not_moved(store):
    [event] = grow(store, A)
    store.mark([event], GENERATION)
    assert store.redate([event], TOMORROW) == [event] == store.load(A)


def test_a_move_returns_the_stored_events_in_the_order_given(store, clock):
    events, _ = store.append_many([Append(stream(n), 0, [new()]) for n in range(120)], asked())
    store.mark(events[:10], GENERATION)
    store.redate(events[10:20], LATER)
    moved = store.redate(list(reversed(events)), TOMORROW)
    assert [event.id for event in moved] == [event.id for event in reversed(events)]
    assert [event.day for event in reversed(moved)] == [TODAY] * 10 + [LATER] * 10 + [TOMORROW] * 100


def test_a_mark_counts_only_for_the_day_sent(store):
    [sent] = grow(store, A)  # one relay sent it with today's day ...
    [moved] = store.redate([sent], TOMORROW)  # ... and another moved it before the first could mark
    store.mark([sent], GENERATION)
    assert due(store) == {(A, 1): 0}
    store.mark([moved], GENERATION)
    assert due(store) == {}


def test_the_successor_of_a_moved_event_does_not_count_before_it(store):
    [event] = grow(store, A)
    store.redate([event], LATER)
    assert grow(store, A, after=1, number=2)[0].day == LATER
    assert store.append_many([Append(A, 2, [new()])], asked(3))[0][0].day == LATER


def test_resending_a_day_of_a_slot_makes_it_due_again_but_never_late(store, clock):
    store.mark([*grow(store, A, new(), new()), *grow(store, stream(9, "entry", slot=1)), *grow(store, B)], GENERATION)
    clock.advance(days=1)
    store.mark(grow(store, A, after=2), GENERATION)
    assert store.resend(1, TODAY) == 3
    assert due(store) == {(A, 1): -1, (A, 2): -1, (stream(9, "entry", slot=1), 1): -1}
    store.close(TODAY)
    again = [found.event for found in store.unpublished(GENERATION, ALL, 10)]
    assert [event.day for event in store.redate(again, LATER)] == [TODAY] * 3
    assert store.pending(TODAY) == 0
    store.mark(again, GENERATION)
    assert due(store) == {}


def test_resending_skips_events_never_sent_and_private_ones(store):
    grow(store, A)
    grow(store, stream(1, "import"))
    assert store.resend(1, TODAY) == 0
    assert due(store) == {(A, 1): 0}


def test_the_oldest_unpublished_event_is_found(store, clock):
    assert store.oldest_unpublished(GENERATION) is None
    began = clock.now()
    events = grow(store, A)
    clock.advance(seconds=60)
    later = grow(store, B)
    assert store.oldest_unpublished(GENERATION) == began
    store.mark(events, GENERATION)
    assert store.oldest_unpublished(GENERATION) == began + 60_000
    store.mark(later, GENERATION)
    assert store.oldest_unpublished(GENERATION) is None
    assert store.oldest_unpublished(GENERATION + 1) == began
