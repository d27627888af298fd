"""Roster over HTTP: a file is sent once. Its trial run is looked at, and then run for real."""

from __future__ import annotations

import re
import threading

import pytest

from services.roster import worker
from services.roster.kept_files.protocol import HOUR, KEPT_MS, OF_A_SCHOOL
from services.roster.roster_file.marked import write_marked
from services.roster.roster_file.sheet import Sheet
from services.roster.roster_file.spreadsheet import read_rows
from services.roster.roster_file.table import table_of
from shared.infrastructure.errors import Refused
from tests.unit.roster.county import HERE, OTHER, THERE, row
from tests.unit.roster.files import csv, member


def trial(county, *rows, headings=None, **options):
    data = csv(rows, headings) if headings else csv(rows)
    response = county.import_(data, query="?dry_run=1", **options)
    assert response.status_code == 201, response.text
    return response.json


def run(county, report, *, path=HERE, key="", **asked):
    return county.ask("POST", f"/v1/imports/{report['import']}/runs", "school", [path], key=key, json=asked)


def changes(county, report, path=HERE):
    return county.ask("GET", f"/v1/imports/{report['import']}/changes", "school", [path])


def marked(county, report, path=HERE, lang="zh"):
    return county.ask("GET", f"/v1/imports/{report['import']}/marked.xlsx?lang={lang}", "school", [path])


# ---- one upload
def test_a_trial_run_is_run_for_real_without_the_file(campaign):
    report = trial(campaign, row(1), row(2))
    assert report["kept_until"] == campaign.clock.now() + KEPT_MS
    done = run(campaign, report)
    assert done.status_code == 201
    assert (done.json["dry_run"], done.json["added"], done.json["kept_until"]) == (False, 2, 0)
    assert len(campaign.pupils()) == 2


def test_the_same_run_again_answers_the_same_and_a_new_one_finds_no_file(campaign):
    report = trial(campaign, row(1))
    first = run(campaign, report, key="once-0001")
    again = run(campaign, report, key="once-0001")
    assert (again.status_code, again.json) == (201, first.json)
    gone = run(campaign, report)
    assert (gone.status_code, gone.json["title"], gone.json["where"]) == (410, "file-not-kept", "file")
    assert "重新选择文件" in gone.json["message_zh"]


def test_a_large_change_of_a_kept_file_needs_its_yes(campaign):
    rows = [row(number) for number in range(1, 11)]
    campaign.enrol(*rows)
    moved = [row(number, 班级="2班") for number in range(1, 11)]
    report = trial(campaign, *moved)
    refused = run(campaign, report)
    assert (refused.status_code, refused.json["title"]) == (409, "confirmation-needed")
    done = run(campaign, report, confirm=report["confirm"])
    assert (done.status_code, done.json["moved"]) == (201, 10)


def test_a_file_with_errors_stays_until_it_is_due(campaign):
    report = campaign.enrol(row(1), row(2, 出生日期="明天"))
    assert report["errors_total"] == 1 and report["kept_until"]
    campaign.clock.advance(seconds=(KEPT_MS - HOUR) / 1000)
    assert marked(campaign, report).status_code == 200
    campaign.clock.advance(seconds=HOUR / 1000)
    assert marked(campaign, report).status_code == 410
    assert campaign.get(f"/v1/imports/{report['import']}", "school", HERE)["kept_until"] == 0


def test_a_file_without_anything_left_to_do_is_not_kept(campaign):
    assert campaign.enrol(row(1))["kept_until"] == 0


def test_the_file_is_for_its_school_alone(campaign):
    report = trial(campaign, row(1), school=OTHER)
    for response in (run(campaign, report), changes(campaign, report), marked(campaign, report)):
        assert response.status_code == 403
        assert response.json["title"] == "outside-scope"
    assert run(campaign, report, path=THERE).status_code == 201


def test_only_the_newest_files_of_a_school_are_kept(campaign):
    reports = []
    for number in range(OF_A_SCHOOL + 1):
        campaign.clock.advance(seconds=1)
        reports.append(trial(campaign, row(number + 1)))
    kept = [campaign.get(f"/v1/imports/{each['import']}", "school", HERE)["kept_until"] > 0 for each in reports]
    assert kept == [False] + [True] * OF_A_SCHOOL


def test_what_is_kept_is_sealed(campaign):
    report = trial(campaign, row(1))
    file = campaign.deps.kept_files.get(report["import"])
    assert "王一".encode() not in file.sealed + file.changes
    events = campaign.events(f"import-{report['import']}")
    assert "王一" not in str([event.data for event in events])


def test_the_worker_removes_what_is_due_and_goes_on_when_the_store_is_away(campaign, monkeypatch):
    report, stop, passes = trial(campaign, row(1)), threading.Event(), []
    campaign.clock.advance(seconds=KEPT_MS / 1000)
    remove_due = campaign.deps.kept_files.remove_due

    def away_at_first(now):
        passes.append(now)
        if len(passes) == 1:
            raise Refused("unavailable", "The store is away.")
        stop.set()
        return remove_due(now)

    monkeypatch.setattr(campaign.deps.kept_files, "remove_due", away_at_first)
    monkeypatch.setattr(worker, "FILES_POLL", 0)
    worker.files_role(campaign.deps)(stop)
    assert (len(passes), campaign.deps.kept_files.get(report["import"])) == (2, None)


# ---- before and after
def test_changes_are_shown_field_by_field_and_masked(campaign):
    headings = (
        "学籍号",
        "姓名",
        "性别",
        "出生日期",
        "年级",
        "班级",
        "身份证件类型",
        "身份证件号",
        "现住址",
        "就读方式",
    )
    campaign.enrol([*row(1), "长安区建设路1号", "走读"], [*row(2), "", ""], headings=headings)
    report = trial(
        campaign, [*row(1, 班级="2班", 姓名="王以"), "长安区建设路2号院", "住校"], [*row(2), "", ""], headings=headings
    )
    items = changes(campaign, report).json["items"]
    assert [(each["row"], each["name"]) for each in items] == [(2, "王*")]
    told = {each["field"]: (each["before"], each["after"]) for each in items[0]["changed"]}
    assert set(told) == {"class", "name", "address", "boarding"}
    assert told["name"] == ("王*", "王*")
    assert told["address"] == ("长******", "长******")
    assert told["boarding"][0] != told["boarding"][1] and "*" not in "".join(told["boarding"])
    assert told["class"][0].endswith("1班") and told["class"][1].endswith("2班")


def test_a_yes_and_a_code_are_masked_as_a_whole(campaign):
    headings = ("学籍号", "姓名", "性别", "出生日期", "年级", "班级", "身份证件类型", "身份证件号")
    more = ("是否孤儿", "残疾类型", "健康状况")
    campaign.enrol([*row(1), "否", "1-视力残疾", "2"], headings=(*headings, *more))
    report = trial(campaign, [*row(1), "是", "2-听力残疾", "1"], headings=(*headings, *more))
    (item,) = changes(campaign, report).json["items"]
    told = "".join(each["before"] + each["after"] for each in item["changed"])
    assert len(item["changed"]) == len(more) and set(told) == {"*"}


def test_the_view_of_changes_is_recorded(campaign):
    campaign.enrol(row(1))
    (pupil,) = (each["pupil"] for each in campaign.pupils())
    report = trial(campaign, row(1, 班级="2班"))
    before = len(campaign.deps.views.records.of_pupil(pupil, campaign.clock.now() + 1, 50))
    assert changes(campaign, report).status_code == 200
    assert len(campaign.deps.views.records.of_pupil(pupil, campaign.clock.now() + 1, 50)) == before + 1


# ---- the marked file
@pytest.mark.parametrize(("lang", "word"), [("zh", "出生日期："), ("en", "出生日期: ")])
def test_the_marked_file_holds_all_rows_and_says_what_is_wrong(campaign, lang, word):
    report = trial(campaign, row(1), row(2, 出生日期="明天"), ["=1+1", *row(3)[1:]])
    response = marked(campaign, report, lang=lang)
    assert response.headers["Content-Disposition"].startswith("attachment")
    (sheet,) = read_rows(response.data)
    rows = dict(sheet.rows)
    assert rows[1][-1] == "点名核对说明"
    assert rows[3][3] == "明天" and rows[3][-1].startswith(word)
    assert rows[4][0] == "'=1+1"  # a text, not a formula, for spreadsheets that read it again
    assert len(rows[2]) < len(rows[1])  # nothing is said of a good row


def test_a_marked_file_that_is_corrected_goes_in(campaign):
    """The column of reasons is not read, and is not called an unknown one."""
    content = marked(campaign, trial(campaign, row(1), row(2, 出生日期="明天"))).data
    again = campaign.import_(content, query="?dry_run=1", name="roster.xlsx").json
    assert (again["refused"], [each["code"] for each in again["warnings"]]) == (1, [])


HEADINGS = ["姓名", "性别", "出生日期", "学籍号"]
PUPIL = ["王一", "男", "40179", "1"]
TOLD = {"row": 0, "column": "学籍号", "message_zh": "好几行对不上", "message_en": "several rows"}
FILES = {
    "serial numbers of days from 1904": [Sheet("名册", [(1, HEADINGS), (2, PUPIL)], is_1904=True)],
    "a sheet named after its class": [Sheet("三年级2班", [(1, HEADINGS), (2, PUPIL)])],
    "sheets of classes, with a hidden one": [
        Sheet("去年", [(1, HEADINGS), (2, PUPIL)], hidden=True),
        Sheet("1班", [(1, HEADINGS), (2, PUPIL)]),
        Sheet("2班", [(1, HEADINGS), (2, PUPIL)]),
    ],
    "titles above the headings": [Sheet("名册", [(1, ["学生名册"]), (2, HEADINGS), (3, PUPIL)])],
    "headings in two rows": [
        Sheet(
            "名册", [(1, [*HEADINGS, "监护人"]), (2, ["", "", "", "", "姓名", "联系电话"]), (3, [*PUPIL, "王父", "1"])]
        )
    ],
    "headings that are repeated": [
        Sheet("名册", [(1, HEADINGS), (2, PUPIL), (3, HEADINGS), (4, ["王二", *PUPIL[1:]])])
    ],
}


@pytest.mark.parametrize("case", FILES)
def test_a_marked_file_is_read_as_the_file_itself(case):
    sheets = FILES[case]
    findings = [{**TOLD, "sheet": ""}]
    for sheet in sheets:
        of = "" if len(sheets) == 1 else sheet.name
        findings += [{**TOLD, "sheet": of, "row": row} for row, cells in sheet.rows if "王" in cells[0]]
    again = read_rows(write_marked(sheets, findings, "zh"))
    facts = [[(each.name, each.hidden, each.is_1904) for each in book] for book in (sheets, again)]
    assert facts[0] == facts[1]
    for before, after in zip(sheets, again, strict=True):
        tables = [table_of(before), table_of(after)]
        titles = [list(table.titles()) for table in tables]
        assert titles[0] == titles[1]
        lines = [list(table.lines()) for table in tables]
        assert lines[0] == lines[1]
        assert tables[0].unread == tables[1].unread


def test_a_finding_about_the_whole_file_or_its_headings_is_told_and_the_heading_marked():
    sheets = [Sheet("1班", [(1, [*HEADINGS, "爱好"]), (2, PUPIL)]), Sheet("2班", [(1, HEADINGS), (2, PUPIL)])]
    unread = {"sheet": "1班", "row": 1, "column": "爱好", "message_zh": "没有读取", "message_en": "not read"}
    data = write_marked(sheets, [{**TOLD, "sheet": ""}, unread], "zh")
    assert dict(read_rows(data)[0].rows)[2][-1].split("\n") == ["学籍号：好几行对不上", "爱好：没有读取"]
    styles = re.findall(r'<c r="[A-F]1" s="([0-9]+)"', member(data, "xl/worksheets/sheet1.xml").decode())
    assert styles[4] not in (*styles[:4], styles[5])


def test_a_marked_file_is_recorded(campaign):
    report = trial(campaign, row(1, 出生日期="明天"))
    marked(campaign, report)
    chains = campaign.deps.trail.chains
    acts = [entry.act for unit in chains.heads() for entry in chains.chain(unit)]
    assert acts.count("roster-file") == 1
