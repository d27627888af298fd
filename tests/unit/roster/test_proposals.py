"""Roster over HTTP: a file changes no key field; it proposes, and the leader decides."""

from __future__ import annotations

import pytest

from tests.unit.roster.county import CLASS, COUNTY, HERE, OTHER, SCHOOL, THERE, County, name_of, row
from tests.unit.roster.files import HEADINGS, csv
from tests.unit.roster.numbers import id_number, pupil_number

BORN = "2017-06-02"


@pytest.fixture
def proposed(campaign: County) -> County:
    campaign.enrol(row(1), row(2))
    assert campaign.enrol(row(1, 姓名="王改名"), row(2))["proposed"] == 1
    return campaign


def waiting(county: County, role: str = "leader") -> list:
    return list(county.get(f"/v1/units/{SCHOOL}/proposals", role, HERE)["items"])


def decide(county: County, pupil: str, accept: bool, reason: str = "", role: str = "leader", path: str = HERE):
    body = {"accept": accept, "reason": reason}
    return county.ask("POST", f"/v1/pupils/{pupil}/proposal/decisions", role, [path], json=body)


def names(county: County) -> list[str]:
    return sorted(pupil["name"] for pupil in county.pupils())


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("姓名", "王改名"),
        ("性别", "2"),
        ("出生日期", BORN),
        ("身份证件号", id_number(BORN, 9)),
        ("学籍号", pupil_number(BORN, 9)),
    ],
)
def test_a_file_changes_no_key_field_of_a_known_pupil(campaign, column, value):
    campaign.enrol(row(1))
    pupil = campaign.pupils()[0]["pupil"]
    before = campaign.deps.personal_data.fields(campaign.tables.pupils.get(pupil))
    report = campaign.enrol([*row(1, **{column: value}), "新街1号"], headings=(*HEADINGS, "现住址"))
    assert (report["proposed"], report["added"], report["waiting"]) == (1, 0, 0)
    after = campaign.deps.personal_data.fields(campaign.tables.pupils.get(pupil))
    assert after == {**before, "address": "新街1号"}  # other fields change as before
    assert [change["title"] for change in waiting(campaign)[0]["changes"]] == [column]


def test_the_leader_sees_both_values_and_accepts(proposed):
    (line,) = waiting(proposed)
    assert line["changes"] == [{"field": "name", "title": "姓名", "before": name_of(1), "after": "王改名"}]
    assert waiting(proposed, "school")[0]["changes"][0]["after"] == "王**"
    assert decide(proposed, line["pupil"], True).json == {"pupil": line["pupil"], "status": "accepted"}
    assert "王改名" in names(proposed) and waiting(proposed) == []
    assert proposed.enrol(row(1, 姓名="王改名"), row(2))["unchanged"] == 2
    assert [event.type for event in proposed.store.load(f"proposal-{line['pupil']}")] == [
        "proposal.made",
        "proposal.accepted",
    ]
    assert decide(proposed, line["pupil"], True).status_code == 409


def test_a_rejection_needs_a_reason_and_the_same_file_does_not_ask_again(proposed):
    pupil = waiting(proposed)[0]["pupil"]
    assert decide(proposed, pupil, False).json["title"] == "reason-missing"
    assert decide(proposed, pupil, False, "没有证明材料").json["status"] == "rejected"
    again = proposed.enrol(row(1, 姓名="王改名"), row(2))
    assert ([warning["code"] for warning in again["warnings"]], again["proposed"]) == (["proposal-rejected"], 0)
    assert proposed.enrol(row(1, 姓名="王又改"), row(2))["proposed"] == 1
    assert name_of(1) in names(proposed)


def test_a_trial_run_shows_no_change_that_the_leader_has_rejected(proposed):
    (line,) = waiting(proposed)
    decide(proposed, line["pupil"], False, "没有证明材料")
    changed = csv([row(1, 姓名="王改名"), row(2, 班级="2班")])
    report = proposed.import_(changed, query="?dry_run=1").json
    items = proposed.get(f"/v1/imports/{report['import']}/changes", "school", HERE)["items"]
    assert [(each["row"], [one["field"] for one in each["changed"]]) for each in items] == [(3, ["class"])]


def test_a_file_that_no_longer_differs_withdraws_the_proposal(proposed):
    pupil = waiting(proposed)[0]["pupil"]
    assert proposed.enrol(row(1), row(2))["unchanged"] == 2
    assert waiting(proposed) == []
    assert decide(proposed, pupil, True).status_code == 409


def test_nobody_but_the_leader_of_the_school_decides(proposed):
    pupil = waiting(proposed)[0]["pupil"]
    for role, path in (
        ("school", HERE),
        ("leader", THERE),
        ("county", COUNTY),
        ("teacher", f"{HERE}{CLASS}/"),
        ("ministry", "/000000/"),
    ):
        assert decide(proposed, pupil, True, role=role, path=path).status_code == 403, role
    assert name_of(1) in names(proposed)


def test_no_other_way_changes_a_key_field(proposed):
    pupil = proposed.pupils()[1]["pupil"]
    for extra in ({"name": "王改名"}, {"fields": {"name": "王改名"}}):
        body = {"kind": "suspended", **extra}
        assert proposed.ask("POST", f"/v1/pupils/{pupil}/changes", "school", [HERE], json=body).status_code == 422
    proposed.post(f"/v1/pupils/{pupil}/changes", {"kind": "suspended", "reason": "name=王改名"}, "school", HERE)
    assert "王改名" not in names(proposed)


def test_a_number_that_another_school_holds_is_accepted_like_any_other_and_finds_nobody(campaign):
    campaign.enrol(row(1), row(2))
    campaign.enrol(row(50), school=OTHER)
    theirs = campaign.pupils(f"{OTHER}p202401")[0]["pupil"]
    answers = []
    for number, probe in ((1, 50), (2, 60)):  # one that the other school holds, one that nobody has
        campaign.enrol(row(number, 身份证件号=row(probe)[-1]))
        (line,) = waiting(campaign)
        answer = decide(campaign, line["pupil"], True)
        answers.append((answer.status_code, answer.json["status"]))
    assert answers == [(200, "accepted")] * 2
    assert campaign.enrol(row(50), school=OTHER)["unchanged"] == 1  # the number still finds its first pupil
    campaign.post(f"/v1/pupils/{line['pupil']}/changes", {"kind": "suspended"}, "school", HERE)
    assert campaign.tables.pupils.get(theirs).state.school == OTHER
