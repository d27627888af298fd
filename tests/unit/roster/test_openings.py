"""Opening a campaign gives everybody who was enrolled before an entry, in a worker that may die or be told to stop at any school."""
from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from tests.unit.roster.county import CLASS, ELSEWHERE, HERE, OTHER, County, now, row

SCHOOLS = 2


class StopAfter(threading.Event):
    """Set after it was asked so many times."""

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
    """How many events the entry of each pupil has."""
    return {row.id: len(county.store.load(f"entry-2026a-{row.id}")) for row in county.tables.pupils.find("class", [CLASS, ELSEWHERE])}


def test_opening_answers_at_once_and_the_campaign_is_ready_when_every_pupil_has_an_entry(enrolled):
    assert not enrolled.is_ready() and not any(entries(enrolled).values())
    assert enrolled.openings().finish(threading.Event()) == ["2026a"]
    assert enrolled.is_ready()
    states = [now(enrolled, f"entry-2026a-{pupil}") for pupil in entries(enrolled)]
    assert len(states) == 62 and all(state["expected"] for state in states)
    assert len({state["upload_code"] for state in states}) == 62


@pytest.mark.parametrize("schools", range(SCHOOLS))
def test_what_was_interrupted_is_finished_and_nobody_gets_two_entries(enrolled, schools):
    assert enrolled.openings().finish(StopAfter(schools)) == []
    assert not enrolled.is_ready() and not all(entries(enrolled).values())
    assert enrolled.openings(seed=2).finish(threading.Event()) == ["2026a"]
    assert set(entries(enrolled).values()) == {1}


def test_a_worker_that_dies_before_it_says_so_is_followed_by_one_that_finds_all_done(enrolled):
    enrolled.openings().finish(threading.Event())
    enrolled.tables.campaigns.put([replace(enrolled.tables.campaigns.get("2026a"), fanned_out=False)])
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
    refused = enrolled.ask("POST", "/v1/campaigns/2026a/prints", "school", [HERE], json={"class": CLASS})
    assert (refused.status_code, refused.json["title"]) == (409, "campaign-not-ready")
    enrolled.openings().finish(threading.Event())
    assert enrolled.post("/v1/campaigns/2026a/prints", {"class": CLASS}, "school", HERE)["forms"] == 59


def test_it_runs_until_told_to_stop_whatever_the_store_does(enrolled, monkeypatch):
    stop, find, looks = threading.Event(), enrolled.tables.campaigns.find, []

    def away_once(field, values):
        looks.append(field)
        if len(looks) == 1:
            raise ConnectionError("away")
        if len(looks) == 3:
            stop.set()
        return find(field, values)
    monkeypatch.setattr(enrolled.tables.campaigns, "find", away_once)
    monkeypatch.setattr("services.roster.openings.LOOK_EVERY", 0.0)
    enrolled.openings().run(stop)
    monkeypatch.undo()
    assert enrolled.is_ready()
