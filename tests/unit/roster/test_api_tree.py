"""Roster over HTTP: the tree, campaigns, imports."""

from __future__ import annotations

import io

import pytest

from tests.unit.roster.county import (
    BORN,
    CAMPAIGN,
    CLASS,
    COUNTY,
    ELSEWHERE,
    HERE,
    OTHER,
    PROVINCE,
    SCHOOL,
    SECOND,
    THERE,
    name_of,
    row,
    state_of,
)
from tests.unit.roster.files import encrypted, xlsx
from tests.unit.roster.numbers import id_number

NATION = "/000000/"


def test_everybody_may_know_where_they_belong_and_nobody_sees_beside_it(county):
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


def test_units_open_at_any_depth_within_the_scope_of_who_opens_them(county):
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


def test_classes_say_their_grade_of_today(county):
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
def test_a_class_of_no_stage_is_refused(county, stage):
    response = county.ask(
        "POST", f"/v1/units/{SCHOOL}/classes", "school", [HERE], json={"stage": stage, "entry_year": 2024, "number": 9}
    )
    assert (response.status_code, response.json["where"]) == (422, "stage")


# ---- campaigns
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


def test_who_is_enrolled_later_gets_an_entry_in_every_open_campaign(campaign):
    campaign.open("2026b")
    campaign.enrol(row(1))
    pupil = campaign.pupils()[0]["pupil"]
    assert [state_of(campaign, f"entry-{id}-{pupil}")["expected"] for id in ("2026a", "2026b")] == [True, True]


def test_the_same_file_again_changes_nothing_and_another_file_changes_what_differs(campaign):
    rows = [row(n) for n in range(1, 121)]
    assert campaign.enrol(*rows)["added"] == 120
    again = campaign.enrol(*rows)
    assert (again["added"], again["changed"], again["unchanged"]) == (0, 0, 120)
    rows[4] = row(5, 班级="2班")
    rows[6] = row(7, 姓名="王改名")
    third = campaign.enrol(*rows, row(121))
    assert (third["added"], third["changed"], third["unchanged"]) == (1, 2, 118)
    moved = campaign.pupils(SECOND)
    assert [pupil["name"] for pupil in moved] == [name_of(5)]
    assert state_of(campaign, f"entry-2026a-{moved[0]['pupil']}")["class"] == SECOND
    corrected = next(pupil for pupil in campaign.pupils() if pupil["name"] == "王改名")
    assert [event.type for event in campaign.store.load(f"enrolment-{corrected['pupil']}")] == [
        "enrolment.opened",
        "enrolment.corrected",
    ]


def test_the_same_request_gets_the_first_answer_and_another_file_under_its_key_is_refused(campaign):
    data = xlsx([row(1), row(2, 姓名="")])
    first = campaign.import_(data, key="import-0001")
    assert (first.status_code, first.json["added"], len(first.json["errors"])) == (201, 1, 1)
    assert campaign.import_(data, key="import-0001").json == first.json
    other = campaign.import_(xlsx([row(3)]), key="import-0001")
    assert (other.status_code, other.json["title"]) == (422, "key-reused")
    assert campaign.get(f"/v1/imports/{first.json['import']}", "school", HERE) == first.json
    assert campaign.ask("GET", f"/v1/imports/{first.json['import']}", "school", [THERE]).status_code == 403


@pytest.mark.parametrize("written", range(4))
def test_an_import_that_died_on_its_way_and_is_sent_again_says_what_it_would_have_said(campaign, monkeypatch, written):
    campaign.enrol(*(row(n) for n in range(1, 61)))
    rows = [row(1), row(2, 班级="2班"), *(row(n) for n in range(3, 121)), row(3)]  # the last one is in the file already
    append, left = campaign.store.append, iter(range(written))

    def dying(*given):
        if next(left, None) is None:
            raise RuntimeError("killed")
        return append(*given)

    with monkeypatch.context() as dies:
        dies.setattr(campaign.store, "append", dying)
        assert campaign.import_(xlsx(rows), key="import-0001").status_code == 500
    response = campaign.import_(xlsx(rows), key="import-0001").json
    assert (response["added"], response["changed"], response["unchanged"], response["errors_total"]) == (60, 1, 59, 1)
    assert len(campaign.pupils()) == 119 and len(campaign.pupils(SECOND)) == 1


def test_a_dry_run_says_everything_and_does_nothing(campaign):
    response = campaign.import_(xlsx([row(1), row(2, 性别="x")]), query="?dry_run=1").json
    assert (response["added"], [error["code"] for error in response["errors"]], response["import"]) == (
        1,
        ["sex-unknown"],
        "",
    )
    assert campaign.pupils() == []


def test_pupils_without_any_number_are_known_by_name_birth_date_and_class(campaign):
    without = {"学籍号": "", "身份证件号": "", "身份证件类型": ""}
    campaign.enrol(row(1, **without), row(2, **without))
    assert campaign.enrol(row(1, **without), row(2, **without))["unchanged"] == 2
    numbered = campaign.enrol(row(1), row(2, **without))
    assert (numbered["added"], numbered["changed"], numbered["unchanged"]) == (0, 1, 1)
    assert campaign.enrol(row(1, 姓名="王新名"))["changed"] == 1
    assert len(campaign.pupils()) == 2


def test_a_file_without_the_column_of_numbers_doubles_nobody_and_erases_nothing(campaign):
    campaign.enrol(row(1), row(2))
    narrow = [[cells[1], cells[2], cells[3], cells[4], cells[5]] for cells in (row(1), row(2))]
    assert campaign.enrol(*narrow, headings=["姓名", "性别", "出生日期", "年级", "班级"])["unchanged"] == 2
    assert campaign.enrol(row(1), row(2))["unchanged"] == 2


def test_a_pupil_of_another_school_is_a_row_error_until_the_other_school_lets_go(campaign):
    campaign.enrol(row(1))
    refused = campaign.enrol(row(1), row(2), school=OTHER)
    assert (refused["added"], [(error["row"], error["code"]) for error in refused["errors"]]) == (
        1,
        [(2, "registered-elsewhere")],
    )
    pupil = campaign.pupils()[0]["pupil"]
    campaign.post(f"/v1/pupils/{pupil}/changes", {"kind": "left"}, "school", HERE)
    assert state_of(campaign, f"entry-2026a-{pupil}")["expected"] is False
    assert campaign.enrol(row(1), school=OTHER)["changed"] == 1
    entry = state_of(campaign, f"entry-2026a-{pupil}")
    assert (entry["school"], entry["class"], entry["expected"]) == (OTHER, ELSEWHERE, True)


def test_two_numbers_of_two_pupils_in_one_row_are_an_error(campaign):
    campaign.enrol(row(1), row(2))
    assert [error["code"] for error in campaign.enrol(row(1, 身份证件号=id_number(BORN, 2)))["errors"]] == [
        "two-pupils"
    ]


def test_a_bad_file_is_a_problem_document_and_no_import(campaign):
    response = campaign.import_(encrypted())
    assert (response.status_code, response.json["title"], response.json["message_zh"]) == (
        422,
        "file-encrypted",
        "文件设有密码，请取消密码后再导入。",
    )
    assert campaign.import_(b"x" * (11 << 20)).status_code == 413
    nothing = campaign.ask(
        "POST", f"/v1/units/{SCHOOL}/imports", "school", [HERE], data={}, content_type="multipart/form-data"
    )
    assert (nothing.status_code, nothing.json["title"]) == (400, "bad-request")


def test_only_the_school_itself_imports_its_roster(campaign):
    for role, path in (("school", THERE), ("county", COUNTY), ("teacher", f"{HERE}{CLASS}/"), ("ministry", NATION)):
        response = campaign.ask(
            "POST", f"/v1/units/{SCHOOL}/imports", role, [path], data={"file": (io.BytesIO(xlsx([row(1)])), "r.xlsx")}
        )
        assert response.status_code == 403, role
    assert campaign.client.post(f"/v1/units/{SCHOOL}/imports").status_code == 401
