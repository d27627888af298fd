"""Roster over HTTP: units and classes."""

from __future__ import annotations

import pytest

from tests.unit.roster.county import CITY, CLASS, COUNTY, HERE, OTHER, PROVINCE, SCHOOL, SECOND, THERE, row
from tests.unit.roster.files import HEADINGS, csv

NATION = "/000000/"


def test_units_above_and_within_the_scope_are_visible_and_no_others(county):
    teacher = f"{HERE}{CLASS}/"
    assert county.get(f"/v1/units/{SCHOOL}", "teacher", teacher)["path"] == HERE
    assert county.get("/v1/units/130000", "teacher", teacher)["name"] == "河北省"
    assert [unit["code"] for unit in county.get("/v1/units/130102/children", "school", HERE)["items"]] == [SCHOOL]
    assert [unit["code"] for unit in county.get("/v1/units/130102/children", "county", COUNTY)["items"]] == [
        SCHOOL,
        OTHER,
    ]
    assert county.ask("GET", f"/v1/units/{OTHER}", "school", [HERE]).status_code == 403
    assert county.ask("GET", f"/v1/units/{SCHOOL}", "guardian", pupils=["269.8e66991d0371571eb56d"]).status_code == 403
    assert county.ask("GET", "/v1/units/999999", "ministry", [NATION]).status_code == 404


def test_units_open_at_any_depth_within_the_scope_of_the_caller(county):
    school = {"code": "3413000001", "name": "省实验中学", "level": "school", "parent": "130000"}
    assert county.ask("POST", "/v1/units", "county", [COUNTY], json=school).status_code == 403
    opened = county.post("/v1/units", school, "province", PROVINCE)
    assert (opened["path"], opened["kind"]) == (f"{PROVINCE}3413000001/", "34")
    custom = county.post(
        "/v1/units",
        {"code": "130190", "name": "高新区", "level": "county", "parent": "130100"},
        "city",
        "/000000/130000/130100/",
    )
    assert custom["path"] == "/000000/130000/130100/130190/"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"code": "341300000"}, "bad-fields"),
        ({"code": "130199"}, "bad-fields"),
        ({"level": "county"}, "bad-fields"),
        ({"kind": "21"}, "bad-fields"),
        ({"level": "nation"}, "bad-fields"),
        ({"name": " "}, "bad-fields"),
        ({"parent": SCHOOL}, "wrong-parent"),
        ({"code": SCHOOL}, "unit-exists"),
        ({"extra": 1}, "bad-fields"),
    ],
)
def test_a_wrong_unit_is_refused(county, changed, code):
    school = {"code": "3413000001", "name": "中学", "level": "school", "parent": "130102"}
    response = county.ask("POST", "/v1/units", "county", [COUNTY], json=school | changed)
    assert (response.json["title"], response.content_type) == (code, "application/problem+json")


def test_classes_carry_the_grade_of_today(county):
    classes = county.get(f"/v1/units/{SCHOOL}/classes", "school", HERE)["items"]
    assert [(of["id"], of["name"], of["grade"]) for of in classes] == [
        (CLASS, "三年级1班", "三年级"),
        (SECOND, "三年级2班", "三年级"),
    ]
    assert [of["id"] for of in county.get(f"/v1/units/{SCHOOL}/classes", "teacher", f"{HERE}{SECOND}/")["items"]] == [
        SECOND
    ]
    again = county.ask(
        "POST", f"/v1/units/{SCHOOL}/classes", "school", [HERE], json={"stage": "p", "entry_year": 2024, "number": 1}
    )
    assert (again.status_code, again.json["title"]) == (409, "class-exists")


@pytest.mark.parametrize("stage", ["", "pj", "pjsx", "q"])
def test_a_class_of_an_unknown_stage_is_refused(county, stage):
    response = county.ask(
        "POST", f"/v1/units/{SCHOOL}/classes", "school", [HERE], json={"stage": stage, "entry_year": 2024, "number": 9}
    )
    assert (response.status_code, response.json["where"]) == (422, "stage")


def test_many_units_are_named_at_once_as_far_as_the_caller_may_see_them(county):
    codes = f"{SCHOOL},000000,130102,2199999999,130100"
    named = {unit["code"]: unit["path"] for unit in county.get(f"/v1/units?codes={codes}", "county", COUNTY)["items"]}
    assert named == {"000000": "/000000/", "130100": CITY, "130102": COUNTY, SCHOOL: f"{COUNTY}{SCHOOL}/"}
    elsewhere = county.get(f"/v1/units?codes={codes}", "county", "/000000/140000/")["items"]
    assert [unit["code"] for unit in elsewhere] == ["000000"]
    assert county.ask("GET", "/v1/units?codes=", "county", [COUNTY]).status_code == 422


def test_services_are_told_names_of_units_and_the_divisions_below_one(county):
    named = county.service("/internal/units", {"codes": [SCHOOL, "130000", "2199999999"]}).json["items"]
    assert {unit["code"]: unit["name"] for unit in named} == {"130000": "河北省", SCHOOL: "长安区第三中心小学"}
    below = county.service("/internal/units/130000/divisions").json["items"]
    assert [(unit["code"], unit["path"]) for unit in below] == [
        ("130000", PROVINCE),
        ("130100", CITY),
        ("130102", COUNTY),
    ], "no schools"
    assert len(county.service("/internal/units/000000/divisions").json["items"]) == 4
    assert [unit["code"] for unit in county.service("/internal/units/130102/divisions").json["items"]] == ["130102"]
    assert county.service("/internal/units/999999/divisions").status_code == 404


def test_a_granted_county_is_opened_once_is_what_is_there_and_never_another_unit(county):
    asked = {"code": "130171", "name": "高新区", "parent": "130100", "command": "0190d6a0-0000:1"}
    made = county.service("/internal/counties", asked)
    assert made.json["path"] == "/000000/130000/130100/130171/" and made.json["level"] == "county"
    assert county.service("/internal/counties", asked).json == made.json
    again = county.service("/internal/counties", {**asked, "name": "别的名字", "command": "0190d6a0-0000:2"})
    assert again.json == made.json
    elsewhere = county.service("/internal/counties", {**asked, "parent": "130000", "command": "0190d6a0-0000:3"})
    assert (elsewhere.status_code, elsewhere.json["title"]) == (409, "unit-exists")
    assert county.service("/internal/counties", {**asked, "code": "130172", "parent": "999999"}).status_code == 404


def test_anybody_may_know_the_provinces_and_the_cities_of_one_and_nothing_below(county):
    def regions(query=""):
        return [each["code"] for each in county.client.get(f"/v1/regions{query}").json["items"]]

    assert regions() == ["130000"] and regions("?below=130000") == ["130100"]
    assert regions("?below=130100") == regions(f"?below={SCHOOL}") == []


# ---- other names, and closing
UP = {"school": HERE, "county": COUNTY}


def renamed(county, name="长安区第二小学", role="county", path=COUNTY, **more):
    return county.ask("POST", f"/v1/units/{SCHOOL}/name", role, [path], json={"name": name, **more})


def closed(county, address, role, path):
    return county.ask("POST", f"/v1/{address}/closure", role, [path])


def test_a_unit_above_gives_another_name_which_holds_from_a_day_on(county):
    county.clock.advance(days=2)
    assert renamed(county, effective_from="2026-09-22").json["name"] == "长安区第二小学"
    assert county.get(f"/v1/units/{SCHOOL}", "school", HERE)["name"] == "长安区第二小学"
    (event,) = [event for event in county.store.load(f"unit-{SCHOOL}") if event.type == "unit.renamed"]
    assert event.data == {"name": "长安区第二小学", "effective_from": "2026-09-22"}
    late = renamed(county, "第三小学", effective_from="2026-09-24").json
    assert late.get("title") == "day-out-of-range" and "from 2026-09-22 to 2026-09-23" in late["detail"]


@pytest.mark.parametrize("role", ["school", "county"])
def test_no_unit_renames_or_closes_itself(county, role):
    code = {"school": SCHOOL, "county": "130102"}[role]
    for act, body in (("name", {"name": "另一个"}), ("closure", {})):
        answer = county.ask("POST", f"/v1/units/{code}/{act}", role, [UP[role]], json=body)
        assert (answer.status_code, answer.json.get("title")) in ((403, "outside-scope"), (403, "not-permitted")), (
            answer.json
        )


def test_a_school_is_closed_when_its_last_pupil_has_gone_and_its_classes_with_it(county):
    county.open()
    county.enrol(row(1), row(2))
    refused = closed(county, f"units/{SCHOOL}", "county", COUNTY)
    assert (refused.status_code, refused.json.get("title")) == (409, "pupils-there") and "2 pupils" in refused.json[
        "detail"
    ]
    refused = closed(county, "units/130102", "city", "/000000/130000/130100/")
    assert refused.json.get("title") == "units-below" and "2 open units" in refused.json["detail"]
    first, second = (each["pupil"] for each in county.pupils())
    for pupil, kind in ((first, "left"), (second, "graduated")):
        county.post(f"/v1/pupils/{pupil}/changes", change(kind), "school", HERE)
    assert closed(county, f"units/{SCHOOL}", "county", COUNTY).json.get("open") is False
    assert [each["open"] for each in county.get(f"/v1/units/{SCHOOL}/classes", "school", HERE)["items"]] == [False] * 2
    back = county.ask("POST", f"/v1/pupils/{first}/changes", "school", [HERE], json=change("resumed"))
    assert (back.status_code, back.json.get("title")) == (409, "last-class-closed")
    more = {"stage": "p", "entry_year": 2025, "number": 1}
    again = county.ask("POST", f"/v1/units/{SCHOOL}/classes", "school", [HERE], json=more)
    assert (again.status_code, again.json.get("title")) == (409, "unit-closed")
    assert county.import_(csv([row(3)], HEADINGS)).json.get("title") == "unit-closed"


def test_a_class_is_closed_when_nobody_is_in_it_and_nobody_moves_into_it(county):
    county.open()
    county.enrol(row(1))
    assert closed(county, f"classes/{CLASS}", "school", HERE).json.get("title") == "pupils-there"
    assert closed(county, f"classes/{SECOND}", "school", THERE).status_code == 403
    assert closed(county, f"classes/{SECOND}", "school", HERE).json.get("open") is False
    assert closed(county, f"classes/{SECOND}", "school", HERE).json.get("title") == "class-closed"
    (pupil,) = county.pupils()
    moved = {**change("class-moved"), "class": SECOND}
    refused = county.ask("POST", f"/v1/pupils/{pupil['pupil']}/changes", "school", [HERE], json=moved)
    assert refused.json.get("title") == "class-unknown"


def test_an_import_that_emptied_a_class_stands_once_the_class_is_closed(county):
    county.open()
    county.enrol(row(1))
    moved = county.enrol(row(1, 班级="2024级2班"))
    assert county.get(f"/v1/imports/{moved['import']}/undo", "school", HERE)["standing"] == 0
    closed(county, f"classes/{CLASS}", "school", HERE)
    assert county.get(f"/v1/imports/{moved['import']}/undo", "school", HERE)["standing"] == 1


def change(kind):
    return {"kind": kind, "school": "", "class": "", "reason": ""}
