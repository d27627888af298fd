"""Roster over HTTP: pupils, their changes, their guardians."""

from __future__ import annotations

import pytest

from tests.unit.roster.county import (
    BORN,
    CLASS,
    COUNTY,
    ELSEWHERE,
    HERE,
    OTHER,
    SCHOOL,
    SECOND,
    THERE,
    name_of,
    row,
    state_of,
)
from tests.unit.roster.files import HEADINGS

NATION = "/000000/"


def test_names_in_clear_are_for_the_class_teacher_only(campaign):
    campaign.enrol(row(1))
    assert campaign.pupils()[0]["name"] == name_of(1)
    assert campaign.pupils(role="school")[0]["name"] == "王*"
    for role, path in (("teacher", f"{HERE}{SECOND}/"), ("school", THERE), ("county", COUNTY)):
        assert campaign.ask("GET", f"/v1/classes/{CLASS}/pupils", role, [path]).status_code == 403


def test_guardians_see_their_own_child_masked_and_no_other(campaign):
    campaign.enrol(row(1), row(2))
    mine, other = (pupil["pupil"] for pupil in campaign.pupils())
    shown = campaign.get(f"/v1/pupils/{mine}", "guardian", pupils=[mine])
    assert (shown["name"][1:], shown["school_name"]) == ("*", "长安区第三中心小学")
    assert shown["campaigns"] == [{"campaign": "2026a", "expected": True, "printed": False}]
    assert campaign.ask("GET", f"/v1/pupils/{other}", "guardian", pupils=[mine]).status_code == 403
    assert campaign.ask("GET", f"/v1/pupils/{other}", "guardian", [NATION]).status_code == 403


@pytest.mark.parametrize(
    ("kinds", "expected", "state"),
    [
        (["suspended"], False, "suspended"),
        (["suspended", "resumed"], True, "in-school"),
        (["left"], False, "left"),
        (["business-opened"], False, "in-school"),
        (["business-opened", "business-closed"], True, "in-school"),
        (["graduated"], False, "graduated"),
        (["missing", "abroad"], False, "abroad"),
    ],
)
def test_entries_follow_a_change_of_state(campaign, kinds, expected, state):
    campaign.enrol(row(1))
    pupil = campaign.pupils()[0]["pupil"]
    for kind in kinds:
        response = campaign.post(f"/v1/pupils/{pupil}/changes", {"kind": kind, "reason": "家长申请"}, "school", HERE)
    assert (
        response["state"],
        state_of(campaign, f"enrolment-{pupil}")["state"],
        state_of(campaign, f"entry-2026a-{pupil}")["expected"],
    ) == (state, state, expected)


def test_entries_follow_a_move_and_the_same_request_twice_is_one_move(campaign):
    campaign.enrol(row(1))
    pupil = campaign.pupils()[0]["pupil"]
    move = {"kind": "transferred", "school": OTHER, "class": ELSEWHERE}
    for path in (HERE, THERE):  # neither school alone: it would push pupils into the other's figures, or take them
        assert campaign.ask("POST", f"/v1/pupils/{pupil}/changes", "school", [path], json=move).status_code == 403
    first = campaign.post(f"/v1/pupils/{pupil}/changes", move, "county", COUNTY, key="transfer-1")
    assert campaign.post(f"/v1/pupils/{pupil}/changes", move, "county", COUNTY, key="transfer-1") == first
    entry = state_of(campaign, f"entry-2026a-{pupil}")
    assert (first["class"], entry["school"], entry["class"]) == (ELSEWHERE, OTHER, ELSEWHERE)
    assert campaign.ask("GET", f"/v1/pupils/{pupil}", "school", [HERE]).status_code == 403
    present = campaign.service(f"/internal/pupils/{pupil}/class").json
    assert campaign.service(f"/internal/classes/{present['class']}/pupils").json == {
        "path": present["path"],
        "pupils": [pupil],
    }
    assert campaign.service(f"/internal/classes/{CLASS}/pupils").json == {"path": f"{HERE}{CLASS}/", "pupils": []}
    assert campaign.service(f"/internal/classes/{OTHER}p209909/pupils").status_code == 404
    assert present == {"school": OTHER, "class": ELSEWHERE, "path": f"{THERE}{ELSEWHERE}/"}
    assert (
        campaign.ask("POST", f"/v1/pupils/{pupil}/changes", "school", [HERE], json={"kind": "left"}).status_code == 403
    )


def test_the_history_tells_each_change_with_its_day_the_newest_first(campaign):
    campaign.enrol(row(1), row(2))
    pupil, other = (each["pupil"] for each in campaign.pupils())
    campaign.post(f"/v1/pupils/{pupil}/changes", {"kind": "class-moved", "class": SECOND}, "school", HERE)
    campaign.clock.advance(days=1)
    campaign.post(f"/v1/pupils/{pupil}/changes", {"kind": "suspended", "reason": "生病"}, "school", HERE)
    items = campaign.get(f"/v1/pupils/{pupil}/changes", "guardian", pupils=[pupil])["items"]
    told = [(each["day"], each["kind"], each["state"], each["class_name"]) for each in items]
    assert [each[1:] for each in told] == [
        ("state-changed", "suspended", "三年级2班"),
        ("class-moved", "in-school", "三年级2班"),
        ("opened", "in-school", "三年级1班"),
    ]
    assert told[0][0] > told[1][0] == told[2][0] and "生病" not in str(items)
    refused = campaign.ask("GET", f"/v1/pupils/{other}/changes", "guardian", pupils=[pupil])
    assert refused.status_code == 403


def test_a_change_of_state_stands_in_the_audit_trail(campaign):
    campaign.enrol(row(1))
    (pupil,) = (each["pupil"] for each in campaign.pupils())
    for _ in range(2):
        campaign.post(f"/v1/pupils/{pupil}/changes", {"kind": "left"}, "school", HERE, key="left-0001")
    chains = campaign.deps.trail.chains
    acts = [entry for unit in chains.heads() for entry in chains.chain(unit) if entry.act == "pupil-changed"]
    assert [(entry.target, entry.facts["kind"]) for entry in acts] == [(pupil, "left")]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"kind": "class-moved", "class": ELSEWHERE}, "class-of-another-school"),
        ({"kind": "class-moved", "class": f"{SCHOOL}p202409"}, "not-found"),
        ({"kind": "class-moved"}, "not-found"),
        ({"kind": "transferred", "school": SCHOOL, "class": ELSEWHERE}, "class-unknown"),
        ({"kind": "transferred", "class": SECOND}, "same-school"),
        ({"kind": "flown"}, "bad-fields"),
    ],
)
def test_an_impossible_change_is_refused(campaign, change, code):
    campaign.enrol(row(1))
    response = campaign.ask(
        "POST", f"/v1/pupils/{campaign.pupils()[0]['pupil']}/changes", "school", [HERE], json=change
    )
    assert response.json["title"] == code


def test_guardians_are_compared_by_name_and_relation(campaign):
    campaign.enrol(
        [*row(1), "王建国", "父亲", "李梅", "母亲"], headings=(*HEADINGS, "jhr1xm", "jhr1gx", "jhr2xm", "jhr2gx")
    )
    pupil = campaign.pupils()[0]["pupil"]
    for name, relation, known in (
        ("王建国", "父亲", True),
        ("王 建国", "爸爸", True),
        ("王建国", "母亲", False),
        ("李梅", "", True),
        ("李梅", "监护人", True),
        ("赵六", "父亲", False),
        ("王一", "", False),
    ):
        assert campaign.service(
            "/internal/guardians/compare", {"pupil": pupil, "name": name, "relation": relation}
        ).json == {"known": known}, (name, relation)


def test_a_birth_date_is_compared_and_never_told(campaign):
    campaign.enrol(row(1))
    pupil = campaign.pupils()[0]["pupil"]
    for day, equal in ((BORN, True), ("2016-05-05", False)):
        asked = {"pupil": pupil, "birth_date": day}
        assert campaign.service("/internal/birth-dates/compare", asked).json == {"equal": equal}
    unknown = {"pupil": "0a1.018f2ab47c9d01e5f6b1", "birth_date": BORN}
    assert campaign.service("/internal/birth-dates/compare", unknown).status_code == 404


def test_internal_routes_are_for_services_only(campaign):
    for path in (
        "/internal/registration-codes/check",
        "/internal/registration-codes/spend",
        "/internal/guardians/compare",
        "/internal/birth-dates/compare",
    ):
        assert campaign.ask("POST", path, "ministry", [NATION], json={}).status_code == 401


def test_a_list_and_a_pupil_are_recorded_as_seen_before_they_are_shown(campaign):
    campaign.enrol(row(1), row(2))
    one, other = (pupil["pupil"] for pupil in campaign.pupils())
    campaign.clock.advance(seconds=1)
    campaign.get(f"/v1/pupils/{one}", "guardian", pupils=[one])
    of_one, of_other = (campaign.deps.views.records.of_pupil(pupil, 1 << 50, 10) for pupil in (one, other))
    assert [(record.role, record.what, len(record.pupils)) for record in of_one] == [
        ("guardian", "pupil", 1),
        ("teacher", "class-list", 2),
    ]
    assert [record.what for record in of_other] == ["class-list"]
    assert {record.path for record in of_one} == {f"{HERE}{CLASS}/"}
    campaign.ask("GET", f"/v1/classes/{CLASS}/pupils", "school", [THERE])
    assert len(campaign.deps.views.records.of_pupil(one, 1 << 50, 10)) == 2, "a refused view is none"
