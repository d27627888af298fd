"""Documents, sexes and ethnic groups: whole words and the registry's notation, never another value."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.roster.roster_file.cells import coded, text
from services.roster.roster_file.cells.document_words import CODES
from services.roster.roster_file.cells.documents import id_number, id_type, is_open_type, pupil_number
from services.roster.roster_file.cells.text import Wrong
from services.roster.roster_file.code_lists import ETHNIC_GROUPS, ID_TYPES
from tests.unit.roster.numbers import with_check_digit

RESIDENT = "650102201705010031"
UNKNOWN = "id-type-unknown"


def type_of(given_: str, number: str = "") -> str:
    try:
        return id_type(given_, number)
    except Wrong as wrong:
        assert "-" in wrong.zh  # the choices
        return wrong.code


@pytest.mark.parametrize("code", ID_TYPES)
def test_a_type_is_its_code_its_title_or_both(code: str) -> None:
    title = ID_TYPES[code]
    forms = (code, title, f"{code}-{title}", f"{code}.{title}", f"{code} {title}", f"{title}（{code}）", f"{code}-")
    assert {type_of(form) for form in forms} == {code}
    if code.isdecimal():
        assert {type_of(form) for form in (f"0{code}", f"{code}.0", chr(0xFF10 + int(code)))} == {code}


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("身份证", "1"),
        ("二代身份证", "1"),
        ("第二代居民身份证", "1"),
        ("中华人民共和国居民身份证", "1"),
        ("身份证号", "1"),
        ("居民身份證", "1"),
        ("居民 身份证\u200b", "1"),
        ("ID card", "1"),
        ("身份証", "1"),
        ("身分证", "1"),
        ("居民身份证（二代）", "1"),
        ("中华人民共和国护照", "A"),
        ("香港居民来往内地通行证", "6"),
        ("澳门居民来往内地通行证", "7"),
        ("护照", "A"),
        ("Passport", "A"),
        ("香港身份证", "6"),
        ("香港特区护照", "6"),
        ("澳门身份证", "7"),
        ("台胞证", "8"),
        ("台湾居民来往大陆通行证", "8"),
        ("外国人永久居留身份证", "9"),
        ("户口本", "B"),
        ("户口簿", "B"),
        ("户口薄", "B"),
        ("港澳台居民居住证", "C"),
        ("台湾居民居住证", "C"),
        ("出生医学证明", "Z"),
        ("其它", "Z"),
        ("无", "Z"),
        ("", ""),
    ],
)
def test_types_are_known_as_people_write_them(written: str, code: str) -> None:
    assert type_of(written) == code


@pytest.mark.parametrize(
    "written",
    [
        "月票",
        "军官证",
        "2-军官证",
        "身份",
        "证",
        "特区护照",
        "1-护照",
        "A-居民身份证",
        "身份证/护照",
        "居住证",
        "#REF!",
    ],
)
def test_an_unknown_type_is_a_question_and_never_another_document(written: str) -> None:
    assert type_of(written) == UNKNOWN


@pytest.mark.parametrize(
    ("written", "number", "code"),
    [
        ("回乡证", "H12345678", "6"),
        ("港澳居民来往内地通行证", "M12345678", "7"),
        ("回乡证", "", ""),
        ("回乡证", "12345678", UNKNOWN),
        ("香港回乡证", "", "6"),
        ("居住证", "810000201705010019", "C"),
        ("居住证", RESIDENT, UNKNOWN),
        ("无", RESIDENT, UNKNOWN),
        ("", RESIDENT, "1"),
        ("", "830000201705010019", "C"),
        ("", "E12345678", "Z"),
        ("", "A123456(7)", "Z"),
        ("", "H1234567890", "Z"),
        ("", RESIDENT[:17], "1"),  # a number with a digit too few or too many is a wrong ID number
        ("", f"{RESIDENT}0", "1"),
        ("", RESIDENT[:10], "1"),
        ("", f"G{RESIDENT}", "1"),
        ("", "65010220170501O031", "1"),
        ("", with_check_digit("91115620170501001"), "9"),
        ("", "USA110000123456", "9"),
    ],
)
def test_the_number_decides_where_the_word_leaves_it_open(written: str, number: str, code: str) -> None:
    assert type_of(written, number) == code
    assert is_open_type(written, code) == (code == "" and written != "")


@given(st.text(max_size=20) | st.sampled_from(sorted(CODES)).map(lambda word: f"{word}x"))
def test_only_whole_values_are_known(written: str) -> None:
    squeezed = coded.squeezed(written)
    code = type_of(written)
    assert code in (UNKNOWN, "") or squeezed in CODES or code in squeezed or code == "Z"
    if code in ID_TYPES:
        assert type_of(ID_TYPES[code]) == code


@pytest.mark.parametrize(
    "written",
    [
        "男",
        "1",
        "１",
        "01",
        "1.0",
        "1-男",
        "1.男",
        "男(1)",
        "男-1",
        " 男\u3000",
        "男\u200b",
        "男性",
        "男生",
        "M",
        "male",
    ],
)
def test_a_sex_is_known_in_any_notation(written: str) -> None:
    assert coded.sex(written) == "1"


@pytest.mark.parametrize("written", ["", "0", "3", "12", "男女", "男/女", "2-男", "未知", "9-未说明"])
def test_an_unclear_sex_is_told(written: str) -> None:
    with pytest.raises(Wrong):
        coded.sex(written)


def test_ethnic_groups_are_known_by_code_name_and_both_and_others_stay() -> None:
    for number, group in enumerate(ETHNIC_GROUPS, 1):
        forms = (str(number), f"{number:02d}", f"{number:02d}-{group}", group, group.removesuffix("族"))
        assert {coded.ethnic_group(form) for form in forms} == {group}
    assert (coded.ethnic_group("穿青人"), coded.ethnic_group("02-汉族"), coded.ethnic_group("97")) == (
        "穿青人",
        "02-汉族",
        "97",
    )


@pytest.mark.parametrize("cross", ["X", "x", "Х", "х", "Χ", "×", "Ｘ", "ｘ", "ⅹ", "✕"])
def test_what_looks_like_an_x_is_one(cross: str) -> None:
    number = next(each for n in range(99) if (each := with_check_digit(f"650102201705{n:05d}")).endswith("X"))
    assert id_number(number[:-1] + cross, "1") == number
    assert pupil_number(f"g{number[:-1]}{cross}") == f"G{number}"


@pytest.mark.parametrize(
    "written",
    [
        f'="{RESIDENT}"',
        f"'{RESIDENT}",
        f"‘{RESIDENT}",
        f"`{RESIDENT}",
        f'"{RESIDENT}"',
        f"\ufeff{RESIDENT}\u200b",
        f"{RESIDENT[:6]} {RESIDENT[6:14]} {RESIDENT[14:]}",
        f"{RESIDENT[:6]}－{RESIDENT[6:]}",
        f"\t{RESIDENT}\u00a0",
        "".join(chr(ord(digit) + 0xFEE0) for digit in RESIDENT),
    ],
)
def test_a_number_comes_out_of_what_exporters_put_around_it(written: str) -> None:
    assert id_number(text.unwrapped(written), "1") == RESIDENT


@pytest.mark.parametrize("written", ["无", "暂无", "-", "—", "/", "", "　"])
def test_no_number_is_none(written: str) -> None:
    assert (id_number(written, "1"), pupil_number(written)) == ("", "")


@pytest.mark.parametrize("wrong", [RESIDENT[:17], f"{RESIDENT}0", RESIDENT[:10], f"9{RESIDENT[1:]}"])
def test_a_wrong_number_without_a_type_is_told_and_never_another_document(wrong: str) -> None:
    with pytest.raises(Wrong) as raised:
        id_number(wrong, id_type("", wrong))
    assert (raised.value.code, "其他证件" in raised.value.zh) == ("id-number-check", True)


def test_a_postcode_that_was_a_number_gets_its_zero_back() -> None:
    given_ = ("50000", "050000", "10000.0", "６５００００", "1000", "")
    assert [text.postcode(each) for each in given_] == ["050000", "050000", "010000", "650000", "1000", ""]


@given(st.text(alphabet="王X1 -#=.", min_size=1).filter(str.strip), st.sampled_from(("{}", '="{}"', "'{}", '"{}"')))
def test_a_value_comes_out_of_its_wrapping_unchanged(inner: str, form: str) -> None:
    assert text.clean(text.unwrapped(form.format(inner))) == text.clean(inner)


@pytest.mark.parametrize(
    "shown", ["#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#####", "Err:502"]
)
def test_errors_of_spreadsheets_are_known(shown: str) -> None:
    assert text.is_error(shown) and text.is_error(f" {shown} ")
    assert not any(map(text.is_error, (f"{shown}1", "#1", "", "王", "N/A")))
