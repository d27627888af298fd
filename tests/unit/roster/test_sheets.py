"""Sheets of a workbook: which are read, and what is told of the others."""

from __future__ import annotations

import pytest

from shared.infrastructure.errors import Refused
from tests.unit.roster.files import HEADINGS
from tests.unit.roster.formats import book
from tests.unit.roster.test_nothing_lost import pupil
from tests.unit.roster.test_tables import read, told


def test_each_sheet_has_its_own_rows_and_headings_and_messages_name_it() -> None:
    second = [["校长签字"], HEADINGS[::-1], pupil(2, "2班")[::-1], (*pupil(1)[::-1],), ["1", "1"]]
    parsed = read(book(("三年级1班", [HEADINGS, pupil(1)]), ("三年级2班", second)))
    assert len(parsed.good) == 2
    assert told(parsed) == [("三年级2班", 4, "学籍号", "double-in-file"), ("三年级2班", 5, "姓名", "row-not-a-pupil")]
    assert parsed.told(parsed.errors[0])["message_zh"] == "与工作表“三年级1班”第2行重复"


def test_the_same_list_on_two_sheets_is_a_question() -> None:
    rows = [HEADINGS, *(pupil(n) for n in range(1, 5))]
    with pytest.raises(Refused) as refused:
        read(book(("全校", rows), ("三年级1班", rows)))
    assert refused.value.code == "several-sheets"
    assert "三年级1班" in refused.value.extra["message_zh"]


def test_a_sheet_of_pupils_that_is_not_read_is_named_and_why() -> None:
    without_class = [[cells[0], *cells[1:4]] for cells in (HEADINGS, pupil(2))]
    parsed = read(
        book(
            ("名册", [HEADINGS, pupil(1)]),
            ("转入", without_class),
            ("没有表头", [pupil(3)]),
            ("去年", [HEADINGS, pupil(4)]),
            hidden=["去年"],
        )
    )
    assert [line.number for line in parsed.good] == [pupil(1)[0]]
    assert told(parsed) == [(sheet, 0, "", "sheet-not-read") for sheet in ("转入", "没有表头", "去年")]
    assert "班级" in parsed.told(parsed.warnings[0])["message_zh"]


def test_a_hidden_sheet_is_read_if_no_other_lists_pupils() -> None:
    assert read(book(("封面", [["某校"]]), ("名册", [HEADINGS, pupil(1)]), hidden=["名册"])).rows == 1


@pytest.mark.parametrize("name", ["2026", "1", "１", "3月1日", "2026-03-01"])
def test_a_sheet_named_by_a_number_or_a_day_names_no_class(name: str) -> None:
    with pytest.raises(Refused) as refused:
        read(book((name, [[*each[:4], *each[6:]] for each in (HEADINGS, pupil(1))])))
    assert refused.value.code == "headings-missing"


def without_grade(*numbers: int, class_: str = "1班") -> list[list[str]]:
    return [[*each[:4], *each[5:]] for each in (HEADINGS, *(pupil(number, class_) for number in numbers))]


def test_the_name_of_a_sheet_is_the_grade_that_leaves_the_class_open() -> None:
    parsed = read(book(("三年级", without_grade(1, 2)), ("一年级", without_grade(3))))
    assert ([line.class_[-7:] for line in parsed.good], told(parsed)) == (["p202401", "p202401", "p202601"], [])


@pytest.mark.parametrize(("name", "class_"), [("二年级", "三年级1班"), ("名册", "三年级1班"), ("二年级", "2024级1班")])
def test_a_class_that_says_its_grade_needs_no_sheet(name: str, class_: str) -> None:
    parsed = read(book((name, without_grade(1, class_=class_))))
    assert [line.class_[-7:] for line in parsed.good] == ["p202401"]


@pytest.mark.parametrize("name", ["名册", "3", "2026", "小明"])
def test_a_sheet_whose_name_is_no_grade_leaves_the_question(name: str) -> None:
    assert [code for *_, code in told(read(book((name, without_grade(1)))))] == ["class-ambiguous"]


def test_a_row_without_a_class_is_of_the_class_of_its_sheet() -> None:
    empty = [*pupil(1)[:4], "", "", *pupil(1)[6:]]
    parsed = read(book(("三年级2班", [HEADINGS, empty, pupil(2)]), ("三年级1班", [HEADINGS, pupil(3)])))
    assert [line.class_[-7:] for line in parsed.good] == ["p202402", "p202401", "p202401"]
    assert [code for *_, code in told(read(book(("名册", [HEADINGS, empty]))))] == ["class-missing"]
