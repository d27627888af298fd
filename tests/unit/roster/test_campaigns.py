"""Roster over HTTP: planning and opening campaigns."""

from __future__ import annotations

import pytest

from tests.unit.roster.county import CAMPAIGN, CLASS, HERE, PROVINCE, row, state_of

NATION = "/000000/"


def test_a_campaign_is_planned_and_opened_by_the_ministry_alone(county):
    assert county.ask("POST", "/v1/campaigns", "province", [PROVINCE], json=CAMPAIGN).status_code == 403
    assert county.post("/v1/campaigns", CAMPAIGN, "ministry", NATION)["open"] is False
    assert county.ask("POST", "/v1/campaigns/2026a/open", "province", [PROVINCE]).status_code == 403
    assert county.post("/v1/campaigns/2026a/open", {}, "ministry", NATION)["open"] is True
    assert [each["id"] for each in county.get("/v1/campaigns", "guardian")["items"]] == ["2026a"]
    assert county.ask("POST", "/v1/campaigns/2027a/open", "ministry", [NATION]).status_code == 404


@pytest.mark.parametrize(
    "changed",
    [
        {"cutoff": "2026-08-01"},
        {"opens": "soon"},
        {"population": {"stages": ["q"]}},
        {"population": {"stages": []}},
        {"population": {"stages": ["pj"]}},
        {"population": {"stages": ["p", ""]}},
        {"id": "2026-A"},
    ],
)
def test_a_wrong_campaign_is_refused(county, changed):
    assert county.ask("POST", "/v1/campaigns", "ministry", [NATION], json=CAMPAIGN | changed).status_code == 422


@pytest.mark.parametrize(
    ("days", "state"), [(0, "open"), (70, "open"), (71, "past-cutoff"), (101, "past-cutoff"), (102, "ended")]
)
def test_the_list_says_in_which_state_a_campaign_is_today(campaign, days, state):
    """The campaign of these tests: cut-off 2026-11-30, last day 2026-12-31; its first day is 2026-09-21."""
    campaign.clock.advance(days=days)
    [listed] = campaign.get("/v1/campaigns", "guardian")["items"]
    assert (listed["state"], listed["open"]) == (state, True)


def test_the_newest_running_campaign_comes_first_and_is_the_default_of_a_list(campaign):
    campaign.enrol(row(1))
    for id, opens, last_day in (("short", "2026-10-01", "2026-10-02"), ("2026b", "2026-09-15", "2027-06-30")):
        days = {"opens": opens, "cutoff": last_day, "last_day": last_day}
        campaign.post("/v1/campaigns", CAMPAIGN | {"id": id} | days, "ministry", NATION)
        campaign.post(f"/v1/campaigns/{id}/open", {}, "ministry", NATION)
    campaign.post("/v1/campaigns", CAMPAIGN | {"id": "2026c"}, "ministry", NATION)

    def listed():
        ids = [each["id"] for each in campaign.get("/v1/campaigns", "guardian")["items"]]
        return ids, campaign.get(f"/v1/classes/{CLASS}/pupils", "school", HERE)["campaign"]

    assert listed() == (["short", "2026b", "2026a", "2026c"], "short")
    campaign.clock.advance(days=20)
    assert listed() == (["2026b", "2026a", "2026c", "short"], "2026b")


def test_a_campaign_whose_last_day_is_over_is_neither_planned_nor_opened(county):
    county.post("/v1/campaigns", CAMPAIGN, "ministry", NATION)
    county.clock.advance(days=102)
    refused = county.ask("POST", "/v1/campaigns/2026a/open", "ministry", [NATION])
    assert (refused.status_code, refused.json["title"]) == (409, "campaign-over")
    assert county.get("/v1/campaigns", "ministry", NATION)["items"][0]["state"] == "ended"
    again = county.ask("POST", "/v1/campaigns", "ministry", [NATION], json=CAMPAIGN | {"id": "2026b"})
    assert (again.status_code, again.json["title"], again.json["where"]) == (422, "days-over", "last_day")


def test_who_is_enrolled_after_the_end_of_a_campaign_gets_no_entry_in_it(campaign):
    campaign.clock.advance(days=102)
    campaign.enrol(row(1))
    pupil = campaign.pupils()[0]["pupil"]
    assert len(campaign.store.load(f"enrolment-{pupil}")) == 1
    assert list(campaign.store.load(f"entry-2026a-{pupil}")) == []


def test_a_pupil_enrolled_later_gets_an_entry_in_every_open_campaign(campaign):
    campaign.open("2026b")
    campaign.enrol(row(1))
    pupil = campaign.pupils()[0]["pupil"]
    assert [state_of(campaign, f"entry-{id}-{pupil}")["expected"] for id in ("2026a", "2026b")] == [True, True]
