"""Roster files: accepted rows, refused rows, refused files."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.roster.domain.school_class import SchoolClass
from services.roster.roster_file import sheet, spreadsheet
from services.roster.roster_file.cells import dates, documents, names
from services.roster.roster_file.cells.text import Wrong
from services.roster.roster_file.class_finder import find_class
from services.roster.roster_file.columns import HEADINGS as COLUMNS
from services.roster.roster_file.columns import field_of
from services.roster.roster_file.formats.package import MAX_MEMBERS
from services.roster.roster_file.parse import parse as parse_rows
from services.roster.roster_file.pupil_line import Parsed, School
from shared.infrastructure.errors import Refused
from shared.language.class_names import class_id, class_name, default_name
from tests.unit.roster.files import HEADINGS, csv, encrypted, liar, member, repacked, xlsx
from tests.unit.roster.numbers import id_number, pupil_number, with_check_digit

SCHOOL_CODE, DAY, BORN = "2113000017", "2026-11-23", "2017-05-01"
CLASSES = [
    SchoolClass(
        class_id(SCHOOL_CODE, stage, year, number),
        SCHOOL_CODE,
        stage,
        year,
        number,
        default_name(stage, year, number),
        True,
    )
    for stage, year, number in (("p", 2024, 1), ("p", 2024, 2), ("p", 2026, 12), ("j", 2026, 1), ("s", 2026, 1))
]
SCHOOL = School(SCHOOL_CODE, CLASSES, frozenset({"130102"}), DAY)


def parse(data: bytes, school: School) -> Parsed:
    return parse_rows(spreadsheet.read_rows(data), school)


def row(number: int = 1, **changed: str) -> list[str]:
    """A good row under HEADINGS, with some cells changed by their heading."""
    cells = dict(
        zip(
            HEADINGS,
            [
                pupil_number(BORN, number),
                f"张小{'一二三四五六七八九'[number % 9]}",
                "1",
                BORN,
                "三年级",
                "1班",
                "1",
                id_number(BORN, number),
            ],
            strict=True,
        )
    )
    return list((cells | changed).values())


def of(*rows: list[str]) -> Parsed:
    return parse(csv(rows), SCHOOL)


def codes(parsed: Parsed) -> list[tuple[int, str, str]]:
    return [(finding.row, finding.column, finding.code) for finding in parsed.errors]


# ---- accepted rows
@pytest.mark.parametrize(
    "data",
    [
        xlsx([row()]),
        csv([row()]),
        csv([row()], encoding="utf-8"),
        csv([row()], encoding="gb18030"),
        csv([row()], delimiter=";"),
        csv([row()], delimiter="\t"),
        xlsx([row()], above=[["全国学籍系统导出"], ["说明：带*为必填"]]),
        xlsx([["grbsm", "xm", "xbm", "csrq", "nj", "bj", "sfzjlxm", "sfzjh"], row()]),
        xlsx([row()], ["grbsm", "xm", "xbm", "csrq", "nj", "bj", "sfzjlxm", "sfzjh"]),
        xlsx([row()], ["Pupil number", "NAME*", "Sex", "Birth date", "Grade", "Class", "ID type", "ID number"]),
        csv(
            [row()],
            ["学籍号", "*姓名（必填）", "性 别", "出生日期(yyyymmdd)", "年级", "班级", "身份证件类型", "身份证件号"],
        ),
    ],
)
def test_the_same_roster_in_any_form_and_language_is_the_same_pupil(data):
    parsed = parse(data, SCHOOL)
    assert (codes(parsed), parsed.rows) == ([], 1)
    assert dict(parsed.good[0].fields) == {
        "pupil_number": pupil_number(BORN, 1),
        "name": "张小二",
        "sex": "1",
        "birth_date": BORN,
        "id_type": "1",
        "id_number": id_number(BORN, 1),
    }
    assert parsed.good[0].class_ == "2113000017p202401"


def test_every_column_is_known_by_its_chinese_pinyin_and_english_headings():
    for field, headings in COLUMNS.items():
        assert {field_of(heading) for heading in headings.replace("|", " ").split()} == {field}
    assert field_of("备注") == ""


@pytest.mark.parametrize(
    ("given_", "normal"),
    [
        ("张三", "张三"),
        (" 张　三 ", "张三"),
        ("云", "云"),
        ("欧阳·小红", "欧阳·小红"),
        ("阿卜杜•热西提", "阿卜杜·热西提"),
        ("买买提・江", "买买提·江"),
        ("买买提‧江", "买买提·江"),
        ("买买提．江", "买买提·江"),
        ("买买提. 江", "买买提·江"),
        ("𠮷田𪚥", "𠮷田𪚥"),
        ("〇一", "〇一"),
        ("Anna-Maria O'Neill", "Anna-Maria O'Neill"),
        ("龘" * 50, "龘" * 50),
        ("𪚥" * 50, "𪚥" * 50),
        ("e\u0301va Li", "éva Li"),
        ("张\u200b三", "张三"),
        ("张\u202e三", "张三"),
        ("\U0002ebf0明", "\U0002ebf0明"),
        ("བསོད་ནམས་དབང་འདུས", "བསོད་ནམས་དབང་འདུས"),
        ("ئابدۇرېشىت ئابلىز", "ئابدۇرېشىت ئابلىز"),
    ],
)
def test_names_are_kept_whole_with_one_kind_of_separator(given_, normal):
    assert names.name(given_) == normal


@given(st.text(alphabet="张王李𠮷𪚥·•・‧．. abc", max_size=60))
def test_a_name_that_was_accepted_is_accepted_again_unchanged(text):
    try:
        name = names.name(text)
    except Wrong:
        return
    assert names.name(name) == name and len(name) <= 50


@given(st.from_regex(r"[0-9]{17}", fullmatch=True), st.integers(0, 17), st.sampled_from("0123456789X"))
def test_check_digits_catch_every_single_substitution(seventeen, place, other):
    number = with_check_digit(seventeen)
    assert documents.has_check_digit(number)
    changed = number[:place] + other + number[place + 1 :]
    assert documents.has_check_digit(changed) == (changed == number)


@pytest.mark.parametrize(
    "text", ["2017-05-01", "20170501", "2017/5/1", "2017.5.1", "2017年5月1日", "2017-05-01 00:00:00"]
)
def test_birth_dates_are_read_in_any_usual_form(text):
    assert dates.birth_date(text, DAY) == BORN


def test_a_date_cell_and_number_cells_are_read_as_people_see_them():
    cells = row(1, 班级="2", 性别="1")
    cells[3], cells[5], cells[2] = date(2017, 5, 1), 2, 1
    parsed = parse(xlsx([cells]), SCHOOL)
    assert (codes(parsed), parsed.good[0].fields["birth_date"], parsed.good[0].class_) == (
        [],
        BORN,
        "2113000017p202402",
    )


@pytest.mark.parametrize(
    ("grade", "class_", "id"),
    [
        ("三年级", "1班", "p202401"),
        ("3", "01", "p202401"),
        ("", "三年级2班", "p202402"),
        ("", "三（2）班", "p202402"),
        ("2024级", "2班", "p202402"),
        ("", "2024级1班", "p202401"),
        ("2024", "1", "p202401"),
        ("一年级", "十二班", "p202612"),
        ("七年级", "1班", "j202601"),
        ("初一", "(1)班", "j202601"),
        ("", "初一(1)班", "j202601"),
        ("高一", "1", "s202601"),
        ("", "三二班", "p202402"),
        ("", "三1班", "p202401"),
        ("三年级", "三二班", "p202402"),
        ("", "小学2024级1班", "p202401"),
        ("", "2113000017p202402", "p202402"),
        ("", "3.1", "p202401"),
    ],
)
def test_classes_are_found_in_any_way_of_naming_them(grade, class_, id):
    parsed = of(row(1, 年级=grade, 班级=class_))
    assert (codes(parsed), [line.class_ for line in parsed.good]) == ([], [SCHOOL_CODE + id])


def test_a_pupil_may_have_no_number_at_all_or_an_l_number_whose_check_digit_means_nothing():
    parsed = of(
        row(1, 学籍号="", 身份证件号="", 身份证件类型=""),
        row(2, 学籍号="L130102201705010010"),
        row(3, 学籍号="J" + id_number(BORN, 3)),
    )
    assert (codes(parsed), len(parsed.good)) == ([], 3)


def test_a_document_other_than_a_resident_id_needs_no_check_digit():
    parsed = of(
        row(1, 身份证件类型="A", 身份证件号="E12345678"),
        row(2, 身份证件类型="香港特区护照/身份证明", 身份证件号="R123456(7)"),
        row(3, 身份证件类型="Z", 身份证件号=""),
    )
    assert (codes(parsed), [line.fields["id_type"] for line in parsed.good]) == ([], ["A", "6", "Z"])


def test_ethnic_groups_and_entry_months_get_their_normal_form():
    headings = (*HEADINGS, "mzm", "rxny", "jhr1xm")
    parsed = parse(csv([[*row(), "05", "202409", "买买提•江"]], headings), SCHOOL)
    fields = parsed.good[0].fields
    assert (fields["ethnic_group"], fields["entry_month"], fields["guardian1_name"]) == (
        "维吾尔族",
        "2024-09",
        "买买提·江",
    )


# ---- refused rows
@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        ("姓名", "", "name-missing"),
        ("姓名", "张3", "name-characters"),
        ("姓名", "张" * 51, "name-too-long"),
        ("姓名", "·张三", "name-separator"),
        ("姓名", "张··三", "name-separator"),
        ("性别", "3", "sex-unknown"),
        ("性别", "", "sex-unknown"),
        ("出生日期", "2017-02-30", "birth-date-unreadable"),
        ("出生日期", "", "birth-date-unreadable"),
        ("出生日期", "2027-01-01", "birth-date-range"),
        ("出生日期", "1950-01-01", "birth-date-range"),
        ("班级", "", "class-missing"),
        ("班级", "9班", "class-unknown"),
        ("学籍号", "G" + "1" * 18, "pupil-number-check"),
        ("学籍号", "130102201705010010", "pupil-number-form"),
        ("学籍号", "X130102201705010010", "pupil-number-form"),
        ("学籍号", "1.30102E+17", "number-rounded"),
        ("身份证件号", "130102201705010011", "id-number-check"),
        ("身份证件号", "13010220170501001", "id-number-check"),
        ("身份证件类型", "月票", "id-type-unknown"),
        ("身份证件号", "1.30102E+17", "number-rounded"),
    ],
)
def test_a_wrong_cell_is_named_and_its_row_alone_is_left_out(column, cell, code):
    parsed = of(row(1), row(2, **{column: cell}), row(3))
    assert codes(parsed) == [(3, column, code)]
    assert ([line.row for line in parsed.good], parsed.rows) == ([2, 4], 3)
    assert not cell or len(cell) < 3 or cell not in parsed.errors[0].message_zh + parsed.errors[0].message_en


def test_a_number_that_a_spreadsheet_has_rounded_is_recognised():
    cells = row(1)
    cells[7] = 130102201705010010
    assert codes(parse(xlsx([cells]), SCHOOL)) == [(2, "身份证件号", "number-rounded")]


def test_all_wrong_cells_of_a_row_are_named_at_once():
    assert codes(of(row(1, 姓名="", 性别="x", 班级="9班"))) == [
        (2, "姓名", "name-missing"),
        (2, "性别", "sex-unknown"),
        (2, "班级", "class-unknown"),
    ]


def test_the_same_pupil_twice_is_an_error_of_the_second_row():
    parsed = of(row(1), row(2, 学籍号=pupil_number(BORN, 1)), row(3, 身份证件号=id_number(BORN, 1)))
    assert codes(parsed) == [(3, "学籍号", "double-in-file"), (4, "身份证件号", "double-in-file")]
    without = {"学籍号": "", "身份证件号": "", "身份证件类型": ""}
    assert codes(of(row(1, **without), row(1, **without), row(2, **without))) == [(3, "姓名", "double-in-file")]


def test_a_row_of_another_school_is_refused():
    parsed = parse(csv([[*row(1), "2113000099"], [*row(2), SCHOOL_CODE]], (*HEADINGS, "xxbsm")), SCHOOL)
    assert codes(parsed) == [(2, "学校标识码", "another-school")]


@pytest.mark.parametrize(
    ("grade", "class_", "code"),
    [
        ("", "1班", "class-ambiguous"),
        ("一二年级", "1班", "class-unknown"),
        ("二三", "1班", "class-unknown"),
        ("", "四二班", "class-unknown"),
        ("", "三二十班", "class-unknown"),
        ("三年级", "十十班", "class-unknown"),
        ("", "三年级二三", "class-unknown"),
    ],
)
def test_an_unclear_class_is_refused_and_not_guessed(grade, class_, code):
    assert codes(of(row(1, 年级=grade, 班级=class_))) == [(2, "班级", code)]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"身份证件号": id_number(BORN, 1, "110999")}, "region-unknown"),
        ({"学籍号": pupil_number(BORN, 1, "110999")}, "region-unknown"),
        ({"出生日期": "2017-05-02"}, "birth-date-differs"),
        ({"性别": "2"}, "sex-differs"),
        ({"姓名": "张\ue863"}, "name-private-character"),
    ],
)
def test_a_problem_record_is_a_warning_and_the_pupil_is_taken(changed, code):
    parsed = of(row(1, **changed))
    assert (codes(parsed), [warning.code for warning in parsed.warnings], len(parsed.good)) == ([], [code], 1)


# ---- refused files
GOOD = xlsx([row()])
SHEET = "xl/worksheets/sheet1.xml"
BAD_FILES = {
    "empty": lambda: (b"", "file-empty"),
    "only headings": lambda: (xlsx([]), "file-empty"),
    "blank sheet": lambda: (xlsx([], []), "file-empty"),
    "blank lines": lambda: (b"\r\n,\r\n", "file-empty"),
    "too large": lambda: (b"a,b\n" + b"x" * spreadsheet.MAX_BYTES, "file-too-large"),
    "too many rows": lambda: (b"a,b\n" * (sheet.MAX_ROWS + 1), "file-too-many-rows"),
    "too many columns": lambda: (b"a," * (sheet.MAX_COLUMNS + 1), "file-too-many-rows"),
    "a cell at the end of the world": lambda: (
        repacked(GOOD, {SHEET: member(GOOD, SHEET).replace(b'r="A2"', b'r="XFD1048576"')}),
        "file-too-many-rows",
    ),
    "bomb": lambda: (repacked(GOOD, {SHEET: b"<sheetData>" + b" " * (30 << 20)}), "file-bomb"),
    "bomb of many members": lambda: (repacked(GOOD, {f"xl/media/{n}": b"" for n in range(MAX_MEMBERS)}), "file-bomb"),
    "bomb that lies": lambda: (
        liar(repacked(GOOD, {SHEET: b"<sheetData>" + b" " * (30 << 20)}), SHEET, 1000),
        "file-damaged",
    ),
    "truncated": lambda: (GOOD[: len(GOOD) // 2], "file-damaged"),
    "damaged": lambda: (GOOD[:200] + bytes(80) + GOOD[280:], "file-damaged"),
    "zip header only": lambda: (b"PK\x03\x04", "file-damaged"),
    "no xml": lambda: (repacked(GOOD, {SHEET: b"<sheetData><<<"}), "file-damaged"),
    "encrypted": lambda: (encrypted(), "file-encrypted"),
    "old xls": lambda: (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), "file-type"),
    "macros": lambda: (repacked(GOOD, {"xl/vbaProject.bin": b"x"}), "file-macros"),
    "xlsm": lambda: (
        repacked(
            GOOD,
            {
                "[Content_Types].xml": member(GOOD, "[Content_Types].xml").replace(
                    b"spreadsheetml.sheet.main+xml", b"sheet.macroEnabled.main+xml"
                )
            },
        ),
        "file-macros",
    ),
    "docx": lambda: (
        repacked(GOOD, {"word/document.xml": b"x"}).replace(b"xl/workbook.xml", b"xl/workbooc.xml"),
        "file-type",
    ),
    "pdf": lambda: (b"%PDF-1.7 ...", "file-type"),
    "png": lambda: (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "file-type"),
    "web page": lambda: (b"<html><p>x</p></html>", "file-type"),
    "web page with another table": lambda: (b"<html><table><tr><td>x</td></tr></table></html>", "headings-missing"),
    "prose": lambda: ("今天天气很好\n明天也很好\n".encode(), "file-type"),
    "no headings": lambda: (csv([row()], ["a", "b", "c"]), "headings-missing"),
    "heading missing": lambda: (csv([row()[:3]], ["学籍号", "姓名", "性别"]), "headings-missing"),
    "heading twice": lambda: (csv([[*row(), "x"]], (*HEADINGS, "xm")), "headings-double"),
    "endless cell": lambda: (b'a,b\n"' + b"x" * 200_000 + b'",b\n', "file-damaged"),
}


@pytest.mark.parametrize("kind", BAD_FILES)
def test_a_bad_file_is_one_clear_refusal(kind):
    data, code = BAD_FILES[kind]()
    with pytest.raises(Refused) as refused:
        parse(data, SCHOOL)
    assert (refused.value.code, refused.value.where) == (code, "file")
    assert refused.value.extra["message_zh"] and refused.value.detail
    assert refused.value.status in (413, 415, 422)


@given(st.binary(max_size=300), st.integers(0, 1))
def test_no_bytes_whatever_are_more_than_refused(noise, zipped):
    data = (GOOD[:500] + noise + GOOD[500 + len(noise) :]) if zipped else noise
    try:
        parse(data, SCHOOL)
    except Refused as refused:
        assert refused.where == "file"


def test_the_list_of_regions_comes_with_its_attribution():
    assert "CC BY 4.0" in (Path(spreadsheet.__file__).parents[1] / "data" / "README.md").read_text()


def test_a_class_is_found_by_the_name_that_lists_and_forms_give_it():
    special = SchoolClass(class_id(SCHOOL_CODE, "x", 2024, 1), SCHOOL_CODE, "x", 2024, 1, "特教2024级1班", True)
    renamed = SchoolClass(class_id(SCHOOL_CODE, "p", 2023, 9), SCHOOL_CODE, "p", 2023, 9, "三年级2班", True)
    classes = [*CLASSES, special, renamed]
    for each in classes:
        assert find_class(classes, "", class_name(each.id, DAY), DAY) == each
    assert find_class(classes, "", "特教2024级1班", DAY) == special
