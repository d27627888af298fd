"""Names of people: one form for one name, whatever keyboard, font or export it came through."""

from __future__ import annotations

import re
import unicodedata

from services.roster.roster_file.cells import radicals
from services.roster.roster_file.cells.text import DASHES, Wrong, clean
from shared.language.display_text import is_ideograph_of_later_tables

NAME_LENGTH = 50
MIDDLE_DOT = "\u00b7"
# Every dot that keyboards, fonts and exports put for U+00B7. A ring (○) and a star hide a character, so they are none.
DOTS = (
    "\u00b7\u0387\u02d9\u02d1\u119e\u1427\u16eb\u2022\u2023\u2024\u2027\u2218\u2219\u22c5\u22c6\u25aa\u25cf\u25e6\u26ab\u2981"
    "\u204c\u204d\u2b24\u2e30\u2e31\u2e33\u3002\u30fb\u318d\ua78f\ufe52\ufe45\uff0e\uff61\uff65\U00010101."
)
TSHEG = "\u0f0b"  # between the syllables of Tibetan
SEPARATOR = re.compile(rf"\s*[{DOTS}]\s*")
INSIDE = re.compile(rf" *['’\u02bc{TSHEG}\u2043{DASHES}] *| +")
# Choose a glyph of a character, never another character; the last makes an Arabic word longer.
VARIANTS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef\u0640]")
TSHEGS = re.compile(rf"(?: ?{TSHEG})+ ?")
# Stand around a name where a text begins and goes on.
TIBETAN_SIGNS = f"{TSHEG}\u0f04\u0f05\u0f08\u0f0d\u0f0e\u0f11\u0f14 "
POINTS = ".\uff0e\ufe52\u2024"  # behind letters of a script with capitals they may end an abbreviation
LONGEST_SHORT = 3  # letters of an abbreviation before a space or the end; elsewhere it is an initial
WORD_ENDS = re.compile(r"[\W_]")
DOUBLED = re.compile(rf"[.{MIDDLE_DOT}] ?[.{MIDDLE_DOT}]")
# Words in place of a name.
NOTHING = frozenset(
    ("无", "暂无", "没有", "未填", "未填写", "不详", "未知", "未定", "待定", "待补", "待填", "暂缺", "NULL", "NONE")
)
LETTERS, VOWEL = ("Lu", "Ll", "Lt", "Lo"), "\u3161\u1173"  # the vowel looks like a dash
IN_NAMES = f"{MIDDLE_DOT}. '’-{TSHEG}\u180e"  # beside letters; the last are Tibetan and Mongolian


def normal_name(text: str) -> str:
    """One form: separators are U+00B7, radicals are characters, letters have one width and shape. Never split."""
    name = _separated(clean(text)).translate(radicals.IDEOGRAPHS)
    name = _separated(clean(unicodedata.normalize("NFKC", VARIANTS.sub("", name))))
    return TSHEGS.sub(TSHEG, _between_ideographs(name)).strip(TIBETAN_SIGNS)


def name(text: str) -> str:
    """One to 50 code points: letters and ideographs of any plane, in their one form. Raises Wrong."""
    name = normal_name(text)
    if not name:
        raise Wrong("name-missing", "姓名为空", "the name is missing")
    if name.upper() in NOTHING:
        raise Wrong(
            "name-missing", "这一格写的是没有姓名，请填写学生姓名", "the cell says that there is no name; enter it"
        )
    if len(name) > NAME_LENGTH:
        raise Wrong("name-too-long", f"姓名超过{NAME_LENGTH}个字符", f"the name has more than {NAME_LENGTH} characters")
    if name.startswith(MIDDLE_DOT) or name.endswith(MIDDLE_DOT) or DOUBLED.search(name):
        raise Wrong("name-separator", "姓名中的间隔号位置不对", "the separator is at the edge of the name, or doubled")
    if not all(map(_may_follow, ["", *name], name)):
        raise Wrong("name-characters", "姓名中有数字或符号", "the name contains digits or symbols")
    if not any(map(_is_letter, name)):
        raise Wrong("name-missing", "姓名只有符号，没有文字，请填写学生姓名", "the name has no letter; enter the name")
    return name


def has_private(name: str) -> bool:
    """True if a character has a private code of one font, which other machines cannot show."""
    return any(_private(c) for c in name)


def has_spaced_parts(text: str) -> bool:
    """True for a long name of ideographs with a space inside, where U+00B7 may have been meant."""
    parts = clean(text).split()
    return len(parts) > 1 and all(len(part) > 1 and all(map(_han, part)) for part in parts) and sum(map(len, parts)) > 4


def _separated(text: str) -> str:
    """U+00B7 for every separator. The point of an abbreviation stays: J. Smith, D.H. Lawrence, St. John."""

    def replaced(found: re.Match[str]) -> str:
        if not _is_point(found):
            return MIDDLE_DOT
        return ". " if len(found[0]) > 1 and found.end() < len(text) else "."

    return SEPARATOR.sub(replaced, text)


def _is_point(found: re.Match[str]) -> bool:
    """True for a full stop behind one letter of a script with capitals, or behind a few before a space or the end."""
    before = found.string[max(0, found.start() - LONGEST_SHORT - 1) : found.start()]
    word, sign = WORD_ENDS.split(before)[-1], found[0]
    is_inside = len(sign) == 1 and found.end() < len(found.string)
    longest = 1 if is_inside else LONGEST_SHORT
    return sign[0] in POINTS and 1 <= len(word) <= longest and all(map(_has_capitals, word))


def _has_capitals(character: str) -> bool:
    return unicodedata.category(character) in ("Lu", "Ll", "Lt")


def _may_follow(before: str, character: str) -> bool:
    """True for a character that names have there. A mark stands on a letter, never on an ideograph or alone."""
    kind = unicodedata.category(character)[0]
    if kind == "M":
        return bool(before) and unicodedata.category(before)[0] in "LM" and not _han(before)
    return kind == "L" or _han(character) or character in IN_NAMES


def _is_letter(character: str) -> bool:
    """False for marks that Unicode counts as letters: a long vowel (ー, ᅳ), an apostrophe."""
    return character not in VOWEL and (unicodedata.category(character) in LETTERS or _han(character))


def _between_ideographs(name: str) -> str:
    """Between two ideographs a space is for looks (张 三), and a dash or an apostrophe stands for U+00B7."""

    def replaced(found: re.Match[str]) -> str:
        before, after = name[: found.start()][-1:], name[found.end() :][:1]
        if not (before and after and _han(before) and _han(after)):
            return found[0]
        return MIDDLE_DOT if found[0].strip() else ""

    return INSIDE.sub(replaced, name)


def _han(character: str) -> bool:
    return (
        unicodedata.name(character, "").startswith(("CJK UNIFIED", "CJK COMPATIBILITY IDEO", "IDEOGRAPHIC NUMBER ZERO"))
        or is_ideograph_of_later_tables(character)
        or _private(character)
    )


def _private(character: str) -> bool:
    return unicodedata.category(character) == "Co"
