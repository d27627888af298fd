"""One name for a class on pages, lists, reports and paper."""

from __future__ import annotations

import pytest

from shared.language.class_names import class_id, class_name, default_name, grade_name, grade_of, stage_of

SCHOOL, DAY = "2113000017", "2026-11-01"


@pytest.mark.parametrize(
    ("stage", "year", "day", "name"),
    [
        ("p", 2024, "2026-11-01", "三年级"),
        ("p", 2024, "2026-08-14", "二年级"),
        ("p", 2024, "2026-08-15", "三年级"),
        ("j", 2026, DAY, "初一"),
        ("s", 2025, DAY, "高二"),
        ("x", 2017, DAY, "十年级"),
        ("p", 2027, DAY, "未入学"),
        ("p", 2020, DAY, "已毕业"),
    ],
)
def test_the_grade_is_derived_and_rises_in_the_middle_of_august(stage, year, day, name):
    assert grade_name(stage, grade_of(year, day)) == name


def test_a_class_id_tells_its_stage():
    assert class_id(SCHOOL, "p", 2024, 1) == "2113000017p202401"
    assert [stage_of(class_id(SCHOOL, stage, 2024, 12)) for stage in "pjsx"] == ["p", "j", "s", "x"]
    assert default_name("p", 2024, 1) == "小学2024级1班"


@pytest.mark.parametrize(
    ("stage", "year", "number", "name"),
    [
        ("p", 2024, 2, "三年级2班"),
        ("j", 2026, 12, "初一12班"),
        ("s", 2024, 1, "高三1班"),
        ("x", 2024, 1, "特教三年级1班"),
        ("p", 2027, 1, "小学2027级1班"),
        ("p", 2020, 1, "小学2020级1班"),
    ],
)
def test_a_class_is_called_by_its_grade_while_it_has_one(stage, year, number, name):
    assert class_name(class_id(SCHOOL, stage, year, number), DAY) == name


@pytest.mark.parametrize("text", ["", "2113000017", "2113000017q202401", "110000"])
def test_a_text_other_than_a_class_id_is_returned_unchanged(text):
    assert class_name(text, DAY) == text
