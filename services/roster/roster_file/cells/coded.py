"""Values of code lists as people and the registry write them: 1, 01, 男, 1-男, 男(1). Whole values only.

A word that only contains another one is a different word: 护照 is no 香港特区护照.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from services.roster.roster_file.cells.text import Wrong, clean
from services.roster.roster_file.code_lists import ETHNIC_GROUPS, SEX_WORDS

PUNCTUATION = re.compile(r"[\s\-_./\\、,，:：;；。·'\"“”()\[\]【】—–*]+")
SIMPLIFIED = str.maketrans("証證護臺灣來陸門號碼戶國區別內", "证证护台湾来陆门号码户国区别内")
CODE = re.compile(r"0?([0-9A-Z])\Z")


def squeezed(text: str) -> str:
    """A text without punctuation and spaces, half width, simplified, in capitals; 1.0 is 1."""
    given = re.sub(r"\A\s*([0-9]+)\.0+\s*\Z", r"\1", unicodedata.normalize("NFKC", clean(text)))
    return PUNCTUATION.sub("", given).translate(SIMPLIFIED).upper()


def code_of(text: str, words: Mapping[str, str]) -> str | None:
    """The code that a text means, None for an unknown one. words: squeezed word -> code.

    A text with code and word must have both of one value: 1-护照 is none.
    """
    given, codes = squeezed(text), set(words.values())
    if given in words:
        return words[given]
    if (alone := CODE.fullmatch(given)) and alone[1] in codes:
        return alone[1]
    for head, tail in ((given[:1], given[1:]), (given[:2], given[2:]), (given[-1:], given[:-1])):
        code = CODE.fullmatch(head)
        if code and words.get(tail) == code[1]:
            return code[1]
    return None


def sex(text: str) -> str:
    """ "1" or "2" (GB/T 2261.1)."""
    found = code_of(text, SEX_WORDS)
    if found is None:
        raise Wrong("sex-unknown", "性别应为 1(男) 或 2(女)", "the sex must be 1 (男) or 2 (女)")
    return found


def ethnic_group(text: str) -> str:
    """A code of GB/T 3304, with or without the name, becomes the group's name; any other text stays."""
    given = squeezed(text)
    digits = re.match(r"[0-9]*", given)[0]  # type: ignore[index]
    word = given[len(digits) :]
    by_code = ETHNIC_GROUPS[int(digits) - 1] if digits and 1 <= int(digits) <= len(ETHNIC_GROUPS) else ""
    by_word = next((group for group in ETHNIC_GROUPS if word in (group, group.removesuffix("族"))), "")
    if by_code and word in ("", by_code, by_code.removesuffix("族")):
        return by_code
    return by_word if by_word and not digits else clean(text)
