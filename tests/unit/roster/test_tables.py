"""Tables in sheets: what headings mean, which cells hold something, and what is named because it was not read."""

from __future__ import annotations

import re
import struct
from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.roster.roster_file.columns import OF_GUARDIANS, TITLE, field_of
from services.roster.roster_file.parse import parse
from services.roster.roster_file.pupil_line import Parsed
from services.roster.roster_file.spreadsheet import read_rows
from shared.infrastructure.errors import Refused
from tests.support.thorough import examples
from tests.unit.roster.files import HEADINGS, csv, member, repacked, xlsx
from tests.unit.roster.formats import html, xml_2003
from tests.unit.roster.test_field_files import FIELD, SCHOOL
from tests.unit.roster.test_nothing_lost import pupil

OF_GUARDIANS_SHOWN = [headings.split()[0] for headings in OF_GUARDIANS.values()]
XLS = (FIELD / "rosters" / "xls-biff8.xls").read_bytes()


def read(data: bytes) -> Parsed:
    return parse(read_rows(data), SCHOOL)


def told(parsed: Parsed) -> list[tuple[str, int, str, str]]:
    findings = [parsed.told(finding) for finding in (*parsed.errors, *parsed.warnings)]
    return [(each["sheet"], each["row"], each["column"], each["code"]) for each in findings]


# ---- cells that a library shows as empty
def test_errors_in_an_old_workbook_are_told_cell_by_cell() -> None:
    parsed = read((FIELD / "rosters" / "xls-error-cells.xls").read_bytes())
    assert told(parsed) == [
        ("学生", 3, "学籍号", "pupil-number-form"),  # an error as a value
        ("学生", 4, "身份证件号", "id-number-check"),  # the result of a formula
        ("学生", 5, "现住址", "value-lost"),
    ]
    assert all("出错提示" in error.message_zh for error in parsed.errors)
    assert ["address" in line.fields for line in parsed.good] == [True, False]


# ---- headings
@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("\u200b姓名\u200b", "name"),
        ("\ufeff姓名", "name"),
        ("姓名【必填】", "name"),
        ("姓名（必填", "name"),
        ("*1.姓名", "name"),
        ("姓名\n与户口簿一致", "name"),
        ("出生年月", "birth_date"),
        ("生日", "birth_date"),
        ("出生日期（yyyymmdd）", "birth_date"),
        ("身份证件类型码", "id_type"),
        ("户口所在地行政区划码", "household_place"),
        ("成员1关系码", "guardian1_relation"),
        ("成员2身份证件号", "guardian2_id_number"),
        ("监护人一联系电话", "guardian1_phone"),
        ("家长手机号", "guardian1_phone"),
        ("学号", ""),  # of the school, not of the registry
        ("父亲姓名", ""),
        ("备注", ""),
    ],
)
def test_headings_are_known_as_people_write_them(heading: str, field: str) -> None:
    assert field_of(heading) == field


def test_columns_that_hold_something_and_are_not_read_are_named_once_each() -> None:
    headings = ("序号", *HEADINGS, "备注", "空列", "", "13800000000的备注")
    parsed = read(xlsx([["1", *pupil(1), "三好", "", "x", "y"], ["2", *pupil(2), "", "", "z", ""]], headings))
    assert told(parsed) == [
        ("", 1, "备注", "column-unknown"),
        ("", 1, "L", "column-unknown"),
        ("", 1, "M", "column-unknown"),  # what may be a number of somebody is not repeated
    ]
    assert (parsed.rows, len(parsed.good)) == (2, 2)


def test_all_columns_of_a_guardian_in_the_registrys_own_template_are_read() -> None:
    parsed = read((FIELD / "rosters" / "xlsx-official-template-guardian-columns.xlsx").read_bytes())
    fields = parsed.good[0].fields
    assert {name.removeprefix("guardian1_") for name in fields if name.startswith("guardian1_")} == {
        "name",
        "relation",
        "ethnic_group",
        "work",
        "address",
        "phone",
        "is_guardian",
        "id_type",
        "id_number",
    }


def test_headings_in_two_rows_name_the_guardian_above_his_columns() -> None:
    above = b"<tr>" + b"".join(f"<td rowspan=2>{each}</td>".encode() for each in HEADINGS)
    above += "<td colspan=2>监护人1</td><td colspan=2>监护人2</td></tr>".encode()
    above += "<tr><td>姓名<td>电话<td>姓名<td>电话</tr>".encode()
    page = html([[*pupil(1), "张父", "13900000000", "李母", "13900000001"]]).replace(b"<tr>", above + b"<tr>", 1)
    fields = read(page).good[0].fields
    assert (fields["name"], fields["guardian1_name"], fields["guardian2_phone"]) == (pupil(1)[1], "张父", "13900000001")


GROUPS = ("监护人1", "", "", "监护人2", "", "")


@pytest.mark.parametrize(
    ("below", "cells", "told_of"),
    [
        (("姓名", "关系", "联系电话") * 2, ("张父", "父", "13900000000", "李母", "母", "13900000001"), []),
        (("姓名", "关系", "", "姓名", "", ""), ("张父", "父", "", "李母", "", ""), []),
        (("姓名", "性别", "", "姓名", "邮编", ""), ("张父", "女", "", "李母", "830000", ""), ["J", "M"]),
    ],
)
def test_a_row_below_the_headings_goes_on_with_the_guardian_above(
    below: tuple[str, ...], cells: tuple[str, ...], told_of: list[str]
) -> None:
    second = ["" for _ in HEADINGS] + list(below)
    parsed = read(csv([second, [*pupil(1), *cells]], (*HEADINGS, *GROUPS)))
    fields = parsed.good[0].fields
    assert (fields["name"], fields["sex"], fields.get("postcode")) == (pupil(1)[1], "1", None)
    assert (fields["guardian1_name"], fields["guardian2_name"], parsed.rows) == ("张父", "李母", 1)
    assert fields.get("guardian1_relation", "") == (cells[1] if "关系" in below else "")
    assert [column for _, _, column, _ in told(parsed)] == told_of


@given(st.lists(st.sampled_from([*TITLE.values(), *OF_GUARDIANS_SHOWN, *GROUPS, "父亲", "x"]), max_size=20))
@examples(40)
def test_no_second_row_of_headings_ends_in_an_error(second: list[str]) -> None:
    with suppress(Refused):
        read(csv([second, [*pupil(1), "张父"]], (*HEADINGS, *GROUPS)))


def test_a_column_of_serial_numbers_that_holds_others_is_named() -> None:
    parsed = read(csv([[pupil(1)[0], *pupil(1)[1:]], ["2", *pupil(2)[1:]]], ("编号", *HEADINGS[1:])))
    assert told(parsed) == [("", 1, "编号", "column-unknown")]


def test_headings_that_are_repeated_in_another_sequence_hold_for_the_rows_below() -> None:
    turned = [*reversed(HEADINGS)]
    parsed = read(csv([pupil(1), turned, [*reversed(pupil(2))], turned, [*reversed(pupil(3))]]))
    assert (told(parsed), [line.number for line in parsed.good]) == ([], [pupil(n)[0] for n in (1, 2, 3)])


def test_two_columns_for_one_mark_must_agree_and_of_others_the_usual_one_counts() -> None:
    assert read(csv([[*pupil(1), pupil(1)[1]]], (*HEADINGS, "学生姓名"))).errors == []
    with pytest.raises(Refused) as refused:
        read(csv([[*pupil(1), "别人"]], (*HEADINGS, "学生姓名")))
    assert refused.value.code == "headings-double"
    parsed = read(csv([[*pupil(1), "13900000000", "0991-1234567"]], (*HEADINGS, "手机", "联系电话")))
    assert (parsed.good[0].fields["phone"], told(parsed)) == ("0991-1234567", [("", 1, "手机", "column-unknown")])


def test_notes_between_pupils_are_told_and_numbered_empty_rows_are_nothing() -> None:
    rows = [["1", *pupil(1)], ["", "", "全班", "1人"], ["2", ""], ["3", *pupil(2)], ["制表人：王老师"]]
    parsed = read(xlsx(rows, ("序号", *HEADINGS)))
    assert (parsed.rows, len(parsed.good)) == (2 + 1, 2)  # what stands under the name may be a pupil, and is refused
    assert {(row, code) for _, row, _, code in told(parsed)} >= {(3, "sex-unknown")}


def test_a_comment_is_no_part_of_its_cell() -> None:
    name = pupil(1)[1].encode()
    noted = "<Comment><Data>作者</Data></Comment></Cell>".encode()
    page = xml_2003([HEADINGS, pupil(1)]).replace(name + b"</Data></Cell>", name + b"</Data>" + noted)
    assert noted in page
    assert read(page).good[0].fields["name"] == pupil(1)[1]


# ---- workbooks
def test_photos_of_600_pupils_are_no_bomb() -> None:
    photo = b"\x89PNG\r\n" + bytes(2000)
    assert read(repacked(xlsx([pupil(1)]), {f"xl/media/image{n}.png": photo for n in range(600)})).rows == 1


def test_a_single_cell_far_away_is_read_where_it_stands() -> None:
    plain, sheet = xlsx([pupil(1)]), "xl/worksheets/sheet1.xml"
    for address, row, code in (("A1048576", 1_048_576, "row-not-a-pupil"), ("XFD3", 3, "row-not-a-pupil")):
        cell = f'<row r="{row}"><c r="{address}" t="str"><v>x</v></c></row></sheetData>'.encode()
        parsed = read(repacked(plain, {sheet: member(plain, sheet).replace(b"</sheetData>", cell)}))
        assert [line.row for line in parsed.good] == [2]
        assert (row, code) in [(row, code) for _, row, _, code in told(parsed)]


@pytest.mark.parametrize("column", ["学籍号", "身份证件号"])
def test_a_formula_whose_result_was_not_saved_is_told_as_an_error_cell(column: str) -> None:
    plain, sheet, place = xlsx([pupil(1)]), "xl/worksheets/sheet1.xml", "AH"[column != "学籍号"]
    lost = re.sub(rf'(<c r="{place}2")[^>]*><v>[^<]*</v>'.encode(), rb'\1 t="str"><f>T9</f>', member(plain, sheet))
    parsed = read(repacked(plain, {sheet: lost}))
    assert [(line, title) for _, line, title, _ in told(parsed)] == [(2, column)]
    assert "没有存下结果" in parsed.errors[0].message_zh
    kept = lost.replace(b"<f>T9</f>", b"<f>T9</f><v></v>")  # a result of no characters
    assert read(repacked(plain, {sheet: kept})).errors == []


def xls_with_cell_at(row: int, column: int) -> bytes:
    """The old workbook with its last cell elsewhere."""
    at = XLS.rindex(b"\xfd\x00\x0a\x00") + 4
    return XLS[:at] + struct.pack("<HH", row, column) + XLS[at + 4 :]


def test_an_old_workbook_with_a_cell_in_its_last_row_is_read() -> None:
    parsed = read(xls_with_cell_at(65_535, 10))
    assert (parsed.rows, len(parsed.good)) == (5, 5)
    assert told(parsed) == [("", 65_536, "姓名", "row-not-a-pupil")]


@pytest.mark.parametrize(("mode", "epoch"), [(0, date(1899, 12, 30)), (1, date(1904, 1, 1))])
def test_a_serial_number_of_an_old_workbook_counts_from_the_year_that_it_says(mode: int, epoch: date) -> None:
    text = XLS.index(struct.pack("<HHHH", 0xFD, 10, 1, 3))  # the first pupil's birth date
    number = struct.pack("<HHHHHI", 0x27E, 10, 1, 3, 0, (date(2017, 5, 1) - epoch).days << 2 | 2)
    book = XLS[:text] + number + XLS[text + len(number) :]
    parsed = read(book.replace(struct.pack("<HHH", 0x22, 2, 0), struct.pack("<HHH", 0x22, 2, mode)))
    assert [line.fields["birth_date"] for line in parsed.good][:2] == ["2017-05-01", "2017-05-01"]
