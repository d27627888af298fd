"""Checks of the cells of a roster file. Each returns the normal form of a text, or raises Wrong."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from services.roster.roster_file.code_lists import ETHNIC_GROUPS, ID_TYPES, RESIDENT, SEXES
from shared.language.display_text import hidden, is_ideograph_of_later_tables, visible

MIDDLE_DOT = "\u00b7"
DOTS = re.compile("\\s*[\u00b7\u2022\u30fb\u2027\uff0e.\u2219\u22c5\uff65\u0387\u2024\u30fb\u16eb]\\s*")
NAME_LENGTH = 50
LONGEST = 100  # code points of any other field: the room on a form
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_DIGITS = "10X98765432"
SPACES, PRIVATE = ("Cc", "Zs", "Zl", "Zp"), ("Co",)  # general categories
SEEN = str.maketrans("\t\r\n", "   ")
IN_NAMES = f"{MIDDLE_DOT} '’-\u0f0b\u0f0c\u180e"  # beside letters; the last are Tibetan and Mongolian
YOUNGEST, OLDEST = 3, 30
DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]00:00:00)?\Z|(\d{4})(\d{2})(\d{2})\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Wrong(Exception):
    """The problem of a cell, without its content."""

    code: str
    zh: str
    en: str


def clean(text: str) -> str:
    """Composed (NFC), without hidden characters and without leading, trailing or doubled spaces.

    Private codes stay: rare characters of names stand there in old registries.
    """
    spaced = "".join(" " if unicodedata.category(c) in SPACES else c for c in unicodedata.normalize("NFC", text))
    return " ".join(visible(spaced, PRIVATE).split())


def has_hidden(text: str) -> bool:
    """True if `clean` takes out a character that nobody saw. Tabs and line breaks in a cell are seen."""
    return bool(hidden(text.translate(SEEN), PRIVATE))


def _han(character: str) -> bool:
    return (
        unicodedata.name(character, "").startswith(("CJK UNIFIED", "CJK COMPATIBILITY", "IDEOGRAPHIC NUMBER ZERO"))
        or is_ideograph_of_later_tables(character)
        or _private(character)
    )


def _private(character: str) -> bool:
    return unicodedata.category(character) == "Co"


def has_private(name: str) -> bool:
    """True if a character has a private code of one font, which other machines cannot show."""
    return any(_private(c) for c in name)


def name(text: str) -> str:
    """One to 50 code points: letters and ideographs of any plane. Separators become U+00B7. Never split."""
    name = DOTS.sub(MIDDLE_DOT, clean(text))
    name = "".join(c for i, c in enumerate(name) if c != " " or not (_han(name[i - 1]) and _han(name[i + 1])))
    if not name:
        raise Wrong("name-missing", "姓名为空", "the name is missing")
    if len(name) > NAME_LENGTH:
        raise Wrong("name-too-long", f"姓名超过{NAME_LENGTH}个字符", f"the name has more than {NAME_LENGTH} characters")
    if name.startswith(MIDDLE_DOT) or name.endswith(MIDDLE_DOT) or MIDDLE_DOT * 2 in name:
        raise Wrong("name-separator", "姓名中的间隔号位置不对", "the separator is at the edge of the name, or doubled")
    if not all(_han(c) or unicodedata.category(c)[0] in "LM" or c in IN_NAMES for c in name):
        raise Wrong("name-characters", "姓名中有数字或符号", "the name contains digits or symbols")
    return name


def sex(text: str) -> str:
    """ "1" or "2" (GB/T 2261.1)."""
    found = SEXES.get(clean(text).lower())
    if found is None:
        raise Wrong("sex-unknown", "性别应为 1(男) 或 2(女)", "the sex must be 1 (男) or 2 (女)")
    return found


def birth_date(text: str, today: str) -> str:
    """ "2015-03-02", from any usual notation; today's age must be that of a pupil."""
    found = DATE.match(clean(text))
    try:
        born = date(*(int(number) for number in found.groups() if number)) if found else None
    except ValueError:
        born = None
    if born is None:
        raise Wrong(
            "birth-date-unreadable",
            "出生日期不是有效日期，应为 20150302 或 2015-03-02",
            "the birth date is not a date; write 2015-03-02",
        )
    if not YOUNGEST <= (date.fromisoformat(today) - born).days / 365.25 <= OLDEST:
        raise Wrong(
            "birth-date-range",
            f"按出生日期，年龄不在{YOUNGEST}至{OLDEST}岁之间",
            f"by the birth date the age is not between {YOUNGEST} and {OLDEST}",
        )
    return born.isoformat()


def has_check_digit(number: str) -> bool:
    """GB 11643: 17 digits and the check character of ISO 7064 MOD 11-2."""
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        return False
    return (
        CHECK_DIGITS[sum(int(digit) * weight for digit, weight in zip(number, WEIGHTS, strict=False)) % 11]
        == number[17]
    )


def compact(text: str) -> str:
    """A number without spaces and dashes, in capitals and half width."""
    return re.sub(r"[\s\-']", "", unicodedata.normalize("NFKC", clean(text))).upper()


def _exact(text: str) -> str:
    number = compact(text)
    if re.fullmatch(r"[0-9]+(\.[0-9]+)?E\+?[0-9]+", number):
        raise Wrong(
            "number-rounded",
            "号码被表格软件当作数值而丢失了末尾数字，请把该列设为文本后重新填写",
            "the spreadsheet has rounded this number; format the column as text and enter it again",
        )
    return number


def pupil_number(text: str) -> str:
    """ "" or 19 characters: G, L or J and 18 more, which end in a check digit for G and J."""
    number = _exact(text)
    if not number:
        return ""
    if not re.fullmatch(r"[GLJ][0-9]{17}[0-9X]", number):
        raise Wrong("pupil-number-form", "学籍号应为 G、L 或 J 加18位", "a pupil number is G, L or J and 18 characters")
    if number[0] in "GJ" and not has_check_digit(number[1:]):
        raise Wrong("pupil-number-check", "学籍号校验位不对", "the check digit of the pupil number is wrong")
    return number


def id_type(text: str, number: str) -> str:
    """The code of a document type. Without a type: "" without a number, resident ID for 18 characters, else Z."""
    given = compact(text)
    if not given:
        return RESIDENT if len(number) == 18 else "Z" if number else ""
    if given in ID_TYPES:
        return given
    for code, title in ID_TYPES.items():
        if given in compact(title) or (
            code == RESIDENT and "身份证" in given and "香港" not in given and "澳门" not in given
        ):
            return code
    raise Wrong("id-type-unknown", "身份证件类型不在代码表中", "the document type is not in the list")


def id_number(text: str, type: str) -> str:
    """ "" or the number. A resident ID must have the right check digit."""
    number = _exact(text)
    if type == RESIDENT and number and not has_check_digit(number):
        raise Wrong(
            "id-number-check",
            "身份证号位数或校验位不对",
            "the ID number does not have 18 digits, or its check digit is wrong",
        )
    if len(number) > 40 or not re.fullmatch(r"[0-9A-Z()]*", number):
        raise Wrong(
            "id-number-form",
            "证件号码含有不允许的字符",
            "the number of the document contains characters other than letters and digits",
        )
    return number


def entry_month(text: str) -> str:
    """ "" or "2023-09"."""
    given = compact(text)
    if not given:
        return ""
    found = re.fullmatch(r"([0-9]{4})[./年]?(0?[1-9]|1[0-2])(月|[./]?[0-9]{2}日?)?", given.replace("T00:00:00", ""))
    if not found:
        raise Wrong("entry-month-unreadable", "入学年月应为 202309", "the entry month must be like 202309")
    return f"{found[1]}-{int(found[2]):02d}"


def ethnic_group(text: str) -> str:
    """A code of GB/T 3304 becomes the group's name; any other text stays."""
    given = clean(text)
    if given.isdecimal() and 1 <= int(given) <= len(ETHNIC_GROUPS):
        return ETHNIC_GROUPS[int(given) - 1]
    return given


def plain(text: str) -> str:
    given = clean(text)
    if len(given) > LONGEST:
        raise Wrong("text-too-long", f"内容超过{LONGEST}个字符", f"more than {LONGEST} characters")
    return given
