"""Contradictions of grade and class and what is told of them; classes that a spreadsheet took for days."""

from __future__ import annotations

import pytest

from services.roster.domain.school_class import SchoolClass
from services.roster.roster_file.cells.text import Wrong
from services.roster.roster_file.class_finder import find_class
from shared.language.class_names import class_id
from tests.unit.roster.test_class_finder import (
    CODE,
    DAY,
    FIVE_AND_FOUR,
    JUNIOR,
    MIDDLE,
    NINE_YEARS,
    PRIMARY,
    classes,
    found,
)


def sentence(school: list[SchoolClass], grade: str, class_: str) -> str:
    with pytest.raises(Wrong) as wrong:
        find_class(school, grade, class_, DAY)
    assert wrong.value.code == "class-unknown" and wrong.value.en
    return wrong.value.zh


SMALL = classes(("p", (2024, 2026)), numbers=(1,))


@pytest.mark.parametrize("school", [PRIMARY, NINE_YEARS, SMALL])
@pytest.mark.parametrize(
    ("grade", "class_", "says"),
    [
        ("四年级", "2024级1班", ("四年级", "2024级1班", "入学第3年")),
        ("2025级", "三年级1班", ("2025级", "三年级1班", "入学第2年")),
        ("三年级", "四(1)班", ("三年级", "四年级1班")),
        ("3", "401", ("三年级", "四年级1班")),
        ("三年级", "1-2", ("三年级", "一年级2班")),
        ("三年级1班", "2班", ("三年级1班", "2班")),
    ],
)
def test_a_contradiction_says_what_contradicts_what(
    school: list[SchoolClass], grade: str, class_: str, says: tuple[str, ...]
) -> None:
    told = sentence(school, grade, class_)
    assert all(each in told for each in (*says, "互相矛盾", "请改正"))


@pytest.mark.parametrize("school", [PRIMARY, MIDDLE, SMALL])
@pytest.mark.parametrize("class_", ["1班 2班", "1班2班", "1、2班", "1/2班", "301和302", "三(1)、(2)班", "301班 302班"])
def test_several_classes_in_a_cell_are_told_as_several(school: list[SchoolClass], class_: str) -> None:
    assert "不止一个" in sentence(school, "", class_) and "请只写一个" in sentence(school, "三年级", class_)


@pytest.mark.parametrize(
    ("grade", "class_", "says"),
    [
        ("", "303", "本校没有三年级3班"),
        ("初中", "三年级1班", "本校没有初中三年级1班"),
        ("", "三年级A班", "看不懂“班级”"),
        ("十三年级", "1班", "看不懂“年级”"),
        ("三、四年级", "1班", "“年级”里写了不止一个"),
        ("2026-03-01", "1", "“年级”被表格软件变成了日期"),
        ("", "2017-05-01", "“班级”被表格软件变成了日期"),
        ("", "9月9日", "“班级”被表格软件变成了日期"),
        *(
            ("", day, "“班级”被表格软件变成了日期")
            for day in ("Mar-01", "Mar-3", "01-Mar-26", "1-Mar-2026", "2026年3月")
        ),
        ("Mar-01", "1", "“年级”被表格软件变成了日期"),
    ],
)
def test_what_no_class_fits_is_told_with_a_way_on(grade: str, class_: str, says: str) -> None:
    assert says in sentence(SMALL, grade, class_) and "请" in sentence(SMALL, grade, class_)


@pytest.mark.parametrize(
    ("school", "grade", "class_", "answer"),
    [
        *(
            (school, "初一", text, "j202601")
            for school in (NINE_YEARS, JUNIOR, MIDDLE)
            for text in ("七年级1班", "701")
        ),
        *((NINE_YEARS, "初一", text, "j202601") for text in ("7-1", "7.1", "7月1日", "初一1班", "2026级1班")),
        *((NINE_YEARS, grade, "九(1)班", "j202401") for grade in ("初三", "初中三年级", "九年级")),
        *((NINE_YEARS, "九年级", text, "j202401") for text in ("初三(1)班", "初三1班", "901")),
        (JUNIOR, "三年级", "九年级1班", "j202401"),
        (MIDDLE, "高一", "10-1", "s202601"),
        (MIDDLE, "高一", "十年级1班", "s202601"),
        (MIDDLE, "十二年级", "高三1班", "s202401"),
        (FIVE_AND_FOUR, "六年级", "初一1班", "j202601"),
        (FIVE_AND_FOUR, "初二", "701", "j202501"),
        (NINE_YEARS, "三年级", "九年级1班", "class-unknown"),
        (NINE_YEARS, "初一", "八年级1班", "class-unknown"),
        (NINE_YEARS, "高一", "七年级1班", "class-unknown"),
        (MIDDLE, "初一", "十年级1班", "class-unknown"),
        (FIVE_AND_FOUR, "六年级", "七年级1班", "class-unknown"),
        (NINE_YEARS, "小学一年级", "七年级1班", "class-unknown"),
    ],
)
def test_a_grade_is_the_same_counted_within_its_stage_or_through(
    school: list[SchoolClass], grade: str, class_: str, answer: str
) -> None:
    assert found(school, grade, class_) == answer


def test_one_grade_in_two_ways_of_counting_does_not_contradict() -> None:
    assert "本校没有初中一年级9班" in sentence(NINE_YEARS, "初一", "709")
    assert "互相矛盾" in sentence(NINE_YEARS, "初一", "809")


def test_a_class_by_its_own_name_in_another_grade_contradicts() -> None:
    named = SchoolClass(class_id(CODE, "p", 2024, 3), CODE, "p", 2024, 3, "向日葵班", True)
    assert "互相矛盾" in sentence([*PRIMARY, named], "四年级", "向日葵班")


DAYS = (
    "2026-03-01",
    "2026-03-01 00:00:00",
    "2026/3/1",
    "2026年3月1日",
    "2025-03-01",
    "3月1日",
    "1-Mar",
    "46082",
    "46082.0",
)


@pytest.mark.parametrize("day", DAYS)
def test_a_class_that_a_spreadsheet_took_for_a_day_is_found_or_asked_about(day: str) -> None:
    assert found(SMALL, "", day) == found(PRIMARY, "三年级", day) == "p202401"
    three = classes(("p", (2024, 2025, 2026)), numbers=(1, 3))  # 2026-3 would be 2026级3班
    assert found(three, "", day) == ("class-ambiguous" if day[0] in "24" else "p202401")
    assert found(PRIMARY, "四年级", day) == "class-unknown"


def test_a_year_and_number_that_a_spreadsheet_took_for_a_day_is_found() -> None:
    assert (found(PRIMARY, "", "2024-01-01"), found(PRIMARY, "", "2024/2/1")) == ("p202401", "p202402")
