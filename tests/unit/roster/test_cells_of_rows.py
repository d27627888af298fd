"""Cells in their rows: what one says of another, what spreadsheets have spoiled, and what is told of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.roster.roster_file.pupil_line import Parsed
from tests.unit.roster.files import HEADINGS, csv, member, repacked, xlsx
from tests.unit.roster.numbers import with_check_digit
from tests.unit.roster.test_roster_file import SCHOOL, codes, of, parse, row

LONE = {"学籍号": ""}


def rounded(*, sex: str = "2", count: int = 1) -> list[str]:
    """Rows without pupil number whose ID number ends in 000 and passes the check."""
    found: list[list[str]] = []
    for day in range(1, 29):
        for region in ("130102", "130104", "130105"):
            number = f"{region}201705{day:02d}0000"
            if with_check_digit(number[:17]) == number:
                changed = {**LONE, "身份证件号": number, "出生日期": f"2017-05-{day:02d}", "性别": sex}
                found.append(row(len(found) + 1, **changed))
    assert len(found) >= count
    return found[:count]  # type: ignore[return-value]


def warnings(parsed: Parsed) -> list[tuple[str, str]]:
    return [(finding.column, finding.code) for finding in parsed.warnings if finding.code != "region-unknown"]


# ---- rounded numbers
def test_several_numbers_that_end_in_000_are_rounded_though_they_pass_the_check() -> None:
    parsed = of(*rounded(count=2))
    assert codes(parsed) == [(2, "身份证件号", "number-rounded"), (3, "身份证件号", "number-rounded")]
    assert not parsed.good


def test_one_that_nothing_contradicts_is_taken_and_told() -> None:
    parsed = of(*rounded(), *(row(n) for n in range(1, 9)))
    assert (codes(parsed), len(parsed.good), warnings(parsed)) == ([], 9, [("身份证件号", "number-suspicious")])


def test_one_is_rounded_if_sex_birth_date_or_a_neighbour_says_so() -> None:
    failing = row(9, **LONE, 身份证件号="130102201705010000", 性别="2")
    assert with_check_digit("13010220170501000") != "130102201705010000"
    assert codes(of(*rounded(sex="1"))) == [(2, "身份证件号", "number-rounded")]
    (one,) = rounded()
    other_day = [cell if at != 3 else "2017-06-30" for at, cell in enumerate(one)]
    assert codes(of(other_day)) == [(2, "身份证件号", "number-rounded")]
    assert codes(of(one, failing)) == [(3, "身份证件号", "id-number-check"), (2, "身份证件号", "number-rounded")]


def test_the_same_digits_in_the_pupil_number_prove_the_number() -> None:
    proven = [[f"G{cells[7]}", *cells[1:]] for cells in rounded(count=3)]
    parsed = of(*proven)
    assert (codes(parsed), len(parsed.good), warnings(parsed)) == ([], 3, [])


def test_in_a_long_column_a_few_are_chance() -> None:
    parsed = of(*rounded(count=2), *(row(n) for n in range(1, 60)))
    assert (codes(parsed), len(parsed.good)) == ([], 61)
    assert [code for _, code in warnings(parsed)] == ["number-suspicious"] * 2


OF_GUARDIAN = "监护人1身份证件号"


def guardians(*numbers: str, type: str = "") -> Parsed:
    rows = [[*row(n), number, type] for n, number in enumerate(numbers, 1)]
    return parse(csv(rows, (*HEADINGS, OF_GUARDIAN, "监护人1身份证件类型")), SCHOOL)


PASSING = [
    number for born in range(1, 29) if with_check_digit((number := f"130102198001{born:02d}0000")[:17]) == number
]


def test_a_rounded_number_of_a_guardian_is_left_out_and_told() -> None:
    for numbers in (["130102198001010000"], [PASSING[0], PASSING[1]], [PASSING[0], "130102198001010000"]):
        parsed = guardians(*numbers)
        assert (codes(parsed), warnings(parsed)) == ([], [(OF_GUARDIAN, "number-rounded")] * len(numbers))
        assert [line.fields.get("guardian1_id_number") for line in parsed.good] == [None] * len(numbers)


def test_a_number_of_a_guardian_that_may_be_right_is_taken_and_told() -> None:
    parsed = guardians(PASSING[0], "130102198001011232")
    assert (codes(parsed), warnings(parsed)) == ([], [(OF_GUARDIAN, "number-suspicious")])
    assert parsed.good[0].fields["guardian1_id_number"] == PASSING[0]
    assert warnings(guardians("130102198001010000", type="其他")) == []  # of a document without check digit


# ---- dates and numbers of one row
def test_the_id_number_decides_between_readings_of_the_birth_date() -> None:
    parsed = of(row(1, 出生日期="17-05-01"), row(2, 出生日期="1/5/2017"), row(3, 出生日期="2017.05"))
    assert (codes(parsed), {line.fields["birth_date"] for line in parsed.good}) == ([], {"2017-05-01"})
    without = {"学籍号": "", "身份证件号": "", "身份证件类型": "", "出生日期": "17-05-01"}
    assert codes(of(row(1, **without))) == [(2, "出生日期", "birth-date-ambiguous")]


# ---- what a spreadsheet has spoiled
@pytest.mark.parametrize(
    ("column", "code"),
    [
        ("姓名", "name-characters"),
        ("性别", "sex-unknown"),
        ("出生日期", "birth-date-unreadable"),
        ("年级", "class-unknown"),
        ("班级", "class-unknown"),
        ("学籍号", "pupil-number-form"),
        ("身份证件类型", "id-type-unknown"),
        ("身份证件号", "id-number-check"),
    ],
)
@pytest.mark.parametrize("error", ["#N/A", "#REF!", "#VALUE!"])
def test_an_error_in_a_needed_cell_is_told_as_one(column: str, code: str, error: str) -> None:
    parsed = of(row(1, **{column: error}))
    assert code in {finding.code for finding in parsed.errors}
    assert all("出错提示" in finding.message_zh for finding in parsed.errors if finding.code == code)


def test_a_zero_that_a_formula_shows_is_no_number_and_is_told() -> None:
    parsed = of(*(row(n, 身份证件号=zero, 身份证件类型="") for n, zero in ((1, "0"), (2, "0.0"))))
    assert (codes(parsed), warnings(parsed)) == ([], [("身份证件号", "number-zero")] * 2)
    assert not any("id_number" in line.fields or "id_type" in line.fields for line in parsed.good)


def with_columns(columns: Mapping[str, str]) -> Parsed:
    return parse(csv([[*row(), *columns.values()]], (*HEADINGS, *columns)), SCHOOL)


def test_a_lost_value_of_another_column_is_left_out_and_told() -> None:
    parsed = with_columns(
        {"现住址": "#N/A", "联系电话": "1.38E+10", "监护人1身份证件号": "1.30102E+17", "籍贯": "#REF!"}
    )
    assert codes(parsed) == []
    assert sorted(warnings(parsed)) == sorted(
        (column, "value-lost") for column in ("现住址", "联系电话", "监护人1身份证件号", "籍贯")
    )
    assert not {"address", "phone", "guardian1_id_number", "native_place"} & set(parsed.good[0].fields)


def test_numbers_and_documents_of_guardians_have_a_normal_form_or_stay_as_they_were_written() -> None:
    columns = {
        "监护人1身份证件类型": "1-居民身份证",
        "监护人2身份证件类型": "军官证",
        "监护人1身份证件号": "'1301021980 0101123х",
        "监护人1联系电话": "13900000000.0",
        "联系电话": "０３１１－８６６６６６６６",
        "邮政编码": "50000",
    }
    fields = with_columns(columns).good[0].fields
    assert (fields["guardian1_id_type"], fields["guardian2_id_type"], fields["postcode"]) == ("1", "军官证", "050000")
    assert (fields["guardian1_id_number"], fields["guardian1_phone"]) == ("13010219800101123X", "13900000000")
    assert fields["phone"] == "0311-86666666"


def test_a_permit_without_its_number_leaves_the_type_open_and_asks() -> None:
    parsed = of(row(1, 学籍号="", 身份证件类型="港澳居民来往内地通行证", 身份证件号=""))
    assert (codes(parsed), warnings(parsed)) == ([], [("身份证件类型", "id-type-open")])
    assert "id_type" not in parsed.good[0].fields


def test_a_space_that_may_be_a_separator_is_a_warning() -> None:
    assert warnings(of(row(1, 姓名="阿依古丽 买买提"))) == [("姓名", "name-space")]


CELLS: Sequence[str] = (
    *("", "1", "女", "#N/A", "无", "2017-05-01", "17-05-01", "42856", "三年级", "301", "1班", "护照", "A", "回乡证"),
    *('="1"', "'1", "张三", "阿卜杜拉˙买买提", "130102201705010000", "1.3E+17", "\u200b", "H12345678", "2024101"),
)


@given(st.lists(st.lists(st.sampled_from(CELLS), min_size=8, max_size=8), min_size=1, max_size=4))
def test_every_row_is_either_taken_or_told(rows: list[list[str]]) -> None:
    good = [row(1)]
    parsed = parse(csv([*good, *rows]), SCHOOL)
    notes = [warning for warning in parsed.warnings if warning.code == "row-not-a-pupil"]
    taken, told = {line.row for line in parsed.good}, {finding.row for finding in (*parsed.errors, *notes)}
    filled = {number for number, cells in enumerate([*good, *rows], 2) if any(map(str.strip, cells))}
    assert not taken & told and {row for row in filled if row not in taken | told} == set()


def test_a_serial_number_counts_from_the_year_that_the_workbook_says() -> None:
    changed = {"学籍号": "", "身份证件号": "", "身份证件类型": ""}
    for is_1904, epoch in ((False, date(1899, 12, 30)), (True, date(1904, 1, 1))):
        cells: list[Any] = row(1, **changed)
        cells[3] = (date(2017, 5, 1) - epoch).days
        book = xlsx([cells])
        says = b'<workbookPr date1904="1"' if is_1904 else b"<workbookPr"
        workbook = member(book, "xl/workbook.xml").replace(b"<workbookPr", says)
        parsed = parse(repacked(book, {"xl/workbook.xml": workbook}), SCHOOL)
        assert (codes(parsed), parsed.good[0].fields["birth_date"]) == ([], "2017-05-01")
