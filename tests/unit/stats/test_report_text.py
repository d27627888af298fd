"""The document of a report: who is named in which list, and units in which nobody is expected."""

from __future__ import annotations

import pytest

from services.stats.domain.totals import Breakdown, UnitFigures, complete
from services.stats.domain.tree import Unit
from services.stats.report.document import ReportContext, build
from services.stats.report.text import campaign as campaign_of

DAY = "2026-11-05"
CAMPAIGN = {"id": "2026a", "name": "2026年秋季学籍核查", "opens": "2026-11-01", "cutoff": DAY, "last_day": "2026-11-08"}


def unit(number: int, uploaded: int, expected: int) -> UnitFigures:
    figures = complete({"uploaded": uploaded, "expected": expected})
    return UnitFigures(Unit(f"21110000{number:02d}", f"第{number}小学", "school", "110101"), figures)


def document_of(*rows: UnitFigures, level: str = "county", day: str = DAY) -> dict:
    whole = complete({name: sum(row.measures[name] for row in rows) for name in ("uploaded", "expected")})
    breakdown = Breakdown(Unit("110101", "东城区", level, "110000"), whole, "/000000/110101/", rows)
    return build(breakdown, ReportContext("r", 1, 1, {**CAMPAIGN, "open": True}, day, "tree", "code", {}))


def sentence(document: dict, beginning: str) -> str:
    return next((line for line in document["text"] if line.startswith(beginning)), "")


def test_a_school_below_the_threshold_is_named_there_and_not_among_the_first():
    document = document_of(unit(1, 95, 100), unit(2, 80, 100), unit(3, 90, 100), unit(4, 8999, 10_000))
    assert sentence(document, "上传率居前") == "上传率居前的是：第1小学（95.00%）、第3小学（90.00%）。"
    assert sentence(document, "上传率低于") == "上传率低于90%的有2个：第4小学（89.99%）、第2小学（80.00%）。"


def test_where_all_are_below_nobody_is_called_first():
    document = document_of(unit(1, 50, 100), unit(2, 40, 100))
    assert sentence(document, "上传率居前") == "" and "第1小学（50.00%）、第2小学" in sentence(document, "上传率低于")


def test_nobody_is_below_where_nobody_is_expected():
    document = document_of(unit(1, 0, 0), unit(2, 100, 100))
    assert [row["code"] for row in document["children"]] == ["2111000002"]
    assert sentence(document, "各单位上传率均不低于90%")


def test_units_in_which_nobody_is_expected_are_one_line_and_keep_their_figures():
    document = document_of(*(unit(n, 0, 0) for n in range(3, 20)), unit(1, 9, 10))
    assert len(document["children"]) == 1 and len(document["nobody_expected"]) == 17
    assert document["folded"].startswith("另有17个单位没有应上传学生，不列入上表：第3小学、第4小学")
    assert document["folded"].endswith("第14小学等。")
    assert document_of(unit(1, 9, 10))["folded"] == ""
    assert "班级" in document_of(unit(1, 9, 10), unit(2, 0, 0), level="school")["folded"]


@pytest.mark.parametrize(
    ("day", "shown"), [(DAY, "进行中"), ("2026-11-06", "进行中，已过截止日"), ("2026-11-09", "已结束")]
)
def test_the_letter_says_in_which_state_the_campaign_was_on_its_day(day, shown):
    assert campaign_of(document_of(unit(1, 9, 10), day=day)) == f"2026年秋季学籍核查（{shown}）"
