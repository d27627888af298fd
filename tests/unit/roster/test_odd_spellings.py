"""Spellings of headings and cells that schools use beside the usual ones: each is taken, or the row is told."""

from __future__ import annotations

import pytest

from services.roster.roster_file.columns import field_of
from tests.unit.roster.files import HEADINGS, csv
from tests.unit.roster.test_field_files import SCHOOL
from tests.unit.roster.test_nothing_lost import pupil, read


def file(cells: dict[str, str] | None = None, headings: dict[str, str] | None = None) -> bytes:
    row = dict(zip(HEADINGS, pupil(1), strict=True)) | (cells or {})
    return csv([list(row.values())], [(headings or {}).get(each, each) for each in row])


@pytest.mark.parametrize(
    ("usual", "heading"),
    [
        ("姓名", "★姓名"),
        ("姓名", "Name 姓名"),
        ("姓名", "孩子姓名"),
        ("性别", "男/女"),
        ("班级", "行政班级"),
        ("班级", "班"),
        ("年级", "当前年级"),
        ("身份证件号", "证件编号"),
    ],
)
def test_a_heading_in_other_words_is_the_same_column(usual: str, heading: str) -> None:
    parsed = read(file(headings={usual: heading}))
    assert (len(parsed.good), parsed.errors, parsed.warnings) == (1, [], [])


def test_a_row_of_classes_is_no_row_of_headings() -> None:
    assert (field_of("班"), field_of("1班"), field_of("1.班级")) == ("class", "", "class")
    parsed = read(csv([list(pupil(1)), ["1班"] * len(HEADINGS)]))
    assert {error.row for error in parsed.errors} == {3}


@pytest.mark.parametrize(
    ("above", "code"), [("壹班", "class-unknown"), pytest.param("1班", "class-ambiguous", id="in figures")]
)
def test_a_surname_is_a_figure_in_a_file_that_writes_classes_in_capital_figures(above: str, code: str) -> None:
    parsed = read(csv([list(pupil(1, above)), list(pupil(2, "陆班"))]))  # this school has no class 6
    assert [(error.row, error.code) for error in parsed.errors] == [(3, code)]


@pytest.mark.parametrize("cells", [("合计", "3人"), ("", "合计：3人"), ("", "总 计", "3")])
def test_a_total_below_is_a_note_and_no_pupil(cells: tuple[str, ...]) -> None:
    total = [*cells, *[""] * (len(HEADINGS) - len(cells))]
    parsed = read(csv([list(pupil(1)), total]))
    assert (parsed.rows, parsed.errors, [each.code for each in parsed.warnings]) == (1, [], ["row-not-a-pupil"])


def test_a_pupil_of_whom_little_is_known_is_no_note() -> None:
    assert read(csv([list(pupil(1)), ["", "王合计", *[""] * 6]])).rows == 2


@pytest.mark.parametrize(
    "form", ["身份证：{}", "居民身份证号码{}", "公民身份号码:{}", "{}【居民身份证】", "{}（身份证）"]
)
def test_a_number_with_the_name_of_its_document_is_the_number(form: str) -> None:
    number = pupil(1)[7]
    parsed = read(file({"身份证件号": form.format(number)}))
    assert (parsed.errors, [line.id_number for line in parsed.good]) == ([], [number])


@pytest.mark.parametrize("form", ["{}（母亲身份证）", "护照：{}", "{}(借用)"])
def test_a_number_that_may_be_of_somebody_else_or_another_document_is_told(form: str) -> None:
    assert read(file({"身份证件号": form.format(pupil(1)[7])})).good == []


def test_a_heading_of_two_languages_that_say_different_things_is_none() -> None:
    row = [*pupil(1), "张大"]
    assert [each.code for each in read(csv([row], [*HEADINGS, "Father 姓名"])).warnings] == ["column-unknown"]


@pytest.mark.parametrize(
    "cells",
    [
        {"出生日期": "2017年5月1日（阳历）"},
        {"出生日期": "公历2017-05-01"},
        {"班级": "三年级1班（王老师）"},
        {"班级": "3年级1班(50人)"},
        {"班级": "一班（实验班）"},
        {"班级": "叁年级壹班"},
        {"班级": f"{SCHOOL.names.name}三年级1班"},
        {"学籍号": "未下发"},
        {"身份证件号": "办理中"},
    ],
)
def test_a_cell_in_other_words_is_read(cells: dict[str, str]) -> None:
    parsed = read(file(cells))
    assert (len(parsed.good), parsed.errors, parsed.warnings) == (1, [], [])
    assert (parsed.good[0].fields["birth_date"], parsed.good[0].class_[-7:]) == ("2017-05-01", "p202401")


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"出生日期": "农历2017年四月初六"}, "birth-date-unreadable"),
        ({"班级": "三年级1班（原2班）"}, "class-unknown"),
        ({"班级": "三年级1班(25级)"}, "class-unknown"),
    ],
)
def test_what_may_mean_something_else_is_told(cells: dict[str, str], code: str) -> None:
    assert [each.code for each in read(file(cells)).errors] == [code]


def test_a_name_that_is_not_the_schools_is_told_with_the_schools_own_and_what_to_do() -> None:
    rows = [[*pupil(1), "野外第一小学"], [*pupil(2), "野外实小"]]
    (error,) = read(csv(rows, [*HEADINGS, "学校名称"])).errors
    assert error.code == "another-school"
    assert (
        "“野外第一小学”" in error.message_zh
        and "删掉这一列" in error.message_zh
        and "delete the column" in error.message_en
    )
