"""Text of a cell: its visible characters, without what spreadsheets and exporters put around it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from shared.language.display_text import hidden, visible

LONGEST = 100  # code points of a field without a form of its own: the room on paper
SPACES, PRIVATE = ("Cc", "Zs", "Zl", "Zp"), ("Co",)  # general categories
SEEN = str.maketrans("\t\r\n", "   ")
# ="6501": a formula that keeps a number whole. '6501: marks a text for spreadsheets; some exporters write a backtick.
FORMULA = re.compile(r'=\s*"((?:[^"]|"")*)"')
APOSTROPHES = "'`\u2018\u2019\u201b\uff07\u00b4"
QUOTED = re.compile('["\u201c\u201d](.*)["\u201c\u201d]', re.DOTALL)
ERROR = re.compile(r"#(?:N/A|[A-Z]+(?:/0)?[!?]|GETTING_DATA|#+)|Err:[0-9]{3}", re.IGNORECASE)
DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u3161\u30fc-"
IN_NUMBERS = re.compile(rf"[\s{APOSTROPHES}\"\u201c\u201d{DASHES}]")
NO_NUMBER = """
无 暂无 没有 无号 无证件 无学籍号 无身份证 暂缺 待补 待办 办理中 正在办理 未办
未办理 未下发 待下发 未分配 未生成 待生成 未取得 尚未取得 / \\ 0 NULL NONE N/A
"""
NOTHING = frozenset(NO_NUMBER.split())
# Х (Cyrillic), Χ (Greek), × and other crosses, where the keyboard had no X at hand
CROSSES = str.maketrans(dict.fromkeys("\u0425\u0445\u03a7\u03c7\u00d7\u2715\u2716\u2717\u2573\u2a2f\u2a09", "X"))
FRACTION = re.compile(r"(?<=[0-9])\.0+\Z")
ROUNDED = re.compile(r"[0-9]+(?:\.[0-9]+)?E\+?[0-9]+")


@dataclass(frozen=True, slots=True)
class Wrong(Exception):
    """The problem of a cell, without its content."""

    code: str
    zh: str
    en: str


def unwrapped(text: str) -> str:
    """The text itself, of ="6501", '6501 and "6501"."""
    bare = visible(text, (*SPACES, *PRIVATE)).strip()
    if formula := FORMULA.fullmatch(bare):
        return formula[1].replace('""', '"').strip()
    if bare[:1] in APOSTROPHES and bare[1:].strip(APOSTROPHES):
        return bare.strip(APOSTROPHES).strip()
    quoted = QUOTED.fullmatch(bare)
    return quoted[1].strip() if quoted else text


def is_error(text: str) -> bool:
    """True for what a spreadsheet shows in place of a value, such as #N/A, #REF! and #####."""
    return bool(ERROR.fullmatch(unicodedata.normalize("NFKC", text).strip()))


def clean(text: str) -> str:
    """Composed (NFC), without hidden characters and without leading, trailing or doubled spaces.

    Private codes stay: rare characters of names stand there in old registries.
    """
    spaced = "".join(" " if unicodedata.category(c) in SPACES else c for c in unicodedata.normalize("NFC", text))
    return " ".join(visible(spaced, PRIVATE).split())


def has_hidden(text: str) -> bool:
    """True if `clean` takes out a character that nobody saw. Tabs and line breaks in a cell are seen."""
    return bool(hidden(text.translate(SEEN), PRIVATE))


def plain(text: str) -> str:
    given = clean(text)
    if len(given) > LONGEST:
        raise Wrong("text-too-long", f"内容超过{LONGEST}个字符", f"more than {LONGEST} characters")
    return given


def half_width(text: str) -> str:
    """A text in half width, without the .0 of a number that was a fraction on its way."""
    return FRACTION.sub("", unicodedata.normalize("NFKC", clean(text)))


def compact(text: str) -> str:
    """A number without spaces, dashes and quotes, in capitals and half width."""
    return IN_NUMBERS.sub("", unicodedata.normalize("NFKC", clean(text))).upper()


def is_rounded(text: str) -> bool:
    """True for 6.50102E+17, whose last digits a spreadsheet has lost."""
    return bool(ROUNDED.fullmatch(compact_number(text)))


# 身份证：130102…; a note of any other kind may say that it is somebody else's number, and stays an error
NAMED = re.compile(
    r"(?:(?:全国)?学籍号|(?:居民|公民)?身份(?:证|证件)?(?:号码?)?)[:：]?([GLJ]?[0-9]{17}[0-9X])"
    r"|([GLJ]?[0-9]{17}[0-9X])[【(\[](?:居民|二代)?身份证[】)\]]",
    re.IGNORECASE,
)


def compact_number(text: str) -> str:
    """The same with X for its look-alikes, and without the .0 of a number that was a fraction on its way; "" for 无."""
    number = FRACTION.sub("", compact(text).translate(CROSSES))
    if named := NAMED.fullmatch(number):
        return named[1] or named[2]
    return "" if number in NOTHING else number


def is_zero(text: str) -> bool:
    """True for the 0 that a formula shows where it has found nothing."""
    return FRACTION.sub("", compact(text)) == "0"


def exact(text: str) -> str:
    """The number. Raises Wrong if a spreadsheet has rounded it."""
    number = compact_number(text)
    if ROUNDED.fullmatch(number):
        raise Wrong(
            "number-rounded",
            "号码被表格软件当作数值而丢失了末尾数字，请把该列设为文本后重新填写",
            "the spreadsheet has rounded this number; format the column as text and enter it again",
        )
    return number


def postcode(text: str) -> str:
    """Six digits; a spreadsheet takes the zero from the front of 050000. Any other text stays."""
    number = compact_number(text)
    return f"0{number}" if re.fullmatch(r"[1-9][0-9]{4}", number) else number or clean(text)
