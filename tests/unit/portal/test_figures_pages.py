"""The pages of figures and reports: each empty or refused one has a sentence and a next step."""

from __future__ import annotations

import re

import pytest

from tests.unit.portal import people
from tests.unit.portal.conftest import Visitor
from tests.unit.portal.fakes import Fakes, refuse, respond

YELLOW = "还没有结账"


def nobody(unit: str, day: str = people.TODAY, scope: str = "/000000/") -> dict:
    """The figures of a unit in which nobody is expected."""
    found = people.figures(unit, day, scope)
    zeros = dict.fromkeys(found["measures"], 0)
    return found | {
        "measures": zeros,
        "children": [child | {"measures": zeros} for child in found["children"]],
        "unsettled": day > "2026-09-20",
    }


def test_a_redirect_keeps_campaign_day_order_and_what_was_done(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("county")
    asked = "/figures?campaign=2026a&day=2026-09-10&sort=rate&done=report"
    assert visitor.get(asked).headers["Location"] == (
        "/figures/110101?campaign=2026a&day=2026-09-10&sort=rate&done=report"
    )
    assert visitor.get("/figures").headers["Location"] == "/figures/110101"


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        ("2020-01-01", "核查2026年9月1日开始，2020年1月1日还没有数字。"),
        ("2026-09-10", "2026年9月10日平台上还没有这个单位"),
    ],
)
def test_a_day_before_the_unit_was_in_the_tree_has_a_sentence_and_a_way_to_today(
    fakes: Fakes, visitor: Visitor, day: str, sentence: str
):
    fakes.overrides["GET /v1/figures"] = lambda received: (
        respond(nobody("110101", day) | {"tree_day": people.TODAY})
        if received.params.get("tree_day") == people.TODAY
        else refuse(404, "not-found")
    )
    visitor.sign_in("ministry")
    answer = visitor.get(f"/figures/110101?day={day}")
    assert answer.status_code == 200
    assert sentence in answer.text and "看今天的数字" in answer.text
    assert visitor.get(f"/figures/110101.csv?day={day}").status_code == 404


@pytest.mark.parametrize("asked", ["", "?day=2026-09-21", "?day=2026-09-20", "?day=2026-09-22"])
def test_an_unclosed_day_is_told_only_where_it_should_be_closed(visitor: Visitor, asked: str):
    """Closed through 2026-09-20; today is the 21st."""
    visitor.sign_in("ministry")
    assert YELLOW not in visitor.get(f"/figures/000000{asked}").text


def test_a_past_day_that_is_not_closed_is_told(fakes: Fakes, visitor: Visitor):
    fakes.overrides["GET /v1/figures"] = lambda received: respond(
        people.figures("000000", "2026-09-15") | {"closed_through": "2026-09-10", "unsettled": True}
    )
    visitor.sign_in("ministry")
    page = visitor.get("/figures/000000?day=2026-09-15").text
    assert "2026年9月15日还没有结账" in page and "已结账到2026年9月10日" in page


def test_a_day_to_come_is_told_and_the_figures_of_today_are_shown(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("ministry")
    page = visitor.get("/figures/000000?day=2031-01-01").text
    assert "2031年1月1日还没有到。下面是今天的数字。" in page and "70.00%" in page
    asked = [received.params.get("day", "") for received in fakes.requests if received.path == "/v1/figures"]
    assert asked == [""] and "&amp;day=2031" not in page and "campaign=2026a&day=2031" not in page
    assert visitor.get("/figures/000000.csv?day=2031-01-01").status_code == 422


@pytest.mark.parametrize(
    ("changed", "day", "sentence", "link"),
    [
        ({}, "2026-08-30", "核查2026年9月1日开始，2026年8月30日还没有数字。", "/figures/000000?campaign=2026a"),
        ({"open": False, "opens": "2026-10-01"}, "", "核查还没有开始（计划2026年10月1日开始）", "/campaigns"),
        ({"ready": False}, "", "系统正在为学生建立记录", ""),
        ({}, "", "这里还没有应上传的学生", "/accounts/new"),
    ],
)
def test_where_nothing_is_counted_the_page_says_why_and_what_comes_next(
    fakes: Fakes, visitor: Visitor, changed: dict, day: str, sentence: str, link: str
):
    fakes.campaigns[0] |= changed
    fakes.overrides["GET /v1/figures"] = lambda received: respond(nobody("000000", day or people.TODAY))
    visitor.sign_in("ministry")
    page = visitor.get(f"/figures/000000?day={day}").text
    assert sentence in page and "全部指标" not in page
    assert not link or f'class="button" href="{link}"' in page


@pytest.mark.parametrize(
    ("role", "unit", "step"),
    [
        ("county", "110101", 'href="/accounts/new"'),
        ("province", "110000", 'href="/accounts/new"'),
        ("school", people.SCHOOL, 'href="/school/import"'),
        ("leader", people.SCHOOL, "请学籍管理员建好班级"),
        ("teacher", people.CLASS, "请学校学籍管理员导入本班的名册"),
    ],
)
def test_a_new_account_lands_on_a_sentence_and_a_next_step(fakes, visitor: Visitor, role: str, unit: str, step: str):
    fakes.overrides["GET /v1/figures"] = lambda received: respond(nobody(unit))
    visitor.sign_in(role)
    page = visitor.get(visitor.get("/figures").headers["Location"]).text
    assert "这里还没有应上传的学生" in page and step in page
    fakes.campaigns.clear()
    page = visitor.get("/figures/" + unit).text
    assert "现在没有核查批次" in page and step in page


def test_units_in_which_nobody_is_expected_are_folded_into_one_line(fakes: Fakes, visitor: Visitor):
    found = people.figures("000000", people.TODAY)
    found["children"][1]["measures"] = dict.fromkeys(found["children"][1]["measures"], 0)
    fakes.overrides["GET /v1/figures"] = lambda received: respond(found)
    visitor.sign_in("ministry")
    page = visitor.get("/figures/000000").text
    bars, folded = page[page.index('class="bars"') :].split("<details", 1)
    assert "河北省" not in bars and "北京市" in bars and "新疆维吾尔自治区" in bars
    assert "另有1个单位没有应上传学生" in folded and "河北省" in folded


def test_the_class_list_and_the_figures_of_a_class_link_to_each_other_with_the_campaign(visitor: Visitor):
    visitor.sign_in("teacher")
    assert f'href="/figures/{people.CLASS}?campaign=2026a"' in visitor.get(f"/class/{people.CLASS}").text
    assert f'href="/class/{people.CLASS}?campaign=2026a"' in visitor.get(f"/figures/{people.CLASS}").text


def test_lists_of_accounts_call_a_school_by_its_name(fakes: Fakes, visitor: Visitor):
    for role, of_teacher in (("province", "北京市东城区史家胡同小学(高年级部) 四年级1班"), ("school", "四年级1班")):
        visitor.client.delete_cookie("rollcall_session")
        visitor.sign_in(role)
        lines = re.findall(r'<p class="hint"><bdi>(.*?)</bdi>', visitor.get("/accounts").text)
        assert of_teacher in lines and people.UNITS[people.SCHOOL]["name"] in lines
        assert not [line for line in lines if re.search(r"\d{6}", line)]


# ---- reports
def test_a_report_is_a_draft_until_it_is_published(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("county")
    made = visitor.send("/reports", {"campaign": "2026a", "day": "2026-09-10"})
    assert fakes.commands("/v1/reports")[-1].json["draft"] is True
    assert made.headers["Location"] == "/reports/r-2?done=draft"
    assert 'class="chip chip-waiting">草稿' in visitor.get("/reports").text
    fakes.overrides["GET /v1/reports/r-2.json"] = lambda received: respond(
        people.edition("r-2") | {"unit": people.UNITS["110101"]}
    )
    page = visitor.get("/reports/r-2").text
    assert "这是草稿，还没有下发" in page
    unsure = visitor.send("/reports/r-2", {"report": "r-2"}, to="/reports/published")
    assert unsure.status_code == 422 and not fakes.commands("/v1/reports/r-2/publication")
    done = visitor.send("/reports/r-2", {"report": "r-2", "sure": "yes"}, to="/reports/published")
    assert done.headers["Location"] == "/reports/r-2?done=report"
    assert "这是草稿" not in visitor.get("/reports/r-2").text and "chip-waiting" not in visitor.get("/reports").text


@pytest.mark.parametrize("role", ["county", "school", "leader", "teacher", "auditor"])
def test_what_the_nation_has_published_is_read_by_everybody_below(visitor: Visitor, role: str):
    visitor.sign_in(role)
    page = visitor.get("/reports").text
    assert "上级下发的通报" in page and 'href="/reports/r-1"' in page
    assert ('action="/reports"' in page) is (role == "county")
    report = visitor.get("/reports/r-1").text
    assert (
        "新疆生产建设兵团" in report
        and "另有1个单位没有应上传学生" in report
        and 'action="/reports/published"' not in report
    )


def test_where_nothing_is_published_yet_the_page_says_so(fakes: Fakes, visitor: Visitor):
    fakes.reports[0]["published"] = False
    visitor.sign_in("school")
    assert "上级还没有下发通报" in visitor.get("/reports").text
