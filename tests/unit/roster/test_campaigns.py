"""Roster over HTTP: planning and opening campaigns."""

from __future__ import annotations

import threading

import pytest

from tests.unit.roster.county import CAMPAIGN, CLASS, ELSEWHERE, HERE, OTHER, PROVINCE, row, state_of

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


# ---- after the plan
PLAN = {name: value for name, value in CAMPAIGN.items() if name != "id"}
LATER, SOONER = {"last_day": "2027-01-15", "reason": "多地因暴雪停课"}, {"last_day": "2026-09-25", "reason": "已完成"}


def listed(county):
    return {each["id"]: each for each in county.get("/v1/campaigns", "guardian")["items"]}


def refusal(county, path, body, paths=(NATION,), role="ministry"):
    refused = county.ask("POST", path, role, list(paths), json=body)
    return refused.status_code, refused.json.get("title", "")


def test_a_plan_is_changed_and_cancelled_until_it_is_open(county):
    county.plan()
    changed = PLAN | {"name": "改期 ", "last_day": "2027-01-10", "population": {"stages": ["j"]}}
    county.post("/v1/campaigns/2026a/plan", changed, "ministry", NATION)
    campaign = listed(county)["2026a"]
    assert (campaign["name"], campaign["last_day"], campaign["population"]) == ("改期", "2027-01-10", {"stages": ["j"]})
    over = refusal(county, "/v1/campaigns/2026a/plan", PLAN | {"cutoff": "2026-09-01", "last_day": "2026-09-20"})
    assert over == (422, "days-over")
    county.post("/v1/campaigns/2026a/cancellation", {}, "ministry", NATION)
    assert listed(county) == {}
    assert refusal(county, "/v1/campaigns/2026a/open", {}) == (409, "campaign-cancelled")
    assert refusal(county, "/v1/campaigns", CAMPAIGN) == (409, "campaign-exists")


def test_an_open_campaign_is_neither_replanned_nor_cancelled(campaign):
    assert refusal(campaign, "/v1/campaigns/2026a/plan", PLAN) == (409, "campaign-open")
    assert refusal(campaign, "/v1/campaigns/2026a/cancellation", {}) == (409, "campaign-open")


ACTS = (("plan", PLAN), ("cancellation", {}), ("open", {}), ("extension", LATER), ("early-close", SOONER))


def test_only_the_ministry_with_the_nation_in_its_scope_moves_a_campaign_on(campaign):
    for role, path in (("province", PROVINCE), ("school", HERE), ("ministry", PROVINCE)):
        told = {act: refusal(campaign, f"/v1/campaigns/2026a/{act}", body, [path], role) for act, body in ACTS}
        told["new"] = refusal(campaign, "/v1/campaigns", CAMPAIGN | {"id": "2026b"}, [path], role)
        assert {status for status, _ in told.values()} == {403}, (role, told)


@pytest.mark.parametrize("wrong", [{"reason": ""}, {"reason": " "}, {"last_day": "soon"}, {"reason": "x" * 201}])
def test_the_last_day_does_not_move_without_a_day_and_a_reason(campaign, wrong):
    for act in ("extension", "early-close"):
        assert refusal(campaign, f"/v1/campaigns/2026a/{act}", LATER | wrong)[0] == 422


def test_everybody_sees_the_new_last_day_at_once_with_the_planned_one_and_the_reason(campaign):
    campaign.post("/v1/campaigns/2026a/extension", LATER, "ministry", NATION)
    told = listed(campaign)["2026a"]
    assert (told["last_day"], told["planned_last_day"], told["reason"]) == ("2027-01-15", "2026-12-31", LATER["reason"])
    assert told["ready"] and not told["settled"]
    campaign.clock.advance(days=110)
    assert listed(campaign)["2026a"]["state"] == "past-cutoff"
    campaign.clock.advance(days=10)
    assert listed(campaign)["2026a"]["state"] == "ended"
    assert refusal(campaign, "/v1/campaigns/2026a/extension", LATER | {"last_day": "2027-02-15"}) == (
        409,
        "second-round-needed",
    )


def test_an_extended_campaign_is_printed_and_enrolled_for_and_one_closed_early_is_not(campaign):
    campaign.enrol(row(1))
    campaign.post("/v1/campaigns/2026a/extension", LATER, "ministry", NATION)
    campaign.clock.advance(days=110)  # 2027-01-09
    campaign.enrol(row(201), school=OTHER)
    [late] = campaign.pupils(ELSEWHERE)
    assert state_of(campaign, f"entry-2026a-{late['pupil']}")["last_day"] == "2027-01-15"
    assert campaign.post("/v1/campaigns/2026a/prints", {"class": CLASS}, "school", HERE)["forms"] == 1
    campaign.post("/v1/campaigns/2026a/early-close", SOONER | {"last_day": "2027-01-09"}, "ministry", NATION)
    campaign.clock.advance(days=1)
    again = {"class": CLASS, "confirm": True}
    assert refusal(campaign, "/v1/campaigns/2026a/prints", again, [HERE], "school") == (409, "campaign-over")


def test_a_second_round_names_a_campaign_that_is_over_on_its_first_day(campaign):
    campaign.plan("2026b")
    second = CAMPAIGN | {"id": "2027a", "opens": "2027-01-05", "cutoff": "2027-01-20", "last_day": "2027-01-31"}
    assert refusal(campaign, "/v1/campaigns", second | {"follows": "2026z"}) == (404, "not-found")
    assert refusal(campaign, "/v1/campaigns", second | {"follows": "2026b"}) == (404, "not-found")
    early = second | {"follows": "2026a", "opens": "2026-12-31"}
    assert refusal(campaign, "/v1/campaigns", early) == (422, "round-overlaps")
    campaign.post("/v1/campaigns", second | {"follows": "2026a"}, "ministry", NATION)
    assert listed(campaign)["2027a"]["follows"] == "2026a"
    moved = {name: value for name, value in early.items() if name not in ("id", "follows")}
    assert refusal(campaign, "/v1/campaigns/2027a/plan", moved) == (422, "round-overlaps")
    into_it = {"last_day": "2027-01-05", "reason": "雪灾停课"}
    assert refusal(campaign, "/v1/campaigns/2026a/extension", into_it) == (409, "round-overlaps")
    assert refusal(campaign, "/v1/campaigns/2027a/open", {}) == (422, "round-overlaps")
    campaign.post("/v1/campaigns/2026a/extension", into_it | {"last_day": "2027-01-04"}, "ministry", NATION)
    campaign.post("/v1/campaigns/2027a/cancellation", {}, "ministry", NATION)
    campaign.post("/v1/campaigns/2026a/extension", into_it, "ministry", NATION)


# ---- the entries follow
def last_days(county, *pupils):
    return {state_of(county, f"entry-2026a-{pupil}")["last_day"] for pupil in pupils}


def test_every_entry_follows_an_extension_and_an_early_close_once(campaign):
    campaign.enrol(*(row(number) for number in range(1, 60)))
    pupils = [each["pupil"] for each in campaign.pupils()]
    left = {"kind": "left", "reason": ""}
    campaign.post(f"/v1/pupils/{pupils[0]}/changes", left, "school", HERE)
    for act, body in (("extension", LATER), ("early-close", SOONER)):
        campaign.post(f"/v1/campaigns/2026a/{act}", body, "ministry", NATION)
        assert campaign.openings().finish(threading.Event()) == ["2026a"]
        assert last_days(campaign, *pupils) == {body["last_day"]}
        assert listed(campaign)["2026a"]["settled"]
    assert campaign.openings().finish(threading.Event()) == []
    told = [event.type for event in campaign.store.load(f"entry-2026a-{pupils[1]}")]
    assert told == ["entry.opened", "entry.rescheduled", "entry.rescheduled"]


def test_an_extension_that_is_taken_back_while_the_entries_follow_leaves_none_behind(campaign, monkeypatch):
    """A worker that has told half of the schools the first day must not take them for told once it is back."""
    campaign.enrol(row(1))
    [pupil] = [each["pupil"] for each in campaign.pupils()]
    back = {"last_day": "2027-01-15", "reason": "误操作"}
    worker, other = campaign.openings(), campaign.openings(seed=2)
    campaign.post("/v1/campaigns/2026a/extension", LATER, "ministry", NATION)
    marked = worker._mark

    def moved_there_and_back(row, work):
        campaign.post("/v1/campaigns/2026a/extension", LATER | {"last_day": "2027-03-31"}, "ministry", NATION)
        other.finish(threading.Event())
        campaign.post("/v1/campaigns/2026a/early-close", back, "ministry", NATION)
        return marked(row, work)

    monkeypatch.setattr(
        "services.roster.use_cases.campaign_opening.Openings._mark",
        lambda self, row, work: moved_there_and_back(row, work) if self is worker else marked.__func__(self, row, work),
    )
    assert worker.finish(threading.Event()) == [] and last_days(campaign, pupil) == {"2027-03-31"}
    monkeypatch.undo()
    assert worker.finish(threading.Event()) == ["2026a"] and last_days(campaign, pupil) == {"2027-01-15"}


def test_a_pupil_who_moves_on_meets_the_new_last_day_before_the_worker_does(campaign):
    campaign.enrol(row(1))
    [pupil] = [each["pupil"] for each in campaign.pupils()]
    campaign.post("/v1/campaigns/2026a/extension", LATER, "ministry", NATION)
    campaign.post(f"/v1/pupils/{pupil}/changes", {"kind": "suspended"}, "school", HERE)
    assert last_days(campaign, pupil) == {"2027-01-15"}


def test_a_campaign_that_was_ready_in_the_release_before_is_settled(campaign):
    document = campaign.tables.campaigns._documents["2026a"]
    before = {name: value for name, value in document["state"].items() if name in BEFORE}
    campaign.tables.campaigns._documents["2026a"] = document | {"state": before, "ready": True}
    assert campaign.openings().finish(threading.Event()) == []
    assert listed(campaign)["2026a"]["ready"] and listed(campaign)["2026a"]["settled"]


BEFORE = ("id", "name", "opens", "cutoff", "last_day", "stages", "open")
