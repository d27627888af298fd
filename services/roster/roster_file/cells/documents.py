"""Numbers of pupils and of their identity documents, and the types of these."""

from __future__ import annotations

import re
from collections.abc import Iterable

from services.roster.roster_file.cells.coded import code_of, squeezed
from services.roster.roster_file.cells.document_words import CODES, NO_DOCUMENT, RESIDENCE_PERMITS, RETURN_PERMITS
from services.roster.roster_file.cells.text import Wrong, compact_number, exact
from services.roster.roster_file.code_lists import ID_TYPES, RESIDENT

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_DIGITS = "10X98765432"
HONG_KONG, MACAO, PERMANENT_RESIDENCE, OTHER, RESIDENCE_PERMIT = "6", "7", "9", "Z", "C"
RESIDENCE_PERMIT_NUMBER = re.compile(r"8[123]0000[0-9]{11}[0-9X]")
OLD_PERMANENT_NUMBER = re.compile(r"[A-Z]{3}[0-9]{12}")  # of before 2023; today's is a resident ID's with a 9 in front
OTHER_NUMBER = re.compile(r"(?=.*[0-9])[A-Z][0-9A-Z()]{5,11}")  # passports, permits, birth certificates


def has_check_digit(number: str) -> bool:
    """GB 11643: 17 digits and the check character of ISO 7064 MOD 11-2."""
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        return False
    return (
        CHECK_DIGITS[sum(int(digit) * weight for digit, weight in zip(number, WEIGHTS, strict=False)) % 11]
        == number[17]
    )


def born_by(number: str) -> str:
    """ "2017-05-01" by an ID number with the right check digit, "" for any other."""
    return f"{number[6:10]}-{number[10:12]}-{number[12:14]}" if has_check_digit(number) else ""


def pupil_number(text: str) -> str:
    """ "" or 19 characters: G, L or J and 18 more, which end in a check digit for G and J."""
    number = exact(text)
    if not number:
        return ""
    if not re.fullmatch(r"[GLJ][0-9]{17}[0-9X]", number):
        raise Wrong("pupil-number-form", "学籍号应为 G、L 或 J 加18位", "a pupil number is G, L or J and 18 characters")
    if number[0] in "GJ" and not has_check_digit(number[1:]):
        raise Wrong("pupil-number-check", "学籍号校验位不对", "the check digit of the pupil number is wrong")
    return number


def id_type(text: str, number_text: str) -> str:
    """The code of a document type; "" where none is given and none needed, or where it stays open (is_open_type).

    Without a type: a resident ID, unless the number can only be another document's.
    """
    given, number = squeezed(text), compact_number(number_text)
    if not given:
        return _type_of(number)
    if (code := code_of(text, CODES)) is not None:
        return code
    if given in NO_DOCUMENT and not number:
        return OTHER
    if given in RETURN_PERMITS:
        return _territory(given, number)
    if given in RESIDENCE_PERMITS and RESIDENCE_PERMIT_NUMBER.fullmatch(number):
        return RESIDENCE_PERMIT
    raise _unknown((RESIDENCE_PERMIT, "9") if given in RESIDENCE_PERMITS else ID_TYPES)


def is_open_type(text: str, code: str | None) -> bool:
    """True for a known document of which the registry's type cannot be told: a return permit without its number."""
    return code == "" and bool(squeezed(text))


def id_type_or_text(text: str, number_text: str) -> str:
    """The same for people whose document is only printed: an unknown type stays as it was written."""
    try:
        return id_type(text, number_text) if squeezed(text) else ""
    except Wrong:
        return text


def _type_of(number: str) -> str:
    if RESIDENCE_PERMIT_NUMBER.fullmatch(number):
        return RESIDENCE_PERMIT
    if (has_check_digit(number) and number[0] == "9") or OLD_PERMANENT_NUMBER.fullmatch(number):
        return PERMANENT_RESIDENCE
    return OTHER if OTHER_NUMBER.fullmatch(number) else RESIDENT if number else ""


def _territory(given: str, number: str) -> str:
    if given.startswith(("香港", "澳门")):
        return HONG_KONG if given.startswith("香港") else MACAO
    if number and number[0] not in "HM":
        raise _unknown((HONG_KONG, MACAO, OTHER))
    return {"H": HONG_KONG, "M": MACAO}.get(number[:1], "")


def _unknown(choices: Iterable[str]) -> Wrong:
    zh = "、".join(f"{code}-{ID_TYPES[code]}" for code in choices)
    return Wrong(
        "id-type-unknown",
        f"看不出是哪一种身份证件，请填写其中一种：{zh}",
        f"it is not clear which document this is; write one of: {zh}",
    )


def id_number(text: str, type: str) -> str:
    """ "" or the number. A resident ID must have the right check digit."""
    number = exact(text)
    if type == RESIDENT and number and not has_check_digit(number):
        raise Wrong(
            "id-number-check",
            "身份证号位数或校验位不对；如果是其他证件，请填写身份证件类型",
            "the ID number does not have 18 digits, or its check digit is wrong; for another document give its type",
        )
    if len(number) > 40 or not re.fullmatch(r"[0-9A-Z()]*", number):
        raise Wrong(
            "id-number-form",
            "证件号码含有不允许的字符",
            "the number of the document contains characters other than letters and digits",
        )
    return number
