"""Opening a campaign gives every pupil enrolled before it an entry, in a worker that may die or stop at any school."""

from __future__ import annotations

import threading

import pytest

from services.roster.use_cases.entries import settle_entries_of_school
from shared.infrastructure.errors import Refused
from tests.support.together import run_together
from tests.unit.roster.county import CLASS, COUNTY, ELSEWHERE, HERE, OTHER, SCHOOL, County, row, state_of

SCHOOLS = 2


class StopAfter(threading.Event):
    """Set after this many calls of is_set."""

    def __init__(self, looks: int) -> None:
        super().__init__()
        self.looks = looks

    def is_set(self) -> bool:
        self.looks -= 1
        return self.looks < 0


@pytest.fixture
def enrolled(county: County) -> County:
    """59 pupils in one school, three in another; a campaign that was opened while no worker ran."""
    county.enrol(*(row(n) for n in range(1, 60)))
    county.enrol(*(row(n) for n in range(201, 204)), school=OTHER)
    county.plan()
    county.open_only()
    return county


def entries(county: County) -> dict[str, int]:
    """Number of events of the entry of each pupil."""
    return {
        row.id: len(county.store.load(f"entry-2026a-{row.id}"))
        for row in county.tables.pupils.find("class", [CLASS, ELSEWHERE])
    }


def test_the_entries_belong_to_the_request_that_opened_the_campaign(enrolled):
    opened = enrolled.store.load("campaign-2026a")[-1]
    enrolled.openings().finish(threading.Event())
    pupils = enrolled.tables.pupils.find("class", [CLASS, ELSEWHERE])
    told = {event.correlation_id for row in pupils for event in enrolled.store.load(f"entry-2026a-{row.id}")}
    assert opened.type == "campaign.opened" and told == {opened.correlation_id} != {""}


def test_opening_returns_at_once_and_the_campaign_is_ready_when_every_pupil_has_an_entry(enrolled):
    assert not enrolled.is_ready() and not any(entries(enrolled).values())
    assert enrolled.openings().finish(threading.Event()) == ["2026a"]
    assert enrolled.is_ready()
    states = [state_of(enrolled, f"entry-2026a-{pupil}") for pupil in entries(enrolled)]
    assert len(states) == 62 and all(state["expected"] for state in states)
    assert len({state["upload_code"] for state in states}) == 62


@pytest.mark.parametrize("schools", range(SCHOOLS))
def test_an_interrupted_opening_is_finished_and_no_pupil_gets_two_entries(enrolled, schools):
    assert enrolled.openings().finish(StopAfter(schools)) == []
    assert not enrolled.is_ready() and not all(entries(enrolled).values())
    assert enrolled.openings(seed=2).finish(threading.Event()) == ["2026a"]
    assert set(entries(enrolled).values()) == {1}


def test_an_opening_interrupted_within_a_school_is_finished(enrolled, monkeypatch):
    """A school of 59 takes two transactions."""
    append, calls = enrolled.store.append, []

    def unavailable_at_the_third(*given):
        calls.append(given)
        if len(calls) == 3:
            raise Refused("unavailable", "The store is unavailable.")
        return append(*given)

    monkeypatch.setattr(enrolled.store, "append", unavailable_at_the_third)
    with pytest.raises(Refused, match="unavailable"):
        enrolled.openings().finish(threading.Event())
    assert not enrolled.is_ready() and sorted(entries(enrolled).values()) == [0] * 9 + [1] * 53
    assert enrolled.openings(seed=2).finish(threading.Event()) == ["2026a"]
    assert set(entries(enrolled).values()) == {1}


def test_a_school_that_fails_does_not_hold_up_the_others_and_is_retried(enrolled, monkeypatch):
    openings, looked = enrolled.openings(), []

    def settle(deps, campaign, school, context):
        looked.append(school)
        if school == OTHER and looked.count(OTHER) == 1:
            raise ValueError("a row that nobody can read")
        settle_entries_of_school(deps, campaign, school, context)

    monkeypatch.setattr("services.roster.use_cases.campaign_opening.settle_entries_of_school", settle)
    assert run_together(lambda: openings.finish(threading.Event())) == [[]]
    assert sorted(looked) == [SCHOOL, OTHER] and sorted(entries(enrolled).values()) == [0] * 3 + [1] * 59
    assert openings.finish(threading.Event()) == ["2026a"]
    assert looked[2:] == [OTHER] and set(entries(enrolled).values()) == {1}


def test_an_entry_follows_a_move_that_was_planned_before_the_opening(county, monkeypatch):
    county.enrol(row(1))
    county.plan()
    pupil, append = county.pupils()[0]["pupil"], county.store.append

    def opened_meanwhile(appends, command, also=None):
        if appends[0].stream.startswith("enrolment-"):
            monkeypatch.undo()
            county.open_only()
            county.openings().finish(threading.Event())
        return append(appends, command, also)

    monkeypatch.setattr(county.store, "append", opened_meanwhile)
    county.post(
        f"/v1/pupils/{pupil}/changes", {"kind": "transferred", "school": OTHER, "class": ELSEWHERE}, "county", COUNTY
    )
    assert state_of(county, f"entry-2026a-{pupil}")["school"] == OTHER


def test_a_worker_that_dies_before_it_marks_the_campaign_ready_is_followed_by_one_that_does(enrolled, monkeypatch):
    def die(*given):
        raise KeyboardInterrupt

    monkeypatch.setattr("services.roster.use_cases.campaign_opening.Openings._mark", die)
    with pytest.raises(KeyboardInterrupt):
        enrolled.openings().finish(threading.Event())
    monkeypatch.undo()
    assert not enrolled.is_ready() and set(entries(enrolled).values()) == {1}
    assert enrolled.openings(seed=2).finish(threading.Event()) == ["2026a"]
    assert set(entries(enrolled).values()) == {1}


def test_a_campaign_that_is_ready_or_only_planned_is_left_alone(enrolled):
    enrolled.plan("2026b")
    enrolled.openings().finish(threading.Event())
    assert enrolled.openings().finish(threading.Event()) == []
    assert not enrolled.is_ready("2026b")


def test_opening_again_changes_nothing(enrolled):
    enrolled.openings().finish(threading.Event())
    assert enrolled.open_only()["ready"]
    assert enrolled.openings().finish(threading.Event()) == []
    assert set(entries(enrolled).values()) == {1}


def test_nothing_is_printed_before_every_pupil_has_an_entry(enrolled):
    enrolled.openings().finish(StopAfter(1))
    assert 0 < sum(entries(enrolled).values()) < 62
    refused = enrolled.ask("POST", "/v1/campaigns/2026a/prints", "school", [HERE], json={"class": CLASS})
    assert (refused.status_code, refused.json["title"]) == (409, "campaign-not-ready")
    enrolled.openings().finish(threading.Event())
    assert enrolled.post("/v1/campaigns/2026a/prints", {"class": CLASS}, "school", HERE)["forms"] == 59


def test_a_half_done_class_is_not_printed_though_the_campaign_becomes_ready_at_that_moment(enrolled, monkeypatch):
    many = enrolled.tables.entries.many

    def ready_after_a_look(ids):
        found = many(ids)
        monkeypatch.undo()
        enrolled.openings().finish(threading.Event())
        return found

    monkeypatch.setattr(enrolled.tables.entries, "many", ready_after_a_look)
    refused = enrolled.ask("POST", "/v1/campaigns/2026a/prints", "school", [HERE], json={"class": CLASS})
    assert (refused.status_code, refused.json.get("title")) == (409, "campaign-not-ready")


def test_it_runs_until_stopped_whatever_the_store_does(enrolled, monkeypatch):
    stop, find, looks = threading.Event(), enrolled.tables.campaigns.find, []

    def unavailable_once(field, values):
        looks.append(field)
        if len(looks) == 1:
            raise ConnectionError("unavailable")
        if len(looks) == 3:
            stop.set()
        return find(field, values)

    monkeypatch.setattr(enrolled.tables.campaigns, "find", unavailable_once)
    monkeypatch.setattr("services.roster.use_cases.campaign_opening.POLL_SECONDS", 0.0)
    enrolled.openings().run(stop)
    monkeypatch.undo()
    assert enrolled.is_ready()
