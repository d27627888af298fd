"""Roster over HTTP: planning and opening campaigns."""

from __future__ import annotations

import pytest

from tests.unit.roster.county import CAMPAIGN, PROVINCE, row, state_of

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


def test_a_pupil_enrolled_later_gets_an_entry_in_every_open_campaign(campaign):
    campaign.open("2026b")
    campaign.enrol(row(1))
    pupil = campaign.pupils()[0]["pupil"]
    assert [state_of(campaign, f"entry-{id}-{pupil}")["expected"] for id in ("2026a", "2026b")] == [True, True]
