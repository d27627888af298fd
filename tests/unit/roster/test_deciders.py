"""Roster's deciders: units, classes, campaigns, enrolments, entries, codes, prints."""

from __future__ import annotations

from dataclasses import asdict

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from services.roster.domain.campaign import (
    CancelPlan,
    ChangePlan,
    CloseEarly,
    Extend,
    OpenCampaign,
    PlanCampaign,
    Settle,
    campaign_decider,
)
from services.roster.domain.enrolment import (
    ChangeState,
    Correct,
    Enrol,
    Enrolment,
    MoveClass,
    SetBusiness,
    Transfer,
    enrolment_decider,
)
from services.roster.domain.entry import OpenEntry, Print, Reschedule, UpdateFromEnrolment, entry_decider, is_expected
from services.roster.domain.print_run import Fetch, Make, print_run_decider
from services.roster.domain.registration_code import Issue, Spend, Window, has_ended, registration_code_decider
from services.roster.domain.school_class import CloseClass, OpenClass, class_decider
from services.roster.domain.unit import CloseUnit, MoveUnit, OpenUnit, RenameUnit, unit_decider
from shared.eventsourcing.event import NewEvent
from shared.language.contracts import STREAMS
from shared.language.contracts.roster import STATES
from tests.support.given import given, happened

PUPIL = "3f7.018f2ab47c9d01e5f6a7"
SCHOOL, CLASS, SECOND = "2113000017", "2113000017p202401", "2113000017p202402"
ELSEWHERE, THERE = "2113000018", "2113000018p202401"
CODE, SHEET, REPRINT = "a" * 32, "b" * 32, "c" * 32
DAY = "2026-11-01"

# ---- units
UNIT = unit_decider("130102")
OPENED = happened("unit.opened", name="长安区", level="county", parent="130100", kind="", effective_from=DAY)


def test_a_unit_opens_below_a_unit_of_a_higher_level():
    given(UNIT).when(OpenUnit("长安区", "county", "130100", "city", "", DAY)).then(OPENED)


@pytest.mark.parametrize(
    ("level", "parent_level"),
    [
        ("county", "province"),
        ("county", "city"),
        ("school", "nation"),
        ("school", "province"),
        ("school", "city"),
        ("school", "county"),
        ("province", "nation"),
        ("city", "province"),
    ],
)
def test_any_depth_is_possible(level, parent_level):
    opened = happened("unit.opened", name="x", level=level, parent="1", kind="", effective_from=DAY)
    given(UNIT).when(OpenUnit("x", level, "1", parent_level, "", DAY)).then(opened)


@pytest.mark.parametrize(
    ("level", "parent_level"),
    [("county", "county"), ("city", "county"), ("school", "school"), ("county", ""), ("province", "")],
)
def test_a_unit_never_opens_below_its_equal_or_nothing(level, parent_level):
    given(UNIT).when(OpenUnit("x", level, "1", parent_level, "", DAY)).then_refused("wrong-parent")


def test_a_code_is_never_used_again():
    given(UNIT, OPENED, happened("unit.closed")).when(OpenUnit("x", "county", "130100", "city", "", DAY)).then_refused(
        "unit-exists"
    )


def test_a_unit_is_renamed_moved_and_closed():
    new = RenameUnit("新区", DAY, DAY)
    given(UNIT, OPENED).when(new).then(happened("unit.renamed", name="新区", effective_from=DAY))
    given(UNIT, OPENED).when(RenameUnit("长安区", DAY, DAY)).then_nothing()
    given(UNIT, OPENED).when(MoveUnit("130000", "province", DAY)).then(
        happened("unit.moved", parent="130000", effective_from=DAY)
    )
    given(UNIT, OPENED).when(CloseUnit()).then(happened("unit.closed"))
    given(UNIT, OPENED, happened("unit.closed")).when(new).then_refused("unit-closed")


@pytest.mark.parametrize("day", ["2026-10-31", "2026-11-02"], ids=["before its latest version", "in the future"])
def test_another_name_holds_from_a_day_that_has_come_and_not_before_the_last_one(day):
    given(UNIT, OPENED).when(RenameUnit("新区", day, DAY)).then_refused("day-out-of-range")


def test_a_unit_to_which_somebody_belongs_stays_open():
    given(UNIT, OPENED).when(CloseUnit(below=1)).then_refused("units-below")
    given(UNIT, OPENED).when(CloseUnit(pupils=1)).then_refused("pupils-there")
    nation = happened("unit.opened", name="全国", level="nation", parent="", kind="", effective_from=DAY)
    given(UNIT, nation).when(CloseUnit()).then_refused("nation-stays")


# ---- classes
def test_a_class_opens_once_and_closes():
    command = OpenClass(SCHOOL, "p", 2024, 1, "三年级1班")
    opened = happened("class.opened", school=SCHOOL, stage="p", entry_year=2024, number=1, name="三年级1班")
    given(class_decider(CLASS)).when(command).then(opened)
    given(class_decider(CLASS), opened).when(command).then_refused("class-exists")
    given(class_decider(CLASS), opened).when(CloseClass()).then(happened("class.closed"))
    given(class_decider(CLASS)).when(CloseClass()).then_refused("class-closed")


# ---- campaigns
PLAN = PlanCampaign("2026年秋季学籍核查", "2026-11-01", "2026-11-30", "2026-12-31", ("j", "p"))
PLANNED = happened(
    "campaign.planned", name=PLAN.name, opens=PLAN.opens, cutoff=PLAN.cutoff, last_day=PLAN.last_day, stages=["j", "p"]
)


AUTUMN_CAMPAIGN = campaign_decider("2026a")
BEGUN, CANCELLED = happened("campaign.opened"), happened("campaign.cancelled")
SNOW, DONE = "多地因暴雪停课", "各校已全部完成"
EXTENDED = happened("campaign.extended", last_day="2027-01-15", reason=SNOW)
CLOSED = happened("campaign.closed-early", last_day="2026-12-10", reason=DONE)


def plan(opens: str = "2026-11-02", cutoff: str = "2026-11-30", last_day: str = "2027-01-10") -> ChangePlan:
    return ChangePlan("秋季核查", opens, cutoff, last_day, ("p",))


CHANGED = happened(
    "campaign.replanned", name="秋季核查", opens="2026-11-02", cutoff="2026-11-30", last_day="2027-01-10", stages=["p"]
)


@pytest.mark.parametrize(
    ("before", "command", "result"),
    [
        # a plan is changed and cancelled while it is one
        ([PLANNED], plan(), CHANGED),
        ([PLANNED, CHANGED], plan(), None),
        ([PLANNED], plan(cutoff="2026-11-01"), "days-out-of-order"),
        ([PLANNED, BEGUN], plan(), "campaign-open"),
        ([], plan(), "not-found"),
        ([PLANNED], CancelPlan(), CANCELLED),
        ([PLANNED, CANCELLED], CancelPlan(), None),
        ([PLANNED, BEGUN], CancelPlan(), "campaign-open"),
        ([PLANNED, CANCELLED], plan(), "campaign-cancelled"),
        ([PLANNED, CANCELLED], OpenCampaign("2026-11-01"), "campaign-cancelled"),
        ([PLANNED, CANCELLED], PLAN, "campaign-exists"),
        ([PLANNED, CHANGED], OpenCampaign("2027-01-05"), BEGUN),
        # a running one is extended, on its last day too, and never shortened by an extension
        ([PLANNED], Extend("2027-01-15", SNOW, "2026-11-05"), "campaign-still-planned"),
        ([PLANNED, BEGUN], Extend("2027-01-15", SNOW, "2026-11-05"), EXTENDED),
        ([PLANNED, BEGUN], Extend("2027-01-15", SNOW, "2026-12-31"), EXTENDED),
        ([PLANNED, BEGUN], Extend("2027-01-15", SNOW, "2027-01-01"), "second-round-needed"),
        ([PLANNED, BEGUN], Extend("2026-12-31", SNOW, "2026-12-20"), "last-day-not-later"),
        ([PLANNED, BEGUN], Extend("2026-12-30", SNOW, "2026-12-20"), "last-day-not-later"),
        ([PLANNED, BEGUN, EXTENDED], Extend("2027-01-15", SNOW, "2027-01-05"), "last-day-not-later"),
        # an early close leaves the days that are over alone
        ([PLANNED], CloseEarly("2026-12-10", DONE, "2026-12-10"), "campaign-still-planned"),
        ([PLANNED, BEGUN], CloseEarly("2026-12-10", DONE, "2026-12-10"), CLOSED),
        ([PLANNED, BEGUN], CloseEarly("2026-12-10", DONE, "2026-12-01"), CLOSED),
        ([PLANNED, BEGUN], CloseEarly("2026-12-10", DONE, "2026-12-11"), "last-day-not-earlier"),
        ([PLANNED, BEGUN], CloseEarly("2026-12-31", DONE, "2026-12-11"), "last-day-not-earlier"),
        ([PLANNED, BEGUN], CloseEarly("2026-10-31", DONE, "2026-10-20"), "last-day-not-earlier"),
        ([PLANNED, BEGUN, CLOSED], CloseEarly("2026-12-05", DONE, "2026-12-11"), "second-round-needed"),
        ([PLANNED, BEGUN, CLOSED], Extend("2027-01-15", SNOW, "2026-12-10"), EXTENDED),
        # settled: for the last day of now, once
        ([PLANNED], Settle("2026-12-31"), "campaign-still-planned"),
        ([PLANNED, BEGUN], Settle("2026-12-31"), happened("campaign.settled", last_day="2026-12-31")),
        ([PLANNED, BEGUN, happened("campaign.settled", last_day="2026-12-31")], Settle("2026-12-31"), None),
        ([PLANNED, BEGUN, EXTENDED], Settle("2026-12-31"), None),
    ],
)
def test_the_life_of_a_campaign(before, command, result):
    asked = given(AUTUMN_CAMPAIGN, *before).when(command)
    if result is None:
        asked.then_nothing()
    elif isinstance(result, str):
        asked.then_refused(result)
    else:
        asked.then(result)


def test_the_last_day_of_the_plan_is_kept_through_an_early_close_and_an_extension():
    state = AUTUMN_CAMPAIGN.fold([PLANNED, BEGUN, CLOSED, EXTENDED])
    assert (state.last_day, state.planned_last_day, state.reason) == ("2027-01-15", "2026-12-31", SNOW)


def test_a_campaign_is_planned_once_and_opened_once():
    decider = campaign_decider("2026a")
    given(decider).when(PLAN).then(PLANNED)
    given(decider, PLANNED).when(PLAN).then_refused("campaign-exists")
    given(decider, PLANNED).when(OpenCampaign("2026-11-01")).then(happened("campaign.opened"))
    given(decider, PLANNED, happened("campaign.opened")).when(OpenCampaign("2026-11-01")).then_nothing()
    given(decider).when(OpenCampaign("2026-11-01")).then_refused("not-found")


def test_a_campaign_cannot_end_before_its_cut_off():
    given(campaign_decider("2026a")).when(
        PlanCampaign("x", "2026-11-01", "2026-11-30", "2026-11-29", ("p",))
    ).then_refused("days-out-of-order")


# ---- enrolments
ENROLMENT = enrolment_decider(PUPIL)
ENROLLED = happened("enrolment.opened", school=SCHOOL, class_=CLASS)


def test_a_pupil_is_enrolled_once():
    given(ENROLMENT).when(Enrol(SCHOOL, CLASS)).then(ENROLLED)
    given(ENROLMENT, ENROLLED).when(Enrol(SCHOOL, CLASS)).then_refused("enrolled-already")


@pytest.mark.parametrize(
    "command", [Correct(), MoveClass(SCHOOL, CLASS), Transfer(SCHOOL, CLASS), ChangeState("left"), SetBusiness(True)]
)
def test_nothing_happens_to_a_pupil_that_is_not_there(command):
    given(ENROLMENT).when(command).then_refused("not-found")


def test_a_pupil_moves_within_the_school_and_transfers_between_schools():
    given(ENROLMENT, ENROLLED).when(MoveClass(SCHOOL, SECOND)).then(
        happened("enrolment.class-moved", school=SCHOOL, class_=SECOND)
    )
    given(ENROLMENT, ENROLLED).when(MoveClass(SCHOOL, CLASS)).then_nothing()
    given(ENROLMENT, ENROLLED).when(MoveClass(ELSEWHERE, THERE)).then_refused("class-of-another-school")
    given(ENROLMENT, ENROLLED).when(Transfer(ELSEWHERE, THERE)).then(
        happened("enrolment.transferred", school=ELSEWHERE, class_=THERE)
    )
    given(ENROLMENT, ENROLLED).when(Transfer(SCHOOL, SECOND)).then_refused("same-school")


def test_states_and_business_change_and_saying_it_again_changes_nothing():
    suspended = happened("enrolment.state-changed", state="suspended")
    given(ENROLMENT, ENROLLED).when(ChangeState("suspended")).then(suspended)
    given(ENROLMENT, ENROLLED, suspended).when(ChangeState("suspended")).then_nothing()
    given(ENROLMENT, ENROLLED).when(SetBusiness(True)).then(happened("enrolment.business-opened"))
    given(ENROLMENT, ENROLLED).when(SetBusiness(False)).then_nothing()
    given(ENROLMENT, ENROLLED, happened("enrolment.business-opened")).when(SetBusiness(False)).then(
        happened("enrolment.business-closed")
    )
    given(ENROLMENT, ENROLLED).when(Correct()).then(happened("enrolment.corrected"))


# ---- entries
ENTRY = entry_decider("2026a", PUPIL)
HERE = Enrolment(PUPIL, SCHOOL, CLASS, "in-school")
TERMS = {"cutoff": "2026-11-30", "last_day": "2026-12-31"}
ENTERED = happened("entry.opened", school=SCHOOL, class_=CLASS, expected=True, upload_code=CODE, **TERMS)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("business", [False, True])
@pytest.mark.parametrize("stages", ["p", "jsx"])
def test_a_form_is_expected_of_pupils_in_school_without_business_in_a_stage_of_the_campaign(state, business, stages):
    assert is_expected(Enrolment(PUPIL, SCHOOL, CLASS, state, business), stages) == (
        state == "in-school" and not business and stages == "p"
    )


def test_an_entry_is_opened_once():
    command = OpenEntry(HERE, "pjsx", CODE, **TERMS)
    given(ENTRY).when(command).then(ENTERED)
    given(ENTRY, ENTERED).when(command).then_nothing()


def test_an_entry_takes_over_another_last_day_once_and_keeps_its_cut_off():
    given(ENTRY, ENTERED).when(Reschedule("2026-12-31")).then_nothing()
    moved = given(ENTRY, ENTERED).when(Reschedule("2027-01-15"))
    moved.then(happened("entry.rescheduled", last_day="2027-01-15"))
    given(ENTRY).when(Reschedule("2027-01-15")).then_refused("not-found")


def test_an_entry_follows_its_enrolment_and_says_nothing_when_nothing_has_changed():
    moved = Enrolment(PUPIL, SCHOOL, SECOND, "in-school")
    given(ENTRY, ENTERED).when(UpdateFromEnrolment(HERE, "pjsx")).then_nothing()
    given(ENTRY, ENTERED).when(UpdateFromEnrolment(moved, "pjsx")).then(
        happened("entry.changed", school=SCHOOL, class_=SECOND, expected=True)
    )
    given(ENTRY, ENTERED).when(UpdateFromEnrolment(HERE, "j")).then(
        happened("entry.changed", school=SCHOOL, class_=CLASS, expected=False)
    )
    given(ENTRY).when(UpdateFromEnrolment(HERE, "p")).then_refused("not-found")


def test_a_reprint_voids_the_sheet_before():
    state = (
        given(ENTRY, ENTERED, happened("entry.printed", sheet=SHEET))
        .when(Print(REPRINT))
        .then(happened("entry.printed", sheet=REPRINT))
        .state
    )
    assert (state.sheet, state.void_sheets) == (REPRINT, (SHEET,))
    given(ENTRY).when(Print(SHEET)).then_refused("not-found")


def test_an_entry_knows_whether_the_pupil_has_left_the_class_on_its_first_paper():
    left = happened("entry.changed", school=SCHOOL, class_=SECOND, expected=True)
    back = happened("entry.changed", school=SCHOOL, class_=CLASS, expected=True)
    absent = happened("entry.changed", school=SCHOOL, class_=CLASS, expected=False)
    printed, again = happened("entry.printed", sheet=SHEET), happened("entry.printed", sheet=REPRINT)

    def moved(*events):
        return ENTRY.fold([ENTERED, *events]).moved

    assert not moved(absent, printed, absent)
    assert moved(left) and not moved(left, printed), "there is no paper before the first print"
    assert moved(printed, left) and moved(printed, left, again) and moved(printed, left, again, back)


# ---- registration codes and prints
def test_a_registration_code_is_spent_once_and_a_new_one_is_unspent():
    decider = registration_code_decider(PUPIL)
    issued, spent = happened("registration.issued", code=CODE, day="2026-09-01"), happened("registration.spent")
    given(decider, issued).when(Spend()).then(spent)
    given(decider, issued, spent).when(Spend()).then_nothing()
    again = happened("registration.issued", code=SHEET, day="2026-09-02")
    state = given(decider, issued, spent).when(Issue(SHEET, "2026-09-02")).then(again).state
    assert (state.spent, state.issued) == (False, "2026-09-02")


AUTUMN, SPRING, OVERLAP = (
    Window("2026-09-01", "2026-12-31"),
    Window("2027-03-01", "2027-06-30"),
    Window("2026-12-01", "2027-02-28"),
)


@pytest.mark.parametrize(
    ("issued", "windows", "today", "ended"),
    [
        ("2026-08-20", [], "2027-08-20", False),  # no campaign has been opened for this pupil
        ("2026-08-20", [AUTUMN], "2026-12-31", False),
        ("2026-08-20", [AUTUMN], "2027-01-01", True),
        ("2026-08-20", [AUTUMN, SPRING], "2027-03-02", True),  # last year's paper does not come alive again
        ("2027-01-10", [AUTUMN], "2027-01-11", False),  # issued between two campaigns
        ("2027-01-10", [AUTUMN, SPRING], "2027-06-30", False),
        ("2027-01-10", [AUTUMN, SPRING], "2027-07-01", True),
        ("2026-08-20", [AUTUMN, OVERLAP], "2027-01-01", False),  # one code on the paper of both
        ("2026-08-20", [AUTUMN, OVERLAP], "2027-03-01", True),
        ("", [AUTUMN], "2027-01-01", True),
    ],
)
def test_a_code_ends_with_the_first_campaign_that_ends_after_its_issue(issued, windows, today, ended):
    assert has_ended(issued, windows, today) is ended


def test_every_fetch_of_a_print_is_recorded():
    decider = print_run_decider("p1")
    make = Make("2026a", SCHOOL, 40, "10.0.0.1", by="a1", at=1000, classes=(CLASS,), void=2, run="p1")
    made = happened("print.made", **asdict(make))
    given(decider).when(make).then(made)
    assert (
        given(decider, made)
        .when(Fetch(39, "10.0.0.2"))
        .then(happened("print.fetched", forms=39, source="10.0.0.2"))
        .state.fetched
        == 1
    )
    given(decider).when(Fetch(1, "10.0.0.2")).then_refused("not-found")


# ---- all of them
DECIDERS = {
    "unit": UNIT,
    "class": class_decider(CLASS),
    "campaign": campaign_decider("2026a"),
    "enrolment": ENROLMENT,
    "entry": ENTRY,
}
EXAMPLES = [
    (name, NewEvent(event.type, event.example[0]))
    for stream in STREAMS["roster"]
    for name in [stream.category]
    for event in stream.events
]


@for_all(st.lists(st.sampled_from(EXAMPLES)))
def test_any_history_of_published_events_can_be_folded_and_shown(history):
    for name, decider in DECIDERS.items():
        decider.public(decider.fold(event for of, event in history if of == name))
