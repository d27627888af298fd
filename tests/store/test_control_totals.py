"""Closed days, and the control totals that statistics reconciles with its own."""

from collections import Counter

import pytest

from shared.eventsourcing.event import id_hash, slot_of
from shared.eventsourcing.store import Append, ControlTotals
from tests.store.conftest import GENERATION, asked, grow, new, stream

A, B = stream(1), stream(2)
DAY1, DAY2, DAY3 = "2026-09-21", "2026-09-22", "2026-09-23"


@pytest.fixture(autouse=True)
def _today(clock):
    clock.ms = 1_789_963_200_000  # 2026-09-21, noon in Beijing


def expected(events):
    counts, hashes = Counter(), Counter()
    for event in events:
        counts[slot_of(event.stream), event.day] += 1
        hashes[slot_of(event.stream), event.day] += id_hash(event.id)
    return [ControlTotals(*key, counts[key], hashes[key]) for key in sorted(counts)]


def test_no_day_is_closed_at_first_and_closing_never_goes_backwards(store):
    assert store.closed_through() == ""
    store.close(DAY2)
    store.close(DAY1)
    assert store.closed_through() == DAY2
    store.close(DAY3)
    assert store.closed_through() == DAY3


def test_a_day_is_pending_while_an_event_of_it_or_of_an_earlier_day_was_never_published(store, clock):
    first = grow(store, A, new(), new())
    grow(store, stream(1, "import"))
    clock.advance(days=1)
    second = grow(store, B)
    assert [store.pending(day) for day in ("2026-09-20", DAY1, DAY2, DAY3)] == [0, 2, 3, 3]
    store.mark(first[:1], GENERATION)
    assert store.pending(DAY1) == 1
    store.redate(first, DAY2)
    assert [store.pending(day) for day in (DAY1, DAY2)] == [0, 2]
    store.mark([*store.load(A), *second], GENERATION)
    assert store.pending(DAY3) == 0


def test_an_event_due_for_a_new_generation_does_not_hold_up_a_day(store):
    store.mark(grow(store, A), GENERATION)
    assert len(store.unpublished(GENERATION + 1, range(1024), 10)) == 1
    assert store.pending(DAY1) == 0


def test_control_totals_count_the_events_of_each_slot_and_day_and_add_up_the_hashes_of_their_ids(store, clock):
    events = [*grow(store, A, new(), new()), *grow(store, stream(1025), number=2), *grow(store, B, number=3)]
    assert slot_of(stream(1025)) == slot_of(A)
    clock.advance(days=1)
    events += grow(store, A, after=2, number=4)
    assert store.control_totals(DAY2, ["form"]) == expected(events)
    assert store.control_totals(DAY1, ["form"]) == expected(events[:4])
    assert store.control_totals("2026-09-20", ["form"]) == []


def test_control_totals_cover_published_and_unpublished_events_alike(store):
    events = grow(store, A, new(), new())
    before = store.control_totals(DAY1, ["form"])
    store.mark(events[:1], GENERATION)
    store.mark(events[1:], GENERATION + 1)
    store.resend(1, DAY1)
    assert store.control_totals(DAY1, ["form"]) == before == expected(events)


def test_control_totals_cover_only_the_categories_asked_for_and_never_private_ones(store):
    forms, entries = grow(store, A), grow(store, stream(1, "entry"))
    grow(store, stream(1, "import"))
    assert store.control_totals(DAY1, ["form"]) == expected(forms)
    assert store.control_totals(DAY1, ["form", "entry", "import"]) == expected([*forms, *entries])
    assert store.control_totals(DAY1, ["import"]) == store.control_totals(DAY1, []) == []


def test_a_moved_event_counts_on_its_new_day_only(store):
    events = grow(store, A, new(), new())
    store.mark(events[:1], GENERATION)
    store.close(DAY1)
    store.redate(events, DAY2)
    assert [(row.day, row.count) for row in store.control_totals(DAY3, ["form"])] == [(DAY1, 1), (DAY2, 1)]
    assert store.control_totals(DAY3, ["form"]) == expected(store.load(A))


def test_hash_totals_of_many_events_are_exact(store):
    events, _ = store.append_many([Append(stream(n, slot=1023), 0, [new()]) for n in range(300)], asked())
    [row] = store.control_totals(DAY1, ["form"])
    assert (row.slot, row.count, row.hash_total) == (1023, 300, sum(id_hash(event.id) for event in events))
    assert row.hash_total > 2**32
