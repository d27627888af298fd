"""Figures over HTTP: sums in the tree of a day, rates, and nothing outside the caller's scope."""

from __future__ import annotations

from dataclasses import replace

import pytest
from prometheus_client import REGISTRY

from services.stats.projection.collections_mongo import COLLECTIONS
from services.stats.projection.journal_mongo import LAYOUT
from services.stats.use_cases.progress import Progress
from services.stats.worker import show_drift, show_progress
from shared.infrastructure.errors import Refused
from shared.infrastructure.metrics import PROGRESS
from shared.language.contracts import PUBLISHERS
from shared.language.path import codes
from tests.support.tokens import service_auth
from tests.unit.stats.histories import CLASSES, DAYS, LAST_DAY, archive, entry, form, pupil_id, school_class, tree, unit

NATION, PROVINCE, COUNTY = "/000000/", "/000000/110000/", "/000000/110000/110101/"
SCHOOL = COUNTY + "2111000001/"
CLASS = SCHOOL + CLASSES[0] + "/"


def figures(person, unit, day=DAYS[-1], **query):
    response = person.get("/v1/figures", campaign="2026a", unit=unit, day=day, **query)
    assert response.status_code == 200, response.json
    return response.json


def test_a_level_is_the_sum_of_its_children_down_to_the_class(full):
    ministry = full.as_("ministry")
    for code in ("000000", "110000", "110101", "110102", "2111000001", "2111000002", "3111000003"):
        response = figures(ministry, code)
        assert response["children"] or code == "110102"
        for name, n in response["measures"].items():
            assert n == sum(child["measures"][name] for child in response["children"]), (code, name)
    nation = figures(ministry, "000000")["measures"]
    assert {name: nation[name] for name in ("expected", "uploaded", "registered", "flagged", "late")} == {
        "expected": 6,
        "uploaded": 3,
        "registered": 1,
        "flagged": 1,
        "late": 1,
    }
    assert [child["code"] for child in figures(ministry, "110000")["children"]] == ["110101", "110102", "3111000003"]
    assert [child["name"] for child in figures(ministry, "2111000001")["children"]] == ["四年级1班", "四年级2班"]


def test_a_class_has_figures_and_no_children(full):
    response = figures(full.as_("teacher", CLASS), CLASSES[0])
    assert response["unit"] == {"code": CLASSES[0], "name": "四年级1班", "level": "class", "path": CLASS}
    assert (response["measures"]["expected"], response["measures"]["uploaded"], response["children"]) == (2, 1, [])


def test_rates_are_parts_of_expected_and_nothing_where_nobody_is_expected(full):
    response = figures(full.as_("ministry"), "110000")
    assert response["rates"] == {"uploaded": 0.5, "registered": 0.166667, "printed": 0.166667}
    assert response["shares"] == {
        "by_guardian": 0.333333,
        "by_code": 0.333333,
        "by_teacher": 0.333333,
        "by_school": 0.0,
    }
    empty = next(child for child in response["children"] if child["code"] == "110102")
    assert empty["rates"] == {"uploaded": None, "registered": None, "printed": None}


def test_figures_as_of_a_day_are_those_of_that_day(full):
    uploaded = [figures(full.as_("ministry"), "000000", day)["measures"]["uploaded"] for day in DAYS[:5]]
    assert uploaded == [0, 1, 2, 3, 3]


def test_an_event_projected_while_the_service_runs_shows_at_once_and_a_double_changes_nothing(full):
    ministry, before = full.as_("ministry"), figures(full.as_("ministry"), "2111000001")
    new = form(pupil_id(4), 1, DAYS[3], archive=archive("school"))
    full.happen(new)
    after = figures(ministry, "2111000001")
    assert after["measures"]["uploaded"] == before["measures"]["uploaded"] + 1
    full.happen(new)
    assert figures(ministry, "2111000001") == after
    full.restart()
    assert figures(full.as_("ministry"), "2111000001") == after


def test_a_read_model_that_was_restored_older_is_shown_older(full):
    figures(full.as_("ministry"), "000000")
    for name in COLLECTIONS:
        full.database[f"figures_1_{name}"].delete_many({"_id": {"$ne": LAYOUT["_id"]}})
    assert full.as_("ministry").get("/v1/figures", campaign="2026a", unit="000000").status_code == 404
    full.restart()
    full.happen(*tree())
    assert figures(full.as_("ministry"), "000000")["measures"]["expected"] == 0


def test_a_day_that_has_not_come_has_no_figures_and_today_says_up_to_when(full):
    ministry = full.as_("ministry")
    response = ministry.get("/v1/figures", campaign="2026a", unit="000000", day="2026-11-21")
    assert (response.status_code, response.json["title"], response.json["where"]) == (422, "day-in-future", "day")
    assert figures(ministry, "000000", "2026-11-20")["read_at"] == full.clock.now()


def test_a_school_that_moves_takes_its_figures_along_from_the_day_of_the_move_in_the_tree_of_that_day(full):
    full.happen(unit("2111000002", "东城二小", "school", "110102", version=2, day=DAYS[6], effective_from=DAYS[6]))
    ministry = full.as_("ministry")

    def expected(code, tree_day):
        return figures(ministry, code, DAYS[-1], tree_day=tree_day)["measures"]["expected"]

    assert (expected("110101", DAYS[5]), expected("110102", DAYS[5])) == (5, 0)
    assert (expected("110101", DAYS[6]), expected("110102", DAYS[6])) == (4, 1)
    assert expected("110000", DAYS[5]) == expected("110000", DAYS[6]) == 6


def test_a_closed_unit_is_not_listed_unless_it_still_counts_somebody(full):
    full.happen(
        unit("110102", "西城区", "county", "110000", version=2, day=DAYS[6], open=False),
        *(school_class(CLASSES[n], "三年级", version=2, day=DAYS[6], open=False) for n in (2, 3)),
    )
    ministry = full.as_("ministry")
    assert [child["code"] for child in figures(ministry, "110000")["children"]] == ["110101", "3111000003"]
    assert [child["code"] for child in figures(ministry, "2111000002")["children"]] == [CLASSES[2]]


def test_a_school_that_is_not_in_the_tree_makes_the_figures_unsettled(full):
    full.happen(entry(pupil_id(9), 1, DAYS[0], "2199999999p202301"))
    assert figures(full.as_("ministry"), "000000")["unsettled"]


def test_days_after_the_last_day_of_the_campaign_change_nothing(full):
    before = figures(full.as_("ministry"), "000000", LAST_DAY)["measures"]
    full.happen(form(pupil_id(4), 1, DAYS[9], archive=archive()))
    assert figures(full.as_("ministry"), "000000", DAYS[9])["measures"] == before


@pytest.mark.parametrize(
    ("role", "path", "unit", "status"),
    [
        ("province", PROVINCE, "110000", 200),
        ("province", PROVINCE, "2111000001", 200),
        ("province", PROVINCE, "000000", 403),
        ("county", COUNTY, "110102", 403),
        ("county", COUNTY, "3111000003", 403),
        ("county", COUNTY, CLASSES[4], 403),
        ("county", COUNTY, CLASSES[2], 200),
        ("school", SCHOOL, "2111000002", 403),
        ("school", SCHOOL, "2111000001", 200),
        ("school", SCHOOL, "110101", 403),
        ("leader", SCHOOL, CLASSES[1], 200),
        ("teacher", CLASS, CLASSES[0], 200),
        ("teacher", CLASS, CLASSES[1], 403),
        ("teacher", CLASS, "2111000001", 403),
        ("guardian", NATION, "000000", 403),
        ("ministry", NATION, "999999", 404),
        ("ministry", NATION, "2111000001p209901", 404),
        ("county", "/000000/110000/1101/", "110101", 403),
    ],
)
def test_a_caller_sees_their_own_unit_and_the_units_below_it_and_no_other(full, role, path, unit, status):
    response = full.as_(role, path).get("/v1/figures", campaign="2026a", unit=unit)
    assert response.status_code == status
    assert status == 200 or "measures" not in response.json


@pytest.mark.parametrize(
    ("role", "path", "unit", "trail"),
    [
        ("ministry", NATION, "000000", ["000000"]),
        ("ministry", NATION, CLASSES[0], ["000000", "110000", "110101", "2111000001", CLASSES[0]]),
        ("county", COUNTY, "2111000001", ["110101", "2111000001"]),
        ("county", COUNTY, "110101", ["110101"]),
        ("teacher", CLASS, CLASSES[0], [CLASSES[0]]),
    ],
)
def test_the_trail_leads_from_the_nation_down_and_says_which_units_are_in_scope(full, role, path, unit, trail):
    response = figures(full.as_(role, path), unit)
    own = response["unit"]
    assert [each["code"] for each in response["trail"]] == codes(own["path"])
    assert [each["code"] for each in response["trail"] if each["in_scope"]] == trail
    assert response["trail"][-1] == {"code": own["code"], "name": own["name"], "level": own["level"], "in_scope": True}


def test_the_trail_is_that_of_the_tree_of_the_day(full):
    full.happen(unit("2111000002", "东城二小", "school", "110102", version=2, day=DAYS[6], effective_from=DAYS[6]))
    for tree_day, county in ((DAYS[5], "110101"), (DAYS[6], "110102")):
        response = figures(full.as_("ministry"), "2111000002", tree_day=tree_day)
        assert [each["code"] for each in response["trail"]] == ["000000", "110000", county, "2111000002"]


def test_an_old_tree_does_not_show_the_old_county_a_school_that_has_gone(full):
    full.happen(unit("2111000002", "东城二小", "school", "110102", version=2, day=DAYS[6], effective_from=DAYS[6]))
    old, new = full.as_("county", COUNTY), full.as_("county", "/000000/110000/110102/")
    assert old.get("/v1/figures", campaign="2026a", unit="2111000002", tree_day=DAYS[5]).status_code == 403
    assert new.get("/v1/figures", campaign="2026a", unit="2111000002", tree_day=DAYS[5]).status_code == 403
    assert new.get("/v1/figures", campaign="2026a", unit="2111000002").status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        {"unit": "000000"},
        {"campaign": "2026a"},
        {"campaign": "2026a", "unit": "000000", "day": "2026-02-30"},
        {"campaign": "../x", "unit": "000000"},
        {"campaign": "2026a", "unit": "0'$x"},
        {"campaign": "2026a", "unit": "000000", "unknown": "1"},
    ],
)
def test_an_invalid_request_gets_a_problem_document(full, query):
    response = full.as_("ministry").get("/v1/figures", **query)
    assert (response.status_code, response.content_type) == (422, "application/problem+json")


def test_nobody_without_a_token_sees_figures(full):
    assert full.client.get("/v1/figures?campaign=2026a&unit=000000").status_code == 401


def test_the_audit_finds_lag_while_an_event_is_not_projected_and_nothing_afterwards(full):
    ministry, late = full.as_("ministry"), form(pupil_id(4), 1, DAYS[3], archive=archive())
    assert full.as_("ministry").get("/v1/audit").json == {
        "closed_through": "",
        "control_totals": [],
        "flows": [],
        "parked": 0,
        "lag": 0,
    }
    full.happen(late, projected=False)
    assert ministry.get("/v1/audit").json["lag"] == 1
    assert ministry.get("/v1/audit", check="control_totals").json == {
        "closed_through": "",
        "control_totals": [],
        "parked": 0,
        "lag": 1,
    }
    full.happen(late)
    full.publishers["upload"].events.pop()
    assert ministry.get("/v1/audit").json["lag"] == 0
    assert full.as_("province", PROVINCE).get("/v1/audit").status_code == 403


def test_a_difference_at_a_closed_day_is_drift(full):
    ministry = full.as_("ministry")
    assert ministry.post(f"/v1/days/{DAYS[3]}/close").json["settled"]
    full.publishers["upload"].events.append(replace(form(pupil_id(4), 1, DAYS[1]), id="lost"))
    found = ministry.get("/v1/audit").json
    assert [(d["publisher"], d["day"]) for d in found["control_totals"]] == [("upload", DAYS[1])]


def drift():
    """The metric of each publisher, None where it is absent."""
    return [REGISTRY.get_sample_value("rollcall_drift_slots", {"publisher": name}) for name in PUBLISHERS]


def test_the_metrics_show_the_drift_of_every_publisher_after_an_audit(full):
    full.as_("ministry").post(f"/v1/days/{DAYS[3]}/close")
    assert show_drift(lambda: full.deps)
    assert drift() == [0, 0, 0]
    full.publishers["upload"].events += [
        replace(form(pupil_id(number), 1, day), id=f"lost-{number}-{day}") for number in (4, 5) for day in DAYS[1:3]
    ]
    assert show_drift(lambda: full.deps)
    assert drift() == [0, 0, 2]


def test_the_metrics_show_no_drift_while_no_audit_can_be_made(full):
    show_drift(lambda: full.deps)
    full.publishers["roster"].unavailable = True
    assert not show_drift(lambda: full.deps)
    assert drift() == [None, None, None]


def audits():
    return [REGISTRY.get_sample_value("rollcall_audits_total", {"outcome": each}) or 0 for each in ("done", "failed")]


def test_audits_are_counted_by_whether_they_could_be_made(full):
    done, failed = audits()
    show_drift(lambda: full.deps)
    full.publishers["roster"].unavailable = True
    show_drift(lambda: full.deps)
    assert audits() == [done + 1, failed + 1]


def progress_of(unit, measure):
    labels = {"campaign": "2026a", "unit": unit, "measure": measure}
    return REGISTRY.get_sample_value("rollcall_campaign_pupils", labels)


def test_the_metrics_show_the_progress_of_a_running_campaign_for_the_nation_and_its_provinces_alone(full):
    progress = Progress()
    full.clock.ms -= 13 * 86_400_000  # the seventh of November: the campaign's last day is tomorrow
    progress.show(full.deps)
    assert progress_of("110000", "expected") == 6
    assert [progress_of("000000", name) for name in ("expected", "uploaded", "flagged")] == [6, 3, 1]
    shown = {
        sample.labels["unit"]
        for metric in REGISTRY.collect()
        if metric.name == PROGRESS._name
        for sample in metric.samples
    }
    assert shown == {"000000", "110000"}
    full.clock.advance(days=2)
    progress.show(full.deps)
    assert progress_of("000000", "expected") is None


def test_an_audit_is_told_whatever_becomes_of_the_progress(full):
    class Failing(Progress):
        def show(self, deps):
            raise Refused("unavailable")

    show_progress(lambda: full.deps, Failing())


def test_figures_are_repaired_at_the_request_of_a_service_and_of_nobody_else(full):
    ministry, before = full.as_("ministry"), figures(full.as_("ministry"), "000000")
    full.deps.projection.flows.update_one({"total.uploaded": 1}, {"$inc": {"total.uploaded": 7}})
    full.restart()
    assert figures(full.as_("ministry"), "000000") != before
    assert len(full.as_("ministry").get("/v1/audit").json["flows"]) == 1
    assert ministry.post("/internal/repair").status_code == 401
    repaired = full.client.post("/internal/repair", headers=service_auth("roster", full.clock).headers("stats"))
    assert repaired.json == {"repaired": 1}
    assert figures(full.as_("ministry"), "000000") == before
    assert full.as_("ministry").get("/v1/audit").json["flows"] == []
