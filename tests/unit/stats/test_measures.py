"""The table of measures, line by line: which pupil belongs to which set."""

from __future__ import annotations

import pytest

from services.stats.domain.counted_state import Unmeasurable
from services.stats.domain.measures import (
    CATEGORIES_OF,
    HANDLED,
    IGNORED,
    NAMES,
    Cell,
    campaign_ended,
    control_key,
    history_key,
    measure,
)
from shared.eventsourcing.event import slot_of
from shared.language import contracts
from tests.unit.stats.histories import (
    CLASSES,
    CUTOFF,
    DAYS,
    LAST_DAY,
    archive,
    binding,
    campaign,
    entry,
    event,
    form,
    pupil_id,
    school_class,
    unit,
)

PUPIL = pupil_id(7, 7)
CELL = Cell("2026a", "2111000001", CLASSES[0])
ENTRY = entry(PUPIL, 1, DAYS[0])
PRINTED = entry(PUPIL, 1, DAYS[0], sheet="7d793037a0760186")
GONE = entry(PUPIL, 1, DAYS[0], expected=False)
BOUND = binding(PUPIL, 1, DAYS[0])
ON_TIME, TOO_LATE = archive(on=CUTOFF), archive(on="2026-11-06")


def a_form(**state):
    return form(PUPIL, 1, DAYS[0], **state)


def sets(*events):
    """The names of the sets in which the pupil is."""
    figures = measure({e.stream: e.state for e in events})
    assert set(figures.values()) <= {1}
    assert {cell for cell, _ in figures} <= {CELL}
    return {name for _, name in figures}


@pytest.mark.parametrize(
    ("what", "events", "expected"),
    [
        ("expected", [ENTRY], {"expected"}),
        ("not expected", [GONE], set()),
        ("a valid sheet exists", [PRINTED], {"expected", "printed"}),
        ("a guardian is bound", [ENTRY, BOUND], {"expected", "registered"}),
        ("a guardian only waits, or was unbound", [ENTRY, binding(PUPIL, 2, DAYS[0], [])], {"expected"}),
        ("some photo has arrived, whatever became of it", [ENTRY, a_form()], {"expected", "received"}),
        (
            "archived by the guardian",
            [ENTRY, a_form(archive=ON_TIME)],
            {"expected", "received", "uploaded", "by_guardian", "how_single"},
        ),
        (
            "archived by upload code",
            [ENTRY, a_form(archive=archive("code"))],
            {"expected", "received", "uploaded", "by_code", "how_single"},
        ),
        (
            "archived by the teacher from a stack",
            [ENTRY, a_form(archive=archive("teacher", "stack"))],
            {"expected", "received", "uploaded", "by_teacher", "how_stack"},
        ),
        (
            "archived by the school",
            [ENTRY, a_form(archive=archive("school"))],
            {"expected", "received", "uploaded", "by_school", "how_single"},
        ),
        (
            "reviewed",
            [ENTRY, a_form(archive=ON_TIME, accepted=True)],
            {"expected", "received", "uploaded", "by_guardian", "how_single", "accepted"},
        ),
        ("waits for a person", [ENTRY, a_form(waiting=True)], {"expected", "received", "flagged"}),
        (
            "waits for a person while another photo is the archive",
            [ENTRY, a_form(waiting=True, archive=ON_TIME)],
            {"expected", "received", "uploaded", "by_guardian", "how_single"},
        ),
        ("returned, nothing newer", [ENTRY, a_form(returned=True)], {"expected", "received", "returned"}),
        (
            "paper: in the denominator, never in the numerator",
            [ENTRY, a_form(received=False, paper=True)],
            {"expected", "paper"},
        ),
        (
            "paper was recorded, then a photo was archived",
            [ENTRY, a_form(paper=True, archive=ON_TIME)],
            {"expected", "received", "uploaded", "by_guardian", "how_single"},
        ),
        (
            "archived after the cut-off",
            [ENTRY, a_form(archive=TOO_LATE)],
            {"expected", "received", "uploaded", "by_guardian", "how_single", "late"},
        ),
        ("archived, but not expected", [GONE, BOUND, a_form(archive=TOO_LATE, accepted=True)], {"orphans"}),
        ("not expected and nothing archived", [GONE, BOUND, a_form(waiting=True)], set()),
        ("withdrawn: a photo had arrived and none is archived", [ENTRY, a_form()], {"expected", "received"}),
        ("a form without an entry in the campaign", [a_form(archive=ON_TIME), BOUND], set()),
    ],
)
def test_which_sets_a_pupil_is_in(what, events, expected):
    assert sets(*events) == expected, what


def test_a_photo_on_hold_is_not_uploaded_and_waits_for_a_person():
    _, state = contracts.TYPES["form.held", 1].example
    on_hold = {name: state[name] for name in ("received", "archive", "accepted", "waiting", "returned", "paper")}
    assert sets(ENTRY, a_form(**on_hold)) == {"expected", "received", "flagged"}


def test_the_form_of_another_campaign_does_not_count_here():
    assert sets(ENTRY, form(PUPIL, 1, DAYS[0], campaign="2027a", archive=ON_TIME)) == {"expected"}


def test_units_classes_and_campaigns_have_no_figures():
    assert (
        sets(unit("110000", "北京市", "province", "000000"), school_class(CLASSES[0], "三年级1班"), campaign()) == set()
    )


def test_states_before_the_first_event_count_nothing():
    assert measure({ENTRY.stream: {}, a_form().stream: {}}) == {}
    assert sets(ENTRY) == {"expected"}


@pytest.mark.parametrize(
    "type",
    sorted({e.type for stream in contracts.PUBLIC.values() for e in stream.events if stream.category in HANDLED}),
)
def test_every_published_example_can_be_measured_alone(type):
    stream = next(s for s in contracts.PUBLIC.values() if any(e.type == type for e in s.events))
    example = next(e.example for e in stream.events if e.type == type)
    name = (
        stream.pattern.replace("<campaign>", "2026a")
        .replace("<pupil>", PUPIL)
        .replace("<code>", "130102")
        .replace("<id>", "2026a")
    )
    assert set(measure({name: example[1]}).values()) <= {1}


@pytest.mark.parametrize(
    "bad",
    [
        form(PUPIL, 1, DAYS[0], archive=archive("unknown-sender")),
        form(PUPIL, 1, DAYS[0], archive=archive(how="fax")),
        form(PUPIL, 1, DAYS[0], archive="yes"),
        form(PUPIL, 1, DAYS[0], waiting="true"),
        form(PUPIL, 1, DAYS[0], waiting=1),
        event(ENTRY.stream, 1, DAYS[0], {**ENTRY.state, "expected": None}),
        event(ENTRY.stream, 1, DAYS[0], {**ENTRY.state, "cutoff": 20261105}),
        event(f"binding-{PUPIL}", 1, DAYS[0], {"x": 1}),
        event(f"form-{PUPIL}", 1, DAYS[0], dict(a_form().state)),
        event("unit-1", 1, DAYS[0], {"code": "1"}),
        event("unknown-1", 1, DAYS[0], {"x": 1}, type="unknown.happened"),
    ],
)
def test_a_state_outside_its_contract_is_refused_even_alone(bad):
    with pytest.raises(Unmeasurable):
        measure({bad.stream: bad.state})


def test_a_campaign_has_ended_on_the_day_after_its_last_day():
    states = {ENTRY.stream: ENTRY.state}
    assert not campaign_ended(CELL, states, LAST_DAY)
    assert campaign_ended(CELL, states, DAYS[DAYS.index(LAST_DAY) + 1])
    assert not campaign_ended(CELL._replace(campaign="2027a"), states, "2099-01-01")
    assert not campaign_ended(CELL, {ENTRY.stream: {}}, "2099-01-01")


def test_a_pupils_streams_share_a_history_and_each_unit_has_its_own():
    assert {history_key(e) for e in (ENTRY, BOUND, a_form())} == {PUPIL}
    assert history_key(unit("110000", "北京市", "province", "000000")) == "unit-110000"


def test_control_totals_are_kept_per_slot_and_publisher_and_cover_every_handled_category():
    assert control_key(ENTRY.stream) == (7, "roster")
    assert control_key(a_form().stream) == (7, "upload")
    assert control_key("unit-110000") == (slot_of("unit-110000"), "roster")
    assert sorted(c for categories in CATEGORIES_OF.values() for c in categories) == sorted(HANDLED)
    assert set(HANDLED) | set(IGNORED) == set(contracts.PUBLIC)


def test_the_measures_are_those_of_the_table_in_its_order():
    assert NAMES == (
        "expected",
        "printed",
        "registered",
        "received",
        "uploaded",
        "by_guardian",
        "by_code",
        "by_teacher",
        "by_school",
        "how_single",
        "how_stack",
        "accepted",
        "flagged",
        "returned",
        "paper",
        "late",
        "orphans",
    )
