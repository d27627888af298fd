"""Roster over HTTP: importing a roster file."""

from __future__ import annotations

import io

import pytest

from tests.support.tokens import account_of
from tests.unit.roster.county import BORN, CLASS, COUNTY, HERE, SCHOOL, SECOND, THERE, name_of, row, state_of
from tests.unit.roster.files import HEADINGS, encrypted, xlsx
from tests.unit.roster.numbers import id_number

NATION = "/000000/"


def test_the_same_file_again_changes_nothing_and_another_file_changes_what_differs(campaign):
    rows = [row(n) for n in range(1, 121)]
    assert campaign.enrol(*rows)["added"] == 120
    again = campaign.enrol(*rows)
    assert (again["added"], again["changed"], again["unchanged"]) == (0, 0, 120)
    rows[4] = row(5, 班级="2班")
    rows.append(row(121, 学籍号="", 身份证件号="", 身份证件类型=""))
    addresses = [[*cells, "新街1号" if cells[1] == name_of(7) else ""] for cells in rows]
    third = campaign.enrol(*addresses, headings=(*HEADINGS, "现住址"))
    assert (third["added"], third["moved"], third["changed"], third["unchanged"]) == (1, 1, 1, 118)
    moved = campaign.pupils(SECOND)
    assert [pupil["name"] for pupil in moved] == [name_of(5)]
    assert state_of(campaign, f"entry-2026a-{moved[0]['pupil']}")["class"] == SECOND
    corrected = next(pupil for pupil in campaign.pupils() if pupil["name"] == name_of(7))
    assert [event.type for event in campaign.store.load(f"enrolment-{corrected['pupil']}")] == [
        "enrolment.opened",
        "enrolment.corrected",
    ]


def test_the_same_request_gets_the_first_report_and_another_file_under_its_key_is_refused(campaign):
    data = xlsx([row(1), row(2, 姓名="")])
    first = campaign.import_(data, key="import-0001")
    assert (first.status_code, first.json["added"], len(first.json["errors"])) == (201, 1, 1)
    assert campaign.import_(data, key="import-0001").json == first.json
    other = campaign.import_(xlsx([row(3)]), key="import-0001")
    assert (other.status_code, other.json["title"]) == (422, "key-reused")
    assert campaign.get(f"/v1/imports/{first.json['import']}", "school", HERE) == first.json
    assert campaign.ask("GET", f"/v1/imports/{first.json['import']}", "school", [THERE]).status_code == 403


@pytest.mark.parametrize("written", range(4))
def test_an_import_that_died_midway_and_is_sent_again_reports_as_if_it_had_not_died(campaign, monkeypatch, written):
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
    assert (response["waiting"], response["moved"], response["unchanged"], response["errors_total"]) == (60, 1, 59, 1)
    assert len(campaign.pupils()) == 59 and len(campaign.pupils(SECOND)) == 1
    assert len(campaign.waiting("130102")) == 60


def test_a_dry_run_reports_everything_changes_nothing_and_leaves_a_record(campaign):
    response = campaign.import_(xlsx([row(1), row(2, 性别="x")]), query="?dry_run=1").json
    assert (response["added"], [error["code"] for error in response["errors"]]) == (1, ["sex-unknown"])
    assert campaign.pupils() == []
    history = campaign.store.load(f"import-{response['import']}")
    assert len(history) == 1
    record = history[0]
    assert (record.type, record.data["dry_run"], record.data["school"], record.actor) == (
        "import.finished",
        True,
        SCHOOL,
        account_of("school"),
    )
    assert campaign.enrol(row(1))["added"] == 1  # a dry run is not the first file


def test_pupils_without_any_number_are_recognised_by_name_birth_date_and_class(campaign):
    without = {"学籍号": "", "身份证件号": "", "身份证件类型": ""}
    campaign.enrol(row(1, **without), row(2, **without))
    assert campaign.enrol(row(1, **without), row(2, **without))["unchanged"] == 2
    numbered = campaign.enrol(row(1), row(2, **without))
    assert (numbered["added"], numbered["proposed"], numbered["unchanged"]) == (0, 1, 1)
    assert len(campaign.pupils()) == 2


def test_a_file_without_the_column_of_numbers_duplicates_and_erases_nothing(campaign):
    campaign.enrol(row(1), row(2))
    narrow = [[cells[1], cells[2], cells[3], cells[4], cells[5]] for cells in (row(1), row(2))]
    assert campaign.enrol(*narrow, headings=["姓名", "性别", "出生日期", "年级", "班级"])["unchanged"] == 2
    assert campaign.enrol(row(1), row(2))["unchanged"] == 2


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


def test_characters_that_nobody_sees_are_left_out_of_a_name_and_told(campaign):
    response = campaign.enrol(row(1, 姓名="王\u202e一\u200b"), row(2))
    assert [(warning["row"], warning["column"], warning["code"]) for warning in response["warnings"]] == [
        (2, "姓名", "hidden-characters")
    ]
    assert sorted(pupil["name"] for pupil in campaign.pupils()) == [name_of(1), name_of(2)]


def test_a_name_that_the_form_cannot_print_is_taken_and_told(campaign):
    response = campaign.enrol(
        row(1, 姓名="ᠪᠠᠲᠤ"), row(2, 姓名="\U00031350小明"), row(3, 姓名="བསྟན་འཛིན"), row(4, 姓名="ئابدۇرېھىم")
    )
    assert [(warning["row"], warning["column"], warning["code"]) for warning in response["warnings"]] == [
        (2, "姓名", "name-not-printable"),
        (3, "姓名", "name-not-printable"),
    ]
    assert response["added"] == 4
