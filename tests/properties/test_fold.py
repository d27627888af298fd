"""The fold equals the definition in any order, with any doubles and batches."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.stats.domain.fold import Fork, apply, as_of, control_totals, definition, figures_on, flows, project
from services.stats.domain.measures import NAMES, Cell, campaign_ended, control_key, history_key, measure
from shared.eventsourcing.event import id_hash, slot_of
from tests.support.thorough import examples
from tests.unit.stats.histories import CLASSES, CUTOFF, DAYS, LAST_DAY, archive, binding, entry, form, history, pupil_id

PUPIL = pupil_id(1, 1)
RULES = {"history_key": history_key, "measure": measure}


def in_batches(arriving, cuts):
    """Project batch by batch; the accumulated changes."""
    histories, flows, totals, parked = {}, Counter(), Counter(), []
    while arriving:
        size = next(cuts)
        batch, arriving = arriving[:size], arriving[size:]
        changes = project(batch, histories, **RULES, ended=campaign_ended, control_key=control_key)
        histories.update(changes.histories)
        flows.update(changes.flows)
        totals.update(changes.control_totals)
        parked += changes.parked
    return histories, flows, Counter({k: n for k, n in totals.items() if n}), parked


@st.composite
def arrivals(draw):
    """A history, and a way in which it may arrive: shuffled, doubled, with copies that still carry an earlier day."""
    events = history(draw(st.integers(0, 10_000)), pupils=5, slots=3)
    again = [e for e in events if draw(st.booleans())]
    stale = [
        replace(e, day=draw(st.sampled_from([d for d in DAYS if d <= e.day])))
        for e in events
        if draw(st.integers(0, 3)) == 0
    ]
    arriving = draw(st.permutations([*events, *again, *stale]))
    sizes = draw(st.lists(st.integers(1, 12), min_size=1, max_size=5))
    return events, arriving, (size for _ in iter(int, 1) for size in sizes)


@given(arrivals())
@examples(40)
def test_any_order_any_doubles_any_batches_give_the_figures_of_the_definition_on_every_day(arrival):
    events, arriving, cuts = arrival
    _, changes, _, parked = in_batches(arriving, cuts)
    assert parked == []
    for day in DAYS:
        assert figures_on(changes, day) == definition(events, day, **RULES, ended=campaign_ended)


@given(arrivals())
@examples(20)
def test_the_control_totals_count_every_event_once_on_its_last_day(arrival):
    events, arriving, cuts = arrival
    _, _, totals, _ = in_batches(arriving, cuts)
    expected = Counter()
    for e in events:
        expected.update(
            {(control_key(e.stream), e.day, "count"): 1, (control_key(e.stream), e.day, "hash_total"): id_hash(e.id)}
        )
    assert totals == expected


@given(arrivals())
@examples(20)
def test_every_measure_but_orphans_is_a_subset_of_expected_and_the_splits_add_up(arrival):
    _, arriving, cuts = arrival
    figures = figures_on(in_batches(arriving, cuts)[1], DAYS[-1])
    for cell in {cell for cell, _ in figures}:
        at = {name: figures[cell, name] for name in NAMES}
        assert all(0 <= n <= at["expected"] for name, n in at.items() if name != "orphans")
        assert (
            sum(at[f"by_{by}"] for by in ("guardian", "code", "teacher", "school"))
            == at["how_single"] + at["how_stack"]
            == at["uploaded"]
        )
        assert at["uploaded"] + max(at["flagged"], at["returned"], at["paper"]) <= at["expected"]


@given(arrivals(), st.sampled_from(DAYS[:-1]))
@examples(20)
def test_events_of_later_days_never_change_a_closed_day(arrival, closed):
    events, arriving, cuts = arrival
    until_then = [e for e in events if e.day <= closed]
    before = figures_on(in_batches(until_then, iter([3] * 1000))[1], closed)
    after = figures_on(in_batches([e for e in arriving if e in events], cuts)[1], closed)
    assert before == after


@given(arrivals())
@examples(20)
def test_the_same_events_make_the_same_history_in_any_order(arrival):
    events, arriving, cuts = arrival
    histories, changes, totals, _ = in_batches(arriving, cuts)
    straight = project(events, {}, **RULES, ended=campaign_ended, control_key=control_key)
    assert histories == straight.histories
    assert Counter({k: n for k, n in changes.items() if n}) == straight.flows
    assert totals == straight.control_totals
    again = project(arriving, histories, **RULES, ended=campaign_ended, control_key=control_key)
    assert (again.histories, again.flows, again.control_totals, again.applied) == ({}, Counter(), Counter(), [])


def test_a_late_older_version_changes_the_past_and_not_the_present():
    new, old = form(PUPIL, 2, DAYS[5], archive=archive()), form(PUPIL, 1, DAYS[1], waiting=True)
    states = apply(apply({}, new), old)[new.stream]
    assert as_of(states, DAYS[3])["waiting"]
    assert as_of(states, DAYS[6])["archive"]
    assert as_of(states, DAYS[0]) == {}


def test_a_late_older_version_counts_on_its_own_days_and_in_the_control_totals():
    stored = project([entry(PUPIL, 1, DAYS[0]), form(PUPIL, 2, DAYS[5], archive=archive())], {}, **RULES).histories
    late = form(PUPIL, 1, DAYS[1], waiting=True)
    changes = project([late], stored, **RULES)
    assert {(day, name): n for (_, _, day, name), n in changes.flows.items() if name == "flagged"} == {
        (DAYS[1], "flagged"): 1,
        (DAYS[5], "flagged"): -1,
    }
    assert changes.control_totals == {
        (slot_of(late.stream), DAYS[1], "count"): 1,
        (slot_of(late.stream), DAYS[1], "hash_total"): id_hash(late.id),
    }


def test_of_two_copies_of_an_event_the_later_day_holds_whichever_comes_first():
    early = form(PUPIL, 1, DAYS[1], archive=archive())
    late = replace(early, day=DAYS[2])
    assert apply(apply({}, early), late) == apply(apply({}, late), early) == apply({}, late)


def test_a_later_copy_of_the_newest_version_brings_back_the_state_before_it():
    """So a history keeps the state of every version, not only of the last one of a day."""
    first, second = form(PUPIL, 1, DAYS[1], waiting=True), form(PUPIL, 2, DAYS[1], archive=archive())
    history = apply(apply(apply({}, first), second), replace(second, day=DAYS[3]))
    assert as_of(history[first.stream], DAYS[2])["waiting"]


def test_two_events_with_one_version_are_a_fork_and_the_second_one_is_parked():
    a, b = form(PUPIL, 1, DAYS[0]), replace(form(PUPIL, 1, DAYS[0]), id="b")
    with pytest.raises(Fork):
        apply(apply({}, a), b)
    assert [(e.id, reason.partition(":")[0]) for e, reason in project([a, b], {}, **RULES).parked] == [("b", "Fork")]


def test_poison_is_parked_alone_wherever_it_comes_and_whatever_is_stored_already():
    bad = form(PUPIL, 1, DAYS[3], archive={"by": "unknown-sender", "how": "single", "on": DAYS[3]})
    good = [entry(PUPIL, 1, DAYS[0]), form(PUPIL, 2, DAYS[4], archive=archive())]
    for batch in ([*good, bad], [bad, *good], [good[1], bad, good[0]]):
        changes = project(batch, {}, **RULES)
        assert [e.id for e, _ in changes.parked] == [bad.id]
        assert figures_on(changes.flows, DAYS[4]) == definition(good, DAYS[4], **RULES)


def test_a_move_takes_the_upload_along_and_yesterday_stays_where_it_was():
    events = [
        entry(PUPIL, 1, DAYS[0], CLASSES[0]),
        form(PUPIL, 1, DAYS[1], archive=archive()),
        entry(PUPIL, 2, DAYS[2], CLASSES[3]),
    ]
    changes = project(events, {}, **RULES).flows
    before, after = Cell("2026a", CLASSES[0][:10], CLASSES[0]), Cell("2026a", CLASSES[3][:10], CLASSES[3])
    assert figures_on(changes, DAYS[1])[before, "uploaded"] == 1
    assert figures_on(changes, DAYS[2])[before, "uploaded"] == 0
    assert figures_on(changes, DAYS[2])[after, "uploaded"] == 1


def test_days_after_the_last_day_give_no_flows_and_an_extension_counts_them():
    late = [entry(PUPIL, 1, DAYS[0]), form(PUPIL, 1, DAYS[8], archive=archive())]
    assert DAYS[8] > LAST_DAY
    assert {day for _, _, day, _ in project(late, {}, **RULES, ended=campaign_ended).flows} == {DAYS[0]}
    extended = [*late, entry(PUPIL, 2, DAYS[9], last_day="2026-12-31")]
    flows_then = project(extended, {}, **RULES, ended=campaign_ended).flows
    assert figures_on(flows_then, DAYS[8]) == figures_on(
        project(late, {}, **RULES, ended=campaign_ended).flows, DAYS[8]
    )
    assert figures_on(flows_then, DAYS[9])[Cell("2026a", CLASSES[0][:10], CLASSES[0]), "uploaded"] == 1


def test_a_pupil_who_moves_after_the_last_day_stays_counted_where_the_campaign_ended():
    events = [entry(PUPIL, 1, DAYS[0], CLASSES[0]), entry(PUPIL, 2, DAYS[9], CLASSES[3])]
    figures = figures_on(project(events, {}, **RULES, ended=campaign_ended).flows, DAYS[9])
    assert (
        figures
        == definition(events, DAYS[9], **RULES, ended=campaign_ended)
        == {(Cell("2026a", CLASSES[0][:10], CLASSES[0]), "expected"): 1}
    )


def test_a_second_campaign_and_a_second_pupil_do_not_touch_the_first():
    other = pupil_id(2, 1)
    events = [
        entry(PUPIL, 1, DAYS[0]),
        entry(PUPIL, 1, DAYS[0], CLASSES[1], campaign="2027a", last_day="2027-12-31"),
        binding(PUPIL, 1, DAYS[9]),
        entry(other, 1, DAYS[0]),
        form(other, 1, DAYS[0], archive=archive()),
    ]
    figures = figures_on(project(events, {}, **RULES, ended=campaign_ended).flows, DAYS[9])
    assert (
        figures[Cell("2026a", CLASSES[0][:10], CLASSES[0]), "registered"] == 0
    )  # bound after that campaign's last day
    assert figures[Cell("2027a", CLASSES[1][:10], CLASSES[1]), "registered"] == 1
    assert figures[Cell("2026a", CLASSES[0][:10], CLASSES[0]), "expected"] == 2
    assert DAYS[9] > CUTOFF


def test_the_slot_of_a_history_is_that_of_its_pupil_and_nothing_gives_nothing():
    assert {slot for slot, *_ in project([entry(PUPIL, 1, DAYS[0])], {}, **RULES).flows} == {
        slot_of(f"form-2026a-{PUPIL}")
    }
    assert not flows({}, measure)
    assert not control_totals({})
    assert project([], {}, **RULES).histories == {}


def test_a_measure_that_fails_on_good_events_together_is_bad_code_and_stops_the_batch():
    def broken(states):
        if len(states) > 1:
            raise ZeroDivisionError
        return {}

    with pytest.raises(ZeroDivisionError):
        project([entry(PUPIL, 1, DAYS[0]), form(PUPIL, 1, DAYS[0])], {}, history_key=history_key, measure=broken)
